// Operations on messages: submitting, finding, reading, and the evidence of them.
import type { RefusalCode } from '../../src/hub/errors.ts'
import { count, list, object, ref, text, type Operation } from './form.ts'
import { exampleBodies, exampleMessages } from './examples.ts'
import { purposeHeader } from './supervision.ts'

const JSON_TYPE = 'application/json'

/** What the walk may say no with, in its order. */
export const WALK: RefusalCode[] = [
  'TOO_LARGE',
  'MEDIA_TYPE_UNSUPPORTED',
  'ENCODING_NOT_CANONICAL',
  'JSON_MALFORMED',
  'JSON_LOSSY',
  'XML_MALFORMED',
  'XML_UNSAFE',
  'ENVELOPE_MALFORMED',
  'OTHER_HUB',
  'KIND_UNKNOWN',
  'KIND_VERSION_UNKNOWN',
  'CREATED_IN_FUTURE',
  'CREATED_TOO_LONG_AGO',
  'MESSAGE_EXPIRED',
  'BODY_DIGEST_MISMATCH',
  'ATTACHMENT_MISSING',
  'ATTACHMENT_DIGEST_MISMATCH',
  'RECIPIENT_UNKNOWN',
  'FINDINGS',
  'SIGNATURE_MISSING',
  'SIGNATURE_INVALID',
  'SUITE_MISSING',
  'ALGORITHM_MISMATCH',
  'SIGNATURE_TYPE_WRONG',
  'CERTIFICATE_MALFORMED',
  'CERTIFICATE_NOT_YET_VALID',
  'CERTIFICATE_ISSUER_NOT_CA',
  'CERTIFICATE_NAME_CONSTRAINT',
  'CERTIFICATE_USAGE',
  'CERTIFICATE_STATUS_UNKNOWN',
  'CERTIFICATE_STATUS_STALE',
  'PARTY_MISMATCH',
  'NO_MANDATE',
  'KIND_NOT_PERMITTED',
  'MESSAGE_ID_REUSED',
  'ALREADY_CLAIMED',
  'BALANCE_INSUFFICIENT',
  'ACCOUNT_CLOSED',
  'STATE_CONFLICT',
  'NOT_KNOWN_HERE',
  'VIEW_BEHIND',
  'CONTENDED',
  'PAUSED',
]

const index = { name: 'index', in: 'path' as const, description: 'journal index', schema: count() }
const taken = object({ index: count('journal index'), receipt: ref('Receipt') })

export const messageOperations: Operation[] = [
  {
    id: 'submitMessage',
    method: 'post',
    path: '/v1/messages',
    tag: 'messages',
    summary: 'Hand in a signed message',
    description:
      'Either the raw body, in the content type the envelope names, with the compact JWS over the envelope in `Hub-Message`; or a message file as `application/hub-message+json`. ' +
      'The same bytes get the same answer: after a broken connection or a 503 send them again.',
    caller: 'party',
    parameters: [
      {
        name: 'Hub-Message',
        in: 'header',
        description: 'compact JWS over the envelope, at most 8 KiB; absent for a message file',
        schema: text(),
      },
    ],
    request: {
      'application/hub-message+json': { schema: ref('MessageFile'), examples: exampleMessages },
      [JSON_TYPE]: { schema: {}, examples: exampleBodies.json },
      'application/xml': { schema: text('an ISO 20022 document'), examples: exampleBodies.xml },
    },
    answers: {
      201: { description: 'Durable, with its receipt', content: { [JSON_TYPE]: taken } },
      200: { description: 'Known already: the receipt it was given then', content: { [JSON_TYPE]: taken } },
    },
    refusals: WALK,
  },
  {
    id: 'submitBatch',
    method: 'post',
    path: '/v1/batches',
    tag: 'messages',
    summary: 'Hand in up to 1,000 message files, one a line',
    description:
      'Answered line by line in the same order: {line, status, index, receipt}, or {line} and a problem document.',
    caller: 'party',
    request: { 'application/x-ndjson': { schema: text('one message file per line') } },
    answers: { 200: { description: 'One answer a line', content: { 'application/x-ndjson': text() } } },
    refusals: ['TOO_LARGE', 'MEDIA_TYPE_UNSUPPORTED'],
  },
  {
    id: 'findMessage',
    method: 'get',
    path: '/v1/messages',
    tag: 'messages',
    summary: 'Find the entry of a sender and an id',
    caller: 'party',
    parameters: [
      { name: 'id', in: 'query', required: true, description: 'id of the envelope', schema: text() },
      { name: 'from', in: 'query', description: 'sender; the caller if absent', schema: text() },
    ],
    answers: {
      200: {
        description: 'Where it stands',
        content: {
          [JSON_TYPE]: object({
            index: count(),
            kind: text(),
            outcome: { enum: ['accepted', 'refused', 'unknown'] },
            receipt: ref('Receipt'),
          }),
        },
      },
    },
    refusals: ['NOT_FOUND'],
  },
  {
    id: 'readMessage',
    method: 'get',
    path: '/v1/messages/{index}',
    tag: 'messages',
    summary: 'Read an entry in the view the caller has of it',
    caller: 'party',
    parameters: [index, purposeHeader],
    answers: { 200: { description: 'As an item of seq 0', content: { [JSON_TYPE]: ref('Item') } } },
    refusals: ['NOT_FOUND', 'READ_NOT_PERMITTED', 'PURPOSE_REQUIRED'],
  },
  {
    id: 'readBundle',
    method: 'get',
    path: '/v1/messages/{index}/bundle',
    tag: 'messages',
    summary: 'The evidence bundle of an entry',
    description:
      'Waits until a checkpoint covers the entry. Check it offline with `beibu verify`; its form is in docs/formats.md.',
    caller: 'party',
    parameters: [
      index,
      {
        name: 'attachments',
        in: 'query',
        description: 'whether uploaded attachments are in it; omit if absent',
        schema: { enum: ['include', 'omit'] },
      },
      purposeHeader,
    ],
    answers: {
      200: {
        description: 'A bundle',
        content: { [JSON_TYPE]: { type: 'object', required: ['v', 'message', 'receipt', 'log', 'checkpoint'] } },
      },
    },
    refusals: ['BUNDLE_TOO_LARGE', 'NOT_FOUND', 'READ_NOT_PERMITTED', 'PURPOSE_REQUIRED', 'VIEW_BEHIND'],
  },
  {
    id: 'listKinds',
    method: 'get',
    path: '/v1/kinds',
    tag: 'messages',
    summary: 'The kinds of message this hub takes, with their schemas',
    caller: 'nobody',
    answers: {
      200: {
        description: 'All kinds',
        content: {
          [JSON_TYPE]: object({
            kinds: list({
              type: 'object',
              required: ['name', 'version', 'type', 'senders', 'bodyMaxBytes', 'ageMaxHours', 'views', 'schema'],
            }),
          }),
        },
      },
    },
    refusals: [],
  },
  ...['openapi', 'asyncapi'].map(
    (name): Operation => ({
      id: `read${name === 'openapi' ? 'OpenApi' : 'AsyncApi'}`,
      method: 'get',
      path: `/v1/${name}.json`,
      tag: 'operation',
      summary: name === 'openapi' ? 'This document' : 'The frames of the feed socket',
      caller: 'nobody',
      answers: { 200: { description: 'The document', content: { [JSON_TYPE]: { type: 'object', required: [name] } } } },
      refusals: [],
    }),
  ),
]
