// Revocation by responders (OCSP), drilled through the front door: down, stale, lying, unauthorised, of SM2, with clocks that differ; and
// never without proof. Lists: revocation-drills.test.ts.
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
import { ask, expectRefused, expectTaken } from '../support/doors.ts'
import { DrillGround, until } from '../support/drill.ts'
import { FeedLine } from '../support/feed-line.ts'
import { delegateOf, responseOf } from '../support/ocsp-paper.ts'
import { DAY_MS } from '../support/papers.ts'
import type { Serve } from '../support/status-host.ts'
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

const pem = (der: Buffer): string =>
  `-----BEGIN CERTIFICATE-----\n${der.toString('base64').replace(/.{64}/g, '$&\n').trimEnd()}\n-----END CERTIFICATE-----\n`
const byResponder = (ca: Issuer, path: string) =>
  ground.enterCa(ca, { status: 'ocsp', ocspUrls: [ground.host.url(path)] })
/** Moves the hub's clock, as the world's time goes on. */
const later = (ms: number): Promise<void> => ground.goOn(ms)

describe('responders', { timeout: LONG_MS }, () => {
  it('are asked when a certificate is first seen: 403 first, then the same bytes are accepted, with the answer in the bundle', async () => {
    const ca = await ground.ca()
    const trader = await ground.trader(ca)
    ground.host.serves.set('/e', ground.responder(ca))
    await byResponder(ca, '/e')
    const message = await ground.compose(trader)
    const first = expectRefused(await ground.submit(trader, message), UNKNOWN)
    expect(first.body.detail).toContain('no responder has answered')
    const { index } = expectTaken(await ground.sendUntilTaken(trader, UNKNOWN, message)).body
    const response = await until(async () => {
      const answer = await ask(ground.world, BANK, `/v1/messages/${index}/bundle`)
      return answer.status === 200 ? (answer.body as unknown as Record<string, unknown>) : undefined
    })
    const { status, responses } = response as { status: Record<string, unknown>[]; responses: string[] }
    const sha256 = createHash('sha256').update(Buffer.from(responses[0]!, 'base64url')).digest('hex')
    expect(status).toMatchObject([
      { status: 'good', source: 'ocsp', responseSha256: sha256, ageMs: expect.any(Number) },
    ])
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

  it('SM2 OCSP responder: the CA itself and its delegate', async () => {
    const ca = await ground.ca('SM2SM3')
    const [one, two] = [await ground.trader(ca), await ground.trader(ca)]
    ground.host.serves.set('/sm2', ground.responder(ca))
    await byResponder(ca, '/sm2')
    expectTaken(await ground.sendUntilTaken(one, UNKNOWN))
    const delegate = await delegateOf(ca, { nowMs: ground.now() })
    ground.host.serves.set(
      '/sm2',
      ground.responder(delegate, () => ({ isDelegate: true, byKey: true })),
    )
    expectTaken(await ground.sendUntilTaken(two, UNKNOWN))
  })

  it('OCSP responder down: unknown, never revoked; with an answer held good until it is stale, also after a restart', async () => {
    const ca = await ground.ca()
    const [seen, unseen] = [await ground.trader(ca), await ground.trader(ca)]
    ground.host.serves.set('/f', ground.responder(ca))
    await byResponder(ca, '/f')
    expectTaken(await ground.sendUntilTaken(seen, UNKNOWN))
    await ground.host.down()
    expectRefused(await ground.send(unseen), UNKNOWN)
    expectTaken(await ground.send(seen))
    await ground.restart()
    expectTaken(await ground.send(seen))
    expectRefused(await ground.send(unseen), UNKNOWN)
    await until(() => (/ECONNREFUSED/.test(ground.ocspState().lastError ?? '') ? true : undefined))
    await later(HOUR_MS + MINUTE_MS)
    expectRefused(await ground.send(seen), 'CERTIFICATE_STATUS_STALE')
    await ground.host.up()
    await later(20 * MINUTE_MS)
    expectTaken(await ground.sendUntilTaken(unseen, UNKNOWN))
    expectTaken(await ground.sendUntilTaken(seen, 'CERTIFICATE_STATUS_STALE'))
  })

  it('OCSP stale: an answer past its next update is not taken', async () => {
    const ca = await ground.ca()
    const trader = await ground.trader(ca)
    const old = { thisUpdateMs: ground.now() - DAY_MS, nextUpdateMs: ground.now() - HOUR_MS }
    ground.host.serves.set(
      '/g',
      ground.responder(ca, () => old),
    )
    await byResponder(ca, '/g')
    expectRefused(await ground.send(trader), UNKNOWN)
    await until(() => (/could be relied on until/.test(ground.ocspState().lastError ?? '') ? true : undefined))
    expectRefused(await ground.send(trader), UNKNOWN)
    await ground.takeOut(ca)
  })

  it('OCSP unauthorized responder: its answers count for nothing, good or revoked', async () => {
    const [ca, other] = [await ground.ca(), await ground.ca()]
    const trader = await ground.trader(ca)
    const wrongUse = await delegateOf(ca, { nowMs: ground.now(), usages: ['1.3.6.1.5.5.7.3.2'] })
    const revoked = { status: { revokedAtMs: ground.now() - DAY_MS } }
    const foreign = await delegateOf(other, { nowMs: ground.now() })
    const lies: [Serve, RegExp][] = [
      [ground.responder(other, () => revoked), /did not come with/],
      [ground.responder(wrongUse, () => ({ isDelegate: true, ...revoked })), /is not certified to answer/],
      [ground.responder(foreign, () => ({ isDelegate: true, ...revoked })), /was not certified by/],
      [() => responseOf(OCSPResponseStatus.unauthorized), /answered unauthorized/],
      [() => responseOf(OCSPResponseStatus.tryLater), /answered tryLater/],
      [() => Buffer.from('good'), /DER|structure/],
      [ground.responder(ca, () => ({ ...revoked, nonce: Buffer.alloc(16) })), /another request/],
      [ground.responder(ca, () => ({ ...revoked, serialHex: '0102' })), /not about/],
      [ground.responder(ca, () => ({ status: 'unknown' as const })), /does not know/],
    ]
    await byResponder(ca, '/h')
    for (const [lie, why] of lies) {
      ground.host.serves.set('/h', lie)
      await later(20 * MINUTE_MS)
      expectRefused(await ground.send(trader), UNKNOWN)
      await until(() => (why.test(ground.ocspState().lastError ?? '') ? true : undefined)).catch((error) => {
        throw new Error(`${why} in ${JSON.stringify(ground.ocspState())}`, { cause: error })
      })
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
    if (isTaken) expectTaken(await ground.sendUntilTaken(trader, UNKNOWN, message))
    else {
      expectRefused(await ground.submit(trader, message), UNKNOWN)
      await until(() => (/yet to come/.test(ground.ocspState().lastError ?? '') ? true : undefined))
      expectRefused(await ground.submit(trader, message), UNKNOWN)
      await ground.takeOut(ca)
    }
  })
})

describe('a certificate that a responder revokes', { timeout: LONG_MS }, () => {
  it('never revoked without proof: the entry holds the answer itself, and an older good answer does not bring it back', async () => {
    const ca = await ground.ca()
    const trader = await ground.trader(ca)
    let paper: object = {}
    ground.host.serves.set(
      '/i',
      ground.responder(ca, () => paper),
    )
    await byResponder(ca, '/i')
    expectTaken(await ground.sendUntilTaken(trader, UNKNOWN))
    const revokedAtMs = Math.floor(ground.now() / 1000) * 1000
    paper = { status: { revokedAtMs, reason: 4 } }
    await later(2 * HOUR_MS)
    const { entry, body } = await until(async () => (await ground.entries('hub.revocation-answer'))[0])
    expect(body).toMatchObject({ country: 'CN', reason: 'superseded', revokedAt: toTime(revokedAtMs) })
    expect(Buffer.from((body['path'] as string[])[0]!, 'base64url').equals(trader.path[0]!)).toBe(true)
    expect(entry.audience.map(({ party }) => party)).toContain(trader.party)
    expectRefused(await ground.send(trader), 'CERTIFICATE_REVOKED')
    paper = {}
    await later(2 * HOUR_MS)
    await ground.restart()
    expectRefused(await ground.send(trader), 'CERTIFICATE_REVOKED')
  })

  it('its sessions and sockets close within five seconds', async () => {
    const ca = await ground.ca()
    const trader = await ground.trader(ca)
    let paper: object = {}
    ground.host.serves.set(
      '/j',
      ground.responder(ca, () => paper),
    )
    await byResponder(ca, '/j')
    const { hub } = ground.world.party(BANK).card
    const client = new HubClient({ url: ground.world.url, hub, identity: trader, clock: ground.world.clock.now })
    const token = await client.token('feed')
    const line = await FeedLine.open(ground.world, token)
    await until(() => (ground.host.asked.has('/j') ? true : undefined))
    expectTaken(await ground.sendUntilTaken(trader, UNKNOWN))
    paper = { status: { revokedAtMs: ground.now() } }
    const known = (await ground.entries('hub.revocation-answer')).length
    // Past half of the hour that the answer held lasts.
    await later(35 * MINUTE_MS)
    const ended = line.end()
    await until(async () => ((await ground.entries('hub.revocation-answer')).length > known ? true : undefined))
    const entered = Date.now()
    expect(await ended).toMatchObject({ code: 4401 })
    expect(Date.now() - entered).toBeLessThan(5_000)
  })
})

const openssl = spawnSync('openssl', ['version'], { encoding: 'utf8' })
if (openssl.status !== 0) console.warn('SKIPPED: the answer of `openssl ocsp`; put openssl on PATH to run it')
describe.skipIf(openssl.status !== 0)('the answer of openssl ocsp', { timeout: LONG_MS }, () => {
  it('is believed: good for one certificate and revoked for another', async () => {
    const ca = await ground.ca()
    const [good, bad] = [await ground.trader(ca), await ground.trader(ca)]
    const dir = mkdtempSync(join(tmpdir(), 'beibu-openssl-'))
    try {
      const [caPem, keyPem, index] = ['ca.pem', 'ca.key', 'index.txt'].map((name) => join(dir, name)) as [
        string,
        string,
        string,
      ]
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
      expectTaken(await ground.sendUntilTaken(good, UNKNOWN))
      expectRefused(await ground.send(bad), UNKNOWN)
      await until(async () => ((await ground.send(bad)).body.code === 'CERTIFICATE_REVOKED' ? true : undefined))
    } finally {
      rmSync(dir, { recursive: true, force: true })
    }
  })
})
