// The world of two hubs: one in China, one in Vietnam, each with keys, register and data of its own. The parties of both countries are known
// at both, by the same certificates; who is at home where reads there.
import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { LedgerTrust } from '../../../schemas/types.d.ts'
import { trustOfHub } from '../../crosschain/ledgers/hub/pins.ts'
import { keySigner } from '../../hub/identity/signer.ts'
import { messageCommitment } from '../../hub/message/envelope.ts'
import type { ComposeWith, MessageFile } from '../compose.ts'
import { type PartyCard, pemOf } from '../party-folder.ts'
import { CAST_AUTHORITIES, CAST_CAS, CAST_PARTIES, CAST_PURPOSE, type CastParty } from '../sandbox/cast.ts'
import { type KeyAndCertificate, nationalCa, operatorRoot, partyCertificate } from '../sandbox/certificates.ts'
import { genesisStatement, makeHubKeys } from '../sandbox/hub-keys.ts'
import { countryEntry, partyEntry, type RegisterFile } from '../sandbox/register.ts'
import { freePort } from './free-port.ts'

export type HubName = 'cn' | 'vn'

/** One of the two hubs as it lies on disk. */
export interface HubPlace {
  name: HubName
  hub: string
  /** The ledger that stands for it. */
  ledger: string
  url: string
  dir: string
  env: Record<string, string>
  /** What is to be signed to believe its log. */
  trust: LedgerTrust
  trustFile: string
  genesis: MessageFile
}

export interface TwoHubsWorld {
  hubs: Record<HubName, HubPlace>
}

const HUBS: Record<HubName, { hub: string; ledger: string }> = {
  cn: { hub: 'urn:hub:cn:operator:beibu-nanning', ledger: 'urn:hub:cn:ledger:beibu-nanning' },
  vn: { hub: 'urn:hub:vn:operator:beibu-hanoi', ledger: 'urn:hub:vn:ledger:beibu-hanoi' },
}
const NAMES = Object.keys(HUBS) as HubName[]
const COUNTRIES = ['CN', 'VN']
const EPOCH = 1

/** Beside the cast of the sandbox: who runs and who supervises the hub in Vietnam. Invented like all of it. */
const MORE: readonly CastParty[] = [
  of('hanoi-operator', 'operator', 'hanoi-desk', 'Example Operator Desk of the Hub in Hanoi'),
  { ...of('vn-supervision', 'regulator', 'data-supervision', 'Example Data Office, Vietnam'), supervises: ['*'] },
]

function of(folder: string, partyClass: string, id: string, name: string): CastParty {
  return { folder, party: `urn:hub:vn:${partyClass}:${id}`, country: 'VN', class: partyClass, name, ca: 'vn-p256' }
}

const PARTIES = [...CAST_AUTHORITIES, ...CAST_PARTIES, ...MORE].filter(({ country }) => COUNTRIES.includes(country))
const OPERATORS: Record<HubName, string> = { cn: 'hub-operator', vn: 'hanoi-operator' }

/** Builds both in `dir` (wiped first). Nothing runs yet. */
export async function makeTwoHubs(dir: string): Promise<TwoHubsWorld> {
  rmSync(dir, { recursive: true, force: true })
  const nowMs = Date.now()
  const cas = new Map<string, KeyAndCertificate>()
  for (const ca of CAST_CAS.filter(({ country }) => COUNTRIES.includes(country)))
    cas.set(ca.ca, await nationalCa(ca, nowMs))
  const people = new Map<string, KeyAndCertificate>()
  for (const party of PARTIES) people.set(party.party, await partyCertificate(party, cas.get(party.ca)!, nowMs))
  const ports = { cn: await freePort(), vn: await freePort() }
  const made = await Promise.all(NAMES.map((name) => makeHub(join(dir, name), name, ports[name], cas, people)))
  const hubs = Object.fromEntries(made.map((one) => [one.name, one])) as Record<HubName, HubPlace>
  for (const name of NAMES) writeLedgers(hubs, name)
  return { hubs }
}

