// Ports of the journal: what is kept for ever, what may be emptied and rebuilt, and where readers stand.
import type { AudienceRow, Attachment, MessageSignature } from '../message/message.ts'
import type { Judgement } from '../message/kind.ts'
import type { PartyUrn } from '../message/envelope.ts'
import type { CertificateStatusEvidence } from '../identity/suite.ts'
import type { SignerName } from '../identity/signer-names.ts'
import type { Head, HeadKey, Json } from './heads.ts'

export type Outcome = 'accepted' | 'refused' | 'unknown'

/** The erasable part of an entry, kept encrypted under a key of its own. */
export interface SealedContent {
  envelope: Buffer
  signatures: readonly MessageSignature[]
  body: Buffer
  attachments: readonly Attachment[]
  /** DER paths of the signers, leaf first. */
  certificates: readonly (readonly Buffer[])[]
  status: readonly CertificateStatusEvidence[]
  /** Answers of responders (DER) that the status rests on, once each; `responseSha256` names them. */
  responses?: readonly Buffer[]
  /** What shows it to stand on a ledger (`by` is `ledger-proof`): proves itself, so it is in no leaf, and any other that shows the same would do. */
  evidence?: Buffer
  /** Seed of the leaf's salts, 32 bytes. */
  saltSeed: Buffer
  /** For hub.refusal: the refused message without its body. */
  refused?: { envelope: Buffer; signatures: readonly MessageSignature[]; certificates: readonly (readonly Buffer[])[] }
}

/** The message of an entry as it was sent. */
export type FiledMessage = Pick<SealedContent, 'envelope' | 'signatures' | 'body' | 'attachments'>

/** What a reader of the journal is given of an entry; `message` is absent once erased. */
export interface Filed {
  message?: FiledMessage
  receipt: Receipt
}

/** One change of a head by an entry; `value` is the value after it. */
export interface Movement {
  key: HeadKey
  from: number
  to: number
  value: Head['value']
}

/** An entry without its erasable part: what followers need for ever. */
export interface JournalEntry {
  index: number
  atMs: number
  kind: string
  version: number
  by: 'signature' | 'ledger-proof' | 'hub'
  outcome: Outcome
  /** messageCommitment of the entry's own message. */
  commitment: Buffer
  /** For hub.refusal: messageCommitment of the refused message, which is what its receipt names. */
  about?: Buffer
  /** Keyed hash of (sender, id), 32 bytes. */
  senderKey: Buffer
  movements: Movement[]
  audience: AudienceRow[]
  refers: number[]
  registerAt: number
  judgedAt: number
  expiry?: {
    atMs: number
    expects: { key: HeadKey; version: number }[]
    moves: { key: HeadKey; value: Head['value'] }[]
    accounts: { key: HeadKey; amountMinor: string; rule: string }[]
  }
  /** An answer is wanted by `atMs`: who waits for it, and each awaited party with the head that says whether it has come. */
  due?: { atMs: number; waiting: PartyUrn[]; awaited: { party: PartyUrn; key: HeadKey }[] }
  /** For hub.refusal: the head that decided, where it had been moved last (absent if it never existed), and the kind of the refused message. */
  refusal?: { code: string; rule: string; key: HeadKey; version: number; movedAt?: number; kind: string }
  /** Who signed it: `headKey('certificate', ...)` of each name of each signer's certificate (identity/signer-names.ts). */
  signers?: string[]
  /** Names of the uploaded attachments it owns (hub/attachments): one for each that the envelope names and the message file did not carry, in the order of the envelope. Random, so they tell nothing. */
  blobs?: string[]
  /** Size of what was sent: envelope and body, and its attachments. Stays when the content is erased. */
  sent?: { bytes: number; attachmentBytes: number }
  /** Leaf bytes of the evidence log (evidence/leaf.ts). */
  leaf: Buffer
}

/** What a judged message, or the hub itself, asks the journal to append. */
export interface Draft {
  kind: string
  version: number
  by: JournalEntry['by']
  sender: string
  id: string
  commitment: Buffer
  content: Omit<SealedContent, 'saltSeed'>
  judgement: Omit<Judgement, 'findings'>
  audience: readonly AudienceRow[]
  refusalAudience: readonly AudienceRow[]
  registerAt: number
  judgedAt: number
  due?: NonNullable<JournalEntry['due']>
  /** Names of uploaded attachments taken for it. */
  blobs?: readonly string[]
  /** Size of those attachments together. */
  uploadedBytes?: number
  /** Names of the signers' certificates (identity/signer-names.ts), to be kept as keyed hashes. */
  signers?: readonly SignerName[]
}

export type Appended =
  | { result: 'appended'; entry: JournalEntry; receipt: Receipt }
  | { result: 'refused'; entry: JournalEntry; receipt: Receipt }
  | { result: 'duplicate'; entry: JournalEntry; receipt: Receipt }
  | { result: 'id-reused' }
  | { result: 'stale'; key: HeadKey }

