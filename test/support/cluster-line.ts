// A line between a process and what it talks to, which can be slow, silent in one direction or both, or cut.
import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'

/** What becomes of bytes: they go through, or are held back until the line is restored. */
interface Ways {
  there: boolean
  back: boolean
}

export class Line {
  readonly port: number
  /** Milliseconds by which each piece of an answer comes late. */
  delayMs = 0
  readonly #toPort: number
  readonly #server: Server
  readonly #open = new Set<Socket>()
  readonly #held: (() => void)[] = []
  #ways: Ways = { there: true, back: true }

  static async open(toPort: number): Promise<Line> {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    return new Line(server, toPort)
  }

  private constructor(server: Server, toPort: number) {
    this.#server = server
    this.#toPort = toPort
    this.port = (server.address() as AddressInfo).port
    server.on('connection', (peer) => this.#join(peer))
  }

  /** The same address with the port of this line. */
  instead(url: string): string {
    const made = new URL(url)
    made.port = String(this.port)
    return made.href
  }

  /** Nobody listens here any more: connections are refused, and those there were are cut. */
  async refuse(): Promise<void> {
    const closed = once(this.#server, 'close')
    this.#server.close()
    this.#cut()
    await closed
  }

  /** Connections stay and new ones are taken, but nothing comes through in these directions. */
  hold(ways: Partial<Ways> = { there: false, back: false }): void {
    this.#ways = { there: true, back: true, ...ways }
  }

  /** Everything goes through again; what was held back goes on its way now, late as it is. */
  async restore(): Promise<void> {
    this.delayMs = 0
    this.#ways = { there: true, back: true }
    for (const send of this.#held.splice(0)) send()
    if (this.#server.listening) return
    this.#server.listen(this.port, '127.0.0.1')
    await once(this.#server, 'listening')
  }

  close(): void {
    this.#server.close()
    this.#cut()
  }

  #cut(): void {
    this.#held.length = 0
    for (const socket of this.#open) socket.destroy()
  }

  #join(peer: Socket): void {
    const other = connect({ host: '127.0.0.1', port: this.#toPort })
    this.#pass(peer, other, 'there')
    this.#pass(other, peer, 'back')
  }

  #pass(from: Socket, to: Socket, way: keyof Ways): void {
    this.#open.add(from)
    from.on('error', () => to.destroy())
    from.on('close', () => {
      this.#open.delete(from)
      to.destroy()
    })
    from.on('data', (bytes: Buffer) => {
      const send = (): void => void (to.destroyed || to.write(bytes))
      if (!this.#ways[way]) this.#held.push(send)
      // Timers of the same length keep their order.
      else if (this.delayMs > 0 && way === 'back') setTimeout(send, this.delayMs)
      else send()
    })
  }
}
