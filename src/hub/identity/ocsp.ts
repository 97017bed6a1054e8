// Online certificate status (RFC 6960), pure: the request for one certificate, and the strict reading of what a responder answered.
import { createHash } from 'node:crypto'
import {
  type BasicOCSPResponse,
  CertID,
  id_pkix_ocsp_basic,
  id_pkix_ocsp_nonce,
  OCSPRequest,
  OCSPResponse,
  OCSPResponseStatus,
  BasicOCSPResponse as AsnBasicResponse,
  Request,
  type SingleResponse,
  TBSRequest,
} from '@peculiar/asn1-ocsp'
import { AsnConvert, OctetString } from '@peculiar/asn1-schema'
import { AlgorithmIdentifier, Extension, Extensions } from '@peculiar/asn1-x509'
import { HubError } from '../errors.ts'
import { toTime } from '../values/encoding.ts'
import type { Certificate } from './certificate.ts'
import { checkDer, derChildren, derElement } from './der.ts'
import { keyBits, type OcspSubject, verifyResponder } from './ocsp-responder.ts'
import { REASONS, type RevocationReason } from './revocation-reason.ts'

export type { OcspSubject } from './ocsp-responder.ts'

/** Clocks of the hub and of a responder may differ by this much. */
export const SKEW_MS = 5 * 60_000
/** An answer that names no next update is relied on for this long, and no answer for longer than a week. */
const WITHOUT_NEXT_MS = 3_600_000
const FRESH_MAX_MS = 7 * 86_400_000
export const RESPONSE_MAX_BYTES = 64 * 1024

/** Digests a CertID may be made with. It is a name for the certificate, not a proof: the responder's signature is that. */
const DIGESTS: Record<string, string> = {
  '1.3.14.3.2.26': 'sha1',
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '1.2.156.10197.1.401': 'sm3',
}

export interface OcspAnswer {
  status: 'good' | 'revoked' | 'unknown'
  producedAtMs: number
  thisUpdateMs: number
  nextUpdateMs?: number
  /** Until when it may be relied on. */
  untilMs: number
  revokedAtMs?: number
  reason?: RevocationReason
  /** Hex SHA-256 of the whole response. */
  sha256: string
}

/** Leaf and issuer of a chain without its anchor (leaf first); the anchor's user id counts for what the anchor itself signed. */
export function ocspSubject(
  path: readonly Certificate[],
  anchor: { certificate: Certificate; userId?: string },
): OcspSubject {
  const [certificate, issuer] = path
  if (issuer) return { certificate: certificate!, issuer }
  return { certificate: certificate!, issuer: anchor.certificate, ...(anchor.userId && { userId: anchor.userId }) }
}

const malformed = (why: string, cause?: unknown) =>
  new HubError('CERTIFICATE_MALFORMED', `the responder's answer cannot be used: ${why}`, { cause })

/** An octet string over its bytes alone; buffers of Node may lie inside a larger one. */
const octets = (bytes: Uint8Array): OctetString => new OctetString(Uint8Array.from(bytes))
const arrayBuffer = (bytes: Uint8Array): ArrayBuffer => Uint8Array.from(bytes).buffer
const digestOf = (name: string, bytes: Uint8Array): Buffer => createHash(name).update(bytes).digest()

/** The issuer's name as it stands in the certificate, in DER: version, serial and signature come before it. */
function issuerNameDer({ certificate }: OcspSubject): Buffer {
  const { tbs } = certificate
  const whole = derElement(tbs, 0, tbs.length)
  const children = derChildren(tbs, whole.from, whole.to)
  const name = children[children[0]!.tagByte === 0xa0 ? 3 : 2]!
  return tbs.subarray(name.start, name.to)
}

/** A request for one certificate in DER. SM2 issuers are named by SM3, others by SHA-1, which every responder knows. */
export function ocspRequest(subject: OcspSubject, nonce: Uint8Array): Buffer {
  const sm2 = subject.issuer.stack === 'sm2'
  const [digest, algorithm] = sm2 ? ['sm3', '1.2.156.10197.1.401'] : ['sha1', '1.3.14.3.2.26']
  const reqCert = new CertID({
    hashAlgorithm: new AlgorithmIdentifier({ algorithm: algorithm!, parameters: null }),
    issuerNameHash: octets(digestOf(digest!, issuerNameDer(subject))),
    issuerKeyHash: octets(digestOf(digest!, keyBits(subject.issuer))),
    serialNumber: arrayBuffer(Buffer.from(subject.certificate.serialHex, 'hex')),
  })
  const once = new Extension({
    extnID: id_pkix_ocsp_nonce,
    extnValue: new OctetString(AsnConvert.serialize(octets(nonce))),
  })
  const tbsRequest = new TBSRequest({
    requestList: [new Request({ reqCert })],
    requestExtensions: new Extensions([once]),
  })
  return Buffer.from(AsnConvert.serialize(new OCSPRequest({ tbsRequest })))
}

/**
 * Reads a response and proves that it is about the certificate and by its issuer or a responder the issuer has certified, valid at `atMs`.
 * A nonce that comes back must be the one sent. Says nothing of its times: `checkOcspTimes`. Throws CERTIFICATE_MALFORMED,
 * CERTIFICATE_UNTRUSTED, CERTIFICATE_USAGE, or CERTIFICATE_STATUS_UNKNOWN if the responder gave no answer.
 */
