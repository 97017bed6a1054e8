// How processes come to terms over a subscription: the newest connection wins, the one before is asked to write what it has and to let go.
// The asking is by wake-up and may be lost; what decides is the record, and a note left where the loser looks every second.
import { systemFeedClock, type FeedClock } from './clock.ts'
import type { Wake } from '../cluster/wake.ts'
import type { Cursors } from '../journal/journal.ts'

const TOPIC = 'subscriptions'
const NOTES = 'subscriptions-taken'
const ANSWER_MS = 300
const LOOK_EVERY_MS = 1_000
/** Late by this much, the process has stood still, and anything may have been taken from it. */
const STOOD_STILL_MS = 3_000
const NOTE_KEPT_MS = 30_000
const LOOKS_AT_ONCE = 32

/** What the processes of a hub have in common besides the store. `process` is a name that no process had before. */
export interface SharedProcesses {
  process: string
  wake: Wake
}

export interface TakeOverDeps extends SharedProcesses {
  cursors: Cursors
  clock?: Pick<FeedClock, 'after'>
  /** Whether this process reads the subscription. */
  reads(key: string): boolean
  /** Writes what there is and gives the hold up, if this process has it. */
  letGo(key: string, holder: string): Promise<void>
  /** Looks whether the hold is still this process's, and takes in what others have acknowledged. */
  look(key: string): Promise<void>
  /** Keys of what this process holds. */
  held(): string[]
}

type Said =
  | { say: 'let-go' | 'reads'; id: string; key: string; holder: string }
  | { say: 'answer'; id: string; reads: boolean }
  | { say: 'taken' | 'moved'; key: string }

export class TakeOver {
  readonly #deps: TakeOverDeps
  readonly #clock: Pick<FeedClock, 'after'>
  readonly #asked = new Map<string, (reads: boolean) => void>()
  readonly #stops: (() => void)[]
  #count = 0
  #cancel = (): void => {}
  #closed = false

  constructor(deps: TakeOverDeps) {
    this.#deps = deps
    this.#clock = deps.clock ?? systemFeedClock
    this.#stops = [deps.wake.on(TOPIC, (text) => this.#hear(text)), deps.wake.onGap(() => void this.#lookAtAll())]
    this.#lookLater()
  }

  /** A hold that was never used before. */
  newHolder(): string {
    return `${this.#deps.process}/${++this.#count}`
  }

  /** Has the process that has the hold give it up; resolves when it has, or after 300 ms: it may be gone, and is left a note. */
  async letGo(key: string, holder: string): Promise<void> {
    const of = processOf(holder)
    if (of === this.#deps.process || (await this.#ask('let-go', key, holder)) !== undefined) return
    const note = `${of}/${key}`
    await this.#deps.cursors.put(NOTES, note, holder)
    this.#clock.after(NOTE_KEPT_MS, () => void this.#deps.cursors.put(NOTES, note, undefined).catch(() => {}))
  }

  /** Whether the process that has the hold still reads; one that does not answer does not. */
  async reads(key: string, holder: string): Promise<boolean> {
    return processOf(holder) !== this.#deps.process && ((await this.#ask('reads', key, holder)) ?? false)
  }

  /** Others that have it are to look. */
  tell(say: 'taken' | 'moved', key: string): void {
    this.#say({ say, key })
  }

  close(): void {
    this.#closed = true
    this.#cancel()
    for (const stop of this.#stops) stop()
  }

  #ask(say: 'let-go' | 'reads', key: string, holder: string): Promise<boolean | undefined> {
    const id = `${this.#deps.process}/${++this.#count}`
    return new Promise((resolve) => {
      const cancel = this.#clock.after(ANSWER_MS, () => {
        this.#asked.delete(id)
        resolve(undefined)
      })
      this.#asked.set(id, (reads) => {
        this.#asked.delete(id)
        cancel()
        resolve(reads)
      })
      this.#say({ say, id, key, holder })
    })
  }

  #say(said: Said): void {
    this.#deps.wake.tell(TOPIC, JSON.stringify(said))
  }

  #hear(text: string): void {
    const said = readSaid(text)
    if (!said || this.#closed) return
    if (said.say === 'answer') return this.#asked.get(said.id)?.(said.reads)
    if (!('holder' in said)) return void this.#look(said.key)
    if (processOf(said.holder) === this.#deps.process) void this.#answer(said)
  }

  /** What fails is not answered: then it is taken without us, and our writes fail. */
  async #answer({ say, id, key, holder }: Extract<Said, { holder: string }>): Promise<void> {
    try {
      const reads = this.#deps.reads(key)
      if (say === 'let-go') await this.#deps.letGo(key, holder)
      this.#say({ say: 'answer', id, reads })
    } catch {
      // The asker waits no longer than its time.
    }
  }

  #lookLater(): void {
    const from = performance.now()
    this.#cancel = this.#clock.after(LOOK_EVERY_MS, () => {
      const stoodStill = performance.now() - from > STOOD_STILL_MS
      void (stoodStill ? this.#lookAtAll() : this.#readNotes()).finally(() => this.#closed || this.#lookLater())
    })
  }

  /** A store that does not answer is asked again a second later. */
  async #readNotes(): Promise<void> {
    const { cursors, process, held, reads } = this.#deps
    if (held().length === 0) return
    const notes = await cursors.list(NOTES, `${process}/`).catch(() => [])
    for (const { key: note } of notes) {
      const key = note.slice(process.length + 1)
      await this.#look(key)
      // While it is still this process's, it may be about to be taken.
      if (!reads(key)) await cursors.put(NOTES, note, undefined).catch(() => {})
    }
  }

  async #lookAtAll(): Promise<void> {
    const keys = this.#deps.held()
    for (let from = 0; from < keys.length; from += LOOKS_AT_ONCE)
      await Promise.all(keys.slice(from, from + LOOKS_AT_ONCE).map((key) => this.#look(key)))
  }

  async #look(key: string): Promise<void> {
    if (this.#deps.reads(key)) await this.#deps.look(key).catch(() => {})
  }
}

const processOf = (holder: string): string => holder.slice(0, holder.lastIndexOf('/'))

/** Undefined if it is not ours: what comes by wake-up must not be able to end a process. */
function readSaid(text: string): Said | undefined {
  try {
    const said = JSON.parse(text) as Said
    const texts = Object.entries(said).every(
      ([name, value]) => typeof value === (name === 'reads' ? 'boolean' : 'string'),
    )
    return texts && 'say' in said ? said : undefined
  } catch {
    return undefined
  }
}
