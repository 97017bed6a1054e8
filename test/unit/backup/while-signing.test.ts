// A backup made in the moment between the two writes of a new checkpoint is a good one: the hub goes on signing while it is made.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { makeBackup } from '../../../src/hub/backup/make.ts'
import { verifyBackup } from '../../../src/hub/backup/verify.ts'
import { CheckpointStore } from '../../../src/hub/evidence/checkpoint-store.ts'
import { filledJournal, JOURNAL, keptOf } from '../../support/backups.ts'
import { HUB, storages, type Storage } from '../../support/journals.ts'

describe.each(storages)('a backup on $name', ({ make }) => {
  let dir: string
  let storage: Storage
  beforeEach(async () => {
    dir = mkdtempSync(join(tmpdir(), 'beibu-backup-'))
    storage = await make()
  })
  afterEach(async () => {
    await storage.remove()
    rmSync(dir, { recursive: true, force: true })
  })

  it('made when a checkpoint is kept and not yet the latest is not damaged', async () => {
    const kept = keptOf(storage, join(dir, 'attachments'))
    const journal = await filledJournal(kept.store, 20)
    const checkpoints = await CheckpointStore.open(kept.cursors)
    await checkpoints.put({ size: 10, note: 'note of 10', atMs: 1 })
    const cut = await CheckpointStore.open({
      ...kept.cursors,
      swap: () => Promise.reject(new Error('the backup is made here')),
    })
    await expect(cut.put({ size: 20, note: 'note of 20', atMs: 2 })).rejects.toThrow('the backup is made here')
    const folder = join(dir, 'backup')
    await makeBackup(folder, { ...kept, hub: HUB, journal: JOURNAL, epoch: 1 }, { clock: () => 3 })
    expect(await verifyBackup(folder)).toMatchObject({ verdict: 'unsigned' })
    await journal.close()
    await kept.cursors.close()
  })
})
