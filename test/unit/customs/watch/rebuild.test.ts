// Whatever comes in which order, and wherever the watch is stopped: read again from the first entry it has nothing to add, and it alerts of
// nothing twice.
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { goods, MINUTE_MS, WatchPlace, WHO } from './watch-place.ts'

const LIST = {
  name: 'EXAMPLE',
  issuedAt: '2026-11-05T00:00:00.000Z',
  entries: [{ id: 'EX-1', names: ['Example Fresh Foods (Thailand)'] }],
}
const TOTALS = ['400.00', '600.00', '30000.00', '90000.00'] as const

type Act =
  | { act: 'declare'; total: number; currency: 'USD' | 'CNY'; ucr: string | undefined; imported: boolean }
  | { act: 'trade'; person: string; site: number; minor: number }
  | { act: 'void'; which: number }
  | { act: 'amend'; which: number; total: number | undefined; name: string | undefined; ucr: string | undefined }
  | { act: 'list'; version: number; minutes: number }
  | { act: 'restart' }

const acts: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      act: fc.constant('declare' as const),
      total: fc.nat(TOTALS.length - 1),
      currency: fc.constantFrom('USD' as const, 'CNY' as const),
      ucr: fc.constantFrom(undefined, 'A', 'B'),
      imported: fc.boolean(),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      act: fc.constant('trade' as const),
      person: fc.constantFrom('a', 'b'),
      site: fc.nat(2),
      minor: fc.constantFrom(100, 500_000, 900_000),
    }),
  },
  fc.record({ act: fc.constant('void' as const), which: fc.nat(20) }),
  {
    weight: 3,
    arbitrary: fc.record({
      act: fc.constant('amend' as const),
      which: fc.nat(20),
      total: fc.constantFrom(undefined, 0, 1, 2, 3),
      name: fc.constantFrom(undefined, 'Example Fresh Foods (Thailand)', 'Another Example'),
      ucr: fc.constantFrom(undefined, 'A', 'B'),
    }),
  },
  // Stale when it comes, soon, or late.
  {
    weight: 2,
    arbitrary: fc.record({
      act: fc.constant('list' as const),
      version: fc.nat(30),
      minutes: fc.constantFrom(0, 5, 30),
    }),
  },
  fc.constant({ act: 'restart' as const }),
)

describe('the watch', () => {
  it('is the same wherever it was interrupted', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.boolean(),
        fc.array(acts, { minLength: 5, maxLength: 60, size: 'max' }),
        async (keeps, story) => {
          const place = await WatchPlace.open()
          place.keepsLists = keeps
          try {
            const declared: number[] = []
            const ended = new Set<number>()
            for (const one of story) {
              if (one.act === 'restart') await place.restart()
              else if (one.act === 'list') {
                const staleAfter = new Date(place.nowMs + one.minutes * MINUTE_MS).toISOString()
                await place.list({ ...LIST, version: String(one.version), staleAfter })
              } else if (one.act === 'trade') await place.trade(one.person, one.site, BigInt(one.minor))
              else if (one.act === 'amend') {
                const index = declared[one.which % Math.max(1, declared.length)]
                if (index === undefined || ended.has(index)) continue
                const total = one.total === undefined ? undefined : TOTALS[one.total]!
                const changes = {
                  '/noteS': 'x',
                  ...(total !== undefined && { '/items/0/declTotal': total }),
                  ...(one.name !== undefined && { '/overseasTraderName': one.name }),
                }
                await place.amend(index, changes, {
                  ...(total !== undefined && { newTotal: total }),
                  ...(one.ucr !== undefined && { ucr: one.ucr }),
                })
              } else if (one.act === 'void') {
                const index = declared[one.which % Math.max(1, declared.length)]
                if (index === undefined || ended.has(index)) continue
                ended.add(index)
                await place.void(index)
              } else {
                const body = goods(TOTALS[one.total]!, '10000', one.currency, { ieFlag: one.imported ? 'I' : 'E' })
                const sent = { from: one.imported ? WHO.importer : WHO.trader, ...(one.ucr && { ucr: one.ucr }) }
                declared.push(await place.declare(body, sent))
              }
            }
            const before = await place.alerts()
            const size = place.journal.size()
            await place.rebuild()
            expect(place.journal.size()).toBe(size)
            expect(await place.alerts()).toEqual(before)
            const said = before.map(({ body: { rule, country, entries, list } }) =>
              JSON.stringify([rule, country, entries, list]),
            )
            expect(new Set(said).size).toBe(said.length)
          } finally {
            await place.close()
          }
        },
      ),
      { numRuns: 25 },
    )
  })
})
