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
  /** Absent only where an entry that has been erased is put back (hub/backup). */
  sealed?: Sealed
}

/** A refusal memo and whose it is, as it is listed. */
export interface ListedRefusal {
  senderKey: Buffer
  memo: RefusalMemo
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

/** Another process has written where this one was about to: the storage has to be asked where it stands. */
export class PositionTaken extends Error {
  constructor(index: number) {
    super(`entry ${index} of the journal has been written by another process`)
    this.name = 'PositionTaken'
  }
}

export interface JournalStore {
  /** Next index and the time of the last entry. */
  position(): Promise<{ size: number; atMs: number }>
  heads(keys: readonly HeadKey[]): Promise<Map<HeadKey, Head>>
  /** Whether an entry there is has moved one of these heads beyond the version given; heads that are written after their entry do not count here. */
  moved(seen: ReadonlyMap<HeadKey, number>): Promise<boolean>
  bySender(senderKeys: readonly Buffer[]): Promise<Map<string, { index: number; commitment: Buffer }>>
  refusals(senderKeys: readonly Buffer[]): Promise<Map<string, RefusalMemo>>
  /** Throws PositionTaken, having written nothing or only a beginning of the batch, if another process has written there. */
  write(batch: WriteBatch): Promise<void>
  /** Entries in order without a hole; with `kinds`, those of these kinds only (holes between them). */
  read(from: number, limit: number, kinds?: readonly string[]): Promise<JournalEntry[]>
  sealed(index: number): Promise<Sealed | undefined>
  /** Those of the entries that are there, in any order; without `sealed` once erased. */
  filed(indexes: readonly number[]): Promise<{ entry: ReceiptedEntry; sealed?: Sealed }[]>
  certificate(fingerprint: string): Promise<Buffer | undefined>
  commitOf(index: number): Promise<Commit | undefined>
  /** Commits that begin at `from` or later, in order: for those who copy the journal. */
  commits(from: number, limit: number): Promise<Commit[]>
  /** Heads in the order of their keys, those after `after` (all: ''). */
  listHeads(after: HeadKey, limit: number): Promise<{ key: HeadKey; head: Head }[]>
  /** Refusal memos in the order of the hex of their sender keys, those after `after` (all: ''). */
  listRefusals(after: string, limit: number): Promise<ListedRefusal[]>
  /** Certificates in the order of their fingerprints, those after `after` (all: ''). */
  listCertificates(after: string, limit: number): Promise<{ fingerprint: string; der: Buffer }[]>
  /** Removes the wrapped key so that it is in no byte of the store. */
  eraseKey(index: number): Promise<void>
  /**
   * Completes what an interrupted write has left, of this process or another: called before a process begins to append, and after a
   * failed write. Only where a group commit is not one transaction is there anything to do.
   */
  settle(): Promise<void>
  close(): Promise<void>
}
