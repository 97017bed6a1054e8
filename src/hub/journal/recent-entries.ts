// The newest entries as they were appended: whoever follows the journal reads them a moment later, each for itself, and reading them from
// the storage costs more than writing them did.
import type { JournalEntry } from './journal.ts'

/** What the slowest of those who wait for more to come together lets gather, and room to spare. */
const ENTRIES_MAX = 2_048

/** Keeps the newest entries, one after the other. An entry is never changed: what is erased is not in it. */
export class RecentEntries {
  #entries: JournalEntry[] = []

  keep(entries: readonly JournalEntry[]): void {
    if (entries[0]?.index !== this.#end()) this.#entries = []
    this.#entries.push(...entries)
    // Now and then, not for each of them.
    if (this.#entries.length > 2 * ENTRIES_MAX) this.#entries = this.#entries.slice(-ENTRIES_MAX)
  }

  /** As Journal.read in a journal of `size` entries; undefined if some of them are not here. */
  read(size: number, from: number, limit: number, kinds?: readonly string[]): JournalEntry[] | undefined {
    const first = this.#entries[0]?.index
    if (first === undefined || from < first || from >= size || this.#end() !== size) return undefined
    const at = from - first
    if (!kinds) return this.#entries.slice(at, at + limit)
    const ofKinds = this.#entries.slice(at).filter(({ kind }) => kinds.includes(kind))
    return ofKinds.slice(0, limit)
  }

  #end(): number | undefined {
    const last = this.#entries.at(-1)
    return last && last.index + 1
  }
}