export async function verifyOcsp(
  bytes: Uint8Array,
  subject: OcspSubject,
  atMs: number,
  more: { nonce?: Uint8Array; refused?: (responder: Certificate) => boolean } = {},
): Promise<OcspAnswer> {
  if (bytes.length > RESPONSE_MAX_BYTES) throw malformed('it is larger than 64 KiB')
  const der = Buffer.from(bytes)
  checkDer(der, 'the answer of the responder')
  const basic = parse(der)
  const single = singleOf(basic, subject)
  if (more.nonce) checkNonce(basic, more.nonce)
  await verifyResponder(basic, subject, atMs, more.refused)
  return { ...describe(basic, single), sha256: createHash('sha256').update(der).digest('hex') }
}

/** Throws CERTIFICATE_STATUS_STALE unless the answer may be relied on at that time; `slackMs` widens both ends. */
export function checkOcspTimes(answer: OcspAnswer, atMs: number, slackMs = 0): void {
  if (Math.max(answer.thisUpdateMs, answer.producedAtMs) > atMs + SKEW_MS + slackMs)
    throw new HubError(
      'CERTIFICATE_STATUS_STALE',
      `the answer is of ${toTime(answer.thisUpdateMs)}, which is yet to come`,
    )
  if (atMs > answer.untilMs + slackMs)
    throw new HubError('CERTIFICATE_STATUS_STALE', `the answer could be relied on until ${toTime(answer.untilMs)}`)
}

function parse(der: Buffer): BasicOCSPResponse {
  const read = <T>(bytes: ArrayBuffer | Uint8Array, type: new () => T): T => {
    try {
      return AsnConvert.parse(bytes, type)
    } catch (cause) {
      throw malformed('it does not have the structure of RFC 6960', cause)
    }
  }
  const { responseStatus, responseBytes } = read(der, OCSPResponse)
  if (responseStatus !== OCSPResponseStatus.successful)
    throw new HubError(
      'CERTIFICATE_STATUS_UNKNOWN',
      `the responder answered ${OCSPResponseStatus[responseStatus] ?? responseStatus}`,
    )
  if (responseBytes?.responseType !== id_pkix_ocsp_basic) throw malformed('it is not a basic response')
  const inner = new Uint8Array(responseBytes.response.buffer)
  checkDer(inner, 'the answer of the responder')
  return read(inner, AsnBasicResponse)
}

/** The one statement about the certificate. Throws CERTIFICATE_UNTRUSTED if it speaks of others only. */
function singleOf({ tbsResponseData: data }: BasicOCSPResponse, subject: OcspSubject): SingleResponse {
  const extensions = [data.responseExtensions ?? [], ...data.responses.map((one) => [...(one.singleExtensions ?? [])])]
  const critical = extensions.flat().find((extension) => extension.critical)
  if (critical) throw malformed(`it has the critical extension ${critical.extnID}`)
  const about = data.responses.filter(({ certID }) => names(certID, subject))
  if (about.length !== 1)
    throw new HubError('CERTIFICATE_UNTRUSTED', `the responder's answer is not about ${subject.certificate.subject}`)
  return about[0]!
}

function names({ hashAlgorithm, issuerNameHash, issuerKeyHash, serialNumber }: CertID, subject: OcspSubject): boolean {
  const digest = DIGESTS[hashAlgorithm.algorithm]
  if (digest === undefined || Buffer.from(serialNumber).toString('hex') !== subject.certificate.serialHex) return false
  return (
    digestOf(digest, issuerNameDer(subject)).equals(Buffer.from(issuerNameHash.buffer)) &&
    digestOf(digest, keyBits(subject.issuer)).equals(Buffer.from(issuerKeyHash.buffer))
  )
}

/** A responder may leave the nonce out (answers made in advance); another one than was sent belongs to another request. */
function checkNonce({ tbsResponseData }: BasicOCSPResponse, nonce: Uint8Array): void {
  const echoed = tbsResponseData.responseExtensions?.filter(({ extnID }) => extnID === id_pkix_ocsp_nonce) ?? []
  if (echoed.length === 0) return
  const sent = Buffer.from(AsnConvert.serialize(octets(nonce)))
  if (echoed.length > 1 || !sent.equals(Buffer.from(echoed[0]!.extnValue.buffer)))
    throw new HubError('CERTIFICATE_UNTRUSTED', "the responder's answer belongs to another request (nonce)")
}

function describe({ tbsResponseData: data }: BasicOCSPResponse, single: SingleResponse): Omit<OcspAnswer, 'sha256'> {
  const { certStatus, thisUpdate, nextUpdate } = single
  const [producedAtMs, thisUpdateMs] = [data.producedAt.getTime(), thisUpdate.getTime()]
  const nextUpdateMs = nextUpdate?.getTime()
  const times = [producedAtMs, thisUpdateMs, nextUpdateMs ?? 0, certStatus.revoked?.revocationTime.getTime() ?? 0]
  if (times.some(Number.isNaN)) throw malformed('it has a time that does not exist')
  if (nextUpdateMs !== undefined && nextUpdateMs <= thisUpdateMs)
    throw malformed('its next update is not after this one')
  const until = Math.min(nextUpdateMs ?? thisUpdateMs + WITHOUT_NEXT_MS, thisUpdateMs + FRESH_MAX_MS)
  const known = { producedAtMs, thisUpdateMs, ...(nextUpdateMs !== undefined && { nextUpdateMs }), untilMs: until }
  if (certStatus.revoked) {
    const { revocationTime, revocationReason } = certStatus.revoked
    const reason = REASONS[revocationReason?.reason ?? 0] ?? 'unspecified'
    return { status: 'revoked', ...known, revokedAtMs: revocationTime.getTime(), reason }
  }
  return { status: certStatus.good === undefined ? 'unknown' : 'good', ...known }
}
