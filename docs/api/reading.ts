// Operations of readers: sessions, feeds and subscriptions, the log, health.
import { count, list, object, ref, text, type Operation, type Parameter, type Schema } from './form.ts'
import { purpose, shapes } from './schemas.ts'
import { purposeHeader } from './supervision.ts'
import { ANSWER_STATES, DUE_ROLES } from '../../src/hub/due-list.ts'

const JSON_TYPE = 'application/json'
const json = (schema: Schema) => ({ [JSON_TYPE]: schema })
const asked = (schema: Schema) => ({ [JSON_TYPE]: { schema } })
const query = (name: string, description: string, schema = count()): Parameter => ({
  name,
  in: 'query',
  description,
  schema,
})
const wanted = (name: string, description: string): Parameter => ({ ...query(name, description), required: true })

export const sessionOperations: Operation[] = [
  {
    id: 'openSession',
    method: 'post',
    path: '/v1/sessions',
    tag: 'sessions',
    summary: 'Ask for a challenge, then prove the identity',
    description:
      'With `{}` a challenge comes back. Sign {hub, origin, party, certificate, nonce, issued, purpose} as a compact JWS of typ `hub-session+jws` and post it as `answer`. ' +
      'A bearer token is good for 15 minutes and for one purpose: `api` for these routes, `feed` for the socket.',
    caller: 'nobody',
    request: asked(
      object({
        'answer?': shapes.jws('hub-session+jws'),
        'certificates?': list(shapes.base64url('DER, leaf first')),
      }),
    ),
    answers: {
      201: {
        description: 'The challenge, or the session',
        content: json({
          oneOf: [
            object({ nonce: text(), hub: shapes.party, origin: text(), expires: shapes.time }),
            object({ token: text('a secret'), party: shapes.party, until: shapes.time }),
          ],
        }),
      },
    },
    refusals: [
      'TOO_LARGE',
      'JSON_MALFORMED',
      'JSON_LOSSY',
      'ENCODING_NOT_CANONICAL',
      'SESSION_FOREIGN',
      'SESSION_ANSWER_STALE',
      'SESSION_NONCE_UNKNOWN',
      'SESSION_NONCE_USED',
      'SIGNATURE_INVALID',
      'SIGNATURE_TYPE_WRONG',
      'ALGORITHM_MISMATCH',
      'CERTIFICATE_UNKNOWN',
      'CERTIFICATE_MALFORMED',
      'CERTIFICATE_EXPIRED',
      'CERTIFICATE_NOT_YET_VALID',
      'VIEW_BEHIND',
      'CERTIFICATE_UNTRUSTED',
      'CERTIFICATE_ISSUER_NOT_CA',
      'CERTIFICATE_NAME_CONSTRAINT',
      'CERTIFICATE_USAGE',
      'CERTIFICATE_REVOKED',
      'PARTY_UNKNOWN',
      'ENVELOPE_MALFORMED',
    ],
  },
]

