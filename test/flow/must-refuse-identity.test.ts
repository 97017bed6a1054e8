// What the hub refuses because it cannot believe who speaks: certificates, revocation, party, mandate, permission.
import { createPrivateKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { HubClient } from '../../src/client/hub-client.ts'
import type { ClientIdentity } from '../../src/client/session-keeper.ts'
import { generateKeyPair, type Issuer, issueCertificate } from '../../src/hub/identity/issue.ts'
import { toTime } from '../../src/hub/values/encoding.ts'
import { declared, receivedOne } from '../support/consignment.ts'
import { expectRefused, expectTaken, post, signed } from '../support/doors.ts'
import { caOf, DAY_MS, enrol, enter, paperOf, revoke } from '../support/papers.ts'
import { openWorld, type World } from '../support/world.ts'

const EXPORTER = 'guangxi-exporter'
const BANK = 'nanning-bank'
let world: World
let bank: ClientIdentity
beforeAll(async () => {
  world = await openWorld()
  bank = world.party(BANK).identity
})
afterAll(() => world.close())

const composed = (folder = BANK, more: object = {}) =>
  world.compose(folder, { ...receivedOne(world, world.urn(folder)), ...more })
/** A message of the bank, signed with another paper of the same party. */
async function signedWith(paper: Pick<ClientIdentity, 'signer' | 'path'>) {
  const { envelopeBytes, body } = await composed()
  return signed(paper, envelopeBytes, body)
}
const bankPaper = (change: Parameters<typeof paperOf>[2] = {}, ca: Parameters<typeof caOf>[1] = 'cn-p256') =>
  paperOf(bank.party, caOf(world, ca), change)

describe('certificates', () => {
  const now = Date.now()
  it('a good second certificate of the party is accepted', async () => {
    expectTaken(await post(world, BANK, await signedWith(await bankPaper())))
  })
  it('expired', async () => {
    const paper = await bankPaper({ change: { notBeforeMs: now - 2 * DAY_MS, notAfterMs: now - DAY_MS } })
    expectRefused(await post(world, BANK, await signedWith(paper)), 'CERTIFICATE_EXPIRED')
  })
  it('not yet valid', async () => {
    const paper = await bankPaper({ change: { notBeforeMs: now + DAY_MS, notAfterMs: now + 2 * DAY_MS } })
    expectRefused(await post(world, BANK, await signedWith(paper)), 'CERTIFICATE_NOT_YET_VALID')
  })
  it('wrong CA: of another country', async () => {
    expectRefused(await post(world, BANK, await signedWith(await bankPaper({}, 'th-p256'))), 'CERTIFICATE_UNTRUSTED')
  })
  it('wrong CA: one that gives itself the name of the right one', async () => {
    const key = generateKeyPair('ES256')
    const certificateDer = await issueCertificate({
      subject: { C: 'CN', O: 'Sandbox National CA (invented)', CN: 'Sandbox CA cn-p256' },
      spkiDer: key.spkiDer,
      privateKey: key.privateKey,
      ca: {},
      notBeforeMs: now - DAY_MS,
      notAfterMs: now + DAY_MS,
    })
    const paper = await paperOf(bank.party, { certificateDer, privateKey: key.privateKey }, { above: [certificateDer] })
    expectRefused(await post(world, BANK, await signedWith(paper)), 'CERTIFICATE_UNTRUSTED')
  })
  it('wrong CA: a certificate of the CA of one country that names a party of another', async () => {
    const party = 'urn:hub:vn:bank:lotus-lake'
    const { path, signer } = await paperOf(party, caOf(world, 'cn-p256'), {
      change: { subject: { C: 'CN', O: 'Invented', CN: 'x' } },
    })
    const { envelopeBytes, body } = await composed('hanoi-bank')
    const file = await signed({ path, signer }, envelopeBytes, body)
    expectRefused(await post(world, 'hanoi-bank', file), 'CERTIFICATE_UNTRUSTED')
  })
  it('an issuer with CA:FALSE', async () => {
    const folder = world.party('second-bank')
    const issuer = {
      certificateDer: folder.identity.path[0]!,
      privateKey: createPrivateKey(readFileSync(`${world.dir}/sandbox/parties/second-bank/key.pem`)),
    }
    const paper = await paperOf(bank.party, issuer, { above: [issuer.certificateDer] })
    expectRefused(await post(world, BANK, await signedWith(paper)), 'CERTIFICATE_ISSUER_NOT_CA')
  })
  it('a CA below one that allows none', async () => {
    const below = async (issuer: Issuer, pathLength: number): Promise<Issuer> => {
      const { spkiDer, privateKey } = generateKeyPair('ES256')
      const certificateDer = await issueCertificate({
        subject: { C: 'CN', O: 'Invented', CN: `Invented CA that allows ${pathLength}` },
        spkiDer,
        issuer,
        ca: { pathLength },
        notBeforeMs: now - DAY_MS,
        notAfterMs: now + DAY_MS,
      })
      return { certificateDer, privateKey }
    }
    const none = await below(caOf(world, 'cn-p256'), 0)
    const another = await below(none, 0)
    const paper = await paperOf(bank.party, another, { above: [another.certificateDer, none.certificateDer] })
    expectRefused(await post(world, BANK, await signedWith(paper)), 'CERTIFICATE_ISSUER_NOT_CA')
  })
  it('name-constraint breach', async () => {
    const paper = await bankPaper({ change: { subject: { C: 'VN', O: 'Invented Organisation', CN: 'banyan' } } })
    expectRefused(await post(world, BANK, await signedWith(paper)), 'CERTIFICATE_NAME_CONSTRAINT')
  })
  it('a certificate for a TLS server', async () => {
    const paper = await bankPaper({ change: { usage: 'tls-server' } })
    expectRefused(await post(world, BANK, await signedWith(paper)), 'CERTIFICATE_USAGE')
  })
  it('a certificate of the other stack than its CA', async () => {
    const paper = await bankPaper({ alg: 'SM2SM3' })
    const { envelopeBytes, body } = await composed()
    expectRefused(await post(world, BANK, await signed(paper, envelopeBytes, body)), 'CERTIFICATE_UNTRUSTED')
  })
  it('known by a fingerprint that the hub does not know', async () => {
    const { path } = await bankPaper()
    const message = await world.compose(BANK, receivedOne(world, bank.party), {
      signers: [{ signer: bank.signer, by: { fingerprint: '0'.repeat(64) } }],
    })
    expect(path).toHaveLength(1)
    expectRefused(await post(world, BANK, message), 'CERTIFICATE_UNKNOWN')
  })
  it('revoked by a register entry', async () => {
    const paper = await bankPaper()
    expectTaken(await post(world, BANK, await signedWith(paper)))
    expectTaken(await revoke(world, paper))
    expectRefused(await post(world, BANK, await signedWith(paper)), 'CERTIFICATE_REVOKED')
    expectTaken(await post(world, BANK, await composed()))
  })
})

describe('parties and permission', () => {
  it('unknown party: a good certificate of one that no authority has entered', async () => {
    const party = 'urn:hub:cn:bank:nobody'
    const identity = await paperOf(party, caOf(world, 'cn-p256'))
    const stranger = new HubClient({ url: world.url, hub: world.party(BANK).card.hub, identity })
    await expect(stranger.token('api')).rejects.toMatchObject({ problem: { code: 'PARTY_UNKNOWN', status: 403 } })
  })
  it('unknown party: filing for a principal that no authority has entered', async () => {
    const message = await world.compose(EXPORTER, { ...declared(world), for: 'urn:hub:cn:trader:nobody' })
    expectRefused(await post(world, EXPORTER, message), 'PARTY_UNKNOWN')
  })
  it('unknown party: suspended by its authority', async () => {
    const party = 'urn:hub:cn:trader:paper-kite'
    const { identity, client } = await enrol(world, party, 'cn-p256')
    expect(await client.token('api')).not.toBe('')
    const body = { party, name: 'Invented', country: 'CN', class: 'trader', state: 'suspended' }
    expectTaken(await enter(world, 'cn', 'hub.party', body))
    const { hub } = world.party(BANK).card
    const again = new HubClient({ url: world.url, hub, identity })
    await expect(again.token('api')).rejects.toMatchObject({ problem: { code: 'PARTY_UNKNOWN', status: 403 } })
  })
  it('an unknown recipient', async () => {
    const message = await composed(BANK, { to: ['urn:hub:cn:bank:nobody'] })
    expectRefused(await post(world, BANK, message), 'RECIPIENT_UNKNOWN')
  })

  it('no mandate; with one it is accepted; for another kind and after revocation it is refused', async () => {
    const party = 'urn:hub:cn:forwarder:swift-reed'
    const { client, identity } = await enrol(world, party, 'cn-p256')
    const mandate = async (change: object) => {
      const now = world.clock.now()
      const [from, until] = [toTime(now - DAY_MS), toTime(now + DAY_MS)]
      const body = { agent: party, kinds: ['customs.declaration'], from, until, state: 'granted', ...change }
      return post(world, EXPORTER, await world.compose(EXPORTER, { kind: 'hub.mandate', body }))
    }
    const file = async (document = declared(world)) => {
      const message = await world.compose(
        EXPORTER,
        { ...document, from: party, for: world.urn(EXPORTER) },
        { signers: [{ signer: identity.signer, by: { path: [...identity.path] } }] },
      )
      const answer = await client.submit(message)
      return answer.outcome === 'accepted' ? 'accepted' : answer.problem.code
    }
    expect(await file()).toBe('NO_MANDATE')
    expectTaken(await mandate({ until: toTime(world.clock.now() - 1) }))
    expect(await file()).toBe('NO_MANDATE')
    expectTaken(await mandate({ from: toTime(world.clock.now() + DAY_MS / 2) }))
    expect(await file()).toBe('NO_MANDATE')
    expectTaken(await mandate({ kinds: ['hub.acknowledgement'] }))
    expect(await file()).toBe('NO_MANDATE')
    expectTaken(await mandate({}))
    expect(await file()).toBe('accepted')
    expect(await file({ ...receivedOne(world, world.urn(EXPORTER)) })).toBe('NO_MANDATE')
    expectTaken(await mandate({ state: 'revoked' }))
    expect(await file()).toBe('NO_MANDATE')
  })

  it('kind not permitted: to its class', async () => {
    const message = await world.compose(BANK, declared(world))
    expectRefused(await post(world, BANK, message), 'KIND_NOT_PERMITTED')
  })
  it('kind not permitted: by its register entry', async () => {
    const party = 'urn:hub:cn:trader:quiet-pond'
    const { identity, client } = await enrol(world, party, 'cn-p256', { kinds: ['customs.declaration'] })
    const message = await world.compose(
      BANK,
      { ...receivedOne(world, party), from: party },
      { signers: [{ signer: identity.signer, by: { path: [...identity.path] } }] },
    )
    expect(await client.submit(message)).toMatchObject({ problem: { code: 'KIND_NOT_PERMITTED', status: 403 } })
  })
  it.each(['hub.refusal', 'hub.expiry', 'hub.overdue', 'hub.alert'])(
    'kind not permitted: %s is written by the hub alone',
    async (kind) => {
      expectRefused(await post(world, BANK, await composed(BANK, { kind, body: {} })), 'KIND_NOT_PERMITTED')
    },
  )
  it('kind not permitted: register entries by one that is no authority', async () => {
    const body = { party: bank.party, name: 'x', country: 'CN', class: 'bank', state: 'active' }
    expectRefused(await post(world, BANK, await composed(BANK, { kind: 'hub.party', body })), 'KIND_NOT_PERMITTED')
  })
  it('an authority has no say in another country', async () => {
    const body = { party: bank.party, name: 'x', country: 'CN', class: 'bank', state: 'suspended' }
    const { findings } = expectRefused(await enter(world, 'vn', 'hub.party', body), 'FINDINGS').body
    expect(findings).toMatchObject([{ code: 'NOT_THE_AUTHORITY', path: '/country' }])
  })
})
