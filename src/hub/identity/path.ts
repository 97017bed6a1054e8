// Path validation after RFC 5280 section 6, own code: anchor, names, signatures, validity, CA rules, usages, name constraints, one stack.
import { HubError, type RefusalCode } from '../errors.ts'
import { toTime } from '../values/encoding.ts'
import { BoundedCache } from './bounded-cache.ts'
import type { Certificate } from './certificate.ts'
import { checkNameConstraints } from './name-constraints.ts'
import { publicKeyFromSpki } from './suites/index.ts'
import { verifyX509 } from './x509-signature.ts'

/** Message signing as an extended key usage of our own. */
export const MESSAGE_SIGNING = '1.3.6.1.4.1.99999.1.1'
/** A leaf with extended key usages needs one of: message signing, any, client authentication. */
const LEAF_USAGES = new Set([MESSAGE_SIGNING, '2.5.29.37.0', '1.3.6.1.5.5.7.3.2'])
const CERTIFICATES_MAX = 8

/** A trusted certificate; `userId` is the SM2 user id its signatures are made under, if not the standard one. */
export interface TrustAnchor {
  certificate: Certificate
  userId?: string
}

export interface PathInput {
  /** Leaf first; the anchor may be its last member. */
  path: readonly Certificate[]
  anchors: readonly TrustAnchor[]
  atMs: number
}

/** Proves that the leaf leads to one of the anchors at that time. Gives the chain, leaf first, anchor last. Throws CERTIFICATE_*. */
export async function verifyPath({
  path,
  anchors,
  atMs,
}: PathInput): Promise<{ leaf: Certificate; chain: Certificate[] }> {
  const leaf = path[0]
  if (!leaf) throw new HubError('CERTIFICATE_UNTRUSTED', 'no certificate came')
  if (path.length > CERTIFICATES_MAX)
    throw refusal(
      'CERTIFICATE_UNTRUSTED',
      leaf,
      `came with ${path.length} certificates, ${CERTIFICATES_MAX} is the most`,
    )
  const own = belowAnchor(path, anchors)
  if (own.length === 0) throw refusal('CERTIFICATE_USAGE', leaf, 'is a trust anchor and signs no messages')
  const anchor = await findAnchor(own.at(-1)!, anchors)
  const chain = [...own, anchor.certificate]
  for (const [below, child] of own.entries()) checkIssuer(child, chain[below + 1]!, below)
  // The last signature was proved in finding the anchor.
  for (const [below, child] of own.slice(0, -1).entries())
    if (!(await isSignedBy(child, chain[below + 1]!)))
      throw refusal('CERTIFICATE_UNTRUSTED', child, 'was not signed by the CA it names')
  for (const certificate of chain) checkCertificate(certificate, atMs)
  checkLeaf(leaf)
  checkNameConstraints(chain)
  return { leaf, chain }
}

const refusal = (code: RefusalCode, certificate: Certificate, what: string): HubError =>
  new HubError(code, `certificate ${certificate.subject} ${what}`)

/** The path up to the first certificate that is an anchor itself: what follows it has no say. */
function belowAnchor(path: readonly Certificate[], anchors: readonly TrustAnchor[]): readonly Certificate[] {
  const trusted = new Set(anchors.map(({ certificate }) => certificate.fingerprint))
  const end = path.findIndex(({ fingerprint }) => trusted.has(fingerprint))
  return end === -1 ? path : path.slice(0, end)
}

/** The anchor that issued the certificate: by name, and by signature where several share the name. */
async function findAnchor(last: Certificate, anchors: readonly TrustAnchor[]): Promise<TrustAnchor> {
  const named = anchors.filter(({ certificate }) => certificate.subjectName === last.issuerName)
  if (named.length === 0)
    throw refusal(
      'CERTIFICATE_UNTRUSTED',
      last,
      `was issued by ${last.issuer}, which is not a CA in the trust register`,
    )
  for (const anchor of named) if (await isSignedBy(last, anchor.certificate, anchor.userId)) return anchor
  const stacks = named.every(({ certificate }) => certificate.stack !== last.stack)
  throw refusal(
    'CERTIFICATE_UNTRUSTED',
    last,
    stacks
      ? 'is of another stack (SM2 or international) than its issuer'
      : `was not signed by the ${last.issuer} of the trust register`,
  )
}

