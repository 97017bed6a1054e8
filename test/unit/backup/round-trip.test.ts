// What is put back is what was there: by every read of the ports, on every storage, also while the journal goes on.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { makeBackup, unfinished } from '../../../src/hub/backup/make.ts'
import { restoreBackup } from '../../../src/hub/backup/restore.ts'
import type { Kept } from '../../../src/hub/backup/source.ts'
import { verifyBackup } from '../../../src/hub/backup/verify.ts'
import type { Journal } from '../../../src/hub/journal/journal.ts'
import {
  eraseEntries,
  fillCursors,
  filledJournal,
  JOURNAL,
  keptOf,
  putAttachments,
  told,
} from '../../support/backups.ts'
import { draft, HUB, storages, type Storage } from '../../support/journals.ts'
import { LONG_MS } from '../../support/patience.ts'

const of = (kept: Kept) => ({ ...kept, hub: HUB, journal: JOURNAL, epoch: 1 })
const clock = { clock: () => Date.UTC(2026, 10, 21) }
const bytesOf = (folder: string): Buffer =>
  Buffer.concat(readdirSync(folder).map((name) => readFileSync(join(folder, name))))

describe.each(storages)('backup of a journal on $name', ({ make }) => {
  let dir: string
  let storage: Storage
  let other: Storage
  let kept: Kept
  let journal: Journal
  beforeEach(async () => {
    dir = mkdtempSync(join(tmpdir(), 'beibu-backup-'))
    storage = await make()
    other = await make()
    kept = keptOf(storage, join(dir, 'attachments'))
    journal = await filledJournal(kept.store, 60)
    await fillCursors(kept.cursors)
  })
  afterEach(async () => {
    await journal.close()
    await kept.cursors.close()
    await storage.remove()
    await other.remove()
    rmSync(dir, { recursive: true, force: true })
  })

  const roundTrip = async (): Promise<Kept> => {
    const backup = join(dir, `backup-${journal.size()}`)
    const manifest = await makeBackup(backup, of(kept), clock)
    const report = await verifyBackup(backup)
    expect(report).toMatchObject({ manifest, verdict: 'unsigned' })
    const into = keptOf(other, join(dir, 'put-back'))
    const put = await restoreBackup(backup, manifest, into)
    expect(put).toMatchObject({ size: manifest.size, root: manifest.root })
    return into
  }

  it('restores what every read of the ports tells, with erased entries and attachments', async () => {
    const [a, b, c] = await putAttachments(kept, [1, 300_000, 70_000])
    await journal.append(draft({ blobs: [a!, b!] }))
    await journal.append(draft({ blobs: [c!] }))
    const last = journal.size() - 1
    await eraseEntries(journal, [3, 17])
    const into = await roundTrip()
    expect(await told(into)).toEqual(await told(kept))
    expect(await into.store.sealed(3)).toBeUndefined()
    expect(await into.attachments.has(c!)).toBe(true)
    expect((await into.store.read(last, 1))[0]!.blobs).toEqual([c])
    expect(await into.cursors.list('nonces', '')).toEqual([])
    await into.store.close()
  })

  it('restores an empty journal', async () => {
    const empty = { ...kept, store: other.store() }
    const folder = join(dir, 'empty')
    const manifest = await makeBackup(folder, of(empty), clock)
    expect(manifest).toMatchObject({ size: 0, checkpoint: 0 })
    await verifyBackup(folder)
  })

  it('leaves out the keys of what is erased while it is made, and of what is to be erased', async () => {
    const [name] = await putAttachments(kept, [10_000])
    await journal.append(draft({ blobs: [name!] }))
    const owner = journal.size() - 1
    const keys = await Promise.all([5, 6, 7, owner].map(async (index) => (await kept.store.sealed(index))!.wrappedKey))
    const head = (await kept.attachments.head(name!))!
    // Accepted, but nobody has carried it out yet.
    await eraseEntries(journal, [5], false)
    const folder = join(dir, 'struck')
    let turns = 0
    const manifest = await makeBackup(folder, of(kept), {
      ...clock,
      beforeStriking: async () => {
        turns++
        await eraseEntries(journal, [6, owner])
      },
    })
    expect(turns).toBe(1)
    const bytes = bytesOf(folder)
    expect(keys.map((key) => bytes.includes(key))).toEqual([false, false, true, false])
    expect(bytes.includes(head)).toBe(false)
    expect(readdirSync(folder).filter((file) => file.includes('.old'))).toEqual([])
    await verifyBackup(folder)
    const into = keptOf(other, join(dir, 'put-back'))
    await restoreBackup(folder, manifest, into)
    expect(
      await Promise.all([5, 6, 7, owner].map(async (index) => (await into.store.sealed(index)) !== undefined)),
    ).toEqual([false, false, true, false])
    expect(await into.attachments.has(name!)).toBe(false)
    await into.store.close()
  })

  it('is one moment of a journal that goes on', async () => {
    const folder = join(dir, 'busy')
    let going = true
    const writing = (async () => {
      // oxlint-disable-next-line no-unmodified-loop-condition -- set below when the backup is there
      while (going) {
        await Promise.all(Array.from({ length: 5 }, () => journal.append(draft())))
        // In memory nothing waits for a disk, and nothing else would get its turn.
        await new Promise(setImmediate)
      }
    })()
    const manifest = await makeBackup(folder, of(kept), {
      ...clock,
      beforeStriking: () => new Promise((done) => setTimeout(done, 50)),
    })
    going = false
    await writing
    expect(journal.size()).toBeGreaterThan(manifest.size)
    await verifyBackup(folder)
    const into = keptOf(other, join(dir, 'put-back'))
    await restoreBackup(folder, manifest, into)
    expect(await into.store.read(0, 1_000_000)).toEqual(await kept.store.read(0, manifest.size))
    await into.store.close()
  })

  it('is put into an empty store only, and never written over another', async () => {
    const folder = join(dir, 'once')
    const manifest = await makeBackup(folder, of(kept), clock)
    await expect(makeBackup(folder, of(kept), clock)).rejects.toThrow(/exists already/)
    await expect(restoreBackup(folder, manifest, kept)).rejects.toThrow(/entries already/)
    const cursors = other.cursors()
    await cursors.put('hub', 'index.key', 'x')
    await expect(restoreBackup(folder, manifest, { ...keptOf(other, dir), cursors })).rejects.toThrow(/not empty/)
  })

  it('takes away what one that was killed has left, and makes it anew', async () => {
    const folder = join(dir, 'killed')
    mkdirSync(unfinished(folder))
    for (const name of ['content-keys.part', 'attachment-keys.old.part', 'entries.part'])
      writeFileSync(join(unfinished(folder), name), 'left over')
    await makeBackup(folder, of(kept), clock)
    expect(existsSync(unfinished(folder))).toBe(false)
    expect(bytesOf(folder).includes('left over')).toBe(false)
    await verifyBackup(folder)
  })

  it('leaves nothing of a backup that was broken off', async () => {
    const folder = join(dir, 'broken')
    const failing = {
      ...clock,
      beforeStriking: () => Promise.reject(new Error('the disk went away')),
    }
    await expect(makeBackup(folder, of(kept), failing)).rejects.toThrow('the disk went away')
    expect([existsSync(folder), existsSync(unfinished(folder))]).toEqual([false, false])
  })
})

