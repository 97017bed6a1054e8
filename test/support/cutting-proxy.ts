// A line that breaks: forwards TCP to the hub and cuts each connection after a number of bytes of the hub's, wherever in a frame that is.
import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'

export class CuttingProxy {
  /** Connections cut so far. */
  cuts = 0
  readonly url: string
  readonly #server: Server
  readonly #open = new Set<Socket>()
  #cutting = true

  /** `bytes` draws after how many bytes from the hub the next connection is cut. */
  static async open(hubUrl: string, bytes: () => number): Promise<CuttingProxy> {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    return new CuttingProxy(server, Number(new URL(hubUrl).port), bytes)
  }

  private constructor(server: Server, hubPort: number, bytes: () => number) {
    this.#server = server
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    server.on('connection', (peer) => this.#forward(peer, hubPort, bytes()))
  }

  /** From now on nothing is cut any more. */
  spare(): void {
    this.#cutting = false
  }

  close(): void {
    this.#server.close()
    for (const socket of this.#open) socket.destroy()
  }

  #forward(peer: Socket, hubPort: number, cutAfter: number): void {
    const hub = connect({ host: '127.0.0.1', port: hubPort })
    let left = cutAfter
    for (const [one, other] of [[peer, hub] as const, [hub, peer] as const]) {
      this.#open.add(one)
      one.on('error', () => other.destroy())
      one.on('close', () => {
        this.#open.delete(one)
        other.destroy()
      })
    }
    peer.pipe(hub)
    hub.on('data', (bytes: Buffer) => {
      left -= bytes.length
      if (left > 0 || !this.#cutting) {
        if (!peer.write(bytes)) {
          hub.pause()
          peer.once('drain', () => hub.resume())
        }
        return
      }
      this.cuts++
      // What lies before the cut arrives; the hub learns of the end as of a lost line.
      peer.write(bytes.subarray(0, bytes.length + left), () => peer.destroy())
      hub.removeAllListeners('data')
      hub.resetAndDestroy()
    })
  }
}
