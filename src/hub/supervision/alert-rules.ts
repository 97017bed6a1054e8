// When supervisors are alerted, pure: facts of the journal in order, what is remembered of a party and of a head, and the alerts that follow.
// Time is that of the entries, so the same journal always gives the same alerts.
import type { HubAlert } from '../../../schemas/types.d.ts'
import type { RefusalCode } from '../errors.ts'
import type { HeadKey } from '../journal/heads.ts'
import type { PartyUrn } from '../message/envelope.ts'
import { toTime } from '../values/encoding.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 86_400_000

/** Two or three refusals are a clerk trying smaller amounts; five within an hour are somebody feeling for what is left. */
export const QUOTA_ABUSE = { count: 5, windowMs: HOUR_MS }
/** One late answer happens; three within a week are a desk that does not answer. */
export const OVERDUE = { count: 3, windowMs: 7 * DAY_MS }
/** Half of an hour's messages refused is unusual; below twenty refusals a share says nothing. */
export const REFUSAL_RATE = { count: 20, share: 0.5, windowMs: HOUR_MS }
/** Most entries an alert names as evidence: the newest. */
const ENTRIES_MAX = 100
const DRAWERS_MAX = 16

const OVER_BALANCE: ReadonlySet<string> = new Set<RefusalCode>(['BALANCE_INSUFFICIENT', 'ACCOUNT_CLOSED'])
const SOMEBODY_FIRST: ReadonlySet<string> = new Set<RefusalCode>(['BALANCE_INSUFFICIENT', 'ALREADY_CLAIMED'])

/** What the rules look at, one per entry that matters to them. `party` is the principal, if an agent sent it. */
export type Fact = { index: number; atMs: number; party: PartyUrn; kind: string } & (
  | { what: 'accepted'; draws: readonly HeadKey[] }
  | { what: 'refused'; code: string; head: HeadKey; rivals: boolean; isCertain: boolean }
  | { what: 'overdue' }
)

interface Mark {
  index: number
  atMs: number
}

/** What is remembered of a party. */
export interface PartyWatch {
  overBalance: Mark[]
  overdue: Mark[]
  /** `refused` are the newest refusals of the hour; of those before them, `earlier`, their number and the time of the first are kept. */
  rate: { sinceMs: number; of: number; refused: Mark[]; earlier?: { count: number; sinceMs: number } }
}

/** What is remembered of a head that only one may draw on: who did, and who was refused. */
export interface HeadWatch {
  drawers: PartyUrn[]
  times: number
}

export const newPartyWatch = (): PartyWatch => ({
  overBalance: [],
  overdue: [],
  rate: { sinceMs: 0, of: 0, refused: [] },
})
export const newHeadWatch = (): HeadWatch => ({ drawers: [], times: 0 })

/** An alert to be written: `kind` is the kind whose supervisors, in the party's country, are told. */
export interface PlannedAlert {
  party: PartyUrn
  kind: string
  /** The entry that made it due; with the rule it names the alert for ever. */
  dueTo: number
  body: HubAlert
}

/** Takes a fact in: changes what is remembered of its party and heads, and gives the alerts that are due. */
export function planAlerts(fact: Fact, watch: PartyWatch, headOf: (key: HeadKey) => HeadWatch): PlannedAlert[] {
  if (fact.what === 'overdue') return planSeries(fact, watch.overdue, OVERDUE, 'overdue')
  if (fact.what === 'accepted') {
    for (const key of fact.draws) draw(headOf(key), fact.party)
    return planRate(fact, watch)
  }
  return [
    ...(fact.rivals && SOMEBODY_FIRST.has(fact.code) ? planDuplicate(fact, headOf(fact.head)) : []),
    ...(OVER_BALANCE.has(fact.code) ? planSeries(fact, watch.overBalance, QUOTA_ABUSE, 'quota-abuse') : []),
    ...planRate(fact, watch),
  ]
}

function draw(head: HeadWatch, party: PartyUrn): void {
  if (!head.drawers.includes(party) && head.drawers.length < DRAWERS_MAX) head.drawers.push(party)
}

function planDuplicate(fact: Fact & { what: 'refused' }, head: HeadWatch): PlannedAlert[] {
  const { party, kind, index, code } = fact
  if (!head.drawers.some((drawer) => drawer !== party)) return []
  head.times++
  // Refusals of others on the same head are counted, not shown: their indexes would tell one regulator of another's party.
  const body: HubAlert = {
    rule: 'duplicate-financing',
    party,
    kind,
    refusal: index,
    code,
    times: head.times,
    entries: [index],
  }
  return [{ party, kind, dueTo: index, body }]
}

/** So many within a window; those that made an alert do not make the next. */
function planSeries(
  fact: Fact,
  marks: Mark[],
  { count, windowMs }: { count: number; windowMs: number },
  rule: 'quota-abuse' | 'overdue',
): PlannedAlert[] {
  const { index, atMs, party, kind } = fact
  marks.push({ index, atMs })
  while (marks[0]!.atMs <= atMs - windowMs) marks.shift()
  if (marks.length < count) return []
  const seen = marks.splice(0)
  return [{ party, kind, dueTo: index, body: { rule, party, count: seen.length, ...evidence(seen) } }]
}

function planRate(fact: Fact, watch: PartyWatch): PlannedAlert[] {
  const { index, atMs, party, kind } = fact
  if (atMs >= watch.rate.sinceMs + REFUSAL_RATE.windowMs) watch.rate = { sinceMs: atMs, of: 0, refused: [] }
  const { rate } = watch
  rate.of++
  // "Cannot tell" is not a no.
  if (fact.what !== 'refused' || !fact.isCertain) return []
  rate.refused.push({ index, atMs })
  forgetEarlier(rate)
  const { earlier } = rate
  const count = rate.refused.length + (earlier?.count ?? 0)
  if (count < REFUSAL_RATE.count || count < rate.of * REFUSAL_RATE.share) return []
  const since = earlier && { since: toTime(earlier.sinceMs) }
  const body: HubAlert = { rule: 'refusal-rate', party, count, of: rate.of, ...evidence(rate.refused), ...since }
  watch.rate = { sinceMs: atMs, of: 0, refused: [] }
  return [{ party, kind, dueTo: index, body }]
}

/** What is remembered is written again with every refusal, so it keeps a bound. */
function forgetEarlier(rate: PartyWatch['rate']): void {
  const over = rate.refused.length - ENTRIES_MAX
  if (over <= 0) return
  const [first] = rate.refused.splice(0, over)
  rate.earlier = {
    count: (rate.earlier?.count ?? 0) + over,
    sinceMs: rate.earlier?.sinceMs ?? first!.atMs,
  }
}

const evidence = (marks: readonly Mark[]): { since: string; until: string; entries: number[] } => ({
  since: toTime(marks[0]!.atMs),
  until: toTime(marks.at(-1)!.atMs),
  entries: marks.slice(-ENTRIES_MAX).map(({ index }) => index),
})