async function makeHub(
  dir: string,
  name: HubName,
  port: number,
  cas: Map<string, KeyAndCertificate>,
  people: Map<string, KeyAndCertificate>,
): Promise<HubPlace> {
  const { hub, ledger } = HUBS[name]
  const how = { randomness: randomBytes, clock: Date.now }
  const root = await operatorRoot(hub, Date.now())
  const keys = makeHubKeys()
  for (const key of keys) writeKey(join(dir, 'keys', key.file), key.pem)
  const genesis = await genesisStatement(hub, keys, root, how)
  writeJson(join(dir, 'hub.key.json'), genesis)
  const anchors = anchorsByCountry(cas)
  const rootPem = pemOf(root.certificateDer)
  writeJson(join(dir, 'seed.json'), { hub, operatorRoot: rootPem, countries: seeded(anchors) })
  const listen = `127.0.0.1:${port}`
  const url = `http://${listen}`
  await writeRegister(dir, hub, cas, people)
  for (const party of PARTIES) writeParty(join(dir, 'parties', party.folder), party, people.get(party.party)!, hub, url)
  const trust = trustOfHub({
    ledger,
    sequence: 1,
    hub,
    journal: `${hub}:journal`,
    epoch: EPOCH,
    operatorRoot: root.certificateDer,
    genesis: messageCommitment(Buffer.from(genesis.payload, 'base64url')).toString('hex'),
  })
  const trustFile = join(dir, 'trust.json')
  writeJson(trustFile, { operatorRoot: rootPem, countries: anchors, ledgers: {} })
  const env = {
    HUB_SEED: join(dir, 'seed.json'),
    HUB_DATA: join(dir, 'data'),
    HUB_KEYS: join(dir, 'keys'),
    HUB_KEY_STATEMENT: join(dir, 'hub.key.json'),
    HUB_REGISTER: join(dir, 'register'),
    HUB_LEDGERS: join(dir, 'ledgers.json'),
    HUB_COUNTRY: name.toUpperCase(),
    HUB_LISTEN: listen,
    HUB_ORIGIN: url,
    HUB_CHECKPOINT_MS: '200',
    // Each is a hub of one process with a folder of its own, whatever profile the others are played on.
    HUB_PROFILE: 'embedded',
    HUB_MONGO_URL: '',
    HUB_REDIS_URL: '',
  }
  return { name, hub, ledger, url, dir, env, trust, trustFile, genesis }
}

/** Each country's authority says the same at both hubs, signed for each. */
async function writeRegister(
  dir: string,
  hub: string,
  cas: Map<string, KeyAndCertificate>,
  people: Map<string, KeyAndCertificate>,
): Promise<void> {
  const files: RegisterFile[] = []
  for (const authority of CAST_AUTHORITIES.filter(({ country }) => COUNTRIES.includes(country))) {
    const own = people.get(authority.party)!
    const how: ComposeWith = {
      signers: [{ signer: keySigner(own.privateKey), by: { path: [own.certificateDer] } }],
      randomness: randomBytes,
      clock: Date.now,
    }
    const mine = CAST_CAS.filter(({ country }) => country === authority.country)
    const anchors = mine.map(({ ca }) => cas.get(ca)!.certificateDer)
    files.push(await countryEntry(authority, anchors, how, hub))
    for (const party of PARTIES.filter(({ country }) => country === authority.country))
      files.push(await partyEntry(authority, party, [people.get(party.party)!.certificateDer], how, hub))
  }
  mkdirSync(join(dir, 'register'), { recursive: true })
  for (const { file, message } of files) writeJson(join(dir, 'register', file), message)
}

function writeParty(folder: string, party: CastParty, made: KeyAndCertificate, hub: string, url: string): void {
  const card: PartyCard = {
    party: party.party,
    name: party.name,
    country: party.country,
    class: party.class,
    hub,
    url,
    key: 'key.pem',
    certificates: ['certificate.pem'],
    ...(party.class === 'regulator' && { purpose: CAST_PURPOSE }),
  }
  writeKey(join(folder, 'key.pem'), made.privateKeyPem())
  writeFileSync(join(folder, 'certificate.pem'), pemOf(made.certificateDer))
  writeJson(join(folder, 'party.json'), card)
}

/** Each hub is the own end of its lanes, and asks the other in the name of its operator. */
function writeLedgers(hubs: Record<HubName, HubPlace>, name: HubName): void {
  const [own, other] = [hubs[name], hubs[name === 'cn' ? 'vn' : 'cn']]
  const party = join(other.dir, 'parties', OPERATORS[name])
  writeJson(join(own.dir, 'ledgers.json'), {
    ledgers: { [own.ledger]: { own: true }, [other.ledger]: { urls: [other.url], party } },
    everyMs: 250,
  })
  const trusted = NAMES.map((one) => {
    const { ledger: _, sequence: __, ...trust } = hubs[one].trust
    return [hubs[one].ledger, trust] as const
  })
  const { trustFile } = own
  const trust = JSON.parse(readFileSync(trustFile, 'utf8')) as object
  writeJson(trustFile, { ...trust, ledgers: Object.fromEntries(trusted) })
}

function anchorsByCountry(cas: Map<string, KeyAndCertificate>): Record<string, string[]> {
  const countries: Record<string, string[]> = {}
  for (const { ca, country } of CAST_CAS)
    if (cas.has(ca)) (countries[country] ??= []).push(pemOf(cas.get(ca)!.certificateDer))
  return countries
}

const seeded = (anchors: Record<string, string[]>) =>
  Object.fromEntries(
    CAST_AUTHORITIES.filter(({ country }) => COUNTRIES.includes(country)).map(({ country, party }) => [
      country,
      { authority: party, anchors: anchors[country]! },
    ]),
  )

function writeKey(file: string, pem: string): void {
  mkdirSync(join(file, '..'), { recursive: true, mode: 0o700 })
  writeFileSync(file, pem, { mode: 0o600, flag: 'wx' })
}

const writeJson = (file: string, value: unknown): void => writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`)
