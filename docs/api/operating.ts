// Operations for the operator, and what each party has used.
import { count, list, object, text, type Operation, type Schema } from './form.ts'
import { shapes } from './schemas.ts'

const json = (schema: Schema) => ({ 'application/json': schema })
const day: Schema = { type: 'string', format: 'date' }
const number: Schema = { type: 'number', minimum: 0 }

const state = object({
  hub: shapes.party,
  ready: { type: 'boolean' },
  reasons: list(text()),
  entries: count(),
  lag: { type: 'object', additionalProperties: count() },
  stuck: list(object({ follower: text(), at: count(), since: shapes.time, retry: text('what may safely be done') })),
  pauses: list(object({ what: text(), reason: text(), entry: count('the hub.admin that says so') })),
  quotas: list(object({ party: shapes.party, limits: { type: 'object' } })),
  'checkpoint?': object({ size: count(), ageMs: count() }),
  diskFreeBytes: number,
  loopLagMs: number,
  inFlight: object({ requests: count(), bodyBytes: count() }),
  sockets: count(),
  sessions: count(),
})

export const operatingOperations: Operation[] = [
  {
    id: 'readState',
    method: 'get',
    path: '/v1/admin/state',
    tag: 'operation',
    summary: 'Backlog, lags, what is stuck and what may safely be done about it; for operators of this hub',
    caller: 'party',
    answers: { 200: { description: 'The state', content: json(state) } },
    refusals: ['READ_NOT_PERMITTED'],
  },
  {
    id: 'readUnits',
    method: 'get',
    path: '/v1/units',
    tag: 'operation',
    summary: 'What was used, by party, day and kind: the own party, or all of them for an operator of this hub',
    caller: 'party',
    parameters: [
      { name: 'from', in: 'query', required: true, description: 'first day, UTC', schema: day },
      { name: 'to', in: 'query', description: 'last day; the first if absent', schema: day },
      { name: 'after', in: 'query', description: '`next` of the page before', schema: text() },
      {
        name: 'limit',
        in: 'query',
        description: 'rows at most',
        schema: { type: 'integer', minimum: 1, maximum: 1000 },
      },
    ],
    answers: {
      200: {
        description: 'Rows in order; `next` if there are more',
        content: json(object({ from: day, to: day, units: list({ type: 'object' }), 'next?': text() })),
      },
    },
    refusals: ['VIEW_BEHIND'],
  },
  {
    id: 'scrapeMetrics',
    method: 'get',
    path: '/metrics',
    tag: 'operation',
    summary: 'Metrics in the text form of Prometheus',
    description: 'By the bearer token of the metrics reader; without one configured, to peers on the same machine.',
    caller: 'scraper',
    answers: { 200: { description: 'The metrics', content: { 'text/plain': text() } } },
    refusals: ['SESSION_REQUIRED'],
  },
]
