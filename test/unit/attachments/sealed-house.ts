// An attachment store in a folder of its own, and papers to put in it.
import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Announced } from '../../../src/hub/attachments/files.ts'
import type { AttachmentDeps } from '../../../src/hub/attachments/staging.ts'
import { AttachmentStore } from '../../../src/hub/attachments/store.ts'

export const PARTY = 'urn:hub:cn:trader:invented-seller'
export const OTHER = 'urn:hub:vn:trader:invented-buyer'

export interface SealedHouse {
  folder: string
  clock: { nowMs: number }
  store: AttachmentStore
  /** Opens the same folder again, as after a crash. */
  again(more?: Partial<AttachmentDeps>): Promise<AttachmentStore>
  files(folder: 'staged' | 'kept'): string[]
  close(): void
}

export async function openSealed(more: Partial<AttachmentDeps> = {}): Promise<SealedHouse> {
  const folder = mkdtempSync(join(tmpdir(), 'beibu-attachments-'))
  const clock = { nowMs: Date.now() }
  const keys = { sealingKey: randomBytes(32), indexKey: randomBytes(32) }
  const again = async (others: Partial<AttachmentDeps> = {}): Promise<AttachmentStore> => {
    const store = new AttachmentStore({
      folder,
      ...keys,
      clock: () => clock.nowMs,
      randomness: randomBytes,
      ...more,
      ...others,
    })
    await store.staging.open()
    return store
  }
  return {
    folder,
    clock,
    store: await again(),
    again,
    files: (name) => readdirSync(join(folder, name)).sort(),
    close: () => rmSync(folder, { recursive: true, force: true }),
  }
}

export const paperOf = (bytes: number): Buffer =>
  Buffer.concat([Buffer.from('%PDF-1.7\n'), randomBytes(bytes)]).subarray(0, Math.max(9, bytes))

export const saidOf = (paper: Buffer, party = PARTY): Announced => ({
  party,
  sha256: createHash('sha256').update(paper).digest('hex'),
  bytes: paper.length,
  type: 'application/pdf',
})

/** The bytes in pieces of a size. */
export async function* inPieces(paper: Buffer, size = 10_000): AsyncGenerator<Buffer> {
  for (let at = 0; at < paper.length; at += size) yield paper.subarray(at, at + size)
}

export async function gathered(pieces: AsyncIterable<Buffer>): Promise<Buffer> {
  const all: Buffer[] = []
  for await (const piece of pieces) all.push(piece)
  return Buffer.concat(all)
}
