// Makes a backup of a hub that may be running: a folder of parts that has its name only once it is complete. What is not in it: keys of the
// hub, keys of erased entries, and everything that is derived.
import { mkdir, open, rename, rm, stat } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { syncFolder } from '../attachments/key-file.ts'
import { leafHash, merkleRoot } from '../evidence/merkle.ts'
import { GrowingRoot } from '../evidence/whole-log.ts'
import { toTime } from '../values/encoding.ts'
import { FORMAT, type Manifest, type Part, PARTS, writeManifest } from './manifest.ts'
import { type PartSeal, PartWriter, pathOf, readPart } from './part-file.ts'
import * as record from './records.ts'
import { commitsBelow, cursorRows, entryPages, Erased, type Kept, listed, wholeSize } from './source.ts'

export interface BackupOf extends Kept {
  hub: string
  journal: string
  epoch: number
  statement?: NonNullable<Manifest['statement']>
  indexKey?: Buffer
}

export interface BackupTold {
  clock: () => number
  /** Told now and then how many of the entries are written. */
  onProgress?(entries: number, size: number): void
  /** Awaited before what was erased meanwhile is looked for the last time; for tests. */
  beforeStriking?(): Promise<void>
}

export const unfinished = (folder: string): string => `${folder.replace(/\/+$/, '')}.unfinished`

/** Writes the backup to `folder`, which must not exist; what a run that was broken off has left there is destroyed first. */
export async function makeBackup(folder: string, of: BackupOf, told: BackupTold): Promise<Manifest> {
  if (existsSync(folder)) throw new Error(`${folder} exists already; a backup is never written over another`)
  const making = unfinished(folder)
  await destroyUnfinished(making)
  await mkdir(making, { recursive: true, mode: 0o700 })
  const parts = new Map<Part, PartWriter>()
  try {
    for (const part of PARTS) parts.set(part, await PartWriter.create(making, part))
    const manifest = await writeParts(making, parts, of, told)
    await writeManifest(making, manifest, of.indexKey)
    await syncFolder(making)
    await rename(making, folder)
    await syncFolder(dirname(folder))
    return manifest
  } catch (error) {
    for (const part of parts.values()) await part.abandon()
    await destroyUnfinished(making)
    throw error
  }
}

async function writeParts(
  making: string,
  parts: ReadonlyMap<Part, PartWriter>,
  of: BackupOf,
  told: BackupTold,
): Promise<Manifest> {
  const { store } = of
  const to = (part: Part): PartWriter => parts.get(part)!
  // Before the size is fixed: positions and checkpoints may lie behind the journal, never ahead of it.
  const checkpoint = await writeCursors(to('cursors'), of)
  const size = await wholeSize(store)
  const erased = new Erased(store)
  await erased.learn(size)
  const { root, missing } = await writeEntries(to, of, size, erased, told)
  for await (const commit of commitsBelow(store, size)) await to('commits').add(record.commitFrame(commit))
  await writeListed(to, of, size)
  const seals = {} as Record<Part, PartSeal>
  for (const part of PARTS) seals[part] = await to(part).close()
  await told.beforeStriking?.()
  await strike(making, seals, of, size, erased)
  const { hub, journal, epoch, statement } = of
  const front = { format: FORMAT, hub, journal, epoch, made: toTime(told.clock()), size, root, checkpoint }
  const lost: string[] = []
  for (const { name, index } of missing) if (!erased.has(index)) lost.push(name)
  return { ...front, ...(statement && { statement }), missing: lost, parts: seals }
}

/** Gives the size of the newest checkpoint among them: one is kept under its size before it is named the latest. */
async function writeCursors(part: PartWriter, { cursors }: BackupOf): Promise<number> {
  let checkpoint = 0
  for await (const row of cursorRows(cursors)) {
    await part.add(record.cursorFrame(row))
    if (row.space === 'checkpoints') checkpoint = Math.max(checkpoint, (row.value as { size: number }).size)
  }
  return checkpoint
}

