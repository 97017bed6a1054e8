// The sender of a bench: a trader that exists in the sandbox only for this, entered by its country's authority like any other.
import { createPrivateKey } from 'node:crypto'
import { randomBytes } from 'node:crypto'
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

function trader(id: string, name: string, ca: string): CastParty {
  return { folder: `bench-${id}`, party: `urn:hub:cn:trader:${id}`, country: 'CN', class: 'trader', name, ca }
}

/** Register entries of `count` traders as message files, and their party URNs. */
export async function manyTraders(sandbox: string, count: number): Promise<{ parties: string[]; files: Buffer[]; certificateDer: Buffer }> {
  const casts = Array.from({ length: count }, (_, n) => trader(`junk-${n + 1}`, `Junk ${n + 1} Export (invented)`, 'cn-p256'))
  const ca = readCa(sandbox, 'cn-p256', 'ES256')
  const office = openPartyFolder(join(sandbox, 'authorities', 'cn-register-office'))
  const authority: CastParty = { ...office.card, folder: 'cn-register-office', ca: 'cn-sm2' }
  const files: Buffer[] = []
  let certificateDer: Buffer = Buffer.alloc(0)
  for (const cast of casts) {
    ;({ certificateDer } = await partyCertificate(cast, ca, Date.now()))
    const { message } = await partyEntry(authority, cast, [certificateDer], { ...composerOf(office), randomness: randomBytes })
    files.push(Buffer.from(JSON.stringify(message)))
  }
  return { parties: casts.map(({ party }) => party), files, certificateDer }
}

/** Makes the trader of a suite and puts its entry into the sandbox's register folder, which the hub reads through its front door at start. */
export async function enterParty(sandbox: string, suite: BenchSuite): Promise<BenchParty> {
  const cast = CAST[suite]
  const made = await partyCertificate(cast, readCa(sandbox, cast.ca, suite), Date.now())
  const office = openPartyFolder(join(sandbox, 'authorities', 'cn-register-office'))
  const authority: CastParty = { ...office.card, folder: 'cn-register-office', ca: 'cn-sm2' }
  const { message } = await partyEntry(authority, cast, [made.certificateDer], {
    ...composerOf(office),
    randomness: randomBytes,
  })
  writeFileSync(join(sandbox, 'register', `30-party-${cast.folder}.json`), JSON.stringify(message))
  const { certificateDer, privateKey } = made
  return { hub: office.card.hub, party: cast.party, certificateDer, signer: keySigner(privateKey) }
}

function readCa(sandbox: string, ca: string, alg: BenchSuite): KeyAndCertificate {
  const folder = join(sandbox, 'authorities', ca)
  const pem = readFileSync(join(folder, 'ca.key.pem'), 'utf8')
  const certificateDer = derOf(readFileSync(join(folder, 'ca.pem'), 'utf8'))
  return { certificateDer, privateKey: createPrivateKey(pem), privateKeyPem: () => pem, alg }
}
