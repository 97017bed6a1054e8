// The feeds as every process sees them, while one of them writes: told of new rows by wake-up, and by the cursor of the view where
// something was missed. What is told may be lost; nothing rests on it but how soon a reader gets on.
import type { Wake } from '../cluster/wake.ts'
import type { Journal, Views } from '../journal/journal.ts'
import type { PartyUrn } from '../message/envelope.ts'
import type { FeedFollower } from './follower.ts'
import { type FeedListener, FeedListeners, type ToldRow } from './listeners.ts'
import { FEED_VIEW, newestRow } from './row.ts'

const TOPIC = 'feed'
const LOOK_EVERY_MS = 500
/** How often the cursor is looked at while somebody waits for it. */
const AWAITED_EVERY_MS = 25
const TEXT_MAX_CHARS = 256 * 1024
const TEXT_MAX_ROWS = 2_000
/** Rows that may wait to be told here; beyond, their readers are offered the newest one only. */
const WAITING_MAX_ROWS = 10_000
/** Parties looked at together. */
const PARTIES_AT_ONCE = 32
/** From so many parties on it is worth reading whom the missed entries concern, unless they are more than the other number. */
const PARTIES_FEW = 64
const ENTRIES_MAX = 2_000

export interface SharedFeedDeps {
  views: Views
  journal: Pick<Journal, 'read'>
  /** Absent: there are no other processes, and nothing is looked for that is not told. */
  wake?: Wake
  /** Told of a failed look; the next one comes within half a second. */
  onFault(fault: unknown): void
}

/** A row as it is told: [party, seq, index, view, kind, covers?]. */
type RowText = [string, number, number, string, string, string?]

export class SharedFeed implements Pick<FeedFollower, 'position' | 'reached' | 'listen'> {
  readonly #deps: SharedFeedDeps
  readonly #listeners = new FeedListeners()
  readonly #waiting = new Set<{ size: number; resolve(reached: boolean): void }>()
  #position = 0
  /** What was not told here, and whether somebody is making up for it. */
  #missed: { from: number; to: number } | undefined
  #catchingUp = false
  #looking: Promise<void> | undefined
  #telling: Promise<void> = Promise.resolve()
  #tellingRows = 0
  #awaited: NodeJS.Timeout | undefined
  #stops: (() => void)[] = []
  #saying = false
  #closed = false

  constructor(deps: SharedFeedDeps) {
    this.#deps = deps
  }

  async start(): Promise<void> {
    const { wake, views } = this.#deps
    const look = (): void => void this.#look()
    if (wake) this.#stops = [wake.on(TOPIC, (text) => this.#hear(text)), wake.onGap(look)]
    this.#position = Math.max(this.#position, await views.cursor(FEED_VIEW))
    if (!wake) return
    const timer = setInterval(look, LOOK_EVERY_MS).unref()
    this.#stops.push(() => clearInterval(timer))
  }

  /** Everything below this index is in the feeds, as far as is known here. */
  position(): number {
    return this.#position
  }

