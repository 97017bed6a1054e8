// The journal on MongoDB. A group commit is not one transaction here: contents first, then its entries by one ordered insert, then the
// heads. The entries alone decide. One that was cut short leaves its beginning, which is a journal like any other.
import { randomBytes } from 'node:crypto'
import type { Collection, Db } from 'mongodb'
import { mongoContents, type ContentDocument } from './mongo-contents.ts'
import {
  bufferOf,
  documentsOf,
  entryOf,
  RECEIPTED,
  receiptedOf,
  WITHOUT_KEPT_APART,
  type EntryDocument,
} from './mongo-entry.ts'
import { mongoCertificates, type CertificateDocument } from './mongo-certificates.ts'
import { commitOf, commitsFrom } from './mongo-commits.ts'
import { gathered } from './gathered.ts'
import type { HeadKey } from './heads.ts'
import { isDuplicate } from './mongo-faults.ts'
import { begunBy, mongoHeads, type HeadDocument } from './mongo-heads.ts'
import { mongoRefusals, type RefusalDocument } from './mongo-refusals.ts'
import { mongoSettling, type SettledDocument } from './mongo-settling.ts'
import type { Sealed } from './seal.ts'
import { PositionTaken, type JournalStore } from './store.ts'

/** Reads in one answer, where a cursor would begin with 101 documents. */
const BATCH_MAX = 4_096

/**
 * The journal in a database whose schema has been checked. Reads see what a majority has.
 *
 * Erasing takes the wrapped key out of its entry's document, and then deletes the sealed content; a majority has done both when it
 * resolves. MongoDB itself remembers longer: the insert stands in the oplog until it rolls over and in the journal files until a
 * checkpoint, freed blocks of the data files keep their bytes until they are used again, and backups keep what they were made of. What is
 * kept there is a key wrapped by the sealing key, which is not in the database: so the oplog's window and the age of backups have to be
 * shorter than the time within which erasure is promised, and the disks encrypted (docs/sharding.md).
 */
export function mongoStore(db: Db): JournalStore {
  const entries = db.collection<EntryDocument>('entries')
  const contents = mongoContents(db.collection<ContentDocument>('contents'))
  const heads = mongoHeads(db.collection<HeadDocument>('heads'))
  const refusals = mongoRefusals(db.collection<RefusalDocument>('refusals'))
  const certificates = mongoCertificates(db.collection<CertificateDocument>('certificates'))

  const position = async (): Promise<{ size: number; atMs: number }> => {
    const last = await entries.findOne({}, { sort: { _id: -1 }, projection: { at: 1 } })
    if (!last) return { size: 0, atMs: 0 }
    const { _id, at } = last
    return { size: _id + 1, atMs: at }
  }
  const settling = mongoSettling({
    entries,
    contents,
    heads,
    refusals,
    marks: db.collection<SettledDocument>('settled'),
    position,
  })

  /** Without its content an entry that has its key is damaged, unless it was erased between the two looks. */
  const sealed = async (index: number): Promise<Sealed | undefined> => {
    const keyed = (): Promise<EntryDocument | null> =>
      entries.findOne({ _id: index }, { projection: { content: 1, key: 1 } })
    const entry = await keyed()
    if (!entry?.key) return undefined
    const content = (await contents.read([{ index, name: entry.content }])).get(index)
    if (content) return { content, wrappedKey: bufferOf(entry.key) }
    if ((await keyed())?.key) throw new Error(`the journal store lacks the content of entry ${index}`)
    return undefined
  }

  // Asked once or more for each message on its way in.
  const readHeads = gathered(
    (keys: readonly HeadKey[]) => heads.read(keys),
    (key) => key,
  )
  const bySender = gathered(
    (keys: readonly Buffer[]) => sentBy(entries, keys),
    (key) => key.toString('hex'),
  )

  return {
    position,
    async heads(keys) {
      await settling.ensure()
      return readHeads(keys)
    },
    async moved(seen) {
      const next = [...seen].map(([key, version]) => `${key}#${version + 1}`)
      return next.length > 0 && (await entries.findOne({ heads: { $in: next } }, { projection: { _id: 1 } })) !== null
    },
    bySender,
    async refusals(keys) {
      await settling.ensure()
      return refusals.read(keys)
    },
    async write(batch) {
      await settling.ensure()
      await settling.during(batch.commit.first, batch.entries.length, async () => {
        const name = randomBytes(9).toString('base64url')
        await Promise.all([contents.write(batch.entries, name), certificates.keep(batch.certificates)])
        await insertEntries(entries, documentsOf(batch, name), name)
        const begun = begunBy(batch.entries.map(({ entry }) => entry))
        await Promise.all([heads.apply(batch.heads, begun), refusals.apply(batch.refusals)])
      })
    },
    async read(from, limit, kinds) {
      if (limit <= 0 || kinds?.length === 0) return []
      // Of several kinds a later entry might be found and an earlier one, written meanwhile, not: so only what is there already.
      if (kinds) return (await ofKinds(entries, kinds, from, (await position()).size, limit)).map(entryOf)
      const found = await documents(entries, { _id: { $gte: from } }, limit)
      const hole = found.findIndex(({ _id }, n) => _id !== from + n)
      return (hole === -1 ? found : found.slice(0, hole)).map(entryOf)
    },
    sealed,
    async filed(indexes) {
      const found = await entries
        .find({ _id: { $in: [...indexes] } }, { projection: RECEIPTED, batchSize: indexes.length + 1 })
        .toArray()
      const kept = found.flatMap(({ _id, content, key }) => (key ? [{ index: _id, name: content }] : []))
      const read = kept.length > 0 ? await contents.read(kept) : new Map<number, Buffer>()
      return Promise.all(
        found.map(async (document) => {
          const { _id, key } = document
          const content = read.get(_id)
          const opened = key && (content ? { content, wrappedKey: bufferOf(key) } : await sealed(_id))
          return { entry: receiptedOf(document), ...(opened && { sealed: opened }) }
        }),
      )
    },
    certificate: (fingerprint) => certificates.read(fingerprint),
    commitOf: (index) => commitOf(entries, index),
    commits: (from, limit) => commitsFrom(entries, from, limit),
    listHeads: (after, limit) => heads.list(after, limit),
    listRefusals: (after, limit) => refusals.list(after, limit),
    listCertificates: (after, limit) => certificates.list(after, limit),
    async eraseKey(index) {
      const entry = await entries.findOneAndUpdate(
        { _id: index },
        { $unset: { key: '' } },
        { projection: { content: 1 } },
      )
      if (entry) await contents.remove(index, entry.content)
    },
    settle: () => settling.settle(),
    async close() {},
  }
}

