// Revocation known from lists: good, revoked, unknown and stale are told apart, and each kind says which of them it takes.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { HubClient } from '../../src/client/hub-client.ts'
import { declared, financing, newDeclaration, receivedOne } from '../support/consignment.ts'
import { expectRefused, expectTaken, post, signed } from '../support/doors.ts'
import { caOf, DAY_MS, enter, enterAnchors, fingerprintOf, listOf, paperOf, type Ca } from '../support/papers.ts'
import { openWorld, type World } from '../support/world.ts'

const EXPORTER = 'guangxi-exporter'
const BANK = 'nanning-bank'
const HOUR_MS = 3_600_000
let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())

const declare = async () => post(world, EXPORTER, await world.compose(EXPORTER, declared(world)))
/** With a certificate that is good enough the answer is that the declaration is not known, which is past identity. */
const finance = async () =>
  post(world, BANK, await world.compose(BANK, financing(world, newDeclaration(world), `F-${Math.random()}`)))
const acknowledge = async () => post(world, BANK, await world.compose(BANK, receivedOne(world, world.urn(BANK))))
const byLists = (lists: Partial<Record<Ca, Buffer>> = {}) =>
  enterAnchors(
    world,
    'cn',
    (['cn-sm2', 'cn-p256'] as const).map((ca) => ({ ca, status: 'crl', ...(lists[ca] && { crl: lists[ca] }) })),
  )
const enterList = (ca: Ca, crl: Buffer) =>
  enter(world, 'cn', 'hub.revocation', {
    ca: fingerprintOf(caOf(world, ca).certificateDer),
    crl: crl.toString('base64url'),
  })

describe('status by revocation lists', () => {
  it('status unknown: no list has been entered', async () => {
    expectTaken(await byLists())
    const { detail } = expectRefused(await declare(), 'CERTIFICATE_STATUS_UNKNOWN').body
    expect(detail).toContain('no revocation list')
    expectRefused(await finance(), 'CERTIFICATE_STATUS_UNKNOWN')
  })
  it('status unknown is enough for an acknowledgement', async () => {
    expectTaken(await acknowledge())
  })
  it('status stale: a declaration is taken, a financing is not, and is told why', async () => {
    const overdue = { ageMs: 2 * DAY_MS, dueMs: -HOUR_MS }
    expectTaken(await enterList('cn-sm2', await listOf(world, 'cn-sm2', [], overdue)))
    expectTaken(await enterList('cn-p256', await listOf(world, 'cn-p256', [], overdue)))
    expectTaken(await declare())
    const { detail } = expectRefused(await finance(), 'CERTIFICATE_STATUS_STALE').body
    expect(detail).toMatch(/newest list .* is of \d{4}-.*, due again \d{4}-/)
  })
  it('a fresh list makes both good', async () => {
    expectTaken(
      await byLists({ 'cn-sm2': await listOf(world, 'cn-sm2', []), 'cn-p256': await listOf(world, 'cn-p256', []) }),
    )
    expectTaken(await declare())
    expectRefused(await finance(), 'NOT_KNOWN_HERE')
  })
  it('a list grows stale by itself when the time of the next has come', async () => {
    world.clock.shiftMs = DAY_MS + HOUR_MS
    try {
      expectTaken(await declare())
      expectRefused(await finance(), 'CERTIFICATE_STATUS_STALE')
    } finally {
      world.clock.shiftMs = 0
    }
  })
  it('revoked by an entry of a list, even for kinds that take any other status', async () => {
    const bank = world.party(BANK).identity
    const paper = await paperOf(bank.party, caOf(world, 'cn-p256'))
    const message = async () => {
      const { envelopeBytes, body } = await world.compose(BANK, receivedOne(world, bank.party))
      return post(world, BANK, await signed(paper, envelopeBytes, body))
    }
    expectTaken(await message())
    expectTaken(await enterList('cn-p256', await listOf(world, 'cn-p256', [paper.path[0]!])))
    expectRefused(await message(), 'CERTIFICATE_REVOKED')
    expectTaken(await acknowledge())
    // Overdue, the list that names it still means revoked, not stale.
    expectTaken(await enterList('cn-p256', await listOf(world, 'cn-p256', [paper.path[0]!], { dueMs: HOUR_MS })))
    world.clock.shiftMs = 2 * HOUR_MS
    try {
      expectRefused(await message(), 'CERTIFICATE_REVOKED')
    } finally {
      world.clock.shiftMs = 0
    }
  })
  it('a list older than the one known is not entered: it would take revocations back', async () => {
    const { findings } = expectRefused(
      await enterList('cn-p256', await listOf(world, 'cn-p256', [], { ageMs: DAY_MS })),
      'FINDINGS',
    ).body
    expect(findings).toMatchObject([{ code: 'CRL_OLDER', path: '/crl' }])
  })
  it('a list that another CA has signed is not entered', async () => {
    const { findings } = expectRefused(await enterList('cn-p256', await listOf(world, 'th-p256', [])), 'FINDINGS').body
    expect(findings).toMatchObject([{ code: 'CERTIFICATE_UNTRUSTED', path: '/crl' }])
  })
  it('a list cut short is not entered', async () => {
    const list = await listOf(world, 'cn-p256', [])
    const { findings } = expectRefused(await enterList('cn-p256', list.subarray(0, -1)), 'FINDINGS').body
    expect(findings).toMatchObject([{ code: 'CERTIFICATE_MALFORMED', path: '/crl' }])
  })
  it('a CA registered for other classes does not vouch for a bank', async () => {
    expectTaken(
      await enterAnchors(world, 'cn', [
        { ca: 'cn-sm2', status: 'register' },
        { ca: 'cn-p256', status: 'register', classes: ['trader', 'regulator'] },
      ]),
    )
    const { card, identity } = world.party(BANK)
    const client = new HubClient({ url: world.url, hub: card.hub, identity })
    await expect(client.token('api')).rejects.toMatchObject({ problem: { code: 'CERTIFICATE_UNTRUSTED', status: 401 } })
    // Nor does a session from before help: it is over, or its messages are refused.
    const { body } = await acknowledge()
    expect(['CERTIFICATE_UNTRUSTED', 'SESSION_REQUIRED']).toContain(body.code)
  })
})
