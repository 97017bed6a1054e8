// Message files as bundles carry them, opened without the hub: bytes decoded canonically, digests compared, envelope read.
import { hash } from 'node:crypto'
import { HubError } from '../errors.ts'
import { type Envelope, messageCommitment } from '../message/envelope.ts'
import type { MessageSignature } from '../message/message.ts'
import { parseStrictJson } from '../message/strict-json.ts'
import { fromBase64url, fromTime } from '../values/encoding.ts'
import { check, count, list, members, text } from './form.ts'

/** A message file: payload (envelope bytes) and body in base64url, `data` of attachments too. */
export interface MessageFile {
  payload: string
  signatures: MessageSignature[]
  body: string
  attachments?: { sha256: string; data: string }[]
}

/** The envelope of a message: its bytes as signed, and what stands in them. */
export interface OpenedEnvelope {
  bytes: Buffer
  envelope: Envelope
  createdMs: number
  commitment: Buffer
}

export interface OpenedMessage extends OpenedEnvelope {
  body: Buffer
  attachments: Buffer[]
}

/** Reads a value as a message file. Throws ENVELOPE_MALFORMED. */
export function readMessageFile(value: unknown, what: string): MessageFile {
  const file = members(value, what, ['payload', 'signatures', 'body'], ['attachments'])
  const read = {
    payload: text(file.payload, `${what} payload`),
    signatures: readSignatures(file.signatures, what),
    body: text(file.body, `${what} body`),
  }
  if (file.attachments === undefined) return read
  const attachments = list(file.attachments, `${what} attachments`).map((one) => {
    const { sha256, data } = members(one, `${what} attachment`, ['sha256', 'data'])
    return { sha256: text(sha256, `${what} attachment`), data: text(data, `${what} attachment`) }
  })
  check(attachments.length > 0, `${what} has an empty list of attachments`)
  return { ...read, attachments }
}

export function readSignatures(value: unknown, what: string): MessageSignature[] {
  return list(value, `${what} signatures`, 4).map((one) => {
    const signature = members(one, `${what} signature`, ['protected', 'signature'])
    return {
      protected: text(signature.protected, `${what} signature`),
      signature: text(signature.signature, `${what} signature`),
    }
  })
}

/** Opens a message file and compares body and attachments with the envelope. Throws HubError: form, BODY_DIGEST_MISMATCH, ATTACHMENT_*. */
export function openMessage(file: MessageFile, what: string): OpenedMessage {
  const opened = openEnvelope(file.payload, what)
  const body = fromBase64url(file.body, `${what} body`)
  const named = opened.envelope.body
  if (body.length !== named.bytes || hash('sha256', body, 'hex') !== named.sha256)
    throw new HubError('BODY_DIGEST_MISMATCH', `${what}: the body is not the one the envelope names`)
  if (named.sm3 !== undefined && hash('sm3', body, 'hex') !== named.sm3)
    throw new HubError('BODY_DIGEST_MISMATCH', `${what}: the body is not the one the envelope names by sm3`)
  return { ...opened, body, attachments: openAttachments(file, opened.envelope, what) }
}

/** Attachments come in the order of the envelope, each once; those that were uploaded may be kept elsewhere. */
function openAttachments(file: MessageFile, envelope: Envelope, what: string): Buffer[] {
  const named = envelope.attachments ?? []
  let next = 0
  return (file.attachments ?? []).map((attachment, at) => {
    const data = fromBase64url(attachment.data, `${what} attachment`)
    const place = named.findIndex(({ sha256 }, n) => n >= next && sha256 === attachment.sha256)
    next = place + 1
    if (place < 0 || !isAttachment(data, named[place]!))
      throw new HubError('ATTACHMENT_DIGEST_MISMATCH', `${what}: attachment ${at} is not one the envelope names there`)
    return data
  })
}

/** Whether the bytes are those that a digest of an envelope names. */
export const isAttachment = (data: Uint8Array, { sha256, bytes }: { sha256: string; bytes: number }): boolean =>
  data.length === bytes && hash('sha256', data, 'hex') === sha256

/** Opens an envelope from its base64url payload; only members that proofs rest on are looked at. */
export function openEnvelope(payload: string, what: string): OpenedEnvelope {
  const bytes = fromBase64url(payload, `${what} payload`)
  const value = parseStrictJson(bytes)
  check(typeof value === 'object' && value !== null && !Array.isArray(value), `${what}: the envelope is not an object`)
  const envelope = value as Envelope
  for (const name of ['hub', 'kind', 'from', 'created'] as const) text(envelope[name], `${what}: ${name}`)
  const createdMs = fromTime(envelope.created)
  check(createdMs !== undefined, `${what}: created is not a time`)
  checkDigest(envelope.body, `${what}: body`)
  if (envelope.attachments !== undefined)
    for (const one of list(envelope.attachments, `${what}: attachments`)) {
      checkDigest(one, `${what}: attachment`)
      text((one as { name?: unknown }).name, `${what}: attachment name`)
    }
  if (envelope.suites !== undefined)
    for (const suite of list(envelope.suites, `${what}: suites`)) text(suite, `${what}: suite`)
  return { bytes, envelope, createdMs, commitment: messageCommitment(bytes) }
}

function checkDigest(value: unknown, what: string): void {
  check(typeof value === 'object' && value !== null, `${what} is not an object`)
  const digest = value as Envelope['body']
  text(digest.sha256, `${what} sha256`)
  count(digest.bytes, `${what} bytes`)
  if (digest.sm3 !== undefined) text(digest.sm3, `${what} sm3`)
}
