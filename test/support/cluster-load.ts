// Load for faults of several processes: each message to any of them, the same bytes again at another until answered, and no answer believed
// that a hub may not give.
import { Pool } from 'undici'
import { REFUSALS, type RefusalCode } from '../../src/hub/errors.ts'
import type { Receipt } from '../../src/hub/journal/journal.ts'
import type { Told } from './fault-invariants.ts'
import type { Outgoing } from './fault-load.ts'
import type { MortalProcess } from './mortal-process.ts'

/** A process that has not answered is left alone for so long. */
const LEFT_ALONE_MS = 700
const CONNECT_WITHIN_MS = 3_000

interface Door {
  at: MortalProcess
  pool: Pool
  aloneUntilMs: number
}

export interface Answer {
  status: number
  code?: string
  index?: number
}

export class ClusterLoad {
  readonly told = new Map<string, Told>()
  /** Sent at least once, never answered. */
  readonly unanswered = new Map<string, Outgoing>()
  /** Answers that a hub may not give, as they came. */
  readonly wrong: string[] = []
  /** How often each code was answered, and how often nothing. */
  readonly codes = new Map<string, number>()
  readonly #doors: Door[]
  readonly #token: (folder: string) => Promise<string>
  /** How long an answer is waited for. */
  answerMs: number
  #turn = 0

  constructor(
    processes: readonly MortalProcess[],
    options: { lanes: number; answerMs: number; token: (folder: string) => Promise<string> },
  ) {
    const { lanes, answerMs, token } = options
    this.answerMs = answerMs
    this.#token = token
    this.#doors = processes.map((at) => ({
      at,
      pool: new Pool(at.url, { connections: lanes, pipelining: 1, connectTimeout: CONNECT_WITHIN_MS }),
      aloneUntilMs: 0,
    }))
  }

  /** One attempt, at the next process that answers, or at `at`. False: no answer, or the hub asks for the same bytes again. */
  async send(message: Outgoing, at?: MortalProcess): Promise<boolean> {
    const answer = await this.ask(message, at)
    return answer !== undefined && answer.status !== 503
  }

  /** As `send`; gives the answer itself, undefined when there is none. */
  async ask(message: Outgoing, at?: MortalProcess): Promise<Answer | undefined> {
    const { commitment, headers, body, folder } = message
    if (!this.told.has(commitment)) this.unanswered.set(commitment, message)
    const door = at ? this.#doors.find((one) => one.at === at)! : this.#next()
    let status: number
    let text: string
    try {
      const authorization = `Bearer ${await this.#token(folder)}`
      const response = await door.pool.request({
        method: 'POST',
        path: '/v1/messages',
        headers: { ...headers, authorization },
        body,
        headersTimeout: this.answerMs,
        bodyTimeout: this.answerMs,
      })
      status = response.statusCode
      text = await response.body.text()
    } catch {
      door.aloneUntilMs = performance.now() + LEFT_ALONE_MS
      this.#count('no answer')
      return undefined
    }
    return this.#take(commitment, status, text, door.at.name)
  }

  #next(): Door {
    const now = performance.now()
    for (let tried = 0; tried < this.#doors.length; tried++) {
      const door = this.#doors[this.#turn++ % this.#doors.length]!
      if (door.aloneUntilMs <= now) return door
    }
    return this.#doors[this.#turn++ % this.#doors.length]!
  }

  #take(commitment: string, status: number, text: string, by: string): Answer {
    const said = JSON.parse(text) as { index?: number; receipt?: Receipt; refusal?: { index: number }; code?: string }
    this.#count(said.code ?? String(status))
    if (status === 503) {
      if (REFUSALS[said.code as RefusalCode]?.retry !== 'same-id') this.#wrong(by, `503 ${text}`)
      return { status, ...(said.code !== undefined && { code: said.code }) }
    }
    const outcome = status === 409 ? 'refused' : 'accepted'
    const index = status === 409 ? said.refusal?.index : said.index
    if (![200, 201, 409].includes(status) || index === undefined || !said.receipt) {
      this.#wrong(by, `${status} ${text}`)
      return { status: 503 }
    }
    const told: Told = { commitment, index, payload: said.receipt.payload, outcome }
    const before = this.told.get(commitment)
    if (before && status === 201) this.#wrong(by, `accepted a second time: ${text}`)
    if (before && (before.payload !== told.payload || before.index !== told.index))
      this.#wrong(by, `entry ${before.index} was told, then entry ${index} with another payload`)
    if (!before) this.told.set(commitment, told)
    this.unanswered.delete(commitment)
    return { status, index, ...(said.code !== undefined && { code: said.code }) }
  }

  #wrong(by: string, what: string): void {
    if (this.wrong.length < 50) this.wrong.push(`${new Date().toISOString()} ${by}: ${what.slice(0, 400)}`)
  }

  #count(what: string): void {
    this.codes.set(what, (this.codes.get(what) ?? 0) + 1)
  }

  /** What has been answered so far, in a line. */
  figures(): string {
    return [...this.codes].map(([code, count]) => `${code} ${count}`).join(', ')
  }

  async close(): Promise<void> {
    await Promise.all(this.#doors.map(({ pool }) => pool.destroy()))
  }
}
