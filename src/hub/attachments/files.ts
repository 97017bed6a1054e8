// What an upload says of itself and what its bytes turn out to be; and how a sealed attachment is named, and destroyed, on disk.
import { createHash } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { HubError } from '../errors.ts'
import { sealChunks } from './chunks.ts'
import { destroyHead } from './key-file.ts'
import { fitsType, SNIFF_BYTES } from './sniff.ts'

export const DATA = '.data'
export const HEAD = '.key'
/** Data that is still being written. */
export const PART = '.part'

/** What an upload says of itself before its bytes come. */
export interface Announced {
  party: string
  sha256: string
  bytes: number
  type: string
}

/** Destroys one by its name: first the head, then its link to the data. Idempotent; the folder is synced by the caller. */
export async function destroySealed(folder: string, name: string): Promise<void> {
  await destroyHead(join(folder, name + HEAD))
  await rm(join(folder, name + DATA), { force: true })
}

/**
 * The bytes sealed in chunks, compared with what was announced before the last of them is given. Throws ATTACHMENT_DIGEST_MISMATCH or
 * ATTACHMENT_TYPE_WRONG.
 */
export const sealedAsAnnounced = (body: AsyncIterable<Buffer>, key: Buffer, said: Announced): AsyncGenerator<Buffer> =>
  sealChunks(compared(body, said), key)

/** Hands the bytes on, and throws before the last of them could be sealed as the last if they are not those announced. */
async function* compared(body: AsyncIterable<Buffer>, { sha256, bytes, type }: Announced): AsyncGenerator<Buffer> {
  const hash = createHash('sha256')
  let head = Buffer.alloc(0)
  let looked = false
  let come = 0
  for await (const piece of body) {
    come += piece.length
    if (come > bytes) throw new HubError('ATTACHMENT_DIGEST_MISMATCH', `more than the ${bytes} bytes announced came`)
    hash.update(piece)
    if (head.length < SNIFF_BYTES) head = Buffer.concat([head, piece.subarray(0, SNIFF_BYTES - head.length)])
    if (!looked && (looked = head.length === SNIFF_BYTES)) checkType(head, type)
    yield piece
  }
  if (!looked) checkType(head, type)
  if (come !== bytes) throw new HubError('ATTACHMENT_DIGEST_MISMATCH', `${come} bytes came, ${bytes} were announced`)
  if (hash.digest('hex') !== sha256)
    throw new HubError(
      'ATTACHMENT_DIGEST_MISMATCH',
      'the bytes have another SHA-256 than the address they were sent to',
    )
}

function checkType(head: Buffer, type: string): void {
  if (!fitsType(head, type))
    throw new HubError('ATTACHMENT_TYPE_WRONG', `the first bytes are not those of a file of type ${type}`)
}

/** A full disk is no fault of the request's: it may come again when there is room. */
export function fullDisk(error: unknown): never {
  const { code } = error as NodeJS.ErrnoException
  if (code === 'ENOSPC' || code === 'EDQUOT') throw diskFull()
  throw error
}

export const diskFull = (): HubError => new HubError('OVERLOADED', 'the hub has no room for attachments left')
