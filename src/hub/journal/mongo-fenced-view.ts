// A view on MongoDB as the holder of a lease writes it. A batch is first kept whole beside the cursor (the decision), then its rows are
// written, then the cursor moves. Whoever comes next completes what was begun.
import { randomUUID } from 'node:crypto'
import type { Collection } from 'mongodb'
import { LeaseLost } from '../cluster/lease.ts'
import { isDuplicate } from './mongo-faults.ts'
import type { mongoRows, RowWrite } from './mongo-rows.ts'

/** A batch that has been decided; `chunks` of its rows are kept apart if they are many. */
interface Pending {
  id: string
  cursor: number
  /** Deletes all that was there before. */
  empty?: true
  rows: RowWrite[]
  chunks?: number
}

export interface StateDocument {
  _id: string
  cursor: number
  /** Number of the last batch. Grows, and is never used twice. */
  n: number
  fence: number
  pending?: Pending
}

interface ChunkDocument {
  _id: string
  rows: RowWrite[]
}

/** A document has at most 16 MiB. */
const CHUNK_BYTES = 4 * 1024 * 1024
/**
 * A decided batch whose process was stopped for longer than this does not write its rows: they have been written for it, and rows it
 * would bring back may have been deleted since. Far shorter than deleted rows are remembered (mongo-schema.ts).
 */
const ROWS_WITHIN_MS = 60_000

/** Where tests stop a writer. */
export interface ViewSteps {
  decided?(): Promise<void>
  written?(): Promise<void>
}

/** Where views lie. */
export interface ViewPlace {
  states: Collection<StateDocument>
  chunks: Collection<ChunkDocument>
  rows: ReturnType<typeof mongoRows>
  steps: ViewSteps
}

/** Runs `act` on the state of a view, which is made if need be. Throws LeaseLost if `act` does not find it: its fence is another. */
export async function onState<T>(states: ViewPlace['states'], view: string, act: () => Promise<T | null>): Promise<T> {
  const first = await act()
  if (first !== null) return first
  try {
    await states.insertOne({ _id: view, cursor: 0, n: 0, fence: 0 })
  } catch (error) {
    if (!isDuplicate(error)) throw error
  }
  const second = await act()
  if (second === null) throw new LeaseLost(`the view ${view}`)
  return second
}

/** One view under one fence. Its writes follow one another. */
export class FencedView {
  readonly #place: ViewPlace
  readonly #view: string
  readonly #fence: number
  /** Number of the last batch as this writer has left it; undefined before the first touch, during a write and after a fault. */
  #n: number | undefined
  #last: Promise<unknown> = Promise.resolve()

  constructor(place: ViewPlace, view: string, fence: number) {
    this.#place = place
    this.#view = view
    this.#fence = fence
  }

  async cursor(): Promise<number> {
    await this.touched()
    // Not what is remembered: it may be another's by now, and then its cursor is the true one.
    return (await this.#place.states.findOne({ _id: this.#view }, { projection: { cursor: 1 } }))?.cursor ?? 0
  }

  touched(): Promise<void> {
    if (this.#n !== undefined) return Promise.resolve()
    return this.#next(async () => {
      if (this.#n === undefined) await this.#touch()
    })
  }

  write(batch: Omit<Pending, 'id'>): Promise<void> {
    return this.#next(() => this.#write({ ...batch, id: randomUUID() }))
  }

  #next<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work)
    this.#last = done.catch(() => {})
    return done
  }