async function writeEntries(
  to: (part: Part) => PartWriter,
  { store, attachments }: BackupOf,
  size: number,
  erased: Erased,
  { onProgress }: BackupTold,
): Promise<{ root: string; missing: { name: string; index: number }[] }> {
  const log = new GrowingRoot()
  const missing: { name: string; index: number }[] = []
  for await (const page of entryPages(store, size)) {
    const wanted = page.map(({ index }) => index).filter((index) => !erased.has(index))
    const sealed = new Map((await store.filed(wanted)).map((one) => [one.entry.index, one.sealed]))
    for (const entry of page) {
      const { index, leaf, blobs = [] } = entry
      await to('entries').add(record.entryFrame(entry))
      log.add(leafHash(leaf))
      if (erased.has(index)) continue
      const content = sealed.get(index)
      if (content) {
        await to('contents').add(record.indexedFrame(index, content.content))
        await to('content-keys').add(record.indexedFrame(index, content.wrappedKey))
      }
      for (const name of blobs) if (!(await writeAttachment(to, name, attachments))) missing.push({ name, index })
    }
    onProgress?.(log.size, size)
  }
  return { root: (size === 0 ? merkleRoot([]) : log.root()).toString('hex'), missing }
}

async function writeAttachment(
  to: (part: Part) => PartWriter,
  name: string,
  attachments: Kept['attachments'],
): Promise<boolean> {
  const head = await attachments.head(name)
  const data = head && (await attachments.data(name))
  if (!head || !data) return false
  await to('attachments').add(record.nameFrame(name))
  for await (const piece of data) if (piece.length > 0) await to('attachments').add(piece)
  await to('attachments').add(Buffer.alloc(0))
  await to('attachment-keys').add(record.headFrame(name, head))
  return true
}

/** Memos of refusals that came later are left out: the same bytes will be judged anew. Certificates may be more than are needed. */
async function writeListed(to: (part: Part) => PartWriter, { store }: BackupOf, size: number): Promise<void> {
  const refusals = listed(
    (after, limit) => store.listRefusals(after, limit),
    ({ senderKey }) => senderKey.toString('hex'),
  )
  for await (const refusal of refusals)
    if (refusal.memo.index < size) await to('refusals').add(record.refusalFrame(refusal))
  const certificates = listed(
    (after, limit) => store.listCertificates(after, limit),
    ({ fingerprint }) => fingerprint,
  )
  for await (const { der } of certificates) await to('certificates').add(der)
}

/** Takes the keys out that belong to entries erased since they were read, until none has been. */
async function strike(
  making: string,
  seals: Record<Part, PartSeal>,
  { store }: BackupOf,
  size: number,
  erased: Erased,
): Promise<void> {
  while (await erased.learn(size)) {
    const names = new Set<string>()
    for await (const page of entryPages(store, size))
      for (const { index, blobs = [] } of page) if (erased.has(index)) for (const name of blobs) names.add(name)
    seals['content-keys'] = await rewrite(making, 'content-keys', seals, (frame) => {
      return !erased.has(record.indexedIn(frame).index)
    })
    seals['attachment-keys'] = await rewrite(making, 'attachment-keys', seals, (frame) => {
      return !names.has(record.headIn(frame).name)
    })
  }
}

async function rewrite(
  making: string,
  part: Part,
  seals: Record<Part, PartSeal>,
  keep: (frame: Buffer) => boolean,
): Promise<PartSeal> {
  const old = `${part}.old`
  await rename(pathOf(making, part), pathOf(making, old))
  const writer = await PartWriter.create(making, part)
  for await (const frame of readPart(making, old, seals[part])) if (keep(frame)) await writer.add(frame)
  const seal = await writer.close()
  await destroyFile(pathOf(making, old))
  return seal
}

const ZEROS = Buffer.alloc(1024 * 1024)

/** Overwrites a file that holds keys, waits for the disk, and only then removes it. */
async function destroyFile(path: string): Promise<void> {
  if (!existsSync(path)) return
  const file = await open(path, 'r+')
  try {
    const { size } = await file.stat()
    for (let at = 0; at < size; at += ZEROS.length) await file.write(ZEROS, 0, Math.min(ZEROS.length, size - at), at)
    await file.sync()
  } finally {
    await file.close()
  }
  await rm(path)
}

async function destroyUnfinished(making: string): Promise<void> {
  if (!(await stat(making).catch(() => undefined))) return
  for (const part of ['content-keys', 'attachment-keys', 'content-keys.old', 'attachment-keys.old'])
    await destroyFile(pathOf(making, part))
  await rm(making, { recursive: true })
}
