// A day at the market through the front door: purchases stated by the site, declarations signed by phones, the quota under a race of two
// hundred, what customs decides, and payments that are reported as they are made.
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { BorderPurchase, BorderSettlement, BorderStatus, BorderTrade } from '../../schemas/types.d.ts'
import { composeMessage, messageFile, type Composition } from '../../src/client/compose.ts'
import { enquire } from '../../src/client/enquiry.ts'
import type { HubClient } from '../../src/client/hub-client.ts'
import { deviceCa, deviceCertificate } from '../../src/client/sandbox/certificates.ts'
import type { ClientIdentity } from '../../src/client/session-keeper.ts'
import { shanghaiDay } from '../../src/customs/shanghai-day.ts'
import { formatAmount } from '../../src/hub/index.ts'
import { keySigner } from '../../src/hub/identity/signer.ts'
import { toTime } from '../../src/hub/values/encoding.ts'
import { expectRefused, expectTaken, type Answer } from '../support/doors.ts'
import { caOf, enrol, fingerprintOf } from '../support/papers.ts'
import { openWorld, type World } from '../support/world.ts'
import { LONG_MS } from '../support/patience.ts'

const fixture = <T>(file: string): T =>
  JSON.parse(readFileSync(new URL(`../../fixtures/customs/valid/border-${file}.json`, import.meta.url), 'utf8')) as T

const SITE = 'urn:hub:cn:market-site:dongxing-example'
const OTHER_SITE = 'urn:hub:cn:market-site:pingxiang-example'
const GROUP = 'urn:hub:cn:border-group:lychee-example'
const BANK = 'urn:hub:cn:bank:border-example'
const EXCHANGE = 'urn:hub:cn:regulator:exchange-example'
const GROUP_NO = 'GRP-DX-0001'
const STALL_NO = 'A-017'
const HOUR_MS = 3_600_000
const validUntil = shanghaiDay(Date.now() + 300 * 24 * HOUR_MS)
const VALID = { validFrom: shanghaiDay(Date.now() - 10 * 24 * HOUR_MS), validUntil }

let world: World
let customs: string
const parties = new Map<string, { identity: ClientIdentity; client: HubClient }>()
const phones = new Map<string, ClientIdentity>()

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
/** An identity number of nobody: born in 1900, with its check digit. */
function identityNo(serial: number): string {
  const text = `45068119000101${String(serial).padStart(3, '0')}`
  const sum = WEIGHTS.reduce((total, weight, at) => total + weight * Number(text[at]), 0)
  return `${text}${'10X98765432'[sum % 11]}`
}
const RESIDENTS = [1, 2, 3, 4, 5].map((serial) => `BR7200-2026-80000${serial}`)
const [RACER, ONE, TWO, THREE, OFFLINE] = RESIDENTS as [string, string, string, string, string]

