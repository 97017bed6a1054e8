// A subscriber that costs little: acknowledges what comes and keeps the credit up, without reading the messages themselves.
import { WebSocket } from 'ws'
import { clientOf, openPartyFolder } from '../src/client/party-folder.ts'
import { FEED_PROTOCOL, type ClientFrame, type ServerFrame } from '../src/hub/feed/frame.ts'

const NAME = 'bench'
const CREDIT = 2_048
const ACK_EVERY = 128
const ITEM = '{"type":"item"'
const SEQ = Buffer.from('"seq":')

/** Follows the feed of a party from its first item. Counts items and holds that they come in order. */
export class Follower {
  items = 0
  readonly #socket: WebSocket
  #seqs: number[] = []
  /** Undefined before the first item: a kept feed goes on where it stopped. */
  #last: number | undefined
  #failed: Error | undefined
  #waiting: { least: number; resolve(): void; reject(error: Error): void }[] = []

  static async open(folder: string): Promise<Follower> {
    const party = openPartyFolder(folder)
    const token = await clientOf(party).token('feed')
    const socket = new WebSocket(`${party.card.url.replace(/^http/, 'ws')}/v1/feed/socket`, FEED_PROTOCOL, {
      perMessageDeflate: false,
    })
    const follower = new Follower(socket)
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject)
      socket.once('open', () => follower.#send({ type: 'auth', token }))
      socket.on('message', (data: Buffer) => follower.#take(data, resolve))
      socket.on('close', () => follower.#fail(new Error('the hub closed the feed')))
    })
    // Acknowledge the rest too, and show that we live.
    setInterval(() => follower.#flush(), 20)
    setInterval(() => follower.#send({ type: 'heartbeat' }), 5_000)
    return follower
  }

  private constructor(socket: WebSocket) {
    this.#socket = socket
  }

  /** Resolves once that many items have come. */
  reached(least: number): Promise<void> {
    if (this.#failed) return Promise.reject(this.#failed)
    if (this.items >= least) return Promise.resolve()
    return new Promise((resolve, reject) => this.#waiting.push({ least, resolve, reject }))
  }

  #take(data: Buffer, subscribed: () => void): void {
    if (data.toString('latin1', 0, ITEM.length) === ITEM) return this.#item(data)
    const frame = JSON.parse(data.toString()) as ServerFrame
    if (frame.type === 'ready') this.#send({ type: 'subscribe', name: NAME, after: 0, credit: CREDIT })
    else if (frame.type === 'subscribed') subscribed()
    else if (frame.type === 'error') this.#fail(new Error(`${frame.code}: ${frame.detail}`))
  }

  #item(data: Buffer): void {
    const at = data.indexOf(SEQ) + SEQ.length
    const seq = Number.parseInt(data.toString('latin1', at, at + 16), 10)
    if (this.#last !== undefined && seq !== this.#last + 1)
      return this.#fail(new Error(`item ${seq} came after ${this.#last}`))
    this.#last = seq
    this.items++
    this.#seqs.push(seq)
    if (this.#seqs.length >= ACK_EVERY) this.#flush()
    this.#waiting = this.#waiting.filter((waiter) => this.items < waiter.least || void waiter.resolve())
  }

  #flush(): void {
    if (this.#seqs.length === 0) return
    this.#send({ type: 'ack', name: NAME, ids: this.#seqs })
    this.#send({ type: 'credit', name: NAME, n: this.#seqs.length })
    this.#seqs = []
  }

  #fail(error: Error): void {
    this.#failed ??= error
    for (const { reject } of this.#waiting.splice(0)) reject(error)
  }

  #send(frame: ClientFrame): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(frame))
  }
}
