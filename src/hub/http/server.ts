// fastify lives in this folder: the server, its limits, and the one place where a thrown thing becomes an answer.
import { readFileSync } from 'node:fs'
import { randomUUID } from 'node:crypto'
import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import fastify, {
  LogController,
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify'
import { HubError } from '../errors.ts'
import type { Report } from '../report.ts'
import { loggedFault } from './logged-fault.ts'
import { asHubError, problemOf, sendProblem } from './problem.ts'

/** Of requests other than messages, and of all that come before a caller is known. */
const BODY_MAX_BYTES = 192 * 1024

export interface ServerOptions {
  tls?: { key: string; cert: string; clientCa?: string }
  logLevel: string
  /** Takes the lines of the log; standard output if absent. */
  log?: { write(line: string): void }
  /** Hears once of every request that fails by our fault. */
  onFault(error: unknown, request: FastifyRequest): void
}

/** The server, and where it logs, for those who put the house together. */
export type HubServer = FastifyInstance
export type HubLog = FastifyBaseLogger

/** Counts and logs a fault under the id of its request, which the problem document says too. */
export const faultTeller =
  (report: Pick<Report, 'fault'>): ServerOptions['onFault'] =>
  (error, request) => {
    report.fault('request')
    request.log.error({ err: error, requestId: request.id }, 'fault')
  }

/** A server that takes bodies as bytes and answers every error as a problem document. */
export function hubServer({ tls, logLevel, log, onFault }: ServerOptions): FastifyInstance {
  const https = tls && {
    key: readFileSync(tls.key),
    cert: readFileSync(tls.cert),
    // Certificates are asked for, not demanded: parties whose keys TLS does not know (SM2) open sessions instead. The walk's own path
    // validation decides what a certificate is worth, not the TLS library's.
    ...(tls.clientCa && { ca: readFileSync(tls.clientCa), requestCert: true, rejectUnauthorized: false }),
  }
  const app = fastify({
    // While closing, intake says no in the form of every other no.
    return503OnClosing: false,
    logger: logLevel !== 'silent' && {
      level: logLevel,
      redact: ['req.headers.authorization'],
      serializers: { err: loggedFault },
      ...(log && { stream: log }),
    },
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_MAX_BYTES,
    requestTimeout: 60_000,
    genReqId: () => randomUUID(),
    clientErrorHandler: refuseUnread,
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) =>
      sendProblem(
        reply,
        request,
        asHubError(error, (fault) => onFault(fault, request)),
      ),
    ...(https && { https }),
  } as { logger: boolean }) as unknown as FastifyInstance
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  app.setErrorHandler((error, request, reply) => {
    const refusal = asHubError(error, (fault) => onFault(fault, request))
    return sendProblem(reply, request, refusal)
  })
  app.setNotFoundHandler((request, reply) =>
    sendProblem(
      reply,
      request,
      new HubError('NOT_FOUND', `there is no ${request.method} ${request.url.split('?')[0]}`),
    ),
  )
  return app
}

/** What cannot be read as HTTP never becomes a request; its sender is told by a problem document all the same. */
function refuseUnread(error: NodeJS.ErrnoException, socket: Socket): void {
  if (!socket.writable || error.code === 'ECONNRESET') return void socket.destroy()
  const { status, body } = unreadProblem(error.code)
  const text = JSON.stringify(body)
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\ncontent-type: application/problem+json\r\n` +
      `content-length: ${Buffer.byteLength(text)}\r\nconnection: close\r\n\r\n${text}`,
  )
}

function unreadProblem(code: string | undefined): { status: number; body: object } {
  if (code === 'HPE_HEADER_OVERFLOW')
    return problemOf(
      'TOO_LARGE',
      'the headers of the request are larger than this hub reads; send a message file',
      'en',
    )
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return problemOf('PARAMETER_INVALID', 'the request did not end in time', 'en')
  return problemOf('PARAMETER_INVALID', 'this is not a request of HTTP/1.1', 'en')
}

/** Liveness: the process answers. Readiness: it can take messages now, and why not. */
export function healthRoutes(app: FastifyInstance, ready: () => { ready: boolean; reasons: string[] } & object): void {
  app.get('/health/live', async () => ({ live: true }))
  app.get('/health/ready', async (_request, reply) => {
    const state = ready()
    return reply.code(state.ready ? 200 : 503).send(state)
  })
}
