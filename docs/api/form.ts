// How an operation is written down here, and how it becomes one of OpenAPI: every refusal it may answer with is named by its code.
import { REFUSALS, type RefusalCode } from '../../src/hub/errors.ts'

export type Schema = Record<string, unknown>

export interface Answer {
  description: string
  /** Media type -> schema. Absent: no body. */
  content?: Record<string, Schema>
  headers?: Record<string, string>
}

export interface Operation {
  id: string
  method: 'get' | 'post' | 'put' | 'delete'
  path: string
  tag: string
  summary: string
  description?: string
  /** 'party': a bearer session of purpose `api`, or a TLS client certificate. */
  caller: 'party' | 'nobody' | 'scraper'
  parameters?: Parameter[]
  request?: Record<string, { schema: Schema; examples?: Record<string, { summary: string; value: unknown }> }>
  answers: Record<number, Answer>
  refusals: RefusalCode[]
}

export interface Parameter {
  name: string
  in: 'query' | 'path' | 'header'
  required?: boolean
  description: string
  schema: Schema
}

export const ref = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` })

/** Members in their order; all required but those whose name ends with `?`. Nothing else may come. */
export function object(members: Record<string, Schema>, description?: string): Schema {
  const names = Object.keys(members)
  return {
    type: 'object',
    ...(description !== undefined && { description }),
    additionalProperties: false,
    required: names.filter((name) => !name.endsWith('?')),
    properties: Object.fromEntries(names.map((name) => [name.replace(/\?$/, ''), members[name]!])),
  }
}

export const list = (items: Schema): Schema => ({ type: 'array', items })
export const text = (description?: string): Schema => ({ type: 'string', ...(description && { description }) })
export const count = (description?: string): Schema => ({
  type: 'integer',
  minimum: 0,
  maximum: Number.MAX_SAFE_INTEGER,
  ...(description && { description }),
})

const ANYBODY: RefusalCode[] = ['FAULT', 'OVERLOADED', 'CLOSING', 'PARAMETER_INVALID', 'QUOTA_EXCEEDED']
const PARTY: RefusalCode[] = [
  'SESSION_REQUIRED',
  'SESSION_ENDED',
  'SESSION_FOREIGN',
  'CERTIFICATE_REVOKED',
  'CERTIFICATE_UNTRUSTED',
  'CERTIFICATE_EXPIRED',
  'CERTIFICATE_UNKNOWN',
  'PARTY_UNKNOWN',
  // A process of several that has not heard of what the session rests on.
  'VIEW_BEHIND',
]

/** The operation as OpenAPI 3.1 says it. */
export function operationOf(operation: Operation): object {
  const { id, tag, summary, description, caller, parameters, request, answers } = operation
  return {
    operationId: id,
    tags: [tag],
    summary,
    ...(description && { description }),
    security: SECURITY[caller],
    ...(parameters && {
      parameters: parameters.map((one) => ({ ...one, required: one.required ?? one.in === 'path' })),
    }),
    ...(request && { requestBody: { required: true, content: request } }),
    responses: {
      ...Object.fromEntries(Object.entries(answers).map(([status, answer]) => [status, answerOf(answer)])),
      ...problemsOf(operation),
    },
  }
}

const SECURITY = {
  party: [{ session: [] }, { certificate: [] }],
  nobody: [],
  scraper: [{ scraper: [] }, {}],
}

const answerOf = ({ description, content, headers }: Answer): object => ({
  description,
  ...(headers && {
    headers: Object.fromEntries(
      Object.entries(headers).map(([name, about]) => [name, { description: about, schema: { type: 'string' } }]),
    ),
  }),
  ...(content && {
    content: Object.fromEntries(Object.entries(content).map(([type, schema]) => [type, { schema }])),
  }),
})

/** One answer per status, listing the codes that come with it. */
function problemsOf({ caller, refusals, answers }: Operation): Record<string, object> {
  const codes = new Set([...refusals, ...ANYBODY, ...(caller === 'party' ? PARTY : [])])
  return Object.fromEntries(
    [...byStatus(codes)].filter(([status]) => !(status in answers)).map(([status, named]) => [status, problem(named)]),
  )
}

const statusOf = (code: RefusalCode): number => REFUSALS[code].status

function byStatus(codes: Iterable<RefusalCode>): Map<number, RefusalCode[]> {
  const groups = new Map<number, RefusalCode[]>()
  for (const code of codes) groups.set(statusOf(code), [...(groups.get(statusOf(code)) ?? []), code])
  return groups
}

const problem = (codes: readonly RefusalCode[]): object => ({
  description: codes.map((code) => `\`${code}\`: ${REFUSALS[code].en}`).join('\n\n'),
  content: {
    'application/problem+json': {
      schema: { allOf: [ref('Problem')], properties: { code: { enum: [...codes] } } },
    },
  },
})
