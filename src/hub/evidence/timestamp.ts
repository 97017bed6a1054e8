// RFC 3161: another authority's word on when a checkpoint existed. Verified here so strictly that nothing in a token goes
// uncovered: it must be the DER of what was checked, with one signer and only the certificates of its chain.
import { createHash, hash, verify, X509Certificate } from 'node:crypto'
import { ContentInfo, id_signedData, SignedData, type SignerInfo } from '@peculiar/asn1-cms'
import { AsnConvert } from '@peculiar/asn1-schema'
import { id_ct_tstInfo, TSTInfo } from '@peculiar/asn1-tsp'
import type { AlgorithmIdentifier } from '@peculiar/asn1-x509'
import { HubError } from '../errors.ts'

const CONTENT_TYPE = '1.2.840.113549.1.9.3'
const MESSAGE_DIGEST = '1.2.840.113549.1.9.4'
const SIGNING_CERTIFICATE = ['1.2.840.113549.1.9.16.2.47', '1.2.840.113549.1.9.16.2.12']
const TIME_STAMPING = '1.3.6.1.5.5.7.3.8'
const SHA256 = '2.16.840.1.101.3.4.2.1'
const DIGESTS: Record<string, string> = {
  [SHA256]: 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
}
/** Signature algorithms with the digest they imply; rsaEncryption takes that of the signer. */
const SIGNATURES: Record<string, string | undefined> = {
  '1.2.840.113549.1.1.1': undefined,
  '1.2.840.113549.1.1.11': 'sha256',
  '1.2.840.113549.1.1.12': 'sha384',
  '1.2.840.113549.1.1.13': 'sha512',
  '1.2.840.10045.4.3.2': 'sha256',
  '1.2.840.10045.4.3.3': 'sha384',
  '1.2.840.10045.4.3.4': 'sha512',
}

/** `at`: RFC 3339; `anchored`: the chain leads to one of the authorities given. `nonce` as in the token, big-endian. */
export interface Timestamp {
  at: string
  authority: string
  anchored: boolean
  nonce?: Buffer
}

/** Verifies a time-stamp token (DER) over SHA-256 of the note. `authorities`: DER of CAs or signers. Throws SIGNATURE_INVALID or ENCODING_NOT_CANONICAL. */
export async function verifyTimestamp(token: Buffer, note: Buffer, authorities: readonly Buffer[]): Promise<Timestamp> {
  const { signed, info, content } = readToken(token)
  const signer = signed.signerInfos[0]!
  const { hashAlgorithm, hashedMessage } = info.messageImprint
  must(hashAlgorithm.algorithm === SHA256, 'the imprint is not SHA-256')
  must(Buffer.from(hashedMessage.buffer).equals(hash('sha256', note, 'buffer')), 'it is not over this checkpoint')
  const certificates = (signed.certificates ?? []).map(({ certificate }) => {
    must(certificate !== undefined, 'it carries something else than certificates')
    return new X509Certificate(Buffer.from(AsnConvert.serialize(certificate)))
  })
  const own = certificates.find((certificate) => isNamed(certificate, signer))
  must(own !== undefined, 'the certificate of its signer is not in it')
  verifySigner(signer, own, content)
  const anchored = verifyChain(own, certificates, authorities, info.genTime.getTime())
  return {
    at: info.genTime.toISOString(),
    authority: own.subject.replaceAll('\n', ', '),
    anchored,
    ...(info.nonce && { nonce: Buffer.from(info.nonce) }),
  }
}

/** Parses a token and makes sure that it has one spelling and one signer. */
function readToken(token: Buffer): { signed: SignedData; info: TSTInfo; content: Buffer } {
  const outer = parse(token, ContentInfo)
  must(outer.contentType === id_signedData, 'it is not signed data')
  const signed = parse(outer.content, SignedData)
  const again = new ContentInfo({ contentType: id_signedData, content: AsnConvert.serialize(signed) })
  if (!Buffer.from(AsnConvert.serialize(again)).equals(token))
    throw new HubError('ENCODING_NOT_CANONICAL', 'the timestamp is not in canonical DER')
  const { encapContentInfo, signerInfos, digestAlgorithms } = signed
  must(
    signed.version === 3 && !signed.crls && signerInfos.length === 1,
    'it has other parts than one signer and its certificates',
  )
  const signer = signerInfos[0]!
  must(signer.version === 1 && !signer.unsignedAttrs, 'its signer has unsigned attributes')
  must(
    digestAlgorithms.length === 1 && sameAlgorithm(digestAlgorithms[0]!, signer.digestAlgorithm),
    'its digest algorithms differ',
  )
  must(encapContentInfo.eContentType === id_ct_tstInfo, 'it is not a timestamp')
  const content = Buffer.from(encapContentInfo.eContent?.single?.buffer ?? new ArrayBuffer(0))
  return { signed, info: parse(content, TSTInfo), content }
}

function parse<T>(der: Buffer | ArrayBuffer, schema: new () => T): T {
  try {
    return AsnConvert.parse(der, schema)
  } catch (cause) {
    throw new HubError('ENCODING_NOT_CANONICAL', 'the timestamp cannot be read as a token', { cause })
  }
}

