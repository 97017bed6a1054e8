// Composes a message as a sender does: envelope, digests, signatures, and the two forms it travels in.
// The bytes made here are the message; a retry sends the same bytes.
import { createHash } from 'node:crypto'
import { signJws } from '../hub/identity/jws.ts'
import type { Signer, SuiteName } from '../hub/identity/suite.ts'
import type { MessageSignature } from '../hub/message/message.ts'
import { type Envelope, messageCommitment, type PartyUrn } from '../hub/message/envelope.ts'
import { toBase64url, toTime } from '../hub/values/encoding.ts'

/** How a signature names its certificate: by fingerprint (hex, known to the hub) or with the DER path, leaf first. */
export type SignedBy = { fingerprint: string } | { path: Buffer[] }

export interface MessageSigner {
  signer: Signer
  by: SignedBy
}

export interface ComposedAttachment {
  name: string
  type: string
  bytes: Uint8Array
  upload?: boolean
}

/** What the sender decides. `body` is sent as it is when bytes, else as JSON text. Times are milliseconds. */
export interface Composition {
  hub: PartyUrn
  kind: string
  v: number
  from: PartyUrn
  to: readonly PartyUrn[]
  body: Uint8Array | object
  type?: string
  id?: string
  for?: PartyUrn
  ref?: string
  re?: NonNullable<Envelope['re']>
  createdMs?: number
  expiresMs?: number
  dueMs?: number
  /** Those marked `upload` are named in the envelope and sent before the message (HubClient.upload), not carried in it. */
  attachments?: readonly ComposedAttachment[]
  /** Suites that must all be present; set it when more than one signature is part of the message. */
  suites?: readonly SuiteName[]
}

/** Where signatures, chance and time come from. `randomness` gives that many bytes, `clock` milliseconds. */
export interface ComposeWith {
  signers: readonly MessageSigner[]
  randomness: (size: number) => Buffer
  clock: () => number
}

export interface ComposedMessage {
  readonly envelope: Envelope
  readonly envelopeBytes: Buffer
  readonly commitment: Buffer
  readonly signatures: readonly MessageSignature[]
  readonly body: Buffer
  readonly attachments: readonly { sha256: string; bytes: Buffer }[]
  /** To be uploaded before the message is sent; absent or empty: none. */
  readonly uploads?: readonly { sha256: string; type: string; bytes: Buffer }[]
}

/** A message file, `application/hub-message+json`. */
export interface MessageFile {
  payload: string
  signatures: MessageSignature[]
  body: string
  attachments?: { sha256: string; data: string }[]
}

/** The hub takes 8 KiB in this header; less is sent because proxies before a hub often allow 8 KiB for all headers together. */
const HEADER_MAX = 6 * 1024

/** Makes and signs a message. Every signer signs the same envelope bytes, typ `hub-message+jws`. */
export async function composeMessage(what: Composition, how: ComposeWith): Promise<ComposedMessage> {
  const body = what.body instanceof Uint8Array ? bytesOf(what.body) : Buffer.from(JSON.stringify(what.body))
  const all = (what.attachments ?? []).map((one) => ({ ...one, sha256: sha256(one.bytes), bytes: bytesOf(one.bytes) }))
  const attachments = all.filter(({ upload }) => !upload).map((one) => ({ sha256: one.sha256, bytes: one.bytes }))
  const uploads = all
    .filter(({ upload }) => upload)
    .map((one) => ({ sha256: one.sha256, type: one.type, bytes: one.bytes }))
  const envelope = envelopeOf(what, body, how)
  const envelopeBytes = Buffer.from(JSON.stringify(envelope))
  const signatures: MessageSignature[] = []
  for (const { signer, by } of how.signers) signatures.push(await signJws(envelopeBytes, 'hub-message+jws', signer, by))
  return {
    envelope,
    envelopeBytes,
    commitment: messageCommitment(envelopeBytes),
    signatures,
    body,
    attachments,
    ...(uploads.length > 0 && { uploads }),
  }
}

function envelopeOf(what: Composition, body: Buffer, how: ComposeWith): Envelope {
  const nowMs = how.clock()
  const suites = what.suites ?? (how.signers.length > 1 ? new Set(how.signers.map((one) => one.signer.alg)) : undefined)
  const sm3 = how.signers.some((one) => one.signer.alg === 'SM2SM3')
  return {
    v: what.v,
    hub: what.hub,
    id: what.id ?? uuidV7(nowMs, how.randomness),
    kind: what.kind,
    from: what.from,
    ...(what.for === undefined ? {} : { for: what.for }),
    to: [...what.to],
    ...(what.ref === undefined ? {} : { ref: what.ref }),
    ...(what.re === undefined ? {} : { re: what.re }),
    created: toTime(what.createdMs ?? nowMs),
    ...(what.expiresMs === undefined ? {} : { expires: toTime(what.expiresMs) }),
    ...(what.dueMs === undefined ? {} : { due: toTime(what.dueMs) }),
    salt: toBase64url(how.randomness(16)),
    body: {
      sha256: sha256(body),
      ...(sm3 ? { sm3: createHash('sm3').update(body).digest('hex') } : {}),
      bytes: body.length,
      type: what.type ?? 'application/json',
    },
    ...(what.attachments?.length ? { attachments: what.attachments.map(attachmentDigest) } : {}),
    ...(suites === undefined ? {} : { suites: [...suites] }),
  }
}

const attachmentDigest = (one: { name: string; type: string; bytes: Uint8Array }) => ({
  sha256: sha256(one.bytes),
  bytes: one.bytes.length,
  type: one.type,
  name: one.name,
})

/** The message as a file: everything in one JSON text, any number of signatures and attachments. */
export function messageFile(message: ComposedMessage): MessageFile {
  return {
    payload: toBase64url(message.envelopeBytes),
    signatures: [...message.signatures],
    body: toBase64url(message.body),
    ...(message.attachments.length === 0
      ? {}
      : { attachments: message.attachments.map((one) => ({ sha256: one.sha256, data: toBase64url(one.bytes) })) }),
  }
}

/** The cheap form: raw body with the compact JWS in `Hub-Message`. Undefined if the message does not fit it (several signatures, attachments, over 6 KiB of header). */
export function headerForm(message: ComposedMessage): { header: string; type: string; body: Buffer } | undefined {
  const [signature, second] = message.signatures
  if (signature === undefined || second !== undefined || message.attachments.length > 0) return undefined
  const header = `${signature.protected}.${toBase64url(message.envelopeBytes)}.${signature.signature}`
  return header.length > HEADER_MAX ? undefined : { header, type: message.envelope.body.type, body: message.body }
}

/** A UUID of version 7 (RFC 9562): 48 bits of milliseconds, then randomness. */
export function uuidV7(nowMs: number, randomness: (size: number) => Buffer): string {
  const bytes = Buffer.concat([Buffer.alloc(6), randomness(10)])
  bytes.writeUIntBE(nowMs, 0, 6)
  bytes[6] = (bytes[6]! & 0x0f) | 0x70
  bytes[8] = (bytes[8]! & 0x3f) | 0x80
  const hex = bytes.toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
const bytesOf = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
