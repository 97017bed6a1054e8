// The access log: what each regulator was given, durable within a second, and anchored in the journal by hub.access so that nobody
// rewrites it unnoticed. Rows wait in one space, batch by batch, until they are anchored and lie in another, by entry, from then on. Each
// process of a hub writes and anchors what it gave itself.
import { type FeedRow, WITHDRAWN_VIEW } from '../feed/row.ts'
import { createHash } from 'node:crypto'
import type { Json } from '../journal/heads.ts'
import type { Cursors } from '../journal/journal.ts'
import { toTime } from '../values/encoding.ts'
import { type KeptBatch, type OpenBatch, OpenBatches, remainderOf } from './open-batches.ts'
import { type AccessRow, bucketOf, type Reader, rootOf, rowKeyOf, UNLOGGED_KINDS } from './access-rows.ts'

export type { Way } from './access-rows.ts'

const ANCHORED = 'access'
/** A batch is written as a whole when it has changed, so it must not grow large. */
const BATCH_ROWS_MAX = 1_000

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
  /** Name of this process, which no other one has, if the hub has several. */
  process?: string
}

interface Batch {
  reader: string
  id: string
  sinceMs: number
  rows: AccessRow[]
  channels: Map<string, Channel>
  /** Where it lies until it is anchored; more than one only where each row has its own place. */
  keys: string[]
  /** As it was written last. */
  written?: KeptBatch
  /** Something has changed since. */
  dirty: boolean
  /** A write of it failed, and may have taken effect. */
  unsure: boolean
}

/** One way of one reader within a batch: gives arrive in the order of the feed. */
export interface Channel {
  /** An item was given in the view `shown`; `prev` is the seq of the match before it. */
  gave(row: FeedRow, shown: string, prev: number): void
}

export class AccessLog {
  readonly #deps: AccessLogDeps
  readonly #kept: OpenBatches
  readonly #open = new Map<string, Batch>()
  /** Batches that take no more rows and wait to be anchored. */
  #closed: Batch[] = []
  /** Tells batches of the same moment, and of other processes, apart. */
  #made = 0
  readonly #mark: string
  #anchoring: Promise<void> | undefined
  #failing = false

  constructor(deps: AccessLogDeps) {
    const { cursors, process } = deps
    this.#deps = deps
    this.#kept = new OpenBatches(cursors, process)
    this.#mark = process === undefined ? '' : `${createHash('sha256').update(process).digest('hex').slice(0, 8)}-`
  }

  /** Takes up what an earlier process of this name had not anchored; alone, what any had not. */
  async start(): Promise<void> {
    await this.#takeUp((process) => this.#deps.process === undefined || process === this.#deps.process)
    this.#made = this.#closed.length
  }

  /** Takes up what processes that are gone had not anchored. One that only seemed to be gone finds out, and loses and repeats nothing. */
  async takeUp(alive: ReadonlySet<string>): Promise<void> {
    await this.#takeUp((process) => process !== this.#kept.process && !alive.has(process))
  }

  async #takeUp(gone: (process: string) => boolean): Promise<void> {
    for (const open of await this.#kept.all())
      if (gone(open.of) && !this.#closed.some(({ keys }) => keys.includes(open.key)) && (await this.#kept.take(open)))
        this.#addTaken(open)
    for (const { rows } of this.#closed) rows.sort((a, b) => a.n - b.n)
  }

  #addTaken({ key, kept }: OpenBatch): void {
    const { reader, batch: id, rows } = kept
    const known = this.#closed.find((batch) => batch.reader === reader && batch.id === id)
    if (known) {
      known.rows.push(...rows)
      known.keys.push(key)
    } else this.#closed.push({ ...this.#newBatch(reader, id, 0), rows: [...rows], keys: [key] })
  }

  #newBatch(reader: string, id: string, sinceMs: number): Batch {
    const keys = [this.#kept.keyOf(reader, id)]
    return { reader, id, sinceMs, rows: [], channels: new Map(), keys, dirty: false, unsure: false }
  }

  #newId(sinceMs: number): string {
    return `${toTime(sinceMs)}-${this.#mark}${this.#made++}`
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
      batch = this.#newBatch(reader, this.#newId(sinceMs), sinceMs)
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
    batch.dirty = true
  }

