// The pool: whoever comes first is served first, but nobody before the transaction that has to come before; and it is bounded.
import type { TypedTransaction } from '@ethereumjs/tx'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createPool } from '../../../../src/crosschain/devnet/pool.ts'

const txOf = (nonce: number, gasLimit = 21_000): TypedTransaction =>
  ({ nonce: BigInt(nonce), gasLimit: BigInt(gasLimit) }) as TypedTransaction
const GAS = 30_000_000n

describe('the pool', () => {
  it('gives everything that has no gap before it, each sender in the order of nonces, the rest stays', () => {
    const arrivals = fc.uniqueArray(fc.tuple(fc.nat(4), fc.nat(9)), { maxLength: 40, selector: String })
    fc.assert(
      fc.property(arrivals, fc.array(fc.nat(3), { minLength: 5, maxLength: 5 }), (came, firsts) => {
        const pool = createPool(100)
        for (const [sender, nonce] of came) pool.add(txOf(nonce), `${sender}/${nonce}`, `${sender}`)
        const nonces = new Map(firsts.map((first, sender) => [`${sender}`, BigInt(first)]))
        const waiting = new Set(came.map(String))
        const expected = firsts.flatMap((first, sender) => {
          const row: string[] = []
          for (let nonce = first; waiting.has(`${sender},${nonce}`); nonce++) row.push(`${sender}/${nonce}`)
          expect(pool.nextNonce(`${sender}`, BigInt(first))).toBe(BigInt(first + row.length))
          return row
        })
        const taken: string[] = []
        for (let one = pool.next(nonces, GAS); one; one = pool.next(nonces, GAS)) {
          expect(one.tx.nonce).toBe(nonces.get(one.sender))
          taken.push(one.hash)
          pool.remove(one.hash)
          nonces.set(one.sender, one.tx.nonce + 1n)
        }
        expect(taken.sort()).toEqual(expected.sort())
        expect(pool.size()).toBe(came.length - taken.length)
      }),
    )
  })

  it('serves among those that are ready whoever came first', () => {
    const pool = createPool(10)
    for (const sender of ['c', 'a', 'b']) pool.add(txOf(0), sender, sender)
    const order: string[] = []
    for (let one = pool.next(new Map(), GAS); one; one = pool.next(new Map(), GAS)) {
      order.push(one.hash)
      pool.remove(one.hash)
    }
    expect(order).toEqual(['c', 'a', 'b'])
  })

  it('passes over what no longer fits into the block', () => {
    const pool = createPool(10)
    pool.add(txOf(0, 500_000), 'large', 'a')
    pool.add(txOf(0, 21_000), 'small', 'b')
    expect(pool.next(new Map(), 499_999n)?.hash).toBe('small')
    expect(pool.next(new Map(), 20_999n)).toBeUndefined()
  })

  it('takes no more than it holds, and again when there is room', () => {
    const pool = createPool(2)
    pool.add(txOf(0), 'one', 'a')
    pool.add(txOf(1), 'two', 'a')
    expect(() => pool.add(txOf(2), 'three', 'a')).toThrow(/txpool is full: 2 transactions wait/)
    pool.remove('one')
    pool.add(txOf(2), 'three', 'a')
    expect([pool.size(), pool.get('three')?.sender, pool.get('one')]).toEqual([2, 'a', undefined])
  })
})
