// What is remembered of cases, by reader: the entries of a case that each party was told of, the states they say, and the answers they
// want. Rows hold indexes and states of heads; what was sent stays in the entries.
import type { HeadKey, JournalEntry, Json, PartyUrn } from '../../hub/index.ts'

/** What a head says after an entry: `of` is what it stands for. */
export interface SaidState {
  of: string
  state: string
}

/** The newest state that a reader was told of: `begun` is the first entry told that moved the head, `entry` the last. */
export interface CaseState extends SaidState {
  begun: number
  entry: number
}

const CASE = 'case'
/** Whether answers have come is told from the list of wanted answers. */
const AWAITED = 'awaited'
const labelOf = (key: HeadKey): string => key.slice(0, key.indexOf(':'))
const place = (index: number): string => String(index).padStart(12, '0')

export const entryPrefix = (key: HeadKey, party: PartyUrn): string => `entry/${key}/${party}/`
export const statePrefix = (key: HeadKey, party: PartyUrn): string => `state/${key}/${party}/`
export const awaitedPrefix = (key: HeadKey, party: PartyUrn): string => `awaited/${key}/${party}/`
export const entryRow = (key: HeadKey, party: PartyUrn, index: number): string => entryPrefix(key, party) + place(index)
export const indexOfRow = (row: string): number => Number(row.slice(row.lastIndexOf('/') + 1))

/** The cases that an entry moves: none or one, as kinds are today. */
export const casesOf = ({ movements }: Pick<JournalEntry, 'movements'>): HeadKey[] =>
  movements.map(({ key }) => key).filter((key) => labelOf(key) === CASE)

type Rows = Map<string, Json>

/** Adds the rows of one entry to `rows`; `stateAt` gives the state row that stands, if there is one. */
export async function addRows(
  entry: JournalEntry,
  rows: Rows,
  stateAt: (row: string) => Promise<CaseState | undefined>,
): Promise<void> {
  const said = entry.movements.flatMap(({ key, value }) => {
    const of = labelOf(key)
    return of !== AWAITED && typeof value['state'] === 'string' ? [{ key, of, state: value['state'] }] : []
  })
  const readers = new Set(entry.audience.map(({ party }) => party))
  for (const key of casesOf(entry)) {
    for (const party of readers) {
      rows.set(
        entryRow(key, party, entry.index),
        said.map(({ of, state }) => ({ of, state })),
      )
      for (const one of said) {
        const row = statePrefix(key, party) + one.key
        const begun = ((rows.get(row) as CaseState | undefined) ?? (await stateAt(row)))?.begun ?? entry.index
        rows.set(row, { of: one.of, state: one.state, begun, entry: entry.index })
      }
    }
    addAwaited(entry, key, rows)
  }
}

/** Who waits for an answer and who owes it find it in the case, and nobody else. */
function addAwaited({ index, due }: JournalEntry, key: HeadKey, rows: Rows): void {
  for (const [at, { party, key: awaited }] of (due?.awaited ?? []).entries())
    for (const one of new Set([...due!.waiting, party]))
      rows.set(`${awaitedPrefix(key, one)}${place(index)}-${place(at)}`, awaited)
}
