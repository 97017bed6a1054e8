// A journal moved from one storage to another is the same by every read, also when the move was broken off and done again.
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { sealHead } from '../../../src/hub/attachments/key-file.ts'
import type { SealedPlace } from '../../../src/hub/attachments/sealed-place.ts'
import { SealedFiles } from '../../../src/hub/attachments/sealed-files.ts'
import { keptInPlace } from '../../../src/hub/backup/kept-in-place.ts'
import { migrateJournal } from '../../../src/hub/backup/migrate.ts'
import { refuseHalfFilled } from '../../../src/hub/backup/restore.ts'
import type { Kept } from '../../../src/hub/backup/source.ts'
import type { JournalStore } from '../../../src/hub/journal/store.ts'
import { eraseEntries, fillCursors, filledJournal, keptOf, putAttachments, told } from '../../support/backups.ts'
import { draft, freshMongo, journalOver, storages, type Storage } from '../../support/journals.ts'
import { servicesFor } from '../../support/services.ts'

describe.each(storages)('moving a journal to $name', ({ make }) => {
  let dir: string
  let source: Storage
  let target: Storage
  let from: Kept
  let to: Kept
  beforeEach(async () => {
    dir = mkdtempSync(join(tmpdir(), 'beibu-migrate-'))
    source = await storages[1]!.make()
    target = await make()
    from = keptOf(source, join(dir, 'from'))
    to = keptOf(target, join(dir, 'to'))
    const journal = await filledJournal(from.store, 50)
    await fillCursors(from.cursors)
    for (const name of await putAttachments(from, [10, 200_000])) await journal.append(draft({ blobs: [name] }))
    await eraseEntries(journal, [3, 8])
  })
  afterEach(async () => {
    for (const { store, cursors } of [from, to]) {
      await store.close()
      await cursors.close()
    }
    await source.remove()
    await target.remove()
    rmSync(dir, { recursive: true, force: true })
  })

  it('gives the same reads, and a journal that goes on', async () => {
    const report = await migrateJournal(from, to)
    expect(report).toMatchObject({ resumedAt: 0, attachments: 2 })
    expect(await told(to)).toEqual(await told(from))
    await refuseHalfFilled(to.cursors)
    const journal = await journalOver(to.store)
    const size = journal.size()
    const { result } = await journal.append(draft())
    expect([result, journal.size()]).toEqual(['appended', size + 1])
  })

  it('goes on where it was broken off, and no hub starts in between', async () => {
    let left = 6
    const breaking = (store: JournalStore): JournalStore => ({
      ...store,
      write: (batch) => (left-- > 0 ? store.write(batch) : Promise.reject(new Error('the line is cut'))),
    })
    await expect(migrateJournal(from, { ...to, store: breaking(to.store) })).rejects.toThrow('the line is cut')
    await expect(refuseHalfFilled(to.cursors)).rejects.toThrow(/run beibu migrate again/)
    // The embedded hub has been at work once more meanwhile.
    const journal = await journalOver(from.store)
    await journal.append(draft())
    await from.cursors.put('access', 'b', undefined)
    const report = await migrateJournal(from, to)
    expect(report.resumedAt).toBeGreaterThan(0)
    expect(await told(to)).toEqual(await told(from))
    await refuseHalfFilled(to.cursors)
  })

  it('refuses a target that holds something else, and changes nothing there', async () => {
    const other = await filledJournal(to.store, 10)
    const size = other.size()
    await expect(migrateJournal(from, to)).rejects.toThrow(/entries already/)
    expect(await to.cursors.spaces()).toEqual([])
    await to.cursors.put('journal', 'filling', { by: 'migrate' })
    await expect(migrateJournal(from, to)).rejects.toThrow(/not the beginning of this journal/)
    expect((await to.store.position()).size).toBe(size)
  })
})

const services = servicesFor('attachments of a backup')
const sealingKey = Buffer.alloc(32, 7)
const deps = { sealingKey, indexKey: Buffer.alloc(32, 9), randomness: randomBytes, clock: Date.now }

/** Every place of sealed attachments there is. */
const places: { name: string; make(dir: string): Promise<{ place: SealedPlace; remove(): Promise<void> }> }[] = [
  {
    name: 'files',
    make: async (dir) => ({ place: new SealedFiles({ folder: join(dir, 'place'), ...deps }), remove: async () => {} }),
  },
  ...(services
    ? [
        {
          name: `mongo (${services.engine})`,
          make: async () => {
            const { place, remove } = await freshMongo(services.mongoUrl)
            return { place: place.attachments(deps), remove }
          },
        },
      ]
    : []),
]

it.each(places)('attachments go into $name and come out the same', async ({ make }) => {
  const dir = mkdtempSync(join(tmpdir(), 'beibu-place-'))
  const { place, remove } = await make(dir)
  await place.open()
  const kept = keptInPlace(place, deps)
  const name = randomBytes(16).toString('hex')
  const head = {
    key: '11'.repeat(32),
    sha256: '22'.repeat(32),
    bytes: 900_000,
    type: 'application/pdf',
    party: 'urn:x',
  }
  const bytes = randomBytes(900_224)
  async function* data(): AsyncGenerator<Buffer> {
    for (let at = 0; at < bytes.length; at += 7_777) yield bytes.subarray(at, at + 7_777)
  }
  await kept.put(name, data(), sealHead(name, head, sealingKey, randomBytes(12)))
  await kept.put(name, data(), sealHead(name, head, sealingKey, randomBytes(12)))
  const pieces: Buffer[] = []
  for await (const piece of (await kept.data(name))!) pieces.push(piece)
  expect(Buffer.concat(pieces).equals(bytes)).toBe(true)
  expect(await place.head('kept', name)).toEqual(head)
  expect([await kept.has(name), await kept.has('0'.repeat(32))]).toEqual([true, false])
  expect(await place.held('urn:x')).toEqual({ count: 0, bytes: 0 })
  await expect(kept.put(name, data(), randomBytes(200))).rejects.toThrow(/cannot be opened with the sealing key/)
  await remove()
  rmSync(dir, { recursive: true, force: true })
})
