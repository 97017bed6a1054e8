// A group commit whose write was cut short leaves a beginning, which is a journal like any other: it is backed up, put back and moved.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { makeBackup } from '../../../src/hub/backup/make.ts'
import { migrateJournal } from '../../../src/hub/backup/migrate.ts'
import { restoreBackup } from '../../../src/hub/backup/restore.ts'
import type { Kept } from '../../../src/hub/backup/source.ts'
import { verifyBackup } from '../../../src/hub/backup/verify.ts'
import { memoryStore } from '../../../src/hub/journal/memory-store.ts'
import { memoryCursors } from '../../../src/hub/journal/memory-views.ts'
import type { JournalStore, WriteBatch } from '../../../src/hub/journal/store.ts'
import { JOURNAL, keptOf } from '../../support/backups.ts'
import { draft, HUB, journalOver, storages } from '../../support/journals.ts'

/** Keeps the first of the entries of the next commit it is asked to write, and breaks. */
function cuttable(): JournalStore & { cutAt: number | undefined } {
  const inner = memoryStore()
  const store: JournalStore & { cutAt: number | undefined } = {
    ...inner,
    cutAt: undefined,
    async write(batch: WriteBatch) {
      const { cutAt } = store
      if (cutAt === undefined || batch.entries.length <= cutAt) return inner.write(batch)
      store.cutAt = undefined
      await inner.write({ ...batch, entries: batch.entries.slice(0, cutAt) })
      throw new Error('the write was cut short')
    },
  }
  return store
}

let dir: string
beforeEach(() => void (dir = mkdtempSync(join(tmpdir(), 'beibu-cut-'))))
afterEach(() => rmSync(dir, { recursive: true, force: true }))

async function journalWithCut(commitsAfter: number): Promise<Kept> {
  const store = cuttable()
  const journal = await journalOver(store)
  await journal.append(draft())
  store.cutAt = 3
  const cut = await Promise.allSettled(Array.from({ length: 6 }, () => journal.append(draft())))
  expect(cut.every(({ status }) => status === 'rejected')).toBe(true)
  expect(journal.size()).toBe(4)
  for (let n = 0; n < commitsAfter; n++) await journal.append(draft())
  const storage = { name: 'cut', store: () => store, cursors: memoryCursors, views: () => undefined, remove: () => {} }
  return keptOf(storage as never, join(dir, 'attachments'))
}

it.each([1, 2, 9])('is backed up and put back with %i commits after it', async (after) => {
  const kept = await journalWithCut(after)
  const folder = join(dir, 'backup')
  const manifest = await makeBackup(folder, { ...kept, hub: HUB, journal: JOURNAL, epoch: 1 }, { clock: () => 0 })
  expect(manifest.size).toBe(4 + after)
  expect(await verifyBackup(folder)).toMatchObject({ verdict: 'unsigned' })
  const other = await storages.find(({ name }) => name === 'memory')!.make()
  const into = keptOf(other, join(dir, 'put-back'))
  expect(await restoreBackup(folder, manifest, into)).toMatchObject({ size: 4 + after, root: manifest.root })
  const [there, here] = [await journalOver(into.store), await journalOver(kept.store)]
  for (let index = 0; index < 4 + after; index++) expect(await there.receipt(index)).toEqual(await here.receipt(index))
})

it('is gone on behind by a move that was broken off in the middle of a commit', async () => {
  const from = await journalWithCut(2)
  const store = cuttable()
  const to = keptOf(
    { name: 'to', store: () => store, cursors: memoryCursors, remove: () => {} } as never,
    join(dir, 'to'),
  )
  store.cutAt = 1
  await expect(migrateJournal(from, to)).rejects.toThrow('cut short')
  const report = await migrateJournal(from, to)
  expect(report).toMatchObject({ size: 6, resumedAt: 2 })
})
