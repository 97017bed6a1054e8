// The validator's door: two paths over plain HTTP. Who asks names a packet and an act; it hands in no value and is believed nothing.
import { createHash, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { HubError, toBase64url, type PartyUrn } from '../../hub/index.ts'
import { ProofRefused } from '../proof-refused.ts'
import { TransportFault } from '../transport.ts'
import { readAttestRequest } from './attest-request.ts'
import { NOT_SIGNED, NotSigned } from './not-signed.ts'
import type { Validator } from './validator.ts'

export interface ValidatorServerOptions {
  validator: Validator
  party: PartyUrn
  host: string
  /** 0: any free one. */
  port: number
  /** Without it, everybody who reaches the door may ask. */
  token?: string
  /** A question that is not answered by then is answered with LATE; the work goes on for the next to ask. */
  answerMs?: number
  /** Told of faults that have no code of their own, and of what freezes or contradicts. */
  onFault?(error: unknown): void
}

interface Reply {
  status: number
  body: object
  retry?: boolean
}

const ANSWER_MS = 10_000
const REQUEST_MS = 5_000
/** How often it is looked whether a request takes longer. */
const LOOK_MS = 1_000
const LIMITS = { requestTimeout: REQUEST_MS, headersTimeout: REQUEST_MS, connectionsCheckingInterval: LOOK_MS }
const CONNECTIONS_MAX = 256
const RETRY_AFTER_S = '1'

/** Resolves when it listens, with its address. */
export async function serveValidator(
  options: ValidatorServerOptions,
): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer(LIMITS, (request, response) => {
    void answer(request, options)
      .catch((error: unknown) => replyTo(error, options))
      .then((reply) => send(response, reply))
  })
  server.maxConnections = CONNECTIONS_MAX
  server.listen(options.port, options.host)
  await once(server, 'listening')
  return { url: urlOf(server), close: () => closed(server) }
}

async function answer(request: IncomingMessage, options: ValidatorServerOptions): Promise<Reply> {
  const { validator, party, token } = options
  if (token !== undefined && !bears(request, token))
    return { status: 401, body: { code: 'UNAUTHORIZED', detail: 'this validator wants its bearer token' } }
  if (request.url === '/v1/validator' && request.method === 'GET')
    return { status: 200, body: { party, address: validator.address, ...validator.state() } }
  if (request.url !== '/v1/attest') return { status: 404, body: { code: 'NOT_FOUND', detail: 'no such path' } }
  if (request.method !== 'POST')
    return { status: 405, body: { code: 'METHOD_NOT_ALLOWED', detail: 'ask for a signature by POST' } }
  const asked = await readAttestRequest(request)
  const { address, epoch, value, signature } = await inTime(validator.attest(asked), options)
  return { status: 200, body: { party, address, epoch, value, signature: toBase64url(signature) } }
}

function inTime<T>(work: Promise<T>, { answerMs = ANSWER_MS }: ValidatorServerOptions): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, refuse) => {
    const fault = new NotSigned('LATE', `not done within ${answerMs} ms; ask again`)
    timer = setTimeout(() => refuse(fault), answerMs)
  })
  return Promise.race([work, late]).finally(() => clearTimeout(timer))
}

function replyTo(error: unknown, { onFault }: ValidatorServerOptions): Reply {
  if (error instanceof NotSigned) {
    const { status, retry } = NOT_SIGNED[error.code]
    if (status === 409) onFault?.(error)
    return { status, retry, body: { code: error.code, detail: error.detail } }
  }
  if (error instanceof ProofRefused) return { status: 422, body: { code: error.reason, detail: error.detail } }
  if (error instanceof TransportFault)
    return { status: 503, retry: true, body: { code: `NODE_${error.kind.toUpperCase()}`, detail: error.message } }
  if (error instanceof HubError) {
    const status = error.code === 'TOO_LARGE' ? 413 : 400
    return { status, body: { code: error.code, detail: error.message } }
  }
  onFault?.(error)
  return {
    status: 500,
    body: { code: 'INTERNAL', detail: 'the validator has a fault; it says more in its own report' },
  }
}

function send(response: ServerResponse, { status, body, retry }: Reply): void {
  const text = JSON.stringify(body)
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
    ...(retry && { 'retry-after': RETRY_AFTER_S }),
    ...(status === 401 && { 'www-authenticate': 'Bearer' }),
    // What is left of a refused body is not read.
    ...(status === 413 && { connection: 'close' }),
  })
  response.end(text)
}

/** Over digests, so that neither length nor content shows in the time it takes. */
function bears({ headers }: IncomingMessage, token: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(headers.authorization ?? ''), digest(`Bearer ${token}`))
}

function urlOf(server: Server): string {
  const { address, family, port } = server.address() as AddressInfo
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`
}

async function closed(server: Server): Promise<void> {
  const done = once(server, 'close')
  server.close()
  server.closeAllConnections()
  await done
}
