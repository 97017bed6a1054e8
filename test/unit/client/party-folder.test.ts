// A party whose key is with a program of its own: the folder names the program, and no key comes into this process.
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openPartyFolder, type PartyCard, pemOf } from '../../../src/client/party-folder.ts'
import { CAST_CAS, CAST_PARTIES } from '../../../src/client/sandbox/cast.ts'
import { nationalCa, partyCertificate } from '../../../src/client/sandbox/certificates.ts'
import { readCertificate } from '../../../src/hub/identity/certificate.ts'
import { verifySignature } from '../../../src/hub/identity/suites/index.ts'

const NOW_MS = Date.UTC(2026, 4, 7)
const SIGNER = `
import { createPrivateKey, sign } from 'node:crypto'
import { readFileSync } from 'node:fs'
const key = createPrivateKey(readFileSync(process.argv[2]))
const bytes = Buffer.from(readFileSync(0, 'utf8'), 'base64')
console.log(sign('sha256', bytes, { key, dsaEncoding: 'ieee-p1363' }).toString('base64url'))
`

let dir: string
const card = {
  name: 'Example',
  country: 'VN',
  class: 'customs',
  hub: 'urn:hub:cn:operator:beibu-sandbox',
  url: 'http://127.0.0.1:7443',
  certificates: ['certificate.pem'],
}

function folder(name: string, more: Partial<PartyCard>, pem: string): string {
  const path = join(dir, name)
  mkdirSync(path)
  writeFileSync(join(path, 'certificate.pem'), pem)
  writeFileSync(join(path, 'party.json'), JSON.stringify({ ...card, party: 'urn:hub:vn:customs:example', ...more }))
  return path
}

beforeAll(() => void (dir = mkdtempSync(join(tmpdir(), 'beibu-party-'))))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

it('signs by the command that party.json names', async () => {
  const authority = CAST_CAS.find(({ country }) => country === 'VN')!
  const party = CAST_PARTIES.find(({ ca }) => ca === authority.ca)!
  const made = await partyCertificate(party, await nationalCa(authority, NOW_MS), NOW_MS)
  const leaf = readCertificate(made.certificateDer)
  expect(leaf.publicKey.alg).toBe('ES256')
  const [script, key] = [join(dir, 'signer.mjs'), join(dir, 'elsewhere.key.pem')]
  writeFileSync(script, SIGNER)
  writeFileSync(key, made.privateKeyPem(), { mode: 0o600 })
  const command = [process.execPath, script, key]
  const { identity } = openPartyFolder(folder('signing', { command, alg: 'ES256' }, pemOf(made.certificateDer)))
  const bytes = createHash('sha256').update('anything').digest()
  expect(await verifySignature(bytes, await identity.signer.sign(bytes), leaf.publicKey)).toBe(true)
})

it.each<[string, Partial<PartyCard>, RegExp]>([
  ['neither', {}, /either "key" .* or "command" and "alg"/],
  ['both', { key: 'key.pem', command: ['sign'], alg: 'ES256' }, /either "key"/],
  ['no-alg', { command: ['sign'] }, /"alg" in .*: ES256, EdDSA, PS256, SM2SM3/],
  ['empty', { command: [], alg: 'ES256' }, /must be a list of the program and its arguments/],
  ['absent', { key: 'absent.pem' }, /absent\.pem cannot be read/],
])('says what is wrong with a card: %s', (name, more, reason) => {
  const pem = pemOf(Buffer.from('a certificate is not looked at here'))
  expect(() => openPartyFolder(folder(name, more, pem))).toThrow(reason)
})
