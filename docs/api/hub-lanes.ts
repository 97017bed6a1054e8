// Operations between hubs: headers of the log, what stands in it about a lane, what is handed over, and the register of exports.
import { readSchemaFile } from '../../src/hub/index.ts'
import { count, list, object, text, type Operation, type Schema } from './form.ts'
import { shapes } from './schemas.ts'
import { purposeHeader } from './supervision.ts'

const json = (schema: Schema) => ({ 'application/json': schema })
const word: Schema = { type: 'string', pattern: '^[0-9a-f]{64}$' }
const base64url: Schema = { type: 'string', pattern: '^[A-Za-z0-9_-]*$' }
const { $schema: _, $id: __, title: ___, ...exported } = readSchemaFile('hub/export.v1.json')
const { packet } = exported['properties'] as Record<string, Schema>
const delivery = readSchemaFile('ledger/delivery.v1.json')['properties'] as Record<string, Schema>

const lane = { name: 'lane', in: 'path' as const, required: true, description: 'id of the lane', schema: word }
const sequence = {
  name: 'sequence',
  in: 'path' as const,
  required: true,
  description: 'of the packet',
  schema: count(),
}
const query = (name: string, description: string, schema: Schema = count()) => ({
  name,
  in: 'query' as const,
  description,
  schema,
})
const wanted = (name: string, description: string) => ({ ...query(name, description), required: true })
const answer = (description: string, schema: Schema) => ({ 200: { description, content: json(schema) } })

const receipt = object({
  sequence: count(),
  outcome: { enum: ['delivered', 'failed', 'expired'] },
  commitment: word,
  acknowledgement: word,
  height: count('size of the log that holds it'),
})

export const hubLaneOperations: Operation[] = [
  {
    id: 'readLogHeader',
    method: 'get',
    path: '/v1/log/header',
    tag: 'log',
    summary: 'A header of the log, for another hub that has pinned the keys of this one',
    description:
      'The signed checkpoint with the chain of `hub.key` messages that leads to its signatures, the last leaf (which says its time), and proofs that the log goes on from earlier sizes.',
    caller: 'party',
    parameters: [
      wanted('size', 'of a checkpoint'),
      query('from', 'up to four earlier sizes, separated by commas', { type: 'string' }),
    ],
    answers: answer(
      'In its one spelling',
      object({
        v: { const: 1 },
        note: text('C2SP signed note'),
        keys: list({ type: 'object' }),
        last: object({ leaf: base64url, path: list(base64url) }),
        growth: list(object({ from: count(), path: list(base64url) })),
      }),
    ),
    refusals: ['NOT_FOUND'],
  },
  {
    id: 'readLaneFacts',
    method: 'get',
    path: '/v1/lanes/{lane}/facts',
    tag: 'ledgers',
    summary: 'What stands in this log about a lane that joins this hub with another; for the operators of both',
    caller: 'party',
    parameters: [lane, query('from', 'first sequence; 1 if absent'), query('to', 'last sequence; none if absent')],
    answers: answer(
      'Counters, and the packets asked for: sent from here, or what became of them here',
      object({
        sent: count(),
        received: count(),
        acknowledged: count(),
        packets: list(object({ packet: packet!, height: count('size of the log that holds it') })),
        receipts: list(receipt),
      }),
    ),
    refusals: ['NOT_FOUND', 'READ_NOT_PERMITTED', 'VIEW_BEHIND'],
  },
  {
    id: 'proveLaneFact',
    method: 'get',
    path: '/v1/lanes/{lane}/facts/{box}/{sequence}',
    tag: 'ledgers',
    summary: 'Proof that a packet was sent from here, or of what became of it here',
    caller: 'party',
    parameters: [
      lane,
      { name: 'box', in: 'path', required: true, description: 'which', schema: { enum: ['outbox', 'inbox'] } },
      sequence,
      wanted('size', 'of the log it is proved in'),
    ],
    answers: answer(
      'The place of the entry; its envelope and body',
      object({ account: list(base64url), storage: list(base64url) }),
    ),
    refusals: ['NOT_FOUND', 'READ_NOT_PERMITTED', 'VIEW_BEHIND'],
  },
  {
    id: 'readHandedOver',
    method: 'get',
    path: '/v1/lanes/{lane}/deliveries/{sequence}',
    tag: 'ledgers',
    summary: 'What is handed over with a packet, to the operator of the hub at the other end',
    description:
      'No more than the register of exports says of it: the message, a view, or nothing beside the commitment.',
    caller: 'party',
    parameters: [lane, sequence],
    answers: answer(
      'In the form the register says',
      object({
        form: { enum: ['body', 'view', 'commitment'] },
        'message?': delivery['message']!,
        'viewed?': { type: 'object' },
        'unavailable?': { const: 'erased' },
      }),
    ),
    refusals: ['NOT_FOUND', 'READ_NOT_PERMITTED', 'VIEW_BEHIND'],
  },
  {
    id: 'listExports',
    method: 'get',
    path: '/v1/exports',
    tag: 'supervision',
    summary: 'The register of exports: what went abroad, of what class, whose, to whom, on what ground',
    description: 'For the operator of the hub and regulators of its country; a regulator reads for a purpose.',
    caller: 'party',
    parameters: [
      query('from', 'journal index to begin with; 0 if absent'),
      query('limit', '100 if absent', { type: 'integer', minimum: 1, maximum: 1_000 }),
      purposeHeader,
    ],
    answers: answer(
      'Ascending; `next` is the `from` of the next page',
      object({
        exports: list(object({ index: count(), at: shapes.time, export: exported })),
        'next?': count(),
      }),
    ),
    refusals: ['READ_NOT_PERMITTED', 'PURPOSE_REQUIRED'],
  },
]
