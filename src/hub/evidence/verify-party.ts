// Links between a message and its sender: every signature, every certificate path, what was known of revocation.
import { HubError } from '../errors.ts'
import { type Certificate, readCertificate } from '../identity/certificate.ts'
import { readProtected, verifyJws } from '../identity/jws.ts'
import { verifyPath } from '../identity/path.ts'
import type { CertificateStatusEvidence, PublicKey } from '../identity/suite.ts'
import type { MessageSignature } from '../message/message.ts'
import { fromBase64url } from '../values/encoding.ts'
import type { HubKey } from './hub-keys.ts'
import type { OpenedEnvelope } from './message-file.ts'
import type { TrustAnchors } from './trust.ts'

/** A message of a party with what came with it; `paths` as in the bundle, `root` the hub operator's certificate. */
export interface PartyMessage {
  opened: OpenedEnvelope
  signatures: readonly MessageSignature[]
  paths: readonly (readonly Certificate[])[]
  root: Certificate
  /** Keys of the hub, which may countersign a `hub.key`. */
  hubKeys: readonly HubKey[]
}

/** Certificates of the signers, decoded. Throws ENCODING_NOT_CANONICAL or CERTIFICATE_MALFORMED. */
export const readPaths = (paths: readonly (readonly string[])[]): Certificate[][] =>
  paths.map((path) => path.map((der) => readCertificate(fromBase64url(der, 'a certificate'))))

/** Every signature verifies with the key of its signer, and every suite the envelope requires is there. Returns the algorithms. */
export async function verifySignatures(message: PartyMessage): Promise<string[]> {
  const { signatures, paths, opened } = message
  if (signatures.length === 0) throw new HubError('SIGNATURE_MISSING', 'the message carries no signature')
  if (paths.length !== signatures.length)
    throw new HubError('CERTIFICATE_UNKNOWN', 'there is not one certificate path for each signature')
  const keys = signatures.map((signature, at) => keyOf(message, signature, paths[at]!))
  await Promise.all(signatures.map((signature, at) => verifyJws(opened.bytes, signature, 'hub-message+jws', keys[at]!)))
  const algs = keys.map(({ alg }) => alg)
  const missing = (opened.envelope.suites ?? []).filter((suite) => !algs.includes(suite))
  if (missing.length > 0) throw new HubError('SUITE_MISSING', `the envelope requires ${missing.join(', ')}`)
  return algs
}

/** The key a signature names: of its certificate, or a key of the hub itself, which has no path. */
function keyOf(
  { root, hubKeys, opened }: PartyMessage,
  signature: MessageSignature,
  path: readonly Certificate[],
): PublicKey {
  const { fingerprint, x5c } = readProtected(signature.protected)
  const [leaf] = path
  const named = (certificate: Certificate): boolean =>
    x5c ? x5c[0]!.equals(certificate.der) : fingerprint === certificate.fingerprint
  if (leaf && named(leaf)) return leaf.publicKey
  const ofHub = !leaf && opened.envelope.from === root.party
  if (ofHub && named(root)) return root.publicKey
  const key = ofHub && opened.envelope.kind === 'hub.key' ? hubKeys.find(({ id }) => id === fingerprint) : undefined
  if (key) return key.key
  throw new HubError('CERTIFICATE_UNKNOWN', 'a signature names another certificate than the one in its place')
}

/** Each path leads to an anchor of the sender's country at `atMs` and names the sender; the hub itself may also go by the operator root. Returns where it leads. */
export async function verifyPaths(
  message: PartyMessage,
  trust: Pick<TrustAnchors, 'countries'>,
  atMs: number,
): Promise<string> {
  const { from } = message.opened.envelope
  const ofHub = from === message.root.party
  const country = from.split(':')[2]?.toUpperCase() ?? ''
  const anchors = [...(trust.countries.get(country) ?? []), ...(ofHub ? [message.root] : [])]
  if (anchors.length === 0)
    throw new HubError('CERTIFICATE_UNTRUSTED', `the trust file names no CA of the sender's country ${country}`)
  for (const path of message.paths) {
    if (ofHub && path.every(({ fingerprint }) => fingerprint === message.root.fingerprint)) continue
    const { leaf, chain } = await verifyPath({
      path: [...path],
      anchors: anchors.map((certificate) => ({ certificate })),
      atMs,
    })
    if (leaf.party !== from)
      throw new HubError('PARTY_MISMATCH', `the certificate is of ${leaf.party}, the message of ${from}`)
    if (chain.length !== path.length + 1)
      throw new HubError('CERTIFICATE_UNTRUSTED', 'the path does not end just below its anchor')
  }
  return ofHub ? `${country} or the operator root` : country
}

/** What was known of each signer's certificate when the entry was made; none of them revoked. Returns it in words. */
export function checkStatus(status: readonly CertificateStatusEvidence[], message: PartyMessage): string {
  for (const known of status) {
    if (known.status === 'revoked')
      throw new HubError('CERTIFICATE_REVOKED', `certificate ${known.fingerprint} was revoked`)
  }
  const ofHub = message.opened.envelope.from === message.root.party
  for (const [leaf] of message.paths)
    if (leaf && !ofHub && !status.some(({ fingerprint }) => fingerprint === leaf.fingerprint))
      throw new HubError('CERTIFICATE_STATUS_UNKNOWN', 'nothing is said of a signer certificate')
  return status.map((known) => `${known.status} (${known.source}, register at ${known.registerAt})`).join('; ')
}
