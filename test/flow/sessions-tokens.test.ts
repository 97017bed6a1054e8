// Bearer tokens over HTTP: what they are good for, and that they end with the right they rest on.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { nationalCa } from '../../src/client/sandbox/certificates.ts'
import type { ClientIdentity } from '../../src/client/session-keeper.ts'
import { toBase64url, toTime } from '../../src/hub/values/encoding.ts'
import { challengesOf, type Challenges } from '../support/challenge.ts'
import { declared, receivedOne } from '../support/consignment.ts'
import { ask, expectRefused, expectTaken, MESSAGE_FILE, post } from '../support/doors.ts'
import { caOf, enter, fingerprintOf, listOf, paperOf, revoke } from '../support/papers.ts'
import { messageFile, openWorld, type World } from '../support/world.ts'
import { LONG_MS, PATIENT } from '../support/patience.ts'

const BANK = 'nanning-bank'
const MINUTE_MS = 60_000
let world: World
let bank: ClientIdentity
let at: Challenges
beforeAll(async () => {
  world = await openWorld()
  bank = world.party(BANK).identity
  at = challengesOf(world, bank)
})
afterAll(() => world.close())

/** Something that happens once. */
class Signal {
  armed = false
  fire = (): void => undefined
  readonly fired = new Promise<void>((resolve) => (this.fire = resolve))
}

