// How often a party has asked in vain. Who holds a document asks once and is answered; who guesses is stopped.
import type { Json } from '../journal/heads.ts'
import type { Cursors } from '../journal/journal.ts'
import type { PartyUrn } from '../message/envelope.ts'

const SPACE = 'enquiry-misses'
const WINDOW_MS = 24 * 3_600_000
/** In one window: about one thing, and in all. */
const MISSES_PER_SUBJECT = 5
const MISSES_PER_ASKER = 200

/** Misses of a party since `fromMs`, in all and by what was asked about (keyed hashes). */
interface Tally {
  fromMs: number
  total: number
  by: { [about: string]: number }
}

/** Counts survive a restart: a row per party, written only when it misses. */
export class Misses {
  readonly #cursors: Cursors
  readonly #clock: () => number
  readonly #tallies = new Map<PartyUrn, Promise<Tally>>()

  constructor(cursors: Cursors, clock: () => number) {
    this.#cursors = cursors
    this.#clock = clock
  }

  /** Whether the party has guessed too often, about this or in all. */
  async spent(asker: PartyUrn, about: string): Promise<boolean> {
    const { total, by } = await this.#tallyOf(asker)
    return total >= MISSES_PER_ASKER || (by[about] ?? 0) >= MISSES_PER_SUBJECT
  }

  /** Seconds until the tally of a party begins anew. */
  async renewsInS(asker: PartyUrn): Promise<number> {
    const { fromMs } = await this.#tallyOf(asker)
    return Math.max(1, Math.ceil((fromMs + WINDOW_MS - this.#clock()) / 1000))
  }

  /** Counted at once; durable when the promise resolves. */
  async count(asker: PartyUrn, about: string): Promise<void> {
    const tally = await this.#tallyOf(asker)
    tally.total++
    tally.by[about] = (tally.by[about] ?? 0) + 1
    await this.#cursors.put(SPACE, asker, tally as unknown as Json)
  }

  async #tallyOf(asker: PartyUrn): Promise<Tally> {
    let loading = this.#tallies.get(asker)
    if (!loading) this.#tallies.set(asker, (loading = this.#load(asker)))
    const tally = await loading
    if (this.#clock() - tally.fromMs >= WINDOW_MS) Object.assign(tally, this.#fresh())
    return tally
  }

  async #load(asker: PartyUrn): Promise<Tally> {
    return ((await this.#cursors.get(SPACE, asker)) as unknown as Tally | undefined) ?? this.#fresh()
  }

  #fresh(): Tally {
    return { fromMs: this.#clock(), total: 0, by: {} }
  }
}
