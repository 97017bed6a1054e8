// The sender of a bench: a trader that exists in the sandbox only for this, entered by its country's authority like any other.
import { createPrivateKey } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { composerOf, derOf, openPartyFolder } from '../src/client/party-folder.ts'
import type { CastParty } from '../src/client/sandbox/cast.ts'
import { type KeyAndCertificate, partyCertificate } from '../src/client/sandbox/certificates.ts'
import { partyEntry } from '../src/client/sandbox/register.ts'
import { type KeySigner, keySigner } from '../src/hub/identity/signer.ts'

export type BenchSuite = 'ES256' | 'SM2SM3'

export interface BenchParty {
  hub: string
  party: string
  certificateDer: Buffer
  signer: KeySigner
}

const CAST: Record<BenchSuite, CastParty> = {
  ES256: trader('swift-kite', 'Swift Kite Export (invented)', 'cn-p256'),
  SM2SM3: trader('steady-heron', 'Steady Heron Export (invented)', 'cn-sm2'),
}

export function trader(id: string, name: string, ca: string): CastParty {
  return { folder: `bench-${id}`, party: `urn:hub:cn:trader:${id}`, country: 'CN', class: 'trader', name, ca }
}

const manyCast = (n: number): CastParty => trader(`junk-${n + 1}`, `Junk ${n + 1} Export (invented)`, 'cn-p256')

/** Register entries of many traders, as message files, with their URNs and the certificate of the last. */
export async function manyTraders(
  sandbox: string,
  count: number,
): Promise<{ parties: string[]; files: Buffer[]; certificateDer: Buffer }> {
  const ca = readCa(sandbox, 'cn-p256', 'ES256')
  const [parties, files]: [string[], Buffer[]] = [[], []]
  let certificateDer: Buffer = Buffer.alloc(0)
  for (const cast of Array.from({ length: count }, (_, n) => manyCast(n))) {
    ;({ certificateDer } = await partyCertificate(cast, ca, Date.now()))
    files.push(Buffer.from(JSON.stringify((await entryOf(sandbox, cast, certificateDer)).message)))
    parties.push(cast.party)
  }
  return { parties, files, certificateDer }
}

/** Makes the trader of a suite and puts its entry into the sandbox's register folder, which the hub reads through its front door at start. */
export const enterParty = (sandbox: string, suite: BenchSuite): Promise<BenchParty> =>
  enterTrader(sandbox, CAST[suite], suite)

/** Gives the first of the many traders a key of this bench, so that it can read what it was sent. */
export const enterReader = (sandbox: string): Promise<BenchParty> => enterTrader(sandbox, manyCast(0), 'ES256')

async function enterTrader(sandbox: string, cast: CastParty, suite: BenchSuite): Promise<BenchParty> {
  const made = await partyCertificate(cast, readCa(sandbox, cast.ca, suite), Date.now())
  const { office, message } = await entryOf(sandbox, cast, made.certificateDer)
  writeFileSync(join(sandbox, 'register', `30-party-${cast.folder}.json`), JSON.stringify(message))
  const { certificateDer, privateKey } = made
  return { hub: office.card.hub, party: cast.party, certificateDer, signer: keySigner(privateKey) }
}

async function entryOf(sandbox: string, cast: CastParty, certificateDer: Buffer) {
  const office = openPartyFolder(join(sandbox, 'authorities', 'cn-register-office'))
  const authority: CastParty = { ...office.card, folder: 'cn-register-office', ca: 'cn-sm2' }
  const { message } = await partyEntry(authority, cast, [certificateDer], composerOf(office))
  return { office, message }
}

export function readCa(sandbox: string, ca: string, alg: BenchSuite): KeyAndCertificate {
  const folder = join(sandbox, 'authorities', ca)
  const pem = readFileSync(join(folder, 'ca.key.pem'), 'utf8')
  const certificateDer = derOf(readFileSync(join(folder, 'ca.pem'), 'utf8'))
  return { certificateDer, privateKey: createPrivateKey(pem), privateKeyPem: () => pem, alg }
}
