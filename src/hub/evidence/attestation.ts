// Attestations: the hub's signed answer to an enquiry, true at a moment of its journal, and its verification by the hub's keys.
import { HubError } from '../errors.ts'
import { readCompact, readProtected, verifyJws } from '../identity/jws.ts'
import type { Json } from '../journal/heads.ts'
import { parseStrictJson } from '../message/strict-json.ts'
import { check, count, members, oneOf, text } from './form.ts'
import type { HubKey, KeyRing } from './hub-keys.ts'

export const ATTESTATION_TYPE = 'hub-attestation+jws'

/** What the hub says: `verdict` on `question`, every entry below `size` included. `facts` only with yes and no. */
export interface Attestation {
  v: 1
  hub: string
  journal: string
  epoch: number
  enquirer: string
  enquiry: string
  version: number
  question: Json
  at: string
  size: number
  verdict: 'yes' | 'no' | 'unknown'
  facts?: { [name: string]: Json }
}

/** The bytes that are signed: JSON in the one member order the hub writes. */
export function attestationBytes(said: Attestation): Buffer {
  const { v, hub, journal, epoch, enquirer, enquiry, version, question, at, size, verdict, facts } = said
  const whole = {
    v,
    hub,
    journal,
    epoch,
    enquirer,
    enquiry,
    version,
    question,
    at,
    size,
    verdict,
    ...(facts && { facts }),
  }
  return Buffer.from(JSON.stringify(whole))
}

/** Reads the bytes of an attestation strictly; nothing is verified. Throws JSON_MALFORMED, JSON_LOSSY or ENVELOPE_MALFORMED. */
export function readAttestation(bytes: Uint8Array): Attestation {
  const required = [
    'v',
    'hub',
    'journal',
    'epoch',
    'enquirer',
    'enquiry',
    'version',
    'question',
    'at',
    'size',
    'verdict',
  ] as const
  const said = members(parseStrictJson(bytes), 'the attestation', required, ['facts'])
  check(said.v === 1, 'the attestation is of another version')
  for (const name of ['hub', 'journal', 'enquirer', 'enquiry', 'at'] as const)
    text(said[name], `${name} of the attestation`)
  for (const name of ['epoch', 'version', 'size'] as const) count(said[name], `${name} of the attestation`)
  const verdict = oneOf(said.verdict, ['yes', 'no', 'unknown'], 'the verdict')
  const { facts } = said
  check(
    verdict === 'unknown' ? facts === undefined : typeof facts === 'object' && facts !== null && !Array.isArray(facts),
    'facts come with yes and no, and only with them',
  )
  return said as unknown as Attestation
}

/**
 * Verifies one attestation signed in one or more suites: the same bytes, each signed by a receipt key of one generation of the hub.
 * Throws ENCODING_NOT_CANONICAL, ENVELOPE_MALFORMED, SIGNATURE_MISSING, SIGNATURE_TYPE_WRONG, CERTIFICATE_UNKNOWN, SIGNATURE_INVALID,
 * OTHER_HUB or CERTIFICATE_REVOKED.
 */
export async function verifyAttestation(signatures: readonly string[], ring: KeyRing): Promise<Attestation> {
  const read = signatures.map((one) => readCompact(one))
  const [first] = read
  if (!first) throw new HubError('SIGNATURE_MISSING', 'the attestation carries no signature')
  const said = readAttestation(first.payload)
  if (!attestationBytes(said).equals(first.payload))
    throw new HubError('ENVELOPE_MALFORMED', 'the attestation is not in the spelling of the hub')
  if (said.hub !== ring.hub) throw new HubError('OTHER_HUB', `the attestation is of ${said.hub.slice(0, 120)}`)
  const ids = read.map(({ signature }) => readProtected(signature.protected).fingerprint ?? '')
  const keys = keysOf(ids, ring)
  for (const [at, { payload, signature }] of read.entries()) {
    if (!payload.equals(first.payload))
      throw new HubError('SIGNATURE_INVALID', 'the signatures are not over the same attestation')
    await verifyJws(payload, signature, ATTESTATION_TYPE, keys[at]!.key)
  }
  if (said.size >= ring.limit(ids))
    throw new HubError('CERTIFICATE_REVOKED', 'the attestation was signed with a key that was no longer good')
  return said
}

/** Distinct receipt keys of one generation, by their ids. */
function keysOf(ids: readonly string[], ring: KeyRing): HubKey[] {
  for (const { receipt } of ring.generations.toReversed()) {
    const keys = ids.map((id) => receipt.find((key) => key.id === id))
    if (keys.every((key) => key !== undefined) && new Set(ids).size === ids.length) return keys
  }
  throw new HubError(
    'CERTIFICATE_UNKNOWN',
    'the attestation is signed by a key that no hub.key entry names for receipts',
  )
}
