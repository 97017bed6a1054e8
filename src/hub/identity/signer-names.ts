// What a signer's certificate is found by again when it is revoked later: authorities name it by fingerprint, lists by CA and serial number.
import { readCertificate } from './certificate.ts'

/** Parts of a keyed hash (`headKey('certificate', ...)`). */
export type SignerName = readonly string[]

export const byFingerprint = (fingerprint: string): SignerName => ['fingerprint', fingerprint]

/** The country is that of the party, upper case: a list of one country's CA says nothing of another country's parties. */
export const bySerial = (country: string, issuerName: string, serialHex: string): SignerName => [
  'serial',
  country,
  issuerName,
  serialHex,
]

/** Both names of a certificate (DER). */
export function signerNames(der: Buffer): SignerName[] {
  const { fingerprint, issuerName, serialHex, party } = readCertificate(der)
  return [byFingerprint(fingerprint), bySerial(party?.split(':')[2]?.toUpperCase() ?? '', issuerName, serialHex)]
}
