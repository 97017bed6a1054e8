// What the journal is asked for in one turn of the loop, asked together: a page that is read cold costs a few questions, not some for each item.
import type { Filed, Journal } from '../journal/journal.ts'

const PAGE_MAX = 64

interface Asked {
  index: number
  resolve(filed: Filed): void
  reject(fault: unknown): void
}

export class FiledPage {
  readonly #journal: Pick<Journal, 'filed'>
  #asked: Asked[] = []

  constructor(journal: Pick<Journal, 'filed'>) {
    this.#journal = journal
  }

  /** Message and receipt of an entry. */
  get(index: number): Promise<Filed> {
    return new Promise((resolve, reject) => {
      if (this.#asked.push({ index, resolve, reject }) === 1) queueMicrotask(() => void this.#ask())
      else if (this.#asked.length === PAGE_MAX) void this.#ask()
    })
  }

  async #ask(): Promise<void> {
    const asked = this.#asked
    this.#asked = []
    if (asked.length === 0) return
    try {
      const filed = await this.#journal.filed(asked.map(({ index }) => index))
      for (const [n, { resolve }] of asked.entries()) resolve(filed[n]!)
    } catch (fault) {
      for (const { reject } of asked) reject(fault)
    }
  }
}
