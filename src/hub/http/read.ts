// Reading: one's own messages, receipts, feed, bundles, and what kinds there are. What a party may not see is not there for it.
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { HubError } from '../errors.ts'
import { pullFeed, type PullDeps } from '../feed/pull.ts'
import { renderItem, type ItemsDeps } from '../feed/items.ts'
import type { FeedRow } from '../feed/row.ts'
import { type Purpose, readPurposeHeader } from '../supervision/purpose.ts'
import { type Readings, rightOf } from '../supervision/readings.ts'
import { fromBase64url } from '../values/encoding.ts'
import { compileSchema } from '../message/schema.ts'
import { parseStrictJson } from '../message/strict-json.ts'
import type { Journal, JournalEntry } from '../journal/journal.ts'
import type { Kinds } from '../message/validate.ts'
import { callerOf, type Caller, type CallerDeps } from './caller.ts'

export interface ReadDeps extends CallerDeps {
  journal: Journal
  kinds: Kinds
  items: ItemsDeps
  pull: PullDeps
  /** Resolves when the feeds hold what the journal held at the call, or a moment later all the same. */
  fed(): Promise<unknown>
  readings: Readings
  /** Waits until a checkpoint covers the entry, then makes its bundle as JSON text; with attachments, those uploaded are in it too. */
  bundle(index: number, withAttachments: boolean): Promise<string>
}

const checkSessionRequest = compileSchema({
  type: 'object',
  additionalProperties: false,
  properties: {
    answer: { type: 'string', maxLength: 16_384 },
    certificates: { type: 'array', maxItems: 4, minItems: 1, items: { type: 'string', maxLength: 40_000 } },
  },
  dependentRequired: { certificates: ['answer'] },
})

export function sessionRoutes(app: FastifyInstance, { sessions }: Pick<CallerDeps, 'sessions'>): void {
  app.post('/v1/sessions', async (request, reply) => {
    const value = parseStrictJson((request.body as Buffer | undefined)?.length ? (request.body as Buffer) : '{}')
    const findings = checkSessionRequest(value)
    if (findings.length > 0)
      throw new HubError('PARAMETER_INVALID', 'a session is asked for with {} or {answer, certificates?}', { findings })
    const { answer, certificates } = value as { answer?: string; certificates?: string[] }
    if (answer === undefined) return reply.code(201).send(sessions.challenge())
    const path = certificates?.map((der, n) => fromBase64url(der, `certificate ${n}`))
    const { token, session } = await sessions.open(answer, path)
    return reply.code(201).send({ token, party: session.party, until: new Date(session.untilMs).toISOString() })
  })
}

export function readRoutes(app: FastifyInstance, deps: ReadDeps): void {
  const { journal, kinds } = deps

  app.get<{ Querystring: { from?: string; id?: string } }>('/v1/messages', async (request) => {
    const caller = await callerOf(request, deps)
    const { from = caller.party, id } = request.query
    if (typeof id !== 'string' || typeof from !== 'string')
      throw new HubError('PARAMETER_INVALID', 'ask with ?from=<party>&id=<message id>, each once')
    const entry = await journal.find(from, id)
    if (!entry || (from !== caller.party && !viewOf(entry, caller)))
      throw new HubError('NOT_FOUND', 'no message of that sender and id that you may see')
    return { index: entry.index, kind: entry.kind, outcome: entry.outcome, receipt: await journal.receipt(entry.index) }
  })

  app.get<{ Params: { index: string } }>('/v1/messages/:index', async (request, reply) => {
    const caller = await callerOf(request, deps)
    const { row, shown } = await opened(request, indexOf(request.params.index), caller, 'entry', deps)
    const item = await renderItem(deps.items, { ...row, view: shown }, 0)
    return reply.type('application/json').send(item)
  })

  app.get<{ Params: { index: string } }>('/v1/messages/:index/bundle', async (request, reply) => {
    const caller = await callerOf(request, deps)
    const { attachments = 'omit' } = request.query as { attachments?: unknown }
    if (attachments !== 'include' && attachments !== 'omit')
      throw new HubError('PARAMETER_INVALID', 'attachments is include or omit')
    const { row } = await opened(request, indexOf(request.params.index), caller, 'bundle', deps)
    return reply.type('application/json').send(await deps.bundle(row.index, attachments === 'include'))
  })

  app.get('/v1/feed', async (request, reply) => {
    const caller = await callerOf(request, deps)
    // Who was told of an entry finds it in the feed, whichever process writes that.
    await deps.fed()
    return reply
      .type('application/json')
      .send(await pullFeed(deps.pull, caller.party, request.query as Record<string, string>, purposeIn(request)))
  })

  app.get('/v1/kinds', async () => ({
    kinds: kinds.list.map(({ name, version, type, senders, bodyMaxBytes, attachments, ageMaxMs, views, schema }) => ({
      name,
      version,
      type,
      senders,
      bodyMaxBytes,
      ...(attachments && { attachments }),
      ageMaxHours: ageMaxMs / 3_600_000,
      views: ['full', ...Object.keys(views)],
      schema,
    })),
  }))
}

const viewOf = (entry: JournalEntry, { party }: Caller): string | undefined =>
  entry.audience.find((row) => row.party === party)?.view

/**
 * The row of an entry that the caller may see now, and the view it is shown in; a regulator's reading is for a purpose and written down.
 * By any way but 'entry' the whole is given, so nothing less than the full view will do. Throws NOT_FOUND, READ_NOT_PERMITTED, PURPOSE_REQUIRED.
 */
export async function opened(
  request: FastifyRequest,
  index: number,
  { party }: Caller,
  way: 'entry' | 'bundle' | 'attachment',
  { journal, readings }: Pick<ReadDeps, 'journal' | 'readings'>,
): Promise<{ row: FeedRow; shown: string }> {
  const [entry] = await journal.read(index, 1)
  const seen = entry?.audience.find((one) => one.party === party)
  if (!entry || !seen) throw new HubError('NOT_FOUND', `no entry ${index} that you may see`)
  const row: FeedRow = { seq: 0, index, view: seen.view, kind: entry.kind, ...rightOf(seen) }
  const shown = readings.shown(party, row).view
  if (way !== 'entry' && shown !== 'full')
    throw new HubError('READ_NOT_PERMITTED', `you see entry ${index} in the view ${shown}; this is the whole of it`)
  const purpose = readings.purposeOf(party, purposeIn(request))
  // Nothing comes before it: readings of single entries are not a range.
  readings.channel(party, way, purpose)?.gave(row, shown, -1)
  return { row, shown }
}

export const purposeIn = (request: FastifyRequest): Purpose | undefined =>
  readPurposeHeader(request.headers['hub-purpose'])

/** A non-negative integer parameter. Throws PARAMETER_INVALID. */
export function indexOf(text: string | undefined, name = 'index'): number {
  if (!text || !/^\d{1,15}$/.test(text)) throw new HubError('PARAMETER_INVALID', `${name} is a non-negative integer`)
  return Number(text)
}
