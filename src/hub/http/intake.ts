// The intake: how much the hub takes on at a time. What is too much is told so before its body is read, so that memory keeps a bound.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { HubError } from '../errors.ts'
import type { Report } from '../report.ts'
import { problemCodeOf } from './problem.ts'
import type { ConnectionQuotas } from './quota.ts'
import { partyAsking } from './caller.ts'

export interface IntakeLimits {
  /** Requests being answered at a time. */
  requestsMax: number
  /** Bytes of bodies being read or worked on at a time. */
  bodyBytesMax: number
  /** Delay of the event loop above which bodies are not taken. */
  loopLagMaxMs: number
}

export interface IntakeDeps {
  limits: IntakeLimits
  connections: ConnectionQuotas
  report: Report
  /** Delay of the event loop over the last second, milliseconds. */
  loopLagMs(): number
  /** Why no message is taken now; undefined: they are. */
  stopped(): string | undefined
  nowMs(): number
}

export interface Intake {
  requests(): number
  reservedBytes(): number
  /** From now on every request is answered CLOSING; resolves when those before are answered, or after `timeoutMs`. */
  drain(timeoutMs: number): Promise<void>
}

const ALWAYS = /^\/(health\/|metrics$)/

/** Guards every route. Must be called before the routes are made. */
export function guardIntake(app: FastifyInstance, deps: IntakeDeps): Intake {
  const state = { requests: 0, bytes: 0, closing: false, empty: () => {} }
  const began = new WeakMap<FastifyRequest, number>()
  const release = (bytes: number): void => {
    state.requests--
    state.bytes -= bytes
    if (state.requests === 0) state.empty()
  }
  app.addHook('onRequest', async (request, reply) => {
    began.set(request, deps.nowMs())
    reply.header('request-id', request.id)
    if (request.headers.upgrade !== undefined || ALWAYS.test(request.routeOptions.url ?? '')) return
    if (state.closing) throw new HubError('CLOSING', 'the hub is closing')
    deps.connections.request(request.raw.socket)
    const bytes = bodyBytesOf(request)
    refuseTooMuch(bytes, state, deps)
    state.requests++
    state.bytes += bytes
    reply.raw.once('close', () => release(bytes))
  })
  app.addHook('onResponse', async (request, reply) => told(request, reply, began.get(request), deps))
  return {
    requests: () => state.requests,
    reservedBytes: () => state.bytes,
    drain(timeoutMs) {
      state.closing = true
      if (state.requests === 0) return Promise.resolve()
      return new Promise((resolve) => {
        const timer = setTimeout(resolve, timeoutMs)
        state.empty = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    },
  }
}

/** What the body may take: as it says, or as much as the route reads at most. One that says too much is refused by the route itself. */
function bodyBytesOf({ headers, routeOptions }: FastifyRequest): number {
  const most = routeOptions.bodyLimit ?? 0
  if (headers['transfer-encoding'] !== undefined) return most
  return Math.min(most, Number(headers['content-length'] ?? 0) || 0)
}

function refuseTooMuch(bytes: number, now: { requests: number; bytes: number }, deps: IntakeDeps): void {
  const { limits, loopLagMs, stopped } = deps
  if (now.requests >= limits.requestsMax) throw new HubError('OVERLOADED', 'too many requests are being answered')
  if (bytes === 0) return
  const reason = stopped()
  if (reason !== undefined) throw new HubError('OVERLOADED', reason, { retryAfterS: 5 })
  // One body always fits, or a bound below the largest message would refuse it for ever.
  if (now.bytes > 0 && now.bytes + bytes > limits.bodyBytesMax)
    throw new HubError('OVERLOADED', 'too many bytes of bodies are being worked on')
  if (loopLagMs() > limits.loopLagMaxMs) throw new HubError('OVERLOADED', 'the hub is behind with its work')
}

/** One line and one count for each request. The route is its pattern: paths and queries hold identifiers. */
function told(request: FastifyRequest, reply: FastifyReply, beganMs: number | undefined, deps: IntakeDeps): void {
  const { report, connections, nowMs } = deps
  const route = request.routeOptions.url ?? 'none'
  const tookMs = beganMs === undefined ? 0 : nowMs() - beganMs
  const code = problemCodeOf(reply)
  report.answered(route, request.method, reply.statusCode, tookMs)
  if (code) report.refused(code)
  if (reply.statusCode === 401 || (route === '/v1/sessions' && reply.statusCode >= 400))
    connections.attempt(request.raw.socket)
  request.log.info(
    {
      method: request.method,
      route,
      status: reply.statusCode,
      ...(code && { code }),
      party: partyAsking(request),
      requestId: request.id,
      tookMs: Math.round(tookMs * 10) / 10,
    },
    'request',
  )
}
