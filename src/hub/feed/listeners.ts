// Who listens to which feed in this process, and how they are told of new rows: a few at a time, so that a commit that concerns thousands
// does not keep the loop from others.
import type { PartyUrn } from '../message/envelope.ts'
import type { FeedRow } from './row.ts'

/** Listeners told in one turn of the loop. */
const TOLD_PER_TURN = 500

export type ToldRow = FeedRow & { party: PartyUrn }
/** Answers false if it can do nothing with rows now: it is told of no more until it listens again. */
export type FeedListener = (row: ToldRow) => unknown

export class FeedListeners {
  readonly #listeners = new Map<PartyUrn, Set<FeedListener>>()

  /** Returns the unsubscribe. */
  listen(party: PartyUrn, listener: FeedListener): () => void {
    const listeners = this.#listeners.get(party) ?? new Set()
    this.#listeners.set(party, listeners.add(listener))
    return () => {
      listeners.delete(listener)
      if (listeners.size === 0 && this.#listeners.get(party) === listeners) this.#listeners.delete(party)
    }
  }

  /** Parties somebody listens for. */
  parties(): PartyUrn[] {
    return [...this.#listeners].flatMap(([party, listeners]) => (listeners.size > 0 ? [party] : []))
  }

  /** Tells of rows in their order; resolves when everybody has been told. */
  async tell(rows: readonly ToldRow[]): Promise<void> {
    let told = 0
    // Listeners are looked up only now: one that came during the write and found nothing to read must hear of these rows.
    for (const row of rows)
      for (const listener of this.#listeners.get(row.party) ?? []) {
        if (listener(row) === false) this.#listeners.get(row.party)?.delete(listener)
        if (++told % TOLD_PER_TURN === 0) await new Promise(setImmediate)
      }
  }
}
