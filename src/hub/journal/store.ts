// What a storage has to do for the journal: load, write one group commit durably, read back. It decides nothing.
import type { Head, HeadKey } from './heads.ts'
import type { Commit, JournalEntry } from './journal.ts'
import type { Sealed } from './seal.ts'

/** The last refusal of a (sender, id): the same bytes get it again while the head has that version. */
export interface RefusalMemo {
  index: number
  commitment: Buffer
  key: HeadKey
  version: number
}

export interface StoredEntry {
  entry: JournalEntry
  sealed: Sealed
}

/** One group commit. Everything in it becomes durable together, or nothing does. */
export interface WriteBatch {
  entries: StoredEntry[]
  heads: Map<HeadKey, Head>
  commit: Commit
  certificates: Map<string, Buffer>
  refusals: { senderKey: Buffer; memo: RefusalMemo }[]
}

/** What a receipt says of an entry. */
export type ReceiptedEntry = Pick<
  JournalEntry,
  'index' | 'atMs' | 'commitment' | 'about' | 'outcome' | 'registerAt' | 'judgedAt'
>

export interface JournalStore {
  /** Next index and the time of the last entry. */
  position(): Promise<{ size: number; atMs: number }>
  heads(keys: readonly HeadKey[]): Promise<Map<HeadKey, Head>>
  bySender(senderKeys: readonly Buffer[]): Promise<Map<string, { index: number; commitment: Buffer }>>
  refusals(senderKeys: readonly Buffer[]): Promise<Map<string, RefusalMemo>>
  write(batch: WriteBatch): Promise<void>
  read(from: number, limit: number): Promise<JournalEntry[]>
  sealed(index: number): Promise<Sealed | undefined>
  /** Those of the entries that are there, in any order; without `sealed` once erased. */
  filed(indexes: readonly number[]): Promise<{ entry: ReceiptedEntry; sealed?: Sealed }[]>
  certificate(fingerprint: string): Promise<Buffer | undefined>
  commitOf(index: number): Promise<Commit | undefined>
  /** Removes the wrapped key so that it is in no byte of the store. */
  eraseKey(index: number): Promise<void>
  close(): Promise<void>
}
