// The processes of a bench: the hub and the baseline under test, and the load generator that asks them.
import { type ChildProcess, fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, openSync, readFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import { hubReady, readEnvFile, stopHub } from '../src/client/hub-process.ts'
import type { Answered, Asked } from './load-job.ts'

const READY_WITHIN_MS = 60_000
const STOP_WITHIN_MS = 20_000
const LOADER = ['--import', import.meta.resolve('tsx')]
const fileOf = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

export interface Running {
  pid: number
  close(): Promise<void>
}

/** A free port of the loopback interface. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  await new Promise((done) => server.close(done))
  return port
}

/** Starts the hub's own main from a sandbox's env file. `profile`: folder that gets a CPU profile when the hub ends. */
export async function startHub(options: {
  main: string
  envFile: string
  url: string
  log: string
  profile?: string
}): Promise<Running> {
  const { main, envFile, url, log, profile } = options
  const flags = profile === undefined ? [] : ['--cpu-prof', '--cpu-prof-interval', '500', '--cpu-prof-dir', profile]
  const out = openSync(log, 'a')
  const loader = main.endsWith('.ts') ? LOADER : []
  const hub = spawn(process.execPath, [...flags, ...loader, main], {
    env: { ...process.env, ...readEnvFile(envFile) },
    stdio: ['ignore', out, out],
  })
  endWithUs(hub)
  await hubReady(hub, url, READY_WITHIN_MS).catch((cause: unknown) => {
    throw new Error(`the hub did not start; its log is ${log}`, { cause })
  })
  return { pid: hub.pid!, close: async () => void (await stopHub(hub, STOP_WITHIN_MS)) }
}

/** Starts the baseline for senders with that key. */
export const startBaseline = (port: number, spkiDer: Buffer, sm2Workers: number): Promise<Running> =>
  startScript('./baseline.ts', [String(port), spkiDer.toString('base64url'), String(sm2Workers)])

/** Starts the baseline that signs an answer for each question. */
export const startSigning = (port: number): Promise<Running> => startScript('./baseline-signing.ts', [String(port)])

/** Runs a script beside this file until closed; it says `ready` when it listens. */
async function startScript(script: string, args: string[]): Promise<Running> {
  const child = fork(fileOf(script), args, { execArgv: LOADER })
  endWithUs(child)
  const [ready] = (await Promise.race([once(child, 'message'), once(child, 'exit')])) as unknown[]
  if (ready !== 'ready') throw new Error(`${script} did not start`)
  return { pid: child.pid!, close: async () => void (await stopHub(child, STOP_WITHIN_MS)) }
}

/** The load generator: one question at a time. */
export class Generator {
  readonly #child: ChildProcess
  #answer: (answer: Answered) => void = () => {}

  constructor() {
    this.#child = fork(fileOf('./load.ts'), [], { execArgv: LOADER })
    endWithUs(this.#child)
    this.#child.on('message', (answer: Answered) => this.#answer(answer))
    this.#child.on('exit', (code) => this.#answer({ failed: `it ended (${code})` }))
  }

  /** Throws what went wrong over there, an answer other than 201 above all. */
  async ask<Result>(asked: Asked): Promise<Result> {
    const answer = await new Promise<Answered>((resolve) => {
      this.#answer = resolve
      this.#child.send(asked)
    })
    if ('failed' in answer) throw new Error(`the load generator: ${answer.failed}`)
    return answer.ok as Result
  }

  close(): void {
    if (this.#child.connected) this.#child.disconnect()
  }
}

/** Microseconds of processor time a process has used: its main thread, and all its threads. Undefined where there is no /proc. */
export function cpuOf(pid: number): { mainUs: number; allUs: number } | undefined {
  if (!existsSync(`/proc/${pid}/stat`)) return undefined
  const ticks = (file: string): number => {
    // Fields after the name, which may hold spaces: user and system time are the 12th and 13th, in hundredths of a second.
    const fields = readFileSync(file, 'latin1').split(') ')[1]!.split(' ')
    return (Number(fields[11]) + Number(fields[12])) * 10_000
  }
  return { mainUs: ticks(`/proc/${pid}/task/${pid}/stat`), allUs: ticks(`/proc/${pid}/stat`) }
}

/** A bench that is killed leaves no process behind. */
function endWithUs(child: ChildProcess): void {
  const kill = (): void => void child.kill('SIGKILL')
  process.once('exit', kill)
  child.once('exit', () => process.off('exit', kill))
}
