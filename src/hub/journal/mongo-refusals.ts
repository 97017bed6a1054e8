// Refusal memos on MongoDB: like heads they follow from the entries, and the one of a later entry stays.
import type { AnyBulkWriteOperation, Collection } from 'mongodb'
import type { HeadKey } from './heads.ts'
import { bufferOf, type EntryDocument } from './mongo-entry.ts'
import { duplicatesIn } from './mongo-faults.ts'
import type { ListedRefusal, RefusalMemo } from './store.ts'

/** `_id` is the sender key in hex. */
export interface RefusalDocument {
  _id: string
  index: number
  commitment: Buffer
  key: HeadKey
  version: number
}

/** The memo an entry calls for; none if it is not a refusal. */
export function refusalIn({ _id: index, refused, about, record }: EntryDocument): ListedRefusal[] {
  if (!refused || !about) return []
  const { refusal } = JSON.parse(record) as { refusal?: { key: HeadKey; version: number } }
  if (!refusal) return []
  const { key, version } = refusal
  return [{ senderKey: bufferOf(refused), memo: { index, commitment: bufferOf(about), key, version } }]
}

const memoOf = ({ index, commitment, key, version }: Omit<RefusalDocument, '_id'>): RefusalMemo => ({
  index,
  commitment: bufferOf(commitment),
  key,
  version,
})

export function mongoRefusals(refusals: Collection<RefusalDocument>) {
  return {
    async read(senderKeys: readonly Buffer[]): Promise<Map<string, RefusalMemo>> {
      const found = await refusals.find({ _id: { $in: senderKeys.map((key) => key.toString('hex')) } }).toArray()
      return new Map(found.map(({ _id, ...memo }) => [_id, memoOf(memo)]))
    },
    async apply(memos: readonly ListedRefusal[]): Promise<void> {
      if (memos.length === 0) return
      const updates = memos.map(
        ({ senderKey, memo }): AnyBulkWriteOperation<RefusalDocument> => ({
          updateOne: {
            filter: { _id: senderKey.toString('hex'), index: { $lt: memo.index } },
            update: { $set: memo },
            upsert: true,
          },
        }),
      )
      try {
        await refusals.bulkWrite(updates, { ordered: false })
      } catch (error) {
        duplicatesIn(error)
      }
    },
    async list(after: string, limit: number): Promise<ListedRefusal[]> {
      const found = await refusals
        .find({ _id: { $gt: after } }, { batchSize: limit })
        .sort({ _id: 1 })
        .limit(limit)
        .toArray()
      return found.map(({ _id, ...memo }) => ({ senderKey: Buffer.from(_id, 'hex'), memo: memoOf(memo) }))
    },
  }
}
