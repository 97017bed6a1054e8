// The access log: what each regulator was given, durable within a second, and anchored in the journal by hub.access so that nobody
// rewrites it unnoticed. Rows wait in one space until they are anchored and lie in another, by entry, from then on.
import { type FeedRow, WITHDRAWN_VIEW } from '../feed/row.ts'
import type { Json } from '../journal/heads.ts'
import type { Cursors } from '../journal/journal.ts'
import { toTime } from '../values/encoding.ts'
import { type AccessRow, bucketOf, type Reader, rootOf, rowKeyOf, UNLOGGED_KINDS } from './access-rows.ts'

export type { Way } from './access-rows.ts'

const OPEN = 'access-open'
const ANCHORED = 'access'
const BATCH_ROWS_MAX = 10_000

/** An anchored row: `anchor` is the index of the hub.access entry that covers it. */
export type AnchoredRow = AccessRow & { anchor: number }

/** What is put into the journal for the rows of one reader. */
export interface Anchor {
  reader: string
  batch: string
  rows: readonly AccessRow[]
  root: string
}

export interface AccessLogDeps {
  cursors: Cursors
  clock: () => number
  /** Writes the anchor, once per (reader, batch) however often it is called. Returns the index of its entry. */
  anchor(anchor: Anchor): Promise<number>
  /** Least time between two anchors of a reader. */
  anchorMs: number
}

interface Batch {
  reader: string
  id: string
  sinceMs: number
  rows: AccessRow[]
  channels: Map<string, Channel>
}

const newBatch = (reader: string, id: string, sinceMs: number): Batch => ({
  reader,
  id,
  sinceMs,
  rows: [],
  channels: new Map(),
})

/** One way of one reader within a batch: gives arrive in the order of the feed. */
export interface Channel {
  /** An item was given in the view `shown`; `prev` is the seq of the match before it. */
  gave(row: FeedRow, shown: string, prev: number): void
}

export class AccessLog {
  readonly #deps: AccessLogDeps
  readonly #open = new Map<string, Batch>()
  /** Batches that take no more rows and wait to be anchored. */
  #closed: Batch[] = []
  readonly #dirty = new Set<AccessRow>()
  #anchoring: Promise<void> | undefined
  #failing = false

  constructor(deps: AccessLogDeps) {
    this.#deps = deps
  }

  /** Takes up the rows that an earlier process had not anchored. */
  async start(): Promise<void> {
    const batches = new Map<string, Batch>()
    for (const { value } of await this.#deps.cursors.list(OPEN, '')) {
      const row = value as unknown as AccessRow
      const key = `${row.reader} ${row.batch}`
      const batch = batches.get(key) ?? newBatch(row.reader, row.batch, 0)
      batch.rows.push(row)
      batches.set(key, batch)
    }
    this.#closed = [...batches.values()]
    for (const { rows } of this.#closed) rows.sort((a, b) => a.n - b.n)
  }

  /** Where to write down what a reader is given by one way. Holds over batches. */
  channel(reader: Reader): Channel {
    const key = wayOf(reader)
    return { gave: (...given) => this.#channelOf(reader, key).gave(...given) }
  }

  #channelOf(reader: Reader, key: string): Channel {
    const batch = this.#batchOf(reader.reader)
    let channel = batch.channels.get(key)
    if (!channel) batch.channels.set(key, (channel = this.#openChannel(batch, reader)))
    return channel
  }

  #batchOf(reader: string): Batch {
    let batch = this.#open.get(reader)
    if (batch && batch.rows.length >= BATCH_ROWS_MAX) {
      this.#close(batch)
      batch = undefined
    }
    if (!batch) {
      const sinceMs = this.#deps.clock()
      batch = newBatch(reader, `${toTime(sinceMs)}-${this.#closed.length}`, sinceMs)
      this.#open.set(reader, batch)
    }
    return batch
  }

  #close(batch: Batch): void {
    this.#open.delete(batch.reader)
    batch.channels.clear()
    this.#closed.push(batch)
  }

  #openChannel(batch: Batch, reader: Reader): Channel {
    let last: number | undefined
    const ranges = new Map<string, AccessRow>()
    return {
      gave: (row, shown, prev) => {
        // What was passed over in between may not look as if it had been given.
        if (prev !== last) ranges.clear()
        last = row.seq
        if (shown === WITHDRAWN_VIEW) return ranges.clear()
        if (UNLOGGED_KINDS.has(row.kind)) return
        this.#extend(batch, reader, ranges, row, shown)
      },
    }
  }

