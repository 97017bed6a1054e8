// Refusals on the wire: RFC 9457 problem documents made from the one table.
import type { FastifyReply, FastifyRequest } from 'fastify'
import { HubError, REFUSALS, type RefusalCode } from '../errors.ts'

const RETRY_AFTER_SECONDS = 1

/** The language of the reader (RFC 9110 section 12.5.4): zh if it is wanted more than en, or named first of equals; else en. */
export function languageOf(request: FastifyRequest): 'en' | 'zh' {
  const ranges = (request.headers['accept-language'] ?? '').split(',').map((range) => RANGE.exec(range.trim()))
  const weights = ranges.map((range) => Number(range?.[2] ?? 1))
  const find = (language: string): number => ranges.findIndex((range) => range?.[1]!.toLowerCase() === language)
  const [zh, en] = [find('zh'), find('en')]
  const weight = (at: number): number => (at < 0 ? 0 : weights[at]!)
  return weight(zh) > weight(en) || (weight(zh) > 0 && weight(zh) === weight(en) && zh < en) ? 'zh' : 'en'
}

const RANGE = /^([a-z]{1,8})(?:-[a-z0-9-]*)?\s*(?:;\s*q=([01](?:\.\d{0,3})?))?$/i

/** The problem document of a code; `more` adds members of the refusal at hand (findings, receipt). */
export function problemOf(
  code: RefusalCode,
  detail: string,
  language: 'en' | 'zh',
  more: object = {},
): { status: number; body: object } {
  const { status, layer, who, retry, ...texts } = REFUSALS[code]
  return {
    status,
    body: {
      type: `urn:beibu-hub:refusal:${code}`,
      title: texts[language],
      status,
      detail,
      code,
      layer,
      who,
      retry,
      ...more,
    },
  }
}

export function sendProblem(
  reply: FastifyReply,
  request: FastifyRequest,
  error: HubError,
  more: object = {},
): FastifyReply {
  const findings = error.findings.length > 0 ? { findings: error.findings } : {}
  const { status, body } = problemOf(error.code, error.detail, languageOf(request), {
    ...findings,
    ...more,
    requestId: request.id,
  })
  const { retryAfterS } = retryAfter(error)
  if (retryAfterS !== undefined) reply.header('retry-after', retryAfterS)
  codes.set(reply, error.code)
  return reply.code(status).type('application/problem+json').send(JSON.stringify(body))
}

/** In how many seconds to come again, where that is known or usual. */
export function retryAfter({ code, retryAfterS }: HubError): { retryAfterS?: number } {
  const seconds = retryAfterS ?? (REFUSALS[code].status === 503 ? RETRY_AFTER_SECONDS : undefined)
  return seconds === undefined ? {} : { retryAfterS: seconds }
}

const codes = new WeakMap<FastifyReply, RefusalCode>()

/** For a refusal that is answered without a problem document made here. */
export const noteCode = (reply: FastifyReply, code: RefusalCode): void => void codes.set(reply, code)

/** The code a request was refused with, for the log. */
export const problemCodeOf = (reply: FastifyReply): RefusalCode | undefined => codes.get(reply)

/** Turns whatever was thrown into a refusal; anything unknown is our fault and is reported once, here. */
export function asHubError(error: unknown, onFault: (error: unknown) => void): HubError {
  if (error instanceof HubError) {
    if (error.code === 'FAULT') onFault(error)
    return error
  }
  const status = (error as { statusCode?: number }).statusCode
  if (status === 413)
    return new HubError('TOO_LARGE', 'the request body is larger than this hub accepts', { cause: error })
  if (status === 415)
    return new HubError('MEDIA_TYPE_UNSUPPORTED', 'the request has no content type this route takes', { cause: error })
  if (status === 404) return new HubError('NOT_FOUND', 'there is no such route', { cause: error })
  if (status !== undefined && status >= 400 && status < 500)
    return new HubError('PARAMETER_INVALID', (error as Error).message, { cause: error })
  onFault(error)
  return new HubError('FAULT', 'the hub failed; nothing of the request was kept unless a later answer says so', {
    cause: error,
  })
}
