// Asking: a question in, a signed answer out. Also the hub's keys, by which anybody verifies such an answer.
import type { FastifyInstance } from 'fastify'
import { answerEnquiry, type EnquiryDeps } from '../enquiry/answer.ts'
import { HubError } from '../errors.ts'
import type { HubSigners } from '../identity/hub-signers.ts'
import type { SuiteName } from '../identity/suite.ts'
import { compileSchema } from '../message/schema.ts'
import { parseStrictJson } from '../message/strict-json.ts'
import { toBase64url } from '../values/encoding.ts'
import { askFirst, callerOf, type CallerDeps } from './caller.ts'

export interface EnquiryRouteDeps extends CallerDeps {
  answering: EnquiryDeps
  keys: Pick<HubSigners, 'files' | 'operatorRoot'>
}

const BODY_MAX_BYTES = 16 * 1024

const checkRequest = compileSchema({
  type: 'object',
  additionalProperties: false,
  required: ['enquiry', 'v', 'question'],
  properties: {
    enquiry: { type: 'string', maxLength: 100 },
    v: { type: 'integer', minimum: 1, maximum: 1_000 },
    question: { type: 'object' },
    suites: {
      type: 'array',
      minItems: 1,
      maxItems: 2,
      uniqueItems: true,
      items: { enum: ['ES256', 'EdDSA', 'SM2SM3'] },
    },
  },
})

export function enquiryRoutes(app: FastifyInstance, deps: EnquiryRouteDeps): void {
  const { answering, keys } = deps

  app.post('/v1/enquiries', { onRequest: askFirst(deps), bodyLimit: BODY_MAX_BYTES }, async (request) => {
    const { party } = await callerOf(request, deps)
    const asked = readRequest(request.body as Buffer | undefined)
    return { signatures: await answerEnquiry({ enquirer: party, ...asked }, answering) }
  })

  app.get('/v1/enquiries', async () => ({
    enquiries: answering.enquiries.list.map(({ name, version, askers, schema }) => ({ name, version, askers, schema })),
  }))

  app.get('/v1/keys', async () => ({ operatorRoot: toBase64url(keys.operatorRoot.der), keys: keys.files }))
}

function readRequest(body: Buffer | undefined) {
  if (!body) throw new HubError('MEDIA_TYPE_UNSUPPORTED', 'the request has no body')
  const value = parseStrictJson(body)
  const findings = checkRequest(value)
  if (findings.length > 0)
    throw new HubError('PARAMETER_INVALID', 'an enquiry is {enquiry, v, question, suites?}', { findings })
  const { suites = [], ...asked } = value as { enquiry: string; v: number; question: unknown; suites?: SuiteName[] }
  return { ...asked, suites }
}
