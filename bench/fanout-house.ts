// The hub of the benches of pushing as they see it.
import { type ChildProcess, fork } from 'node:child_process'
import { openSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { readEnvFile, stopHub } from '../src/client/hub-process.ts'

const STOP_WITHIN_MS = 20_000

/** Register entries to be entered, by file; one item for the feeds of parties, sent by the party of a folder; a second entrance by a Unix socket. */
export type FanoutAsked =
  | { type: 'enter'; files: string[] }
  | { type: 'tell'; folder: string; parties: string[] }
  | { type: 'entrance'; path: string }

export class FanoutHouse {
  readonly #child: ChildProcess
  #answer: (answer: { ok: true } | { failed: string }) => void = () => {}

  /** Starts it from a sandbox's env file; `profile`: folder that gets a CPU profile when it ends. */
  static async start(envFile: string, log: string, profile?: string): Promise<FanoutHouse> {
    const house = new FanoutHouse(envFile, log, profile)
    await house.#next()
    return house
  }

  private constructor(envFile: string, log: string, profile: string | undefined) {
    const out = openSync(log, 'a')
    const flags = profile === undefined ? [] : ['--cpu-prof', '--cpu-prof-interval', '500', '--cpu-prof-dir', profile]
    this.#child = fork(fileURLToPath(new URL('./fanout-hub.ts', import.meta.url)), [], {
      execArgv: ['--import', import.meta.resolve('tsx'), ...flags],
      env: { ...process.env, ...readEnvFile(envFile), HUB_LOG: 'error' },
      stdio: ['ignore', out, out, 'ipc'],
    })
    const kill = (): void => void this.#child.kill('SIGKILL')
    process.once('exit', kill)
    this.#child.on('message', (answer: { ok: true } | { failed: string }) => this.#answer(answer))
    this.#child.once('exit', (code) => {
      process.off('exit', kill)
      this.#answer({ failed: `it ended (${code}); its log is ${log}` })
    })
  }

  async ask(asked: FanoutAsked): Promise<void> {
    const answered = this.#next()
    this.#child.send(asked)
    await answered
  }

  async close(): Promise<void> {
    await stopHub(this.#child, STOP_WITHIN_MS)
  }

  async #next(): Promise<void> {
    const answer = await new Promise<{ ok: true } | { failed: string }>((resolve) => (this.#answer = resolve))
    if ('failed' in answer) throw new Error(`the hub: ${answer.failed}`)
  }
}
