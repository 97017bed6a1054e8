// Certificates, read once and strictly: what path validation and the walk ask of them (RFC 5280 section 4).
import { createHash } from 'node:crypto'
import { AsnConvert, type OctetString } from '@peculiar/asn1-schema'
import {
  AuthorityKeyIdentifier,
  BasicConstraints,
  Certificate as AsnCertificate,
  ExtendedKeyUsage,
  type GeneralSubtree,
  KeyUsage,
  KeyUsageFlags,
  NameConstraints as AsnNameConstraints,
  SubjectAlternativeName,
  SubjectKeyIdentifier,
  type TBSCertificate,
  Version,
} from '@peculiar/asn1-x509'
import { HubError } from '../errors.ts'
import { BoundedCache } from './bounded-cache.ts'
import { checkDer } from './der.ts'
import {
  type CertificateName,
  comparableName,
  countryOf,
  directoryName,
  generalName,
  readableName,
  subjectEmails,
} from './distinguished-name.ts'
import type { PublicKey } from './suite.ts'
import { publicKeyFromSpki } from './suites/index.ts'

export type { CertificateName } from './distinguished-name.ts'

export interface Certificate {
  readonly der: Buffer
  /** Hex SHA-256 of the DER. */
  readonly fingerprint: string
  /** For people; not compared. */
  readonly subject: string
  readonly issuer: string
  /** Names in the form they are compared in. */
  readonly subjectName: string
  readonly issuerName: string
  /** Subject C, upper case. */
  readonly country?: string
  /** Content of the DER INTEGER. */
  readonly serialHex: string
  readonly notBeforeMs: number
  readonly notAfterMs: number
  readonly publicKey: PublicKey
  readonly stack: 'sm2' | 'international'
  /** Object identifier of the issuer's signature. */
  readonly signatureAlg: string
  /** The signed part and its signature, as the issuer made them. */
  readonly tbs: Buffer
  readonly signature: Buffer
  readonly isCa: boolean
  readonly pathLength?: number
  readonly keyUsage?: { digitalSignature: boolean; keyCertSign: boolean; crlSign: boolean }
  readonly extendedKeyUsage?: readonly string[]
  /** The party it is of: its one SAN URI that starts with urn:hub: */
  readonly party?: string
  /** Every name it gives: subject, mail addresses in the subject, alternative names. */
  readonly names: readonly CertificateName[]
  readonly nameConstraints?: { permitted: readonly CertificateName[]; excluded: readonly CertificateName[] }
  readonly subjectKeyId?: string
  readonly authorityKeyId?: string
  /** Critical extensions that this hub does not understand. */
  readonly unknownCritical: readonly string[]
}

const BYTES_MAX = 32 * 1024
const cache = new BoundedCache<Certificate>(20_000)

/** Reads strict DER; cached by fingerprint. Throws CERTIFICATE_MALFORMED. */
export function readCertificate(bytes: Uint8Array): Certificate {
  if (bytes.length > BYTES_MAX) throw new HubError('CERTIFICATE_MALFORMED', 'the certificate is larger than 32 KiB')
  const fingerprint = createHash('sha256').update(bytes).digest('hex')
  const known = cache.get(fingerprint)
  if (known !== undefined) return known
  const certificate = read(Buffer.from(bytes), fingerprint)
  cache.set(fingerprint, certificate)
  return certificate
}

const malformed = (why: string, cause?: unknown) =>
  new HubError('CERTIFICATE_MALFORMED', `the certificate cannot be read: ${why}`, { cause })

function read(der: Buffer, fingerprint: string): Certificate {
  checkDer(der, 'the certificate')
  try {
    const parsed = AsnConvert.parse(der, AsnCertificate)
    // What the reader did not look at would be missing here.
    if (!Buffer.from(AsnConvert.serialize(parsed)).equals(der))
      throw malformed('it is not the one encoding of what it says')
    return describe(parsed, der, fingerprint)
  } catch (cause) {
    if (cause instanceof HubError) throw cause
    throw malformed('it does not have the structure of X.509', cause)
  }
}

const ID = {
  subjectKeyId: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  nameConstraints: '2.5.29.30',
  authorityKeyId: '2.5.29.35',
  extendedKeyUsage: '2.5.29.37',
}
/** Policies, distribution points and access to the issuer decide nothing here: any policy will do, revocation comes by the register. */
const UNDERSTOOD = new Set([...Object.values(ID), '2.5.29.32', '2.5.29.31', '1.3.6.1.5.5.7.1.1'])

