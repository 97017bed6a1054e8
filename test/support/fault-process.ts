// The hub as a process that can be killed: one sandbox, one data folder, started again as often as wanted.
import type { ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { hubReady, readEnvFile, spawnHub, stopHub } from '../../src/client/hub-process.ts'
import { clientOf, openPartyFolder, type PartyFolder } from '../../src/client/party-folder.ts'
import type { HubClient } from '../../src/client/hub-client.ts'
import { initSandbox } from '../../src/client/sandbox.ts'
import { readConfig, type Config } from '../../src/config.ts'
import { freePort } from './free-port.ts'

const READY_WITHIN_MS = 180_000

/** A hub process over a sandbox of its own. */
export class MortalHub {
  readonly dir: string
  readonly url: string
  readonly config: Config
  readonly #env: Record<string, string>
  readonly #parties = new Map<string, PartyFolder>()
  #process: ChildProcess | undefined

  constructor(dir: string, url: string, env: Record<string, string>) {
    this.dir = dir
    this.url = url
    this.#env = env
    this.config = readConfig(env)
  }

  party(folder: string): PartyFolder {
    let known = this.#parties.get(folder)
    if (!known) this.#parties.set(folder, (known = openPartyFolder(join(this.dir, 'sandbox', 'parties', folder))))
    return known
  }

  /** A client of its own session; the hub forgets sessions when it dies. */
  client(folder: string, attempts = 8): HubClient {
    return clientOf(this.party(folder), { retry: { attempts } })
  }

  /** Starts the process without waiting for it. */
  spawn(): void {
    const log = openSync(join(this.dir, 'hub.log'), 'a')
    this.#process = spawnHub(this.#env, ['ignore', log, log])
  }

  async ready(): Promise<void> {
    try {
      await hubReady(this.#process!, this.url, READY_WITHIN_MS)
    } catch (error) {
      throw new Error(`${(error as Error).message}\n${this.log().slice(-4_000)}`, { cause: error })
    }
  }

  /** kill -9 by process id; resolves when it is gone. */
  async kill(): Promise<void> {
    const hub = this.#process!
    if (hub.exitCode !== null || hub.signalCode !== null)
      throw new Error(`the hub ended by itself (exit ${hub.exitCode})\n${this.log().slice(-4_000)}`)
    const gone = once(hub, 'exit')
    process.kill(hub.pid!, 'SIGKILL')
    await gone
  }

  /** Asks it to end; gives its exit code. */
  stop(): Promise<number | null> {
    return stopHub(this.#process!, 60_000)
  }

  get pid(): number {
    return this.#process!.pid!
  }

  get exitCode(): number | null {
    return this.#process!.exitCode
  }

  log(): string {
    return readFileSync(join(this.dir, 'hub.log'), 'utf8')
  }

  async remove(): Promise<void> {
    if (this.#process) await stopHub(this.#process, 1_000)
    rmSync(this.dir, { recursive: true, force: true })
  }
}

/** Makes the sandbox; nothing runs yet. */
export async function mortalHub(env: Record<string, string> = {}): Promise<MortalHub> {
  const dir = mkdtempSync(join(tmpdir(), 'beibu-fault-'))
  const listen = `127.0.0.1:${await freePort()}`
  const sandbox = await initSandbox(join(dir, 'sandbox'), { listen, randomness: randomBytes, clock: Date.now })
  return new MortalHub(dir, `http://${listen}`, { ...readEnvFile(sandbox.env), ...env })
}
