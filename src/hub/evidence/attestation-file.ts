// An attestation to keep and to show: the signatures with the chain of hub keys, so that it is verified offline years later.
import { HubError } from '../errors.ts'
import { readCertificate } from '../identity/certificate.ts'
import { parseStrictJson } from '../message/strict-json.ts'
import { fromBase64url } from '../values/encoding.ts'
import { type Attestation, verifyAttestation } from './attestation.ts'
import { check, list, members, text } from './form.ts'
import { readHubKeys } from './hub-keys.ts'
import { type MessageFile, readMessageFile } from './message-file.ts'
import { readTrust, type Trust } from './trust.ts'
import { reasonOf } from './walk.ts'

/** `signatures`: compact JWS; `keys`: the `hub.key` messages, oldest first; `operatorRoot`: DER in base64url. */
export interface AttestationFile {
  v: 1
  signatures: string[]
  keys: MessageFile[]
  operatorRoot: string
}

/** `unknown`: sound in itself, but nobody said whom to believe for that hub. `attestation` is missing only if it cannot be read or proved. */
export interface AttestationProof {
  proof: 'verified' | 'refused' | 'unknown'
  attestation?: Attestation
  reason?: string
  trustSha256?: string
  notProved: string[]
}

const NOT_PROVED = [
  'that it is still so: it was so at `at`, with the entries below `size`',
  'that the journal holds what the facts say: the bundle of the entry proves that',
]

/** Whether this is JSON in the form of an attestation file rather than a bundle; says nothing of its worth. */
export function isAttestationFile(bytes: Uint8Array): boolean {
  try {
    const value = parseStrictJson(bytes)
    return (
      typeof value === 'object' &&
      value !== null &&
      Object.hasOwn(value, 'signatures') &&
      !Object.hasOwn(value, 'message')
    )
  } catch {
    return false
  }
}

/** Verifies offline. What is wrong with the file is in the proof; throws PARAMETER_INVALID only for a trust file it cannot use. */
export async function verifyAttestationFile(bytes: Uint8Array, trust?: Trust | Uint8Array): Promise<AttestationProof> {
  const anchors = trust === undefined ? undefined : readTrust(trust)
  const about = { notProved: NOT_PROVED, ...(anchors && { trustSha256: anchors.sha256 }) }
  try {
    const file = readAttestationFile(bytes)
    const root = readCertificate(fromBase64url(file.operatorRoot, 'the operator root'))
    const attestation = await verifyAttestation(file.signatures, await readHubKeys(file.keys, root))
    if (anchors === undefined || anchors.hub !== attestation.hub)
      return { proof: 'unknown', attestation, reason: 'no trust was given for this hub', ...about }
    if (!anchors.operatorRoot.der.equals(root.der))
      throw new HubError('CERTIFICATE_UNTRUSTED', 'its operator root is not the one that is trusted')
    return { proof: 'verified', attestation, ...about }
  } catch (error) {
    return { proof: 'refused', reason: reasonOf(error), ...about }
  }
}

function readAttestationFile(bytes: Uint8Array): AttestationFile {
  const file = members(parseStrictJson(bytes), 'the attestation file', ['v', 'signatures', 'keys', 'operatorRoot'])
  check(file.v === 1, 'the attestation file is of another version')
  return {
    v: 1,
    signatures: list(file.signatures, 'signatures', 4).map((one) => text(one, 'a signature')),
    keys: list(file.keys, 'keys').map((one) => readMessageFile(one, 'a hub.key')),
    operatorRoot: text(file.operatorRoot, 'operatorRoot'),
  }
}
