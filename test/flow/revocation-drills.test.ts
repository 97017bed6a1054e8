// Revocation for real, drilled through the front door: lists and responders that are down, stale, lying or wrong, and certificates that
// are revoked before, while and after they sign.
import { execFile, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { OCSPResponseStatus } from '@peculiar/asn1-ocsp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { HubClient } from '../../src/client/hub-client.ts'
import { verifyBundle } from '../../src/hub/evidence/verify.ts'
import { readCertificate } from '../../src/hub/identity/certificate.ts'
import type { Issuer } from '../../src/hub/identity/issue.ts'
import { toTime } from '../../src/hub/values/encoding.ts'
import { ask, expectRefused, expectTaken, post } from '../support/doors.ts'
import { DrillGround, until } from '../support/drill.ts'
import { FeedLine } from '../support/feed-line.ts'
import { delegateOf, responseOf } from '../support/ocsp-paper.ts'
import { DAY_MS, enter, fingerprintOf } from '../support/papers.ts'

const BANK = 'nanning-bank'
const HOUR_MS = 3_600_000
const MINUTE_MS = 60_000
const UNKNOWN = 'CERTIFICATE_STATUS_UNKNOWN'
let ground: DrillGround
beforeAll(async () => {
  ground = await DrillGround.open()
})
afterAll(() => ground.close())

const pem = (der: Buffer): string =>
  `-----BEGIN CERTIFICATE-----\n${der.toString('base64').replace(/.{64}/g, '$&\n').trimEnd()}\n-----END CERTIFICATE-----\n`
/** The CA with its lists at a path of its own. */
async function byList(ca: Issuer, path: string, more: string[] = []): Promise<void> {
  await ground.enterCa(ca, { status: 'crl', crlUrls: [ground.host.url(path), ...more] })
}
const byResponder = (ca: Issuer, path: string) => ground.enterCa(ca, { status: 'ocsp', ocspUrls: [ground.host.url(path)] })
const failing = (ca: Issuer) => until(() => ground.listState(ca)?.lastError)
/** Moves the hub's clock, as the world's time goes on. */
const later = (ms: number): void => void (ground.world.clock.shiftMs += ms)
const listsOf = async (ca: Issuer) =>
  (await ground.entries('hub.revocation-list')).filter(({ body }) => body['ca'] === fingerprintOf(ca.certificateDer))

describe('lists', () => {
  it('are fetched, entered by the hub and counted like those of the authority; the same list again is no entry', async () => {
    const ca = await ground.ca()
    const [good, bad] = [await ground.trader(ca), await ground.trader(ca)]
    let list = await ground.list(ca, [bad.path[0]!])
    ground.host.serves.set('/a.crl', () => list)
    await byList(ca, '/a.crl')
    expectTaken(await ground.sendUntilTaken(await ground.compose(good), UNKNOWN))
    expectRefused(await ground.send(bad), 'CERTIFICATE_REVOKED')
    const asked = ground.host.asked.get('/a.crl')!
    later(2 * HOUR_MS)
    await until(() => (ground.host.asked.get('/a.crl')! > asked ? true : undefined))
    expect(await listsOf(ca)).toHaveLength(1)
    later(2 * HOUR_MS)
    list = await ground.list(ca, [bad.path[0]!, good.path[0]!])
    await until(async () => ((await listsOf(ca)).length === 2 ? true : undefined))
    expectRefused(await ground.send(good), 'CERTIFICATE_REVOKED')
  })

  it('CRL host down: the list known stays good until it is due again, and a second place is tried', async () => {
    const ca = await ground.ca()
    const trader = await ground.trader(ca)
    ground.host.serves.set('/b.crl', () => 503)
    const second = await ground.list(ca, [], { dueMs: 3 * HOUR_MS })
    ground.host.serves.set('/b2.crl', () => second)
    await byList(ca, '/b.crl', [ground.host.url('/b2.crl')])
    expectTaken(await ground.sendUntilTaken(await ground.compose(trader), UNKNOWN))
    await ground.host.down()
    later(2 * HOUR_MS)
    expect(await failing(ca)).toMatch(/ECONNREFUSED/)
    expectTaken(await ground.send(trader))
    await ground.host.up()
  })

  it('CRL stale: past its next update it is stale, never revoked, and good again with the next list', async () => {
    const ca = await ground.ca()
    const trader = await ground.trader(ca)
    let list: Buffer | number = await ground.list(ca, [], { dueMs: HOUR_MS })
    ground.host.serves.set('/c.crl', () => list)
    await byList(ca, '/c.crl')
    expectTaken(await ground.sendUntilTaken(await ground.compose(trader), UNKNOWN))
    list = 404
    later(HOUR_MS + MINUTE_MS)
    expectRefused(await ground.send(trader), 'CERTIFICATE_STATUS_STALE')
    list = await ground.list(ca, [])
    expectTaken(await ground.sendUntilTaken(await ground.compose(trader), 'CERTIFICATE_STATUS_STALE'))
  })

  it('CRL host answers garbage, of the wrong CA, an older list, one of the future, too much, or points elsewhere: nothing is taken', async () => {
    const [ca, other] = [await ground.ca(), await ground.ca()]
    const trader = await ground.trader(ca)
    const good = await ground.list(ca, [])
    const elsewhere = await ground.list(ca, [trader.path[0]!], { atMs: ground.now() + MINUTE_MS })
    let served: Buffer | number = good
    ground.host.serves.set('/d.crl', () => served)
    ground.host.serves.set('/elsewhere', () => elsewhere)
    await byList(ca, '/d.crl')
    expectTaken(await ground.sendUntilTaken(await ground.compose(trader), UNKNOWN))
    const revoked = [trader.path[0]!]
    const lies: [Buffer | number, RegExp][] = [
      [Buffer.from('<html>it works</html>'), /DER|structure/],
      [Buffer.alloc(0), /DER|structure/],
      [await ground.list(other, revoked), /is not of/],
      [await ground.list({ ...ca, privateKey: other.privateKey }, revoked), /was not signed by/],
      [await ground.list(ca, revoked, { atMs: ground.now() - DAY_MS, dueMs: 30 * DAY_MS }), /older/],
      [await ground.list(ca, revoked, { atMs: ground.now() + DAY_MS }), /yet to come/],
      [Buffer.alloc(3_000_001), /larger than 3000000 bytes/],
      [302, /status 302/],
    ]
    for (const [lie, why] of lies) {
      served = lie
      later(2 * HOUR_MS)
      await until(() => (why.test(ground.listState(ca)?.lastError ?? '') ? true : undefined))
      expect(await listsOf(ca)).toHaveLength(1)
      expectTaken(await ground.send(trader))
    }
  })

  it('are never fetched from an address that is not public and not allowed', async () => {
    const ca = await ground.ca()
    const refused = ['http://127.0.0.1:1/x.crl', 'http://localhost:1/x.crl', 'http://[::1]/x.crl', 'http://169.254.169.254/x']
    await ground.enterCa(ca, { status: 'crl', crlUrls: refused })
    const why = await failing(ca)
    expect(why.match(/public address/g)).toHaveLength(4)
  })
})

describe('CA rollover', () => {
  it('old certificates stay good beside the new key until the old CA is taken out', async () => {
    const before = await ground.ca('ES256', 'Invented Rolling Root')
    const after = await ground.ca('ES256', 'Invented Rolling Root')
    const [old, young] = [await ground.trader(before), await ground.trader(after)]
    const lists = [await ground.list(before, []), await ground.list(after, [])]
    ground.host.serves.set('/before.crl', () => lists[0]!)
    ground.host.serves.set('/after.crl', () => lists[1]!)
    await byList(before, '/before.crl')
    expectTaken(await ground.sendUntilTaken(await ground.compose(old), UNKNOWN))
    await byList(after, '/after.crl')
    expectTaken(await ground.sendUntilTaken(await ground.compose(young), UNKNOWN))
    expectTaken(await ground.send(old))
    // A list of the old key says nothing of the new CA, though both have one name.
    lists[1] = await ground.list(before, [young.path[0]!], { atMs: ground.now() + MINUTE_MS })
    later(2 * HOUR_MS)
    await until(() => (/was not signed by/.test(ground.listState(after)?.lastError ?? '') ? true : undefined))
    expectTaken(await ground.send(young))
    await ground.takeOut(before)
    expectRefused(await ground.send(old), 'CERTIFICATE_UNTRUSTED')
    expectTaken(await ground.send(young))
  })
})

describe('responders', () => {
  it('are asked when a certificate is first seen: 403 first, then the same bytes are accepted, with the answer in the bundle', async () => {
    const ca = await ground.ca()
    const trader = await ground.trader(ca)
    ground.host.serves.set('/e', ground.responder(ca))
    await byResponder(ca, '/e')
    const message = await ground.compose(trader)
    const first = expectRefused(await post(ground.world, BANK, message), UNKNOWN)
    expect(first.body.detail).toContain('no responder has answered')
    const { index } = expectTaken(await ground.sendUntilTaken(message, UNKNOWN)).body
    const response = await until(async () => {
      const answer = await ask(ground.world, BANK, `/v1/messages/${index}/bundle`)
      return answer.status === 200 ? (answer.body as unknown as Record<string, unknown>) : undefined
    })
    const { status, responses } = response as { status: Record<string, unknown>[]; responses: string[] }
    const sha256 = createHash('sha256').update(Buffer.from(responses[0]!, 'base64url')).digest('hex')
    expect(status).toMatchObject([{ status: 'good', source: 'ocsp', responseSha256: sha256, ageMs: expect.any(Number) }])
    const trust = JSON.parse(readFileSync(join(ground.world.dir, 'sandbox', 'trust.json'), 'utf8')) as {
      countries: { CN: string[] }
    }
    const bytes = Buffer.from(JSON.stringify(response))
    const without = await verifyBundle(bytes, trust as never)
    expect(without.broken).toMatchObject({ link: 'certificate' })
    trust.countries.CN.push(pem(ca.certificateDer))
    expect(await verifyBundle(bytes, trust as never)).toMatchObject({ verdict: 'verified' })
    expect(await verifyBundle(bytes)).toMatchObject({ verdict: 'unknown' })
  })

  it('SM2 OCSP responder: the CA and its delegate, with a user id of the CA', async () => {
    const ca = await ground.ca('SM2SM3')
    const [one, two] = [await ground.trader(ca), await ground.trader(ca)]
    ground.host.serves.set('/sm2', ground.responder(ca))
    await byResponder(ca, '/sm2')
    expectTaken(await ground.sendUntilTaken(await ground.compose(one), UNKNOWN))
    const delegate = await delegateOf(ca, { nowMs: ground.now() })
    ground.host.serves.set('/sm2', ground.responder(delegate, () => ({ isDelegate: true, byKey: true })))
    expectTaken(await ground.sendUntilTaken(await ground.compose(two), UNKNOWN))
  })

  it('OCSP responder down: unknown, never revoked; with an answer held good until it is stale, also after a restart', async () => {
    const ca = await ground.ca()
    const [seen, unseen] = [await ground.trader(ca), await ground.trader(ca)]
    ground.host.serves.set('/f', ground.responder(ca))
    await byResponder(ca, '/f')
    expectTaken(await ground.sendUntilTaken(await ground.compose(seen), UNKNOWN))
    await ground.host.down()
    expectRefused(await ground.send(unseen), UNKNOWN)
    expectTaken(await ground.send(seen))
    await ground.world.restart()
    expectTaken(await ground.send(seen))
    expectRefused(await ground.send(unseen), UNKNOWN)
    expect(await until(() => ground.ocspState().lastError)).toMatch(/ECONNREFUSED/)
    later(HOUR_MS + MINUTE_MS)
    expectRefused(await ground.send(seen), 'CERTIFICATE_STATUS_STALE')
    await ground.host.up()
    later(20 * MINUTE_MS)
    expectTaken(await ground.sendUntilTaken(await ground.compose(unseen), UNKNOWN))
    expectTaken(await ground.sendUntilTaken(await ground.compose(seen), 'CERTIFICATE_STATUS_STALE'))
  })

  it('OCSP stale: an answer past its next update is not taken', async () => {
    const ca = await ground.ca()
    const trader = await ground.trader(ca)
    const old = { thisUpdateMs: ground.now() - DAY_MS, nextUpdateMs: ground.now() - HOUR_MS }
    ground.host.serves.set('/g', ground.responder(ca, () => old))
    await byResponder(ca, '/g')
    expectRefused(await ground.send(trader), UNKNOWN)
    await until(() => (/could be relied on until/.test(ground.ocspState().lastError ?? '') ? true : undefined))
    expectRefused(await ground.send(trader), UNKNOWN)
  })

  it('OCSP unauthorized responder: its answers count for nothing, good or revoked', async () => {
    const [ca, other] = [await ground.ca(), await ground.ca()]
    const trader = await ground.trader(ca)
    const wrongUse = await delegateOf(ca, { nowMs: ground.now(), usages: ['1.3.6.1.5.5.7.3.2'] })
    const revoked = { status: { revokedAtMs: ground.now() - DAY_MS } }
    const answers = [
      ground.responder(other, () => revoked),
      ground.responder(wrongUse, () => ({ isDelegate: true, ...revoked })),
      ground.responder(await delegateOf(other, { nowMs: ground.now() }), () => ({ isDelegate: true })),
      () => responseOf(OCSPResponseStatus.unauthorized),
      () => responseOf(OCSPResponseStatus.tryLater),
      ground.responder(ca, () => ({ status: 'unknown' as const })),
    ]
    await byResponder(ca, '/h')
    for (const answer of answers) {
      ground.host.serves.set('/h', answer)
      const asked = ground.host.asked.get('/h') ?? 0
      later(20 * MINUTE_MS)
      expectRefused(await ground.send(trader), UNKNOWN)
      await until(() => ((ground.host.asked.get('/h') ?? 0) > asked + 1 ? true : undefined))
      expectRefused(await ground.send(trader), UNKNOWN)
    }
    expect(await ground.entries('hub.revocation-answer')).toEqual([])
  })

  it.each([
    ['behind', -5 * MINUTE_MS, true],
    ['ahead', 5 * MINUTE_MS, true],
    ['too far ahead', 6 * MINUTE_MS, false],
  ])('clock skew +-5 min: a responder whose clock is %s', async (_name, skewMs, isTaken) => {
    const ca = await ground.ca()
    const trader = await ground.trader(ca)
    const path = `/skew${skewMs}`
    const paper = () => ({ thisUpdateMs: ground.now() + skewMs - 1000, nextUpdateMs: ground.now() + skewMs + HOUR_MS })
    ground.host.serves.set(path, ground.responder(ca, paper))
    await byResponder(ca, path)
    const message = await ground.compose(trader)
    if (isTaken) expectTaken(await ground.sendUntilTaken(message, UNKNOWN))
    else {
      await until(() => (/yet to come/.test(ground.ocspState().lastError ?? '') ? true : undefined), 5_000).catch(() => undefined)
      expectRefused(await post(ground.world, BANK, message), UNKNOWN)
    }
  })
})

describe('a certificate that a responder revokes', () => {
  it('never revoked without proof: the entry holds the answer itself, and an older good answer does not bring it back', async () => {
    const ca = await ground.ca()
    const trader = await ground.trader(ca)
    let paper: object = {}
    ground.host.serves.set('/i', ground.responder(ca, () => paper))
    await byResponder(ca, '/i')
    expectTaken(await ground.sendUntilTaken(await ground.compose(trader), UNKNOWN))
    const revokedAtMs = Math.floor(ground.now() / 1000) * 1000
    paper = { status: { revokedAtMs, reason: 4 } }
    later(2 * HOUR_MS)
    const [{ entry, body }] = (await until(async () => {
      const found = await ground.entries('hub.revocation-answer')
      return found.length > 0 ? found : undefined
    })) as Awaited<ReturnType<DrillGround['entries']>>
    expect(body).toMatchObject({ country: 'CN', reason: 'superseded', revokedAt: toTime(revokedAtMs) })
    expect(Buffer.from((body['path'] as string[])[0]!, 'base64url').equals(trader.path[0]!)).toBe(true)
    expect(entry.audience.map(({ party }) => party)).toContain(trader.party)
    expectRefused(await ground.send(trader), 'CERTIFICATE_REVOKED')
    paper = {}
    later(2 * HOUR_MS)
    await ground.world.restart()
    expectRefused(await ground.send(trader), 'CERTIFICATE_REVOKED')
  })

  it('its sessions and sockets close within five seconds', async () => {
    const ca = await ground.ca()
    const trader = await ground.trader(ca)
    let paper: object = {}
    ground.host.serves.set('/j', ground.responder(ca, () => paper))
    await byResponder(ca, '/j')
    const { hub } = ground.world.party(BANK).card
    const client = new HubClient({ url: ground.world.url, hub, identity: trader, clock: ground.world.clock.now })
    const token = await client.token('feed')
    const line = await FeedLine.open(ground.world, token)
    await until(() => (ground.host.asked.has('/j') ? true : undefined))
    expectTaken(await ground.sendUntilTaken(await ground.compose(trader), UNKNOWN))
    paper = { status: { revokedAtMs: ground.now() } }
    const known = (await ground.entries('hub.revocation-answer')).length
    later(10 * MINUTE_MS)
    // Half of what is left of an hour: due by now at the latest after another half.
    later(HOUR_MS / 2)
    const ended = line.end()
    await until(async () => ((await ground.entries('hub.revocation-answer')).length > known ? true : undefined))
    const entered = Date.now()
    expect(await ended).toMatchObject({ code: 4401 })
    expect(Date.now() - entered).toBeLessThan(5_000)
  })
})

describe('a certificate revoked later', () => {
  it('later revocation re-flags and notifies: everybody told of an entry since then, each of its own only', async () => {
    const ca = await ground.ca()
    await ground.enterCa(ca, { status: 'register' })
    const trader = await ground.trader(ca)
    const early = expectTaken(await ground.send(trader)).body.index
    later(HOUR_MS)
    const sinceMs = ground.now()
    later(MINUTE_MS)
    const doubtful = [expectTaken(await ground.send(trader)).body.index, expectTaken(await ground.send(trader)).body.index]
    later(HOUR_MS)
    const body = {
      fingerprint: fingerprintOf(trader.path[0]!),
      reason: 'keyCompromise',
      revokedAt: toTime(ground.now()),
      invalidFrom: toTime(sinceMs),
    }
    const { index } = expectTaken(await enter(ground.world, 'cn', 'hub.revocation', body)).body
    const alerts = await until(async () => {
      const found = (await ground.entries('hub.alert', index)).filter((one) => one.body['rule'] === 'signer-revoked')
      return found.length >= 2 ? found : undefined
    })
    for (const alert of alerts) {
      expect(alert.body).toMatchObject({
        revocation: index,
        reason: 'keyCompromise',
        since: toTime(sinceMs),
        entries: doubtful,
      })
      expect(alert.body['entries']).not.toContain(early)
      // One reader each: nobody learns from an alert who else was told of the entries.
      expect(alert.entry.audience).toHaveLength(1)
    }
    const told = alerts.map(({ entry }) => entry.audience[0]!.party)
    expect(told).toEqual(expect.arrayContaining([trader.party, ground.world.urn(BANK)]))
    const { signers } = (await ground.world.hub.house.journal.read(doubtful[0]!, 1))[0]!
    expect(alerts[0]!.body['signer']).toBe(signers![0])
    // Read on from the beginning, nothing is told twice; nor when a list names the same certificate.
    const list = await ground.list(ca, [trader.path[0]!], { revokedAtMs: sinceMs })
    const entered = { ca: fingerprintOf(ca.certificateDer), crl: list.toString('base64url') }
    const size = expectTaken(await enter(ground.world, 'cn', 'hub.revocation', entered)).body.index + 1
    await ground.world.restart()
    expectTaken(await ask(ground.world, BANK, '/health/ready'), 200 as never).body
    await until(async () => {
      const { body: ready } = await ask(ground.world, undefined, '/health/ready')
      return (ready as unknown as { lag: { signerRevoked: number } }).lag.signerRevoked === 0 ? true : undefined
    })
    const after = (await ground.entries('hub.alert', size)).filter((one) => one.body['rule'] === 'signer-revoked')
    expect(after).toEqual([])
  })

  it('by a list that the hub fetched: serial numbers are found too, and another country\u2019s list finds nothing', async () => {
    const ca = await ground.ca()
    const trader = await ground.trader(ca)
    let list = await ground.list(ca, [])
    ground.host.serves.set('/k.crl', () => list)
    await byList(ca, '/k.crl')
    const revokedAtMs = ground.now() - MINUTE_MS
    const { index } = expectTaken(await ground.sendUntilTaken(await ground.compose(trader), UNKNOWN)).body
    later(2 * HOUR_MS)
    list = await ground.list(ca, [trader.path[0]!], { revokedAtMs })
    const alerts = await until(async () => {
      const found = await ground.entries('hub.alert', index)
      return found.filter(({ body }) => (body['entries'] as number[]).includes(index)).length >= 2 ? found : undefined
    })
    expect(alerts.find(({ entry }) => entry.audience[0]!.party === trader.party)).toBeDefined()
  })

  it('revoked between submit and delivery: what was accepted is delivered, and the alert comes after it', async () => {
    const ca = await ground.ca()
    await ground.enterCa(ca, { status: 'register' })
    const trader = await ground.trader(ca)
    const revokedAt = toTime(ground.now())
    const { index } = expectTaken(await ground.send(trader)).body
    const body = { fingerprint: fingerprintOf(trader.path[0]!), party: trader.party, reason: 'keyCompromise', revokedAt }
    expectTaken(await enter(ground.world, 'cn', 'hub.revocation', body))
    const [alert] = await until(async () => {
      const found = (await ground.entries('hub.alert', index)).filter(
        (one) => one.entry.audience[0]!.party === ground.world.urn(BANK),
      )
      return found.length > 0 ? found : undefined
    })
    const line = await FeedLine.open(ground.world, await ground.world.client(BANK).token('feed'))
    line.send({ type: 'subscribe', name: `drill-${index}`, after: 0, credit: 10_000 })
    const [item, told] = [await line.item(index), await line.item(alert!.entry.index)]
    expect(item.seq!).toBeLessThan(told.seq!)
    line.socket.close()
  })
})

const openssl = spawnSync('openssl', ['version'], { encoding: 'utf8' })
if (openssl.status !== 0) console.warn('SKIPPED: the answer of `openssl ocsp`; put openssl on PATH to run it')
describe.skipIf(openssl.status !== 0)('the answer of openssl ocsp', () => {
  it('is believed: good for one certificate and revoked for another', async () => {
    const ca = await ground.ca()
    const [good, bad] = [await ground.trader(ca), await ground.trader(ca)]
    const dir = mkdtempSync(join(tmpdir(), 'beibu-openssl-'))
    try {
      const [caPem, keyPem, index] = ['ca.pem', 'ca.key', 'index.txt'].map((name) => join(dir, name)) as [string, string, string]
      writeFileSync(caPem, pem(ca.certificateDer))
      writeFileSync(keyPem, ca.privateKey.export({ type: 'pkcs8', format: 'pem' }))
      const revokedAt = '260301000000Z'
      const serial = (der: Buffer) => readCertificate(der).serialHex.toUpperCase()
      writeFileSync(
        index,
        `V\t401231235959Z\t\t${serial(good.path[0]!)}\tunknown\t/CN=good\nR\t401231235959Z\t${revokedAt}\t${serial(bad.path[0]!)}\tunknown\t/CN=bad\n`,
      )
      ground.host.serves.set('/openssl', async (request) => {
        const [asked, answer] = [join(dir, 'asked.der'), join(dir, 'answer.der')]
        writeFileSync(asked, request)
        const args = ['ocsp', '-index', index, '-CA', caPem, '-rsigner', caPem, '-rkey', keyPem]
        await promisify(execFile)('openssl', [...args, '-reqin', asked, '-respout', answer, '-nmin', '60'])
        return readFileSync(answer)
      })
      // openssl goes by the clock of the machine.
      ground.world.clock.shiftMs = 0
      await byResponder(ca, '/openssl')
      expectTaken(await ground.sendUntilTaken(await ground.compose(good), UNKNOWN))
      expectRefused(await ground.send(bad), UNKNOWN)
      await until(async () => ((await ground.send(bad)).body.code === 'CERTIFICATE_REVOKED' ? true : undefined))
    } finally {
      rmSync(dir, { recursive: true, force: true })
    }
  })
})
