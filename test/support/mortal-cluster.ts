// A hub of several processes over one database, each of which can be killed, stopped and started again; on servers that others use too, or
// on servers of its own, which can be killed as well.
import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type MongoServer, startMongo } from '../../ops/services/mongo.ts'
import { startRedis } from '../../ops/services/redis.ts'
import type { Server } from '../../ops/services/server.ts'
import type { HubClient, HubClientOptions } from '../../src/client/hub-client.ts'
import { readEnvFile } from '../../src/client/hub-process.ts'
import { clientOf, openPartyFolder, type PartyFolder } from '../../src/client/party-folder.ts'
import { initSandbox } from '../../src/client/sandbox.ts'
import { type Config, readConfig } from '../../src/config.ts'
import { secretKey } from '../../src/hub/identity/hub-signers.ts'
import { openJournal } from '../../src/hub/journal/append.ts'
import { dropMongo, openMongo } from '../../src/hub/journal/mongo.ts'
import type { Kept } from './fault-kept.ts'
import { MortalProcess, type SaidReady } from './mortal-process.ts'
import type { TestServices } from './services.ts'
import { freePort } from './free-port.ts'

const LOOK_MS = 50
const NAMES = 'abcdefgh'
/** A stopped process is left for another one after this long. */
const PATIENCE_MS = 5_000

const APPEND = 'append'

export interface ClusterOptions {
  /** How many processes; 3 if not said. */
  processes?: number
  /** Settings of all of them. */
  env?: Record<string, string>
  /** Servers to make a database on; absent: servers of its own are started. */
  services?: TestServices
  /** A Redis of its own also beside those. */
  ownRedis?: boolean
  /** Milliseconds by which the clock of each is wrong, in their order; absent: right. */
  skewMs?: readonly number[]
  /** Program of the hub; absent: its own, from its TypeScript. */
  main?: string
}

/** Servers of a cluster's own, to be killed and stopped with everything else. */
export interface OwnServers {
  mongo?: MongoServer
  redis?: Server
}

export class MortalCluster {
  readonly dir: string
  readonly processes: readonly MortalProcess[]
  readonly own: OwnServers
  readonly mongoUrl: string
  readonly engine: TestServices['engine']
  readonly database: string
  readonly #parties = new Map<string, PartyFolder>()

  constructor(
    dir: string,
    processes: readonly MortalProcess[],
    servers: TestServices & { own: OwnServers; database: string },
  ) {
    this.dir = dir
    this.processes = processes
    this.own = servers.own
    this.mongoUrl = servers.mongoUrl
    this.engine = servers.engine
    this.database = servers.database
  }

  /** Settings of the first process; hub, keys and stores are the same for all. */
  get config(): Config {
    return readConfig(this.processes[0]!.env)
  }

  get alive(): MortalProcess[] {
    return this.processes.filter(({ isAlive }) => isAlive)
  }

  /** By its name: a, b, c. */
  process(name: string): MortalProcess {
    const found = this.processes.find((one) => one.name === name)
    if (!found) throw new Error(`there is no process ${name}`)
    return found
  }

  /** Starts those that do not run, all at once, and waits until each is ready. */
  async start(): Promise<void> {
    const starting = this.processes.filter(({ isAlive }) => !isAlive)
    for (const one of starting) one.spawn()
    await Promise.all(starting.map((one) => one.ready()))
  }

  party(folder: string): PartyFolder {
    let known = this.#parties.get(folder)
    const where = folder.endsWith('register-office') ? 'authorities' : 'parties'
    if (!known) this.#parties.set(folder, (known = openPartyFolder(join(this.dir, 'sandbox', where, folder))))
    return known
  }

  /** A client over all addresses, of its own session; `first` is the process it asks first. */
  client(folder: string, first?: MortalProcess, options: Partial<HubClientOptions> = {}): HubClient {
    const urls = this.processes.map(({ url }) => url)
    const at = first ? urls.indexOf(first.url) : 0
    const addresses = [...urls.slice(at), ...urls.slice(0, at)]
    return clientOf(this.party(folder), { addresses, retry: { timeoutMs: PATIENCE_MS }, ...options })
  }

  /** A client that knows one process alone. */
  clientAt(folder: string, one: MortalProcess, options: Partial<HubClientOptions> = {}): HubClient {
    return clientOf(this.party(folder), { addresses: [one.url], ...options })
  }

  /** Names of the processes by the lease they hold, as the store says; a process that was killed may still be among them. */
  async holders(): Promise<Map<string, string>> {
    const place = await openMongo(this.mongoUrl, { database: this.database })
    try {
      const holders = await place.leases({ process: 'a test that looks', url: '', leaseMs: 1_000 }).holders()
      // The store has the name of one start of a process: name#random.
      return new Map([...holders].map(([name, { process }]) => [name, process.split('#')[0]!]))
    } finally {
      await place.close()
    }
  }

