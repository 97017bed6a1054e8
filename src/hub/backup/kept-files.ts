// The attachments that entries own, as a backup sees them: sealed bytes and a head by name. Nothing is opened here.
import { createWriteStream } from 'node:fs'
import { mkdir, open, readFile, rename, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { DATA, HEAD } from '../attachments/files.ts'
import { syncFolder, unlessGone } from '../attachments/key-file.ts'

export interface KeptFiles {
  /** The sealed bytes, in pieces; undefined if they are not there. */
  data(name: string): Promise<AsyncIterable<Buffer> | undefined>
  /** The head, which holds the key; undefined once destroyed. */
  head(name: string): Promise<Buffer | undefined>
  /** Writes one: first its bytes, then its head; durable when the promise resolves. Writing the same again changes nothing. */
  put(name: string, data: AsyncIterable<Buffer>, head: Buffer): Promise<void>
  has(name: string): Promise<boolean>
  close?(): Promise<void>
}

const PIECE_BYTES = 256 * 1024

/** Those of an embedded hub; `folder`: the folder of its attachments. */
export function keptInFolder(folder: string): KeptFiles {
  const pathOf = (name: string): string => join(folder, 'kept', name)
  return {
    async data(name) {
      // Opened at once: what is erased meanwhile is still read to its end.
      const file = await open(pathOf(name) + DATA, 'r').catch(unlessGone)
      return file?.createReadStream({ highWaterMark: PIECE_BYTES }) as AsyncIterable<Buffer> | undefined
    },
    async head(name) {
      const head = await readFile(pathOf(name) + HEAD).catch(unlessGone)
      // Destroying overwrites before it removes.
      return head?.some((byte) => byte !== 0) ? head : undefined
    },
    async has(name) {
      return (await stat(pathOf(name) + HEAD).catch(unlessGone)) !== undefined
    },
    async put(name, data, head) {
      await mkdir(join(folder, 'kept'), { recursive: true, mode: 0o700 })
      await pipeline(data, createWriteStream(`${pathOf(name)}.part`, { mode: 0o600, flush: true }))
      await rename(`${pathOf(name)}.part`, pathOf(name) + DATA)
      await writeDurably(`${pathOf(name)}.part`, head)
      await rename(`${pathOf(name)}.part`, pathOf(name) + HEAD)
      await syncFolder(join(folder, 'kept'))
    },
  }
}

async function writeDurably(path: string, bytes: Buffer): Promise<void> {
  const file = await open(path, 'w', 0o600)
  try {
    await file.writeFile(bytes)
    await file.sync()
  } finally {
    await file.close()
  }
}