function sameAlgorithm(a: AlgorithmIdentifier, b: AlgorithmIdentifier): boolean {
  return Buffer.from(AsnConvert.serialize(a)).equals(Buffer.from(AsnConvert.serialize(b)))
}

/** Parameters are absent or NULL: anything else would be uncovered. */
function plain({ algorithm, parameters }: AlgorithmIdentifier): string {
  must(!parameters || Buffer.from(parameters).toString('hex') === '0500', `algorithm ${algorithm} has parameters`)
  return algorithm
}

function isNamed(certificate: X509Certificate, { sid }: SignerInfo): boolean {
  const name = sid.issuerAndSerialNumber
  if (!name) return false
  const serial = Buffer.from(name.serialNumber).toString('hex').replace(/^0+/, '')
  return (
    serial === certificate.serialNumber.toLowerCase().replace(/^0+/, '') &&
    certificate.raw.includes(Buffer.from(AsnConvert.serialize(name.issuer)))
  )
}

function verifySigner(signer: SignerInfo, own: X509Certificate, content: Buffer): void {
  const digest = DIGESTS[plain(signer.digestAlgorithm)]
  const algorithm = plain(signer.signatureAlgorithm)
  must(digest !== undefined && Object.hasOwn(SIGNATURES, algorithm), `algorithm ${algorithm} is not known here`)
  const attributes = signer.signedAttrs ?? []
  const value = (type: string): Buffer | undefined => {
    const found = attributes.filter(({ attrType }) => attrType === type)
    return found.length === 1 && found[0]!.attrValues.length === 1 ? Buffer.from(found[0]!.attrValues[0]!) : undefined
  }
  must(
    value(MESSAGE_DIGEST)?.equals(octets(createHash(digest).update(content).digest())) === true,
    'its digest is of other content',
  )
  must(value(CONTENT_TYPE)?.equals(TST_INFO_OID) === true, 'its content type is not signed')
  const named = SIGNING_CERTIFICATE.map(value).find((one) => one !== undefined)
  const ids = ['sha256', 'sha1'].map((name) => octets(hash(name, own.raw, 'buffer')))
  must(named !== undefined && ids.some((id) => named.includes(id)), 'it does not name the certificate of its signer')
  const signedBytes = setOf(attributes.map((attribute) => Buffer.from(AsnConvert.serialize(attribute))))
  const by = SIGNATURES[algorithm] ?? digest
  must(verify(by, signedBytes, own.publicKey, Buffer.from(signer.signature.buffer)), 'its signature does not verify')
}

const TST_INFO_OID = Buffer.from('060b2a864886f70d0109100104', 'hex')
const octets = (bytes: Buffer): Buffer => Buffer.concat([Buffer.from([4, bytes.length]), bytes])

/** Signed attributes are signed as a SET, not under their tag in the token (RFC 5652 section 5.4). */
function setOf(items: readonly Buffer[]): Buffer {
  const content = Buffer.concat(items)
  const { length } = content
  const header = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255]
  return Buffer.concat([Buffer.from([0x31, ...header]), content])
}

/** Walks from the signer upwards. Every certificate of the token must be on the way; true if it reaches an authority. */
function verifyChain(
  own: X509Certificate,
  certificates: readonly X509Certificate[],
  authorities: readonly Buffer[],
  atMs: number,
): boolean {
  must(own.keyUsage?.length === 1 && own.keyUsage[0] === TIME_STAMPING, 'its certificate is not for timestamps')
  const anchors = authorities.map((der) => new X509Certificate(der))
  const chain: X509Certificate[] = []
  let anchored = false
  for (let at: X509Certificate | undefined = own; at && chain.length < 6; ) {
    const current: X509Certificate = at
    must(
      Date.parse(current.validFrom) <= atMs && atMs <= Date.parse(current.validTo),
      'a certificate of it was not valid then',
    )
    chain.push(current)
    const isAnchor = anchors.some(({ raw }) => raw.equals(current.raw))
    const issuer = [...anchors, ...certificates].find((one) => issued(one, current))
    anchored ||= isAnchor || (issuer !== undefined && anchors.includes(issuer))
    // A self-signed top is covered by its own signature, a lone signer by its name in the signed attributes.
    must(issuer !== undefined || isAnchor || current === own, 'it carries a certificate that nothing covers')
    at = issuer && certificates.find(({ raw }) => raw.equals(issuer.raw) && !chain.some((one) => one.raw.equals(raw)))
  }
  must(chain.length === certificates.length, 'it carries a certificate that is not of its chain')
  return anchored
}

function issued(issuer: X509Certificate, child: X509Certificate): boolean {
  return issuer.ca && child.checkIssued(issuer) && child.verify(issuer.publicKey)
}

function must(condition: boolean, reason: string): asserts condition {
  if (!condition) throw new HubError('SIGNATURE_INVALID', `the timestamp cannot be believed: ${reason}`)
}
