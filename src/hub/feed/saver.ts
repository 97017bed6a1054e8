// Positions that have moved are written together, once a second: one durable write for as many subscriptions as there are.
import type { FeedClock } from './clock.ts'

const EVERY_MS = 1_000

/** What may have a position to write; `settled` writes it if it has not been written since. */
export interface Saved {
  settled(): Promise<void>
}

export class Saver {
  readonly #clock: Pick<FeedClock, 'after'>
  readonly #waiting = new Map<Saved, (fault: unknown) => void>()

  constructor(clock: Pick<FeedClock, 'after'>) {
    this.#clock = clock
  }

  /** Has it saved within a second; `onFault` hears of a failed write. */
  add(saved: Saved, onFault: (fault: unknown) => void): void {
    if (this.#waiting.size === 0) this.#clock.after(EVERY_MS, () => this.#saveAll())
    this.#waiting.set(saved, onFault)
  }

  #saveAll(): void {
    const waiting = [...this.#waiting]
    this.#waiting.clear()
    // Begun in one turn of the loop, so that the store can take them in one write.
    for (const [saved, onFault] of waiting) saved.settled().catch(onFault)
  }
}
