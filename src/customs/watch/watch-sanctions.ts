// Watches who declarations name against the lists of sanctions of the countries concerned. A list that is stale, gone or not there says
// nothing of anybody: that is told, and what it could not be asked about waits for the next version.
import { fromTime } from '../../hub/index.ts'
import { shanghaiDay } from '../shanghai-day.ts'
import { hitsOf, type KnownList, listsRow, shownList } from './known-lists.ts'
import { countOf, pendingRow, waiting } from './pending.ts'
import type { Judged, PlannedAlert, Watching } from './planned.ts'
import { countriesThatKnow } from './readers.ts'

/** SANCTIONS_HIT and LIST_STALE, for each country whose authorities know the declaration. */
export async function watchSanctions(judged: Judged, watching: Watching): Promise<PlannedAlert[]> {
  const planned: PlannedAlert[] = []
  const { facts, by } = judged
  // An amendment of something else says nothing anew.
  const spoken = facts.spoken.find((one) => one.by === by.index)
  if (!spoken) return []
  const { memory, journal, register } = watching
  const evidence = await Promise.all([...new Set([facts.index, by.index])].map((index) => journal.read(index, 1)))
  for (const country of countriesThatKnow(evidence.flat(), register)) {
    const lists = (await memory.get<KnownList[]>(listsRow(country))) ?? []
    if (lists.length === 0 && watching.keepsLists(country))
      planned.push(...(await unjudged({ facts, by, country, why: 'ABSENT' }, watching)))
    for (const list of lists) {
      const why = list.withheld ? 'WITHHELD' : by.atMs > fromTime(list.staleAfter)! ? 'STALE' : undefined
      planned.push(
        ...(why === undefined
          ? await hitsOf(list, facts, spoken, country, watching)
          : await unjudged({ facts, by, country, why, list }, watching)),
      )
    }
  }
  return planned
}

/** Lets a declaration wait for the list. That is told once for each list and day, with all that wait and were not named before. */
async function unjudged(
  {
    facts,
    by,
    country,
    why,
    list,
  }: Judged & { country: string; why: 'STALE' | 'ABSENT' | 'WITHHELD'; list?: KnownList },
  { memory }: Watching,
): Promise<PlannedAlert[]> {
  const { index, kind } = facts
  const about = list?.key ?? country
  const row = pendingRow(about, kind)
  const pending = await waiting(memory, row, index)
  const day = shanghaiDay(by.atMs)
  const last = await memory.get<string>(`said/${about}`)
  if (last !== undefined && last >= day) return []
  memory.set(`said/${about}`, day)
  memory.set(row, { ...pending, named: countOf(pending) })
  const count = countOf(pending) - pending.named
  const says = {
    day,
    why,
    list: list ? shownList(list) : { name: '-' },
    ...(count > 1 && { figures: [{ name: 'declarations' as const, value: String(count) }] }),
  }
  const entries = [...new Set([...pending.indexes.slice(pending.named), index])]
  return [{ rule: 'LIST_STALE', about: [about, day], kind, country, entries, says }]
}
