// Reading: one's own messages, receipts, feed, bundles, and what kinds there are. What a party may not see is not there for it.
import type { FastifyInstance } from 'fastify'
import { HubError } from '../errors.ts'
import { pullFeed, type PullDeps } from '../feed/pull.ts'
import { renderItem, type ItemsDeps } from '../feed/items.ts'
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
  /** Waits until a checkpoint covers the entry, then makes its bundle as JSON text. */
  bundle(index: number): Promise<string>
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
    if (!id) throw new HubError('PARAMETER_INVALID', 'ask with ?from=<party>&id=<message id>')
    const entry = await journal.find(from, id)
    if (!entry || (from !== caller.party && !viewOf(entry, caller)))
      throw new HubError('NOT_FOUND', 'no message of that sender and id that you may see')
    return { index: entry.index, kind: entry.kind, outcome: entry.outcome, receipt: await journal.receipt(entry.index) }
  })

  app.get<{ Params: { index: string } }>('/v1/messages/:index', async (request, reply) => {
    const caller = await callerOf(request, deps)
    const { entry, view } = await visible(journal, indexOf(request.params.index), caller)
    return reply
      .type('application/json')
      .send(await renderItem(deps.items, { seq: 0, index: entry.index, view, kind: entry.kind }, 0))
  })

  app.get<{ Params: { index: string } }>('/v1/messages/:index/bundle', async (request, reply) => {
    const caller = await callerOf(request, deps)
    const { entry, view } = await visible(journal, indexOf(request.params.index), caller)
    if (view !== 'full')
      throw new HubError(
        'READ_NOT_PERMITTED',
        `you see entry ${entry.index} in the view ${view}; a bundle holds the whole message`,
      )
    return reply.type('application/json').send(await deps.bundle(entry.index))
  })

  app.get('/v1/feed', async (request, reply) => {
    const caller = await callerOf(request, deps)
    return reply
      .type('application/json')
      .send(await pullFeed(deps.pull, caller.party, request.query as Record<string, string>))
  })

  app.get('/v1/kinds', async () => ({
    kinds: kinds.list.map(({ name, version, type, senders, bodyMaxBytes, ageMaxMs, views, schema }) => ({
      name,
      version,
      type,
      senders,
      bodyMaxBytes,
      ageMaxHours: ageMaxMs / 3_600_000,
      views: ['full', ...Object.keys(views)],
      schema,
    })),
  }))
}

const viewOf = (entry: JournalEntry, { party }: Caller): string | undefined =>
  entry.audience.find((row) => row.party === party)?.view

async function visible(
  journal: Journal,
  index: number,
  caller: Caller,
): Promise<{ entry: JournalEntry; view: string }> {
  const [entry] = await journal.read(index, 1)
  const view = entry && viewOf(entry, caller)
  if (!entry || !view) throw new HubError('NOT_FOUND', `no entry ${index} that you may see`)
  return { entry, view }
}

/** A non-negative integer parameter. Throws PARAMETER_INVALID. */
export function indexOf(text: string | undefined, name = 'index'): number {
  if (!text || !/^\d{1,15}$/.test(text)) throw new HubError('PARAMETER_INVALID', `${name} is a non-negative integer`)
  return Number(text)
}
