// X.509 certificates as Fabric uses them: in PEM, as identities and in the lists of an MSP.
import { hash, type KeyObject, X509Certificate } from 'node:crypto'
import { AsnConvert } from '@peculiar/asn1-schema'
import { Certificate as AsnCertificate } from '@peculiar/asn1-x509'

/** A certificate as read; nothing is verified yet. */
export interface Certificate {
  x509: X509Certificate
  key: KeyObject
  /** SHA-256 of the key (SPKI) in hex. A certificate can be written in several ways, its own signature included; its key cannot. */
  keyId: string
  /** Lower-case hex without leading zeros. */
  serialHex: string
  /** In their order; several may stand in one part of the name. */
  organisationalUnits: readonly string[]
  notBeforeMs: number
  notAfterMs: number
}

const PEM_BYTES_MAX = 64 * 1024
/** The first block of the text, whatever its label: so Fabric reads it. */
const PEM = /-----BEGIN [A-Z0-9 ]{0,40}-----([A-Za-z0-9+/=\s]+)-----END /
const ORGANISATIONAL_UNIT = '2.5.4.11'

/** Reads a certificate in PEM. Answers undefined for whatever is none. */
export function readCertificate(pem: Uint8Array): Certificate | undefined {
  if (pem.length > PEM_BYTES_MAX) return undefined
  const base64 = PEM.exec(Buffer.from(pem).toString('latin1'))?.[1]
  if (base64 === undefined) return undefined
  try {
    const x509 = new X509Certificate(Buffer.from(base64, 'base64'))
    const { tbsCertificate } = AsnConvert.parse(Uint8Array.from(x509.raw), AsnCertificate)
    const notBeforeMs = tbsCertificate.validity.notBefore.getTime().getTime()
    const notAfterMs = tbsCertificate.validity.notAfter.getTime().getTime()
    if (!Number.isFinite(notBeforeMs) || !Number.isFinite(notAfterMs)) return undefined
    const organisationalUnits = tbsCertificate.subject.flatMap((part) =>
      part.filter(({ type }) => type === ORGANISATIONAL_UNIT).map(({ value }) => value.toString()),
    )
    const key = x509.publicKey
    const keyId = hash('sha256', key.export({ type: 'spki', format: 'der' }))
    return {
      x509,
      key,
      keyId,
      serialHex: serialHex(tbsCertificate.serialNumber),
      organisationalUnits,
      notBeforeMs,
      notAfterMs,
    }
  } catch {
    return undefined
  }
}

/** The form in which serial numbers are compared. */
export const serialHex = (bytes: ArrayBuffer): string => Buffer.from(bytes).toString('hex').replace(/^0+/, '')

/** Whether the issuer's key signed the certificate, and the issuer is a CA of that name that may. */
export function isIssuedBy(certificate: Certificate, issuer: Certificate): boolean {
  try {
    return issuer.x509.ca && certificate.x509.checkIssued(issuer.x509) && certificate.x509.verify(issuer.key)
  } catch {
    return false
  }
}

export const isValidAt = ({ notBeforeMs, notAfterMs }: Certificate, atMs: number): boolean =>
  notBeforeMs <= atMs && atMs <= notAfterMs
