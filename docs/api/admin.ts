// Operations of the hub's operator, and what each party used of the hub.
import { count, list, object, text, type Operation, type Schema } from './form.ts'
import { shapes } from './schemas.ts'

const json = (schema: Schema) => ({ 'application/json': schema })
const counts = (description: string): Schema => ({
  type: 'object',
  description,
  additionalProperties: { type: 'number' },
})
const day = (name: string, description: string, required: boolean) => ({
  name,
  in: 'query' as const,
  required,
  description,
  schema: { type: 'string', pattern: '^\\d{4}-\\d{2}-\\d{2}$' },
})

export const adminOperations: Operation[] = [
  {
    id: 'listUnits',
    method: 'get',
    path: '/v1/units',
    tag: 'operation',
    summary: 'What the caller used of the hub, per day (UTC) and kind; an operator sees all parties',
    description:
      'Counted from the journal: messages and bytes sent, attachments, items told, messages refused by a head.',
    caller: 'party',
    parameters: [
      day('from', 'first day', true),
      day('to', 'last day, at most 366 days; `from` if absent', false),
      { name: 'after', in: 'query', description: 'the `next` of the page before', schema: text() },
      {
        name: 'limit',
        in: 'query',
        description: 'rows looked at, 1,000 at most',
        schema: { ...count(), minimum: 1, maximum: 1000 },
      },
    ],
    answers: {
      200: {
        description: 'A page; it may hold fewer rows than asked for and still have a `next`',
        content: json(
          object({
            from: text(),
            to: text(),
            rows: list(
              object({
                party: shapes.party,
                day: text(),
                kind: text(),
                messages: count(),
                bytes: count('envelope and body'),
                attachmentBytes: count(),
                items: count('entries told to the party'),
                refusals: count(),
              }),
            ),
            'next?': text(),
          }),
        ),
      },
    },
    refusals: ['VIEW_BEHIND'],
  },
  {
    id: 'readState',
    method: 'get',
    path: '/v1/admin/state',
    tag: 'operation',
    summary: 'Backlog, lags, stuck followers, pauses, quotas, checkpoint and disk; for operators of the hub',
    caller: 'party',
    answers: {
      200: {
        description: 'As it is now',
        content: json(
          object({
            hub: shapes.party,
            ready: { type: 'boolean' },
            reasons: list(text()),
            entries: count(),
            lag: counts('entries behind the journal, by follower'),
            stuck: list(
              object({ follower: text(), at: count(), since: shapes.time, retry: text('what may safely be done') }),
            ),
            pauses: list(object({ what: text(), reason: text(), entry: count('the hub.admin that paused it') })),
            quotas: list(object({ party: shapes.party, limits: counts('what differs from everybody\u2019s') })),
            'checkpoint?': object({ size: count(), ageMs: count() }),
            diskFreeBytes: count(),
            loopLagMs: { type: 'number' },
            inFlight: object({ requests: count(), bodyBytes: count() }),
            sockets: count(),
            sessions: count(),
          }),
        ),
      },
    },
    refusals: ['READ_NOT_PERMITTED'],
  },
  {
    id: 'readMetrics',
    method: 'get',
    path: '/metrics',
    tag: 'operation',
    summary: 'Metrics in the Prometheus text format; with a token of its own, or from the hub\u2019s machine alone',
    caller: 'scraper',
    answers: { 200: { description: 'The metrics', content: { 'text/plain': text() } } },
    refusals: ['SESSION_REQUIRED'],
  },
]