function describe(parsed: AsnCertificate, der: Buffer, fingerprint: string): Certificate {
  const { tbsCertificate: tbs, signatureAlgorithm } = parsed
  checkForm(parsed)
  const publicKey = publicKeyFromSpki(new Uint8Array(AsnConvert.serialize(tbs.subjectPublicKeyInfo)))
  const country = countryOf(tbs.subject)
  return {
    der,
    fingerprint,
    subject: readableName(tbs.subject),
    issuer: readableName(tbs.issuer),
    subjectName: comparableName(tbs.subject),
    issuerName: comparableName(tbs.issuer),
    ...(country !== undefined && { country }),
    serialHex: hex(tbs.serialNumber),
    notBeforeMs: tbs.validity.notBefore.getTime().getTime(),
    notAfterMs: tbs.validity.notAfter.getTime().getTime(),
    publicKey,
    stack: publicKey.alg === 'SM2SM3' ? 'sm2' : 'international',
    signatureAlg: signatureAlgorithm.algorithm,
    tbs: Buffer.from(parsed.tbsCertificateRaw ?? AsnConvert.serialize(tbs)),
    signature: Buffer.from(parsed.signatureValue),
    ...describeExtensions(tbs),
  }
}

function checkForm({ tbsCertificate: tbs, signatureAlgorithm }: AsnCertificate): void {
  if (!Buffer.from(AsnConvert.serialize(tbs.signature)).equals(Buffer.from(AsnConvert.serialize(signatureAlgorithm))))
    throw malformed('its two signature algorithms differ')
  if (tbs.version !== Version.v3 && tbs.extensions) throw malformed('only version 3 has extensions')
  const serial = new Uint8Array(tbs.serialNumber)
  if (serial[0]! >= 0x80 || serial.length > 21) throw malformed('the serial number is negative or longer than 20 bytes')
  if (tbs.issuer.length === 0) throw malformed('it names no issuer')
  const { notBefore, notAfter } = tbs.validity
  if (Number.isNaN(notBefore.getTime().getTime()) || Number.isNaN(notAfter.getTime().getTime()))
    throw malformed('its validity is not two times')
}

function describeExtensions(tbs: TBSCertificate) {
  const extensions = new Map((tbs.extensions ?? []).map(({ extnID, extnValue }) => [extnID, extnValue.buffer]))
  if (extensions.size !== (tbs.extensions?.length ?? 0)) throw malformed('an extension occurs twice')
  const extension = <T>(id: string, type: new () => T): T | undefined => {
    const value = extensions.get(id)
    if (value === undefined) return undefined
    checkDer(new Uint8Array(value), `extension ${id}`)
    return AsnConvert.parse(value, type)
  }
  const basic = extension(ID.basicConstraints, BasicConstraints)
  const usage = extension(ID.keyUsage, KeyUsage)?.toNumber()
  const extended = extension(ID.extendedKeyUsage, ExtendedKeyUsage)
  const alternatives = (extension(ID.subjectAltName, SubjectAlternativeName) ?? []).map(generalName)
  const constraints = extension(ID.nameConstraints, AsnNameConstraints)
  const subjectKeyId = extension(ID.subjectKeyId, SubjectKeyIdentifier)
  const authorityKeyId = extension(ID.authorityKeyId, AuthorityKeyIdentifier)?.keyIdentifier
  const party = partyOf(alternatives)
  return {
    isCa: basic?.cA === true,
    ...(basic?.pathLenConstraint !== undefined && { pathLength: basic.pathLenConstraint }),
    ...(usage !== undefined && { keyUsage: usages(usage) }),
    ...(extended && { extendedKeyUsage: [...extended] }),
    ...(party !== undefined && { party }),
    names: [directoryName(tbs.subject), ...subjectEmails(tbs.subject), ...alternatives],
    ...(constraints && {
      nameConstraints: {
        permitted: bases(constraints.permittedSubtrees),
        excluded: bases(constraints.excludedSubtrees),
      },
    }),
    ...(subjectKeyId && { subjectKeyId: hex(subjectKeyId) }),
    ...(authorityKeyId && { authorityKeyId: hex(authorityKeyId) }),
    unknownCritical: (tbs.extensions ?? [])
      .filter(({ critical, extnID }) => critical && !UNDERSTOOD.has(extnID))
      .map(({ extnID }) => extnID),
  }
}

const usages = (flags: number) => ({
  digitalSignature: (flags & KeyUsageFlags.digitalSignature) !== 0,
  keyCertSign: (flags & KeyUsageFlags.keyCertSign) !== 0,
  crlSign: (flags & KeyUsageFlags.cRLSign) !== 0,
})

function bases(subtrees: readonly GeneralSubtree[] | undefined): CertificateName[] {
  return (subtrees ?? []).map(({ base, minimum, maximum }) => {
    if (minimum !== 0 || maximum !== undefined) throw malformed('a name constraint has a minimum or maximum')
    return generalName(base)
  })
}

const hex = (bytes: ArrayBuffer | OctetString): string =>
  Buffer.from(bytes instanceof ArrayBuffer ? bytes : bytes.buffer).toString('hex')

function partyOf(names: readonly CertificateName[]): string | undefined {
  const parties = names.flatMap((name) => (name.type === 'uri' && name.text.startsWith('urn:hub:') ? [name.text] : []))
  if (parties.length > 1) throw malformed('it names more than one party')
  return parties[0]
}
