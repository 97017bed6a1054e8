// Messages the hub itself writes (refusal, expiry, alert, erasure): ordinary envelopes without a signature of their own; the receipt
// root of their group commit and their leaf cover them.
import { createHash } from 'node:crypto'
import { toBase64url, toTime } from '../values/encoding.ts'
import { messageCommitment, type Envelope, type PartyUrn } from './envelope.ts'

export interface HubMessage {
  envelope: Envelope
  envelopeBytes: Buffer
  body: Buffer
  commitment: Buffer
}

/** A UUIDv8 (RFC 9562) derived from what the message is about, so that the same fact always has the same id. */
export function derivedId(...about: (string | Buffer)[]): string {
  const hash = createHash('sha256').update('beibu-hub/id/v1')
  for (const part of about) hash.update(`\n${part.length}:`).update(part)
  const bytes = hash.digest().subarray(0, 16)
  bytes[6] = (bytes[6]! & 0x0f) | 0x80
  bytes[8] = (bytes[8]! & 0x3f) | 0x80
  const hex = bytes.toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

/** Builds a hub message. `salt` is 16 random bytes; atMs becomes `created`. */
export function hubMessage(input: {
  hub: PartyUrn
  /** Absent: the hub itself. */
  from?: PartyUrn
  kind: string
  id: string
  to: PartyUrn[]
  atMs: number
  salt: Buffer
  body: unknown
}): HubMessage {
  const body = Buffer.from(JSON.stringify(input.body))
  const envelope: Envelope = {
    v: 1,
    hub: input.hub,
    id: input.id,
    kind: input.kind,
    from: input.from ?? input.hub,
    to: input.to,
    created: toTime(input.atMs),
    salt: toBase64url(input.salt),
    body: { sha256: createHash('sha256').update(body).digest('hex'), bytes: body.length, type: 'application/json' },
  }
  const envelopeBytes = Buffer.from(JSON.stringify(envelope))
  return { envelope, envelopeBytes, body, commitment: messageCommitment(envelopeBytes) }
}

/** What the journal keeps of a hub message: nobody has signed it, and it carries nothing. */
export const hubContent = ({ envelopeBytes, body }: HubMessage) => ({
  envelope: envelopeBytes,
  signatures: [],
  body,
  attachments: [],
  certificates: [],
  status: [],
})