describe('bearer tokens', () => {
  it('none, and one that is none', async () => {
    expectRefused(await ask(world, undefined, '/v1/feed'), 'SESSION_REQUIRED')
    expectRefused(await at.withToken('A'.repeat(43)), 'SESSION_REQUIRED')
    expectRefused(await at.withToken('short'), 'SESSION_REQUIRED')
    expectRefused(
      await post(world, undefined, await world.compose(BANK, receivedOne(world, bank.party))),
      'SESSION_REQUIRED',
    )
  })
  it('is not taken from the URL', async () => {
    const { token } = (await at.open()).body
    expectRefused(await ask(world, undefined, `/v1/feed?access_token=${token}`), 'SESSION_REQUIRED')
  })
  it('that ended', async () => {
    const { token } = (await at.open()).body
    expect((await at.withToken(token)).status).toBe(200)
    world.clock.shiftMs = 16 * MINUTE_MS
    try {
      expectRefused(await at.withToken(token), 'SESSION_ENDED')
    } finally {
      world.clock.shiftMs = 0
    }
  })
  it('does not submit a message of somebody else', async () => {
    const message = await world.compose('guangxi-exporter', declared(world))
    expectRefused(await post(world, BANK, message), 'PARTY_MISMATCH')
    expectTaken(await post(world, 'guangxi-exporter', message))
    // Nor is somebody else told what became of it.
    expectRefused(await post(world, BANK, message), 'PARTY_MISMATCH')
  })
  it('of the operator does not submit for others either', async () => {
    const message = await world.compose('guangxi-exporter', declared(world))
    expectRefused(await post(world, 'hub-operator', message), 'PARTY_MISMATCH')
  })
  it('of a feed session does not submit', async () => {
    const { token } = (await at.open({ purpose: 'feed' })).body
    const body = JSON.stringify(messageFile(await world.compose(BANK, receivedOne(world, bank.party))))
    const headers = { ...MESSAGE_FILE, authorization: `Bearer ${token}` }
    expectRefused(await ask(world, undefined, '/v1/messages', { headers, body }), 'SESSION_FOREIGN')
    const batch = { 'content-type': 'application/x-ndjson', authorization: `Bearer ${token}` }
    expectRefused(await ask(world, undefined, '/v1/batches', { headers: batch, body }), 'SESSION_FOREIGN')
  })
  it('of a suspended party ends', async () => {
    const party = 'urn:hub:vn:bank:lotus-lake'
    const token = await world.client('hanoi-bank').token('api')
    expect((await at.withToken(token)).status).toBe(200)
    expectTaken(
      await enter(world, 'vn', 'hub.party', { party, name: 'x', country: 'VN', class: 'bank', state: 'suspended' }),
    )
    await expect.poll(async () => (await at.withToken(token)).status, PATIENT).toBe(401)
  })
  it('opened while its certificate is being revoked ends, in 10 races', { timeout: LONG_MS }, async () => {
    let opened = 0
    // Who is first is the machine's to say: it goes on until some were opened, and a limit is there in case none ever is.
    for (let race = 0; race < 10 || (opened === 0 && race < 200); race++) {
      const paper = await paperOf(bank.party, caOf(world, 'cn-p256'))
      const revocation = await world.compose('cn-register-office', {
        kind: 'hub.revocation',
        body: {
          fingerprint: fingerprintOf(paper.path[0]!),
          reason: 'keyCompromise',
          revokedAt: toTime(world.clock.now()),
        },
      })
      const revoking = post(world, 'cn-register-office', revocation)
      const opening = Array.from({ length: 6 }, () => at.open({}, paper))
      expectTaken(await revoking)
      const tokens = (await Promise.all(opening)).flatMap(({ status, body }) => (status === 201 ? [body.token] : []))
      opened += tokens.length
      const alive = async () =>
        (await Promise.all(tokens.map((token) => at.withToken(token)))).map(({ status }) => status)
      // No other entry may come in between: it would end what this one has left open.
      await expect.poll(alive, PATIENT).toEqual(tokens.map(() => 401))
    }
    expect(opened, 'some were opened').toBeGreaterThan(0)
  })
  it('is not given when the certificate is revoked while the challenge is being used up', async () => {
    const kept = await world.cursors()
    const [reached, gate] = [new Signal(), new Signal()]
    const putNew: typeof kept.putNew = async (space, key, value) => {
      const fresh = await kept.putNew(space, key, value)
      if (space === 'nonces' && reached.armed) {
        reached.fire()
        await gate.fired
      }
      return fresh
    }
    await world.restart({ cursors: { ...kept, putNew } })
    const paper = await paperOf(bank.party, caOf(world, 'cn-p256'))
    await world.client('cn-register-office').token('api')
    reached.armed = true
    const opening = at.open({}, paper)
    await reached.fired
    reached.armed = false
    expectTaken(await revoke(world, paper))
    gate.fire()
    const { status, body } = await opening
    if (status === 201) await expect.poll(async () => (await at.withToken(body.token)).status, PATIENT).toBe(401)
    else expect(body.code).toBe('CERTIFICATE_REVOKED')
    await world.restart()
  })
  it('of a certificate named in a revocation list ends', async () => {
    const paper = await paperOf(bank.party, caOf(world, 'cn-p256'))
    const { token } = (await at.open({}, paper)).body
    expect((await at.withToken(token)).status).toBe(200)
    const ca = fingerprintOf(caOf(world, 'cn-p256').certificateDer)
    const crl = toBase64url(await listOf(world, 'cn-p256', [paper.path[0]!]))
    expectTaken(await enter(world, 'cn', 'hub.revocation', { ca, crl }))
    await expect.poll(async () => (await at.withToken(token)).status, PATIENT).toBe(401)
  })
  it('of a CA that its country has taken out of the register ends', async () => {
    const token = await world.client('bangkok-bank').token('api')
    expect((await at.withToken(token)).status).toBe(200)
    const other = await nationalCa({ ca: 'th-new', country: 'TH', alg: 'ES256' }, Date.now())
    const body = {
      country: 'TH',
      authority: world.party('th-register-office').card.party,
      anchors: [{ certificate: toBase64url(other.certificateDer), status: 'register', classes: [] }],
      classes: [],
    }
    expectTaken(await enter(world, 'th', 'hub.country', body))
    await expect.poll(async () => (await at.withToken(token)).status, PATIENT).toBe(401)
  })
  it('does not show what its party may not see', async () => {
    const message = await world.compose('guangxi-exporter', declared(world))
    const { index } = expectTaken(await post(world, 'guangxi-exporter', message)).body
    expectRefused(await ask(world, 'second-bank', `/v1/messages/${index}`), 'NOT_FOUND')
    expectRefused(await ask(world, 'second-bank', `/v1/messages/${index}/bundle`), 'NOT_FOUND')
    const find = `/v1/messages?from=${message.envelope.from}&id=${message.envelope.id}`
    expectRefused(await ask(world, 'second-bank', find), 'NOT_FOUND')
    expectRefused(await ask(world, 'customs-supervision', `/v1/messages/${index}/bundle`), 'READ_NOT_PERMITTED')
  })
})
