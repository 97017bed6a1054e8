// Operations on what is owed and asked: answers that are wanted by a time, and enquiries that change nothing.
import { count, list, object, text, type Operation, type Schema } from './form.ts'
import { exampleEnquiry } from './examples.ts'
import { shapes } from './schemas.ts'

const json = (schema: Schema) => ({ 'application/json': schema })
const state: Schema = { enum: ['awaited', 'overdue', 'answered'] }
const role: Schema = { enum: ['answer', 'await'] }

const wanted = object({
  index: count('the message that wants it'),
  kind: text(),
  due: shapes.time,
  waiting: list(shapes.party),
  party: shapes.party,
  state,
  'overdue?': count('the entry that says so'),
  'answer?': count('the entry that answers; it may come after the time'),
})

export const answerOperations: Operation[] = [
  {
    id: 'listDue',
    method: 'get',
    path: '/v1/due',
    tag: 'answers',
    summary: 'What the caller must answer, and what it waits for',
    description:
      'A message with `due` in its envelope awaits an answer of each recipient: a message whose `re` names it. When the time has come, `hub.overdue` is told to all concerned.',
    caller: 'party',
    parameters: [
      {
        name: 'role',
        in: 'query',
        required: true,
        description: '`answer`: what I owe; `await`: what I am owed',
        schema: role,
      },
      { name: 'state', in: 'query', description: 'awaited if absent', schema: state },
      { name: 'after', in: 'query', description: '`next` of the page before', schema: text() },
      {
        name: 'limit',
        in: 'query',
        description: '50 if absent',
        schema: { type: 'integer', minimum: 1, maximum: 200 },
      },
    ],
    answers: {
      200: {
        description: 'In order of time',
        content: json(object({ role, state, items: list(wanted), 'next?': text() })),
      },
    },
    refusals: ['VIEW_BEHIND'],
  },
  {
    id: 'enquire',
    method: 'post',
    path: '/v1/enquiries',
    tag: 'answers',
    summary: 'Ask whether a document is genuine and what is left of it',
    description:
      'The answer is signed by the hub, typ `hub-attestation+jws`, and says at which size of the journal it was true. `unknown` is an answer, never a no. ' +
      'One must hold the document to ask: what only a holder knows is part of the question, and guessing is bounded.',
    caller: 'party',
    request: {
      'application/json': {
        schema: object({
          enquiry: text('see GET /v1/enquiries'),
          v: { type: 'integer', minimum: 1, maximum: 1000 },
          question: { type: 'object' },
          'suites?': { ...list({ enum: ['ES256', 'EdDSA', 'SM2SM3'] }), minItems: 1, maxItems: 2, uniqueItems: true },
        }),
        examples: { declaration: { summary: 'a bank shows what it holds of a declaration', value: exampleEnquiry } },
      },
    },
    answers: {
      200: {
        description: 'The signed answer, once per suite',
        content: json(object({ signatures: list(shapes.jws('hub-attestation+jws')) })),
      },
    },
    refusals: [
      'MEDIA_TYPE_UNSUPPORTED',
      'TOO_LARGE',
      'JSON_MALFORMED',
      'JSON_LOSSY',
      'READ_NOT_PERMITTED',
      'FINDINGS',
      'ENQUIRY_QUOTA',
      'VIEW_BEHIND',
      'CONTENDED',
    ],
  },
  {
    id: 'listEnquiries',
    method: 'get',
    path: '/v1/enquiries',
    tag: 'answers',
    summary: 'What can be asked, by whom, and how',
    caller: 'nobody',
    answers: {
      200: {
        description: 'All enquiries',
        content: json(
          object({
            enquiries: list(
              object({ name: text(), version: count(), askers: list(text()), schema: { type: 'object' } }),
            ),
          }),
        ),
      },
    },
    refusals: [],
  },
  {
    id: 'readKeys',
    method: 'get',
    path: '/v1/keys',
    tag: 'answers',
    summary: 'The chain of the hub\u2019s own keys',
    description:
      'Signed `hub.key` messages from the first on. Whom to believe is decided by your own trust file, not by this answer.',
    caller: 'nobody',
    answers: {
      200: {
        description: 'The operator\u2019s root and the statements',
        content: json(object({ operatorRoot: shapes.base64url('DER'), keys: list({ type: 'object' }) })),
      },
    },
    refusals: [],
  },
]
