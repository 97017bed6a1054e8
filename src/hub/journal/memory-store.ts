// The journal in memory: for tests and the contract suite. Same promises as the other storages, but for durability.
import type { Head, HeadKey } from './heads.ts'
import type { Commit, JournalEntry } from './journal.ts'
import type { Sealed } from './seal.ts'
import type { JournalStore, RefusalMemo, WriteBatch } from './store.ts'

export function memoryStore(): JournalStore {
  const entries: JournalEntry[] = []
  const contents = new Map<number, Sealed>()
  const heads = new Map<HeadKey, Head>()
  const senders = new Map<string, { index: number; commitment: Buffer }>()
  const refusals = new Map<string, RefusalMemo>()
  const commits: Commit[] = []
  const certificates = new Map<string, Buffer>()
  const pick = <V>(map: Map<string, V>, keys: readonly string[]): Map<string, V> =>
    new Map(keys.flatMap((key) => (map.has(key) ? [[key, map.get(key)!] as const] : [])))
  const hex = (keys: readonly Buffer[]): string[] => keys.map((key) => key.toString('hex'))

  return {
    async position() {
      return { size: entries.length, atMs: entries.at(-1)?.atMs ?? 0 }
    },
    async heads(keys) {
      return pick(heads, keys)
    },
    async bySender(keys) {
      return pick(senders, hex(keys))
    },
    async refusals(keys) {
      return pick(refusals, hex(keys))
    },
    async write(batch: WriteBatch) {
      for (const { entry, sealed } of batch.entries) {
        if (entry.index !== entries.length)
          throw new Error(`entry ${entry.index} does not follow ${entries.length - 1}`)
        entries.push(structuredEntry(entry))
        contents.set(entry.index, sealed)
        senders.set(entry.senderKey.toString('hex'), { index: entry.index, commitment: entry.commitment })
      }
      for (const [key, head] of batch.heads) heads.set(key, head)
      for (const { senderKey, memo } of batch.refusals) refusals.set(senderKey.toString('hex'), memo)
      for (const [fingerprint, der] of batch.certificates) certificates.set(fingerprint, der)
      commits.push(batch.commit)
    },
    async read(from, limit) {
      return entries.slice(from, from + limit)
    },
    async sealed(index) {
      return contents.get(index)
    },
    async filed(indexes) {
      return indexes.flatMap((index) => {
        const [entry, sealed] = [entries[index], contents.get(index)]
        return entry ? [{ entry, ...(sealed && { sealed }) }] : []
      })
    },
    async certificate(fingerprint) {
      return certificates.get(fingerprint)
    },
    async commitOf(index) {
      return commits.find(({ first, size }) => first <= index && index < first + size)
    },
    async eraseKey(index) {
      contents.delete(index)
    },
    async close() {},
  }
}

/** Entries are kept as values: what a caller does to its own copy later changes nothing here. */
const structuredEntry = (entry: JournalEntry): JournalEntry => ({ ...entry })
