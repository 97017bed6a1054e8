// The lists of sanctions in force as the watch remembers them: by keyed hashes of forms and listed ids, and no name; and what meets them.
import type { SanctionsList } from '../../../schemas/types.d.ts'
import type { FiledFacts, Spoken } from './declarations.ts'
import type { SaidText } from './facts.ts'
import { formsOf, type How } from './names.ts'
import type { PlannedAlert, Watching } from './planned.ts'

/** A list in force as it is remembered. */
export type KnownList = {
  key: string
  name: string
  version: string
  issuedAt: string
  staleAfter: string
  entry: number
  /** Its content could not be read. */
  withheld: boolean
}

export const listsRow = (country: string): string => `lists/${country}`
export const listedRows = (entry: number): string => `listed/${String(entry).padStart(12, '0')}/`

/** The rows of what a list names. */
export function rowsOf(
  index: number,
  { entries }: SanctionsList,
  watching: Watching,
): { key: string; value: string }[] {
  const rows = new Map<string, string>()
  for (const { id, names, identifiers = [] } of entries) {
    const forms = [
      ...names.flatMap((name) => formsOf('name', name)),
      ...identifiers.flatMap((identifier) => formsOf('identifier', identifier)),
    ]
    for (const { how, form } of forms) {
      const key = rowOf(index, how, form, watching)
      if (!rows.has(key)) rows.set(key, JSON.stringify(id))
    }
  }
  return [...rows].map(([key, value]) => ({ key, value }))
}

const rowOf = (entry: number, how: How, form: string, { journal }: Pick<Watching, 'journal'>): string =>
  listedRows(entry) + journal.headKey('listed', how, form)

/** SANCTIONS_HIT: what a declaration said when it was filed, or what an amendment has it say anew. */
export async function hitsOf(
  list: KnownList,
  { index, kind }: FiledFacts,
  { by, said }: Spoken,
  country: string,
  watching: Watching,
): Promise<PlannedAlert[]> {
  const matches = (await Promise.all(said.map((one) => matchOf(one, list.entry, watching)))).flatMap((one) => one ?? [])
  if (matches.length === 0) return []
  const entries = [...new Set([index, by])]
  const about = [list.key, list.version, ...entries.map(String)]
  const says = { list: shownList(list), matches }
  return [{ rule: 'SANCTIONS_HIT', about, kind, country, entries, says }]
}

async function matchOf({ role, form, path, text }: SaidText, list: number, watching: Watching) {
  for (const one of formsOf(form, text)) {
    const listed = await watching.memory.get<string>(rowOf(list, one.how, one.form, watching))
    if (listed !== undefined) return { role, path, how: one.how, listed }
  }
  return undefined
}

export const shownList = ({ name, version, issuedAt, staleAfter, entry }: KnownList) => ({
  name,
  version,
  issuedAt,
  staleAfter,
  entry,
})
