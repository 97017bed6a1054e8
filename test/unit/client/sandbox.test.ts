// The sandbox: everything in it must be what the hub takes, and nobody else may read its keys.
import { createPrivateKey, randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readEnvFile } from '../../../src/client/hub-process.ts'
import { derOf, openPartyFolder, resolveParty } from '../../../src/client/party-folder.ts'
import { initSandbox, type Sandbox } from '../../../src/client/sandbox.ts'
import { readConfig } from '../../../src/config.ts'
import { readHubKeys } from '../../../src/hub/evidence/hub-keys.ts'
import { readMessageFile } from '../../../src/hub/evidence/message-file.ts'
import { readCertificate } from '../../../src/hub/identity/certificate.ts'
import { verifyJws } from '../../../src/hub/identity/jws.ts'
import { verifyPath } from '../../../src/hub/identity/path.ts'
import { BODIES_ONLY, hubKinds } from '../../../src/hub/kinds/hub-kinds.ts'
import { checkDigests, receiveMessageFile } from '../../../src/hub/message/decode.ts'
import { compileKinds } from '../../../src/hub/message/validate.ts'

const NOW_MS = Date.UTC(2026, 4, 7)
const PASSPHRASE = 'four lanterns in the rain'
let dir: string
let made: Sandbox

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'beibu-sandbox-'))
  made = await initSandbox(join(dir, 'world'), {
    listen: '127.0.0.1:7443',
    randomness: randomBytes,
    clock: () => NOW_MS,
    passphrase: PASSPHRASE,
  })
})
afterAll(() => rmSync(dir, { recursive: true, force: true }))

const json = (...parts: string[]): unknown => JSON.parse(readFileSync(join(made.dir, ...parts), 'utf8'))
const trust = (): { operatorRoot: string; countries: Record<string, string[]> } => json('trust.json') as never

describe('initSandbox', () => {
  it('gives the configuration the hub reads, without a fault', () => {
    const config = readConfig(readEnvFile(made.env))
    expect(config.seed.hub).toBe('urn:hub:cn:operator:beibu-sandbox')
    expect(config.seed.countries.map(({ country }) => country)).toEqual(['CN', 'VN', 'TH'])
    expect(config.seed.countries[0]!.anchors.map(({ publicKey }) => publicKey.alg)).toEqual(['SM2SM3', 'ES256'])
    expect(config.origin).toBe('http://127.0.0.1:7443')
  })

  it('tells the parties where each process of the hub listens, and has the first for its origin', async () => {
    const [listen, other] = ['127.0.0.1:7443', '127.0.0.1:7444']
    const several = await initSandbox(join(dir, 'several'), {
      listen,
      others: [other],
      randomness: randomBytes,
      clock: () => NOW_MS,
    })
    const { card } = openPartyFolder(several.parties[0]!.folder)
    expect(card).toMatchObject({ url: `http://${listen}`, addresses: [`http://${listen}`, `http://${other}`] })
    expect(openPartyFolder(made.parties[0]!.folder, PASSPHRASE).card).not.toHaveProperty('addresses')
    expect(readConfig(readEnvFile(several.env)).origin).toBe(`http://${listen}`)
  })

  it('has the operator\u2019s root vouch for the hub\u2019s keys', async () => {
    const root = readCertificate(derOf(trust().operatorRoot))
    const ring = await readHubKeys([readMessageFile(json('hub.key.json'), 'the first hub.key')], root)
    expect(ring.hub).toBe('urn:hub:cn:operator:beibu-sandbox')
    expect(ring.generations[0]!.receipt.map(({ key }) => key.alg)).toEqual(['ES256', 'SM2SM3'])
    expect(ring.generations[0]!.checkpoint.map(({ key }) => key.alg)).toEqual(['EdDSA', 'SM2SM3'])
  })

  it('gives every party a certificate that names it and leads to a CA of its own country', async () => {
    expect(made.parties.length).toBeGreaterThanOrEqual(10)
    for (const { folder, party } of made.parties) {
      const { identity, card } = openPartyFolder(folder, PASSPHRASE)
      const path = identity.path.map((der) => readCertificate(der))
      const anchors = trust().countries[card.country]!.map((pem) => ({ certificate: readCertificate(derOf(pem)) }))
      const { leaf } = await verifyPath({ path, anchors, atMs: NOW_MS })
      expect(leaf.party).toBe(party)
      expect(identity.signer.alg).toBe(leaf.publicKey.alg)
    }
  })

  it('writes register entries that are signed, whole, and of their kind', async () => {
    const kinds = compileKinds(hubKinds(BODIES_ONLY))
    const files = readdirSync(join(made.dir, 'register')).sort()
    expect(files[0]).toMatch(/^10-country/)
    expect(files).toHaveLength(made.parties.length + 6)
    for (const file of files) {
      const received = receiveMessageFile(readFileSync(join(made.dir, 'register', file)), NOW_MS)
      checkDigests(received)
      const kind = kinds.find(received.envelope.kind, received.envelope.v)
      expect(kinds.checkBody(kind, received.body).findings).toEqual([])
      const header = JSON.parse(Buffer.from(received.signatures[0]!.protected, 'base64url').toString()) as {
        x5c: string[]
      }
      const leaf = readCertificate(Buffer.from(header.x5c[0]!, 'base64'))
      expect(leaf.party).toBe(received.envelope.from)
      await verifyJws(received.envelopeBytes, received.signatures[0]!, 'hub-message+jws', leaf.publicKey)
    }
  })

  it('keeps every private key to its owner, and party keys under the passphrase', () => {
    const all = readdirSync(made.dir, { recursive: true, encoding: 'utf8' }).map((name) => join(made.dir, name))
    const files = all.filter((name) => statSync(name).isFile())
    const keys = files.filter((name) => readFileSync(name, 'utf8').includes('PRIVATE KEY'))
    expect(keys).toHaveLength(made.parties.length + 3 + 4 + 1 + 3)
    for (const key of keys) expect(statSync(key).mode & 0o777).toBe(0o600)
    const party = join(made.parties[0]!.folder, 'key.pem')
    expect(() => createPrivateKey(readFileSync(party))).toThrow()
    expect(() => openPartyFolder(made.parties[0]!.folder)).toThrow(/is encrypted; set BEIBU_PASSPHRASE/)
    expect(() => openPartyFolder(made.parties[0]!.folder, 'wrong')).toThrow(/does not open with this passphrase/)
  })

  it('never overwrites', async () => {
    const options = { listen: '127.0.0.1:1', randomness: randomBytes, clock: () => NOW_MS }
    await expect(initSandbox(made.dir, options)).rejects.toThrow(/is not empty/)
  })

  it('finds a party by the folder beside one', () => {
    const bank = made.parties.find(({ party }) => party.includes(':bank:'))!
    expect(resolveParty('vietnam-customs', bank.folder)).toBe('urn:hub:vn:customs:border-gate-example')
    expect(resolveParty('urn:hub:xx:bank:y', bank.folder)).toBe('urn:hub:xx:bank:y')
    expect(() => resolveParty('nobody', bank.folder)).toThrow(/there are: .*vietnam-customs/)
  })
})
