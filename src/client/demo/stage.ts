// The stage of a story: a fresh sandbox, a real hub on free loopback ports, of one process or of three, and the parties with their clients.
import { randomBytes } from 'node:crypto'
import { copyFileSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type ComposedMessage, composeMessage, type Composition } from '../compose.ts'
import type { HubClient, Submitted } from '../hub-client.ts'
import { hubListens, readEnvFile, spawnHub, stopHub } from '../hub-process.ts'
import { clientOf, composerOf, openPartyFolder, type PartyFolder } from '../party-folder.ts'
import { initSandbox } from '../sandbox.ts'
import type { Trade } from '../sandbox/trades.ts'
import { freePort } from './free-port.ts'
import { HubProcesses } from './hub-processes.ts'
import { type LedgerCast, type LedgerStage, setLedgerStage } from './ledger-stage.ts'
import type { StoryServices } from './services.ts'
import { Watcher } from './watcher.ts'

const READY_WITHIN_MS = 60_000
const STOP_WITHIN_MS = 20_000

/** A party on stage. */
export class Actor {
  readonly client: HubClient
  readonly urn: string
  readonly name: string
  readonly #folder: PartyFolder

  /** `addresses`: where it reaches the hub, if not as its card says. */
  constructor(folder: PartyFolder, addresses?: readonly string[]) {
    this.#folder = folder
    this.client = clientOf(folder, addresses && { addresses })
    this.urn = folder.card.party
    this.name = folder.card.name
  }

  get alg(): string {
    return this.#folder.identity.signer.alg
  }

