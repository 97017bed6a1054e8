// The rules of alerts: what is told, to whom it points, and what it never says.
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type Fact,
  type HeadWatch,
  newHeadWatch,
  newPartyWatch,
  OVERDUE,
  planAlerts,
  QUOTA_ABUSE,
  REFUSAL_RATE,
} from '../../../src/hub/supervision/alert-rules.ts'

const [FIRST, SECOND] = ['urn:hub:cn:bank:banyan', 'urn:hub:vn:bank:lotus-lake']
const START_MS = Date.parse('2026-03-02T01:00:00.000Z')
const MINUTE_MS = 60_000

function journal() {
  const parties = new Map<string, ReturnType<typeof newPartyWatch>>()
  const heads = new Map<string, HeadWatch>()
  let index = 0
  const of = <K, V>(map: Map<K, V>, key: K, make: () => V): V => map.get(key) ?? map.set(key, make()).get(key)!
  const add = (fact: object, party = FIRST, atMs = START_MS + index * MINUTE_MS) =>
    planAlerts(
      { index: index++, atMs, party, kind: 'tradefinance.financing', ...fact } as Fact,
      of(parties, party!, newPartyWatch),
      (key) => of(heads, key, newHeadWatch),
    )
  return { add }
}
const accepted = { what: 'accepted', draws: ['account'] }
const refused = (more: object = {}) => ({
  what: 'refused',
  code: 'BALANCE_INSUFFICIENT',
  head: 'account',
  rivals: true,
  isCertain: true,
  ...more,
})

describe('duplicate financing', () => {
  it('is a refusal of what somebody else has drawn on, counted on its head', () => {
    const { add } = journal()
    add(accepted, FIRST)
    expect(add(refused(), SECOND)).toMatchObject([
      { party: SECOND, body: { rule: 'duplicate-financing', party: SECOND, refusal: 1, times: 1, entries: [1] } },
    ])
    expect(add(refused({ code: 'ALREADY_CLAIMED' }), SECOND)).toMatchObject([{ body: { refusal: 2, times: 2 } }])
  })
  it('never names who came first', () => {
    const { add } = journal()
    add(accepted, FIRST)
    expect(JSON.stringify(add(refused(), SECOND))).not.toContain(FIRST)
  })
  it.each([
    ['its own drawing', {}, FIRST],
    ['a kind in which nobody competes', { rivals: false }, SECOND],
    ['a refusal for another reason', { code: 'STATE_CONFLICT' }, SECOND],
    ['another head', { head: 'other' }, SECOND],
  ])('is not %s', (_what, refusal, party) => {
    const { add } = journal()
    add(accepted, FIRST)
    expect(add(refused(refusal), party)).toEqual([])
  })
})

describe('series', () => {
  it('five refusals for balance within an hour are told once, with their entries; five more once again', () => {
    const { add } = journal()
    const told = Array.from({ length: 2 * QUOTA_ABUSE.count }, () => add(refused())).map((alerts) => alerts.length)
    expect(told).toEqual([0, 0, 0, 0, 1, 0, 0, 0, 0, 1])
  })
  it('refusals that lie further apart are not', () => {
    const { add } = journal()
    for (let n = 0; n < 20; n++)
      expect(add(refused(), FIRST, START_MS + (n * QUOTA_ABUSE.windowMs) / (QUOTA_ABUSE.count - 1))).toEqual([])
  })
  it('three overdue answers within a week are told', () => {
    const { add } = journal()
    const days = [0, 3, 6].map((day) => add({ what: 'overdue' }, SECOND, START_MS + day * 86_400_000))
    expect(days.flat()).toMatchObject([{ body: { rule: 'overdue', party: SECOND, count: OVERDUE.count } }])
  })
})

describe('refusal rate', () => {
  const other = refused({ code: 'STATE_CONFLICT' })
  it('is told when half of twenty and more are refused', () => {
    const { add } = journal()
    const told = Array.from({ length: 50 }, (_, n) => add(n % 2 === 0 ? other : accepted, FIRST, START_MS + n)).flat()
    expect(told).toMatchObject([{ body: { rule: 'refusal-rate', count: REFUSAL_RATE.count, of: 39 } }])
  })
  it('counts more refusals than it remembers, from the first of them', () => {
    const watch = newPartyWatch()
    const told = Array.from({ length: 1_000 }, (_, index) => {
      const fact = { index, atMs: START_MS + index, party: FIRST, kind: 'x', ...(index < 500 ? accepted : other) }
      return planAlerts(fact as Fact, watch, newHeadWatch)
    })
    expect(told.slice(0, -1).flat()).toEqual([])
    const [alert] = told.at(-1)!
    expect(alert!.body).toMatchObject({ count: 500, of: 1_000, since: new Date(START_MS + 500).toISOString() })
    expect((alert!.body as { entries: number[] }).entries).toEqual(Array.from({ length: 100 }, (_, n) => 900 + n))
  })
  it('remembers no more than an alert shows, however much is refused', () => {
    const watch = newPartyWatch()
    for (let index = 0; index < 3_000; index++)
      planAlerts(
        { index, atMs: START_MS + index, party: FIRST, kind: 'x', ...(index % 3 === 0 ? other : accepted) } as Fact,
        watch,
        newHeadWatch,
      )
    expect(watch.rate.refused).toHaveLength(100)
  })
  it('is not for few, for a small share, nor for what cannot be told', () => {
    for (const say of [
      (n: number) => (n < REFUSAL_RATE.count - 1 ? other : accepted),
      (n: number) => (n % 3 === 0 ? other : accepted),
      () => refused({ code: 'NOT_KNOWN_HERE', isCertain: false }),
    ]) {
      const { add } = journal()
      expect(Array.from({ length: 90 }, (_, n) => add(say(n), FIRST, START_MS + n)).flat()).toEqual([])
    }
  })
})

it('the same facts give the same alerts, wherever what is remembered was written down in between', () => {
  const fact = fc.record({
    kind: fc.constant('tradefinance.financing'),
    party: fc.constantFrom(FIRST, SECOND),
    step: fc.integer({ min: 0, max: 20 * MINUTE_MS }),
    say: fc.constantFrom(accepted, refused(), refused({ code: 'STATE_CONFLICT' }), { what: 'overdue' }),
  })
  fc.assert(
    fc.property(fc.array(fact, { maxLength: 120 }), fc.nat(), (facts, cut) => {
      const run = (writtenAt: number | undefined) => {
        let kept: Record<string, unknown> = {}
        const told: unknown[] = []
        let atMs = START_MS
        for (const [index, { party, kind, step, say }] of facts.entries()) {
          if (index === writtenAt) kept = JSON.parse(JSON.stringify(kept))
          atMs += step
          const watch = (kept[party!] ??= newPartyWatch()) as ReturnType<typeof newPartyWatch>
          const head = (key: string) => (kept[key] ??= newHeadWatch()) as HeadWatch
          told.push(...planAlerts({ index, atMs, party, kind, ...say } as Fact, watch, head))
        }
        return told
      }
      expect(run(cut % 120)).toEqual(run(undefined))
    }),
  )
})
