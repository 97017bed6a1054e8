// Finished sequences as stretches, the rate of a lane, and the ways of packets that are kept.
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { PartyUrn } from '../../../../src/hub/index.ts'
import { rateLimit } from '../../../../src/crosschain/relay/rate-limit.ts'
import { sequences } from '../../../../src/crosschain/relay/sequences.ts'
import { shownSteps, timelines } from '../../../../src/crosschain/relay/timeline.ts'

describe('finished sequences', () => {
  it('say the same as a plain set, in whatever order they come', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 40 })),
        fc.integer({ min: 1, max: 40 }),
        fc.nat(20),
        (added, from, limit) => {
          const stretches = sequences()
          const plain = new Set(added)
          for (const sequence of added) stretches.add(sequence)
          const all = Array.from({ length: 42 }, (_, n) => n + 1)
          expect(all.filter((n) => stretches.has(n))).toEqual(all.filter((n) => plain.has(n)))
          expect(stretches.count()).toBe(plain.size)
          expect(stretches.below()).toBe(all.find((n) => !plain.has(n))! - 1)
          const missing = all.filter((n) => n >= from && !plain.has(n)).slice(0, limit)
          expect(stretches.missing(from, 42, limit)).toEqual(missing)
        },
      ),
    )
  })
})

describe('the rate of a lane', () => {
  it('lets an hour of packets through at once, and then as many as the hour brings', () => {
    let nowMs = 0
    const rate = rateLimit(60, () => nowMs)
    for (let n = 0; n < 60; n++) expect(rate.take()).toBe(true)
    expect(rate.take()).toBe(false)
    nowMs += 60_000
    expect([rate.left(), rate.take(), rate.take()]).toEqual([1, true, false])
    nowMs += 86_400_000
    expect(rate.left()).toBe(60)
  })

  it('is not filled by a clock that goes back', () => {
    let nowMs = 3_600_000
    const rate = rateLimit(1, () => nowMs)
    rate.take()
    for (let n = 0; n < 40; n++) {
      nowMs -= 100_000
      rate.left()
      nowMs += 100_000
    }
    expect(rate.left()).toBe(0)
  })

  it('has no end where none is agreed', () => {
    const rate = rateLimit(0, () => 0)
    for (let n = 0; n < 100; n++) expect(rate.take()).toBe(true)
  })
})

describe('the ways of packets', () => {
  const ledger = 'urn:hub:sg:ledger:home' as PartyUrn

  it('are those of the newest', () => {
    const ways = timelines(2)
    for (const sequence of [1, 2, 3]) ways.note('a', sequence, { step: 'entered', entry: sequence })
    expect(ways.get('a', 1)).toBeUndefined()
    expect(ways.get('a', 3)).toEqual({ lane: 'a', sequence: 3, steps: [{ step: 'entered', entry: 3 }] })
  })

  it('have each step once, however often it was tried', () => {
    const ways = timelines()
    for (const height of [5, 6]) ways.note('a', 1, { step: 'sent', ledger, height })
    expect(shownSteps(ways.get('a', 1)!)).toEqual([
      { step: 'sent', ledger, height: 6, detail: 'the node says it was sent in block 6' },
    ])
  })
})
