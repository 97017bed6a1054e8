// Blocks, transactions, receipts and logs as Besu writes them in JSON.
import { RLP } from '@ethereumjs/rlp'
import type { Word } from '../packet.ts'
import type { ChainBlock } from './block-building.ts'
import type { Place } from './block-store.ts'
import { type ExecutedLog, type ExecutedTransaction, feeOf, hexOf } from './construction.ts'
import type { PooledTransaction } from './pool.ts'
import { data, quantity } from './rpc-values.ts'

/** Header fields by the names of JSON-RPC, in the order of the header; with their kind. */
const FIELDS = [
  ['parentHash', 'data'],
  ['sha3Uncles', 'data'],
  ['miner', 'data'],
  ['stateRoot', 'data'],
  ['transactionsRoot', 'data'],
  ['receiptsRoot', 'data'],
  ['logsBloom', 'data'],
  ['difficulty', 'quantity'],
  ['number', 'quantity'],
  ['gasLimit', 'quantity'],
  ['gasUsed', 'quantity'],
  ['timestamp', 'quantity'],
  ['extraData', 'data'],
  ['mixHash', 'data'],
  ['nonce', 'data'],
  ['baseFeePerGas', 'quantity'],
] as const

const quantityOf = (bytes: Uint8Array): string => quantity(BigInt(`0x0${hexOf(bytes)}`))

/** A block as JSON, from its raw header; `full`: transactions, not only their hashes. */
export function blockJson(block: ChainBlock, full: boolean): Record<string, unknown> {
  const items = RLP.decode(block.rlp) as Uint8Array[]
  const fields = FIELDS.slice(0, items.length).map(([name, kind], at) => [
    name,
    kind === 'data' ? data(items[at]!) : quantityOf(items[at]!),
  ])
  const transactions = block.transactions.map((one, index) =>
    full ? transactionJson(one, { block, index }) : data(one.hash),
  )
  return {
    ...Object.fromEntries(fields),
    hash: data(block.hash),
    totalDifficulty: quantity(block.height),
    size: quantity(sizeOf(items, block)),
    uncles: [],
    transactions,
  }
}

const sizeOf = (items: Uint8Array[], { transactions }: ChainBlock): number =>
  RLP.encode([items, transactions.map(({ tx }) => (tx.type === 0 ? (tx.raw() as Uint8Array[]) : tx.serialize())), []])
    .length

/** A transaction as JSON; without a place it waits. */
export function transactionJson(one: ExecutedTransaction | PooledTransaction, place?: Place): Record<string, unknown> {
  const { tx } = one
  const { v, r, s, data: input, chainId, yParity, maxFeePerGas, maxPriorityFeePerGas, accessList } = tx.toJSON()
  const price = place
    ? feeOf(tx, place.block.fields.baseFeePerGas ?? 0n)
    : 'gasPrice' in tx
      ? tx.gasPrice
      : tx.maxFeePerGas
  return {
    hash: data(one.hash),
    type: quantity(tx.type),
    nonce: quantity(tx.nonce),
    from: data(one.sender),
    to: tx.to ? tx.to.toString() : null,
    value: quantity(tx.value),
    gas: quantity(tx.gasLimit),
    gasPrice: quantity(price),
    ...(maxFeePerGas !== undefined && { maxFeePerGas, maxPriorityFeePerGas }),
    ...(accessList !== undefined && { accessList }),
    input: input ?? '0x',
    chainId: chainId ?? quantity(tx.common.chainId()),
    v: v ?? yParity,
    ...(tx.type !== 0 && { yParity: v ?? yParity }),
    r,
    s,
    blockHash: place ? data(place.block.hash) : null,
    blockNumber: place ? quantity(place.block.height) : null,
    transactionIndex: place ? quantity(place.index) : null,
  }
}

export function receiptJson({ block, index }: Place): Record<string, unknown> {
  const one = block.transactions[index]!
  return {
    transactionHash: data(one.hash),
    transactionIndex: quantity(index),
    blockHash: data(block.hash),
    blockNumber: quantity(block.height),
    type: quantity(one.tx.type),
    status: quantity(one.status),
    from: data(one.sender),
    to: one.tx.to ? one.tx.to.toString() : null,
    contractAddress: one.contract === undefined ? null : data(one.contract),
    gasUsed: quantity(one.gasUsed),
    cumulativeGasUsed: quantity(one.cumulativeGasUsed),
    effectiveGasPrice: quantity(one.effectiveGasPrice),
    logsBloom: data(one.bloom),
    logs: logsOf(block)
      .filter((log) => log.index === index)
      .map(logJson),
  }
}

/** A log with its place; `logIndex` counts within the block. */
export interface PlacedLog extends Place, ExecutedLog {
  hash: Word
  logIndex: number
}

export function logsOf(block: ChainBlock): PlacedLog[] {
  let logIndex = 0
  return block.transactions.flatMap(({ logs, hash }, index) =>
    logs.map((log) => ({ ...log, block, index, hash, logIndex: logIndex++ })),
  )
}

export const logJson = (log: PlacedLog): Record<string, unknown> => ({
  address: data(log.address),
  topics: log.topics.map(data),
  data: data(log.data),
  blockHash: data(log.block.hash),
  blockNumber: quantity(log.block.height),
  transactionHash: data(log.hash),
  transactionIndex: quantity(log.index),
  logIndex: quantity(log.logIndex),
  removed: false,
})
