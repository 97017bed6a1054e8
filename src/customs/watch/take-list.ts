// Takes a new version of a list of sanctions, and compares with it what waited for it.
import { countryOf, fromTime, openEntry, type JournalEntry } from '../../hub/index.ts'
import type { SanctionsList } from '../../../schemas/types.d.ts'
import { shanghaiDay } from '../shanghai-day.ts'
import { DECLARATION_KINDS } from './facts.ts'
import { hitsOf, type KnownList, listedRows, listsRow, rowsOf, shownList } from './known-lists.ts'
import { countOf, type Pending, pendingRow } from './pending.ts'
import type { PlannedAlert, Watching } from './planned.ts'
import { isListKey, type ListHead } from './sanctions-heads.ts'

/** Remembers a version of a list in place of the one before it, and compares with it what waited. */
export async function takeList(entry: JournalEntry, watching: Watching): Promise<PlannedAlert[]> {
  const { index, movements, audience } = entry
  const { memory, journal } = watching
  const issuer = audience.find(({ by }) => by === 'sender')?.party
  const movement = movements.find(({ key }) => isListKey(key))
  if (issuer === undefined || !movement) return []
  const opened = await openEntry(journal, index)
  const body = opened && !('withheld' in opened) ? (opened.body as SanctionsList) : undefined
  const { name, version, issuedAt, staleAfter } = movement.value as unknown as ListHead
  const country = countryOf(issuer)
  const row = listsRow(country)
  const lists = (await memory.get<KnownList[]>(row)) ?? []
  const before = lists.find(({ key }) => key === movement.key)
  await memory.fill(body ? rowsOf(index, body, watching) : [])
  const known: KnownList = { key: movement.key, name, version, issuedAt, staleAfter, entry: index, withheld: !body }
  memory.set(row, [...lists.filter((one) => one !== before), known])
  if (before && before.entry !== index) await memory.drop(listedRows(before.entry), `${listedRows(before.entry)}~`)
  return compareWaiting(known, entry, country, before === undefined, watching)
}

/** A list whose content is erased can no longer be relied on: what it said was the content's. */
export async function forgetList(erased: number, country: string, { memory }: Watching): Promise<void> {
  const lists = (await memory.get<KnownList[]>(listsRow(country))) ?? []
  const found = lists.find(({ entry }) => entry === erased)
  if (!found) return
  memory.set(
    listsRow(country),
    lists.map((one) => (one === found ? { ...one, withheld: true } : one)),
  )
  await memory.drop(listedRows(erased), `${listedRows(erased)}~`)
}

/** What waited for a list that can be relied on again, or for the first of its country, is compared with it; all of it is named. */
async function compareWaiting(
  list: KnownList,
  { index, atMs }: Pick<JournalEntry, 'index' | 'atMs'>,
  country: string,
  isFirst: boolean,
  watching: Watching,
): Promise<PlannedAlert[]> {
  if (list.withheld || atMs > fromTime(list.staleAfter)!) return []
  const { memory } = watching
  const day = shanghaiDay(atMs)
  const planned: PlannedAlert[] = []
  for (const kind of DECLARATION_KINDS)
    for (const about of [list.key, country]) {
      const row = pendingRow(about, kind)
      const pending = await memory.get<Pending>(row)
      if (!pending) continue
      const { compared = day, ...rest } = pending
      const isDue = compared === day && (about === list.key || pending.compared === undefined || isFirst)
      if (isDue) planned.push(...(await comparedWith(list, { ...rest, about, kind, index, day, country }, watching)))
      memory.set(row, about === country && compared === day ? { ...rest, compared } : undefined)
    }
  return planned
}

type Compared = Pending & { about: string; kind: string; index: number; day: string; country: string }

async function comparedWith(
  list: KnownList,
  { indexes, beyond, about, kind, index, day, country }: Compared,
  watching: Watching,
): Promise<PlannedAlert[]> {
  const found = await Promise.all(indexes.map((one) => watching.declarations.at(one)))
  const notJudged = found.filter((one) => one === undefined).length + beyond
  const hits = found.flatMap((facts) =>
    facts ? facts.spoken.map((one) => hitsOf(list, facts, one, country, watching)) : [],
  )
  const renewed: PlannedAlert = {
    rule: 'LIST_STALE',
    about: [list.key, 'renewed', String(index), about, kind],
    kind,
    country,
    entries: indexes,
    says: {
      day,
      why: 'RENEWED',
      list: shownList(list),
      figures: [{ name: 'declarations', value: String(countOf({ indexes, beyond })) }],
      ...(notJudged > 0 && { notJudged }),
    },
  }
  return [renewed, ...(await Promise.all(hits)).flat()]
}
