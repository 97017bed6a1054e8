// What the watch remembers between entries: rows of a view, changed in memory and written together with the cursor. Rows hold indexes, keyed
// hashes and what heads say; never what only the content of an entry says.
import type { Json, Views } from '../../hub/index.ts'

export const WATCH_VIEW = 'customs-watch'
const PAGE = 2_000
/** Rows kept in memory that were read and not changed: only one follower writes them. */
const READ_MAX = 20_000

export class Memory {
  readonly #views: Views
  readonly #changed = new Map<string, Json | undefined>()
  readonly #read = new Map<string, Json | undefined>()
  #saved = 0

  private constructor(views: Views) {
    this.#views = views
  }

  /** `size`: of the journal. Rows of entries the journal no longer has are worth nothing. */
  static async open(views: Views, size: number): Promise<Memory> {
    const memory = new Memory(views)
    if ((await memory.reload()) > size) {
      await views.empty(WATCH_VIEW)
      memory.#saved = 0
    }
    return memory
  }

  /** Forgets what was not saved; gives the cursor. A write may have taken effect before it failed: only the store knows. */
  async reload(): Promise<number> {
    this.#changed.clear()
    this.#read.clear()
    this.#saved = await this.#views.cursor(WATCH_VIEW)
    return this.#saved
  }

  saved(): number {
    return this.#saved
  }

  async get<T extends Json>(row: string): Promise<T | undefined> {
    if (this.#changed.has(row)) return this.#changed.get(row) as T | undefined
    if (this.#read.has(row)) return this.#read.get(row) as T | undefined
    const kept = await this.#views.get(WATCH_VIEW, row)
    return this.#remember(row, kept === undefined ? undefined : (JSON.parse(String(kept)) as Json)) as T | undefined
  }

  set(row: string, value: Json | undefined): void {
    this.#changed.set(row, value)
  }

  isChanged(): boolean {
    return this.#changed.size > 0
  }

  async save(cursor: number): Promise<void> {
    await this.#apply(
      [...this.#changed].map(([key, value]) => ({ key, value: value === undefined ? value : JSON.stringify(value) })),
      cursor,
    )
    this.#saved = cursor
    for (const [row, value] of this.#changed) this.#remember(row, value)
    this.#changed.clear()
  }

  /** Writes many rows at once, before anything that rests on them is saved. */
  async fill(rows: readonly { key: string; value: string | undefined }[]): Promise<void> {
    for (const { key } of rows) this.#read.delete(key)
    for (let at = 0; at < rows.length; at += PAGE) await this.#apply(rows.slice(at, at + PAGE), this.#saved)
  }

  /** Deletes the rows from <= key < to. */
  async drop(from: string, to: string): Promise<void> {
    for (const row of this.#changed.keys()) if (from <= row && row < to) this.#changed.delete(row)
    for (;;) {
      const found = await this.#views.range(WATCH_VIEW, from, to, PAGE)
      if (found.length === 0) return
      await this.fill(found.map(({ key }) => ({ key, value: undefined })))
    }
  }

  #remember(row: string, value: Json | undefined): Json | undefined {
    if (this.#read.size >= READ_MAX) this.#read.clear()
    this.#read.set(row, value)
    return value
  }

  #apply(rows: readonly { key: string; value: string | undefined }[], cursor: number): Promise<void> {
    return this.#views.apply(WATCH_VIEW, rows, cursor)
  }
}
