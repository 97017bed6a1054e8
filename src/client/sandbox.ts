// Makes a whole small world to try the hub in: operator, national CAs, parties with keys, the hub's keys, its seed and its register.
// Nothing in it is for real use: the CA keys lie on the same disk as everything else.
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { keySigner } from '../hub/identity/signer.ts'
import type { ComposeWith } from './compose.ts'
import { type PartyCard, pemOf } from './party-folder.ts'
import { CAST_AUTHORITIES, CAST_CAS, CAST_HUB, CAST_PARTIES, CAST_PURPOSE, type CastParty } from './sandbox/cast.ts'
import { deviceCa, type KeyAndCertificate, nationalCa, operatorRoot, partyCertificate } from './sandbox/certificates.ts'
import { genesisStatement, makeHubKeys } from './sandbox/hub-keys.ts'
import { phoneCaFiles } from './sandbox/phones.ts'
import { countryEntry, partyEntry, type RegisterFile } from './sandbox/register.ts'
import { type Trade, TRADES } from './sandbox/trades.ts'
import { UsageError } from './usage.ts'

export interface SandboxOptions {
  /** Where the hub will listen, host:port; its origin. */
  listen: string
  /** Where further processes of the same hub will. */
  others?: readonly string[]
  /** Trades whose parties are wanted beside those that are in every sandbox. */
  trades?: readonly Trade[]
  randomness: (size: number) => Buffer
  clock: () => number
  /** Encrypts the parties' keys. */
  passphrase?: string
  progress?: (done: string) => void
}

/** What was made: absolute paths. */
export interface Sandbox {
  dir: string
  env: string
  trust: string
  parties: { folder: string; party: string; name: string }[]
}

/** Makes a sandbox in `dir`, which must be empty or absent (UsageError otherwise). */
export async function initSandbox(dir: string, options: SandboxOptions): Promise<Sandbox> {
  const root = resolve(dir)
  if (existsSync(root) && readdirSync(root).length > 0)
    throw new UsageError(`${dir} is not empty; a sandbox is made in a new folder, so that no key is ever overwritten`)
  mkdirSync(root, { recursive: true, mode: 0o700 })
  const parties = [...CAST_PARTIES, ...(options.trades ?? []).flatMap((trade) => TRADES[trade])]
  const operator = await writeHub(root, options)
  const cas = await writeCas(root, options)
  const trust = {
    operatorRoot: pemOf(operator.certificateDer),
    countries: anchorsByCountry(cas),
    ledgers: {},
  }
  writeJson(join(root, 'trust.json'), trust)
  writeJson(join(root, 'seed.json'), seed(trust.operatorRoot, trust.countries))
  await writeParties(root, parties, cas, options)
  writeFileSync(join(root, 'hub.env'), environment(root, options.listen))
  return {
    dir: root,
    env: join(root, 'hub.env'),
    trust: join(root, 'trust.json'),
    parties: parties.map(({ folder, party, name }) => ({ folder: join(root, 'parties', folder), party, name })),
  }
}

async function writeHub(root: string, { randomness, clock, progress }: SandboxOptions): Promise<KeyAndCertificate> {
  const operator = await operatorRoot(CAST_HUB, clock())
  writeKey(join(root, 'operator', 'root.key.pem'), operator.privateKeyPem())
  writeFileSync(join(root, 'operator', 'root.pem'), pemOf(operator.certificateDer))
  const keys = makeHubKeys()
  for (const key of keys) writeKey(join(root, 'keys', key.file), key.pem)
  const statement = await genesisStatement(CAST_HUB, keys, operator, { randomness, clock })
  writeJson(join(root, 'hub.key.json'), statement)
  progress?.('operator root, hub keys and the statement that vouches for them')
  return operator
}

async function writeCas(root: string, options: SandboxOptions): Promise<Map<string, KeyAndCertificate>> {
  const cas = new Map<string, KeyAndCertificate>()
  for (const authority of CAST_CAS) {
    const ca = await nationalCa(authority, options.clock())
    writeKey(join(root, 'authorities', authority.ca, 'ca.key.pem'), ca.privateKeyPem())
    writeFileSync(join(root, 'authorities', authority.ca, 'ca.pem'), pemOf(ca.certificateDer))
    cas.set(authority.ca, ca)
    options.progress?.(`national CA ${authority.ca} (${authority.alg})`)
  }
  return cas
}

