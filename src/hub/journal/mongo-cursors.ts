// Cursors on MongoDB: positions that must survive, one document each. Puts of one process that come together are written together.
import type { AnyBulkWriteOperation, Collection } from 'mongodb'
import { canonicalJson } from '../privacy/canonical.ts'
import type { Json } from './heads.ts'
import type { Cursors } from './journal.ts'
import { duplicatesIn, isDuplicate } from './mongo-faults.ts'

/** `_id` is `<space>\n<key>`; the value is canonical JSON, so that equal values are equal texts. */
export interface PositionDocument {
  _id: string
  value: string
}

const idOf = (space: string, key: string): string => {
  if (space.includes('\n')) throw new Error('the name of a space of cursors has no line break')
  return `${space}\n${key}`
}

const rowOf =
  (space: string) =>
  ({ _id, value }: PositionDocument): { key: string; value: Json } => ({
    key: _id.slice(space.length + 1),
    value: JSON.parse(value) as Json,
  })

/** Each write is durable on a majority when its promise resolves. */
export function mongoCursors(positions: Collection<PositionDocument>): Cursors {
  const puts = new Puts(positions)
  const insert = async (id: string, value: Json): Promise<boolean> => {
    try {
      await positions.insertOne({ _id: id, value: canonicalJson(value) })
      return true
    } catch (error) {
      if (isDuplicate(error)) return false
      throw error
    }
  }
  return {
    async get(space, key) {
      const id = idOf(space, key)
      await puts.of(id)
      const found = await positions.findOne({ _id: id })
      return found ? (JSON.parse(found.value) as Json) : undefined
    },
    put: (space, key, value) => puts.add(idOf(space, key), value === undefined ? undefined : canonicalJson(value)),
    async putNew(space, key, value) {
      const id = idOf(space, key)
      await puts.of(id)
      return insert(id, value)
    },
    async swap(space, key, expected, value) {
      const id = idOf(space, key)
      await puts.of(id)
      if (expected === undefined)
        return value === undefined ? (await positions.findOne({ _id: id })) === null : insert(id, value)
      const filter = { _id: id, value: canonicalJson(expected) }
      if (value === undefined) return (await positions.deleteOne(filter)).deletedCount === 1
      return (await positions.updateOne(filter, { $set: { value: canonicalJson(value) } })).matchedCount === 1
    },
    async list(space, prefix) {
      await puts.all()
      const from = idOf(space, prefix)
      const found = await positions
        .find({ _id: { $gte: from, $lt: `${from}\u{10ffff}` } })
        .sort({ _id: 1 })
        .toArray()
      return found.map(rowOf(space))
    },
    async spaces() {
      await puts.all()
      const spaces: string[] = []
      // From each space to the next by the index: the rows between are not looked at.
      for (let after = ''; ; ) {
        const next = await positions.findOne({ _id: { $gt: after } }, { sort: { _id: 1 }, projection: { _id: 1 } })
        if (!next) return spaces
        const { _id: id } = next
        const space = id.slice(0, id.indexOf('\n'))
        spaces.push(space)
        after = `${space}\v`
      }
    },
    async page(space, after, limit) {
      await puts.all()
      const found = await positions
        .find({ _id: { $gt: idOf(space, after), $lt: `${space}\v` } }, { batchSize: limit })
        .sort({ _id: 1 })
        .limit(limit)
        .toArray()
      return found.map(rowOf(space))
    },
    close: () => puts.all(),
  }
}

interface Batch {
  values: Map<string, string | undefined>
  done: Promise<void>
}

/** One bulk is under way at a time; what is put meanwhile goes with the next, the last value of each key. */
class Puts {
  readonly #positions: Collection<PositionDocument>
  #running: Batch | undefined
  #next: Batch | undefined

  constructor(positions: Collection<PositionDocument>) {
    this.#positions = positions
  }

  add(id: string, value: string | undefined): Promise<void> {
    this.#next ??= this.#begin(this.#running?.done)
    this.#next.values.set(id, value)
    return this.#next.done
  }

  /** Resolves when nothing put under the key is under way, whether or not it went well: that was told to the one who put it. */
  async of(id: string): Promise<void> {
    const batches = [this.#running, this.#next].filter((batch) => batch?.values.has(id))
    await Promise.allSettled(batches.map((batch) => batch!.done))
  }

  async all(): Promise<void> {
    await Promise.allSettled([this.#running?.done, this.#next?.done])
  }

  #begin(before: Promise<void> | undefined): Batch {
    const values: Batch['values'] = new Map()
    const batch: Batch = { values, done: Promise.resolve() }
    batch.done = this.#write(batch, before)
    return batch
  }

  async #write(batch: Batch, before: Promise<void> | undefined): Promise<void> {
    await (before ?? new Promise(setImmediate)).then(undefined, () => {})
    this.#running = batch
    this.#next = undefined
    try {
      // In the order of keys, so that processes that put the same ones do not wait for each other crosswise.
      await this.#bulk([...batch.values].sort(([a], [b]) => (a < b ? -1 : 1)))
    } finally {
      if (this.#running === batch) this.#running = undefined
    }
  }

  async #bulk(values: readonly [string, string | undefined][]): Promise<void> {
    try {
      await this.#positions.bulkWrite(values.map(putOf), { ordered: false })
    } catch (error) {
      // Another process made the key at the same moment: now it is there to be replaced.
      const again = duplicatesIn(error).map((n) => values[n]!)
      await this.#positions.bulkWrite(again.map(putOf), { ordered: false })
    }
  }
}

const putOf = ([_id, value]: readonly [string, string | undefined]): AnyBulkWriteOperation<PositionDocument> =>
  value === undefined
    ? { deleteOne: { filter: { _id } } }
    : { updateOne: { filter: { _id }, update: { $set: { value } }, upsert: true } }
