// The built-in CA for sandboxes and small operators: keys, certificates, requests and revocation lists in every suite.
import { createHash, type KeyObject, randomBytes } from 'node:crypto'
import { AsnConvert } from '@peculiar/asn1-schema'
import {
  AlgorithmIdentifier,
  CRLNumber,
  GeneralName,
  GeneralSubtree,
  GeneralSubtrees,
  Name as AsnName,
  NameConstraints,
  SubjectPublicKeyInfo,
} from '@peculiar/asn1-x509'
import { HubError } from '../errors.ts'
import { readCertificate } from './certificate.ts'
import { checkDer, derChildren, derElement } from './der.ts'
import { MESSAGE_SIGNING } from './path.ts'
import type { PublicKey, SuiteName } from './suite.ts'
import { generatePrivateKey, publicKeyFromSpki, publicKeyOf } from './suites/index.ts'
import { issuingCrypto, issuingKey, x509 } from './x509-provider.ts'
import { verifyX509 } from './x509-signature.ts'

export interface KeyPair {
  privateKey: KeyObject
  /** PKCS#8; encrypted with AES-256 if there is a passphrase. */
  privateKeyPem(passphrase?: string): string
  spkiDer: Buffer
}

/** Makes a key pair of a suite. */
export function generateKeyPair(alg: SuiteName): KeyPair {
  const privateKey = generatePrivateKey(alg)
  return {
    privateKey,
    privateKeyPem: (passphrase) =>
      privateKey
        .export({
          type: 'pkcs8',
          format: 'pem',
          ...(passphrase !== undefined && { cipher: 'aes-256-cbc', passphrase }),
        })
        .toString(),
    spkiDer: publicKeyOf(privateKey).spkiDer,
  }
}

export interface Subject {
  C: string
  O: string
  OU?: string
  CN: string
}

export interface Issuer {
  certificateDer: Buffer
  privateKey: KeyObject
}

export interface CertificateRequestInput {
  subject: Subject
  spkiDer: Buffer
  /** Absent: self-signed with `privateKey`. */
  issuer?: Issuer
  privateKey?: KeyObject
  ca?: { pathLength?: number }
  /** Party URN, as SAN URI. */
  party?: string
  /** Directory subtrees a CA may name, critical. */
  permittedDirectories?: readonly { C: string; O?: string }[]
  /** Hosts a CA may name in URIs, and parties (`urn:hub:...`), critical. */
  permittedUris?: readonly string[]
  notBeforeMs: number
  notAfterMs: number
  serialHex?: string
  usage?: 'sign' | 'tls-server' | 'tls-client'
  dnsNames?: readonly string[]
  ipAddresses?: readonly string[]
  /** Extensions as they are, in place of one made here under the same identifier. */
  extensions?: readonly { oid: string; critical: boolean; value: Buffer }[]
}

const { KeyUsageFlags: Flag } = x509
const USAGES = {
  sign: { flags: Flag.digitalSignature, extended: [MESSAGE_SIGNING, '1.3.6.1.5.5.7.3.2'] },
  'tls-server': { flags: Flag.digitalSignature, extended: ['1.3.6.1.5.5.7.3.1'] },
  'tls-client': { flags: Flag.digitalSignature, extended: ['1.3.6.1.5.5.7.3.2'] },
}

/** Issues a certificate; times are cut to whole seconds. Gives DER. The issuer is not questioned: what may issue is for path validation to say. */
export async function issueCertificate(input: CertificateRequestInput): Promise<Buffer> {
  const signer = input.issuer?.privateKey ?? input.privateKey
  if (!signer) throw new Error('a certificate needs an issuer or, to be self-signed, its own private key')
  const subject = nameOf(input.subject)
  const certificate = await x509.X509CertificateGenerator.create(
    {
      serialNumber: input.serialHex ?? serial(),
      subject,
      issuer: input.issuer ? readName(input.issuer.certificateDer) : subject,
      notBefore: wholeSeconds(input.notBeforeMs),
      notAfter: wholeSeconds(input.notAfterMs),
      publicKey: Uint8Array.from(input.spkiDer),
      signingKey: issuingKey(signer),
      extensions: extensionsOf(input, signer),
    },
    issuingCrypto,
  )
  return Buffer.from(certificate.rawData)
}

