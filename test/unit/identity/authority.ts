// A small national CA for tests: made-up organisations, real keys and signatures.
import {
  generateKeyPair,
  type CertificateRequestInput,
  type Issuer,
  issueCertificate,
  type KeyPair,
} from '../../../src/hub/identity/issue.ts'
import { type Certificate, readCertificate } from '../../../src/hub/identity/certificate.ts'
import type { SuiteName } from '../../../src/hub/identity/suite.ts'

export const NOW = Date.parse('2026-03-02T08:00:00.000Z')
export const YEAR_MS = 365 * 86_400_000

export interface Holder {
  certificate: Certificate
  keys: KeyPair
  issuer: Issuer
}

export type Change = Partial<Omit<CertificateRequestInput, 'issuer'>> & {
  alg?: SuiteName
  CN?: string
  O?: string
  C?: string
  issuer?: Holder | undefined
  keys?: KeyPair
}

/** Issues for a fresh key; without an issuer self-signed. */
export async function issue({
  alg = 'ES256',
  C = 'VN',
  O = 'Example Office of Hoa Lac',
  CN = 'Example',
  issuer,
  keys = generateKeyPair(alg),
  ...rest
}: Change): Promise<Holder> {
  const der = await issueCertificate({
    subject: { C, O, CN },
    spkiDer: keys.spkiDer,
    ...(issuer ? { issuer: issuer.issuer } : { privateKey: keys.privateKey }),
    notBeforeMs: NOW - YEAR_MS,
    notAfterMs: NOW + YEAR_MS,
    ...rest,
  })
  return { certificate: readCertificate(der), keys, issuer: { certificateDer: der, privateKey: keys.privateKey } }
}

export const root = (change: Change = {}): Promise<Holder> => issue({ CN: 'Example National Root', ca: {}, ...change })

export const leaf = (issuer: Holder, change: Change = {}): Promise<Holder> =>
  issue({ CN: 'Example Bank of Lotus Bay', party: 'urn:hub:vn:bank:lotus-bay', usage: 'sign', issuer, ...change })
