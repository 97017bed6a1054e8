// Revocation lists in an MSP. As Fabric does it: a certificate on the list counts as revoked from the configuration that brought the list,
// whatever date the list gives.
import { type KeyObject, verify } from 'node:crypto'
import { AsnConvert } from '@peculiar/asn1-schema'
import { CertificateList } from '@peculiar/asn1-x509'
import { type Certificate, serialHex } from './certificate.ts'

/** A list as read; whether a CA signed it is asked when it is used. */
export interface RevocationList {
  serials: ReadonlySet<string>
  tbs: Buffer
  signature: Buffer
  algorithm: string
}

const LIST_BYTES_MAX = 16 * 1024 * 1024
const HASHES: Record<string, string> = {
  '1.2.840.10045.4.3.2': 'sha256',
  '1.2.840.10045.4.3.3': 'sha384',
  '1.2.840.10045.4.3.4': 'sha512',
  '1.2.840.113549.1.1.11': 'sha256',
  '1.2.840.113549.1.1.12': 'sha384',
  '1.2.840.113549.1.1.13': 'sha512',
}

/** Reads a list in PEM or DER. Answers undefined for whatever is none. */
export function readRevocationList(bytes: Uint8Array): RevocationList | undefined {
  if (bytes.length > LIST_BYTES_MAX) return undefined
  try {
    const list = AsnConvert.parse(derOf(bytes), CertificateList)
    if (!list.tbsCertListRaw) return undefined
    return {
      serials: new Set(
        (list.tbsCertList.revokedCertificates ?? []).map(({ userCertificate }) => serialHex(userCertificate)),
      ),
      tbs: Buffer.from(list.tbsCertListRaw),
      signature: Buffer.from(list.signature),
      algorithm: list.signatureAlgorithm.algorithm,
    }
  } catch {
    return undefined
  }
}

/** Whether one of the lists names the certificate and is signed by the CA that issued it. */
export const isRevoked = (lists: readonly RevocationList[], certificate: Certificate, issuer: Certificate): boolean =>
  lists.some((list) => list.serials.has(certificate.serialHex) && isSignedBy(list, issuer.key))

function isSignedBy({ tbs, signature, algorithm }: RevocationList, key: KeyObject): boolean {
  const hash = key.asymmetricKeyType === 'ed25519' ? null : HASHES[algorithm]
  if (hash === undefined) return false
  try {
    return verify(hash, tbs, key, signature)
  } catch {
    return false
  }
}

function derOf(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const pem = /-----BEGIN X509 CRL-----([A-Za-z0-9+/=\s]+)-----END X509 CRL-----/.exec(
    Buffer.from(bytes).toString('latin1'),
  )
  return Uint8Array.from(pem ? Buffer.from(pem[1]!, 'base64') : bytes)
}