it('property: restore(backup(x)) is x', { timeout: LONG_MS }, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 0, max: 40 }),
      fc.array(fc.integer({ min: 1, max: 300_000 }), { maxLength: 3 }),
      fc.array(fc.nat(60), { maxLength: 6 }),
      fc.array(fc.tuple(fc.string({ minLength: 1 }), fc.string(), fc.jsonValue()), { maxLength: 8 }),
      fc.boolean(),
      async (entries, sizes, erase, rows, sqlite) => {
        const dir = mkdtempSync(join(tmpdir(), 'beibu-property-'))
        const [from, to] = [await storages[sqlite ? 1 : 0]!.make(), await storages[sqlite ? 0 : 1]!.make()]
        try {
          const kept = keptOf(from, join(dir, 'a'))
          const journal = await filledJournal(kept.store, entries)
          for (const name of await putAttachments(kept, sizes)) await journal.append(draft({ blobs: [name] }))
          const size = journal.size()
          if (erase.length > 0) await eraseEntries(journal, [...new Set(erase.map((index) => index % size))])
          for (const [space, key, value] of rows)
            if (space !== 'nonces' && space.isWellFormed() && key !== '' && value !== null)
              await kept.cursors.put(space, key, JSON.parse(JSON.stringify(value)))
          const folder = join(dir, 'backup')
          const manifest = await makeBackup(folder, of(kept), clock)
          const into = keptOf(to, join(dir, 'b'))
          await restoreBackup(folder, manifest, into)
          expect(await told(into)).toEqual(await told(kept))
          await journal.close()
          await into.store.close()
        } finally {
          await from.remove()
          await to.remove()
          rmSync(dir, { recursive: true, force: true })
        }
      },
    ),
    { numRuns: 25 },
  )
})
