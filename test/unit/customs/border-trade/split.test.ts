// The split alone: laws that hold for any portions and whatever is left.
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { splitPortions, type Part, type Portion } from '../../../../src/customs/border/trade/split.ts'

const minor = fc.bigInt({ min: 1n, max: 2_000_000n })
const part: fc.Arbitrary<Part> = fc.oneof(
  fc.record({ limitType: fc.constantFrom('VALUE' as const, 'NOT_EXEMPT' as const), amountMinor: minor }),
  fc.record({
    limitType: fc.constant('QUANTITY' as const),
    amountMinor: minor,
    heading: fc.constantFrom('1006', '1701'),
    grams: fc.bigInt({ min: 1n, max: 200_000n }),
  }),
)
const portion: fc.Arbitrary<Portion> = fc.record({
  resident: fc.constantFrom('r1', 'r2', 'r3'),
  person: fc.constantFrom('p1', 'p2'),
  parts: fc.array(part, { minLength: 1, maxLength: 5 }),
})
const sumOf = (values: readonly bigint[]) => values.reduce((sum, value) => sum + value, 0n)

describe('splitPortions', () => {
  it('shares out every fen, and takes no more than there is', () => {
    fc.assert(
      fc.property(
        fc.array(portion, { minLength: 1, maxLength: 6 }),
        fc.bigInt({ min: 0n, max: 800_000n }),
        fc.bigInt({ min: 0n, max: 50_000n }),
        (portions, fen, grams) => {
          const shares = splitPortions(portions, { fen: () => fen, grams: () => grams })
          shares.forEach(({ dutyFreeMinor, taxableMinor }, at) => {
            const { parts } = portions[at]!
            const bound = parts.filter(({ limitType }) => limitType === 'NOT_EXEMPT').map((one) => one.amountMinor)
            expect(dutyFreeMinor + taxableMinor).toBe(sumOf(parts.map((one) => one.amountMinor)))
            expect(dutyFreeMinor).toBeGreaterThanOrEqual(0n)
            expect(taxableMinor).toBeGreaterThanOrEqual(sumOf(bound))
          })
          for (const person of ['p1', 'p2']) {
            const own = shares.filter((share) => share.person === person)
            expect(sumOf(own.map(({ dutyFreeMinor }) => dutyFreeMinor)) <= fen).toBe(true)
            for (const heading of ['1006', '1701'])
              expect(sumOf(own.map((share) => share.grams[heading] ?? 0n)) <= grams).toBe(true)
          }
        },
      ),
    )
  })

  it('frees as much in one declaration as in one for each portion', () => {
    fc.assert(
      fc.property(fc.array(portion, { minLength: 1, maxLength: 6 }), (portions) => {
        const valued = portions.map((one) => ({
          ...one,
          person: 'p1',
          parts: one.parts.filter(({ limitType }) => limitType === 'VALUE'),
        }))
        let left = 800_000n
        const single = valued.map((one) => {
          const [share] = splitPortions([one], { fen: () => left, grams: () => 0n })
          left -= share!.dutyFreeMinor
          return share!
        })
        expect(splitPortions(valued, { fen: () => 800_000n, grams: () => 0n })).toEqual(single)
      }),
    )
  })
})
