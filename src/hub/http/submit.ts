// Submitting: bytes in, a receipt or a refusal out. The answer goes only to the sender, who must be the one asking.
import { once } from 'node:events'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { accept, type Accepted, type House } from '../accept.ts'
import { HubError, type RefusalCode } from '../errors.ts'
import { receiveHeaderForm, receiveMessageFile } from '../message/decode.ts'
import { MESSAGE_FILE_TYPE } from '../message/envelope.ts'
import type { Report } from '../report.ts'
import type { ReceivedMessage } from '../message/message.ts'
import { askFirst, callerOf, type Caller, type CallerDeps } from './caller.ts'
import { asHubError, languageOf, noteCode, problemOf, retryAfter } from './problem.ts'
import type { PartyQuotas } from './quota.ts'

/** A message with its attachments in base64. */
const BODY_MAX_BYTES = 24 * 1024 * 1024
const HEADER_FORM_MAX_BYTES = 8_192
const BATCH_LINES_MAX = 1_000
const LINE_FEED = 10
/** Space, tab, carriage return. */
const BLANKS: ReadonlySet<number> = new Set([32, 9, 13])

export interface SubmitDeps extends CallerDeps {
  house: House
  /** Effects that must be visible before the answer (an erasure done): waits for them, bounded. */
  settled(accepted: Accepted): Promise<void>
  quotas: PartyQuotas
  report: Report
  onFault(error: unknown, request: FastifyRequest): void
}

export function submitRoutes(app: FastifyInstance, deps: SubmitDeps): void {
  const taken = { onRequest: askFirst(deps), bodyLimit: BODY_MAX_BYTES }
  app.post('/v1/messages', taken, async (request, reply) => {
    const caller = await callerOf(request, deps)
    const received = receive(request, deps.clock())
    const accepted = await submit(received, caller, deps)
    return answer(reply, request, accepted)
  })

  // One line, one message file, one answer; the order of a sender is kept by taking one after the other.
  app.post('/v1/batches', taken, async (request, reply) => {
    const caller = await callerOf(request, deps)
    const lines = linesOf(request.body as Buffer | undefined)
    if (lines.length > BATCH_LINES_MAX) throw new HubError('TOO_LARGE', `a batch has at most ${BATCH_LINES_MAX} lines`)
    reply.hijack()
    const out = reply.raw
    out.writeHead(200, { 'content-type': 'application/x-ndjson', 'request-id': request.id })
    for (const [line, bytes] of lines.entries()) {
      // Who has gone away has said nothing of the lines that were not looked at: it sends them again.
      if (out.destroyed) return
      const answered = `${JSON.stringify({ line, ...(await batchLine(bytes, caller, request, deps)) })}\n`
      if (!out.write(answered) && !out.destroyed) await Promise.race([once(out, 'drain'), once(out, 'close')])
    }
    out.end()
  })
}

/** The lines as bytes: whether they are UTF-8 is for the strict reader to say. */
function linesOf(body: Buffer | undefined): Buffer[] {
  if (!body) throw new HubError('MEDIA_TYPE_UNSUPPORTED', 'the request has no body')
  const lines: Buffer[] = []
  for (let from = 0, to: number; from < body.length; from = to + 1) {
    to = body.indexOf(LINE_FEED, from)
    if (to === -1) to = body.length
    const line = body.subarray(from, to)
    if (line.some((byte) => !BLANKS.has(byte))) lines.push(line)
  }
  return lines
}

async function batchLine(bytes: Buffer, caller: Caller, request: FastifyRequest, deps: SubmitDeps): Promise<object> {
  try {
    const accepted = await submit(receiveMessageFile(bytes, deps.clock()), caller, deps)
    const { status, body } = answerOf(accepted, languageOf(request))
    if (accepted.result === 'refused') deps.report.refused(accepted.entry.refusal!.code as RefusalCode)
    return { status, ...body }
  } catch (error) {
    const refusal = asHubError(error, (fault) => deps.onFault(fault, request))
    deps.report.refused(refusal.code)
    const findings = refusal.findings.length > 0 ? { findings: refusal.findings } : {}
    // A line has no header of its own to say when to come again.
    const more = { ...findings, ...retryAfter(refusal), requestId: request.id }
    return problemOf(refusal.code, refusal.detail, languageOf(request), more).body
  }
}

