// What the database of a hub consists of: collections, indexes, and the version of both. Looked at each time a process starts.
import { randomUUID } from 'node:crypto'
import { setTimeout as after } from 'node:timers/promises'
import { MongoServerError, type Collection, type Db, type Document } from 'mongodb'
import type { Lease } from '../cluster/lease.ts'
import { mongoLeases, type LeaseRow } from './mongo-leases.ts'

/** The version this program knows. */
export const SCHEMA_VERSION = 1

interface Index {
  collection: string
  name: string
  key: Record<string, 1 | -1>
  unique?: true
  sparse?: true
  partialFilterExpression?: Document
  expireAfterSeconds?: number
}

/** How long a deleted row of a view is remembered as deleted (mongo-views.ts says why). */
export const ROWS_GONE_KEPT_S = 600

const COLLECTIONS = [
  'entries',
  'contents',
  'heads',
  'refusals',
  'certificates',
  'settled',
  'viewStates',
  'viewRows',
  'viewPending',
  'positions',
  'leases',
  'attachmentHeads',
  'attachmentData',
  'attachmentChunks',
]

/** Beside `_id`, which is the index of an entry, the key of a head and so on. */
const INDEXES: readonly Index[] = [
  { collection: 'entries', name: 'sender', key: { sender: 1 }, unique: true },
  {
    collection: 'entries',
    name: 'heads',
    key: { heads: 1 },
    unique: true,
    // Two entries that move nothing would collide in the empty list: then there is no list.
    partialFilterExpression: { heads: { $exists: true } },
  },
  { collection: 'entries', name: 'kind', key: { kind: 1, _id: 1 } },
  { collection: 'attachmentHeads', name: 'data', key: { data: 1 } },
  { collection: 'attachmentHeads', name: 'party', key: { party: 1 }, sparse: true },
  { collection: 'attachmentData', name: 'party', key: { party: 1 }, sparse: true },
  { collection: 'viewRows', name: 'gone', key: { gone: 1 }, expireAfterSeconds: ROWS_GONE_KEPT_S },
]

/** Steps from one version to the next, in order. Each may be run again after it was interrupted. */
const MIGRATIONS: readonly { to: number; run(db: Db): Promise<void> }[] = [
  {
    to: 1,
    async run(db) {
      const there = new Set((await db.listCollections({}, { nameOnly: true }).toArray()).map(({ name }) => name))
      for (const name of COLLECTIONS)
        if (!there.has(name)) await db.createCollection(name).catch(ignore(NAMESPACE_EXISTS))
      await checkIndexes(db)
    },
  },
]

const NAMESPACE_EXISTS = 48
const NAMESPACE_NOT_FOUND = 26
const ignore =
  (code: number) =>
  (error: unknown): undefined => {
    if (error instanceof MongoServerError && error.code === code) return undefined
    throw error
  }

/**
 * Brings the database to the version this program knows, and checks that its indexes are the ones the promises of the journal rest on.
 * One process at a time changes it; the others wait. Throws if it is of a newer version, or an index has another definition.
 */
export async function prepareSchema(db: Db, { waitMs = 60_000 } = {}): Promise<void> {
  if ((await versionOf(db)) < SCHEMA_VERSION) await alone(db, waitMs, () => migrate(db))
  await checkIndexes(db)
}

const versions = (db: Db): Collection<{ _id: string; version: number }> => db.collection('schema')

async function versionOf(db: Db): Promise<number> {
  const version = (await versions(db).findOne({ _id: 'hub' }))?.version ?? 0
  if (version > SCHEMA_VERSION)
    throw new Error(
      `the database ${db.databaseName} has schema version ${version}, this hub knows ${SCHEMA_VERSION}: run the version of the hub that made it, or a newer one`,
    )
  return version
}

async function migrate(db: Db): Promise<void> {
  for (const { to, run } of MIGRATIONS) {
    if ((await versionOf(db)) >= to) continue
    await run(db)
    await versions(db).updateOne({ _id: 'hub' }, { $set: { version: to } }, { upsert: true })
  }
}

const GUARD = 'schema'
const GUARD_MS = 60_000

async function alone(db: Db, waitMs: number, work: () => Promise<void>): Promise<void> {
  const rows = db.collection<LeaseRow>('leases')
  const guard = mongoLeases(rows, { process: randomUUID(), url: '', leaseMs: GUARD_MS })
  const lease = await taken(() => guard.take(GUARD), waitMs)
  if (!lease) throw new Error(`another process has been changing the schema of ${db.databaseName} for ${waitMs} ms`)
  const keeping = setInterval(() => guard.keep([lease]).catch(() => {}), GUARD_MS / 4)
  try {
    await work()
  } finally {
    clearInterval(keeping)
    await guard.giveBack(lease)
  }
}

async function taken(take: () => Promise<Lease | undefined>, waitMs: number): Promise<Lease | undefined> {
  const endMs = performance.now() + waitMs
  for (;;) {
    const lease = await take()
    if (lease || performance.now() > endMs) return lease
    await after(200)
  }
}

/** Makes the indexes that are missing. Throws if one is there under the same name that is not the same. */
async function checkIndexes(db: Db): Promise<void> {
  for (const name of new Set(INDEXES.map(({ collection }) => collection))) {
    const collection = db.collection(name)
    const there = await collection
      .listIndexes()
      .toArray()
      .catch((error: unknown) => ignore(NAMESPACE_NOT_FOUND)(error) ?? [])
    for (const wanted of INDEXES.filter((index) => index.collection === name)) {
      const found = there.find((index) => index['name'] === wanted.name)
      if (!found) await make(collection, wanted)
      else if (definition(found) !== definition(wanted))
        throw new Error(
          `index ${wanted.name} of ${db.databaseName}.${name} is ${definition(found)}, this hub needs ${definition(wanted)}: drop it while no hub runs, the next start makes it anew`,
        )
    }
  }
}

async function make(collection: Collection, index: Index): Promise<void> {
  const { collection: _, key, ...options } = index
  await collection.createIndex(key, options)
}

const definition = (index: Document | Index): string => {
  const { key, unique, sparse, partialFilterExpression, expireAfterSeconds } = index as Index
  return JSON.stringify({
    key: Object.entries(key),
    unique: unique === true,
    sparse: sparse === true,
    partialFilterExpression,
    expireAfterSeconds,
  })
}
