// Sealed attachments on MongoDB, for any number of processes. Data is a row with its chunks; a head names its data. A head is written after
// all of its chunks and removed before them, each by a majority: whoever finds a head finds what it stands for.
import { createHmac } from 'node:crypto'
import type { Collection, Db } from 'mongodb'
import { SEALED_CHUNK_BYTES } from '../attachments/chunks.ts'
import type { Announced } from '../attachments/files.ts'
import { type AttachmentHead, openHead, sealHead } from '../attachments/key-file.ts'
import type { SealedData, SealedPlace, Shelf, Waiting } from '../attachments/sealed-place.ts'
import { isDuplicate } from './mongo-faults.ts'

export interface MongoAttachmentsDeps {
  /** 32 bytes each: wraps the heads; hides whose uploads there are. */
  sealingKey: Buffer
  indexKey: Buffer
  randomness: (size: number) => Buffer
  clock: () => number
}

/** `staged/<name>` or `kept/<name>`; party, type and bytes of uploads only. */
interface HeadRow {
  _id: string
  data: string
  sealed: Buffer
  atMs: number
  party?: string
  type?: string
  bytes?: number
  owned?: true
}

/** While an upload is under way it says whose it is and how long. `loose`: a head of it is being destroyed, and there may be no other. */
interface DataRow {
  _id: string
  atMs: number
  party?: string
  bytes?: number
  loose?: true
}

/** `<data>/<number>`. */
interface ChunkRow {
  _id: string
  bytes: Buffer
}

/** Sealed chunks in one row: half a megabyte. */
const CHUNKS_PER_ROW = 8
const ROW_BYTES = CHUNKS_PER_ROW * SEALED_CHUNK_BYTES
/** An upload that began longer ago has been broken off with its process. */
const BEGUN_MS = 600_000
const PAGE = 500
const COUNTED_EVERY_MS = 5_000

export class MongoAttachments implements SealedPlace {
  readonly #deps: MongoAttachmentsDeps
  readonly #heads: Collection<HeadRow>
  readonly #data: Collection<DataRow>
  readonly #chunks: Collection<ChunkRow>
  /** Data whose head may have been written although the answer did not come: the sweep finds out. */
  readonly #unsure = new Set<string>()
  #counted = { bytes: 0, atMs: -Infinity }

  constructor(db: Db, deps: MongoAttachmentsDeps) {
    this.#deps = deps
    this.#heads = db.collection('attachmentHeads')
    this.#data = db.collection('attachmentData')
    this.#chunks = db.collection('attachmentChunks')
  }

  /** Nothing to be found again: what is half-written may be another process's, so only its age tells. */
  async open(): Promise<void> {}

  /** The database is watched where it runs. */
  freeBytes(): Promise<number> {
    return Promise.resolve(Infinity)
  }

  async begin({ party, bytes }: Announced, atMs: number): Promise<string> {
    const data = this.#deps.randomness(16).toString('hex')
    await this.#data.insertOne({ _id: data, atMs, party: this.#keyOf(party), bytes })
    return data
  }

  async write(data: string, chunks: AsyncIterable<Buffer>): Promise<void> {
    let row: Buffer[] = []
    let rows = 0
    const flush = async (): Promise<void> => {
      const bytes = Buffer.concat(row.splice(0))
      if (bytes.length > 0) await this.#chunks.insertOne({ _id: chunkId(data, rows++), bytes })
    }
    for await (const chunk of chunks) {
      row.push(chunk)
      if (row.length === CHUNKS_PER_ROW) await flush()
    }
    await flush()
  }

