// Certificates that the sandbox's own CAs have issued, good and bad, and parties enrolled with them.
import { createHash, createPrivateKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { derOf } from '../../src/client/party-folder.ts'
import { HubClient } from '../../src/client/hub-client.ts'
import type { ClientIdentity } from '../../src/client/session-keeper.ts'
import { readCertificate } from '../../src/hub/identity/certificate.ts'
import {
  generateKeyPair,
  issueCertificate,
  issueCrl,
  type CertificateRequestInput,
  type Issuer,
} from '../../src/hub/identity/issue.ts'
import { keySigner } from '../../src/hub/identity/signer.ts'
import type { SuiteName } from '../../src/hub/identity/suite.ts'
import { toBase64url, toTime } from '../../src/hub/values/encoding.ts'
import { expectTaken, post, type Answer } from './doors.ts'
import type { World } from './world.ts'

export const DAY_MS = 86_400_000
export type Ca = 'cn-sm2' | 'cn-p256' | 'vn-p256' | 'th-p256'

/** A national CA of the sandbox with its private key. */
export function caOf(world: World, ca: Ca): Issuer {
  const folder = join(world.dir, 'sandbox', 'authorities', ca)
  return {
    certificateDer: derOf(readFileSync(join(folder, 'ca.pem'), 'utf8')),
    privateKey: createPrivateKey(readFileSync(join(folder, 'ca.key.pem'))),
  }
}

export const fingerprintOf = (der: Buffer): string => createHash('sha256').update(der).digest('hex')

/** A fresh key with a certificate for a party; `change` makes it wrong, `above` are further certificates of its path. */
export async function paperOf(
  party: string,
  issuer: Issuer,
  {
    alg,
    change = {},
    above = [],
  }: { alg?: SuiteName; change?: Partial<CertificateRequestInput>; above?: Buffer[] } = {},
): Promise<ClientIdentity> {
  const key = generateKeyPair(alg ?? readCertificate(issuer.certificateDer).publicKey.alg)
  const [, , country, , id] = party.split(':') as [string, string, string, string, string]
  const certificate = await issueCertificate({
    subject: { C: country.toUpperCase(), O: 'Invented Organisation', CN: id },
    spkiDer: key.spkiDer,
    issuer,
    party,
    usage: 'sign',
    notBeforeMs: Date.now() - DAY_MS,
    notAfterMs: Date.now() + 30 * DAY_MS,
    ...change,
  })
  return { party, signer: keySigner(key.privateKey), path: [certificate, ...above] }
}

/** Has the authority of the party's country enter it with a new certificate; gives who it is and a client of its own. */
export async function enrol(
  world: World,
  party: string,
  ca: Ca,
  more: object = {},
): Promise<{ identity: ClientIdentity; client: HubClient }> {
  const identity = await paperOf(party, caOf(world, ca))
  const [, , country, partyClass, id] = party.split(':') as [string, string, string, string, string]
  const body = {
    party,
    name: `Invented ${id}`,
    country: country.toUpperCase(),
    class: partyClass,
    state: 'active',
    certificates: [identity.path.map(toBase64url)],
    ...more,
  }
  expectTaken(await enter(world, country, 'hub.party', body))
  const { hub } = world.party(`${country}-register-office`).card
  const client = new HubClient({ url: world.url, hub, identity, clock: world.clock.now })
  return { identity, client }
}

/** Has the register office of a country (cn, vn, th) submit an entry. */
export async function enter(world: World, country: string, kind: string, body: object): Promise<Answer> {
  const office = `${country}-register-office`
  return post(world, office, await world.compose(office, { kind, body }))
}

/** Revokes one certificate of a party by a register entry. */
export const revoke = (world: World, { party, path }: Pick<ClientIdentity, 'party' | 'path'>): Promise<Answer> =>
  enter(world, party.split(':')[2]!, 'hub.revocation', {
    fingerprint: fingerprintOf(path[0]!),
    party,
    reason: 'keyCompromise',
    revokedAt: toTime(world.clock.now()),
  })

/** A country entry that says where the revocation of each CA's certificates is known from. */
export async function enterAnchors(
  world: World,
  country: 'cn' | 'vn' | 'th',
  anchors: readonly { ca: Ca; status: 'register' | 'crl'; crl?: Buffer; classes?: string[] }[],
): Promise<Answer> {
  return enter(world, country, 'hub.country', {
    country: country.toUpperCase(),
    authority: world.party(`${country}-register-office`).card.party,
    anchors: anchors.map(({ ca, status, crl, classes = [] }) => ({
      certificate: toBase64url(caOf(world, ca).certificateDer),
      status,
      classes,
      ...(crl && { crl: toBase64url(crl) }),
    })),
    classes: [],
  })
}

/** A revocation list of a CA, issued `ageMs` ago and due `dueMs` from now (negative: overdue). */
export function listOf(
  world: World,
  ca: Ca,
  revoked: readonly Buffer[],
  { ageMs = 0, dueMs = DAY_MS }: { ageMs?: number; dueMs?: number } = {},
): Promise<Buffer> {
  const now = world.clock.now()
  return issueCrl({
    issuer: caOf(world, ca),
    revoked: revoked.map((der) => ({ serialHex: readCertificate(der).serialHex, atMs: now - ageMs })),
    thisUpdateMs: now - ageMs,
    nextUpdateMs: now + dueMs,
  })
}
