// What a register entry takes away is gone at the next index: certificates, mandates, parties; however closely a message races it.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { HubClient } from '../../src/client/hub-client.ts'
import type { ClientIdentity } from '../../src/client/session-keeper.ts'
import { toTime } from '../../src/hub/values/encoding.ts'
import { declared, receivedOne } from '../support/consignment.ts'
import { ask, expectRefused, expectTaken, post, signed, type Answer } from '../support/doors.ts'
import { FeedLine } from '../support/feed-line.ts'
import { caOf, DAY_MS, enrol, enter, fingerprintOf, paperOf, revoke } from '../support/papers.ts'
import { openWorld, type World } from '../support/world.ts'
import { LONG_MS } from '../support/patience.ts'

const BANK = 'nanning-bank'
const EXPORTER = 'guangxi-exporter'
const RACES = 50
let world: World
let bank: ClientIdentity
beforeAll(async () => {
  world = await openWorld()
  bank = world.party(BANK).identity
})
afterAll(() => world.close())

const paper = () => paperOf(bank.party, caOf(world, 'cn-p256'))
async function messageOf(signer: Pick<ClientIdentity, 'signer' | 'path'>) {
  const { envelopeBytes, body } = await world.compose(BANK, receivedOne(world, bank.party))
  return signed(signer, envelopeBytes, body)
}
const revokeNaming = (identity: ClientIdentity, party?: string) =>
  enter(world, 'cn', 'hub.revocation', {
    fingerprint: fingerprintOf(identity.path[0]!),
    ...(party !== undefined && { party }),
    reason: 'keyCompromise',
    revokedAt: toTime(world.clock.now()),
  })

/** Whatever was accepted while the entry was on its way lies before it in the journal; everything else was refused with the code. */
function expectBefore(entry: Answer, messages: readonly Answer[], code: string): void {
  for (const { status, body } of messages)
    if (status === 201) expect(body.index).toBeLessThan(entry.body.index)
    else expect(body.code).toBe(code)
}

describe('a certificate revoked at one index', () => {
  it('is refused at the next', async () => {
    const own = await paper()
    const { index } = expectTaken(await post(world, BANK, await messageOf(own))).body
    const revoked = expectTaken(await revoke(world, own)).body.index
    expect(revoked).toBe(index + 1)
    expectRefused(await post(world, BANK, await messageOf(own)), 'CERTIFICATE_REVOKED')
    expect(world.hub.house.journal.size()).toBe(revoked + 1)
  })

  it.each<[string, (identity: ClientIdentity) => Promise<Answer>]>([
    ['the entry names its party', (identity) => revoke(world, identity)],
    ['the entry names no party', (identity) => revokeNaming(identity)],
    ['the entry names another party of the country', (identity) => revokeNaming(identity, world.urn('second-bank'))],
  ])(
    `is never accepted after the revocation's 201, in ${RACES} races: %s`,
    { timeout: LONG_MS },
    async (_name, revokeIt) => {
      let [won, lost] = [0, 0]
      // Who is first is the machine's to say: it goes on until both have been, and a limit is there in case one never is.
      for (let race = 0; race < RACES || (won * lost === 0 && race < 10 * RACES); race++) {
        const own = await paper()
        const [before, racing, after] = await Promise.all([
          Promise.all([messageOf(own), messageOf(own)]),
          Promise.all(Array.from({ length: 6 }, () => messageOf(own))),
          messageOf(own),
        ])
        const early = before.map((file) => post(world, BANK, file))
        const revoking = revokeIt(own)
        const late = racing.map((file) => post(world, BANK, file))
        const entry = expectTaken(await revoking)
        expectRefused(await post(world, BANK, after), 'CERTIFICATE_REVOKED')
        const answers = await Promise.all([...early, ...late])
        expectBefore(entry, answers, 'CERTIFICATE_REVOKED')
        won += answers.filter(({ status }) => status === 201).length
        lost += answers.filter(({ status }) => status !== 201).length
      }
      expect(won, 'some messages came before').toBeGreaterThan(0)
      expect(lost, 'some messages came too late').toBeGreaterThan(0)
    },
  )
})

describe('a message of several signatures', () => {
  it(`is never accepted after the first one's certificate is revoked, in ${RACES} races`, {
    timeout: LONG_MS,
  }, async () => {
    for (let race = 0; race < RACES; race++) {
      const own = await paper()
      // Proving the later ones takes a while, in which the first may be revoked.
      const slow = await Promise.all([1, 2, 3].map(() => paperOf(bank.party, caOf(world, 'cn-sm2'))))
      const signers = [own, ...slow].map((one) => ({ signer: one.signer, by: { path: [...one.path] } }))
      const messages = await Promise.all(
        Array.from({ length: 6 }, () =>
          world.compose(BANK, { ...receivedOne(world, bank.party), suites: ['ES256'] }, { signers }),
        ),
      )
      const racing = messages.map((message) => post(world, BANK, message))
      const entry = expectTaken(await revoke(world, own))
      expectBefore(entry, await Promise.all(racing), 'CERTIFICATE_REVOKED')
    }
  })
})

