// Revocation by fetched lists, drilled through the front door: hosts that are down, stale, lying or wrong, CAs that change their key, and
// certificates that are revoked after they have signed. Responders: revocation-responders.test.ts.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Issuer } from '../../src/hub/identity/issue.ts'
import { toTime } from '../../src/hub/values/encoding.ts'
import { ask, expectRefused, expectTaken } from '../support/doors.ts'
import { DrillGround, until } from '../support/drill.ts'
import { FeedLine } from '../support/feed-line.ts'
import { DAY_MS, enter, fingerprintOf } from '../support/papers.ts'
import { LONG_MS } from '../support/patience.ts'

const BANK = 'nanning-bank'
const HOUR_MS = 3_600_000
const MINUTE_MS = 60_000
const UNKNOWN = 'CERTIFICATE_STATUS_UNKNOWN'
let ground: DrillGround
beforeAll(async () => {
  ground = await DrillGround.open()
}, LONG_MS)
afterAll(() => ground.close())

/** The CA with its lists at a path of its own. */
async function byList(ca: Issuer, path: string, more: string[] = []): Promise<void> {
  await ground.enterCa(ca, { status: 'crl', crlUrls: [ground.host.url(path), ...more] })
}
const failing = (ca: Issuer, why = /./) =>
  until(() => {
    const said = ground.listState(ca)?.lastError
    return said !== undefined && why.test(said) ? said : undefined
  })
/** Moves the hub's clock, as the world's time goes on. */
const later = (ms: number): Promise<void> => ground.goOn(ms)
/** Waits until the follower that tells of revoked signers has read the whole journal. */
const allAlerted = () =>
  until(async () => {
    const { body: ready } = await ask(ground.world, undefined, '/health/ready')
    return (ready as unknown as { lag: { signerRevoked: number } }).lag.signerRevoked === 0 ? true : undefined
  })
const listsOf = async (ca: Issuer) =>
  (await ground.entries('hub.revocation-list')).filter(({ body }) => body['ca'] === fingerprintOf(ca.certificateDer))

describe('lists', { timeout: LONG_MS }, () => {
  it('are fetched, entered by the hub and counted like those of the authority; the same list again is no entry', async () => {
    const ca = await ground.ca()
    const [good, bad] = [await ground.trader(ca), await ground.trader(ca)]
    let list = await ground.list(ca, [bad.path[0]!])
    ground.host.serves.set('/a.crl', () => list)
    await byList(ca, '/a.crl')
    expectTaken(await ground.sendUntilTaken(good, UNKNOWN))
    expectRefused(await ground.send(bad), 'CERTIFICATE_REVOKED')
    const asked = ground.host.asked.get('/a.crl')!
    await later(2 * HOUR_MS)
    await until(() => (ground.host.asked.get('/a.crl')! > asked ? true : undefined))
    expect(await listsOf(ca)).toHaveLength(1)
    list = await ground.list(ca, [bad.path[0]!, good.path[0]!])
    await later(2 * HOUR_MS)
    await until(async () => ((await listsOf(ca)).length === 2 ? true : undefined))
    expectRefused(await ground.send(good), 'CERTIFICATE_REVOKED')
    // At a start only the newest list is read, and it says the same.
    await ground.restart()
    expectRefused(await ground.send(good), 'CERTIFICATE_REVOKED')
    expect(ground.world.hub.house.identities.register.country('CN')!.anchors.at(-1)!.crl!.serials.size).toBe(2)
  })

  it('CRL host down: the list known stays good until it is due again, and a second place is tried', async () => {
    const ca = await ground.ca()
    const trader = await ground.trader(ca)
    ground.host.serves.set('/b.crl', () => 503)
    const second = await ground.list(ca, [], { dueMs: 3 * HOUR_MS })
    ground.host.serves.set('/b2.crl', () => second)
    await byList(ca, '/b.crl', [ground.host.url('/b2.crl')])
    expectTaken(await ground.sendUntilTaken(trader, UNKNOWN))
    await ground.host.down()
    await later(2 * HOUR_MS)
    await failing(ca, /ECONNREFUSED/)
    expectTaken(await ground.send(trader))
    await ground.host.up()
  })

  it('CRL stale: past its next update it is stale, never revoked, and good again with the next list', async () => {
    const ca = await ground.ca()
    const trader = await ground.trader(ca)
    let list: Buffer | number = await ground.list(ca, [], { dueMs: HOUR_MS })
    ground.host.serves.set('/c.crl', () => list)
    await byList(ca, '/c.crl')
    expectTaken(await ground.sendUntilTaken(trader, UNKNOWN))
    list = 404
    await later(HOUR_MS + MINUTE_MS)
    expectRefused(await ground.send(trader), 'CERTIFICATE_STATUS_STALE')
    list = await ground.list(ca, [])
    expectTaken(await ground.sendUntilTaken(trader, 'CERTIFICATE_STATUS_STALE'))
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
    expectTaken(await ground.sendUntilTaken(trader, UNKNOWN))
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
      await later(2 * HOUR_MS)
      await until(() => (why.test(ground.listState(ca)?.lastError ?? '') ? true : undefined))
      expect(await listsOf(ca)).toHaveLength(1)
      expectTaken(await ground.send(trader))
    }
  })

  it('are never fetched from an address that is not public and not allowed', async () => {
    const ca = await ground.ca()
    const refused = [
      'http://127.0.0.1:1/x.crl',
      'http://localhost:1/x.crl',
      'http://[::1]/x.crl',
      'http://169.254.169.254/x',
    ]
    await ground.enterCa(ca, { status: 'crl', crlUrls: refused })
    const why = await failing(ca)
    expect(why.match(/public address/g)).toHaveLength(4)
  })
})

