// The head of a sealed attachment: its content key and what is known of it, wrapped by the hub's sealing key and bound to its name; on disk a
// small file beside the data. Destroying it destroys the attachment for whoever owned it by that name.
import { createCipheriv, createDecipheriv } from 'node:crypto'
import { open, readFile, rm } from 'node:fs/promises'

const IV_BYTES = 12
const TAG_BYTES = 16

export interface AttachmentHead {
  /** 32 bytes, hex. */
  key: string
  sha256: string
  bytes: number
  /** Media type it was declared as when it was uploaded. */
  type: string
  party: string
  /** Of an entry's attachment: the name of the staged upload it was taken from. */
  staged?: string
}

const aadOf = (name: string): Buffer => Buffer.from(`beibu-hub/attachment/v1\n${name}`)

/** The head wrapped by the sealing key and bound to its name; `iv`: 12 random bytes. */
export function sealHead(name: string, head: AttachmentHead, sealingKey: Buffer, iv: Buffer): Buffer {
  const cipher = createCipheriv('aes-256-gcm', sealingKey, iv).setAAD(aadOf(name))
  return Buffer.concat([iv, cipher.update(JSON.stringify(head)), cipher.final(), cipher.getAuthTag()])
}

/** Writes the head so that it is durable; `iv`: 12 random bytes. Throws if the file exists. */
export async function writeHead(
  path: string,
  name: string,
  head: AttachmentHead,
  sealingKey: Buffer,
  iv: Buffer,
): Promise<void> {
  const sealed = sealHead(name, head, sealingKey, iv)
  const file = await open(path, 'wx', 0o600)
  try {
    await file.writeFile(sealed)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Reads a head; undefined if there is none, or only what a broken-off writing or destroying has left. */
export async function readHead(path: string, name: string, sealingKey: Buffer): Promise<AttachmentHead | undefined> {
  const sealed = await readFile(path).catch(unlessGone)
  return sealed && openHead(sealed, name, sealingKey)
}

/** Opens what `sealHead` made; undefined if it is not whole, or of another name. */
export function openHead(sealed: Buffer, name: string, sealingKey: Buffer): AttachmentHead | undefined {
  if (sealed.length < IV_BYTES + TAG_BYTES) return undefined
  try {
    const decipher = createDecipheriv('aes-256-gcm', sealingKey, sealed.subarray(0, IV_BYTES))
    decipher.setAAD(aadOf(name)).setAuthTag(sealed.subarray(-TAG_BYTES))
    const plain = Buffer.concat([decipher.update(sealed.subarray(IV_BYTES, -TAG_BYTES)), decipher.final()])
    return JSON.parse(plain.toString()) as AttachmentHead
  } catch {
    return undefined
  }
}

/** Overwrites the head in place, waits for the disk, and only then removes it. Nothing to do if it is gone. */
export async function destroyHead(path: string): Promise<void> {
  const file = await open(path, 'r+').catch(unlessGone)
  if (!file) return
  try {
    const { size } = await file.stat()
    await file.write(Buffer.alloc(size), 0, size, 0)
    await file.sync()
  } finally {
    await file.close()
  }
  await rm(path, { force: true })
}

/** For a file that may have gone: undefined in its place. */
export function unlessGone(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
}

/** Makes what was created, renamed or removed in a folder durable. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
