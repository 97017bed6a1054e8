// One socket of hub.feed.v1: says who we are, subscribes, hands over frames in order, and keeps the session and the line alive.
import { WebSocket, type RawData } from 'ws'
import { FEED_PROTOCOL, type ServerFrame } from '../hub/feed/frame.ts'
import type { ClientFrame, FeedFilter } from '../hub/feed/frame.ts'
import type { Purpose } from '../hub/supervision/purpose.ts'
import type { FeedItem } from './feed-item.ts'

export type ItemFrame = { type: 'item'; name: string } & FeedItem
export type IncomingFrame = ServerFrame | ItemFrame

export interface FeedSubscription {
  name: string
  after?: number
  credit: number
  filter?: FeedFilter
  purpose?: Purpose
}

/** The line broke; what was open will come again on the next connection. */
export class FeedBroken extends Error {
  constructor(reason: string) {
    super(reason)
    this.name = 'FeedBroken'
  }
}

const HANDSHAKE_TIMEOUT_MS = 15_000
/** Silence for this many heartbeats means that the line is dead, whatever TCP thinks. */
const HEARTBEATS_MISSED = 3

export class FeedConnection {
  readonly #socket: WebSocket
  readonly #token: () => Promise<string>
  readonly #clock: () => number
  readonly #frames: IncomingFrame[] = []
  #ended: Error | undefined
  #wake: (() => void) | undefined
  #beat: NodeJS.Timeout | undefined
  #heardAtMs = 0

  /** Opens the socket and proves who we are. `url` is that of the hub, http or https. Throws FeedBroken. */
  static async open(url: string, token: () => Promise<string>, clock: () => number): Promise<FeedConnection> {
    const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/v1/feed/socket`, FEED_PROTOCOL, {
      perMessageDeflate: false,
      handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
    })
    const connection = new FeedConnection(socket, token, clock)
    try {
      const hello = await connection.#expect('hello')
      connection.#keepAlive(hello.heartbeatMs)
      connection.send({ type: 'auth', token: await token() })
      await connection.#expect('ready')
      return connection
    } catch (error) {
      connection.#end(error as Error)
      throw error
    }
  }

  private constructor(socket: WebSocket, token: () => Promise<string>, clock: () => number) {
    this.#socket = socket
    this.#token = token
    this.#clock = clock
    socket.on('message', (data: RawData) => this.#take(data))
    socket.on('ping', () => (this.#heardAtMs = this.#clock()))
    socket.on('error', (error) => this.#end(new FeedBroken(error.message || 'the connection failed')))
    socket.on('close', (code, reason) =>
      this.#end(new FeedBroken(`the hub closed the socket (${code} ${reason.toString()})`)),
    )
  }

  async subscribe(subscription: FeedSubscription): Promise<Extract<ServerFrame, { type: 'subscribed' }>> {
    this.send({ type: 'subscribe', ...subscription })
    return await this.#expect('subscribed')
  }

  /** The next frame that matters to a subscriber: item, gap or error. Throws FeedBroken when the line is down and everything received has been handed over. */
  async next(): Promise<IncomingFrame> {
    for (;;) {
      const frame = this.#frames.shift()
      if (frame !== undefined && frame.type !== 'ready' && frame.type !== 'heartbeat') return frame
      if (frame === undefined) {
        if (this.#ended !== undefined) throw this.#ended
        await new Promise<void>((wake) => (this.#wake = wake))
      }
    }
  }

  send(frame: ClientFrame): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(frame))
  }

  /** Closes after everything sent has gone out. */
  async close(): Promise<void> {
    if (this.#socket.readyState === WebSocket.OPEN) {
      const closed = new Promise<void>((done) => this.#socket.once('close', () => done()))
      this.#socket.close(1000)
      const impatient = setTimeout(() => this.#socket.terminate(), 2_000)
      await closed
      clearTimeout(impatient)
    }
    this.#end(new FeedBroken('closed by us'))
  }

  async #expect<T extends ServerFrame['type']>(type: T): Promise<Extract<ServerFrame, { type: T }>> {
    for (;;) {
      const frame = this.#frames.shift()
      if (frame?.type === type) return frame as Extract<ServerFrame, { type: T }>
      if (frame?.type === 'error') throw new FeedRefused(frame)
      if (frame !== undefined) continue
      if (this.#ended !== undefined) throw this.#ended
      await new Promise<void>((wake) => (this.#wake = wake))
    }
  }

  #take(data: RawData): void {
    this.#heardAtMs = this.#clock()
    const frame = JSON.parse(String(data)) as IncomingFrame
    // Answered at once, however far behind the reader is.
    if (frame.type === 'prove') return this.#prove()
    this.#frames.push(frame)
    this.#wake?.()
  }

  #keepAlive(heartbeatMs: number): void {
    this.#beat = setInterval(() => {
      this.send({ type: 'heartbeat' })
      if (this.#clock() - this.#heardAtMs < heartbeatMs * HEARTBEATS_MISSED) return
      this.#end(new FeedBroken('the hub has fallen silent'))
    }, heartbeatMs)
  }

  /** Proves the identity again while the session still stands, so that the feed does not stop for it. */
  #prove(): void {
    this.#token().then(
      (token) => this.send({ type: 'auth', token }),
      (error: Error) => this.#end(new FeedBroken(error.message)),
    )
  }

  #end(error: Error): void {
    clearInterval(this.#beat)
    this.#ended ??= error
    if (this.#socket.readyState !== WebSocket.CLOSED) this.#socket.terminate()
    this.#wake?.()
  }
}

/** The hub refused something on the socket. Shape: its error frame. */
export class FeedRefused extends Error {
  readonly code: string
  readonly detail: string
  constructor(frame: { code: string; detail: string }) {
    super(`${frame.code}: ${frame.detail}`)
    this.name = 'FeedRefused'
    this.code = frame.code
    this.detail = frame.detail
  }
}