  /** Whether what was given last could not be written down: until it can, nothing more is given. */
  get failing(): boolean {
    return this.#failing
  }

  /** Makes everything durable that was given so far. */
  async flush(): Promise<void> {
    const changed = [...this.#open.values(), ...this.#closed].filter(({ dirty }) => dirty)
    try {
      await Promise.all(changed.map((batch) => this.#write(batch)))
      this.#failing = false
    } catch (fault) {
      this.#failing = true
      throw fault
    }
  }

  async #write(batch: Batch): Promise<void> {
    const { reader, id, written } = batch
    const kept = { reader, batch: id, rows: batch.rows.map((row) => ({ ...row })) }
    batch.dirty = false
    try {
      // Taken, anchored and moved before we knew that it had been written at all.
      const moved = batch.unsure && !written && (await this.#anchoredOf(kept.rows)).length > 0
      if (!moved && (await this.#kept.write(batch.keys[0]!, written, kept))) {
        batch.written = kept
        batch.unsure = false
        return
      }
      await this.#giveWay(batch)
    } catch (fault) {
      batch.dirty = true
      batch.unsure = true
      throw fault
    }
  }

  /** Another process has taken the batch, believing this one gone: what it does not have goes into a new one. */
  async #giveWay(batch: Batch): Promise<void> {
    const now = await this.#kept.get(batch.keys[0]!)
    if (now && now.taken === undefined) {
      // Our own, whose answer was lost.
      batch.written = now
      return this.#write(batch)
    }
    const taken = now?.rows ?? (await this.#anchoredOf(batch.rows))
    if (this.#open.get(batch.reader) === batch) this.#open.delete(batch.reader)
    this.#closed = this.#closed.filter((one) => one !== batch)
    batch.channels.clear()
    const rest = remainderOf(batch.rows, taken)
    if (rest.length === 0) return
    const sinceMs = this.#deps.clock()
    const next = this.#newBatch(batch.reader, this.#newId(sinceMs), sinceMs)
    next.rows = rest.map((row, n) => ({ ...row, batch: next.id, n }))
    this.#closed.push(next)
    await this.#write(next)
  }

  async #anchoredOf(rows: readonly AccessRow[]): Promise<AccessRow[]> {
    const found = await Promise.all(rows.map((row) => this.#deps.cursors.get(ANCHORED, rowKeyOf(row))))
    return found.filter((row) => row !== undefined) as unknown as AccessRow[]
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
        await this.#move(batch, await this.#deps.anchor({ reader, batch: id, rows, root: rootOf(rows) }))
      this.#closed.shift()
    }
  }

  async #move({ rows, keys }: Batch, anchor: number): Promise<void> {
    const { cursors } = this.#deps
    await Promise.all(rows.map((row) => cursors.put(ANCHORED, rowKeyOf(row), { ...row, anchor } as unknown as Json)))
    // Only now: what dies in between is found in both places, never in none.
    await Promise.all(keys.map((key) => this.#kept.remove(key)))
  }

  /** Every row that lies in the bucket of an entry, anchored or not, given by whichever process. */
  async rowsNear(index: number): Promise<(AccessRow & { anchor?: number })[]> {
    const near = (row: AccessRow): boolean => bucketOf(row.from) === bucketOf(index)
    // In this order: what is moved meanwhile is found in both places.
    const own = [...this.#open.values(), ...this.#closed].flatMap(({ rows }) => rows)
    const others = (await this.#kept.all()).filter(({ of }) => of !== this.#kept.process)
    const anchored = await this.#deps.cursors.list(ANCHORED, `${bucketOf(index)}/`)
    const waiting = [...others.flatMap(({ kept }) => kept.rows), ...own].filter(near)
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
