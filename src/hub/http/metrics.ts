// GET /metrics: for the operator's scraper, by a token of its own or from this machine alone.
import { timingSafeEqual, createHash } from 'node:crypto'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { HubError } from '../errors.ts'
import type { Report } from '../report.ts'

const LOOPBACK = /^(::1|(::ffff:)?127(\.\d{1,3}){3})$/
const TEXT_TYPE = 'text/plain; version=0.0.4; charset=utf-8'

/** Without a token only peers on this machine are answered; a proxy on this machine makes everybody one, so give it a token then. */
export function metricsRoute(app: FastifyInstance, { report, token }: { report: Report; token?: string }): void {
  app.get('/metrics', async (request, reply) => {
    const allowed = token === undefined ? LOOPBACK.test(request.raw.socket.remoteAddress ?? '') : bears(request, token)
    if (!allowed) throw new HubError('SESSION_REQUIRED', 'metrics are for the operator of this hub')
    return reply.type(TEXT_TYPE).send(await report.text())
  })
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

const bears = ({ headers }: FastifyRequest, token: string): boolean =>
  timingSafeEqual(digest(headers.authorization ?? ''), digest(`Bearer ${token}`))
