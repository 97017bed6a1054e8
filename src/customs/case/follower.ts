// Follows the journal and joins what is said under one unique consignment reference: by the movements of case heads, never by bodies.
import { follow, type Follower, type Journal, type Json, type Views } from '../../hub/index.ts'
import { addRows, type CaseState } from './case-rows.ts'

export const CASES_VIEW = 'cases'
const BATCH_MAX = 64
const LINGER_MS = 200

export interface CasesDeps {
  journal: Journal
  views: Views
  onFault(error: unknown): void
}

/** Rows and cursor are written in one act; the same entries again give the same rows. */
export async function followCases(deps: CasesDeps): Promise<Follower> {
  const { journal, views } = deps
  let from = await views.cursor(CASES_VIEW)
  // Rows of entries the journal no longer has (a store put back to an older state) are worth nothing.
  if (from > (await journal.current())) {
    await views.empty(CASES_VIEW)
    from = 0
  }
  const stateAt = async (row: string): Promise<CaseState | undefined> => {
    const kept = await views.get(CASES_VIEW, row)
    return kept === undefined ? undefined : (JSON.parse(String(kept)) as CaseState)
  }
  return follow({
    ...deps,
    from,
    batchMax: BATCH_MAX,
    lingerMs: LINGER_MS,
    async handle(entries) {
      const rows = new Map<string, Json>()
      for (const entry of entries) await addRows(entry, rows, stateAt)
      const written = [...rows].map(([key, value]) => ({ key, value: JSON.stringify(value) }))
      await views.apply(CASES_VIEW, written, entries.at(-1)!.index + 1)
    },
  })
}
