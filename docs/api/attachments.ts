// Operations on attachments by themselves: uploaded before the message that names them, and read one by one.
import { count, object, type Operation, type Parameter } from './form.ts'
import { shapes } from './schemas.ts'
import { purposeHeader } from './supervision.ts'

const TYPES = ['application/pdf', 'image/png', 'image/jpeg', 'image/tiff']
const sha256: Parameter = { name: 'sha256', in: 'path', description: 'digest of the attachment', schema: shapes.sha256 }
const binary = Object.fromEntries(TYPES.map((type) => [type, { type: 'string', format: 'binary' }]))
const named = { 'application/json': object({ sha256: shapes.sha256, bytes: count(), type: { enum: TYPES } }) }

export const attachmentOperations: Operation[] = [
  {
    id: 'uploadAttachment',
    method: 'put',
    path: '/v1/attachments/{sha256}',
    tag: 'messages',
    summary: 'Upload an attachment before the message that names it',
    description:
      'Streamed; kept for a day for the party that uploaded it, and with every entry that names it. Content-Length and Content-Type are needed.',
    caller: 'party',
    parameters: [sha256],
    request: Object.fromEntries(Object.entries(binary).map(([type, schema]) => [type, { schema }])),
    answers: {
      201: { description: 'Durable', content: named },
      200: { description: 'There already', content: named },
    },
    refusals: [
      'TOO_LARGE',
      'ATTACHMENT_DIGEST_MISMATCH',
      'ATTACHMENT_TYPE_WRONG',
      'ATTACHMENT_QUOTA',
      'QUOTA_EXCEEDED',
    ],
  },
  {
    id: 'readAttachment',
    method: 'get',
    path: '/v1/messages/{index}/attachments/{sha256}',
    tag: 'messages',
    summary: 'Read one attachment of an entry that the caller sees in full',
    caller: 'party',
    parameters: [{ name: 'index', in: 'path', description: 'journal index', schema: count() }, sha256, purposeHeader],
    answers: {
      200: {
        description: 'Its bytes, to be saved and not shown',
        content: binary,
        headers: { 'content-disposition': 'attachment, with the name the sender gave it' },
      },
    },
    refusals: ['NOT_FOUND', 'READ_NOT_PERMITTED', 'PURPOSE_REQUIRED'],
  },
]
