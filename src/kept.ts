// Where a hub keeps what it knows, by profile: one process over SQLite, or any number over MongoDB and Redis. Everything above this file is
// the same for both.
import { createHash, hkdfSync, randomBytes } from 'node:crypto'
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { ClusterConfig, Config } from './config.ts'
import type { AttachmentDeps } from './hub/attachments/staging.ts'
import type { Clock } from './hub/clock.ts'
import { aloneDuties, type Duties } from './hub/cluster/duties.ts'
import { serveForwarded } from './hub/cluster/forward-server.ts'
import { LEASE_MS, LeasedDuties } from './hub/cluster/leased-duties.ts'
import type { LeaseHolder } from './hub/cluster/lease.ts'
import { openRedis, type Redis } from './hub/cluster/redis.ts'
import { redisWake } from './hub/cluster/redis-wake.ts'
import { SealedWire } from './hub/cluster/sealed-wire.ts'
import { APPEND, SharedJournal } from './hub/cluster/shared-journal.ts'
import { localWake, type Wake } from './hub/cluster/wake.ts'
import { bullmqCouriers } from './hub/courier/bullmq-courier.ts'
import { type CountedCouriers, countedCouriers } from './hub/courier/counted-couriers.ts'
import { inProcessCouriers } from './hub/courier/in-process-courier.ts'
import type { AppendingJournal, JournalOptions } from './hub/journal/append.ts'
import { openJournal } from './hub/journal/append.ts'
import type { Cursors, Journal, Views } from './hub/journal/journal.ts'
import { memoryViews } from './hub/journal/memory-views.ts'
import { type MongoPlace, openMongo } from './hub/journal/mongo.ts'
import { lockFolder } from './hub/journal/sqlite-lock.ts'
import { sqliteStore } from './hub/journal/sqlite-store.ts'
import { sqliteCursors, sqliteViews } from './hub/journal/sqlite-views.ts'
import type { JournalStore } from './hub/journal/store.ts'

/** Stores handed in by tests in place of the profile's own. */
export interface HandedIn {
  store?: JournalStore
  views?: Views
  cursors?: Cursors
  /** The process cannot go on and says why: others take over what it held, and whoever runs it starts it again. */
  onLost?: (why: string) => void
}

/** The stores, before there are keys to open the journal with. */
export interface Stores {
  /** The hub's clock: of the process, or with others the clock of the store, which they all have. */
  clock: Clock
  store: JournalStore
  views: Views
  cursors: Cursors
  /** Where sealed attachments are kept. */
  attachments(
    deps: Pick<AttachmentDeps, 'sealingKey' | 'indexKey' | 'randomness'>,
  ): Pick<AttachmentDeps, 'folder' | 'place'>
  /** Whether there is a journal already: then its keys must be there too. */
  began: boolean
  /** Opens the journal, and what only one process may do. */
  share(options: Omit<JournalOptions, 'clock' | 'mayAppend'>, onFault: OnFault): Promise<Shared>
  /** Last of all. */
  close(): Promise<void>
}

type OnFault = (what: string, error: unknown) => void

export interface Shared {
  journal: Journal
  duties: Duties
  wake: Wake
  /** Name of this process, and of this start of it; no other has had the second. */
  name: string
  process: string
  /** Starts of all processes that are there, this one among them. */
  alive(): Promise<ReadonlySet<string>>
  couriers: CountedCouriers
  /** What a process keeps for itself alone, of rows that every process makes for itself. */
  own: Views
  /** Absent: the hub is alone. */
  redis?: Redis
  /** Why messages cannot be taken now; empty: they can. */
  reasons(): string[]
  /** Gives the duties back. */
  leave(): Promise<void>
  close(): Promise<void>
}

export async function openStores(config: Config, clock: Clock, handedIn: HandedIn): Promise<Stores> {
  mkdirSync(config.data, { recursive: true, mode: 0o700 })
  return config.cluster
    ? clusterStores(config.cluster, config.seed.hub, clock, handedIn)
    : embeddedStores(config, clock, handedIn)
}

function embeddedStores(config: Config, clock: Clock, handedIn: HandedIn): Stores {
  // A storage handed in is somebody else's to guard.
  const unlock = handedIn.store ? () => {} : lockFolder(config.data)
  const file = (name: string): string => join(config.data, name)
  const began = existsSync(file('journal.sqlite'))
  const cursors = handedIn.cursors ?? sqliteCursors(file('cursors.sqlite'))
  const store = handedIn.store ?? sqliteStore(file('journal.sqlite'))
  const views = handedIn.views ?? sqliteViews(file('views.sqlite'))
  return {
    clock,
    store,
    views,
    cursors,
    attachments: () => ({ folder: file('attachments') }),
    began,
    async share(options) {
      const journal = await openJournal({ ...options, clock })
      const duties = aloneDuties(views)
      const process = 'alone'
      return {
        journal,
        duties,
        wake: localWake(),
        name: process,
        process,
        alive: async () => new Set([process]),
        couriers: countedCouriers(inProcessCouriers({ clock })),
        own: views,
        reasons: () => [],
        leave: () => duties.close(),
        close: () => journal.close(),
      }
    },
    async close() {
      await views.close()
      await cursors.close()
      unlock()
    },
  }
}

