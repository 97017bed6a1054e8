// Journals for tests: the same suite runs over every storage.
import { generateKeyPairSync, sign } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openJournal } from '../../src/hub/journal/append.ts'
import type { Cursors, Draft, Journal, Views } from '../../src/hub/journal/journal.ts'
import { memoryStore } from '../../src/hub/journal/memory-store.ts'
import { memoryCursors, memoryViews } from '../../src/hub/journal/memory-views.ts'
import { sqliteStore } from '../../src/hub/journal/sqlite-store.ts'
import { sqliteCursors, sqliteViews } from '../../src/hub/journal/sqlite-views.ts'
import type { JournalStore } from '../../src/hub/journal/store.ts'
import { nothingWanted } from '../../src/hub/message/kind.ts'
import { createHash, randomUUID } from 'node:crypto'

export const HUB = 'urn:hub:cn:operator:test-hub'
const key = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
const sealingKey = Buffer.alloc(32, 7)
const indexKey = Buffer.alloc(32, 9)

export interface Storage {
  name: string
  folder?: string
  store(): JournalStore
  views(): Views
  cursors(): Cursors
  remove(): void
}

export const storages: { name: string; make(): Storage }[] = [
  {
    name: 'memory',
    make: () => {
      const [store, views, cursors] = [memoryStore(), memoryViews(), memoryCursors()]
      return { name: 'memory', store: () => store, views: () => views, cursors: () => cursors, remove: () => {} }
    },
  },
  {
    name: 'sqlite',
    make: () => {
      const folder = mkdtempSync(join(tmpdir(), 'beibu-contract-'))
      return {
        name: 'sqlite',
        folder,
        store: () => sqliteStore(join(folder, 'journal.sqlite')),
        views: () => sqliteViews(join(folder, 'views.sqlite')),
        cursors: () => sqliteCursors(join(folder, 'cursors.sqlite')),
        remove: () => rmSync(folder, { recursive: true, force: true }),
      }
    },
  },
]

export function journalOver(store: JournalStore, clock: () => number = Date.now): Promise<Journal> {
  return openJournal({
    store,
    hub: HUB,
    urn: `${HUB}:journal`,
    epoch: 1,
    sealingKey,
    indexKey,
    clock,
    signCommit: async (root) => [sign('sha256', Buffer.from(JSON.stringify(root)), key).toString('base64url')],
  })
}

/** A draft as the walk would hand it over, with made-up content. */
export function draft(
  more: Partial<Omit<Draft, 'judgement'>> & { judgement?: Partial<Draft['judgement']> } = {},
): Draft {
  const id = more.id ?? randomUUID()
  const envelope = Buffer.from(
    JSON.stringify({ id, from: more.sender ?? 'urn:hub:cn:bank:one', note: `envelope of ${id}` }),
  )
  return {
    kind: 'test.kind',
    version: 1,
    by: 'signature',
    sender: 'urn:hub:cn:bank:one',
    commitment: createHash('sha256').update(envelope).digest(),
    content: {
      envelope,
      signatures: [{ protected: 'e30', signature: 'AA' }],
      body: Buffer.from(`body of ${id}`),
      attachments: [],
      certificates: [],
      status: [],
    },
    audience: [{ party: 'urn:hub:cn:bank:one', view: 'full' }],
    refusalAudience: [{ party: 'urn:hub:cn:bank:one', view: 'full' }],
    registerAt: 0,
    judgedAt: 0,
    ...more,
    id,
    judgement: { ...nothingWanted(), ...more.judgement },
  }
}
