// A server of one or more programs as one thing: started in order, ended in reverse, killed, paused, started again with its data.
import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, existsSync, mkdirSync, openSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as after } from 'node:timers/promises'
import { goneWithin, killAll, parentsOf, processesIn, signalAll } from './processes.ts'

/** A program that runs or has run: enough to find it again and to end it. */
export interface PlacedProgram {
  /** Its name as the kernel has it. */
  name: string
  /** The folder it works in, which no other program of that name does. */
  folder: string
  log: string
  /** The signal it ends in order on. */
  endSignal: NodeJS.Signals
}

/** One program of a server. */
export interface Program extends PlacedProgram {
  /** Its command line. `onParentEnd` is what it is to get when the process that started it ends. */
  command(onParentEnd: 'KILL' | 'clear'): readonly string[]
  /** What has to be done once before its first start, and whatever a kill has left that stands in the way. */
  prepare?(): void
  /** Whether it can be used by now; throws what stands in the way. */
  ready(): Promise<void>
}

export interface ServerOptions {
  url: string
  programs: readonly Program[]
  /** Whether its processes go on when this one ends. Otherwise they are killed with it, however it ends. */
  outlive?: boolean
}

const READY_WITHIN_MS = 60_000
const END_WITHIN_MS = 20_000
const LOOK_EVERY_MS = 50

/** A server on the loopback interface that a test can stop in every way there is. */
export class Server {
  readonly url: string
  readonly programs: readonly Program[]
  readonly #outlive: boolean

  constructor({ url, programs, outlive = false }: ServerOptions) {
    this.url = url
    this.programs = programs
    this.#outlive = outlive
  }

  /** Numbers of all its processes; none while it is down. */
  pids(): number[] {
    return this.programs.flatMap(({ name, folder }) => processesIn(name, folder))
  }

  /** Starts what does not run and resolves when all of it can be used. */
  async start(): Promise<void> {
    try {
      for (const program of this.programs) await usable(program, () => this.#spawn(program))
    } catch (error) {
      await this.kill()
      throw error
    }
  }

  #spawn(program: Program): ChildProcess {
    mkdirSync(program.folder, { recursive: true })
    mkdirSync(dirname(program.log), { recursive: true })
    program.prepare?.()
    const log = openSync(program.log, 'a')
    const [command, ...args] = program.command(this.#outlive ? 'clear' : 'KILL')
    const child = spawn(command!, args, { cwd: program.folder, stdio: ['ignore', log, log], detached: this.#outlive })
    closeSync(log)
    child.unref()
    return child
  }

  /** kill -9 of every process at once: what it has not made durable is lost. */
  async kill(): Promise<void> {
    // Stopped first, so that no process goes on working while its fellows are being ended.
    this.pause()
    for (const { name, folder } of this.programs) await killAll(name, folder)
  }

  /** Asks it to end; kills what has not ended within 20 s. */
  stop(): Promise<void> {
    return endInOrder(this.programs)
  }

  /** SIGSTOP: it holds its connections and answers nothing. */
  pause(): void {
    signalAll(this.pids(), 'SIGSTOP')
  }

  /** SIGCONT after a pause. */
  resume(): void {
    signalAll(this.pids(), 'SIGCONT')
  }

  /** Ends it in order if it runs, and starts it on the same port with the same data. */
  async restart(): Promise<void> {
    await this.stop()
    await this.start()
  }
}

/** Ends programs, the last one started first: in order, and by SIGKILL what has not ended within 20 s. */
export async function endInOrder(programs: readonly PlacedProgram[]): Promise<void> {
  for (const { name, folder, endSignal } of programs.toReversed()) {
    const pids = processesIn(name, folder)
    signalAll(pids, 'SIGCONT')
    signalAll(parentsOf(pids), endSignal)
    if (!(await goneWithin(name, folder, END_WITHIN_MS))) await killAll(name, folder)
  }
}

async function usable(program: Program, spawnIt: () => ChildProcess): Promise<void> {
  let child: ChildProcess | undefined
  let cause: unknown
  for (const until = Date.now() + READY_WITHIN_MS; Date.now() < until && !hasEnded(child); await after(LOOK_EVERY_MS)) {
    // Children whose parent was killed alone may be ending still; until they are gone there is nothing to start.
    if (!child && processesIn(program.name, program.folder).length === 0)
      child = spawnIt().once('error', (error) => (cause = error))
    try {
      return await program.ready()
    } catch (error) {
      cause = error
    }
  }
  const why = hasEnded(child) ? `it ended (${child?.signalCode ?? child?.exitCode})` : (cause as Error).message
  throw new Error(`${program.name} did not start: ${why}\n${program.log} ends with:\n${lastLines(program.log)}`, {
    cause,
  })
}

const hasEnded = (child: ChildProcess | undefined): boolean =>
  child !== undefined && (child.exitCode !== null || child.signalCode !== null)

const lastLines = (path: string): string =>
  (existsSync(path) ? readFileSync(path, 'utf8') : 'nothing').trimEnd().split('\n').slice(-8).join('\n')