/** `below` is the number of CAs between the issuer and the leaf. */
function checkIssuer(child: Certificate, issuer: Certificate, below: number): void {
  if (child.issuerName !== issuer.subjectName)
    throw refusal('CERTIFICATE_UNTRUSTED', child, 'does not name the next certificate as its issuer')
  if (
    child.authorityKeyId !== undefined &&
    issuer.subjectKeyId !== undefined &&
    child.authorityKeyId !== issuer.subjectKeyId
  )
    throw refusal('CERTIFICATE_UNTRUSTED', child, 'names another key of its issuer')
  if (child.stack !== issuer.stack)
    throw refusal('CERTIFICATE_UNTRUSTED', child, 'is of another stack (SM2 or international) than its issuer')
  if (!issuer.isCa) throw refusal('CERTIFICATE_ISSUER_NOT_CA', issuer, 'is not a CA, yet it issued another')
  if (issuer.keyUsage && !issuer.keyUsage.keyCertSign)
    throw refusal('CERTIFICATE_ISSUER_NOT_CA', issuer, 'may not sign certificates')
  if (issuer.pathLength !== undefined && below > issuer.pathLength)
    throw refusal('CERTIFICATE_ISSUER_NOT_CA', issuer, `allows ${issuer.pathLength} CAs below it, there are ${below}`)
}

function checkCertificate(certificate: Certificate, atMs: number): void {
  const { notBeforeMs, notAfterMs, unknownCritical } = certificate
  if (atMs < notBeforeMs)
    throw refusal('CERTIFICATE_NOT_YET_VALID', certificate, `is valid from ${toTime(notBeforeMs)}`)
  // The last second is part of the validity (RFC 5280 4.1.2.5), and a certificate tells time in seconds.
  if (atMs >= notAfterMs + 1000)
    throw refusal('CERTIFICATE_EXPIRED', certificate, `was valid until ${toTime(notAfterMs)}`)
  if (unknownCritical.length > 0)
    throw refusal(
      'CERTIFICATE_USAGE',
      certificate,
      `has the critical extension ${unknownCritical[0]}, which this hub does not understand`,
    )
}

function checkLeaf(leaf: Certificate): void {
  if (leaf.isCa) throw refusal('CERTIFICATE_USAGE', leaf, 'is a CA and signs no messages')
  if (leaf.keyUsage && !leaf.keyUsage.digitalSignature)
    throw refusal('CERTIFICATE_USAGE', leaf, 'has no digitalSignature in its key usage')
  if (leaf.extendedKeyUsage && !leaf.extendedKeyUsage.some((usage) => LEAF_USAGES.has(usage)))
    throw refusal('CERTIFICATE_USAGE', leaf, 'is for other purposes than signing messages')
}

/** Signatures that verified; a failed one is not kept, so that strangers cannot push the good ones out. */
const verified = new BoundedCache<true>(50_000)

/** Whether the issuer's key signed the certificate; remembered, since that never changes. */
async function isSignedBy(child: Certificate, issuer: Certificate, userId?: string): Promise<boolean> {
  const name = `${issuer.fingerprint}/${child.fingerprint}/${userId ?? ''}`
  if (verified.get(name)) return true
  const key = userId === undefined ? issuer.publicKey : publicKeyFromSpki(issuer.publicKey.spkiDer, userId)
  const valid = await verifyX509(child.tbs, child.signature, child.signatureAlg, key)
  if (valid) verified.set(name, true)
  return valid
}