  /** Takes the view over, and gives the id of the batch that it completed, if one was begun. */
  async #touch(): Promise<string | undefined> {
    const { states, chunks } = this.#place
    const sentMs = performance.now()
    const { n, pending } = await onState(states, this.#view, () =>
      states.findOneAndUpdate({ _id: this.#view, fence: { $lte: this.#fence } }, takeOver(this.#fence), {
        returnDocument: 'after',
      }),
    )
    if (pending) await this.#complete(pending, n, sentMs)
    this.#n = n
    await chunks.deleteMany({ _id: { $gte: `${this.#view}\n`, $lt: `${this.#view}\v` } })
    return pending?.id
  }

  async #write(batch: Pending): Promise<void> {
    for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
      if (this.#n === undefined) await this.#touch()
      const n = this.#n! + 1
      const sentMs = performance.now()
      this.#n = undefined
      const decided = await this.#decide(batch, n).catch((error: unknown) => this.#became(batch.id, error))
      if (decided === 'completed') return
      if (decided === 'not') continue
      await this.#place.steps.decided?.()
      if (decided === 'to be completed') await this.#complete(batch, n, sentMs)
      this.#n = n
      return
    }
    throw new Error(`the view ${this.#view} is written by another writer under the same fence`)
  }

  /** Not: the state is another than this writer left. */
  async #decide({ id, cursor, empty, rows }: Pending, n: number): Promise<Decided> {
    const { states } = this.#place
    const filter = { _id: this.#view, fence: this.#fence, n: n - 1, pending: { $exists: false } }
    if (rows.length === 0 && !empty) {
      const { matchedCount } = await states.updateOne(filter, { $set: { n, cursor } })
      return matchedCount === 1 ? 'done' : 'not'
    }
    const chunks = await this.#keepApart(id, rows)
    const pending = { id, cursor, ...(empty && { empty }), rows: chunks === 0 ? rows : [], chunks }
    const { matchedCount } = await states.updateOne(filter, { $set: { n, pending, ...(empty && { cursor: 0 }) } })
    return matchedCount === 1 ? 'to be completed' : 'not'
  }

  /** The decision was not answered: the next touch lets it be taken no more, and sees whether it was. */
  async #became(id: string, error: unknown): Promise<Decided> {
    if ((await this.#touch()) === id) return 'completed'
    throw error
  }

  async #keepApart(id: string, rows: readonly RowWrite[]): Promise<number> {
    const parts = partsOf(rows)
    if (parts.length <= 1) return 0
    for (const [n, part] of parts.entries()) await this.#place.chunks.insertOne({ _id: this.#chunk(id, n), rows: part })
    return parts.length
  }

  #chunk(id: string, n: number): string {
    return `${this.#view}\n${id}/${n}`
  }

  /** Writes the rows of a decided batch and moves the cursor. Done twice, or by two, it is the same. */
  async #complete(batch: Pending, n: number, sinceMs: number): Promise<void> {
    const { states, chunks, rows, steps } = this.#place
    const ids = Array.from({ length: batch.chunks ?? 0 }, (_, k) => this.#chunk(batch.id, k))
    const list = batch.rows.length > 0 ? batch.rows : await this.#chunkRows(ids)
    const inTime = (): void => {
      if (performance.now() - sinceMs > ROWS_WITHIN_MS) throw new LeaseLost(`the view ${this.#view}`)
    }
    if (batch.empty) await rows.clear(this.#view, n)
    await rows.write(this.#view, list, n, inTime)
    await steps.written?.()
    await states.updateOne(
      { _id: this.#view, n, 'pending.id': batch.id },
      { $set: { cursor: batch.cursor }, $unset: { pending: '' } },
    )
    if (ids.length > 0) await chunks.deleteMany({ _id: { $in: ids } })
  }

  /** Chunks that are gone were written and removed by the one who completed the batch. */
  async #chunkRows(ids: readonly string[]): Promise<RowWrite[]> {
    if (ids.length === 0) return []
    const rows: RowWrite[] = []
    for (const id of ids) rows.push(...((await this.#place.chunks.findOne({ _id: id }))?.rows ?? []))
    return rows
  }
}

/** done: nothing is left to do; completed: it was found decided, and its rows were written. */
type Decided = 'not' | 'to be completed' | 'done' | 'completed'

const ATTEMPTS_MAX = 4

/**
 * The number grows, so that no decision that is still under way can be taken any more; but a batch that has been decided keeps its number
 * until it is completed.
 */
const takeOver = (fence: number): object[] => [
  {
    $set: {
      fence,
      n: { $cond: [{ $eq: [{ $type: '$pending' }, 'missing'] }, { $add: ['$n', 1] }, '$n'] },
    },
  },
]

/** Rows in their order, in parts of about CHUNK_BYTES. */
function partsOf(rows: readonly RowWrite[]): RowWrite[][] {
  const parts: RowWrite[][] = []
  let bytes = CHUNK_BYTES
  for (const row of rows) {
    const size = row.key.length + 64 + Buffer.byteLength(row.value ?? '')
    if (bytes + size > CHUNK_BYTES) {
      parts.push([])
      bytes = 0
    }
    parts.at(-1)!.push(row)
    bytes += size
  }
  return parts
}
