// A host on loopback that serves revocation lists and answers OCSP requests, or does not: down, slow, lying, as a test wants it.
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { freePort } from './free-port.ts'

/** Gives the body of an answer 200, or a status. `request` is the body that came; empty for GET. */
export type Serve = (request: Buffer) => Buffer | number | Promise<Buffer | number>

export class StatusHost {
  readonly port: number
  /** By path. */
  readonly serves = new Map<string, Serve>()
  /** Requests that came, by path. */
  readonly asked = new Map<string, number>()
  #server: Server | undefined

  private constructor(port: number) {
    this.port = port
  }

  static async open(): Promise<StatusHost> {
    const host = new StatusHost(await freePort())
    await host.up()
    return host
  }

  url(path: string): string {
    return `http://127.0.0.1:${this.port}${path}`
  }

  async up(): Promise<void> {
    this.#server = createServer((request, response) => void this.#answer(request, response)).listen(
      this.port,
      '127.0.0.1',
    )
    await once(this.#server, 'listening')
  }

  async down(): Promise<void> {
    const server = this.#server
    this.#server = undefined
    if (!server) return
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url!
    this.asked.set(path, (this.asked.get(path) ?? 0) + 1)
    const chunks: Buffer[] = []
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
    const served = await Promise.resolve(this.serves.get(path)?.(Buffer.concat(chunks)) ?? 404).catch(() => 500)
    if (typeof served === 'number') response.writeHead(served, { location: '/elsewhere' }).end()
    else response.writeHead(200).end(served)
  }
}