const wholeSeconds = (ms: number): Date => new Date(Math.floor(ms / 1000) * 1000)
const readName = (der: Buffer): x509.Name => new x509.X509Certificate(Uint8Array.from(der)).subjectName

/** 16 bytes, positive and without a leading zero byte. */
function serial(): string {
  const bytes = randomBytes(16)
  bytes[0] = (bytes[0]! & 0x7f) | 0x40
  return bytes.toString('hex')
}

function nameOf({ C, O, OU, CN }: Subject): x509.JsonName {
  return [{ C: [C] }, { O: [O] }, ...(OU === undefined ? [] : [{ OU: [OU] }]), { CN: [CN] }]
}

function extensionsOf(input: CertificateRequestInput, signer: KeyObject): x509.Extension[] {
  const { ca, party, permittedDirectories = [], permittedUris = [], usage, dnsNames = [], ipAddresses = [] } = input
  const extensions: x509.Extension[] = [new x509.BasicConstraintsExtension(ca !== undefined, ca?.pathLength, true)]
  if (ca) extensions.push(new x509.KeyUsagesExtension(Flag.keyCertSign | Flag.cRLSign, true))
  else if (usage) {
    extensions.push(
      new x509.KeyUsagesExtension(USAGES[usage].flags, true),
      new x509.ExtendedKeyUsageExtension([...USAGES[usage].extended]),
    )
  }
  const names = [
    ...(party === undefined ? [] : [{ type: 'url' as const, value: party }]),
    ...dnsNames.map((value) => ({ type: 'dns' as const, value })),
    ...ipAddresses.map((value) => ({ type: 'ip' as const, value })),
  ]
  if (names.length > 0) extensions.push(new x509.SubjectAlternativeNameExtension(names))
  if (permittedDirectories.length + permittedUris.length > 0)
    extensions.push(constraints(permittedDirectories, permittedUris))
  extensions.push(
    new x509.SubjectKeyIdentifierExtension(keyId(input.spkiDer)),
    new x509.AuthorityKeyIdentifierExtension(issuerKeyId(input.issuer, signer)),
  )
  const asGiven = (input.extensions ?? []).map(
    ({ oid, critical, value }) => new x509.Extension(oid, critical, Uint8Array.from(value)),
  )
  const given = new Set(asGiven.map(({ type }) => type))
  return [...extensions.filter(({ type }) => !given.has(type)), ...asGiven]
}

/** RFC 5280 4.2.1.2, method 1: SHA-1 of the key bits. A name for the key, not a proof of it. */
function keyId(spkiDer: Uint8Array): string {
  const { subjectPublicKey } = AsnConvert.parse(spkiDer, SubjectPublicKeyInfo)
  return createHash('sha1').update(new Uint8Array(subjectPublicKey)).digest('hex')
}

const issuerKeyId = (issuer: Issuer | undefined, signer: KeyObject): string =>
  (issuer && readCertificate(issuer.certificateDer).subjectKeyId) ?? keyId(publicKeyOf(signer).spkiDer)

function constraints(directories: readonly { C: string; O?: string }[], uris: readonly string[]): x509.Extension {
  const bases = [
    ...directories.map(({ C, O }) => {
      const name = new x509.Name([{ C: [C] }, ...(O === undefined ? [] : [{ O: [O] }])])
      return new GeneralName({ directoryName: AsnConvert.parse(name.toArrayBuffer(), AsnName) })
    }),
    ...uris.map((uri) => new GeneralName({ uniformResourceIdentifier: uri })),
  ]
  const value = new NameConstraints({
    permittedSubtrees: new GeneralSubtrees(bases.map((base) => new GeneralSubtree({ base }))),
  })
  return new x509.Extension('2.5.29.30', true, AsnConvert.serialize(value))
}

