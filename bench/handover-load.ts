// Load that goes on over the loss of a process: lanes at every process, each with one message at a time; the same bytes go to the next
// process until they are answered.
import { randomBytes } from 'node:crypto'
import { setTimeout as after } from 'node:timers/promises'
import { composeMessage } from '../src/client/compose.ts'
import { clientOf } from '../src/client/party-folder.ts'
import { type Outgoing, outgoing } from '../test/support/fault-load.ts'
import type { MortalProcess } from '../test/support/mortal-process.ts'
import type { ClusterPlace } from './cluster-place.ts'
import { declarationForm, writeSerial } from './declaration.ts'
import { SUBSCRIBED } from './place.ts'

const LANES_EACH = 8
const PAUSE_MS = 10
const ANSWER_WITHIN_MS = 10_000

/** An accepted message: when its answer was asked for, and when it came. */
export interface Accepted {
  askedMs: number
  answeredMs: number
}

const FORM = declarationForm()
let serial = (Math.floor(Date.now() / 1_000) % 10_000) * 100_000

export class HandoverLoad {
  readonly #place: ClusterPlace
  readonly #token: string
  readonly #accepted: Accepted[] = []
  readonly #lanes: Promise<unknown>
  #over = false

  static async start(place: ClusterPlace): Promise<HandoverLoad> {
    const { sender, cluster } = place
    const { card } = cluster.party(SUBSCRIBED)
    const identity = { party: sender.party, signer: sender.signer, path: [sender.certificateDer] }
    const token = await clientOf({ card: { ...card, party: sender.party }, identity }).token('api')
    return new HandoverLoad(place, token)
  }

  private constructor(place: ClusterPlace, token: string) {
    this.#place = place
    this.#token = token
    const { length } = place.cluster.processes
    this.#lanes = Promise.all(Array.from({ length: length * LANES_EACH }, (_, n) => this.#lane(n)))
  }

  /** The first message that was asked for after that moment and accepted: what was under way may have been decided before. */
  async acceptedAfter(atMs: number, withinMs: number): Promise<Accepted> {
    for (const giveUpAt = performance.now() + withinMs; performance.now() < giveUpAt; ) {
      const found = this.#accepted.find(({ askedMs }) => askedMs > atMs)
      if (found) return found
      await Promise.race([this.#lanes, after(20)])
    }
    throw new Error(`nothing was accepted within ${withinMs} ms\n${this.#place.cluster.logs()}`)
  }

  /** Ends when what is under way is answered. Throws when an answer was neither acceptance nor a wish for the same bytes again. */
  async stop(): Promise<readonly Accepted[]> {
    this.#over = true
    await this.#lanes
    return this.#accepted
  }

  async #lane(first: number): Promise<void> {
    const { processes } = this.#place.cluster
    let at = first
    while (!this.#over) {
      const message = await this.#next()
      while (!(await this.#sent(processes[at % processes.length]!, message))) {
        at++
        await after(PAUSE_MS)
      }
    }
  }

  async #next(): Promise<Outgoing> {
    const { sender, to } = this.#place
    const body = Buffer.from(FORM.bytes)
    writeSerial(body, FORM, serial++)
    const message = await composeMessage(
      { hub: sender.hub, kind: 'customs.declaration', v: 1, from: sender.party, to, body },
      {
        signers: [{ signer: sender.signer, by: { path: [sender.certificateDer] } }],
        randomness: randomBytes,
        clock: Date.now,
      },
    )
    return outgoing(sender.party, message)
  }

  /** Whether it has been answered for good. */
  async #sent({ url }: MortalProcess, { headers, body }: Outgoing): Promise<boolean> {
    const askedMs = performance.now()
    const status = await statusOf(`${url}/v1/messages`, {
      method: 'POST',
      headers: { ...headers, authorization: `Bearer ${this.#token}` },
      body,
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    })
    if (status === undefined || status === 503) return false
    if (status !== 201 && status !== 200) throw new Error(`a declaration was answered ${status}`)
    if (status === 201) this.#accepted.push({ askedMs, answeredMs: performance.now() })
    return true
  }
}

/** Undefined if there was no answer. */
async function statusOf(url: string, asked: RequestInit): Promise<number | undefined> {
  try {
    const response = await fetch(url, asked)
    await response.arrayBuffer()
    return response.status
  } catch {
    return undefined
  }
}
