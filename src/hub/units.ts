// Metered units: what each party sent and was told, per day (UTC) and kind. Counted from the journal alone and in the same act as the
// cursor, so a rebuild gives the same rows.
import { follow, type Follower } from './journal/follow.ts'
import type { Journal, JournalEntry, Views } from './journal/journal.ts'
import type { PartyUrn } from './message/envelope.ts'
import { toTime } from './values/encoding.ts'

export const UNITS_VIEW = 'units'
const BATCH_MAX = 256
const LINGER_MS = 1_000

export interface Units {
  messages: number
  bytes: number
  attachmentBytes: number
  /** Entries told to the party, those of its own among them. */
  items: number
  /** Messages of the party that a head refused. */
  refusals: number
}

export interface UnitsRow extends Units {
  party: PartyUrn
  /** YYYY-MM-DD, UTC, of the entry's time. */
  day: string
  kind: string
}

const NONE: Units = { messages: 0, bytes: 0, attachmentBytes: 0, items: 0, refusals: 0 }
const keyOf = (party: string, day: string, kind: string): string => `${party} ${day} ${kind}`

/** What one entry adds, by row. The sender of a kind that is not told to its sender (acknowledgements) is not metered for it. */
export function unitsOf(entry: JournalEntry): { key: string; add: Partial<Units> }[] {
  const day = toTime(entry.atMs).slice(0, 10)
  const kind = entry.refusal?.kind ?? entry.kind
  const told = entry.audience.map(({ party }) => ({ key: keyOf(party, day, entry.kind), add: { items: 1 } }))
  const sender = entry.audience.find(({ by }) => by === 'sender')?.party
  if (sender === undefined) return told
  const key = keyOf(sender, day, kind)
  if (entry.refusal) return [...told, { key, add: { refusals: 1 } }]
  return entry.sent ? [...told, { key, add: { messages: 1, ...entry.sent } }] : told
}

/** Follows the journal and counts. */
export async function followUnits(deps: {
  journal: Journal
  views: Views
  onFault(error: unknown): void
}): Promise<Follower> {
  const { journal, views } = deps
  let counted = await views.cursor(UNITS_VIEW)
  if (counted > journal.size()) {
    await views.empty(UNITS_VIEW)
    counted = 0
  }
  return follow({
    ...deps,
    from: counted,
    batchMax: BATCH_MAX,
    lingerMs: LINGER_MS,
    async handle(entries) {
      // A write may have taken effect before it failed; only the store knows, and nothing is counted twice.
      counted = await views.cursor(UNITS_VIEW)
      const fresh = entries.filter(({ index }) => index >= counted)
      if (fresh.length === 0) return
      await views.apply(UNITS_VIEW, await sumsOf(fresh, views), fresh.at(-1)!.index + 1)
    },
  })
}

async function sumsOf(entries: readonly JournalEntry[], views: Views): Promise<{ key: string; value: string }[]> {
  const sums = new Map<string, Units>()
  for (const { key, add } of entries.flatMap(unitsOf)) {
    const sum = sums.get(key) ?? (await readUnits(views, key))
    sums.set(key, sum)
    for (const [name, by] of Object.entries(add) as [keyof Units, number][]) sum[name] += by
  }
  return [...sums].map(([key, sum]) => ({ key, value: JSON.stringify(sum) }))
}

async function readUnits(views: Views, key: string): Promise<Units> {
  const value = await views.get(UNITS_VIEW, key)
  return value === undefined ? { ...NONE } : (JSON.parse(value as string) as Units)
}

/** Rows of the days from..to, both included; of one party, or of all by party. `next` is the `after` of the following page. */
export async function listUnits(
  views: Views,
  query: { party?: PartyUrn; from: string; to: string; after?: string; limit: number },
): Promise<{ rows: UnitsRow[]; next?: string }> {
  const { party, from, to, after, limit } = query
  const begin = party === undefined ? '' : keyOf(party, from, '')
  const end = party === undefined ? '~' : keyOf(party, to, '~')
  // Just behind the last one given.
  const start = after !== undefined && after >= begin ? `${after}\0` : begin
  const found = await views.range(UNITS_VIEW, start, end, limit)
  const rows = found.map(({ key, value }) => {
    const [of, day, kind] = key.split(' ') as [string, string, string]
    return { party: of, day, kind, ...(JSON.parse(value as string) as Units) }
  })
  return {
    rows: rows.filter(({ day }) => from <= day && day <= to),
    ...(found.length === limit && { next: found.at(-1)!.key }),
  }
}
