// The shapes that go over the wire, named as docs/formats.md names them.
import { REFUSALS } from '../../src/hub/errors.ts'
import { PURPOSES } from '../../src/hub/supervision/purpose.ts'
import { readSchemaFile } from '../../src/hub/values/schema-file.ts'
import { count, list, object, ref, text, type Schema } from './form.ts'

const sha256: Schema = { type: 'string', pattern: '^[0-9a-f]{64}$', description: 'SHA-256, lower-case hex' }
const base64url = (what: string): Schema => ({
  type: 'string',
  pattern: '^[A-Za-z0-9_-]*$',
  description: `${what}, base64url without padding`,
})
export const time: Schema = { type: 'string', format: 'date-time', description: 'RFC 3339, UTC, milliseconds' }
const party: Schema = { type: 'string', pattern: '^urn:hub:[a-z]{2}:[a-z][a-z0-9-]{1,30}:[a-z0-9][a-z0-9._-]{0,63}$' }
const jws = (typ: string): Schema => text(`compact JWS of typ ${typ}`)
export const shapes = { sha256, base64url, time, party, jws }

export const purpose = object(
  { code: { enum: Object.keys(PURPOSES) }, 'reference?': { type: 'string', pattern: '^[ !#-\\[\\]-~]{1,120}$' } },
  'why a regulator reads',
)

const finding = object({
  code: text('see `beibu explain <code>`'),
  path: text('JSON Pointer into the body, or a path of elements for XML; empty for the whole'),
  message: text(),
  'params?': { type: 'object' },
})

const problem: Schema = {
  type: 'object',
  description: 'RFC 9457. `code` is stable, `who` has to act, `retry` says whether the same bytes help.',
  required: ['type', 'title', 'status', 'detail', 'code', 'layer', 'who', 'retry'],
  properties: {
    type: text('urn:beibu-hub:refusal:<code>'),
    title: text('what the code means, in the language asked for (en, zh)'),
    status: { type: 'integer' },
    detail: text('what was the matter here'),
    code: { enum: Object.keys(REFUSALS) },
    layer: { enum: [...new Set(Object.values(REFUSALS).map(({ layer }) => layer))] },
    who: { enum: ['sender', 'recipient', 'operator', 'partner'] },
    retry: { enum: ['no', 'same-id', 'after'] },
    findings: list(ref('Finding')),
    requestId: text(),
    verdict: { enum: ['refused', 'unknown'], description: 'of a refusal the journal has decided' },
    refusal: object({ index: count('entry that proves it'), code: text(), rule: text() }),
    receipt: ref('Receipt'),
  },
}

const receipt = object(
  {
    payload: base64url('the receipt payload, a JSON object'),
    index: count('place in the group commit'),
    size: count('receipts in the group commit'),
    path: list(text('sibling hash, hex')),
    signatures: list(jws('hub-commit+jws')),
  },
  'RFC 6962 path of the payload to the root that the hub has signed.',
)

const messageFile = object(
  {
    payload: base64url('the envelope bytes as signed'),
    signatures: list(
      object({ protected: base64url('the JWS protected header'), signature: base64url('the signature') }),
    ),
    body: base64url('the body'),
    'attachments?': list(object({ sha256, data: base64url('the attachment') })),
  },
  'JWS general serialisation with the body beside it.',
)

const viewed = object({
  view: object({ name: text(), by: { const: 'hub' }, of: sha256 }),
  journal: text(),
  index: count(),
  at: time,
  kind: text(),
  from: party,
  to: list(party),
  created: time,
  'ref?': text(),
  'body?': {},
  masked: list(text('JSON Pointer of a member left out')),
  jws: jws('hub-view+jws'),
})

const item: Schema = {
  ...object({
    journal: text(),
    epoch: count(),
    seq: count('place in the feed'),
    prev: count('seq of the item before it in the same selection'),
    index: count('journal index'),
    kind: text(),
    view: text(),
    'message?': ref('MessageFile'),
    'viewed?': ref('Viewed'),
    'withheld?': { enum: ['erased', 'right-withdrawn'] },
    receipt: ref('Receipt'),
  }),
  oneOf: ['message', 'viewed', 'withheld'].map((one) => ({ required: [one] })),
}

const gap = object({ from: count(), to: count(), why: { enum: ['retention', 'epoch'] } })

const subscription: Schema = {
  type: 'object',
  required: ['name', 'position', 'filter'],
  properties: {
    name: text(),
    position: count('every match up to here is acknowledged'),
    filter: object({ 'kinds?': list(text()) }),
    purpose,
    created: time,
  },
}

const { $schema: _schema, $id: _id, ...envelope } = readSchemaFile('hub/envelope.v1.json')

export const schemas: Record<string, Schema> = {
  Finding: finding,
  Problem: problem,
  Receipt: receipt,
  MessageFile: messageFile,
  Viewed: viewed,
  Item: item,
  Gap: gap,
  Subscription: subscription,
  Envelope: rooted(envelope, 'Envelope'),
}

/** A schema of its own file as a component: references to its own definitions are led into the component. */
export function rooted(schema: Schema, name: string): Schema {
  const text = JSON.stringify(schema).replaceAll('"#/$defs/', `"#/components/schemas/${name}/$defs/`)
  return JSON.parse(text) as Schema
}
