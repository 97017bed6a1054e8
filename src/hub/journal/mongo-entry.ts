// An entry of the journal as one document of MongoDB: what is asked for has a field of its own, the rest is one JSON text.
import { Binary } from 'mongodb'
import type { Commit, JournalEntry, Outcome } from './journal.ts'
import type { ReceiptedEntry, WriteBatch } from './store.ts'

/** `_id` is the index. Buffers go in, and come out as the driver's Binary or as Buffers. */
export interface EntryDocument {
  _id: number
  at: number
  kind: string
  /** Keyed hash of (sender, id); unique. */
  sender: Buffer
  commitment: Buffer
  about?: Buffer
  outcome: Outcome
  registerAt: number
  judgedAt: number
  record: string
  leaf: Buffer
  /** `key#version` of each movement; unique over all entries. Left out when there is none. */
  heads?: string[]
  /** For hub.refusal: keyed hash of the sender and id that were refused, which its memo goes by. */
  refused?: Buffer
  /** Which content is its: contents of other attempts at the same index may lie beside it. */
  content: string
  /** The wrapped key of the content, until it is erased. */
  key?: Buffer
  /** First entry of its group commit, and how many that has; the first entry has the rest of it. */
  first: number
  size: number
  commit?: { root: string; signatures: string[]; leaves?: Buffer }
}

type Record = Omit<
  JournalEntry,
  'index' | 'atMs' | 'kind' | 'senderKey' | 'commitment' | 'about' | 'outcome' | 'registerAt' | 'judgedAt' | 'leaf'
>

/** Fields a reader of entries does not need. */
export const WITHOUT_KEPT_APART = { heads: 0, refused: 0, content: 0, key: 0, first: 0, size: 0, commit: 0 } as const
export const RECEIPTED = {
  at: 1,
  commitment: 1,
  about: 1,
  outcome: 1,
  registerAt: 1,
  judgedAt: 1,
  content: 1,
  key: 1,
} as const

/** Documents of a group commit, in order; `content` names their contents. */
export function documentsOf({ entries, commit, refusals }: WriteBatch, content: string): EntryDocument[] {
  const refused = new Map(refusals.map(({ senderKey, memo }) => [memo.index, senderKey]))
  return entries.map(({ entry, sealed }) => {
    const { index, atMs, kind, senderKey, commitment, about, outcome, registerAt, judgedAt, leaf, ...record } = entry
    const memo = refused.get(index)
    return {
      _id: index,
      at: atMs,
      kind,
      sender: senderKey,
      commitment,
      ...(about && { about }),
      outcome,
      registerAt,
      judgedAt,
      record: JSON.stringify(record satisfies Record),
      leaf,
      ...(entry.movements.length > 0 && { heads: entry.movements.map(({ key, to }) => `${key}#${to}`) }),
      ...(memo && { refused: memo }),
      content,
      ...(sealed && { key: sealed.wrappedKey }),
      first: commit.first,
      size: commit.size,
      ...(index === commit.first && { commit: commitDocument(commit) }),
    }
  })
}

const commitDocument = ({ rootHex, signatures, leaves }: Commit): NonNullable<EntryDocument['commit']> => ({
  root: rootHex,
  signatures,
  ...(leaves && { leaves }),
})

export function entryOf(document: EntryDocument): JournalEntry {
  return { ...(JSON.parse(document.record) as Record), ...receiptedOf(document), ...ownFields(document) }
}

const ownFields = ({ kind, sender, leaf }: EntryDocument): Pick<JournalEntry, 'kind' | 'senderKey' | 'leaf'> => ({
  kind,
  senderKey: bufferOf(sender),
  leaf: bufferOf(leaf),
})

export function receiptedOf(document: EntryDocument): ReceiptedEntry {
  const { _id, at, commitment, about, outcome, registerAt, judgedAt } = document
  return {
    index: _id,
    atMs: at,
    commitment: bufferOf(commitment),
    outcome,
    registerAt,
    judgedAt,
    ...(about && { about: bufferOf(about) }),
  }
}

/** Bytes as they came, of their own: not a piece of the answer they came in. */
export const bufferOf = (bytes: Buffer | Uint8Array | Binary): Buffer =>
  Buffer.from(bytes instanceof Binary ? bytes.buffer : bytes)