/** A certificate signing request (RFC 2986): what an applicant sends, signed with its own key. Gives DER. */
export async function createCsr(input: { subject: Subject; privateKey: KeyObject; party: string }): Promise<Buffer> {
  const key = issuingKey(input.privateKey)
  const request = await x509.Pkcs10CertificateRequestGenerator.create(
    {
      name: nameOf(input.subject),
      keys: { privateKey: key, publicKey: key },
      signingAlgorithm: key.algorithm,
      extensions: [new x509.SubjectAlternativeNameExtension([{ type: 'url', value: input.party }])],
    },
    issuingCrypto,
  )
  return Buffer.from(request.rawData)
}

/** Issues for a request. The CA decides party and time; of the request it takes key and subject, after its signature is verified. Throws CERTIFICATE_MALFORMED or SIGNATURE_INVALID. */
export async function issueFromCsr(
  csrDer: Buffer,
  terms: { issuer: Issuer; party: string; notBeforeMs: number; notAfterMs: number },
): Promise<Buffer> {
  const { key, subject } = await readCsr(csrDer)
  return issueCertificate({ subject, spkiDer: key.spkiDer, usage: 'sign', ...terms })
}

async function readCsr(csrDer: Buffer): Promise<{ key: PublicKey; subject: Subject }> {
  checkDer(csrDer, 'the request')
  const malformed = (cause?: unknown) =>
    new HubError('CERTIFICATE_MALFORMED', 'the request does not have the structure of PKCS #10', { cause })
  const [info, algorithm, signature] = derChildren(csrDer, derElement(csrDer, 0, csrDer.length).from, csrDer.length)
  let request: x509.Pkcs10CertificateRequest
  try {
    request = new x509.Pkcs10CertificateRequest(Uint8Array.from(csrDer))
  } catch (cause) {
    throw malformed(cause)
  }
  if (!info || !algorithm || !signature) throw malformed()
  const key = publicKeyFromSpki(new Uint8Array(request.publicKey.rawData))
  const identifier = AsnConvert.parse(csrDer.subarray(algorithm.start, algorithm.to), AlgorithmIdentifier).algorithm
  // The first byte of a BIT STRING counts its unused bits.
  if (
    !(await verifyX509(
      csrDer.subarray(info.start, info.to),
      csrDer.subarray(signature.from + 1, signature.to),
      identifier,
      key,
    ))
  )
    throw new HubError('SIGNATURE_INVALID', 'the request is not signed with its own key')
  const field = (name: string): string | undefined => request.subjectName.getField(name)[0]
  const [C, O, OU, CN] = [field('C'), field('O'), field('OU'), field('CN')]
  if (C === undefined || O === undefined || CN === undefined)
    throw new HubError('CERTIFICATE_MALFORMED', 'the request needs C, O and CN in its subject')
  return { key, subject: { C, O, CN, ...(OU !== undefined && { OU }) } }
}

/** Issues a revocation list (RFC 5280 5). Gives DER. */
export async function issueCrl(input: {
  issuer: Issuer
  revoked: readonly { serialHex: string; atMs: number }[]
  thisUpdateMs: number
  nextUpdateMs: number
  number?: number
  /** Extensions as they are, for what is not foreseen here. */
  extensions?: readonly { oid: string; critical: boolean; value: Buffer }[]
}): Promise<Buffer> {
  const {
    issuer,
    revoked,
    thisUpdateMs,
    nextUpdateMs,
    number = Math.floor(thisUpdateMs / 1000),
    extensions = [],
  } = input
  const key = issuingKey(issuer.privateKey)
  const list = await x509.X509CrlGenerator.create(
    {
      issuer: readName(issuer.certificateDer),
      thisUpdate: wholeSeconds(thisUpdateMs),
      nextUpdate: wholeSeconds(nextUpdateMs),
      entries: revoked.map(({ serialHex, atMs }) => ({ serialNumber: serialHex, revocationDate: wholeSeconds(atMs) })),
      signingKey: key,
      signingAlgorithm: key.algorithm,
      extensions: [
        new x509.AuthorityKeyIdentifierExtension(issuerKeyId(issuer, issuer.privateKey)),
        new x509.Extension('2.5.29.20', false, AsnConvert.serialize(new CRLNumber(number))),
        ...extensions.map(({ oid, critical, value }) => new x509.Extension(oid, critical, Uint8Array.from(value))),
      ],
    },
    issuingCrypto,
  )
  return Buffer.from(list.rawData)
}
