// The node's door: HTTP on the loopback address, nothing else.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { ConnectionRefused } from './faults.ts'

/** Bytes of one request. */
export const BODY_MAX = 1024 * 1024
const REQUEST_WITHIN_MS = 10_000

export interface RpcServer {
  url: string
  close(): Promise<void>
}

/** Answers a body; undefined: nothing is to be said. */
export type AnswerBody = (body: Uint8Array) => Promise<string | undefined>

/** Listens on 127.0.0.1; port 0: any free one. */
export async function listenRpc(port: number, answer: AnswerBody): Promise<RpcServer> {
  const server = createServer({ requestTimeout: REQUEST_WITHIN_MS }, (request, response) => {
    void serve(request, response, answer)
  })
  await new Promise<void>((listening, failed) => {
    server.once('error', failed)
    server.listen(port, '127.0.0.1', listening)
  })
  const { port: given } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${given}`, close: () => closeServer(server) }
}

const closeServer = (server: Server): Promise<void> =>
  new Promise((closed) => {
    server.close(() => closed())
    // Hanging questions would hold it open.
    server.closeAllConnections()
  })

async function serve(request: IncomingMessage, response: ServerResponse, answer: AnswerBody): Promise<void> {
  try {
    if (request.method !== 'POST') return say(response, 405, { allow: 'POST' })
    // A web page cannot send this type to another origin unasked.
    if (!/^application\/json\b/i.test(request.headers['content-type'] ?? '')) return say(response, 415)
    const body = await readBody(request)
    if (body === undefined) return say(response, 413, { connection: 'close' })
    const text = await answer(body)
    if (text === undefined) return say(response, 204)
    response.writeHead(200, { 'content-type': 'application/json' }).end(text)
  } catch (error) {
    if (error instanceof ConnectionRefused || request.destroyed) request.socket.destroy()
    else say(response, 500)
  }
}

const say = (response: ServerResponse, status: number, headers: Record<string, string> = {}): void => {
  response.writeHead(status, headers).end()
}

/** The body; undefined where it is too long. */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  if (Number(request.headers['content-length'] ?? 0) > BODY_MAX) return undefined
  const parts: Buffer[] = []
  let length = 0
  for await (const part of request as AsyncIterable<Buffer>) {
    length += part.length
    if (length > BODY_MAX) return undefined
    parts.push(part)
  }
  return Buffer.concat(parts)
}