  compose(what: Omit<Composition, 'hub' | 'from' | 'v'>): Promise<ComposedMessage> {
    const { hub, party } = this.#folder.card
    return composeMessage({ hub, from: party, v: 1, ...what }, composerOf(this.#folder))
  }

  async send(what: Omit<Composition, 'hub' | 'from' | 'v'>): Promise<Submitted> {
    return await this.client.submit(await this.compose(what))
  }

  /** Another client of this party, that reaches the hub at these addresses alone. */
  at(...addresses: string[]): HubClient {
    return clientOf(this.#folder, { addresses })
  }

  watch(name: string): Watcher {
    return new Watcher(this.client, name)
  }
}

/** Who plays in every story. */
export interface Cast {
  exporter: Actor
  customs: Actor
  partnerCustoms: Actor
  bank: Actor
  secondBank: Actor
}

export interface Stage {
  cast: Cast
  /** Folder of the sandbox, in which the CAs and the register offices have their keys. */
  sandbox: string
  /** Any other party of the sandbox, by its folder. */
  actor(folder: string): Actor
  /** By its URN. */
  party(urn: string): Actor
  /** Of a country, by its folder. */
  authority(folder: string): Actor
  ledgers?: LedgerStage
  /** The hub's processes, if they are several. */
  processes?: HubProcesses
  /** Stops the hub; gives its exit code. */
  close(): Promise<number | null>
}

const PROCESSES = 3

/** What a story needs beside a hub and the parties of every sandbox. */
export interface StageNeeds {
  ledgers?: LedgerCast
  /** Whose parties play too. */
  trades?: readonly Trade[]
  /** The hub is three processes over these, and the parties speak to them in turn. */
  services?: StoryServices
}

/** Builds the stage in `dir` (wiped first) and copies the trust file to `trustFile`. `tell` hears what is being done. */
export async function setStage(
  dir: string,
  trustFile: string,
  tell: (line: string) => void,
  { ledgers: cast, trades = [], services }: StageNeeds,
): Promise<Stage> {
  rmSync(dir, { recursive: true, force: true })
  mkdirSync(dir, { recursive: true })
  const ports = await Promise.all(Array.from({ length: services ? PROCESSES : 1 }, () => freePort()))
  const [listen, ...others] = ports.map((port) => `127.0.0.1:${port}`) as [string, ...string[]]
  const making = { listen, others, trades, randomness: randomBytes, clock: Date.now }
  const sandbox = await initSandbox(join(dir, 'sandbox'), making)
  copyFileSync(sandbox.trust, trustFile)
  tell(`sandbox: ${sandbox.parties.length} parties under 4 national CAs, in ${dir}`)
  const ledgers = cast && (await setLedgerStage(join(dir, 'ledgers'), cast))
  if (ledgers) trustLedgers(trustFile, ledgers.trusted)
  const more = ledgers ? { HUB_LEDGERS: ledgers.file } : {}
  const env = { ...readEnvFile(sandbox.env), ...more }
  const hub = services
    ? await startProcesses([listen, ...others], env, services, dir, tell)
    : await startHub(env, join(dir, 'hub.log'), tell)
  const places = new Places(hub.processes, tell)
  const openAt = (folder: string): Actor => places.actor(openPartyFolder(folder))
  const open = (...path: string[]): Actor => openAt(join(sandbox.dir, ...path))
  const actor = (folder: string): Actor => open('parties', folder)
  return {
    cast: {
      exporter: actor('guangxi-exporter'),
      customs: actor('nanning-customs'),
      partnerCustoms: actor('vietnam-customs'),
      bank: actor('nanning-bank'),
      secondBank: actor('second-bank'),
    },
    sandbox: sandbox.dir,
    actor,
    party: (urn) => openAt(sandbox.parties.find(({ party }) => party === urn)!.folder),
    authority: (folder) => open('authorities', folder),
    ...(ledgers && { ledgers }),
    ...(hub.processes && { processes: hub.processes }),
    async close() {
      const code = await hub.close()
      await ledgers?.close()
      return code
    },
  }
}

/** Which party speaks to which process: one after the other as they come on stage. It goes on at the others when that one is gone. */
class Places {
  readonly #hub: HubProcesses | undefined
  readonly #tell: (line: string) => void
  readonly #taken = new Map<string, number>()

  constructor(hub: HubProcesses | undefined, tell: (line: string) => void) {
    this.#hub = hub
    this.#tell = tell
  }

  actor(folder: PartyFolder): Actor {
    if (!this.#hub) return new Actor(folder)
    const { party, name } = folder.card
    const { all } = this.#hub
    const at = this.#taken.get(party) ?? this.#taken.size % all.length
    if (!this.#taken.has(party)) this.#tell(`${name} speaks to process ${all[at]!.name}`)
    this.#taken.set(party, at)
    return new Actor(folder, this.#hub.addressesFrom(at))
  }
}

/** Whom the verifier believes about ledgers is its own affair: here it takes what the story set up. */
function trustLedgers(file: string, ledgers: Record<string, unknown>): void {
  const trust = JSON.parse(readFileSync(file, 'utf8')) as object
  writeFileSync(file, `${JSON.stringify({ ...trust, ledgers }, null, 2)}\n`)
}

interface StagedHub {
  processes?: HubProcesses
  /** Gives the exit code. */
  close(): Promise<number | null>
}

async function startProcesses(
  listens: readonly string[],
  env: Record<string, string>,
  { mongoUrl, redisUrl, engine }: StoryServices,
  dir: string,
  tell: (line: string) => void,
): Promise<StagedHub> {
  tell(`stores: ${engine}`)
  const cluster = { HUB_PROFILE: 'cluster', HUB_MONGO_URL: mongoUrl, HUB_REDIS_URL: redisUrl }
  const processes = await HubProcesses.start(listens, { ...env, ...cluster }, dir)
  for (const { name, address, child } of processes.all)
    tell(`hub process ${name} (${child.pid}) is ready at ${address}`)
  return { processes, close: () => processes.close() }
}

async function startHub(env: Record<string, string>, log: string, tell: (line: string) => void): Promise<StagedHub> {
  const file = openSync(log, 'a')
  const hub = spawnHub(env, ['ignore', file, file])
  // A story that is killed takes its hub with it.
  process.once('exit', () => hub.kill('SIGKILL'))
  try {
    await hubListens(hub, READY_WITHIN_MS)
  } catch (error) {
    await stopHub(hub, STOP_WITHIN_MS)
    throw new Error(`${(error as Error).message}; its log is ${log}`, { cause: error })
  }
  tell(`hub process ${hub.pid} is ready at http://${env['HUB_LISTEN']}`)
  return { close: () => stopHub(hub, STOP_WITHIN_MS) }
}
