// Cases as they are read: for one reader, by the reference itself. A case that nothing was told of is not there.
import type { CasesView, HeadKey, Journal, Views } from '../../hub/index.ts'
import {
  awaitedPrefix,
  entryPrefix,
  entryRow,
  indexOfRow,
  statePrefix,
  type CaseState,
  type SaidState,
} from './case-rows.ts'
import { CASES_VIEW } from './follower.ts'

/** Most states and wanted answers that one case is shown with: a consignment has a few of each. */
const SHOWN_MAX = 200

export function casesView({ journal, views }: { journal: Pick<Journal, 'headKey'>; views: Views }): CasesView {
  const keyOf = (ucr: string): HeadKey => journal.headKey('case', ucr)
  const all = async <T>(prefix: string): Promise<T[]> =>
    (await views.range(CASES_VIEW, prefix, `${prefix}~`, SHOWN_MAX)).map(({ value }) => JSON.parse(String(value)) as T)
  return {
    async entries(ucr, party, { after, limit }) {
      const key = keyOf(ucr)
      const prefix = entryPrefix(key, party)
      const from = after === undefined ? prefix : entryRow(key, party, after + 1)
      const found = await views.range(CASES_VIEW, from, `${prefix}~`, limit + 1)
      const entries = found.slice(0, limit).map(({ key: row, value }) => ({
        index: indexOfRow(row),
        states: JSON.parse(String(value)) as SaidState[],
      }))
      return { entries, ...(found.length > limit && { next: entries.at(-1)!.index }) }
    },
    states: async (ucr, party) =>
      (await all<CaseState>(statePrefix(keyOf(ucr), party))).sort((a, b) => a.begun - b.begun),
    awaited: (ucr, party) => all(awaitedPrefix(keyOf(ucr), party)),
  }
}