describe('an authority has no say over certificates of another country', () => {
  const revokeFromVietnam = (certificate: Buffer) =>
    enter(world, 'vn', 'hub.revocation', {
      fingerprint: fingerprintOf(certificate),
      reason: 'keyCompromise',
      revokedAt: toTime(world.clock.now()),
    })
  it('of a registered party', async () => {
    const { findings } = expectRefused(await revokeFromVietnam(bank.path[0]!), 'FINDINGS').body
    expect(findings).toMatchObject([{ code: 'NOT_THE_AUTHORITY', path: '/fingerprint' }])
    expectTaken(await post(world, BANK, await messageOf(bank)))
  })
  it('of a CA', async () => {
    expectRefused(await revokeFromVietnam(caOf(world, 'cn-p256').certificateDer), 'FINDINGS')
    expectTaken(await post(world, BANK, await messageOf(bank)))
  })
  it('not registered: the entry has no effect on it', async () => {
    const own = await paper()
    await revokeFromVietnam(own.path[0]!)
    expectTaken(await post(world, BANK, await messageOf(own)))
  })
})

describe('a party that is suspended', () => {
  it('is never accepted after the entry\u2019s 201, in 20 races', { timeout: LONG_MS }, async () => {
    for (let race = 0; race < 20; race++) {
      const party = `urn:hub:cn:trader:kite-${race}`
      const { identity, client } = await enrol(world, party, 'cn-p256')
      const how = { signers: [{ signer: identity.signer, by: { path: [...identity.path] } }] }
      const messages = await Promise.all(
        Array.from({ length: 6 }, () => world.compose(BANK, { ...receivedOne(world, party), from: party }, how)),
      )
      await client.token('api')
      const racing = messages.map((message) => client.submit(message))
      const body = { party, name: 'x', country: 'CN', class: 'trader', state: 'suspended' }
      const { index } = expectTaken(await enter(world, 'cn', 'hub.party', body)).body
      for (const answer of await Promise.all(racing))
        if (answer.outcome === 'accepted') expect(answer.index).toBeLessThan(index)
        else expect(['PARTY_UNKNOWN', 'SESSION_REQUIRED', 'SESSION_ENDED']).toContain(answer.problem.code)
    }
  })
})

describe('a mandate that is revoked', () => {
  it('is never used after the entry\u2019s 201, in 20 races', { timeout: LONG_MS }, async () => {
    const party = 'urn:hub:cn:forwarder:swift-reed'
    const { identity, client } = await enrol(world, party, 'cn-p256')
    await client.token('api')
    const how = { signers: [{ signer: identity.signer, by: { path: [...identity.path] } }] }
    const mandate = async (state: 'granted' | 'revoked') => {
      const now = world.clock.now()
      const [from, until] = [toTime(now - DAY_MS), toTime(now + DAY_MS)]
      const body = { agent: party, kinds: ['customs.declaration'], from, until, state }
      return expectTaken(await post(world, EXPORTER, await world.compose(EXPORTER, { kind: 'hub.mandate', body })))
    }
    for (let race = 0; race < 20; race++) {
      await mandate('granted')
      const messages = await Promise.all(
        Array.from({ length: 5 }, () =>
          world.compose(EXPORTER, { ...declared(world), from: party, for: world.urn(EXPORTER) }, how),
        ),
      )
      const racing = messages.slice(1).map((message) => client.submit(message))
      const { index } = (await mandate('revoked')).body
      expect(await client.submit(messages[0]!)).toMatchObject({ problem: { code: 'NO_MANDATE' } })
      for (const answer of await Promise.all(racing))
        if (answer.outcome === 'accepted') expect(answer.index).toBeLessThan(index)
        else expect(answer.problem.code).toBe('NO_MANDATE')
    }
  })
})

describe('sessions of a revoked certificate', () => {
  it('end within five seconds: the token is refused and the socket closed', async () => {
    const identity = await paper()
    const client = new HubClient({ url: world.url, hub: world.party(BANK).card.hub, identity })
    const [api, feed] = [await client.token('api'), await client.token('feed')]
    const line = await FeedLine.open(world, feed)
    const read = () => ask(world, undefined, '/v1/feed', { headers: { authorization: `Bearer ${api}` } })
    expect((await read()).status).toBe(200)
    expectTaken(await revoke(world, identity))
    const sentMs = Date.now()
    expect(await line.end()).toMatchObject({ code: 4401, error: { code: 'SESSION_ENDED', fatal: true } })
    await expect.poll(async () => (await read()).status, { timeout: 5_000 }).toBe(401)
    expect(Date.now() - sentMs).toBeLessThan(5_000)
    // The party itself goes on with its other certificate.
    expect((await ask(world, BANK, '/v1/feed')).status).toBe(200)
  })
})
