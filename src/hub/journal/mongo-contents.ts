// Sealed contents on MongoDB. They are written before the entry that names them, so there may be some that no entry ever named.
import type { Collection } from 'mongodb'
import { bufferOf, type EntryDocument } from './mongo-entry.ts'
import type { StoredEntry } from './store.ts'

/** `_id` is `<index, 15 digits>.<name>`, with `/<n>` for further parts. */
export interface ContentDocument {
  _id: string
  bytes: Buffer
  /** How many documents it lies in, if more than one. */
  parts?: number
}

/**
 * A document has at most 16 MiB, and a content may have more: a message file of 24 MiB carries 18 MiB of body and attachments, and its
 * certificates and proofs come to it.
 */
const PART_BYTES = 8 * 1024 * 1024

const placeOf = (index: number): string => String(index).padStart(15, '0')
const idOf = (index: number, name: string): string => `${placeOf(index)}.${name}`
const partId = (id: string, n: number): string => (n === 0 ? id : `${id}/${n}`)
const indexIn = (id: string): number => Number(id.slice(0, 15))
const nameIn = (id: string): string => id.slice(16).split('/')[0]!

/** Contents of entries, by index and the name their entry gives. `partBytes` is for tests. */
export function mongoContents(contents: Collection<ContentDocument>, partBytes = PART_BYTES) {
  const load = async (ids: readonly string[]): Promise<Map<string, ContentDocument>> => {
    const found = await contents.find({ _id: { $in: [...ids] } }, { batchSize: ids.length + 1 }).toArray()
    return new Map(found.map(({ _id, ...document }) => [_id, { _id, ...document }]))
  }
  return {
    async write(entries: readonly StoredEntry[], name: string): Promise<void> {
      const documents = entries.flatMap(({ entry, sealed }) =>
        sealed ? partsOf(idOf(entry.index, name), sealed.content, partBytes) : [],
      )
      if (documents.length === 0) return
      await contents.insertMany(documents, { ordered: false })
    },

    /** Contents of the entries, by index; those that are not there are left out. */
    async read(named: readonly { index: number; name: string }[]): Promise<Map<number, Buffer>> {
      const firsts = await load(named.map(({ index, name }) => idOf(index, name)))
      const more = [...firsts.values()].flatMap(({ _id, parts = 1 }) =>
        Array.from({ length: parts - 1 }, (_, n) => partId(_id, n + 1)),
      )
      const rest = more.length > 0 ? await load(more) : new Map<string, ContentDocument>()
      return new Map(
        [...firsts.values()].map(({ _id, bytes, parts = 1 }) => [
          indexIn(_id),
          parts === 1 ? bufferOf(bytes) : joined(_id, bytes, parts, rest),
        ]),
      )
    },

    async remove(index: number, name: string): Promise<void> {
      await contents.deleteMany(between(idOf(index, name), `${idOf(index, name)}0`))
    },

    /** Removes what lies at indexes from `from` to before `to` and is not what the entries there name. */
    async collect(from: number, to: number, entries: Collection<EntryDocument>): Promise<number> {
      const lying = await contents.find(between(placeOf(from), placeOf(to)), { projection: { _id: 1 } }).toArray()
      const indexes = [...new Set(lying.map(({ _id }) => indexIn(_id)))]
      const named = await entries.find({ _id: { $in: indexes } }, { projection: { content: 1 } }).toArray()
      const names = new Map(named.map(({ _id, content }) => [_id, content]))
      // Where no entry is, somebody may be about to write one.
      const orphans = lying.filter(({ _id }) => ![undefined, nameIn(_id)].includes(names.get(indexIn(_id))))
      if (orphans.length > 0) await contents.deleteMany({ _id: { $in: orphans.map(({ _id }) => _id) } })
      return orphans.length
    },
  }
}

const between = (from: string, to: string): { _id: { $gte: string; $lt: string } } => ({ _id: { $gte: from, $lt: to } })

function partsOf(id: string, bytes: Buffer, partBytes: number): ContentDocument[] {
  const parts = Math.ceil(bytes.length / partBytes)
  if (parts <= 1) return [{ _id: id, bytes }]
  return Array.from({ length: parts }, (_, n) => ({
    _id: partId(id, n),
    bytes: bytes.subarray(n * partBytes, (n + 1) * partBytes),
    ...(n === 0 && { parts }),
  }))
}

function joined(id: string, first: Buffer, parts: number, rest: ReadonlyMap<string, ContentDocument>): Buffer {
  const all = [first]
  for (let n = 1; n < parts; n++) {
    const part = rest.get(partId(id, n))
    if (!part) throw new Error(`the journal store lacks part ${n} of the content ${id}`)
    all.push(part.bytes)
  }
  return Buffer.concat(all.map(bufferOf))
}
