// Journals for tests: the same suite runs over every storage.
import { generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type AppendingJournal, openJournal } from '../../src/hub/journal/append.ts'
import type { Cursors, Draft, Views } from '../../src/hub/journal/journal.ts'
import { memoryStore } from '../../src/hub/journal/memory-store.ts'
import { memoryCursors, memoryViews } from '../../src/hub/journal/memory-views.ts'
import { dropMongo, openMongo, type MongoPlace } from '../../src/hub/journal/mongo.ts'
import { sqliteStore } from '../../src/hub/journal/sqlite-store.ts'
import { sqliteCursors, sqliteViews } from '../../src/hub/journal/sqlite-views.ts'
import type { JournalStore } from '../../src/hub/journal/store.ts'
import { servicesFor, type TestServices } from './services.ts'
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
  remove(): Promise<void>
}

const services = servicesFor('storages over the protocol of MongoDB')

/** A database of its own, made and checked as the hub does it; `remove` drops it. */
export async function freshMongo(
  mongoUrl: string,
): Promise<{ place: MongoPlace; url: string; database: string; remove(): Promise<void> }> {
  const database = `beibu_test_${randomBytes(6).toString('hex')}`
  const place = await openMongo(mongoUrl, { database })
  const remove = async (): Promise<void> => {
    await place.close()
    await dropMongo(mongoUrl, { database })
  }
  return { place, url: mongoUrl, database, remove }
}

/** Every storage there is; that on MongoDB where there is a server. */
export const storages: { name: string; make(): Promise<Storage> }[] = [
  {
    name: 'memory',
    make: async () => {
      const [store, views, cursors] = [memoryStore(), memoryViews(), memoryCursors()]
      return { name: 'memory', store: () => store, views: () => views, cursors: () => cursors, remove: async () => {} }
    },
  },
  {
    name: 'sqlite',
    make: async () => {
      const folder = mkdtempSync(join(tmpdir(), 'beibu-contract-'))
      return {
        name: 'sqlite',
        folder,
        store: () => sqliteStore(join(folder, 'journal.sqlite')),
        views: () => sqliteViews(join(folder, 'views.sqlite')),
        cursors: () => sqliteCursors(join(folder, 'cursors.sqlite')),
        remove: async () => rmSync(folder, { recursive: true, force: true }),
      }
    },
  },
  ...(services ? [mongoStorage(services)] : []),
]

function mongoStorage({ mongoUrl, engine }: TestServices): (typeof storages)[number] {
  const name = `mongo (${engine})`
  return {
    name,
    async make() {
      const { place, remove } = await freshMongo(mongoUrl)
      return { name, store: place.store, views: place.views, cursors: place.cursors, remove }
    },
  }
}

export function journalOver(
  store: JournalStore,
  clock: () => number = Date.now,
  more: { mayAppend?: () => boolean } = {},
): Promise<AppendingJournal> {
  return openJournal({
    ...more,
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
