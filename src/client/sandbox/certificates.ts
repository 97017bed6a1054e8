// Keys and certificates of the sandbox: the operator's root, one CA per country and stack, one leaf per party; and for a party that gives out
// phones, a CA of its own with their certificates.
import type { KeyObject } from 'node:crypto'
import { generateKeyPair, issueCertificate } from '../../hub/identity/issue.ts'
import type { SuiteName } from '../../hub/identity/suite.ts'
import type { CastAuthority, CastParty } from './cast.ts'

export interface KeyAndCertificate {
  certificateDer: Buffer
  privateKey: KeyObject
  privateKeyPem: (passphrase?: string) => string
  alg: SuiteName
}

const DAY_MS = 86_400_000
const ROOT_DAYS = 3650
const PARTY_DAYS = 825

/** Valid from a day before, so that a clock that is a little behind does not refuse a new certificate. */
const validity = (nowMs: number, days: number) => ({ notBeforeMs: nowMs - DAY_MS, notAfterMs: nowMs + days * DAY_MS })

/** The operator's root: self-signed, names the hub as its party, signs only `hub.key`. */
export async function operatorRoot(hub: string, nowMs: number): Promise<KeyAndCertificate> {
  const key = generateKeyPair('ES256')
  const certificateDer = await issueCertificate({
    subject: { C: 'CN', O: 'Beibu Sandbox Operator (invented)', CN: 'Operator root' },
    spkiDer: key.spkiDer,
    privateKey: key.privateKey,
    ca: { pathLength: 0 },
    party: hub,
    ...validity(nowMs, ROOT_DAYS),
  })
  return keyAndCertificate(key, certificateDer, 'ES256')
}

/** A national CA, constrained to name only its own country. Below it there may be CAs of parties, and below those none. */
export async function nationalCa(authority: CastAuthority, nowMs: number): Promise<KeyAndCertificate> {
  const key = generateKeyPair(authority.alg)
  const certificateDer = await issueCertificate({
    subject: { C: authority.country, O: 'Sandbox National CA (invented)', CN: `Sandbox CA ${authority.ca}` },
    spkiDer: key.spkiDer,
    privateKey: key.privateKey,
    ca: { pathLength: 1 },
    permittedDirectories: [{ C: authority.country }],
    ...validity(nowMs, ROOT_DAYS),
  })
  return keyAndCertificate(key, certificateDer, authority.alg)
}

export async function partyCertificate(
  party: CastParty,
  issuer: KeyAndCertificate,
  nowMs: number,
): Promise<KeyAndCertificate> {
  const key = generateKeyPair(issuer.alg)
  const certificateDer = await issueCertificate({
    subject: { C: party.country, O: party.name, CN: party.folder },
    spkiDer: key.spkiDer,
    issuer: { certificateDer: issuer.certificateDer, privateKey: issuer.privateKey },
    party: party.party,
    usage: 'sign',
    ...validity(nowMs, PARTY_DAYS),
  })
  return keyAndCertificate(key, certificateDer, issuer.alg)
}

/** The CA of one party for its phones: what it issues names that party and no other, and issues nothing itself. */
export async function deviceCa(
  party: Pick<CastParty, 'party' | 'country' | 'name' | 'folder'>,
  issuer: Pick<KeyAndCertificate, 'certificateDer' | 'privateKey'>,
  nowMs: number,
  alg: SuiteName,
): Promise<KeyAndCertificate> {
  const key = generateKeyPair(alg)
  const certificateDer = await issueCertificate({
    subject: { C: party.country, O: party.name, CN: `${party.folder} phones` },
    spkiDer: key.spkiDer,
    issuer: { certificateDer: issuer.certificateDer, privateKey: issuer.privateKey },
    ca: { pathLength: 0 },
    permittedDirectories: [{ C: party.country, O: party.name }],
    permittedUris: [party.party],
    ...validity(nowMs, PARTY_DAYS),
  })
  return keyAndCertificate(key, certificateDer, alg)
}

/** A phone below the CA of its party. The certificate says nothing of who holds it. */
export async function deviceCertificate(
  party: Pick<CastParty, 'party' | 'country' | 'name'>,
  issuer: Pick<KeyAndCertificate, 'certificateDer' | 'privateKey' | 'alg'>,
  device: string,
  nowMs: number,
): Promise<KeyAndCertificate> {
  const key = generateKeyPair(issuer.alg)
  const certificateDer = await issueCertificate({
    subject: { C: party.country, O: party.name, OU: 'Phones', CN: device },
    spkiDer: key.spkiDer,
    issuer: { certificateDer: issuer.certificateDer, privateKey: issuer.privateKey },
    party: party.party,
    usage: 'sign',
    ...validity(nowMs, PARTY_DAYS),
  })
  return keyAndCertificate(key, certificateDer, issuer.alg)
}

function keyAndCertificate(key: ReturnType<typeof generateKeyPair>, certificateDer: Buffer, alg: SuiteName) {
  return {
    certificateDer,
    privateKey: key.privateKey,
    privateKeyPem: (passphrase?: string) => key.privateKeyPem(passphrase),
    alg,
  }
}