  async giveUp(data: string): Promise<void> {
    if (!this.#unsure.delete(data)) await this.#release(data)
  }

  async held(party: string): Promise<{ count: number; bytes: number }> {
    const key = this.#keyOf(party)
    const begunMs = this.#deps.clock() - BEGUN_MS
    const projection = { bytes: 1 }
    const [staged, begun] = await Promise.all([
      this.#heads.find({ party: key }, { projection }).toArray(),
      this.#data.find({ party: key, atMs: { $gt: begunMs } }, { projection }).toArray(),
    ])
    const all = [...staged, ...begun]
    return { count: all.length, bytes: all.reduce((sum, { bytes = 0 }) => sum + bytes, 0) }
  }

  /** Counted anew now and then, aside. */
  stagedBytes(): number {
    const nowMs = this.#deps.clock()
    if (Math.abs(nowMs - this.#counted.atMs) > COUNTED_EVERY_MS) {
      this.#counted.atMs = nowMs
      void this.#count().catch(() => {})
    }
    return this.#counted.bytes
  }

  async #count(): Promise<void> {
    const sum = [{ $group: { _id: null, bytes: { $sum: '$bytes' } } }]
    const [found] = await this.#heads.aggregate<{ bytes: number }>([{ $match: shelved('staged') }, ...sum]).toArray()
    this.#counted.bytes = found?.bytes ?? 0
  }

  async waiting(names: readonly string[]): Promise<Map<string, Waiting>> {
    if (names.length === 0) return new Map()
    const rows = await this.#heads
      .find({ _id: { $in: names.map((name) => `staged/${name}`) } }, { projection: { type: 1, bytes: 1, atMs: 1 } })
      .toArray()
    return new Map(
      rows.map(({ _id, type, bytes, atMs }) => [_id.slice('staged/'.length), { type: type!, bytes: bytes!, atMs }]),
    )
  }

  async put(name: string, data: string, head: AttachmentHead, atMs: number): Promise<boolean> {
    const { party, type, bytes } = head
    const about = { party: this.#keyOf(party), type, bytes }
    if (!(await this.#insert({ ...this.#row('staged', name, data, head, atMs), ...about }))) return false
    // From now on its head counts it; if this fails it counts twice for a while.
    await this.#data.updateOne({ _id: data }, { $unset: { party: 1, bytes: 1 } }).catch(() => {})
    return true
  }

  async #insert(row: HeadRow): Promise<boolean> {
    try {
      await this.#heads.insertOne(row)
      return true
    } catch (error) {
      if (isDuplicate(error)) return false
      this.#unsure.add(row.data)
      throw error
    }
  }

  async touch(name: string, atMs: number): Promise<boolean> {
    const { matchedCount } = await this.#heads.updateOne({ _id: `staged/${name}` }, { $set: { atMs } })
    return matchedCount === 1
  }

  async head(shelf: Shelf, name: string): Promise<AttachmentHead | undefined> {
    return (await this.#headed(shelf, name))?.head
  }

  async #headed(shelf: Shelf, name: string): Promise<{ head: AttachmentHead; data: string } | undefined> {
    const row = await this.#heads.findOne({ _id: `${shelf}/${name}` })
    const head = row && openHead(row.sealed, name, this.#deps.sealingKey)
    return head ? { head, data: row.data } : undefined
  }

  async keep(staged: string, name: string, head: AttachmentHead, atMs: number): Promise<boolean> {
    const from = await this.#headed('staged', staged)
    // Another may have come in its place, under another key.
    if (!from || from.head.key !== head.key) return false
    await this.#heads.insertOne(this.#row('kept', name, from.data, head, atMs))
    // Whoever removes the upload from now on sees that its data is this one's too. If it is gone already, so may be its data.
    return (await this.#heads.countDocuments({ _id: `staged/${staged}`, data: from.data })) === 1
  }

  async kept(name: string): Promise<{ head: AttachmentHead; open(): Promise<SealedData> } | undefined> {
    const found = await this.#headed('kept', name)
    return found && { head: found.head, open: async () => this.#reading(found.data) }
  }

  #reading(data: string): SealedData {
    let row: { number: number; bytes: Buffer } | undefined
    return {
      read: async (at, bytes) => {
        const number = Math.floor(at / ROW_BYTES)
        if (row?.number !== number) {
          const found = await this.#chunks.findOne({ _id: chunkId(data, number) })
          row = { number, bytes: found?.bytes ?? Buffer.alloc(0) }
        }
        const from = at - number * ROW_BYTES
        return row.bytes.subarray(from, from + bytes)
      },
      close: async () => {},
    }
  }

  async destroy(shelf: Shelf, name: string, beforeMs?: number): Promise<boolean> {
    const wanted = { _id: `${shelf}/${name}`, ...(beforeMs !== undefined && { atMs: { $lt: beforeMs } }) }
    const found = await this.#heads.findOne(wanted, { projection: { data: 1 } })
    if (!found) return false
    // Should this process end in between, the sweep knows where to look.
    await this.#data.updateOne({ _id: found.data }, { $set: { loose: true } })
    const row = await this.#heads.findOneAndDelete(wanted)
    if (row) await this.#release(row.data)
    return row !== null
  }

  /** Removes data that no head has any more; what a crash leaves of it the sweep removes. */
  async #release(data: string): Promise<void> {
    if ((await this.#heads.countDocuments({ data }, { limit: 1 })) > 0) {
      await this.#data.updateOne({ _id: data }, { $unset: { loose: 1, party: 1, bytes: 1 } })
      return
    }
    await this.#chunks.deleteMany({ _id: { $gte: `${data}/`, $lt: `${data}0` } })
    await this.#data.deleteOne({ _id: data })
  }

  async own(names: readonly string[]): Promise<void> {
    await this.#heads.updateMany({ _id: { $in: names.map((name) => `kept/${name}`) } }, { $set: { owned: true } })
  }

  async *older(shelf: Shelf, beforeMs: number): AsyncGenerator<string> {
    for (let after = `${shelf}/`; ; ) {
      const rows = await this.#heads
        .find(
          { _id: { $gt: after, $lt: `${shelf}0` }, atMs: { $lt: beforeMs }, owned: { $exists: false } },
          { projection: { _id: 1 } },
        )
        .sort({ _id: 1 })
        .limit(PAGE)
        .toArray()
      for (const { _id } of rows) {
        yield _id.slice(shelf.length + 1)
        after = _id
      }
      if (rows.length < PAGE) return
    }
  }

  async removeHeadless(beforeMs: number): Promise<void> {
    for (let after = ''; ; ) {
      const rows = await this.#data
        .find({ _id: { $gt: after }, atMs: { $lt: beforeMs }, ...MAYBE_HEADLESS }, { projection: { _id: 1 } })
        .sort({ _id: 1 })
        .limit(PAGE)
        .toArray()
      for (const { _id } of rows) {
        await this.#release(_id)
        after = _id
      }
      if (rows.length < PAGE) return
    }
  }

  #row(shelf: Shelf, name: string, data: string, head: AttachmentHead, atMs: number): HeadRow {
    const { sealingKey, randomness } = this.#deps
    return { _id: `${shelf}/${name}`, data, sealed: sealHead(name, head, sealingKey, randomness(12)), atMs }
  }

  /** Whose an upload is, for those who know who they ask for. */
  #keyOf(party: string): string {
    return createHmac('sha256', this.#deps.indexKey).update(`uploads\n${party}`).digest('hex')
  }
}

const MAYBE_HEADLESS = { $or: [{ loose: { $exists: true } }, { party: { $exists: true } }] }

const chunkId = (data: string, row: number): string => `${data}/${String(row).padStart(6, '0')}`
const shelved = (shelf: Shelf): { _id: { $gt: string; $lt: string } } => ({
  _id: { $gt: `${shelf}/`, $lt: `${shelf}0` },
})