async function send(
  from: string,
  kind: string,
  to: string[],
  body: object,
  signers: ClientIdentity[] = [parties.get(from)!.identity],
  createdMs = world.clock.now(),
): Promise<Answer> {
  const { client } = parties.get(from)!
  const message = await composeMessage({ hub: client.hub, kind, v: 1, from, to, body } as Composition, {
    signers: signers.map(({ signer, path }) => ({ signer, by: { path: [...path] } })),
    randomness: randomBytes,
    clock: () => createdMs,
  })
  for (;;) {
    const response = await fetch(`${world.url}/v1/messages`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${await client.token('api')}`,
        'content-type': 'application/hub-message+json',
      },
      body: JSON.stringify(messageFile(message)),
    })
    const answer: Answer = {
      status: response.status,
      headers: response.headers,
      body: JSON.parse(await response.text()),
    }
    // What everybody draws on keeps changing: the same bytes again, as the refusal says.
    if (!['CONTENDED', 'QUOTA_EXCEEDED', 'OVERLOADED', 'VIEW_BEHIND'].includes(answer.body.code ?? '')) return answer
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
const taken = async (...said: Parameters<typeof send>): Promise<Answer> => expectTaken(await send(...said))

beforeAll(async () => {
  world = await openWorld()
  customs = world.urn('nanning-customs')
  for (const party of [SITE, OTHER_SITE, GROUP, BANK, EXCHANGE])
    parties.set(party, await enrol(world, party, 'cn-p256'))
  parties.set(customs, { identity: world.party('nanning-customs').identity, client: world.client('nanning-customs') })
  const filed = fixture<{ filing: object }>('resident-file').filing
  for (const [at, filingNo] of RESIDENTS.entries()) {
    const filing = { ...filed, ...VALID, residentIdNo: identityNo(at + 1), filedAt: toTime(world.clock.now() - 60_000) }
    await taken(customs, 'customs.border-resident', [SITE, OTHER_SITE, GROUP], { act: 'file', filingNo, filing })
  }
  for (const site of [SITE, OTHER_SITE])
    await taken(site, 'customs.border-stall', [], { ...fixture<object>('stall-open'), stallNo: STALL_NO, validUntil })
  const { party: _party, ...form } = fixture<{ party?: string }>('group-form')
  const members = { groupNo: GROUP_NO, leaderFilingNo: ONE, memberFilingNos: [ONE, TWO, THREE], validUntil }
  await taken(GROUP, 'customs.border-group', [SITE], { ...form, ...members })
  const names = { party: GROUP, country: 'CN', name: 'Example Group of the Border', folder: 'example-group' }
  const ca = await deviceCa(names, caOf(world, 'cn-p256'), world.clock.now(), 'ES256')
  for (const filingNo of RESIDENTS) {
    const made = await deviceCertificate(names, ca, 'phone', world.clock.now())
    const phone = { party: GROUP, signer: keySigner(made.privateKey), path: [made.certificateDer, ca.certificateDer] }
    phones.set(filingNo, phone)
    const body = { act: 'enrol', filingNo, fingerprint: fingerprintOf(made.certificateDer) }
    await taken(GROUP, 'customs.border-device', [], body, [parties.get(GROUP)!.identity, phone])
  }
}, LONG_MS)
afterAll(() => world.close())

const cny = (minor: number): string => formatAmount({ minor: BigInt(minor), currency: 'CNY' })

const purchase = (tradeNo: string, filingNo: string, amount: string, tradedMs: number): BorderPurchase => ({
  act: 'trade',
  tradeNo,
  customsOffice: '7200',
  filingNo,
  stallNo: STALL_NO,
  items: [
    {
      seq: '1',
      hs: '08011910',
      name: 'coconuts',
      originCountry: 'VN',
      qty: '1',
      unit: '035',
      unitPrice: amount,
      amount,
      netKg: '1',
      amountCny: amount,
      limitType: 'VALUE',
    },
  ],
  currency: 'CNY',
  amount,
  amountCny: amount,
  tradedAt: toTime(tradedMs),
})
const buy = (tradeNo: string, filingNo: string, amount: string, site = SITE, tradedMs = world.clock.now()) =>
  taken(site, 'customs.border-purchase', [GROUP], purchase(tradeNo, filingNo, amount, tradedMs))

const declaration = (
  no: string,
  filingNo: string,
  amount: string,
  site: string,
  change: Partial<BorderTrade> = {},
): BorderTrade => ({
  declarationNo: no,
  filingNo,
  site,
  customsOffice: '7200',
  purchases: [{ tradeNo: no }],
  items: [
    {
      seq: '1',
      hs: '08011910',
      name: 'coconuts',
      originCountry: 'VN',
      qty: '1',
      unit: '035',
      grossKg: '1',
      netKg: '1',
      unitPriceCny: amount,
      amountCny: amount,
      limitType: 'VALUE',
    },
  ],
  totalCny: amount,
  ieFlag: 'I',
  declaredAt: toTime(world.clock.now()),
  ...change,
})
const declare = (no: string, filingNo: string, amount: string, site = SITE, change: Partial<BorderTrade> = {}) => {
  const body = declaration(no, filingNo, amount, site, change)
  return send(GROUP, 'customs.border-trade', [customs, site], body, [phones.get(filingNo)!])
}
const decide = (declarationNo: string, status: BorderStatus['status']) =>
  send(customs, 'customs.border-status', [GROUP, SITE], {
    declarant: GROUP,
    declarationNo,
    status,
    decidedAt: toTime(world.clock.now()),
    reason: 'as found',
  })

const facts = async (declarationNo: string, party = GROUP) => {
  const asked = { enquiry: 'customs.border-trade', v: 1, question: { declarant: GROUP, declarationNo } }
  const trust = readFileSync(join(world.dir, 'sandbox', 'trust.json'))
  const { proof } = await enquire(parties.get(party)!.client, asked, trust)
  expect(proof).toMatchObject({ proof: 'verified' })
  return proof.attestation as { verdict: string; facts: Record<string, any> }
}

describe('the quota under a race', { timeout: LONG_MS }, () => {
  it('two hundred declarations of one person at two sites free 8000.00 in sum, and every fen is free or taxable', async () => {
    const amounts = Array.from({ length: 200 }, (_, at) => 60_000 + at * 7)
    const siteOf = (at: number) => (at % 2 === 0 ? SITE : OTHER_SITE)
    const tradedMs = world.clock.now()
    await Promise.all(amounts.map((minor, at) => buy(`R${at}`, RACER, cny(minor), siteOf(at), tradedMs)))
    const answers = await Promise.all(amounts.map((minor, at) => declare(`R${at}`, RACER, cny(minor), siteOf(at))))
    for (const answer of answers) expectTaken(answer)
    const journal = world.hub.house.journal
    const heads = await Promise.all(
      amounts.map((_, at) => journal.head(journal.headKey('border-trade', GROUP, `R${at}`))),
    )
    const minors = (member: string) => heads.map((head) => Number(head!.value[member]))
    minors('dutyFreeMinor').forEach((free, at) => expect(free + minors('taxableMinor')[at]!).toBe(amounts[at]))
    expect(minors('dutyFreeMinor').reduce((sum, minor) => sum + minor, 0)).toBe(800_000)
    const { facts: last } = await facts('R199')
    expect(last['shares'][0]).toMatchObject({ filingNo: RACER, quotaLeftCny: '0.00' })
  })
})

describe('a group at the market', { timeout: LONG_MS }, () => {
  it('declares by shares, is released, and pays through a bank that reports', async () => {
    await buy('G1', ONE, '20000.00')
    const shares = [
      { filingNo: ONE, amountCny: '8500.00' },
      { filingNo: TWO, amountCny: '8000.00' },
      { filingNo: THREE, amountCny: '3500.00' },
    ]
    expectTaken(await declare('G1', TWO, '20000.00', SITE, { groupNo: GROUP_NO, shares }))
    expect(await facts('G1')).toMatchObject({
      verdict: 'yes',
      facts: {
        dutyFreeCny: '19500.00',
        taxableCny: '500.00',
        shares: [{ taxableCny: '500.00' }, {}, { quotaLeftCny: '4500.00' }],
      },
    })
    expect((await facts('G1', SITE)).facts).not.toHaveProperty('shares')
    expect(await facts('G1', OTHER_SITE)).toMatchObject({ verdict: 'unknown' })
    const payment: BorderSettlement = {
      act: 'settle',
      settlementNo: 'JS-1',
      payer: { groupNo: GROUP_NO },
      payee: { site: SITE, stallNo: STALL_NO },
      currency: 'CNY',
      amount: '20000.00',
      amountCny: '20000.00',
      declarations: [{ declarant: GROUP, declarationNo: 'G1', amountCny: '20000.00' }],
      bopCode: '121020',
      settledAt: toTime(world.clock.now()),
    }
    const pay = (change: Partial<BorderSettlement> = {}) =>
      send(BANK, 'customs.border-settlement', [EXCHANGE], { ...payment, ...change })
    expect(expectRefused(await pay(), 'STATE_CONFLICT').body.refusal!.rule).toBe('border-trade-released')
    expectTaken(await decide('G1', 'INSPECTING'))
    expectTaken(await decide('G1', 'RELEASED'))
    expectTaken(await pay())
    expectRefused(await pay({ settlementNo: 'JS-2' }), 'BALANCE_INSUFFICIENT')
    expect(expectRefused(await decide('G1', 'CANCELLED'), 'STATE_CONFLICT').body.refusal!.rule).toBe(
      'border-trade-paid',
    )
    const reportedAt = toTime(world.clock.now())
    const report = { act: 'report', settlementNo: 'JS-1', reportNo: '4500000000000000001', reportedAt }
    expectRefused(await send(BANK, 'customs.border-settlement', [], report), 'FINDINGS')
    expectTaken(await send(BANK, 'customs.border-settlement', [EXCHANGE], report))
    expect((await facts('G1')).facts).toMatchObject({ state: 'released', settleableCny: '0.00' })
  })
})

describe('a phone', { timeout: LONG_MS }, () => {
  it('that was offline counts for the day of the purchase', async () => {
    const tradedMs = world.clock.now() - 30 * HOUR_MS
    await buy('O1', OFFLINE, '5000.00', SITE, tradedMs)
    await buy('O2', OFFLINE, '5000.00')
    const signedMs = tradedMs + HOUR_MS
    const body = declaration('O1', OFFLINE, '5000.00', SITE, { declaredAt: toTime(signedMs) })
    await taken(GROUP, 'customs.border-trade', [customs, SITE], body, [phones.get(OFFLINE)!], signedMs)
    expectTaken(await declare('O2', OFFLINE, '5000.00'))
    const [first, second] = [await facts('O1'), await facts('O2')]
    expect(first.facts['day']).not.toBe(second.facts['day'])
    for (const { facts: split } of [first, second]) expect(split).toMatchObject({ taxableCny: '0.00' })
  })

  it('of somebody else declares nothing, and one that is lost nothing more', async () => {
    await buy('L1', OFFLINE, '1.00')
    const body = declaration('L1', OFFLINE, '1.00', SITE)
    const by = (filingNo: string) => send(GROUP, 'customs.border-trade', [customs, SITE], body, [phones.get(filingNo)!])
    const foreign = expectRefused(await by(RACER), 'FINDINGS')
    expect(foreign.body.findings!.map(({ code }) => code)).toEqual(['MARKET_DEVICE_OF_OTHER'])
    const fingerprint = fingerprintOf(phones.get(OFFLINE)!.path[0]!)
    await taken(GROUP, 'customs.border-device', [], { act: 'lost', fingerprint, reason: 'LOST' })
    expect(expectRefused(await by(OFFLINE), 'STATE_CONFLICT').body.refusal!.rule).toBe('border-device-lost')
  })
})

describe('a cancellation', { timeout: LONG_MS }, () => {
  it('gives the quota and the purchase back', async () => {
    await buy('C1', THREE, '4000.00')
    expectTaken(await declare('C1', THREE, '4000.00'))
    const before = (await facts('C1')).facts['shares'][0].quotaLeftCny as string
    expectTaken(await decide('C1', 'CANCELLED'))
    expect((await facts('C1')).facts).toMatchObject({ state: 'cancelled' })
    const again = { purchases: [{ tradeNo: 'C1' }] }
    expectTaken(await declare('C2', THREE, '4000.00', SITE, again))
    expect((await facts('C2')).facts['shares'][0].quotaLeftCny).toBe(before)
  })
})
