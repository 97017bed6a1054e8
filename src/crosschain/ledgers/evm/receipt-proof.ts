// Receipts under a header's receipts root: proving a log, and making such proofs from what a node says of a block's receipts.
import { createMerkleProof, createMPT } from '@ethereumjs/mpt'
import { RLP } from '@ethereumjs/rlp'
import type { Address, Word } from '../../packet.ts'
import { ProofRefused } from '../../proof-refused.ts'
import type { LogProof, ProvedLog } from '../../verifier.ts'
import { readAs } from './header.ts'
import { readBytes, readItem, readList, readScalar, RlpFault, type RlpItem } from './rlp.ts'
import { proveKey } from './trie-proof.ts'

/** A receipt as JSON-RPC has it, in hex with 0x. */
export interface RpcReceipt {
  type?: string
  status?: string
  /** Chains before Byzantium have it in place of the status. */
  root?: string
  cumulativeGasUsed: string
  logsBloom: string
  logs: readonly { address: string; topics: readonly string[]; data: string }[]
}

const LOGS_MAX = 65_536
const TOPICS_MAX = 4
const INDEX_MAX = 1_000_000

/** The log a proof shows to be in a block. Throws ProofRefused: RECEIPT_FAILED, LOG_INDEX, PROOF_NODE, PROOF_TRAILING. */
export function proveLog(receiptsRoot: Word, { transactionIndex, logIndex, nodes }: LogProof): ProvedLog {
  for (const index of [transactionIndex, logIndex])
    if (!Number.isInteger(index) || index < 0 || index > INDEX_MAX) throw new ProofRefused('LOG_INDEX', `${index}`)
  const receipt = proveKey(receiptsRoot, RLP.encode(transactionIndex), nodes)
  if (receipt === undefined) throw new ProofRefused('PROOF_NODE', `the block has no transaction ${transactionIndex}`)
  return readAs('PROOF_NODE', () => logIn(receipt, logIndex))
}

/** Checks that a log is the one meant. Throws ProofRefused: LOG_CONTRACT or LOG_EVENT. `topic` is the first one, the event's. */
export function checkLog(log: ProvedLog, wanted: { contract: Address; topic: Word }): void {
  if (log.address !== wanted.contract) throw new ProofRefused('LOG_CONTRACT', log.address)
  if (log.topics[0] !== wanted.topic) throw new ProofRefused('LOG_EVENT', log.topics[0] ?? 'it has no topic')
}

/** Proof of the receipt at `index`, and the root all receipts of the block come to. Throws RangeError for what cannot be encoded. */
export async function receiptProof(
  receipts: readonly RpcReceipt[],
  index: number,
): Promise<{ root: Word; nodes: Uint8Array[] }> {
  if (receipts[index] === undefined) throw new RangeError(`the block has no receipt ${index}`)
  const trie = await createMPT()
  for (const [at, receipt] of receipts.entries()) await trie.put(RLP.encode(at), encodeReceipt(receipt))
  return { root: hexOf(trie.root()), nodes: await createMerkleProof(trie, RLP.encode(index)) }
}

/** A receipt as it stands in the trie (EIP-2718). Throws RangeError. */
export function encodeReceipt({ type = '0x0', status, root, cumulativeGasUsed, logsBloom, logs }: RpcReceipt): Buffer {
  const outcome = root === undefined ? quantity(status ?? '') : bytesOf(root)
  const body = RLP.encode([
    outcome,
    quantity(cumulativeGasUsed),
    bytesOf(logsBloom),
    logs.map(({ address, topics, data }) => [bytesOf(address), topics.map(bytesOf), bytesOf(data)]),
  ])
  const number = quantity(type)
  if (number > 0x7fn) throw new RangeError(`a transaction cannot have type ${type}`)
  return Buffer.concat(number === 0n ? [body] : [Buffer.of(Number(number)), body])
}

function logIn(receipt: Uint8Array, logIndex: number): ProvedLog {
  // The first byte of a typed receipt is its type; of another one, the prefix of a list.
  const typed = receipt[0] !== undefined && receipt[0] < 0x80
  const items = readList(readItem(typed ? receipt.subarray(1) : receipt), 4)
  const [status, gas, bloom, logs] = items
  if (logs === undefined) throw new RlpFault('a receipt has not four members')
  if (hexOf(readBytes(status!)) !== '01')
    throw new ProofRefused(
      'RECEIPT_FAILED',
      status!.payload.length === 32 ? 'it has a state root, no status' : undefined,
    )
  readScalar(gas!)
  readBytes(bloom!, 256)
  const log = readList(logs, LOGS_MAX)[logIndex]
  if (log === undefined) throw new ProofRefused('LOG_INDEX', `${logIndex}`)
  return readLog(log)
}

function readLog(item: RlpItem): ProvedLog {
  const [address, topics, data, ...more] = readList(item, 4)
  if (data === undefined || more.length > 0) throw new RlpFault('a log has not three members')
  return {
    address: hexOf(readBytes(address!, 20)),
    topics: readList(topics!, TOPICS_MAX).map((topic) => hexOf(readBytes(topic, 32))),
    data: readBytes(data),
  }
}

function quantity(text: string): bigint {
  if (!/^0x[0-9a-f]{1,64}$/i.test(text)) throw new RangeError(`no quantity of a receipt: ${text.slice(0, 80)}`)
  return BigInt(text)
}

function bytesOf(text: string): Buffer {
  if (!/^0x(?:[0-9a-f]{2})*$/i.test(text)) throw new RangeError(`no bytes of a receipt: ${text.slice(0, 80)}`)
  return Buffer.from(text.slice(2), 'hex')
}

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