  /** Resolves when the feeds hold everything below `size`; false after `timeoutMs`. */
  reached(size: number, timeoutMs: number): Promise<boolean> {
    if (this.#position >= size) return Promise.resolve(true)
    return new Promise((resolve) => {
      const waiter = { size, resolve }
      this.#waiting.add(waiter)
      setTimeout(() => {
        if (this.#waiting.delete(waiter)) resolve(false)
      }, timeoutMs).unref()
      this.#lookWhileAwaited()
    })
  }

  /** Calls `listener` with new rows of the party once they are readable; of those that were missed, with the newest. Returns the unsubscribe. */
  listen(party: PartyUrn, listener: FeedListener): () => void {
    return this.#listeners.listen(party, listener)
  }

  /** What the follower, which runs in this process now, has written: told to the readers here, and to the other processes. */
  async written(rows: readonly ToldRow[], from: number, to: number): Promise<void> {
    const telling = this.#take(rows, from, to)
    // Heard here too, at once, where it is known by now.
    this.#saying = true
    this.#deps.wake?.tell(TOPIC, textOf(rows, from, to))
    this.#saying = false
    await telling
  }

  async close(): Promise<void> {
    this.#closed = true
    for (const stop of this.#stops) stop()
    clearTimeout(this.#awaited)
    this.#settle()
    await this.#looking
  }

  #hear(text: string): void {
    if (this.#saying) return
    const told = readTold(text)
    if (!told) return void this.#look()
    const { from, to, rows } = told
    if (rows && this.#tellingRows + rows.length <= WAITING_MAX_ROWS) void this.#take(rows, from, to)
    else if (to > this.#position) this.#moveTo(to)
  }

  /** Rows may be offered in any order, since a reader that is offered one further on reads those before it. */
  #take(rows: readonly ToldRow[], from: number, to: number): Promise<void> {
    if (to <= this.#position) return Promise.resolve()
    if (from > this.#position) this.#moveTo(from)
    this.#reach(to)
    this.#tellingRows += rows.length
    this.#telling = this.#telling
      .then(() => this.#listeners.tell(rows))
      .catch(this.#deps.onFault)
      .finally(() => (this.#tellingRows -= rows.length))
    return this.#telling
  }

  /** The feeds have got to `to`, and what there is between was not told here. */
  #moveTo(to: number): void {
    const from = this.#missed ? Math.min(this.#missed.from, this.#position) : this.#position
    this.#missed = { from, to }
    this.#reach(to)
    void this.#catchUp()
  }

  #reach(to: number): void {
    this.#position = to
    this.#settle()
  }

  #settle(): void {
    for (const waiter of this.#waiting)
      if (this.#position >= waiter.size || this.#closed) {
        this.#waiting.delete(waiter)
        waiter.resolve(this.#position >= waiter.size)
      }
  }

  #lookWhileAwaited(): void {
    if (this.#awaited || this.#waiting.size === 0 || this.#closed) return
    this.#awaited = setTimeout(() => {
      void this.#look().finally(() => {
        this.#awaited = undefined
        this.#lookWhileAwaited()
      })
    }, AWAITED_EVERY_MS)
  }

  /** One question at a time. */
  #look(): Promise<void> {
    this.#looking ??= this.#askCursor()
      .catch(this.#deps.onFault)
      .finally(() => (this.#looking = undefined))
    return this.#looking
  }

  async #askCursor(): Promise<void> {
    const before = this.#position
    const cursor = await this.#deps.views.cursor(FEED_VIEW)
    if (this.#closed) return
    if (cursor > this.#position) this.#moveTo(cursor)
    // The feeds are written anew from the first entry.
    else if (cursor < before && this.#position === before) this.#position = cursor
  }

  async #catchUp(): Promise<void> {
    if (this.#catchingUp) return
    this.#catchingUp = true
    try {
      for (let missed = this.#missed; missed && !this.#closed; missed = this.#missed) {
        this.#missed = undefined
        await this.#offerNewest(missed).catch((fault: unknown) => {
          // The next look makes up for this one too.
          this.#position = Math.min(this.#position, missed!.from)
          this.#deps.onFault(fault)
        })
      }
    } finally {
      this.#catchingUp = false
    }
  }

  /** It suffices to offer the newest row of each feed: its readers read what lies before it. */
  async #offerNewest(missed: { from: number; to: number }): Promise<void> {
    const parties = await this.#concerned(missed)
    for (let at = 0; at < parties.length && !this.#closed; at += PARTIES_AT_ONCE) {
      const some = parties.slice(at, at + PARTIES_AT_ONCE)
      const rows = await Promise.all(some.map((party) => newestRow(this.#deps.views, party)))
      await this.#listeners.tell(rows.flatMap((row, n) => (row ? [{ ...row, party: some[n]! }] : [])))
    }
  }

  /** Parties that are listened for and may have something new. */
  async #concerned({ from, to }: { from: number; to: number }): Promise<PartyUrn[]> {
    const parties = this.#listeners.parties()
    if (parties.length <= PARTIES_FEW || to - from > ENTRIES_MAX) return parties
    const entries = await this.#deps.journal.read(from, to - from)
    const named = new Set(entries.flatMap(({ audience }) => audience.map(({ party }) => party)))
    return parties.filter((party) => named.has(party))
  }
}

function textOf(rows: readonly ToldRow[], from: number, to: number): string {
  const told = rows.map((row): RowText => {
    const { party, seq, index, view, kind, covers } = row
    return covers === undefined ? [party, seq, index, view, kind] : [party, seq, index, view, kind, covers]
  })
  const text = rows.length > TEXT_MAX_ROWS ? '' : JSON.stringify({ from, to, rows: told })
  return text !== '' && text.length <= TEXT_MAX_CHARS ? text : JSON.stringify({ from, to })
}

const asToldRow = ([party, seq, index, view, kind, covers]: RowText): ToldRow => ({
  party,
  seq,
  index,
  view,
  kind,
  ...(covers !== undefined && { covers }),
})

/** Undefined if it cannot be read: then one looks for oneself. */
function readTold(text: string): { from: number; to: number; rows?: ToldRow[] } | undefined {
  try {
    const { from, to, rows } = JSON.parse(text) as { from: unknown; to: unknown; rows?: RowText[] }
    if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to)) return undefined
    return { from: from as number, to: to as number, ...(rows && { rows: rows.map(asToldRow) }) }
  } catch {
    return undefined
  }
}
