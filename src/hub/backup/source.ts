// A journal as those who copy it see it: page by page up to a size fixed at the start, by the ports alone, so that it may be on any storage
// and be written on meanwhile.
import type { Commit, Cursors, JournalEntry } from '../journal/journal.ts'
import type { JournalStore } from '../journal/store.ts'
import type { CursorRow } from './records.ts'
import type { KeptFiles } from './kept-files.ts'

/** The primary data of a hub. */
export interface Kept {
  store: JournalStore
  cursors: Cursors
  attachments: KeptFiles
}

const PAGE = 256
const ROWS = 1_000

/** Not copied: nonces answer for challenges of a few minutes. */
const LEFT_OUT: ReadonlySet<string> = new Set(['nonces'])

/** Rows are not read in one moment: what points at others comes before what it points at, and what is moved before where it is moved to. */
const READ_FIRST = [
  'stamped-sizes',
  'anchored-sizes',
  'timestamps',
  'anchors',
  'access-open',
  'ledger-headers-last',
] as const

/** Where the entries of a commit end, also of one that was cut short: the next begins there. */
export const endOf = ({ first, size, kept = size }: Commit): number => first + kept

/** The end of the last whole commit: a writer may be in the middle of the next. */
export async function wholeSize(store: JournalStore): Promise<number> {
  for (let { size } = await store.position(); size > 0; ) {
    const commit = await store.commitOf(size - 1)
    if (commit && commit.first + commit.size <= size) return size
    size = commit ? commit.first : size - 1
  }
  return 0
}

/** Entries below `size`, in pages. Throws if one is missing. */
export async function* entryPages(store: JournalStore, size: number, from = 0): AsyncGenerator<JournalEntry[]> {
  for (let next = from; next < size; ) {
    const page = await store.read(next, Math.min(PAGE, size - next))
    for (const [n, { index }] of page.entries())
      if (index !== next + n) throw new Error(`entry ${next + n} of the journal is missing`)
    if (page.length === 0) throw new Error(`entry ${next} of the journal is missing`)
    yield page
    next += page.length
  }
}

/** Commits of the entries below `size`, in order. Throws if an entry is in none. */
export async function* commitsBelow(store: JournalStore, size: number, from = 0): AsyncGenerator<Commit> {
  for (let next = from; next < size; ) {
    const page = await store.commits(next, PAGE)
    if (page.length === 0) throw new Error(`the commit of entry ${next} of the journal is missing`)
    for (const commit of page) {
      if (next >= size) return
      if (commit.first !== next) throw new Error(`the commit of entry ${next} of the journal is missing`)
      yield commit
      next = endOf(commit)
    }
  }
}

/** Rows of a listing that goes on after the last key. */
export async function* listed<Row>(
  page: (after: string, limit: number) => Promise<Row[]>,
  keyOf: (row: Row) => string,
): AsyncGenerator<Row> {
  for (let after = ''; ; ) {
    const rows = await page(after, ROWS)
    yield* rows
    if (rows.length < ROWS) return
    after = keyOf(rows.at(-1)!)
  }
}

/** Every row of the cursors that is to be kept. */
export async function* cursorRows(cursors: Cursors): AsyncGenerator<CursorRow> {
  const there = await cursors.spaces()
  const first = READ_FIRST.filter((space) => there.includes(space))
  const rest = there.filter((space) => !first.includes(space as (typeof READ_FIRST)[number]) && !LEFT_OUT.has(space))
  for (const space of [...first, ...rest])
    for await (const { key, value } of listed(
      (after, limit) => cursors.page(space, after, limit),
      (row) => row.key,
    ))
      yield { space, key, value }
}

/** What accepted erasures name, learned as the journal grows: entries whose keys are not to be copied, whether or not they are gone yet. */
export class Erased {
  readonly #store: JournalStore
  readonly #indexes = new Set<number>()
  #next = 0

  constructor(store: JournalStore) {
    this.#store = store
  }

  has(index: number): boolean {
    return this.#indexes.has(index)
  }

  /** Reads on to the end of the journal; true if there were new ones below `size`. */
  async learn(size: number): Promise<boolean> {
    const before = [...this.#indexes].filter((index) => index < size).length
    const end = await wholeSize(this.#store)
    while (this.#next < end) {
      const page = await this.#store.read(this.#next, ROWS, ['hub.erasure'])
      for (const { outcome, refers } of page)
        if (outcome === 'accepted') for (const index of refers) this.#indexes.add(index)
      this.#next = page.length < ROWS ? Math.max(end, (page.at(-1)?.index ?? -1) + 1) : page.at(-1)!.index + 1
    }
    return [...this.#indexes].filter((index) => index < size).length > before
  }
}
