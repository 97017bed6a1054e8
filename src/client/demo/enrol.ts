// Parties that join while a story runs: the national CA gives a certificate, the register office of the country enters them.
import { createPrivateKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { issueCertificate, generateKeyPair, type Issuer } from '../../hub/identity/issue.ts'
import { readCertificate } from '../../hub/identity/certificate.ts'
import { keySigner } from '../../hub/identity/signer.ts'
import type { PartyUrn } from '../../hub/message/envelope.ts'
import { toBase64url } from '../../hub/values/encoding.ts'
import { derOf, readCard } from '../party-folder.ts'
import { accepted } from './marks.ts'
import { Actor, type Stage } from './stage.ts'

const DAY_MS = 86_400_000
const VALID_DAYS = 365

/** A national CA of the sandbox with its private key. */
export function caOf(stage: Stage, ca: string): Issuer {
  const folder = join(stage.sandbox, 'authorities', ca)
  return {
    certificateDer: derOf(readFileSync(join(folder, 'ca.pem'), 'utf8')),
    privateKey: createPrivateKey(readFileSync(join(folder, 'ca.key.pem'))),
  }
}

/** Has a party entered with a new key and certificate; `more` is further members of its entry. Throws if the hub does not take it. */
export async function enrol(
  stage: Stage,
  party: PartyUrn,
  name: string,
  ca: string,
  more: object = {},
): Promise<Actor> {
  const [, , code, partyClass, id] = party.split(':') as [string, string, string, string, string]
  const country = code.toUpperCase()
  const issuer = caOf(stage, ca)
  const key = generateKeyPair(readCertificate(issuer.certificateDer).publicKey.alg)
  const nowMs = Date.now()
  const certificate = await issueCertificate({
    subject: { C: country, O: name, CN: id },
    spkiDer: key.spkiDer,
    issuer,
    party,
    usage: 'sign',
    notBeforeMs: nowMs - DAY_MS,
    notAfterMs: nowMs + VALID_DAYS * DAY_MS,
  })
  const office = `${code}-register-office`
  const certificates = [[toBase64url(certificate)]]
  const body = { party, name, country, class: partyClass, state: 'active', certificates, ...more }
  accepted(await stage.authority(office).send({ kind: 'hub.party', to: [], body }))
  const { hub, url } = readCard(join(stage.sandbox, 'authorities', office))
  return new Actor({
    card: { party, name, country, class: partyClass, hub, url, certificates: [] },
    identity: { party, signer: keySigner(key.privateKey), path: [certificate] },
  })
}
