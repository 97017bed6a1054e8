// The stage of a story: a fresh sandbox, a real hub process on a free loopback port, and the parties with their clients.
import { randomBytes } from 'node:crypto'
import { type ChildProcess } from 'node:child_process'
import { copyFileSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type ComposedMessage, composeMessage, type Composition } from '../compose.ts'
import type { HubClient, Submitted } from '../hub-client.ts'
import { hubListens, readEnvFile, spawnHub, stopHub } from '../hub-process.ts'
import { clientOf, composerOf, openPartyFolder, type PartyFolder } from '../party-folder.ts'
import { initSandbox } from '../sandbox.ts'
import { freePort } from './free-port.ts'
import { type LedgerCast, type LedgerStage, setLedgerStage } from './ledger-stage.ts'
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
  /** By its URN. */
  party(urn: string): Actor
  /** Of a country, by its folder. */
  authority(folder: string): Actor
  ledgers?: LedgerStage
  /** Stops the hub; gives its exit code. */
  close(): Promise<number | null>
}

/** Builds the stage in `dir` (wiped first) and copies the trust file to `trustFile`. `tell` hears what is being done. */
export async function setStage(
  dir: string,
  trustFile: string,
  tell: (line: string) => void,
  cast?: LedgerCast,
): Promise<Stage> {
  rmSync(dir, { recursive: true, force: true })
  mkdirSync(dir, { recursive: true })
  const listen = `127.0.0.1:${await freePort()}`
  const sandbox = await initSandbox(join(dir, 'sandbox'), { listen, randomness: randomBytes, clock: Date.now })
  copyFileSync(sandbox.trust, trustFile)
  tell(`sandbox: ${sandbox.parties.length} parties under 4 national CAs, in ${dir}`)
  const ledgers = cast && (await setLedgerStage(join(dir, 'ledgers'), cast))
  if (ledgers) trustLedgers(trustFile, ledgers.trusted)
  const more = ledgers ? { HUB_LEDGERS: ledgers.file } : {}
  const hub = await startHub({ ...readEnvFile(sandbox.env), ...more }, join(dir, 'hub.log'))
  tell(`hub process ${hub.pid} is ready at http://${listen}`)
  const open = (...path: string[]): Actor => new Actor(openPartyFolder(join(sandbox.dir, ...path)))
  const actor = (folder: string): Actor => open('parties', folder)
  return {
    cast: {
      exporter: actor('guangxi-exporter'),
      customs: actor('nanning-customs'),
      partnerCustoms: actor('vietnam-customs'),
      bank: actor('nanning-bank'),
      secondBank: actor('second-bank'),
    },
    actor,
    party: (urn) => new Actor(openPartyFolder(sandbox.parties.find(({ party }) => party === urn)!.folder)),
    authority: (folder) => open('authorities', folder),
    ...(ledgers && { ledgers }),
    async close() {
      const code = await stopHub(hub, STOP_WITHIN_MS)
      await ledgers?.close()
      return code
    },
  }
}

/** Whom the verifier believes about ledgers is its own affair: here it takes what the story set up. */
function trustLedgers(file: string, ledgers: Record<string, unknown>): void {
  const trust = JSON.parse(readFileSync(file, 'utf8')) as object
  writeFileSync(file, `${JSON.stringify({ ...trust, ledgers }, null, 2)}\n`)
}

async function startHub(env: Record<string, string>, log: string): Promise<ChildProcess> {
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
  return hub
}
