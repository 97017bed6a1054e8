// Phones of a party in a sandbox: given out by the party's own CA, each with a key beside it; what they sign is sent by the party.
import { createPrivateKey } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readCertificate } from '../../hub/identity/certificate.ts'
import { fileSigner } from '../../hub/identity/signer.ts'
import { derOf, pemOf, type PartyCard } from '../party-folder.ts'
import type { ClientIdentity } from '../session-keeper.ts'
import { UsageError } from '../usage.ts'
import { deviceCertificate, type KeyAndCertificate } from './certificates.ts'

export type PhoneCa = Pick<KeyAndCertificate, 'certificateDer' | 'privateKey' | 'alg'>

/** A party's folder with its card. */
interface Party {
  folder: string
  card: Pick<PartyCard, 'party' | 'country' | 'name'>
}

/** Where a party has the CA of its phones. */
export const phoneCaFiles = (folder: string): { key: string; certificate: string } => ({
  key: join(folder, 'phones', 'ca.key.pem'),
  certificate: join(folder, 'phones', 'ca.pem'),
})

/** The CA of a party's phones. Throws UsageError if it has none. */
export function openPhoneCa(folder: string, passphrase?: string): PhoneCa {
  const { key, certificate } = phoneCaFiles(folder)
  if (!existsSync(key))
    throw new UsageError(`${folder} gives out no phones; in a sandbox made --with border-market, border-app does`)
  const certificateDer = derOf(readFileSync(certificate, 'utf8'))
  const privateKey = createPrivateKey({ key: readFileSync(key), ...(passphrase !== undefined && { passphrase }) })
  return { certificateDer, privateKey, alg: readCertificate(certificateDer).publicKey.alg }
}

/** Makes a phone with a key (mode 0600) and a certificate of the party's own CA. Throws UsageError if there is one of that name. */
export async function makePhone(
  { folder, card }: Party,
  name: string,
  nowMs: number,
  passphrase?: string,
): Promise<ClientIdentity> {
  const files = phoneFiles(folder, name)
  if (existsSync(files.folder)) throw new UsageError(`${files.folder} is there already; keys are never overwritten`)
  const made = await deviceCertificate(card, openPhoneCa(folder, passphrase), name, nowMs)
  mkdirSync(files.folder, { recursive: true, mode: 0o700 })
  writeFileSync(files.key, made.privateKeyPem(passphrase), { mode: 0o600, flag: 'wx' })
  writeFileSync(files.certificate, pemOf(made.certificateDer))
  return openPhone({ folder, card }, name, passphrase)
}

/** A phone that was made. It opens no session: what it has signed is sent by the party. Throws UsageError if it is not there. */
export function openPhone({ folder, card }: Party, name: string, passphrase?: string): ClientIdentity {
  const files = phoneFiles(folder, name)
  if (!existsSync(files.key)) throw new UsageError(`${files.folder} is no phone; make one with: beibu sandbox phone`)
  const path = [files.certificate, phoneCaFiles(folder).certificate].map((file) => derOf(readFileSync(file, 'utf8')))
  return { party: card.party, signer: fileSigner(files.key, passphrase), path }
}

/** By what a phone is known: SHA-256 of its certificate, hex. */
export const fingerprintOf = ({ path }: Pick<ClientIdentity, 'path'>): string => readCertificate(path[0]!).fingerprint

function phoneFiles(party: string, name: string): { folder: string; key: string; certificate: string } {
  if (!/^[a-z0-9][a-z0-9-]{0,63}$/.test(name))
    throw new UsageError(`the name of a phone is of small letters, digits and hyphens, got ${name}`)
  const folder = join(party, 'phones', name)
  return { folder, key: join(folder, 'key.pem'), certificate: join(folder, 'certificate.pem') }
}