function receive(request: FastifyRequest, nowMs: number): ReceivedMessage {
  const mediaType = (request.headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase()
  const body = request.body as Buffer | undefined
  if (!body) throw new HubError('MEDIA_TYPE_UNSUPPORTED', 'the request has no body')
  const compactJws = request.headers['hub-message']
  if (typeof compactJws === 'string') {
    if (compactJws.length > HEADER_FORM_MAX_BYTES)
      throw new HubError('TOO_LARGE', 'the Hub-Message header is larger than 8 KiB; send a message file')
    return receiveHeaderForm({ compactJws, body, mediaType }, nowMs)
  }
  if (mediaType !== MESSAGE_FILE_TYPE)
    throw new HubError(
      'MEDIA_TYPE_UNSUPPORTED',
      `without a Hub-Message header the body is a message file of type ${MESSAGE_FILE_TYPE}`,
    )
  return receiveMessageFile(body, nowMs)
}

async function submit(received: ReceivedMessage, caller: Caller, deps: SubmitDeps): Promise<Accepted> {
  const { from, kind } = received.envelope
  // The hub has no session with itself: an operator hands in what the operator's root has signed.
  const byOperator =
    kind === 'hub.key' &&
    from === deps.identities.hub &&
    deps.identities.register.party(caller.party)?.class === 'operator'
  if (caller.party !== from && !byOperator)
    throw new HubError('PARTY_MISMATCH', `the session is of ${caller.party}, the message is from ${from}`)
  await deps.quotas.message(caller.party, bytesOf(received))
  const accepted = await counted(received, caller, deps)
  await deps.settled(accepted)
  return accepted
}

/** What a message takes of a quota: everything that came with it. */
const bytesOf = ({ envelopeBytes, body, attachments }: ReceivedMessage): number =>
  attachments.reduce((sum, { bytes }) => sum + bytes.length, envelopeBytes.length + body.length)

/**
 * The walk, with its end counted: in the metrics what became of the message, and against the quota of refused answers what lets a
 * sender find things out (409, findings, ids).
 */
async function counted(received: ReceivedMessage, { party }: Caller, deps: SubmitDeps): Promise<Accepted> {
  const { report, quotas, house } = deps
  try {
    const accepted = await accept(received, house)
    if (accepted.result === 'appended') report.accepted(accepted.entry.kind)
    else if (accepted.result === 'duplicate') report.duplicate()
    else quotas.refused(party)
    return accepted
  } catch (error) {
    if (error instanceof HubError && PROBED.has(error.code)) {
      quotas.refused(party)
      const { kind } = received.envelope
      if (error.code === 'FINDINGS')
        report.findings(house.kinds.list.some(({ name }) => name === kind) ? kind : 'unknown')
    }
    throw error
  }
}

const PROBED: ReadonlySet<RefusalCode> = new Set(['FINDINGS', 'MESSAGE_ID_REUSED'])

function answer(reply: FastifyReply, request: FastifyRequest, accepted: Accepted): FastifyReply {
  const { status, body } = answerOf(accepted, languageOf(request))
  if (accepted.result === 'refused') noteCode(reply, accepted.entry.refusal!.code as RefusalCode)
  const type = status === 409 ? 'application/problem+json' : 'application/json'
  return reply.code(status).type(type).send(JSON.stringify(body))
}

function answerOf({ result, entry, receipt }: Accepted, language: 'en' | 'zh'): { status: number; body: object } {
  if (result !== 'refused') return { status: result === 'appended' ? 201 : 200, body: { index: entry.index, receipt } }
  const { code, rule } = entry.refusal!
  return problemOf(
    code as RefusalCode,
    `refused by rule ${rule}; entry ${entry.index} of the journal proves it`,
    language,
    {
      verdict: entry.outcome,
      refusal: { index: entry.index, code, rule },
      receipt,
    },
  )
}