/** Payload of a `stored` receipt, member order fixed. Times RFC 3339 with milliseconds. */
export interface ReceiptPayload {
  hub: string
  journal: string
  epoch: number
  index: number
  at: string
  messageCommitment: string
  outcome: Outcome
  registerAt: number
  judgedAt: number
}

/** A receipt: its payload, its place in the group commit, and the hub's signatures over the commit's root. */
export interface Receipt {
  payload: string
  index: number
  size: number
  path: string[]
  signatures: string[]
}

/** One group commit: `size` entries from `first`, the root over their receipt payloads, and the JWS signatures over it. */
export interface Commit {
  first: number
  size: number
  rootHex: string
  signatures: string[]
  /**
   * RFC 6962 hashes of its receipt payloads, 32 bytes each: a receipt is made again without reading the other entries. Absent in commits
   * written before they were kept.
   */
  leaves?: Buffer
  /**
   * How many of its entries the journal has, if the write of the others was cut short (or is under way in another process): the next
   * commit begins after them. Their receipts are those of the whole commit, made from its leaves.
   */
  kept?: number
}

/** The journal as the rest of the hub sees it. Reads give only what is durably committed. */
export interface Journal {
  readonly urn: string
  readonly epoch: number
  /** Number of entries; the next index. */
  size(): number
  /** The same, and no entry that anybody has been told of before the call is missing, whichever process appended it. */
  current(): Promise<number>
  append(draft: Draft): Promise<Appended>
  /** Entries from `from` in order; with `kinds` only those of these kinds. */
  read(from: number, limit: number, kinds?: readonly string[]): Promise<JournalEntry[]>
  /** The erasable part, opened; undefined once erased. */
  content(index: number): Promise<SealedContent | undefined>
  receipt(index: number): Promise<Receipt>
  /** Message and receipt of each of the entries, in the order asked, read together. Throws NOT_FOUND if one is not there. */
  filed(indexes: readonly number[]): Promise<Filed[]>
  head(key: HeadKey): Promise<Head | undefined>
  /** Whether any entry there is has moved one of these heads beyond the version given (0: not there), by the entries themselves. */
  moved(seen: ReadonlyMap<HeadKey, number>): Promise<boolean>
  /** Entry of (sender, id), or undefined. Refusals are not found by it. */
  find(sender: string, id: string): Promise<JournalEntry | undefined>
  headKey(label: string, ...parts: string[]): HeadKey
  /** Destroys the content key of an entry so that it cannot be opened from any byte of the store. Idempotent. */
  erase(index: number): Promise<void>
  /** Drops what is in memory of an entry's content; the store is not touched. */
  forget(index: number): void
  /**
   * Called after each group commit with the new entries, in order; where another process has appended them, with none: then they are to be
   * read. Returns the unsubscribe.
   */
  onAppend(listener: (entries: readonly JournalEntry[]) => void): () => void
  close(): Promise<void>
}

/** Derived rows: may be emptied at any time and rebuilt by their follower. Keys sort as strings. */
export interface Views {
  /** Next journal index the follower has to read; 0 when new or emptied. */
  cursor(view: string): Promise<number>
  /** Writes rows (undefined deletes) and the cursor in one act. A fault may come after it was done: `cursor` then says so. */
  apply(view: string, rows: readonly { key: string; value: ViewValue | undefined }[], cursor: number): Promise<void>
  get(view: string, key: string): Promise<ViewValue | undefined>
  /** Rows with from <= key < to, ascending (or descending), at most `limit`. */
  range(
    view: string,
    from: string,
    to: string,
    limit: number,
    order?: 'ascending' | 'descending',
  ): Promise<{ key: string; value: ViewValue }[]>
  /** Deletes all rows of the view and its cursor. */
  empty(view: string): Promise<void>
  close(): Promise<void>
}
export type ViewValue = string | Uint8Array

/** Positions that must survive: subscriptions and acknowledgements, single-use nonces. */
export interface Cursors {
  get(space: string, key: string): Promise<Json | undefined>
  /** Durable when the promise resolves; writes may share one fsync. */
  put(space: string, key: string, value: Json | undefined): Promise<void>
  /** Writes only if the key is new; false if it was there. */
  putNew(space: string, key: string, value: Json): Promise<boolean>
  /**
   * Writes `value` only if the key has the value `expected`, whatever the order of its members; false, with nothing written, if it has
   * another. Undefined is a key that is not there.
   */
  swap(space: string, key: string, expected: Json | undefined, value: Json | undefined): Promise<boolean>
  list(space: string, prefix: string): Promise<{ key: string; value: Json }[]>
  /** Names of the spaces that hold anything, in order: for those who copy them. */
  spaces(): Promise<string[]>
  /** Rows of a space in the order of their keys, those after `after` (all: ''). */
  page(space: string, after: string, limit: number): Promise<{ key: string; value: Json }[]>
  close(): Promise<void>
}
