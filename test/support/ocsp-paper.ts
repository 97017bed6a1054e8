// Answers of OCSP responders, good and bad, in every suite.
import { createHash, type KeyObject } from 'node:crypto'
import {
  BasicOCSPResponse,
  CertStatus,
  id_pkix_ocsp_basic,
  id_pkix_ocsp_nonce,
  KeyHash,
  OCSPRequest,
  OCSPResponse,
  OCSPResponseStatus,
  ResponderID,
  ResponseBytes,
  ResponseData,
  RevokedInfo,
  SingleResponse,
} from '@peculiar/asn1-ocsp'
import { AsnConvert, OctetString } from '@peculiar/asn1-schema'
import {
  AlgorithmIdentifier,
  Certificate as AsnCertificate,
  CRLReason,
  type CRLReasons,
  type Extension,
  SubjectPublicKeyInfo,
} from '@peculiar/asn1-x509'
import { readCertificate } from '../../src/hub/identity/certificate.ts'
import { generateKeyPair, issueCertificate, type Issuer } from '../../src/hub/identity/issue.ts'
import { publicKeyFromSpki, publicKeyOf, signBytes } from '../../src/hub/identity/suites/index.ts'
import { toDerSignature } from '../../src/hub/identity/suites/signature-form.ts'
import { signatureIdentifier, signX509 } from '../../src/hub/identity/x509-signature.ts'

export interface OcspPaper {
  /** Who signs; its certificate comes along unless it is the CA itself. */
  signer: Issuer
  isDelegate?: boolean
  status?: 'good' | 'unknown' | { revokedAtMs: number; reason?: CRLReasons }
  thisUpdateMs: number
  /** Absent: none is named. */
  nextUpdateMs?: number
  producedAtMs?: number
  nonce?: 'echo' | 'none' | Buffer
  byKey?: boolean
  /** SM2 user id the signature is made under. */
  userId?: string
  change?: (basic: BasicOCSPResponse) => void
  /** Answers about another serial number than was asked for. */
  serialHex?: string
}

const buffer = (bytes: Uint8Array): ArrayBuffer => Uint8Array.from(bytes).buffer
const seconds = (ms: number): Date => new Date(Math.floor(ms / 1000) * 1000)

/** Answers a request (DER) for one certificate. */
export async function answerOcsp(request: Uint8Array, paper: OcspPaper): Promise<Buffer> {
  const { tbsRequest } = AsnConvert.parse(request, OCSPRequest)
  const [{ reqCert }] = [...tbsRequest.requestList] as [{ reqCert: SingleResponse['certID'] }]
  if (paper.serialHex !== undefined) reqCert.serialNumber = buffer(Buffer.from(paper.serialHex, 'hex'))
  const certificate = readCertificate(paper.signer.certificateDer)
  const { thisUpdateMs, nextUpdateMs, producedAtMs = thisUpdateMs } = paper
  const basic = new BasicOCSPResponse({
    tbsResponseData: new ResponseData({
      responderID: responder(paper, certificate.publicKey.spkiDer),
      producedAt: seconds(producedAtMs),
      responses: [
        new SingleResponse({
          certID: reqCert,
          certStatus: statusOf(paper.status ?? 'good'),
          thisUpdate: seconds(thisUpdateMs),
          ...(nextUpdateMs !== undefined && { nextUpdate: seconds(nextUpdateMs) }),
        }),
      ],
      ...nonceOf(paper, [...(tbsRequest.requestExtensions ?? [])]),
    }),
    signatureAlgorithm: new AlgorithmIdentifier({ algorithm: signatureIdentifier(certificate.publicKey.alg) }),
    ...(paper.isDelegate && { certs: [AsnConvert.parse(paper.signer.certificateDer, AsnCertificate)] }),
  })
  paper.change?.(basic)
  basic.signature = buffer(await sign(Buffer.from(AsnConvert.serialize(basic.tbsResponseData)), paper))
  return responseOf(OCSPResponseStatus.successful, basic)
}

/** An answer without content: tryLater, unauthorized and the like. */
export const responseOf = (responseStatus: OCSPResponseStatus, basic?: BasicOCSPResponse): Buffer =>
  Buffer.from(
    AsnConvert.serialize(
      new OCSPResponse({
        responseStatus,
        ...(basic && {
          responseBytes: new ResponseBytes({
            responseType: id_pkix_ocsp_basic,
            response: new OctetString(AsnConvert.serialize(basic)),
          }),
        }),
      }),
    ),
  )

function responder({ byKey, signer }: OcspPaper, spkiDer: Buffer): ResponderID {
  if (!byKey)
    return new ResponderID({ byName: AsnConvert.parse(signer.certificateDer, AsnCertificate).tbsCertificate.subject })
  const { subjectPublicKey } = AsnConvert.parse(spkiDer, SubjectPublicKeyInfo)
  const digest = createHash('sha1').update(new Uint8Array(subjectPublicKey)).digest()
  return new ResponderID({ byKey: new KeyHash(buffer(digest)) })
}

function statusOf(status: NonNullable<OcspPaper['status']>): CertStatus {
  if (status === 'good') return new CertStatus({ good: null })
  if (status === 'unknown') return new CertStatus({ unknown: null })
  return new CertStatus({
    revoked: new RevokedInfo({
      revocationTime: seconds(status.revokedAtMs),
      ...(status.reason !== undefined && { revocationReason: new CRLReason(status.reason) }),
    }),
  })
}

function nonceOf({ nonce = 'echo' }: OcspPaper, asked: Extension[]): { responseExtensions?: Extension[] } {
  const sent = asked.find(({ extnID }) => extnID === id_pkix_ocsp_nonce)
  if (!sent || nonce === 'none') return {}
  if (nonce !== 'echo') sent.extnValue = new OctetString(AsnConvert.serialize(new OctetString(buffer(nonce))))
  return { responseExtensions: [sent] }
}

function sign(bytes: Buffer, { signer: { privateKey }, userId }: OcspPaper): Promise<Buffer> {
  if (userId === undefined) return signX509(bytes, privateKey)
  const key = publicKeyFromSpki(publicKeyOf(privateKey).spkiDer, userId)
  return signBytes(bytes, privateKey, key).then(toDerSignature)
}

/** A responder that a CA has certified; `usages` are the extended key usages of its certificate. */
export async function delegateOf(
  issuer: Issuer,
  {
    usages = ['1.3.6.1.5.5.7.3.9'],
    nowMs,
    untilMs = nowMs + 86_400_000,
    serialHex,
  }: { usages?: readonly string[]; nowMs: number; untilMs?: number; serialHex?: string },
): Promise<Issuer & { privateKey: KeyObject }> {
  const key = generateKeyPair(readCertificate(issuer.certificateDer).publicKey.alg)
  const oid = (text: string): Buffer =>
    Buffer.from(AsnConvert.serialize(new AlgorithmIdentifier({ algorithm: text }))).subarray(2)
  const list = Buffer.concat(usages.map(oid))
  const certificateDer = await issueCertificate({
    subject: { C: 'CN', O: 'Invented Status Office', CN: `Responder ${usages.length}` },
    spkiDer: key.spkiDer,
    issuer,
    notBeforeMs: nowMs - 86_400_000,
    notAfterMs: untilMs,
    ...(serialHex !== undefined && { serialHex }),
    usage: 'sign',
    extensions: [{ oid: '2.5.29.37', critical: true, value: Buffer.concat([Buffer.from([0x30, list.length]), list]) }],
  })
  return { certificateDer, privateKey: key.privateKey }
}
