import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { chanceOf, nextLookMs, retryMs } from '../../../src/hub/revocation/timing.ts'

const [MINUTE, HOUR] = [60_000, 3_600_000]

describe('the next look', () => {
  it('is at half of what is left, at the latest after an hour', () => {
    expect(nextLookMs(0, HOUR, MINUTE, 0)).toBe(HOUR / 2)
    expect(nextLookMs(0, 100 * HOUR, MINUTE, 0)).toBe(HOUR)
    expect(nextLookMs(0, HOUR, MINUTE, 1)).toBe(0.45 * HOUR)
  })
  it('is never at once, and before the next update while there is time', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -HOUR, max: 1000 * HOUR }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (left, chance) => {
          const at = nextLookMs(0, left, MINUTE, chance)
          expect(at).toBeGreaterThanOrEqual(0.9 * MINUTE)
          if (left >= 2 * MINUTE) expect(at).toBeLessThanOrEqual(left / 2)
        },
      ),
    )
  })
})

describe('a retry', () => {
  it('waits twice as long each time, ten minutes at the most', () => {
    expect([1, 2, 3, 4, 5, 60].map((failures) => retryMs(0, failures, MINUTE, 0) / MINUTE)).toEqual([
      1, 2, 4, 8, 10, 10,
    ])
    expect(retryMs(0, 9, HOUR, 0)).toBe(HOUR)
  })
})

describe('chance', () => {
  it('is a number from 0 to 1', () => {
    expect(chanceOf((size) => Buffer.alloc(size))).toBe(0)
    expect(chanceOf((size) => Buffer.alloc(size, 0xff))).toBe(1)
  })
})
