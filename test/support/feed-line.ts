// One raw line to the feed socket: frames as they come, whatever is sent, and how it ended.
import { once } from 'node:events'
import { WebSocket } from 'ws'
import type { World } from './world.ts'

export type Frame = { type: string; code?: string; fatal?: boolean; seq?: number } & Record<string, unknown>

export class FeedLine {
  readonly frames: Frame[] = []
  readonly socket: WebSocket
  #wake = (): void => undefined
  /** Close code and reason, once it is over. */
  ended: { code: number; reason: string } | undefined

  constructor(world: Pick<World, 'url'>, protocol: string | string[] = 'hub.feed.v1') {
    this.socket = new WebSocket(`${world.url.replace('http', 'ws')}/v1/feed/socket`, protocol)
    this.socket.on('message', (data) => {
      this.frames.push(JSON.parse((data as Buffer).toString()) as Frame)
      this.#wake()
    })
    this.socket.on('error', () => undefined)
    this.socket.on('close', (code, reason) => {
      this.ended = { code, reason: reason.toString() }
      this.#wake()
    })
  }

  /** Opened, with the hello read; proved with a token if there is one. */
  static async open(world: Pick<World, 'url'>, token?: string): Promise<FeedLine> {
    const line = new FeedLine(world)
    await once(line.socket, 'open')
    await line.frame('hello')
    if (token !== undefined) {
      line.send({ type: 'auth', token })
      await line.frame('ready')
    }
    return line
  }

  send(frame: object | string | Buffer): void {
    this.socket.send(typeof frame === 'string' || Buffer.isBuffer(frame) ? frame : JSON.stringify(frame))
  }

  /** The first frame of a type that has come or comes; rejects when the line ends before. */
  frame(type: string): Promise<Frame> {
    return this.#find(type, (frame) => frame.type === type)
  }

  /** The item of a journal entry. */
  item(index: number): Promise<Frame> {
    return this.#find(`item of ${index}`, (frame) => frame.type === 'item' && frame['index'] === index)
  }

  async #find(what: string, wanted: (frame: Frame) => boolean): Promise<Frame> {
    for (;;) {
      const found = this.frames.find(wanted)
      if (found) return found
      if (this.ended) throw new Error(`no ${what}: the line ended with ${this.ended.code} ${this.ended.reason}`)
      await this.#next()
    }
  }

  async end(): Promise<{ code: number; reason: string; error?: Frame }> {
    while (!this.ended) await this.#next()
    const error = this.frames.findLast((one) => one.type === 'error')
    return { ...this.ended, ...(error && { error }) }
  }

  #next(): Promise<void> {
    return new Promise((resolve) => (this.#wake = resolve))
  }
}
