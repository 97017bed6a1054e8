// One block under construction: its transactions run one after the other, and what they come to together.
import type { Block } from '@ethereumjs/block'
import { createMPT, type MerklePatriciaTrie } from '@ethereumjs/mpt'
import { RLP } from '@ethereumjs/rlp'
import type { TypedTransaction } from '@ethereumjs/tx'
import { encodeReceipt, runTx, type VM } from '@ethereumjs/vm'
import type { Address, Word } from '../packet.ts'

export interface ExecutedLog {
  address: Address
  topics: Word[]
  data: Buffer
}

export interface ExecutedTransaction {
  tx: TypedTransaction
  hash: Word
  sender: Address
  status: 0 | 1
  gasUsed: bigint
  cumulativeGasUsed: bigint
  effectiveGasPrice: bigint
  bloom: Uint8Array
  logs: ExecutedLog[]
  /** The contract it made. */
  contract?: Address
}

/** What a block's transactions came to. */
export interface Execution {
  executed: ExecutedTransaction[]
  stateRoot: Word
  transactionsRoot: Word
  receiptsRoot: Word
  logsBloom: Uint8Array
  gasUsed: bigint
}

export interface Construction {
  gasLeft(): bigint
  /** Throws where the transaction cannot be in a block at all; the state is then as before. */
  run(tx: TypedTransaction): Promise<ExecutedTransaction>
  finish(): Promise<Execution>
}

const BLOOM_BYTES = 256

export const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

/** Begins a block on the state the machine has. */
export async function construction(vm: VM, block: Block): Promise<Construction> {
  const executed: ExecutedTransaction[] = []
  const transactions = await createMPT()
  const receipts = await createMPT()
  const logsBloom = new Uint8Array(BLOOM_BYTES)
  let gasUsed = 0n
  return {
    gasLeft: () => block.header.gasLimit - gasUsed,
    async run(tx) {
      const result = await runTx(vm, { tx, block, blockGasUsed: gasUsed })
      const one = executedOf(tx, result, block.header.baseFeePerGas!)
      const key = RLP.encode(executed.length)
      await transactions.put(key, tx.serialize())
      await receipts.put(key, encodeReceipt(result.receipt, tx.type))
      one.bloom.forEach((byte, at) => (logsBloom[at]! |= byte))
      gasUsed = one.cumulativeGasUsed
      executed.push(one)
      return one
    },
    async finish() {
      const stateRoot = hexOf(await vm.stateManager.getStateRoot())
      const [transactionsRoot, receiptsRoot] = [rootOf(transactions), rootOf(receipts)]
      return { executed, stateRoot, transactionsRoot, receiptsRoot, logsBloom, gasUsed }
    },
  }
}

function executedOf(
  tx: TypedTransaction,
  result: Awaited<ReturnType<typeof runTx>>,
  baseFee: bigint,
): ExecutedTransaction {
  const { receipt, createdAddress } = result
  return {
    tx,
    hash: hexOf(tx.hash()),
    sender: hexOf(tx.getSenderAddress().bytes),
    status: 'status' in receipt && receipt.status === 1 ? 1 : 0,
    gasUsed: result.totalGasSpent,
    cumulativeGasUsed: receipt.cumulativeBlockGasUsed,
    effectiveGasPrice: feeOf(tx, baseFee),
    bloom: receipt.bitvector,
    logs: receipt.logs.map(([address, topics, data]) => ({
      address: hexOf(address),
      topics: topics.map(hexOf),
      data: Buffer.from(data),
    })),
    ...(createdAddress && { contract: hexOf(createdAddress.bytes) }),
  }
}

/** Price of a unit of gas that a transaction pays. */
export function feeOf(tx: TypedTransaction, baseFee: bigint): bigint {
  if (!('maxFeePerGas' in tx)) return tx.gasPrice
  const most = baseFee + tx.maxPriorityFeePerGas
  return most < tx.maxFeePerGas ? most : tx.maxFeePerGas
}

const rootOf = (trie: MerklePatriciaTrie): Word => hexOf(trie.root())
