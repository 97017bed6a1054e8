// Sealing a stream in chunks (the STREAM construction of Hoang, Reyhanitabar, Rogaway and Vizar, 2015): each chunk is sealed by itself
// under a nonce that counts it and says whether it is the last, so that a chunk left out, moved, repeated or cut off is found.
import { createCipheriv, createDecipheriv } from 'node:crypto'
import type { SealedData } from './sealed-place.ts'

export const CHUNK_BYTES = 64 * 1024
const TAG_BYTES = 16
export const SEALED_CHUNK_BYTES = CHUNK_BYTES + TAG_BYTES
const COUNT_AT = 7
const LAST_AT = 11

/** The key is of one stream alone, so the rest of the nonce may be zero. */
function nonceOf(count: number, last: boolean): Buffer {
  const nonce = Buffer.alloc(12)
  nonce.writeUInt32BE(count, COUNT_AT)
  nonce[LAST_AT] = last ? 1 : 0
  return nonce
}

function sealChunk(plain: Buffer, key: Buffer, count: number, last: boolean): Buffer {
  const cipher = createCipheriv('aes-256-gcm', key, nonceOf(count, last))
  const sealed = cipher.update(plain)
  cipher.final()
  return Buffer.concat([sealed, cipher.getAuthTag()])
}

function openChunk(sealed: Buffer, key: Buffer, count: number, last: boolean): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', key, nonceOf(count, last))
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES))
  return Buffer.concat([decipher.update(sealed.subarray(0, -TAG_BYTES)), decipher.final()])
}

/** Seals a stream of at least one byte; gives the sealed chunks, each 16 bytes longer than what is in it. `key`: 32 bytes, used for nothing else. */
export async function* sealChunks(plain: AsyncIterable<Buffer>, key: Buffer): AsyncGenerator<Buffer> {
  let held: Buffer[] = []
  let heldBytes = 0
  let count = 0
  for await (const piece of plain) {
    held.push(piece)
    heldBytes += piece.length
    // A full chunk is kept back until more comes: it may be the last.
    if (heldBytes <= CHUNK_BYTES) continue
    const all = Buffer.concat(held)
    let at = 0
    for (; all.length - at > CHUNK_BYTES; at += CHUNK_BYTES)
      yield sealChunk(all.subarray(at, at + CHUNK_BYTES), key, count++, false)
    held = [all.subarray(at)]
    heldBytes = all.length - at
  }
  yield sealChunk(Buffer.concat(held), key, count, true)
}

/**
 * Reads back what `sealChunks` made of `bytes` bytes. The data is opened at the first chunk and closed after the last, or when reading stops.
 * Throws if it is not whole and unchanged: a fault of the store.
 */
export async function* openChunks(open: () => Promise<SealedData>, key: Buffer, bytes: number): AsyncGenerator<Buffer> {
  const data = await open()
  try {
    const chunks = Math.ceil(bytes / CHUNK_BYTES)
    for (let count = 0; count < chunks; count++) {
      const last = count === chunks - 1
      const size = (last ? bytes - count * CHUNK_BYTES : CHUNK_BYTES) + TAG_BYTES
      const sealed = await data.read(count * SEALED_CHUNK_BYTES, size)
      if (sealed.length !== size) throw new Error('a sealed attachment is shorter than it was written')
      yield openChunk(sealed, key, count, last)
    }
  } finally {
    await data.close()
  }
}
