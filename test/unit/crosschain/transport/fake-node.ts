// A node that answers as it is told: with a value, with an error, or badly. What it is not told, it asks a real one.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll } from 'vitest'
import type { Devnet } from '../../../../src/crosschain/devnet/index.ts'
import { RpcError } from '../../../../src/crosschain/devnet/index.ts'

/** Gives the answer, or takes the response over and gives nothing (undefined). Throws RpcError for an error as the answer. */
export type Behave = (params: readonly unknown[], response: ServerResponse) => unknown

export interface FakeNode {
  url: string
  /** Methods asked, in order. */
  asked: string[]
  /** By method; `*` for all others. */
  behave: Record<string, Behave>
}

/** Closed after the test file. */
export async function fakeNode(behave: Record<string, Behave> = {}, devnet?: Devnet): Promise<FakeNode> {
  const node: FakeNode = { url: '', asked: [], behave }
  const real: Behave = async (params) => {
    if (!devnet) throw new RpcError(-32601, 'method not found')
    return devnet.request(node.asked.at(-1)!, [...params])
  }
  const server = createServer((request, response) => {
    void answer(request, response, node, real)
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  afterAll(() => {
    server.closeAllConnections()
    server.close()
  })
  node.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return node
}

async function answer(request: IncomingMessage, response: ServerResponse, node: FakeNode, real: Behave): Promise<void> {
  const parts: Buffer[] = []
  for await (const part of request as AsyncIterable<Buffer>) parts.push(part)
  const { id, method, params } = JSON.parse(Buffer.concat(parts).toString()) as {
    id: number
    method: string
    params: unknown[]
  }
  node.asked.push(method)
  try {
    const told = node.behave[method] ?? node.behave['*'] ?? ((given) => real(given, response))
    const result = await told(params, response)
    if (result !== undefined) say(response, JSON.stringify({ jsonrpc: '2.0', id, result }))
  } catch (error) {
    const { code, message, data } = error as RpcError
    say(response, JSON.stringify({ jsonrpc: '2.0', id, error: { code, message, data } }))
  }
}

export function say(response: ServerResponse, body: string, status = 200): undefined {
  response.writeHead(status, { 'content-type': 'application/json' }).end(body)
}

export const hangs: Behave = () => undefined
/** The head of an answer at once, its body never. */
export const trickles: Behave = (_, response) => {
  response.writeHead(200, { 'content-type': 'application/json' })
  response.write('{"jsonrpc":"2.0",')
}
/** Goes on for as long as somebody reads. */
export const floods: Behave = (_, response) => {
  response.writeHead(200, { 'content-type': 'application/json' })
  const pour = (): void => {
    while (!response.destroyed && response.write('"'.repeat(65_536)));
  }
  response.on('drain', pour)
  pour()
}