/** Parties, and what their country's authority says of them. The authorities register themselves first. */
async function writeParties(
  root: string,
  parties: readonly CastParty[],
  cas: Map<string, KeyAndCertificate>,
  options: SandboxOptions,
): Promise<void> {
  const files: RegisterFile[] = []
  for (const authority of CAST_AUTHORITIES) {
    const own = await writeParty(join(root, 'authorities', authority.folder), authority, cas, options)
    const how: ComposeWith = {
      signers: [{ signer: keySigner(own.privateKey), by: { path: [own.certificateDer] } }],
      randomness: options.randomness,
      clock: options.clock,
    }
    const anchors = CAST_CAS.filter((one) => one.country === authority.country).map(
      (one) => cas.get(one.ca)!.certificateDer,
    )
    files.push(await countryEntry(authority, anchors, how))
    files.push(await partyEntry(authority, authority, [own.certificateDer], how))
    for (const party of parties.filter((one) => one.country === authority.country)) {
      const made = await writeParty(join(root, 'parties', party.folder), party, cas, options)
      files.push(await partyEntry(authority, party, [made.certificateDer], how))
    }
  }
  mkdirSync(join(root, 'register'), { recursive: true })
  for (const { file, message } of files) writeJson(join(root, 'register', file), message)
  options.progress?.(`${files.length} signed register entries`)
}

async function writeParty(
  folder: string,
  party: CastParty,
  cas: Map<string, KeyAndCertificate>,
  { clock, passphrase, listen, others = [], progress }: SandboxOptions,
): Promise<KeyAndCertificate> {
  const made = await partyCertificate(party, cas.get(party.ca)!, clock())
  const card: PartyCard = {
    party: party.party,
    name: party.name,
    country: party.country,
    class: party.class,
    hub: CAST_HUB,
    url: `http://${listen}`,
    ...(others.length > 0 && { addresses: [listen, ...others].map((address) => `http://${address}`) }),
    key: 'key.pem',
    certificates: ['certificate.pem'],
    ...(party.class === 'regulator' && { purpose: CAST_PURPOSE }),
  }
  writeKey(join(folder, 'key.pem'), made.privateKeyPem(passphrase))
  writeFileSync(join(folder, 'certificate.pem'), pemOf(made.certificateDer))
  writeJson(join(folder, 'party.json'), card)
  if (party.givesPhones) {
    const phones = await deviceCa(party, cas.get(party.ca)!, clock(), made.alg)
    const { key, certificate } = phoneCaFiles(folder)
    writeKey(key, phones.privateKeyPem(passphrase))
    writeFileSync(certificate, pemOf(phones.certificateDer))
  }
  progress?.(`${party.folder}: ${party.party} (${made.alg})`)
  return made
}

function anchorsByCountry(cas: Map<string, KeyAndCertificate>): Record<string, string[]> {
  const countries: Record<string, string[]> = {}
  for (const { ca, country } of CAST_CAS) (countries[country] ??= []).push(pemOf(cas.get(ca)!.certificateDer))
  return countries
}

const seed = (operatorRootPem: string, countries: Record<string, string[]>) => ({
  hub: CAST_HUB,
  operatorRoot: operatorRootPem,
  countries: Object.fromEntries(
    CAST_AUTHORITIES.map(({ country, party }) => [country, { authority: party, anchors: countries[country]! }]),
  ),
})

/** Absolute paths, so that the file works from any folder. */
function environment(root: string, listen: string): string {
  const lines = {
    HUB_SEED: join(root, 'seed.json'),
    HUB_DATA: join(root, 'data'),
    HUB_KEYS: join(root, 'keys'),
    HUB_KEY_STATEMENT: join(root, 'hub.key.json'),
    HUB_REGISTER: join(root, 'register'),
    HUB_LISTEN: listen,
    HUB_ORIGIN: `http://${listen}`,
  }
  return Object.entries(lines)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('')
}

function writeKey(file: string, pem: string): void {
  mkdirSync(join(file, '..'), { recursive: true, mode: 0o700 })
  writeFileSync(file, pem, { mode: 0o600, flag: 'wx' })
}

const writeJson = (file: string, value: unknown): void => writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`)
