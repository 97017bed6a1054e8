// What stands in the frames of a backup: each record as bytes, and read back strictly. Entries are JSON, so that a reader in another
// language needs nothing but this; what is bytes is base64 there.
import type { Json } from '../journal/heads.ts'
import type { Commit, JournalEntry } from '../journal/journal.ts'
import type { ListedRefusal } from '../journal/store.ts'

const INDEX_BYTES = 8

type Packed<T> = {
  [K in keyof T]: T[K] extends Buffer ? string : T[K] extends Buffer | undefined ? string | undefined : T[K]
}

const json = (value: object): Buffer => Buffer.from(JSON.stringify(value))
const parse = <T>(frame: Buffer): T => JSON.parse(frame.toString()) as T

/** Base64 in its one spelling. */
function bytesOf(text: unknown, what: string): Buffer {
  if (typeof text !== 'string') throw new Error(`${what} is missing`)
  const bytes = Buffer.from(text, 'base64')
  if (bytes.toString('base64') !== text) throw new Error(`${what} is not base64`)
  return bytes
}

export function entryFrame(entry: JournalEntry): Buffer {
  const { senderKey, commitment, leaf, about, ...rest } = entry
  return json({
    ...rest,
    senderKey: senderKey.toString('base64'),
    commitment: commitment.toString('base64'),
    leaf: leaf.toString('base64'),
    ...(about && { about: about.toString('base64') }),
  } satisfies Packed<JournalEntry>)
}

export function entryIn(frame: Buffer): JournalEntry {
  const { senderKey, commitment, leaf, about, ...rest } = parse<Packed<JournalEntry>>(frame)
  if (!Number.isSafeInteger(rest.index) || !Number.isSafeInteger(rest.atMs))
    throw new Error('an entry has no place or time')
  if (![rest.movements, rest.audience, rest.refers].every(Array.isArray)) throw new Error('an entry lacks a list')
  return {
    ...rest,
    senderKey: bytesOf(senderKey, 'the sender key of an entry'),
    commitment: bytesOf(commitment, 'the commitment of an entry'),
    leaf: bytesOf(leaf, 'the leaf of an entry'),
    ...(about !== undefined && { about: bytesOf(about, 'what an entry is about') }),
  }
}

/** Something of an entry: 8 bytes index, then the bytes (sealed content, wrapped key). */
export function indexedFrame(index: number, bytes: Buffer): Buffer {
  const place = Buffer.allocUnsafe(INDEX_BYTES)
  place.writeBigUInt64BE(BigInt(index))
  return Buffer.concat([place, bytes])
}

export function indexedIn(frame: Buffer): { index: number; bytes: Buffer } {
  if (frame.length < INDEX_BYTES) throw new Error('a record has no index')
  const index = Number(frame.readBigUInt64BE(0))
  if (!Number.isSafeInteger(index)) throw new Error('a record has no index')
  return { index, bytes: frame.subarray(INDEX_BYTES) }
}

export const commitFrame = ({ leaves, ...rest }: Commit): Buffer =>
  json({ ...rest, ...(leaves && { leaves: leaves.toString('base64') }) })

export function commitIn(frame: Buffer): Commit {
  const { leaves, ...rest } = parse<Packed<Commit>>(frame)
  const { first, size, rootHex, signatures, kept } = rest
  if (!Number.isSafeInteger(first) || !Number.isSafeInteger(size) || size < 1 || typeof rootHex !== 'string')
    throw new Error('a commit has no place or root')
  if (kept !== undefined && !(Number.isSafeInteger(kept) && kept > 0 && kept < size && leaves !== undefined))
    throw new Error('a commit that was cut short has no place or leaves')
  if (!Array.isArray(signatures) || !signatures.every((one) => typeof one === 'string'))
    throw new Error('a commit has no signatures')
  return { ...rest, ...(leaves !== undefined && { leaves: bytesOf(leaves, 'the leaves of a commit') }) }
}

export const refusalFrame = ({ senderKey, memo }: ListedRefusal): Buffer =>
  json({ ...memo, commitment: memo.commitment.toString('base64'), senderKey: senderKey.toString('base64') })

export function refusalIn(frame: Buffer): ListedRefusal {
  const { senderKey, commitment, index, key, version } = parse<Packed<ListedRefusal['memo']> & { senderKey: string }>(
    frame,
  )
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(version) || typeof key !== 'string')
    throw new Error('a refusal has no place')
  return {
    senderKey: bytesOf(senderKey, 'the sender key of a refusal'),
    memo: { index, commitment: bytesOf(commitment, 'the commitment of a refusal'), key, version },
  }
}

/** A row of the cursors. */
export interface CursorRow {
  space: string
  key: string
  value: Json
}

export const cursorFrame = ({ space, key, value }: CursorRow): Buffer => json({ space, key, value })

export function cursorIn(frame: Buffer): CursorRow {
  const row = parse<CursorRow>(frame)
  if (typeof row.space !== 'string' || typeof row.key !== 'string' || row.value === undefined)
    throw new Error('a row of the cursors has no space, key or value')
  return row
}

/** The name under which an entry owns an attachment; it becomes one of a file. */
export const ATTACHMENT_NAME = /^[0-9a-f]{32}$/
const NAME_BYTES = 32

/** An attachment begins with its name, then come the frames of its sealed bytes, then an empty one. */
export const nameFrame = (name: string): Buffer => Buffer.from(name, 'latin1')

export function nameIn(frame: Buffer): string {
  const name = frame.toString('latin1')
  if (!ATTACHMENT_NAME.test(name)) throw new Error('an attachment has no name')
  return name
}

/** The head of a sealed attachment, which holds its key: 32 characters of name, then the head. */
export const headFrame = (name: string, head: Buffer): Buffer => Buffer.concat([Buffer.from(name, 'latin1'), head])

export function headIn(frame: Buffer): { name: string; head: Buffer } {
  const name = frame.toString('latin1', 0, NAME_BYTES)
  if (!ATTACHMENT_NAME.test(name)) throw new Error('the head of an attachment has no name')
  return { name, head: frame.subarray(NAME_BYTES) }
}
