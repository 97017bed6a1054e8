// The request for a signature, read strictly and within bounds.
import type { IncomingMessage } from 'node:http'
import { compileSchema, HubError, parseStrictJson } from '../../hub/index.ts'
import { ACTS } from '../attestation.ts'
import type { AttestRequest } from './validator.ts'

const BODY_MAX_BYTES = 1024
/** No ledger changes its validators more often than this in its life. */
const EPOCH_MAX = 1_000_000

const findings = compileSchema({
  type: 'object',
  additionalProperties: false,
  required: ['lane', 'sequence', 'act'],
  properties: {
    lane: { type: 'string', pattern: '^[0-9a-f]{64}$' },
    sequence: { type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER },
    act: { enum: ACTS },
    epoch: { type: 'integer', minimum: 1, maximum: EPOCH_MAX },
  },
})

/** Throws HubError: TOO_LARGE, JSON_MALFORMED, JSON_LOSSY or PARAMETER_INVALID. */
export async function readAttestRequest(request: IncomingMessage): Promise<AttestRequest> {
  const value = parseStrictJson(await readBody(request))
  const found = findings(value).map(({ path, message }) => `${path || 'the body'} ${message}`)
  if (found.length > 0) throw new HubError('PARAMETER_INVALID', found.join('; '))
  return value as AttestRequest
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  try {
    // Left alone after the limit: a destroyed request could not be answered any more.
    for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      size += chunk.length
      if (size > BODY_MAX_BYTES) break
      chunks.push(chunk)
    }
  } catch (cause) {
    throw new HubError('JSON_MALFORMED', 'the request ended before its time', { cause })
  }
  if (size > BODY_MAX_BYTES) throw new HubError('TOO_LARGE', `the request is longer than ${BODY_MAX_BYTES} bytes`)
  return Buffer.concat(chunks)
}