const lostWhen = ({ onLost }: HandedIn): { onStuck?: (what: string) => void } =>
  onLost ? { onStuck: (what) => onLost(`the database will never answer a question of this process (${what})`) } : {}

async function clusterStores(
  cluster: ClusterConfig,
  hub: string,
  ownClock: Clock,
  handedIn: HandedIn,
): Promise<Stores> {
  const place = await openMongo(cluster.mongoUrl, { database: cluster.database, ...lostWhen(handedIn) }).catch(
    (cause: unknown) => {
      throw new Error('the database of HUB_MONGO_URL cannot be opened', { cause })
    },
  )
  // Set once there are leases, by whose answers the clock of the store is known.
  let offsetMs = (): number => 0
  const clock: Clock = () => ownClock() + offsetMs()
  const store = place.store()
  const views = place.views()
  const { size } = await store.position()
  return {
    clock,
    store,
    views,
    cursors: handedIn.cursors ?? place.cursors(),
    attachments: (deps) => ({ place: place.attachments({ ...deps, clock }) }),
    began: size > 0,
    share: (options, onFault) =>
      shareJournal({ ...options, clock }, { cluster, place, hub, onFault, known: (offset) => (offsetMs = offset) }),
    close: () => place.close(),
  }
}

interface Sharing {
  cluster: ClusterConfig
  place: MongoPlace
  hub: string
  onFault: OnFault
  /** The clock of the store is known from now on. */
  known(offsetMs: () => number): void
}

const PROCESS = 'process/'
const NAME_WAIT_MS = 2 * LEASE_MS

async function shareJournal(options: JournalOptions, sharing: Sharing): Promise<Shared> {
  const { cluster, place, hub, onFault } = sharing
  const { process } = cluster
  const redis = openRedis({
    url: cluster.redisUrl,
    // Two deployments may share a server.
    prefix: `beibu-${createHash('sha256').update(`${hub}\n${cluster.database}`).digest('hex').slice(0, 16)}`,
    onFault: (cause) =>
      onFault('redis', new Error('Redis (HUB_REDIS_URL) is away; the hub goes on without it', { cause })),
  })
  const start = `${process}#${randomBytes(6).toString('hex')}`
  const wake = redisWake({ redis, process: start, onFault: (error) => onFault('wake', error) })
  const wire = new SealedWire(Buffer.from(hkdfSync('sha256', options.indexKey, hub, 'processes of a hub', 32)))
  let shared: SharedJournal | undefined
  const appending: AppendingJournal = await openJournal({ ...options, mayAppend: () => shared!.mayAppend() })
  const door = await serveForwarded({
    host: cluster.host,
    port: cluster.port,
    wire,
    append: (draft) => shared!.appendHere(draft),
    grown: (from) => shared!.grown(from),
    onFault: (error) => onFault('forwarded', error),
  })
  const leases = place.leases({ process: start, url: cluster.url ?? door.url, leaseMs: LEASE_MS })
  let holders: ReadonlyMap<string, LeaseHolder> = await leases.holders()
  sharing.known(() => leases.clockOffsetMs())
  const journal = new SharedJournal({
    journal: appending,
    wake,
    wire,
    process: start,
    writer: async () => (await leases.holders()).get(APPEND),
    onFault: (error) => onFault('journal', error),
  })
  shared = journal
  const duties = new LeasedDuties({
    leases,
    fenced: (fence) => place.views().fenced(fence),
    first: APPEND,
    before: () => appending.look(),
    onHolders(now) {
      holders = now
      journal.writerIs(now.get(APPEND)?.url)
    },
    onFault,
  })
  const named = await duties.runWithLease(PROCESS + process, async () => ({ close: async () => {} }))
  // One of that name that was killed a moment ago still has its lease.
  for (const untilMs = performance.now() + NAME_WAIT_MS; !named.here(); ) {
    if (performance.now() > untilMs) {
      await duties.close()
      throw new Error(`another process of this hub has the name ${process}; give each its own in HUB_PROCESS_NAME`)
    }
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  await duties.runWithLease(APPEND, async (_views, lease) => {
    await journal.begin(lease)
    return { close: async () => journal.end() }
  })
  return {
    journal,
    duties,
    wake,
    name: process,
    process: start,
    redis,
    couriers: countedCouriers(
      bullmqCouriers({ redis, clock: options.clock, onQueueFault: (error) => onFault('courier', error) }),
    ),
    own: memoryViews(),
    alive: async () => {
      const there = [...(await leases.holders())]
      return new Set([start, ...there.flatMap(([name, holder]) => (name.startsWith(PROCESS) ? [holder.process] : []))])
    },
    reasons: () => [
      ...(duties.failing() ? ['the database does not answer'] : []),
      ...(duties.failing() || holders.has(APPEND) ? [] : ['no process appends to the journal']),
    ],
    leave: () => duties.close(),
    async close() {
      await door.close()
      await journal.close()
      await wake.close()
      await redis.close()
    },
  }
}