async function sentBy(
  entries: Collection<EntryDocument>,
  keys: readonly Buffer[],
): Promise<Map<string, { index: number; commitment: Buffer }>> {
  const found = await entries
    .find({ sender: { $in: [...keys] } }, { projection: { sender: 1, commitment: 1 }, batchSize: keys.length + 1 })
    .toArray()
  return new Map(
    found.map(({ _id, sender, commitment }) => [
      bufferOf(sender).toString('hex'),
      { index: _id, commitment: bufferOf(commitment) },
    ]),
  )
}

/** Throws PositionTaken if the entry that is in the way is another's; a clash of sender or head passes through as the fault it is. */
async function insertEntries(
  entries: Collection<EntryDocument>,
  documents: EntryDocument[],
  name: string,
): Promise<void> {
  try {
    await entries.insertMany(documents, { ordered: true })
  } catch (error) {
    if (!isDuplicate(error)) throw error
    const ids = documents.map(({ _id }) => _id)
    const there = await entries.find({ _id: { $in: ids } }, { projection: { content: 1 } }).toArray()
    const [other] = there.flatMap(({ _id, content }) => (content === name ? [] : [_id]))
    throw other === undefined ? error : new PositionTaken(other)
  }
}

const documents = (entries: Collection<EntryDocument>, filter: object, limit: number): Promise<EntryDocument[]> =>
  entries
    .find(filter, { projection: WITHOUT_KEPT_APART })
    .sort({ _id: 1 })
    .limit(limit)
    .batchSize(Math.min(limit, BATCH_MAX))
    .toArray()

/** Indexes looked at in one question for entries of some kinds: not every engine takes them from its index in the order asked for. */
const WINDOW_MIN = 1_024
const WINDOW_MAX = 32_768

async function ofKinds(
  entries: Collection<EntryDocument>,
  kinds: readonly string[],
  from: number,
  to: number,
  limit: number,
): Promise<EntryDocument[]> {
  const found: EntryDocument[] = []
  for (let at = from, width = WINDOW_MIN; at < to && found.length < limit; width = Math.min(width * 4, WINDOW_MAX)) {
    const filter = { kind: { $in: [...kinds] }, _id: { $gte: at, $lt: Math.min(at + width, to) } }
    found.push(...(await documents(entries, filter, limit - found.length)))
    at += width
  }
  return found
}
