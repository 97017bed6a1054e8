// Load for fault tests: messages signed beforehand, sent over connections that stay open, the same bytes again until answered.
import { createHash } from 'node:crypto'
import { Pool } from 'undici'
import type { ComposedMessage } from '../../src/client/compose.ts'
import { headerForm } from '../../src/client/compose.ts'
import type { Receipt } from '../../src/hub/journal/journal.ts'
import type { Told } from './fault-invariants.ts'

/** A message to be sent: its sender's folder, and the bytes that go out each time. */
export interface Outgoing {
  folder: string
  commitment: string
  headers: Record<string, string>
  body: Buffer
}

export function outgoing(folder: string, message: ComposedMessage): Outgoing {
  const form = headerForm(message)
  if (!form) throw new Error('the message does not fit the header form')
  const { header, type, body } = form
  return {
    folder,
    commitment: message.commitment.toString('hex'),
    headers: { 'content-type': type, 'hub-message': header },
    body,
  }
}

export const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex')

/** Sends and keeps what was answered. Nothing is ever forgotten: a second answer has to be the first. */
export class Load {
  readonly told = new Map<string, Told>()
  /** Sent at least once, never answered. */
  readonly unanswered = new Map<string, Outgoing>()
  /** Answers that contradict what a hub may say, as they came. */
  readonly wrong: string[] = []
  readonly #pool: Pool
  readonly #token: (folder: string) => Promise<string>

  constructor(url: string, connections: number, token: (folder: string) => Promise<string>) {
    this.#pool = new Pool(url, { connections, pipelining: 1 })
    this.#token = token
  }

  /** One attempt. False: no answer, or the hub asks for the same bytes again. */
  async send(message: Outgoing): Promise<boolean> {
    const { commitment, headers, body, folder } = message
    if (!this.told.has(commitment)) this.unanswered.set(commitment, message)
    let status: number
    let text: string
    try {
      const authorization = `Bearer ${await this.#token(folder)}`
      const response = await this.#pool.request({
        method: 'POST',
        path: '/v1/messages',
        headers: { ...headers, authorization },
        body,
      })
      status = response.statusCode
      text = await response.body.text()
    } catch {
      return false
    }
    if (status === 503) return false
    this.#take(commitment, status, text)
    return true
  }

  #take(commitment: string, status: number, text: string): void {
    const answer = JSON.parse(text) as { index?: number; receipt?: Receipt; refusal?: { index: number }; code?: string }
    const outcome = status === 409 ? 'refused' : 'accepted'
    const index = status === 409 ? answer.refusal?.index : answer.index
    if (![200, 201, 409].includes(status) || index === undefined || !answer.receipt) {
      this.wrong.push(`${status} ${text.slice(0, 300)}`)
      return
    }
    const told: Told = { commitment, index, payload: answer.receipt.payload, outcome }
    const before = this.told.get(commitment)
    if (before && status === 201) this.wrong.push(`accepted a second time: ${text.slice(0, 200)}`)
    if (before && (before.payload !== told.payload || before.index !== told.index))
      this.wrong.push(`entry ${before.index} was told, then entry ${index} with another payload`)
    if (!before) this.told.set(commitment, told)
    this.unanswered.delete(commitment)
  }

  async close(): Promise<void> {
    await this.#pool.destroy()
  }
}
