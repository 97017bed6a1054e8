// Proofs as nodes give them, or as they are made from what nodes give. Whether they prove anything is for the verifier to say.
import { BOXES, type Place } from '../../fact.ts'
import { type LedgerContracts, type LedgerReader, type SeenLog, TransportFault } from '../../transport.ts'
import type { LogProof } from '../../verifier.ts'
import { quantity, readBytes, readList, readObject, readWei } from './answers.ts'
import { blockAt, receiptsRootOf } from './block-answer.ts'
import { receiptsOf } from './block-receipts.ts'
import { receiptProof } from './receipt-proof.ts'
import type { Rpc } from './rpc.ts'
import { mappingSlot } from './state-proof.ts'

const NODES_MAX = 64

/** Proof of a place in the state of a block. Throws TransportFault. */
export async function stateProof(
  rpc: Rpc,
  contracts: LedgerContracts,
  place: Place,
  height: number,
): ReturnType<LedgerReader['proof']> {
  const name = BOXES[place.box].contract
  const contract = contracts[name]
  if (!contract) throw new TransportFault('answer', `no ${name} contract is known on this ledger`)
  const params = [`0x${contract.address}`, [`0x${mappingSlot(place)}`], quantity(height)]
  const { accountProof, storageProof } = readObject(await rpc.ask('eth_getProof', params), 'proof')
  const [first] = readList(storageProof, 'storage proof', 1)
  const { value, proof } = readObject(first, 'storage proof')
  return {
    value: readWei(value, 'value of a slot').toString(16).padStart(64, '0'),
    proof: { account: nodesIn(accountProof), storage: nodesIn(proof) },
  }
}

/** Proof of a log, made from all receipts of its block. Throws TransportFault, also for receipts that are not the block's. */
export async function logProof(rpc: Rpc, { height, transactionIndex, logIndex }: SeenLog): Promise<LogProof> {
  const block = await blockAt(rpc, height)
  const receipts = await receiptsOf(rpc, block)
  if (receipts[transactionIndex]?.logs[logIndex] === undefined)
    throw new TransportFault('answer', `the node shows no log ${logIndex} of transaction ${transactionIndex}`)
  const { root, nodes } = await receiptProof(receipts, transactionIndex)
  if (root !== receiptsRootOf(block))
    throw new TransportFault('answer', `the receipts of block ${height} do not come to its receipts root`)
  return { transactionIndex, logIndex, nodes }
}

const nodesIn = (list: unknown): Buffer[] =>
  readList(list, 'proof', NODES_MAX).map((node) => readBytes(node, 'node of a proof'))