describe('CA rollover', { timeout: LONG_MS }, () => {
  it('old certificates stay good beside the new key until the old CA is taken out', async () => {
    const before = await ground.ca('ES256', 'Invented Rolling Root')
    const after = await ground.ca('ES256', 'Invented Rolling Root')
    const [old, young] = [await ground.trader(before), await ground.trader(after)]
    const lists = [await ground.list(before, []), await ground.list(after, [])]
    ground.host.serves.set('/before.crl', () => lists[0]!)
    ground.host.serves.set('/after.crl', () => lists[1]!)
    await byList(before, '/before.crl')
    expectTaken(await ground.sendUntilTaken(old, UNKNOWN))
    await byList(after, '/after.crl')
    expectTaken(await ground.sendUntilTaken(young, UNKNOWN))
    expectTaken(await ground.send(old))
    // A list of the old key says nothing of the new CA, though both have one name.
    lists[1] = await ground.list(before, [young.path[0]!], { atMs: ground.now() + MINUTE_MS })
    await later(2 * HOUR_MS)
    await until(() => (/was not signed by/.test(ground.listState(after)?.lastError ?? '') ? true : undefined))
    expectTaken(await ground.send(young))
    await ground.takeOut(before)
    expectRefused(await ground.send(old), 'CERTIFICATE_UNTRUSTED')
    expectTaken(await ground.send(young))
  })
})

describe('a certificate revoked later', { timeout: LONG_MS }, () => {
  it('later revocation re-flags and notifies: everybody told of an entry since then, each of its own only', async () => {
    const ca = await ground.ca()
    await ground.enterCa(ca, { status: 'register' })
    const trader = await ground.trader(ca)
    const early = expectTaken(await ground.send(trader)).body.index
    await later(HOUR_MS)
    const sinceMs = ground.now()
    await later(MINUTE_MS)
    const doubtful = [
      expectTaken(await ground.send(trader)).body.index,
      expectTaken(await ground.send(trader)).body.index,
    ]
    await later(HOUR_MS)
    const body = {
      fingerprint: fingerprintOf(trader.path[0]!),
      reason: 'keyCompromise',
      revokedAt: toTime(ground.now()),
      invalidFrom: toTime(sinceMs),
    }
    const { index } = expectTaken(await enter(ground.world, 'cn', 'hub.revocation', body)).body
    // Everybody whom it concerns is told one after the other.
    await allAlerted()
    const alerts = (await ground.entries('hub.alert', index)).filter((one) => one.body['rule'] === 'signer-revoked')
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
    await ground.restart()
    await allAlerted()
    const after = (await ground.entries('hub.alert', size)).filter((one) => one.body['rule'] === 'signer-revoked')
    expect(after).toEqual([])
  })

  it('by a list that the hub fetched: serial numbers are found too', async () => {
    const ca = await ground.ca()
    const trader = await ground.trader(ca)
    let list = await ground.list(ca, [])
    ground.host.serves.set('/k.crl', () => list)
    await byList(ca, '/k.crl')
    const revokedAtMs = ground.now() - MINUTE_MS
    const { index } = expectTaken(await ground.sendUntilTaken(trader, UNKNOWN)).body
    list = await ground.list(ca, [trader.path[0]!], { atMs: ground.now() + MINUTE_MS, revokedAtMs })
    await later(2 * HOUR_MS)
    const alerts = await until(async () => {
      const found = await ground.entries('hub.alert', index)
      const own = found.filter(({ body }) => (body['entries'] as number[]).includes(index))
      const isWhole = own.length >= 2 && own.some(({ entry }) => entry.audience[0]!.party === trader.party)
      return isWhole ? own : undefined
    })
    expect(alerts.find(({ entry }) => entry.audience[0]!.party === trader.party)).toBeDefined()
  })

  it('revoked between submit and delivery: what was accepted is delivered, and the alert comes after it', async () => {
    const ca = await ground.ca()
    await ground.enterCa(ca, { status: 'register' })
    const trader = await ground.trader(ca)
    const revokedAt = toTime(ground.now())
    const { index } = expectTaken(await ground.send(trader)).body
    const body = {
      fingerprint: fingerprintOf(trader.path[0]!),
      party: trader.party,
      reason: 'keyCompromise',
      revokedAt,
    }
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
