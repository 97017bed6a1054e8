// The stage of a story: a fresh sandbox, a real hub process on a free loopback port, and the parties with their clients.
import { randomBytes } from 'node:crypto'
import { type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, mkdirSync, openSync, rmSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { type ComposedMessage, composeMessage, type Composition } from '../compose.ts'
import type { HubClient, Submitted } from '../hub-client.ts'
import { hubListens, readEnvFile, spawnHub, stopHub } from '../hub-process.ts'
import { clientOf, composerOf, openPartyFolder, type PartyFolder } from '../party-folder.ts'
import { initSandbox } from '../sandbox.ts'
import { Watcher } from './watcher.ts'

const READY_WITHIN_MS = 60_000
const STOP_WITHIN_MS = 20_000

/** A party on stage. */
export class Actor {
  readonly client: HubClient
  readonly urn: string
  readonly name: string
  readonly #folder: PartyFolder

  constructor(folder: PartyFolder) {
    this.#folder = folder
    this.client = clientOf(folder)
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
  /** Any other party of the sandbox, by its folder. */
  actor(folder: string): Actor
  /** Stops the hub; gives its exit code. */
  close(): Promise<number | null>
}

/** Builds the stage in `dir` (wiped first) and copies the trust file to `trustFile`. `tell` hears what is being done. */
export async function setStage(dir: string, trustFile: string, tell: (line: string) => void): Promise<Stage> {
  rmSync(dir, { recursive: true, force: true })
  mkdirSync(dir, { recursive: true })
  const listen = `127.0.0.1:${await freePort()}`
  const sandbox = await initSandbox(join(dir, 'sandbox'), { listen, randomness: randomBytes, clock: Date.now })
  copyFileSync(sandbox.trust, trustFile)
  tell(`sandbox: ${sandbox.parties.length} parties under 4 national CAs, in ${dir}`)
  const hub = await startHub(sandbox.env, join(dir, 'hub.log'))
  tell(`hub process ${hub.pid} is ready at http://${listen}`)
  const actor = (folder: string): Actor => new Actor(openPartyFolder(join(sandbox.dir, 'parties', folder)))
  return {
    cast: {
      exporter: actor('guangxi-exporter'),
      customs: actor('nanning-customs'),
      partnerCustoms: actor('vietnam-customs'),
      bank: actor('nanning-bank'),
      secondBank: actor('second-bank'),
    },
    actor,
    close: () => stopHub(hub, STOP_WITHIN_MS),
  }
}

async function startHub(env: string, log: string): Promise<ChildProcess> {
  const file = openSync(log, 'a')
  const hub = spawnHub(readEnvFile(env), ['ignore', file, file])
  // A story that is killed takes its hub with it.
  process.once('exit', () => hub.kill('SIGKILL'))
  try {
    await hubListens(hub, READY_WITHIN_MS)
  } catch (error) {
    await stopHub(hub, STOP_WITHIN_MS)
    throw new Error(`${(error as Error).message}; its log is ${log}`, { cause: error })
  }
  return hub
}

async function freePort(): Promise<number> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  await new Promise((done) => server.close(done))
  return port
}
