// Taking a message in: bytes are kept as they came, decoded strictly, and nothing is believed yet.
import { hash } from 'node:crypto'
import { HubError } from '../errors.ts'
import { fromBase64url, fromTime } from '../values/encoding.ts'
import { readSchemaFile } from '../values/schema-file.ts'
import { messageCommitment, type Envelope } from './envelope.ts'
import { reach, type Attachment, type MessageSignature, type ReceivedMessage } from './message.ts'
import { compileSchema } from './schema.ts'
import { parseStrictJson } from './strict-json.ts'

const SIGNATURES_MAX = 4
const ENVELOPE_MAX_BYTES = 12_288
const tooLarge = (): HubError => new HubError('TOO_LARGE', 'the envelope is larger than 12 KiB')
const checkEnvelope = compileSchema(readSchemaFile('hub/envelope.v1.json'))
const MESSAGE_FILE = compileSchema({
  type: 'object',
  additionalProperties: false,
  required: ['payload', 'signatures', 'body'],
  properties: {
    payload: { type: 'string' },
    signatures: {
      type: 'array',
      maxItems: SIGNATURES_MAX,
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['protected', 'signature'],
        properties: {
          protected: { type: 'string', maxLength: 16_384 },
          signature: { type: 'string', maxLength: 1_024 },
        },
      },
    },
    body: { type: 'string' },
    attachments: {
      type: 'array',
      maxItems: 16,
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['sha256', 'data'],
        properties: { sha256: { type: 'string', pattern: '^[0-9a-f]{64}$' }, data: { type: 'string' } },
      },
    },
  },
})

/** The cheap form: the raw body, and the compact JWS over the envelope in the `Hub-Message` header. */
export function receiveHeaderForm(
  input: { compactJws: string; body: Buffer; mediaType: string },
  nowMs: number,
): ReceivedMessage {
  const parts = input.compactJws.split('.')
  if (parts.length !== 3) throw new HubError('ENVELOPE_MALFORMED', 'Hub-Message is not a compact JWS of three parts')
  const [protectedHeader, payload, signature] = parts as [string, string, string]
  const received = receive(
    fromBase64url(payload, 'the envelope'),
    [{ protected: protectedHeader, signature }],
    input.body,
    [],
    nowMs,
  )
  const { type } = received.envelope.body
  if (input.mediaType !== type)
    throw new HubError('BODY_DIGEST_MISMATCH', `the body came as ${input.mediaType}, the envelope says ${type}`)
  return received
}

/** The general form: a message file (JWS general serialisation with body and attachments beside it). */
export function receiveMessageFile(bytes: Uint8Array | string, nowMs: number): ReceivedMessage {
  const file = parseStrictJson(bytes)
  const findings = MESSAGE_FILE(file)
  if (findings.length > 0)
    throw new HubError('ENVELOPE_MALFORMED', 'the message file does not have the form of a message file', { findings })
  const { payload, signatures, body, attachments } = file as {
    payload: string
    signatures: MessageSignature[]
    body: string
    attachments?: { sha256: string; data: string }[]
  }
  // Before it is decoded: base64url has four characters for three bytes.
  if (payload.length > (ENVELOPE_MAX_BYTES / 3) * 4) throw tooLarge()
  return receive(
    fromBase64url(payload, 'the envelope'),
    signatures,
    fromBase64url(body, 'the body'),
    (attachments ?? []).map(({ sha256, data }) => ({
      sha256,
      bytes: fromBase64url(data, `attachment ${sha256.slice(0, 8)}`),
    })),
    nowMs,
  )
}

function receive(
  envelopeBytes: Buffer,
  signatures: MessageSignature[],
  body: Buffer,
  attachments: Attachment[],
  nowMs: number,
): ReceivedMessage {
  const envelope = readEnvelope(envelopeBytes)
  if (signatures.length === 0) throw new HubError('SIGNATURE_MISSING', 'the message carries no signature')
  return reach<ReceivedMessage>({
    envelopeBytes,
    envelope,
    commitment: messageCommitment(envelopeBytes),
    signatures,
    body,
    attachments,
    receivedAtMs: nowMs,
  })
}

/** Reads envelope bytes strictly. Throws JSON_MALFORMED, JSON_LOSSY or ENVELOPE_MALFORMED with all findings. */
export function readEnvelope(bytes: Buffer): Envelope {
  if (bytes.length > ENVELOPE_MAX_BYTES) throw tooLarge()
  const value = parseStrictJson(bytes)
  const findings = checkEnvelope(value)
  if (findings.length > 0)
    throw new HubError('ENVELOPE_MALFORMED', 'the envelope does not have the form of this protocol version', {
      findings,
    })
  const envelope = value as Envelope
  for (const name of ['created', 'expires', 'due'] as const)
    if (envelope[name] !== undefined && fromTime(envelope[name]) === undefined)
      throw new HubError('ENVELOPE_MALFORMED', `${name} is not a time that exists`, {
        findings: [{ code: 'TIME_INVALID', path: `/${name}`, message: 'is not a time that exists' }],
      })
  if (envelope.suites?.includes('SM2SM3') && envelope.body.sm3 === undefined)
    throw new HubError('ENVELOPE_MALFORMED', 'the suite SM2SM3 needs body.sm3', {
      findings: [{ code: 'SM3_MISSING', path: '/body/sm3', message: 'is needed with the suite SM2SM3' }],
    })
  return envelope
}

/** The body must be the one the envelope names, and so must every attachment carried; those it does not carry are not looked at. */
export function checkDigests({ envelope, body, attachments }: ReceivedMessage): void {
  const { sha256, sm3, bytes } = envelope.body
  if (body.length !== bytes)
    throw new HubError('BODY_DIGEST_MISMATCH', `the body has ${body.length} bytes, the envelope says ${bytes}`)
  if (digest('sha256', body) !== sha256)
    throw new HubError('BODY_DIGEST_MISMATCH', 'the body has another SHA-256 than the envelope says')
  if (sm3 !== undefined && digest('sm3', body) !== sm3)
    throw new HubError('BODY_DIGEST_MISMATCH', 'the body has another SM3 than the envelope says')
  const named = new Map((envelope.attachments ?? []).map((part) => [part.sha256, part]))
  for (const attachment of attachments) {
    const part = named.get(attachment.sha256)
    if (!part || part.bytes !== attachment.bytes.length || digest('sha256', attachment.bytes) !== part.sha256)
      throw new HubError('ATTACHMENT_DIGEST_MISMATCH', `attachment ${attachment.sha256} is not one the envelope names`)
    named.delete(attachment.sha256)
  }
}

const digest = (algorithm: 'sha256' | 'sm3', bytes: Buffer): string => hash(algorithm, bytes, 'hex')
