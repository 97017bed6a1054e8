// Who may answer for an issuer (RFC 6960 section 4.2.2.2): the issuer itself, or one it has certified for just that.
import { createHash } from 'node:crypto'
import type { BasicOCSPResponse, ResponderID } from '@peculiar/asn1-ocsp'
import { AsnConvert } from '@peculiar/asn1-schema'
import { SubjectPublicKeyInfo } from '@peculiar/asn1-x509'
import { HubError } from '../errors.ts'
import { toTime } from '../values/encoding.ts'
import { type Certificate, readCertificate } from './certificate.ts'
import { comparableName } from './distinguished-name.ts'
import type { PublicKey } from './suite.ts'
import { publicKeyFromSpki } from './suites/index.ts'
import { verifyX509 } from './x509-signature.ts'

const OCSP_SIGNING = '1.3.6.1.5.5.7.3.9'
const CERTIFICATES_MAX = 8

/** Whose status is asked for; `userId` is the issuer's SM2 user id if not the standard one. */
export interface OcspSubject {
  certificate: Certificate
  issuer: Certificate
  userId?: string
}

/** The bits of a public key, without the tag and length of the BIT STRING (RFC 6960 4.1.1). */
export function keyBits(certificate: Certificate): Buffer {
  return Buffer.from(AsnConvert.parse(certificate.publicKey.spkiDer, SubjectPublicKeyInfo).subjectPublicKey)
}

/** Proves the signature of a response. Throws CERTIFICATE_UNTRUSTED or CERTIFICATE_USAGE. `refused`: what is known against a responder. */
export async function verifyResponder(
  basic: BasicOCSPResponse,
  subject: OcspSubject,
  atMs: number,
  refused: (responder: Certificate) => boolean = () => false,
): Promise<void> {
  const { issuer } = subject
  const signer = responderOf(basic, issuer)
  if (signer !== issuer) await checkDelegate(signer, subject, atMs)
  if (signer !== issuer && refused(signer))
    throw new HubError('CERTIFICATE_UNTRUSTED', `the responder ${signer.subject} has been revoked itself`)
  const key = signer === issuer ? issuerKey(subject) : signer.publicKey
  const { tbsResponseDataRaw, signature, signatureAlgorithm } = basic
  if (!tbsResponseDataRaw) throw new HubError('CERTIFICATE_MALFORMED', 'the signed part of the answer is missing')
  const raw = new Uint8Array(tbsResponseDataRaw)
  if (!(await verifyX509(raw, new Uint8Array(signature), signatureAlgorithm.algorithm, key)))
    throw new HubError('CERTIFICATE_UNTRUSTED', `the answer was not signed by ${signer.subject}`)
}

const issuerKey = ({ issuer, userId }: OcspSubject): PublicKey =>
  userId === undefined ? issuer.publicKey : publicKeyFromSpki(issuer.publicKey.spkiDer, userId)

/** The certificate the response says it is signed by: the issuer's own, or one that comes with it. */
function responderOf({ tbsResponseData, certs = [] }: BasicOCSPResponse, issuer: Certificate): Certificate {
  if (isNamed(tbsResponseData.responderID, issuer)) return issuer
  if (certs.length > CERTIFICATES_MAX)
    throw new HubError('CERTIFICATE_MALFORMED', `the answer comes with ${certs.length} certificates`)
  const came = certs.map((certificate) => readCertificate(new Uint8Array(AsnConvert.serialize(certificate))))
  const named = came.find((certificate) => isNamed(tbsResponseData.responderID, certificate))
  if (!named)
    throw new HubError('CERTIFICATE_UNTRUSTED', 'the certificate of the responder did not come with its answer')
  return named
}

function isNamed({ byName, byKey }: ResponderID, certificate: Certificate): boolean {
  if (byName) return comparableName(byName) === certificate.subjectName
  return createHash('sha1').update(keyBits(certificate)).digest().equals(Buffer.from(byKey!.buffer))
}

/** A delegate is certified by the issuer itself, for signing answers and not merely for anything, and is valid at the time. */
async function checkDelegate(delegate: Certificate, subject: OcspSubject, atMs: number): Promise<void> {
  const { issuer } = subject
  const untrusted = (why: string) => new HubError('CERTIFICATE_UNTRUSTED', `the responder ${delegate.subject} ${why}`)
  if (delegate.issuerName !== issuer.subjectName || delegate.stack !== issuer.stack)
    throw untrusted(`was not certified by ${issuer.subject}`)
  if (!(await verifyX509(delegate.tbs, delegate.signature, delegate.signatureAlg, issuerKey(subject))))
    throw untrusted(`was not certified by ${issuer.subject}`)
  if (delegate.extendedKeyUsage?.includes(OCSP_SIGNING) !== true || delegate.unknownCritical.length > 0)
    throw new HubError('CERTIFICATE_USAGE', `${delegate.subject} is not certified to answer for ${issuer.subject}`)
  if (delegate.keyUsage && !delegate.keyUsage.digitalSignature)
    throw new HubError('CERTIFICATE_USAGE', `${delegate.subject} has no digitalSignature in its key usage`)
  if (atMs < delegate.notBeforeMs || atMs >= delegate.notAfterMs + 1000)
    throw untrusted(`is valid from ${toTime(delegate.notBeforeMs)} to ${toTime(delegate.notAfterMs)}`)
}