export const feedOperations: Operation[] = [
  {
    id: 'pullFeed',
    method: 'get',
    path: '/v1/feed',
    tag: 'feed',
    summary: 'Read the own feed by request',
    description:
      'The same items as over the socket (see the AsyncAPI document). With `name` the durable position of a subscription is read.',
    caller: 'party',
    parameters: [
      query('after', 'seq to go on from; with `name` only when the name is new'),
      query('limit', 'items at most, 1,000 at most', { ...count(), maximum: 1000 }),
      query('kinds', 'kinds wanted, separated by commas', text()),
      query('name', 'a durable subscription', text()),
      query('ack', 'acknowledges every match of `name` up to this seq'),
      purposeHeader,
    ],
    answers: {
      200: {
        description: 'A page; `next` is the `after` to go on from',
        content: json(
          object({
            journal: text(),
            epoch: count(),
            next: count(),
            head: count(),
            'gap?': ref('Gap'),
            items: list(ref('Item')),
          }),
        ),
      },
    },
    refusals: ['SUBSCRIPTION_INVALID', 'ACK_INVALID', 'PURPOSE_REQUIRED'],
  },
  {
    id: 'makeSubscription',
    method: 'post',
    path: '/v1/subscriptions',
    tag: 'feed',
    summary: 'Make a durable subscription before its first read',
    caller: 'party',
    request: asked(
      object({
        name: text(),
        'after?': count(),
        'view?': text(),
        'purpose?': purpose,
        'filter?': object({ 'kinds?': list(text()) }),
      }),
    ),
    answers: {
      201: { description: 'New', content: json(ref('Subscription')) },
      200: { description: 'There already, as asked for', content: json(ref('Subscription')) },
    },
    refusals: ['SUBSCRIPTION_INVALID', 'PURPOSE_REQUIRED', 'JSON_MALFORMED', 'JSON_LOSSY', 'TOO_LARGE'],
  },
  {
    id: 'listSubscriptions',
    method: 'get',
    path: '/v1/subscriptions',
    tag: 'feed',
    summary: 'The own subscriptions and their positions',
    caller: 'party',
    answers: {
      200: { description: 'All of them', content: json(object({ subscriptions: list(ref('Subscription')) })) },
    },
    refusals: [],
  },
  {
    id: 'removeSubscription',
    method: 'delete',
    path: '/v1/subscriptions/{name}',
    tag: 'feed',
    summary: 'Forget a subscription and its position',
    caller: 'party',
    parameters: [{ name: 'name', in: 'path', description: 'its name', schema: text() }],
    answers: { 204: { description: 'Forgotten, or never there' } },
    refusals: ['SUBSCRIPTION_INVALID'],
  },
  {
    id: 'listDue',
    method: 'get',
    path: '/v1/due',
    tag: 'feed',
    summary: 'Answers that are wanted by a time: what the caller must answer, and what it waits for',
    caller: 'party',
    parameters: [
      { ...wanted('role', 'whether the caller is to answer or awaits the answer'), schema: { enum: [...DUE_ROLES] } },
      query('state', 'awaited when absent', { enum: [...ANSWER_STATES] }),
      query('after', 'the `next` of the page before', text()),
      query('limit', 'at most 200; 50 when absent'),
    ],
    answers: {
      200: {
        description: 'In order of time',
        content: json(
          object({
            role: { enum: [...DUE_ROLES] },
            state: { enum: [...ANSWER_STATES] },
            items: list(
              object({
                index: count('the message that wants the answer'),
                kind: text(),
                due: shapes.time,
                waiting: list(shapes.party),
                party: shapes.party,
                state: { enum: [...ANSWER_STATES] },
                'overdue?': count('entry that says it is overdue'),
                'answer?': count('entry that answers it'),
              }),
            ),
            'next?': text('there is more; ask with it as `after`'),
          }),
        ),
      },
    },
    refusals: ['PARAMETER_INVALID', 'VIEW_BEHIND'],
  },
]

const path = list({ type: 'string', pattern: '^[0-9a-f]{64}$' })

export const logOperations: Operation[] = [
  {
    id: 'readCheckpoint',
    method: 'get',
    path: '/v1/log/checkpoint',
    tag: 'log',
    summary: 'A checkpoint: the signed note over the whole log (C2SP)',
    caller: 'party',
    parameters: [query('size', 'of that size; the newest if absent')],
    answers: { 200: { description: 'The note', content: { 'text/plain': text() } } },
    refusals: ['NOT_FOUND'],
  },
  {
    id: 'proveInclusion',
    method: 'get',
    path: '/v1/log/inclusion',
    tag: 'log',
    summary: 'RFC 6962 inclusion proof of an entry',
    caller: 'party',
    parameters: [wanted('index', 'journal index'), query('size', 'of the tree; the newest checkpoint if absent')],
    answers: { 200: { description: 'The path', content: json(object({ index: count(), size: count(), path })) } },
    refusals: ['NOT_FOUND'],
  },
  {
    id: 'proveConsistency',
    method: 'get',
    path: '/v1/log/consistency',
    tag: 'log',
    summary: 'RFC 6962 consistency proof between two sizes',
    caller: 'party',
    parameters: [wanted('from', 'the smaller size'), wanted('to', 'the larger size')],
    answers: { 200: { description: 'The path', content: json(object({ from: count(), to: count(), path })) } },
    refusals: ['NOT_FOUND'],
  },
]

const state: Schema = {
  type: 'object',
  required: ['ready', 'reasons', 'hub', 'entries', 'lag'],
  properties: {
    ready: { type: 'boolean' },
    reasons: list(text()),
    hub: text(),
    entries: count(),
    lag: { type: 'object', additionalProperties: count() },
  },
}

export const healthOperations: Operation[] = [
  {
    id: 'isLive',
    method: 'get',
    path: '/health/live',
    tag: 'operation',
    summary: 'Whether the process answers',
    caller: 'nobody',
    answers: { 200: { description: 'It does', content: json(object({ live: { const: true } })) } },
    refusals: [],
  },
  {
    id: 'isReady',
    method: 'get',
    path: '/health/ready',
    tag: 'operation',
    summary: 'Whether it can take messages now, and why not',
    caller: 'nobody',
    answers: {
      200: { description: 'It can', content: json(state) },
      503: { description: 'It cannot', content: json(state) },
    },
    refusals: [],
  },
]
