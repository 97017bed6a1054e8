// The envelope: what the sender signs. Its bytes are kept as they came; this file only reads them.
import type { SuiteName } from '../identity/suite.ts'
import { sha256 } from '../values/sha256.ts'

/** Media type of a message file. */
export const MESSAGE_FILE_TYPE = 'application/hub-message+json'

/** A party: urn:hub:<country>:<class>:<id>, lower-case country and class. */
export type PartyUrn = string

export interface PartDigest {
  sha256: string
  bytes: number
  type: string
}

export interface Envelope {
  v: number
  hub: PartyUrn
  id: string
  kind: string
  from: PartyUrn
  for?: PartyUrn
  to: PartyUrn[]
  ref?: string
  re?: { from: PartyUrn; id: string; digest: string }[]
  created: string
  expires?: string
  due?: string
  salt: string
  body: PartDigest & { sm3?: string }
  attachments?: (PartDigest & { name: string })[]
  suites?: SuiteName[]
}

const COMMITMENT_DOMAIN = Buffer.from('beibu-hub/message/v1\n')

/** What stands for the message in leaves, packets and ledgers: SHA-256(domain || envelope bytes), 32 bytes. The salt inside the envelope keeps it unguessable. */
export function messageCommitment(envelopeBytes: Uint8Array): Buffer {
  return sha256(Buffer.concat([COMMITMENT_DOMAIN, envelopeBytes]))
}
