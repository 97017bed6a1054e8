// One process of a hub that can be killed, stopped and started again. Its clock may be wrong.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, openSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { hubReady, stopHub } from '../../src/client/hub-process.ts'

const READY_WITHIN_MS = 180_000
const STOP_WITHIN_MS = 60_000

/** What a process says of itself at /health/ready. */
export interface SaidReady {
  ready: boolean
  reasons: string[]
  process: string
  duties: string[]
  entries: number
  lag: Record<string, number>
}

/** It keeps its address and its folder over all its lives. */
export class MortalProcess {
  readonly name: string
  readonly url: string
  readonly env: Record<string, string>
  readonly #log: string
  readonly #skewMs: number
  readonly #main: string
  #child: ChildProcess | undefined

  /** `main` is the program to run; absent: the hub's own, from its TypeScript. */
  constructor(name: string, url: string, env: Record<string, string>, log: string, skewMs: number, main?: string) {
    this.name = name
    this.url = url
    this.env = env
    this.#log = log
    this.#skewMs = skewMs
    this.#main = main ?? fileURLToPath(new URL(skewMs === 0 ? '../../src/main.ts' : './skewed-hub.ts', import.meta.url))
  }

  get pid(): number {
    return this.#child!.pid!
  }

  get isAlive(): boolean {
    return this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null
  }

  /** Starts it without waiting. */
  spawn(): void {
    if (this.isAlive) throw new Error(`process ${this.name} runs already`)
    const log = openSync(this.#log, 'a')
    const skew = this.#skewMs === 0 ? {} : { BEIBU_TEST_SKEW_MS: String(this.#skewMs) }
    const loader = this.#main.endsWith('.ts') ? ['--import', import.meta.resolve('tsx')] : []
    const child = spawn(process.execPath, [...loader, this.#main], {
      env: { ...process.env, ...this.env, ...skew },
      stdio: ['ignore', log, log],
    })
    this.#child = child
    const end = (): void => void child.kill('SIGKILL')
    process.once('exit', end)
    child.once('exit', () => process.off('exit', end))
  }

  async ready(): Promise<void> {
    try {
      await hubReady(this.#child!, this.url, READY_WITHIN_MS)
    } catch (error) {
      const said = JSON.stringify(await this.said())
      throw new Error(`process ${this.name}: ${(error as Error).message}\n${said}\n${this.log().slice(-4_000)}`, {
        cause: error,
      })
    }
  }

  /** kill -9; resolves when it is gone. Throws if it had ended by itself. */
  async kill(): Promise<void> {
    if (!this.isAlive) throw new Error(`process ${this.name} has ended by itself\n${this.log().slice(-4_000)}`)
    const gone = once(this.#child!, 'exit')
    process.kill(this.pid, 'SIGKILL')
    await gone
  }

  /** SIGTERM; gives its exit code. */
  async stop(): Promise<number | null> {
    if (!this.#child) return null
    if (this.isAlive) this.resume()
    return stopHub(this.#child, STOP_WITHIN_MS)
  }

  /** SIGSTOP: it does nothing until `resume`, and does not know that time passes. */
  pause(): void {
    process.kill(this.pid, 'SIGSTOP')
  }

  resume(): void {
    process.kill(this.pid, 'SIGCONT')
  }

  /** What it says of itself; undefined when it does not answer within `withinMs`. */
  async said(withinMs = 1_000): Promise<SaidReady | undefined> {
    try {
      const response = await fetch(`${this.url}/health/ready`, { signal: AbortSignal.timeout(withinMs) })
      return (await response.json()) as SaidReady
    } catch {
      return undefined
    }
  }

  log(): string {
    return existsSync(this.#log) ? readFileSync(this.#log, 'utf8') : ''
  }
}
