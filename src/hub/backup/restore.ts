// Puts a backup back into an empty storage, and verifies what has become of it in the same way as the backup itself.
import type { Json } from '../journal/heads.ts'
import type { Cursors } from '../journal/journal.ts'
import { fingerprintOf } from '../journal/seal.ts'
import { canonical, type StoreReport, verifyStore } from './compare.ts'
import { Frames } from './frames.ts'
import type { Manifest } from './manifest.ts'
import { putCommit } from './put.ts'
import { readAttachments, readCommits } from './read.ts'
import * as record from './records.ts'
import { cursorRows, endOf, type Kept } from './source.ts'

/** Where a storage says that it is being filled: a hub that opened it now would go on with half a journal. */
export const FILLING = { space: 'journal', key: 'filling' } as const

/** Throws if a storage was being filled and has not become complete; asked by a hub before it opens a journal. */
export async function refuseHalfFilled(cursors: Cursors): Promise<void> {
  const filling = (await cursors.get(FILLING.space, FILLING.key)) as { by: string } | undefined
  if (filling)
    throw new Error(
      filling.by === 'migrate'
        ? 'a journal is being moved to this storage and is not complete; run beibu migrate again'
        : 'a backup is being put back into this storage and is not complete; empty it and run beibu restore again',
    )
}

/** Throws if there is anything in it. */
export async function refuseUsed({ store, cursors }: Pick<Kept, 'store' | 'cursors'>): Promise<void> {
  const { size } = await store.position()
  if (size > 0)
    throw new Error(`there is a journal of ${size} entries already; a backup is put into an empty store only`)
  const spaces = await cursors.spaces()
  if (spaces.length > 0)
    throw new Error(`the store is not empty: it holds ${spaces.join(', ')}; a backup is put into an empty store only`)
}

/** The backup must have been verified before. Gives what is in the store now, read back and compared. */
export async function restoreBackup(
  folder: string,
  manifest: Manifest,
  into: Kept,
  onProgress: (entries: number, size: number) => void = () => {},
): Promise<StoreReport & { attachments: number }> {
  const { store, cursors } = into
  await refuseUsed(into)
  await cursors.put(FILLING.space, FILLING.key, { by: 'restore' })
  await store.settle()
  // Before the entries that name them.
  let attachments = 0
  for await (const { name, data, head } of readAttachments(folder, manifest)) {
    await into.attachments.put(name, data, head)
    attachments++
  }
  await restoreCommits(folder, manifest, into, onProgress)
  for await (const { space, key, value } of new Frames(folder, 'cursors', manifest, record.cursorIn))
    await cursors.put(space, key, value)
  const report = await verifyStore(store)
  await compareCursors(folder, manifest, cursors)
  if (report.root !== manifest.root || report.size !== manifest.size)
    throw new Error(`what was put back has ${report.size} entries and the root ${report.root}, not those of the backup`)
  await cursors.put(FILLING.space, FILLING.key, undefined)
  return { ...report, attachments }
}

async function restoreCommits(
  folder: string,
  manifest: Manifest,
  { store }: Kept,
  onProgress: (entries: number, size: number) => void,
): Promise<void> {
  const certificates = new Frames(folder, 'certificates', manifest, (frame) => {
    const der = Buffer.from(frame)
    return { fingerprint: fingerprintOf(der), der }
  })
  const refusals = new Frames(folder, 'refusals', manifest, record.refusalIn)
  const beside = {
    certificates: certificates[Symbol.asyncIterator](),
    refusals: refusals[Symbol.asyncIterator](),
  }
  for await (const read of readCommits(folder, manifest)) {
    const done = endOf(read.commit)
    await putCommit(store, read, beside, done === manifest.size)
    onProgress(done, manifest.size)
  }
}

async function compareCursors(folder: string, manifest: Manifest, cursors: Cursors): Promise<void> {
  const kept = cursorRows(cursors)
  let count = 0
  for await (const { space } of kept) if (space !== FILLING.space) count++
  for await (const { space, key, value } of new Frames(folder, 'cursors', manifest, record.cursorIn)) {
    const there: Json | undefined = await cursors.get(space, key)
    if (there === undefined || canonical(there) !== canonical(value))
      throw new Error(`the row ${space}/${key} was not put back`)
    if (space !== FILLING.space) count--
  }
  if (count !== 0) throw new Error('the rows put back are not as many as those of the backup')
}
