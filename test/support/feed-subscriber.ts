// A subscriber that trusts nobody: reads the socket frame by frame, holds every item against the one before, and connects again when the
// line breaks. It acknowledges late and out of order, so that much comes twice.
import { once } from 'node:events'
import { WebSocket } from 'ws'
import type { Chance } from './fault-seed.ts'

type Frame = {
  type: string
  seq: number
  prev: number
  index: number
  position: number
  above: number[]
  to: number
  code?: string
  detail?: string
}

const CREDIT = 128

export interface SubscriberOptions {
  url: string
  name: string
  token: () => Promise<string>
  chance: Chance
}

export class FeedSubscriber {
  /** Journal index by seq, of every item that came. */
  readonly items = new Map<number, number>()
  /** What must not be: items out of order, holes nobody announced, an item that changed. */
  readonly wrong: string[] = []
  announced = 0
  duplicates = 0
  connections = 0
  readonly #options: SubscriberOptions
  #socket: WebSocket | undefined
  #over = false
  #running: Promise<void>
  #chain = 0
  #above = new Set<number>()
  #open: number[] = []

  constructor(options: SubscriberOptions) {
    this.#options = options
    this.#running = this.#run()
  }

  async close(): Promise<void> {
    this.#over = true
    this.#socket?.close()
    await this.#running
  }

  async #run(): Promise<void> {
    while (!this.#over) {
      const token = await this.#options.token()
      const socket = new WebSocket(`${this.#options.url.replace('http', 'ws')}/v1/feed/socket`, 'hub.feed.v1')
      this.#socket = socket
      this.#open = []
      socket.on('open', () => this.#say({ type: 'auth', token }))
      socket.on('message', (data) => this.#take(JSON.parse(String(data)) as Frame))
      socket.on('error', () => {})
      await once(socket, 'close').catch(() => {})
      await new Promise((resolve) => setTimeout(resolve, this.#options.chance.below(30)))
    }
  }

  #say(frame: object): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(frame))
  }

  #take(frame: Frame): void {
    const { name } = this.#options
    if (frame.type === 'ready') this.#say({ type: 'subscribe', name, after: 0, credit: CREDIT })
    if (frame.type === 'subscribed') this.#begin(frame)
    if (frame.type === 'gap') {
      this.announced++
      this.#chain = frame.to
    }
    // The name may still be held by the connection that broke; the hub says so to that one, never to this.
    if (frame.type === 'error') this.wrong.push(`${frame.code}: ${frame.detail}`)
    if (frame.type === 'item') this.#item(frame)
  }

  #begin({ position, above }: Frame): void {
    this.connections++
    this.#chain = position
    this.#above = new Set(above)
    for (const seq of [...above, position])
      if (seq > 0 && !this.items.has(seq)) this.wrong.push(`${seq} counts as acknowledged and never came`)
  }

  #item({ seq, prev, index }: Frame): void {
    if (prev !== this.#chain && !(prev > this.#chain && this.#above.has(prev)))
      this.wrong.push(`${seq} follows ${prev}, but ${this.#chain} came last`)
    if (seq <= prev) this.wrong.push(`${seq} says it follows ${prev}`)
    this.#chain = seq
    const known = this.items.get(seq)
    if (known !== undefined) this.duplicates++
    if (known !== undefined && known !== index) this.wrong.push(`${seq} was entry ${known} and is entry ${index}`)
    this.items.set(seq, index)
    this.#open.push(seq)
    this.#say({ type: 'credit', name: this.#options.name, n: 1 })
    if (this.#options.chance.below(4) === 0) this.#acknowledgeSome()
  }

  #acknowledgeSome(): void {
    const { chance, name } = this.#options
    const ids = this.#open.filter(() => chance.below(3) > 0)
    if (ids.length === 0) return
    this.#open = this.#open.filter((seq) => !ids.includes(seq))
    this.#say({ type: 'ack', name, ids: chance.shuffled(ids) })
  }
}
