// Signature suites: the algorithms the hub signs and verifies with, each bound to the kind of key it belongs to.
import type { KeyObject } from 'node:crypto'

export type SuiteName = 'ES256' | 'EdDSA' | 'PS256' | 'SM2SM3'

/** A public key ready for verification. `z` is the GB/T 32918 identity hash, present for SM2 only. */
export interface PublicKey {
  readonly alg: SuiteName
  readonly key: KeyObject
  readonly z?: Buffer
  readonly spkiDer: Buffer
}

/** A private key behind a port: file, command, later PKCS#11. `sign` returns the JWS form of the signature (r||s, raw Ed25519, PSS). */
export interface Signer {
  readonly alg: SuiteName
  sign(bytes: Uint8Array): Promise<Buffer>
}

export type CertificateStatus = 'good' | 'revoked' | 'unknown' | 'stale'

/** What was known of a certificate's revocation when the message was taken in. */
export interface CertificateStatusEvidence {
  fingerprint: string
  status: CertificateStatus
  /** Where it is known from: the register (hub.revocation), a revocation list, or the answer of a responder. */
  source: 'register' | 'crl' | 'ocsp' | 'none'
  thisUpdate?: string
  nextUpdate?: string
  crlSha256?: string
  /** When the responder made its answer, and the hex SHA-256 of the answer. */
  producedAt?: string
  responseSha256?: string
  /** How old the list or answer was; what the register says is as old as `registerAt`. */
  ageMs?: number
  registerAt: number
}