  #extend(batch: Batch, reader: Reader, ranges: Map<string, AccessRow>, row: FeedRow, shown: string): void {
    const { index } = row
    const until = toTime(this.#deps.clock())
    const key = `${row.view} ${shown}`
    const known = ranges.get(key) ?? sameAgain(batch, reader, row, shown)
    let range = known && bucketOf(known.from) === bucketOf(index) ? known : undefined
    if (!range) {
      const seen = { view: row.view, ...(shown !== row.view && { shown }) }
      const place = { batch: batch.id, n: batch.rows.length }
      range = { ...reader, ...place, ...seen, from: index, to: index, count: 0, since: until, until }
      batch.rows.push(range)
    }
    ranges.set(key, range)
    range.to = Math.max(range.to, index)
    range.count++
    range.until = until
    this.#dirty.add(range)
  }

  /** Whether what was given last could not be written down: until it can, nothing more is given. */
  get failing(): boolean {
    return this.#failing
  }

  /** Makes everything durable that was given so far. */
  async flush(): Promise<void> {
    const rows = [...this.#dirty]
    this.#dirty.clear()
    try {
      await Promise.all(rows.map((row) => this.#deps.cursors.put(OPEN, rowKeyOf(row), { ...row } as unknown as Json)))
      this.#failing = false
    } catch (fault) {
      this.#failing = true
      for (const row of rows) this.#dirty.add(row)
      throw fault
    }
  }

  /** Anchors the batches whose time has come. One run at a time. */
  anchorDue(): Promise<void> {
    const dueMs = this.#deps.clock() - this.#deps.anchorMs
    for (const batch of this.#open.values()) if (batch.sinceMs <= dueMs) this.#close(batch)
    this.#anchoring ??= this.#anchorClosed().finally(() => (this.#anchoring = undefined))
    return this.#anchoring
  }

  async #anchorClosed(): Promise<void> {
    await this.flush()
    for (let batch = this.#closed[0]; batch; batch = this.#closed[0]) {
      const { reader, id, rows } = batch
      if (rows.length > 0)
        await this.#move(rows, await this.#deps.anchor({ reader, batch: id, rows, root: rootOf(rows) }))
      this.#closed.shift()
    }
  }

  async #move(rows: readonly AccessRow[], anchor: number): Promise<void> {
    const { cursors } = this.#deps
    await Promise.all(rows.map((row) => cursors.put(ANCHORED, rowKeyOf(row), { ...row, anchor } as unknown as Json)))
    // Only now: what dies in between is found in both places, never in none.
    await Promise.all(rows.map((row) => cursors.put(OPEN, rowKeyOf(row), undefined)))
  }

  /** Every row that lies in the bucket of an entry, anchored or not. */
  async rowsNear(index: number): Promise<(AccessRow & { anchor?: number })[]> {
    const near = (row: AccessRow): boolean => bucketOf(row.from) === bucketOf(index)
    const waiting = [...this.#open.values(), ...this.#closed].flatMap(({ rows }) => rows.filter(near))
    const anchored = await this.#deps.cursors.list(ANCHORED, `${bucketOf(index)}/`)
    const known = new Map(waiting.map((row): [string, AccessRow] => [rowKeyOf(row), row]))
    for (const { key, value } of anchored) known.set(key, value as unknown as AnchoredRow)
    return [...known.values()]
  }

  /** The rows that an anchor covers, in their order; `from` and `to` are those its entry names. */
  async anchoredRows(anchor: number, from: number, to: number): Promise<AccessRow[]> {
    const rows: AccessRow[] = []
    for (let bucket = Number(bucketOf(from)); bucket <= Number(bucketOf(to)); bucket++)
      for (const { value } of await this.#deps.cursors.list(ANCHORED, `${String(bucket).padStart(12, '0')}/`)) {
        const { anchor: by, ...row } = value as unknown as AnchoredRow
        if (by === anchor) rows.push(row)
      }
    return rows.sort((a, b) => a.n - b.n)
  }
}

const wayOf = ({ way, name, kinds, purpose }: Reader): string =>
  JSON.stringify([way, name, kinds, purpose.code, purpose.reference])

/** The same entry asked for once more is one row with a higher count. */
function sameAgain(batch: Batch, reader: Reader, { view, index }: FeedRow, shown: string): AccessRow | undefined {
  const last = batch.rows.at(-1)
  if (!last || last.view !== view || (last.shown ?? view) !== shown) return undefined
  if (index < last.from || index > last.to) return undefined
  return wayOf(last) === wayOf(reader) ? last : undefined
}
