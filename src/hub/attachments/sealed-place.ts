// The port of the place where sealed attachments are kept: one machine's files, or a database that many processes share. It knows of data,
// which is noise without a head, and of heads, which hold the key and are written last and destroyed first.
import type { Announced } from './files.ts'
import type { AttachmentHead } from './key-file.ts'

/** Uploads that wait for a message, and what entries own. */
export type Shelf = 'staged' | 'kept'

/** Sealed data that is being read. */
export interface SealedData {
  /** The bytes from `at` on, fewer than asked for only where the data ends. */
  read(at: number, bytes: number): Promise<Buffer>
  close(): Promise<void>
}

/** An upload that waits. `atMs`: when it came last. */
export interface Waiting {
  type: string
  bytes: number
  atMs: number
}

export interface SealedPlace {
  /** Once, before all else; finds again what waited before. */
  open(): Promise<void>
  /** Bytes that it can take; Infinity where nobody here can tell. */
  freeBytes(): Promise<number>
  /** Begins an upload: it counts as held by its party from now on, in every process. Gives the name of its data. */
  begin(said: Announced, atMs: number): Promise<string>
  /** Writes the data of an upload that has begun; durable when the promise resolves. Throws what the chunks throw. */
  write(data: string, chunks: AsyncIterable<Buffer>): Promise<void>
  /** Gives up an upload that has begun and was not put on the shelf. Idempotent. */
  giveUp(data: string): Promise<void>
  /** What a party holds: uploads that wait and those that have begun, wherever. */
  held(party: string): Promise<{ count: number; bytes: number }>
  /** Bytes of all that wait and have begun, as last known. */
  stagedBytes(): number
  /** Those of the names that wait. */
  waiting(names: readonly string[]): Promise<Map<string, Waiting>>
  /** Puts an upload on the shelf under its name; durable when the promise resolves. False if there is one of that name. */
  put(name: string, data: string, head: AttachmentHead, atMs: number): Promise<boolean>
  /** An upload has come again. False if it is gone. */
  touch(name: string, atMs: number): Promise<boolean>
  head(shelf: Shelf, name: string): Promise<AttachmentHead | undefined>
  /** Gives the data of an upload to an entry as well, under a head of its own; durable when the promise resolves. False if the upload is gone. */
  keep(staged: string, name: string, head: AttachmentHead, atMs: number): Promise<boolean>
  /** What an entry owns, to be read; undefined if it is gone. The data is not touched before it is opened. */
  kept(name: string): Promise<{ head: AttachmentHead; open(): Promise<SealedData> } | undefined>
  /** Destroys the head, and the data when no other head has it. With `beforeMs` only what is older. Gives whether it was there. Idempotent. */
  destroy(shelf: Shelf, name: string, beforeMs?: number): Promise<boolean>
  /** Entries own them: `older` need not give them any more. */
  own(names: readonly string[]): Promise<void>
  /** Names on a shelf since before a time, but for those known to be owned. */
  older(shelf: Shelf, beforeMs: number): AsyncIterable<string>
  /** Removes data begun before a time that no head has. */
  removeHeadless(beforeMs: number): Promise<void>
}
