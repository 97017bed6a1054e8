// The hub's place in MongoDB: one database for the journal, its views, cursors and leases. The mongo*.ts files alone know the driver.
import { MongoClient, ReadPreference, type Db } from 'mongodb'
import type { Leases } from '../cluster/lease.ts'
import type { Cursors, Views } from './journal.ts'
import type { SealedPlace } from '../attachments/sealed-place.ts'
import { MongoAttachments, type MongoAttachmentsDeps } from './mongo-attachments.ts'
import { mongoCursors } from './mongo-cursors.ts'
import { answering } from './mongo-faults.ts'
import { mongoLeases, type LeaseOptions, type LeaseRow } from './mongo-leases.ts'
import { prepareSchema } from './mongo-schema.ts'
import { mongoStore } from './mongo-store.ts'
import { mongoViews, type MongoViews } from './mongo-views.ts'
import type { JournalStore } from './store.ts'

export interface MongoPlace {
  /** Closing it does nothing: the connections are closed with the place. So it is with views and cursors. */
  store(): JournalStore
  views(): MongoViews
  cursors(): Cursors
  leases(options: LeaseOptions): Leases
  attachments(deps: MongoAttachmentsDeps): SealedPlace
  /** Milliseconds until the member that takes writes has answered. Throws if none does. */
  ping(): Promise<number>
  close(): Promise<void>
}

/** A database that does not answer is a fault after this long, and not a hub that hangs. */
const BOUNDS = {
  serverSelectionTimeoutMS: 3_000,
  connectTimeoutMS: 3_000,
  waitQueueTimeoutMS: 5_000,
  heartbeatFrequencyMS: 2_000,
}
const SOCKET_TIMEOUT_MS = 8_000
/** A look at the server that connects anew and is not answered ends after three of them. */
const STUCK_LOOKS = 8
/** Shorter than the socket's: "not enough members have it" is an answer, silence is not. */
const MAJORITY_TIMEOUT_MS = 5_000
/** Making an index over a large collection takes long. */
const SCHEMA_TIMEOUT_MS = 3_600_000

/** A view of millions of rows takes long to delete. */
const PATIENT = new Set(['empty'])

export interface MongoOptions {
  database: string
  /** Told of a question that can have no answer any more; whoever waits for it can only be begun anew, with the process. */
  onStuck?: (what: string) => void
}

/** Opens the database, having checked its schema and made or migrated it. Throws if no member that takes writes answers. */
export async function openMongo(url: string, { database, onStuck = () => {} }: MongoOptions): Promise<MongoPlace> {
  await briefly(url, SCHEMA_TIMEOUT_MS, (client) => prepareSchema(client.db(database)))
  const client = await connected(url, SOCKET_TIMEOUT_MS)
  const unwatch = reconnectWhenStuck(client)
  const db = client.db(database)
  return {
    store: () => answering(mongoStore(db), onStuck),
    views() {
      const { fenced, ...views } = mongoViews(db)
      const answered = (some: Views): Views => answering(some, onStuck, PATIENT)
      return Object.assign(answered(views), { fenced: (fence: number) => answered(fenced(fence)) })
    },
    cursors: () => answering(mongoCursors(db.collection('positions')), onStuck),
    leases: (options) => answering(mongoLeases(db.collection<LeaseRow>('leases'), options), onStuck),
    // An upload takes as long as its sender.
    attachments: (deps) => answering(new MongoAttachments(db, deps), onStuck, new Set(['write', 'removeHeadless'])),
    ping: () => ping(db),
    async close() {
      unwatch()
      await client.close()
    },
  }
}

/**
 * The driver looks at the server every two seconds, and such a look can last for ever: a connection that is closed between being chosen and
 * being written to is waited for in vain, and no time-out reaches it. Then everything finds the server away until it is connected anew.
 */
function reconnectWhenStuck(client: MongoClient): () => void {
  let silent = 0
  const timer = setInterval(() => {
    if (++silent < STUCK_LOOKS) return
    silent = 0
    // What cannot be connected now is tried again as often later.
    const again = (): Promise<unknown> => client.connect()
    client
      .close(true)
      .then(again, again)
      .catch(() => {})
  }, BOUNDS.heartbeatFrequencyMS).unref()
  const heard = (): void => void (silent = 0)
  client.on('serverHeartbeatSucceeded', heard).on('serverHeartbeatFailed', heard)
  return () => clearInterval(timer)
}

/** Removes a database with everything in it: for tests, and for places that were made by mistake. */
export async function dropMongo(url: string, { database }: { database: string }): Promise<void> {
  await briefly(url, SCHEMA_TIMEOUT_MS, (client) => client.db(database).dropDatabase())
}

async function briefly(
  url: string,
  socketTimeoutMS: number,
  work: (client: MongoClient) => Promise<unknown>,
): Promise<void> {
  const client = await connected(url, socketTimeoutMS)
  try {
    await work(client)
  } finally {
    await client.close()
  }
}

async function connected(url: string, socketTimeoutMS: number): Promise<MongoClient> {
  const client = new MongoClient(url, {
    appName: 'beibu-hub',
    ...BOUNDS,
    socketTimeoutMS,
    maxPoolSize: 64,
    readPreference: ReadPreference.PRIMARY,
    readConcern: { level: 'majority' },
    writeConcern: { w: 'majority', journal: true, wtimeoutMS: MAJORITY_TIMEOUT_MS },
    // A write that was not answered is looked up by the one who knows what it was; the driver would repeat it blindly.
    retryWrites: false,
    promoteBuffers: true,
  })
  try {
    await client.connect()
    return client
  } catch (error) {
    await client.close()
    throw error
  }
}

async function ping(db: Db): Promise<number> {
  const sentMs = performance.now()
  await db.command({ ping: 1 })
  return performance.now() - sentMs
}
