// Of what kinds the newest entries are. Most entries are none of those that a process other than the writing one follows: who knows that
// need not ask the store.

const KEPT_MAX = 4_096

/** Kinds of entries, one after the other, up to the last one that was told. */
export class RecentKinds {
  #from = 0
  #kinds: string[] = []

  /** Kinds of the entries from `from` on. What is known of earlier ones is kept if nothing is missing between. */
  keep(from: number, kinds: readonly string[]): void {
    const known = this.#end - from
    if (known < 0 || from < this.#from) {
      this.#from = from
      this.#kinds = [...kinds]
    } else this.#kinds.push(...kinds.slice(known))
    // Now and then, not for each of them.
    if (this.#kinds.length > 2 * KEPT_MAX) this.#from += this.#kinds.splice(0, this.#kinds.length - KEPT_MAX).length
  }

  get #end(): number {
    return this.#from + this.#kinds.length
  }

  /** Kinds of the entries from <= index < to; undefined if not all of them are known. */
  between(from: number, to: number): string[] | undefined {
    if (from < this.#from || to > this.#end) return undefined
    return this.#kinds.slice(from - this.#from, to - this.#from)
  }
}
