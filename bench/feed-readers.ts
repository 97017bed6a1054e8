// What is said between a bench and a process of feed readers, and the process as the bench sees it.
import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** One socket: a named subscription that parses, parses and takes the delay since the journal took the entry, only counts, or never reads. */
export interface ReaderLine {
  token: string
  name: string
  after: number
  read: 'parsed' | 'timed' | 'counted' | 'never'
}

/** `quiet`: without the delays and arrivals. */
export type ReaderAsked =
  | { type: 'open'; url: string; lines: ReaderLine[] }
  | { type: 'await'; items: number; quiet?: boolean }
  /** Arrivals of counted lines are kept from now on, and all counts begin again. */
  | { type: 'reset' }

/** Over all sockets: items, when the first and the last came (ms of the system's clock), length of the last one, delays of timed lines, arrivals of the others. */
export interface ReaderSeen {
  items: number
  firstMs: number
  lastMs: number
  itemBytes: number
  delaysMs: number[]
  arrivalsMs: number[]
}

export type ReaderAnswered = { ok: ReaderSeen } | { failed: string }

export class FeedReaders {
  readonly #child: ChildProcess
  #answer: (answer: ReaderAnswered) => void = () => {}

  constructor() {
    const file = fileURLToPath(new URL('./feed-reader.ts', import.meta.url))
    this.#child = fork(file, [], { execArgv: ['--import', import.meta.resolve('tsx')] })
    const kill = (): void => void this.#child.kill('SIGKILL')
    process.once('exit', kill)
    this.#child.on('message', (answer: ReaderAnswered) => this.#answer(answer))
    this.#child.once('exit', (code) => {
      process.off('exit', kill)
      this.#answer({ failed: `it ended (${code})` })
    })
  }

  /** One question at a time. Throws what went wrong over there. */
  async ask(asked: ReaderAsked): Promise<ReaderSeen> {
    const answer = await new Promise<ReaderAnswered>((resolve) => {
      this.#answer = resolve
      this.#child.send(asked)
    })
    if ('failed' in answer) throw new Error(`the readers: ${answer.failed}`)
    return answer.ok
  }

  close(): void {
    if (this.#child.connected) this.#child.disconnect()
  }
}
