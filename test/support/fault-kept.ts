// What a hub has left on its disk, opened without the hub: for checks after it has ended, however it ended.
import { join } from 'node:path'
import type { Config } from '../../src/config.ts'
import { secretKey } from '../../src/hub/identity/hub-signers.ts'
import { openJournal } from '../../src/hub/journal/append.ts'
import type { Cursors, Journal, Views } from '../../src/hub/journal/journal.ts'
import { sqliteStore } from '../../src/hub/journal/sqlite-store.ts'
import { sqliteCursors, sqliteViews } from '../../src/hub/journal/sqlite-views.ts'

export interface Kept {
  journal: Journal
  views: Views
  cursors: Cursors
  close(): Promise<void>
}

/** Opens the stores of the embedded profile for reading; nothing can be appended. */
export async function openKept({ seed, data, keys }: Config): Promise<Kept> {
  const journal = await openJournal({
    store: sqliteStore(join(data, 'journal.sqlite')),
    hub: seed.hub,
    urn: `${seed.hub}:journal`,
    epoch: 1,
    sealingKey: secretKey(keys, 'sealing.key', true),
    indexKey: secretKey(keys, 'index.key', true),
    clock: Date.now,
    signCommit: () => Promise.reject(new Error('nothing is written here')),
  })
  const views = sqliteViews(join(data, 'views.sqlite'))
  const cursors = sqliteCursors(join(data, 'cursors.sqlite'))
  const close = async (): Promise<void> => {
    await Promise.all([journal.close(), views.close(), cursors.close()])
  }
  return { journal, views, cursors, close }
}
