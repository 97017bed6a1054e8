// The feed follower: reads the journal and writes, per party, one dense row for each entry it may see. Its rows are derived and may be
// emptied at any time: the same journal gives the same rows.

import type { Follower } from '../journal/follow.ts'
import { follow } from '../journal/follow.ts'
import type { Journal, JournalEntry, Views } from '../journal/journal.ts'
import { uniqueRows } from '../message/audience.ts'
import type { PartyUrn } from '../message/envelope.ts'
import { type FeedListener, FeedListeners, type ToldRow } from './listeners.ts'
import { FEED_VIEW, feedHead, nextSeqKey, rowKey, rowValue } from './row.ts'

const BATCH_MAX = 512
const PARTIES_MAX = 50_000

export type { FeedListener, ToldRow } from './listeners.ts'

export interface FeedFollower {
  /** Reads on from its cursor and follows the journal from then on. */
  start(): Promise<void>
  /** Next journal index it will read; everything below is in the feeds. */
  position(): number
  /** Resolves when the feeds hold everything below `size`; false after `timeoutMs`. */
  reached(size: number, timeoutMs: number): Promise<boolean>
  /** Calls `listener` with each new row of the party once the row is readable. Returns the unsubscribe. */
  listen(party: PartyUrn, listener: FeedListener): () => void
  /** Empties the feeds and writes them again from the first entry. */
  rebuild(): Promise<void>
  close(): Promise<void>
}

export interface FeedFollowerDeps {
  journal: Journal
  views: Views
  /** Told of each write: its rows, and the cursor before and after it. The next entries are read when it resolves. */
  told?(rows: readonly ToldRow[], from: number, to: number): Promise<void>
  /** Told of a failed write; the follower tries again after `retryMs`. */
  onFault?: (fault: unknown) => void
  retryMs?: number
}

class Feeds implements FeedFollower {
  readonly #deps: FeedFollowerDeps
  /** Next seq by party, as the rows say. */
  readonly #next = new Map<PartyUrn, number>()
  readonly #listeners = new FeedListeners()
  #following: Follower | undefined
  /** Index the rows have reached; unknown after a failed write, when only the store can tell. */
  #cursor: number | undefined

  constructor(deps: FeedFollowerDeps) {
    this.#deps = deps
  }

  async start(): Promise<void> {
    const { journal, views, onFault = () => {}, retryMs } = this.#deps
    let from = await views.cursor(FEED_VIEW)
    // Rows of entries the journal no longer has (a store put back to an older state) are worth nothing. What this process has not heard
    // of yet may still be there: another one may have appended it and written its rows.
    if (from > journal.size() && (await journal.read(from - 1, 1)).length === 0) {
      await views.empty(FEED_VIEW)
      from = 0
    }
    this.#next.clear()
    this.#cursor = from
    const handle = (entries: readonly JournalEntry[]): Promise<void> => this.#write(entries)
    this.#following = follow({
      journal,
      from,
      handle,
      onFault,
      batchMax: BATCH_MAX,
      ...(retryMs !== undefined && { retryMs }),
    })
  }

  position(): number {
    return this.#following?.position() ?? 0
  }

  reached(size: number, timeoutMs: number): Promise<boolean> {
    return this.#following?.reached(size, timeoutMs) ?? Promise.resolve(false)
  }

  listen(party: PartyUrn, listener: FeedListener): () => void {
    return this.#listeners.listen(party, listener)
  }

  async rebuild(): Promise<void> {
    await this.close()
    await this.#deps.views.empty(FEED_VIEW)
    await this.start()
  }

  async close(): Promise<void> {
    await this.#following?.close()
  }

  async #write(entries: readonly JournalEntry[]): Promise<void> {
    const reached = (this.#cursor ??= await this.#deps.views.cursor(FEED_VIEW))
    // After a fault the same entries come again, though they may have been written.
    const fresh = entries.filter((entry) => entry.index >= reached)
    if (fresh.length === 0) return
    try {
      const told = await this.#rowsOf(fresh)
      const cursor = fresh.at(-1)!.index + 1
      await this.#deps.views.apply(FEED_VIEW, this.#records(told), cursor)
      this.#cursor = cursor
      await this.#deps.told?.(told, reached, cursor)
      // The next entries only after these.
      await this.#listeners.tell(told)
    } catch (fault) {
      this.#next.clear()
      this.#cursor = undefined
      throw fault
    }
  }

  async #rowsOf(entries: readonly JournalEntry[]): Promise<ToldRow[]> {
    const rows = entries.flatMap((entry) =>
      uniqueRows(entry.audience).map(({ party, view, covers }) => ({
        party,
        seq: 0,
        index: entry.index,
        view,
        kind: entry.kind,
        ...(covers !== undefined && { covers }),
      })),
    )
    await this.#loadNext(new Set(rows.map((row) => row.party)))
    for (const row of rows) {
      row.seq = this.#next.get(row.party)!
      this.#next.set(row.party, row.seq + 1)
    }
    return rows
  }

  #records(rows: readonly ToldRow[]): { key: string; value: string }[] {
    const parties = new Set(rows.map((row) => row.party))
    const next = [...parties].map((party) => ({ key: nextSeqKey(party), value: String(this.#next.get(party)) }))
    return [...rows.map((row) => ({ key: rowKey(row.party, row.seq), value: rowValue(row) })), ...next]
  }

  async #loadNext(parties: ReadonlySet<PartyUrn>): Promise<void> {
    if (this.#next.size > PARTIES_MAX) this.#next.clear()
    const missing = [...parties].filter((party) => !this.#next.has(party))
    await Promise.all(
      missing.map(async (party) => this.#next.set(party, (await feedHead(this.#deps.views, party)) + 1)),
    )
  }
}

export const feedFollower = (deps: FeedFollowerDeps): FeedFollower => new Feeds(deps)