  /** The process that appends, as one of those that run says of itself. Waits for one up to `withinMs`. */
  async appender(withinMs = 15_000): Promise<MortalProcess> {
    for (const giveUpAt = performance.now() + withinMs; performance.now() < giveUpAt; ) {
      const said = await Promise.all(this.alive.map(async (one) => ({ one, said: await one.said() })))
      const found = said.find((each) => each.said?.duties?.includes(APPEND))
      if (found) return found.one
      await new Promise((wake) => setTimeout(wake, LOOK_MS))
    }
    throw new Error(`no process says that it appends, for ${withinMs} ms\n${this.logs()}`)
  }

  /** Waits until every process that runs knows the whole journal and nothing lags. */
  async settled(withinMs = 30_000): Promise<void> {
    let said: (SaidReady | undefined)[] = []
    for (const giveUpAt = performance.now() + withinMs; performance.now() < giveUpAt; ) {
      said = await Promise.all(this.alive.map((one) => one.said()))
      const sizes = new Set(said.map((one) => one?.entries))
      const lags = said.flatMap((one) => Object.values(one?.lag ?? { silent: 1 }))
      if (sizes.size === 1 && lags.every((behind) => behind === 0)) return
      await new Promise((wake) => setTimeout(wake, LOOK_MS))
    }
    throw new Error(`the processes do not come to rest: ${JSON.stringify(said)}`)
  }

  /** The stores beside the processes, for reading; nothing can be appended. */
  async kept(): Promise<Kept> {
    const { seed, keys } = this.config
    const place = await openMongo(this.mongoUrl, { database: this.database })
    const journal = await openJournal({
      store: place.store(),
      hub: seed.hub,
      urn: `${seed.hub}:journal`,
      epoch: 1,
      sealingKey: secretKey(keys, 'sealing.key', true),
      indexKey: secretKey(keys, 'index.key', true),
      clock: Date.now,
      signCommit: () => Promise.reject(new Error('nothing is written here')),
      mayAppend: () => false,
    })
    const close = async (): Promise<void> => {
      await journal.close()
      await place.close()
    }
    return { journal, views: place.views(), cursors: place.cursors(), close }
  }

  /** The last lines of every process's log. */
  logs(): string {
    return this.processes.map((one) => `--- ${one.name}\n${one.log().slice(-3_000)}`).join('\n')
  }

  /** Ends everything, takes the database away and the folder. */
  async remove(): Promise<void> {
    await Promise.all(this.alive.map((one) => one.kill()))
    const { mongo, redis } = this.own
    if (mongo) await mongo.kill()
    else await dropMongo(this.mongoUrl, { database: this.database })
    await redis?.kill()
    rmSync(this.dir, { recursive: true, force: true })
  }
}

/** Makes the sandbox and the database, and the servers if they are to be its own; no process of the hub runs yet. */
export async function mortalCluster(options: ClusterOptions = {}): Promise<MortalCluster> {
  const { processes: count = 3, env = {}, services, ownRedis = false, skewMs = [], main } = options
  const dir = mkdtempSync(join(tmpdir(), 'beibu-cluster-'))
  const own = await ownServers(join(dir, 'servers'), { mongo: !services, redis: !services || ownRedis })
  const base = {
    mongoUrl: own.mongo?.url ?? services!.mongoUrl,
    redisUrl: own.redis?.url ?? services!.redisUrl,
    engine: own.mongo?.engine ?? services!.engine,
  }
  const database = `beibu_test_${randomBytes(6).toString('hex')}`
  const mongoUrl = withDatabase(base.mongoUrl, database)
  const ports = await Promise.all(Array.from({ length: count }, () => freePort()))
  const [listen, ...others] = ports.map((port) => `127.0.0.1:${port}`) as [string, ...string[]]
  const making = { listen, others, randomness: randomBytes, clock: Date.now }
  const sandbox = await initSandbox(join(dir, 'sandbox'), making)
  const common = {
    ...readEnvFile(sandbox.env),
    HUB_PROFILE: 'cluster',
    HUB_MONGO_URL: mongoUrl,
    HUB_REDIS_URL: base.redisUrl,
    HUB_CHECKPOINT_MS: '100',
    HUB_SM2_WORKERS: '1',
    ...env,
  }
  const processes = [listen, ...others].map((at, n) => {
    const name = NAMES[n]!
    const mine = { HUB_LISTEN: at, HUB_PROCESS_NAME: name, HUB_DATA: join(dir, `data-${name}`) }
    return new MortalProcess(
      name,
      `http://${at}`,
      { ...common, ...mine },
      join(dir, `hub-${name}.log`),
      skewMs[n] ?? 0,
      main,
    )
  })
  return new MortalCluster(dir, processes, { ...base, mongoUrl, own, database })
}

async function ownServers(dir: string, wanted: { mongo: boolean; redis: boolean }): Promise<OwnServers> {
  mkdirSync(dir, { recursive: true })
  const own: OwnServers = {}
  if (wanted.mongo) own.mongo = await startMongo({ dir })
  if (wanted.redis) own.redis = await startRedis({ dir })
  return own
}

function withDatabase(url: string, database: string): string {
  const made = new URL(url)
  made.pathname = `/${database}`
  return made.href
}
