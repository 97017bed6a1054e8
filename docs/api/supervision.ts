// Operations of supervision and of proof of delivery: who read, who received, the whole of a feed, the whole of a day.
import { count, list, object, text, type Operation, type Parameter, type Schema } from './form.ts'
import { PURPOSES } from '../../src/hub/supervision/purpose.ts'
import { shapes } from './schemas.ts'

const json = (schema: Schema) => ({ 'application/json': schema })
const index: Parameter = { name: 'index', in: 'path', description: 'journal index', schema: count() }
const recipient: Parameter = { name: 'party', in: 'path', description: 'a recipient of the entry', schema: text() }

/** What a regulator must say with every reading; others leave it out. */
export const purposeHeader: Parameter = {
  name: 'Hub-Purpose',
  in: 'header',
  description: `of a regulator: why it reads, \`<code>[; ref="<reference>"]\`; codes are ${Object.keys(PURPOSES).join(', ')}`,
  schema: text(),
}

const notYet = object({ party: shapes.party, delivered: { const: false } })
const received = {
  party: shapes.party,
  delivered: { const: true },
  acknowledgement: count('entry of the hub.acknowledgement'),
  at: shapes.time,
  seq: count('in the feed of the recipient'),
  from: count(),
  to: count(),
}
const proof = object({ position: count(), size: count(), path: list(text()) })
const set = object({
  hub: shapes.party,
  journal: text(),
  epoch: count(),
  feed: shapes.party,
  'day?': text('UTC'),
  from: count(),
  to: count(),
  count: count(),
  root: shapes.sha256,
  size: count('of the journal'),
})

export const supervisionOperations: Operation[] = [
  {
    id: 'readAccess',
    method: 'get',
    path: '/v1/messages/{index}/access',
    tag: 'supervision',
    summary: 'Which regulators read what the caller sent, when, in which view and why',
    caller: 'party',
    parameters: [index],
    answers: {
      200: {
        description: 'Readings in order of time; `anchor` is the hub.access entry that holds the row',
        content: json(
          object({
            index: count(),
            readings: list(
              object({
                reader: shapes.party,
                way: { enum: ['subscription', 'pull', 'entry', 'bundle', 'attachment', 'history', 'case'] },
                purpose: { enum: Object.keys(PURPOSES) },
                view: text(),
                since: shapes.time,
                until: shapes.time,
                'anchor?': count(),
              }),
            ),
          }),
        ),
      },
    },
    refusals: ['NOT_FOUND'],
  },
  {
    id: 'readAccessRows',
    method: 'get',
    path: '/v1/access/{index}',
    tag: 'supervision',
    summary: 'The rows that a hub.access entry anchors',
    caller: 'party',
    parameters: [index],
    answers: {
      200: {
        description: 'Rows and their root',
        content: json(object({ index: count(), rows: list({ type: 'object' }), root: shapes.sha256 })),
      },
    },
    refusals: ['NOT_FOUND'],
  },
  {
    id: 'listDeliveries',
    method: 'get',
    path: '/v1/messages/{index}/deliveries',
    tag: 'supervision',
    summary: 'Who has acknowledged to have received what the caller sent',
    caller: 'party',
    parameters: [index],
    answers: {
      200: {
        description: 'One line per recipient',
        content: json(object({ index: count(), deliveries: list({ oneOf: [notYet, object(received)] }) })),
      },
    },
    refusals: ['NOT_FOUND'],
  },
  {
    id: 'readDelivery',
    method: 'get',
    path: '/v1/messages/{index}/deliveries/{party}',
    tag: 'supervision',
    summary: 'The delivery to one recipient, with the path from the receipt to the root it signed',
    caller: 'party',
    parameters: [index, recipient],
    answers: {
      200: {
        description: 'Not yet, or with its proof',
        content: json({ oneOf: [notYet, object({ ...received, proof })] }),
      },
    },
    refusals: ['NOT_FOUND'],
  },
  {
    id: 'readDeliveryBundle',
    method: 'get',
    path: '/v1/messages/{index}/deliveries/{party}/bundle',
    tag: 'supervision',
    summary: 'The evidence bundle of the acknowledgement',
    caller: 'party',
    parameters: [index, recipient],
    answers: {
      200: {
        description: 'A bundle',
        content: json({ type: 'object', required: ['v', 'message', 'receipt', 'log', 'checkpoint'] }),
      },
    },
    refusals: ['NOT_FOUND', 'VIEW_BEHIND'],
  },
  {
    id: 'readHistory',
    method: 'get',
    path: '/v1/feed/history',
    tag: 'supervision',
    summary: 'The own feed as lines of JSON',
    description:
      'One item a line; the last line is {set, jws}: which items were given, signed by the hub. Without that line the history is not whole: go on after the last seq.',
    caller: 'party',
    parameters: [
      { name: 'from', in: 'query', description: 'seq, 1 if absent', schema: { ...count(), minimum: 1 } },
      { name: 'to', in: 'query', description: 'seq, the newest if absent', schema: count() },
      purposeHeader,
    ],
    answers: { 200: { description: 'The lines', content: { 'application/x-ndjson': text() } } },
    refusals: ['PURPOSE_REQUIRED'],
  },
  {
    id: 'readCompleteness',
    method: 'get',
    path: '/v1/feed/completeness',
    tag: 'supervision',
    summary: 'What the own feed held of one day, signed',
    caller: 'party',
    parameters: [
      {
        name: 'day',
        in: 'query',
        required: true,
        description: 'YYYY-MM-DD, UTC, over',
        schema: { type: 'string', format: 'date' },
      },
    ],
    answers: {
      200: { description: 'Range, count and root', content: json(object({ set, jws: shapes.jws('hub-set+jws') })) },
    },
    refusals: ['VIEW_BEHIND'],
  },
]
