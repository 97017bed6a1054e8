// Operations on ledgers and lanes: what the hub believes of them, and how far what goes over them has come.
import { readSchemaFile } from '../../src/hub/index.ts'
import { count, list, object, text, type Operation, type Schema } from './form.ts'
import { shapes } from './schemas.ts'
import { purposeHeader } from './supervision.ts'

const json = (schema: Schema) => ({ 'application/json': schema })
const word: Schema = { type: 'string', pattern: '^[0-9a-f]{64}$' }
const address: Schema = { type: 'string', pattern: '^[0-9a-f]{40}$' }
const side: Schema = { enum: ['source', 'target'] }

const properties = (name: string): Record<string, Schema> =>
  readSchemaFile(`ledger/${name}.v1.json`)['properties'] as Record<string, Schema>

const { ledger: _, ...trusted } = properties('trust')
const trust: Schema = {
  type: 'object',
  additionalProperties: false,
  required: ['sequence', 'consensus', 'chainId', 'root', 'gateway'],
  properties: trusted,
}

const ledger = object({
  ledger: shapes.party,
  'trust?': trust,
  'proposedBy?': { enum: ['country', 'operator'] },
  frozen: { type: 'boolean' },
  'connection?': object(
    {
      'height?': count('newest block as the node says'),
      'verified?': count('newest block verified here'),
      headers: count('headers verified and kept'),
      'account?': address,
      'funds?': { enum: ['enough', 'low'] },
      gasUsed: text('gas used by this hub, decimal'),
      'fault?': text('why it stands still'),
    },
    'only of ledgers this hub is connected to',
  ),
})

const lane = object({
  lane: word,
  state: { enum: ['proposed', 'open', 'paused', 'frozen', 'closed'] },
  terms: properties('lane')['terms']!,
  signed: list(side),
  paused: list({ enum: ['source', 'target', 'operator'] }),
  'packets?': { type: 'object', additionalProperties: count(), description: 'packets by how far they have come' },
  'backlogS?': { type: 'number', minimum: 0, description: 'age of the oldest that has not come to its end, seconds' },
  'waits?': text('why the lane does not move'),
})

const packet = object({
  lane: word,
  sequence: count(),
  kind: word,
  message: { ...word, description: 'messageCommitment of the message it stands for' },
  commitment: word,
  deadline: count('Unix seconds; the target ledger judges it'),
  state: { enum: ['sent', 'delivered', 'failed', 'expired'] },
  'acknowledgement?': word,
  assurance: { enum: ['proof', 'signed-block', 'seal-only', 'attested', 'claimed'] },
  'attested?': text('who vouched for it at the target, for people'),
  entry: count('entry that brought it'),
  'receipt?': count('entry that brought its receipt'),
  'steps?': list(object({ step: text(), 'ledger?': text(), 'height?': count(), 'at?': shapes.time, detail: text() })),
})

const named = { name: 'lane', in: 'path' as const, required: true, description: 'id of the lane', schema: word }
const answer = (description: string, schema: Schema) => ({ 200: { description, content: json(schema) } })

export const ledgerOperations: Operation[] = [
  {
    id: 'listLedgers',
    method: 'get',
    path: '/v1/ledgers',
    tag: 'ledgers',
    summary: 'Ledgers: where belief in them begins, and how far they have been followed',
    caller: 'party',
    answers: answer('All of them', object({ ledgers: list(ledger) })),
    refusals: ['VIEW_BEHIND'],
  },
  {
    id: 'listLanes',
    method: 'get',
    path: '/v1/lanes',
    tag: 'ledgers',
    summary: 'Lanes between ledgers, their terms and how they stand',
    caller: 'party',
    answers: answer('All of them', object({ lanes: list(lane) })),
    refusals: ['VIEW_BEHIND'],
  },
  {
    id: 'readLane',
    method: 'get',
    path: '/v1/lanes/{lane}',
    tag: 'ledgers',
    summary: 'One lane',
    caller: 'party',
    parameters: [named],
    answers: answer('The lane', lane),
    refusals: ['VIEW_BEHIND', 'NOT_FOUND'],
  },
  {
    id: 'listPackets',
    method: 'get',
    path: '/v1/lanes/{lane}/packets',
    tag: 'ledgers',
    summary: 'Packets of a lane, for the owners of its ends and the operator',
    caller: 'party',
    parameters: [
      named,
      { name: 'from', in: 'query', description: 'first sequence; 1 when absent', schema: count() },
      {
        name: 'limit',
        in: 'query',
        description: '50 when absent',
        schema: { type: 'integer', minimum: 1, maximum: 200 },
      },
    ],
    answers: answer('Ascending by sequence', object({ lane: word, packets: list(packet) })),
    refusals: ['VIEW_BEHIND', 'NOT_FOUND', 'READ_NOT_PERMITTED'],
  },
  {
    id: 'readRelayed',
    method: 'get',
    path: '/v1/messages/{index}/relayed',
    tag: 'ledgers',
    summary: 'Packets that stand for a message, and how far each has come',
    description: 'For whoever may see the message; a regulator reads for a purpose.',
    caller: 'party',
    parameters: [
      { name: 'index', in: 'path', required: true, description: 'entry of the message', schema: count() },
      purposeHeader,
    ],
    answers: answer('All packets with its messageCommitment', object({ index: count(), relayed: list(packet) })),
    refusals: ['VIEW_BEHIND', 'NOT_FOUND', 'PURPOSE_REQUIRED', 'READ_NOT_PERMITTED'],
  },
]
