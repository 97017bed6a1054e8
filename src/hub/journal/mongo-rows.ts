// Rows of views on MongoDB. Each carries the number of the batch that wrote it, and a batch never writes over a later one.
import type { AnyBulkWriteOperation, Collection, UpdateFilter } from 'mongodb'
import { BoundedCache } from '../identity/bounded-cache.ts'
import type { ViewValue } from './journal.ts'
import { bufferOf } from './mongo-entry.ts'
import { duplicatesIn } from './mongo-faults.ts'

/** `_id` is `<view>\n<key>`. A deleted row stays for a while, with `gone` in the place of its value. */
export interface RowDocument {
  _id: string
  n: number
  value?: string | Buffer
  gone?: Date
}

/** A row to be written; without `value` it is deleted. */
export interface RowWrite {
  key: string
  value?: string | Buffer
}

type Row = { key: string; value: ViewValue }

const KNOWN_MAX = 20_000
const LIMIT_MAX = 2 ** 31 - 1
const ANSWER_MAX = 10_000
const CLEARED_AT_ONCE = 2_000

const idOf = (view: string, key: string): string => `${view}\n${key}`
const valueOf = (value: string | Buffer): ViewValue => (typeof value === 'string' ? value : bufferOf(value))

/** The row of an earlier batch may come after its deletion: what is deleted is remembered, also if it was not there. */
const updateTo = (value: RowDocument['value'], n: number): UpdateFilter<RowDocument> =>
  value === undefined
    ? { $set: { n, gone: new Date() }, $unset: { value: '' } }
    : { $set: { n, value }, $unset: { gone: '' } }

export function mongoRows(rows: Collection<RowDocument>) {
  /** Keys written here lately: only saves the insert that would find them there. */
  const known = new BoundedCache<true>(KNOWN_MAX)

  const replace = async (view: string, writes: readonly RowWrite[], n: number, inTime: () => void): Promise<void> => {
    if (writes.length === 0) return
    inTime()
    const updates = writes.map(
      ({ key, value }): AnyBulkWriteOperation<RowDocument> => ({
        updateOne: { filter: { _id: idOf(view, key), n: { $lt: n } }, update: updateTo(value, n), upsert: true },
      }),
    )
    try {
      await rows.bulkWrite(updates, { ordered: false })
    } catch (error) {
      // The row was there, and of this batch or a later one.
      duplicatesIn(error)
    }
  }

  const insert = async (view: string, writes: readonly RowWrite[], n: number, inTime: () => void): Promise<void> => {
    if (writes.length === 0) return
    inTime()
    const documents = writes.map(({ key, value }) => ({ _id: idOf(view, key), n, value: value! }))
    try {
      await rows.insertMany(documents, { ordered: false })
    } catch (error) {
      const there = duplicatesIn(error).map((at) => writes[at]!)
      await replace(view, there, n, inTime)
    }
  }

  return {
    /** Writes the rows of batch `n`; of one key there is one. May be done again, by anybody. `inTime` throws if it is too late to send. */
    async write(view: string, writes: readonly RowWrite[], n: number, inTime = (): void => {}): Promise<void> {
      const isFresh = ({ key, value }: RowWrite): boolean => value !== undefined && !known.get(idOf(view, key))
      const fresh = new Set(writes.filter(isFresh))
      const others = writes.filter((row) => !fresh.has(row))
      await Promise.all([insert(view, [...fresh], n, inTime), replace(view, others, n, inTime)])
      for (const { key } of writes) known.set(idOf(view, key), true)
    },
    /** Deletes what batches before `n` have written. */
    async clear(view: string, n: number): Promise<void> {
      // In pages: one act over millions of rows would take longer than an answer is waited for.
      for (let from = idOf(view, ''); ; ) {
        const filter = { _id: { $gte: from, $lt: `${view}\v` }, n: { $lt: n } }
        const found = await rows
          .find(filter, { projection: { _id: 1 } })
          .sort({ _id: 1 })
          .limit(CLEARED_AT_ONCE)
          .toArray()
        const last = found.at(-1)
        if (!last) return
        const { _id: reached } = last
        await rows.deleteMany({ _id: { $gte: from, $lte: reached }, n: { $lt: n } })
        from = reached
      }
    },
    async get(view: string, key: string): Promise<ViewValue | undefined> {
      const found = await rows.findOne({ _id: idOf(view, key) })
      return found?.value === undefined ? undefined : valueOf(found.value)
    },
    async range(
      view: string,
      from: string,
      to: string,
      limit: number,
      order: 'ascending' | 'descending',
    ): Promise<Row[]> {
      if (limit <= 0) return []
      const found = await rows
        .find(
          { _id: { $gte: idOf(view, from), $lt: idOf(view, to) }, gone: { $exists: false } },
          { projection: { value: 1 }, batchSize: Math.min(limit, ANSWER_MAX) },
        )
        .sort({ _id: order === 'ascending' ? 1 : -1 })
        .limit(Math.min(limit, LIMIT_MAX))
        .toArray()
      return found.map(({ _id, value }) => ({ key: _id.slice(view.length + 1), value: valueOf(value!) }))
    },
  }
}
