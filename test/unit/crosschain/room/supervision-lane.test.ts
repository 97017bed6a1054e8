// The supervision lane: every item of the regulator's feed is covered once, without a gap, wherever the work broke off.
import * as fc from 'fast-check'
import { createHash } from 'node:crypto'
import { afterEach, describe, expect, it } from 'vitest'
import { keccak256 } from 'viem'
import { feedWord } from '../../../../src/crosschain/anchor.ts'
import { ProofRefused } from '../../../../src/crosschain/proof-refused.ts'
import type { Rounds } from '../../../../src/crosschain/rounds.ts'
import { followSupervision, rangeWord, type RangePosition } from '../../../../src/crosschain/supervision-lane.ts'
import { CutOff, fakeLedger, NOTARY } from './fake-ledger.ts'
import { word } from './paper.ts'
import { proofOf } from './proved.ts'
import { REGULATOR_VN } from './world.ts'

const open: Rounds[] = []
afterEach(async () => void (await Promise.all(open.splice(0).map((one) => one.close()))))

const journal = { urn: 'urn:hub:cn:operator:example-hub:journal', epoch: 1 }
const FEED = feedWord(journal.urn, journal.epoch, REGULATOR_VN)
const rootOf = (from: number, to: number) => createHash('sha256').update(`${from}-${to}`).digest('hex')

/** A regulator's feed in memory; positions are kept as a disk would keep them. */
function desk() {
  const ledger = fakeLedger()
  const faults: unknown[] = []
  const feed = { head: 0, holds: (_to: number) => true }
  let kept: string = JSON.stringify({ to: 0 })
  const start = (): Rounds => {
    const rounds = followSupervision({
      connection: () => ledger.connection,
      regulator: REGULATOR_VN,
      journal,
      feed: {
        head: async () => feed.head,
        root: async (from, to) => (feed.holds(to) ? rootOf(from, to) : undefined),
      },
      position: {
        get: async () => JSON.parse(kept) as RangePosition,
        async set(position) {
          ledger.step('before set')
          kept = JSON.stringify(position)
          ledger.step('after set')
        },
      },
      everyMs: 1_000_000,
      onFault: (error) => faults.push(error),
    })
    open.push(rounds)
    return rounds
  }
  return { ledger, faults, feed, start, position: () => JSON.parse(kept) as RangePosition }
}

describe('the supervision lane', () => {
  it('covers what has come since the last range, and does nothing when nothing has', async () => {
    const { ledger, feed, start, position } = desk()
    const rounds = start()
    await rounds.now()
    feed.head = 3
    await rounds.now()
    await rounds.now()
    feed.head = 4
    await rounds.now()
    expect(ledger.acts).toEqual(['range 1-3', 'range 4-4'])
    expect(position()).toEqual({ to: 4 })
  })

  it('covers a long feed in ranges of bounded size, in one turn', async () => {
    const { ledger, feed, start, position } = desk()
    feed.head = 12_345
    await start().now()
    expect(ledger.acts).toEqual(['range 1-5000', 'range 5001-10000', 'range 10001-12345'])
    expect(position()).toEqual({ to: 12_345 })
  })

  it('waits while the feed does not hold all of the range', async () => {
    const { ledger, feed, start, position, faults } = desk()
    feed.head = 7
    feed.holds = () => false
    const rounds = start()
    await rounds.now()
    expect([ledger.acts, position(), faults]).toEqual([[], { to: 0 }, []])
    feed.holds = () => true
    await rounds.now()
    expect(position()).toEqual({ to: 7 })
  })

  it('notes the same range again after a break, though the feed has grown', async () => {
    const { ledger, feed, start, position } = desk()
    feed.head = 3
    ledger.step = (name) => {
      if (name === 'after range 1-3') throw new CutOff(name)
    }
    await start().now()
    expect(position()).toEqual({ to: 0, noting: { to: 3, root: rootOf(1, 3) } })
    feed.head = 9
    ledger.step = () => {}
    await start().now()
    expect(ledger.acts).toEqual(['range 1-3', 'range 4-9'])
    expect(position()).toEqual({ to: 9 })
  })

  it('leaves no gap and covers nothing twice, wherever it breaks off and however often', async () => {
    const life = fc.record({ grows: fc.nat(3), cutAfter: fc.nat(9), lag: fc.nat(1) })
    await fc.assert(
      fc.asyncProperty(fc.array(life, { minLength: 1, maxLength: 12 }), async (lives) => {
        const { ledger, feed, start, position } = desk()
        for (const { grows, cutAfter, lag } of lives) {
          feed.head += grows
          ledger.lag = lag
          let steps = 0
          ledger.step = (name) => {
            if (++steps > cutAfter) throw new CutOff(name)
          }
          const rounds = start()
          await rounds.now()
          await rounds.close()
        }
        ledger.step = () => {}
        ledger.lag = 0
        await start().now()
        expect(position()).toEqual({ to: feed.head })
        const ranges = ledger.acts.map((act) => /(\d+)-(\d+)$/.exec(act)!.slice(1).map(Number) as [number, number])
        expect(ranges.flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, n) => from + n))).toEqual(
          Array.from({ length: feed.head }, (_, n) => n + 1),
        )
      }),
    )
  })

  it('goes no further than what is proved to stand there', async () => {
    const { ledger, feed, start, position, faults } = desk()
    feed.head = 3
    ledger.lie.range = async () => ({ transaction: '', height: 10, gasUsed: 0n })
    const rounds = start()
    await rounds.now()
    expect(faults[0]).toBeInstanceOf(ProofRefused)
    ledger.lie = { proof: async (place) => ({ value: '', proof: proofOf(NOTARY, { ...place, value: word('a') }) }) }
    await rounds.now()
    expect(faults[1]).toBeInstanceOf(ProofRefused)
    expect(position().to).toBe(0)
    ledger.lie = {}
    await rounds.now()
    expect(position()).toEqual({ to: 3 })
  })

  it('waits for a node that lags behind', async () => {
    const { ledger, feed, start, position, faults } = desk()
    feed.head = 3
    ledger.lag = 2
    const rounds = start()
    await rounds.now()
    expect(faults).toEqual([expect.objectContaining({ kind: 'answer' })])
    expect(position().to).toBe(0)
    ledger.lag = 0
    await rounds.now()
    expect([position(), ledger.acts]).toEqual([{ to: 3 }, ['range 1-3']])
  })
})

describe('the word of a range', () => {
  it('is the hash of five words, made by hand here', () => {
    const number = (value: number) => value.toString(16).padStart(64, '0')
    const domain = Buffer.from('beibu-hub/range/v1').toString('hex').padEnd(64, '0')
    expect(`0x${rangeWord(FEED, 4, 9, word('b'))}`).toBe(
      keccak256(`0x${[domain, FEED, number(4), number(9), word('b')].join('')}`),
    )
  })
})
