// Transactions that wait for a block: by sender and nonce, in the order they came, bounded.
import type { TypedTransaction } from '@ethereumjs/tx'
import type { Address, Word } from '../packet.ts'
import { RpcError } from './rpc-error.ts'

export interface PooledTransaction {
  tx: TypedTransaction
  hash: Word
  sender: Address
  /** Counts arrivals. */
  arrived: number
}

export interface Pool {
  size(): number
  get(hash: Word): PooledTransaction | undefined
  /** Throws RpcError: known already, another one with that nonce, full. */
  add(tx: TypedTransaction, hash: Word, sender: Address): void
  remove(hash: Word): void
  senders(): Address[]
  /** The one that came first among those whose nonce is the sender's next and whose gas fits. */
  next(nonces: ReadonlyMap<Address, bigint>, gasLeft: bigint): PooledTransaction | undefined
  /** The nonce after the last one that follows without a gap. */
  nextNonce(sender: Address, nonce: bigint): bigint
}

/** Replacing a transaction is refused: a devnet has no fees to outbid with. */
export function createPool(max: number): Pool {
  const byHash = new Map<Word, PooledTransaction>()
  const bySender = new Map<Address, Map<bigint, PooledTransaction>>()
  let arrivals = 0
  return {
    size: () => byHash.size,
    get: (hash) => byHash.get(hash),
    add(tx, hash, sender) {
      const queue = bySender.get(sender) ?? new Map<bigint, PooledTransaction>()
      if (byHash.has(hash)) throw new RpcError(-32000, 'already known')
      if (queue.has(tx.nonce)) throw new RpcError(-32000, 'replacement transaction underpriced')
      if (byHash.size >= max) throw new RpcError(-32000, `txpool is full: ${max} transactions wait`)
      const pooled = { tx, hash, sender, arrived: arrivals++ }
      byHash.set(hash, pooled)
      bySender.set(sender, queue.set(tx.nonce, pooled))
    },
    remove(hash) {
      const pooled = byHash.get(hash)
      if (!pooled) return
      byHash.delete(hash)
      const queue = bySender.get(pooled.sender)!
      queue.delete(pooled.tx.nonce)
      if (queue.size === 0) bySender.delete(pooled.sender)
    },
    senders: () => [...bySender.keys()],
    next(nonces, gasLeft) {
      let first: PooledTransaction | undefined
      for (const [sender, queue] of bySender) {
        const pooled = queue.get(nonces.get(sender) ?? 0n)
        if (pooled && pooled.tx.gasLimit <= gasLeft && (!first || pooled.arrived < first.arrived)) first = pooled
      }
      return first
    },
    nextNonce(sender, nonce) {
      const queue = bySender.get(sender)
      let next = nonce
      while (queue?.has(next)) next++
      return next
    },
  }
}
