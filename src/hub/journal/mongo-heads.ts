// Heads on MongoDB: what the entries have moved, kept ready. They follow from the entries, and never go back.
import type { AnyBulkWriteOperation, Collection } from 'mongodb'
import type { Head, HeadKey } from './heads.ts'
import type { JournalEntry } from './journal.ts'
import { duplicatesIn } from './mongo-faults.ts'

export interface HeadDocument {
  _id: HeadKey
  version: number
  index: number
  value: string
}

type Moving = readonly Pick<JournalEntry, 'index' | 'movements'>[]

/** Where these entries, which are in order, have moved the heads. */
export function movedBy(entries: Moving): Map<HeadKey, Head> {
  const moved = new Map<HeadKey, Head>()
  for (const { index, movements } of entries)
    for (const { key, to, value } of movements) moved.set(key, { version: to, index, value })
  return moved
}

/** Heads that were not there before these entries. */
export const begunBy = (entries: Moving): Set<HeadKey> =>
  new Set(entries.flatMap(({ movements }) => movements.filter(({ from }) => from === 0).map(({ key }) => key)))

export function mongoHeads(heads: Collection<HeadDocument>) {
  const headOf = ({ version, index, value }: Omit<HeadDocument, '_id'>): Head => ({
    version,
    index,
    value: JSON.parse(value) as Head['value'],
  })
  const documentOf = (key: HeadKey, { version, index, value }: Head): HeadDocument => ({
    _id: key,
    version,
    index,
    value: JSON.stringify(value),
  })
  const read = async (keys: readonly HeadKey[]): Promise<Map<HeadKey, Head>> => {
    if (keys.length === 0) return new Map()
    const found = await heads.find({ _id: { $in: [...keys] } }, { batchSize: keys.length + 1 }).toArray()
    return new Map(found.map(({ _id, ...head }) => [_id, headOf(head)]))
  }

  /** An update is a no-op where the head is further already, so one that comes late does no harm. */
  const update = async (moved: readonly HeadDocument[]): Promise<void> => {
    if (moved.length === 0) return
    const updates = moved.map(
      ({ _id, ...head }): AnyBulkWriteOperation<HeadDocument> => ({
        updateOne: { filter: { _id, version: { $lt: head.version } }, update: { $set: head }, upsert: true },
      }),
    )
    try {
      await heads.bulkWrite(updates, { ordered: false })
    } catch (error) {
      // The head was there and not behind, so the update found nothing and could not make it either.
      duplicatesIn(error)
    }
  }

  const insert = async (moved: readonly HeadDocument[]): Promise<void> => {
    if (moved.length === 0) return
    try {
      await heads.insertMany([...moved], { ordered: false })
    } catch (error) {
      await update(duplicatesIn(error).map((n) => moved[n]!))
    }
  }

  return {
    read,
    /** Moves them; those that are `begun` are likely new, and an insert costs less. */
    async apply(moved: ReadonlyMap<HeadKey, Head>, begun: ReadonlySet<HeadKey>): Promise<void> {
      const documents = [...moved].map(([key, head]) => documentOf(key, head))
      await Promise.all([
        insert(documents.filter(({ _id }) => begun.has(_id))),
        update(documents.filter(({ _id }) => !begun.has(_id))),
      ])
    },
    /** The same when most of it may have been done before. */
    async applyMissing(moved: ReadonlyMap<HeadKey, Head>): Promise<void> {
      const there = await read([...moved.keys()])
      const behind = [...moved].filter(([key, { version }]) => (there.get(key)?.version ?? 0) < version)
      await update(behind.map(([key, head]) => documentOf(key, head)))
    },
    async list(after: HeadKey, limit: number): Promise<{ key: HeadKey; head: Head }[]> {
      const found = await heads
        .find({ _id: { $gt: after } }, { batchSize: limit })
        .sort({ _id: 1 })
        .limit(limit)
        .toArray()
      return found.map(({ _id, ...head }) => ({ key: _id, head: headOf(head) }))
    },
  }
}
