// The journal in memory: for tests and the contract suite. Same promises as the other storages, but for durability.
import type { Head, HeadKey } from './heads.ts'
import type { Commit, JournalEntry } from './journal.ts'
import type { Sealed } from './seal.ts'
import { type JournalStore, PositionTaken, type RefusalMemo, type WriteBatch } from './store.ts'

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
  const after = <V>(map: Map<string, V>, key: string, limit: number): [string, V][] =>
    [...map]
      .filter(([one]) => one > key)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .slice(0, limit)
  const hex = (keys: readonly Buffer[]): string[] => keys.map((key) => key.toString('hex'))

  /** Where a commit was cut short, the next begins in its place. */
  const told = (): Commit[] =>
    commits.map((commit, n) => {
      const kept = (commits[n + 1]?.first ?? entries.length) - commit.first
      return kept < commit.size ? { ...commit, kept } : commit
    })

  return {
    async position() {
      return { size: entries.length, atMs: entries.at(-1)?.atMs ?? 0 }
    },
    async heads(keys) {
      return pick(heads, keys)
    },
    async moved(seen) {
      return [...seen].some(([key, version]) => (heads.get(key)?.version ?? 0) > version)
    },
    async bySender(keys) {
      return pick(senders, hex(keys))
    },
    async refusals(keys) {
      return pick(refusals, hex(keys))
    },
    async write(batch: WriteBatch) {
      for (const { entry, sealed } of batch.entries) {
        if (entry.index < entries.length) throw new PositionTaken(entry.index)
        if (entry.index > entries.length) throw new Error(`entry ${entry.index} does not follow ${entries.length - 1}`)
        entries.push(structuredEntry(entry))
        if (sealed) contents.set(entry.index, sealed)
        senders.set(entry.senderKey.toString('hex'), { index: entry.index, commitment: entry.commitment })
      }
      for (const [key, head] of batch.heads) heads.set(key, head)
      for (const { senderKey, memo } of batch.refusals) refusals.set(senderKey.toString('hex'), memo)
      for (const [fingerprint, der] of batch.certificates) certificates.set(fingerprint, der)
      // What goes on behind the beginning of a commit that was cut short belongs to that one.
      if (commits.at(-1)?.first !== batch.commit.first) commits.push(batch.commit)
    },
    async read(from, limit, kinds) {
      if (!kinds) return entries.slice(from, from + limit)
      return entries
        .slice(from)
        .filter(({ kind }) => kinds.includes(kind))
        .slice(0, limit)
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
      return index < entries.length ? told().findLast(({ first }) => first <= index) : undefined
    },
    async commits(from, limit) {
      return told()
        .filter(({ first }) => first >= from)
        .slice(0, limit)
    },
    async listHeads(key, limit) {
      return after(heads, key, limit).map(([one, head]) => ({ key: one, head }))
    },
    async listRefusals(key, limit) {
      return after(refusals, key, limit).map(([one, memo]) => ({ senderKey: Buffer.from(one, 'hex'), memo }))
    },
    async listCertificates(key, limit) {
      return after(certificates, key, limit).map(([fingerprint, der]) => ({ fingerprint, der }))
    },
    async eraseKey(index) {
      contents.delete(index)
    },
    async settle() {},
    async close() {},
  }
}

/** Entries are kept as values: what a caller does to its own copy later changes nothing here. */
const structuredEntry = (entry: JournalEntry): JournalEntry => ({ ...entry })
