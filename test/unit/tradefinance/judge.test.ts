// What the world says to financings: reserve, confirm, repay, expire, and what the refused bank may learn.
import { readFileSync } from 'node:fs'
import { beforeEach, describe, expect, it } from 'vitest'
import type { CustomsDeclaration, Financing } from '../../../schemas/types.d.ts'
import { customsKinds } from '../../../src/customs/index.ts'
import { decide } from '../../../src/hub/journal/decide.ts'
import type { Draft } from '../../../src/hub/journal/journal.ts'
import { nothingWanted, type Judgement, type MessageKind } from '../../../src/hub/index.ts'
import { tradefinanceKinds } from '../../../src/tradefinance/index.ts'
import { PARTIES, World, type Sent } from '../customs/fake-views.ts'

const body = <T>(path: string): T =>
  JSON.parse(readFileSync(new URL(`../../../fixtures/${path}`, import.meta.url), 'utf8')) as T
const [declarationKind, releaseKind, amendmentKind, cancellationKind] = customsKinds as MessageKind[] as [
  MessageKind,
  MessageKind,
  MessageKind,
  MessageKind,
]
const financingKind = tradefinanceKinds[0] as MessageKind<Financing>
const declaration = body<CustomsDeclaration>('customs/valid/declaration-electronics.json')
const application = body<Financing>('tradefinance/valid/financing-apply.json')
const { trader, customsCn, bankA, bankB } = PARTIES
const act = { from: customsCn, to: [trader] }
const byA = { from: bankA, to: [trader] }
const byB = { from: bankB, to: [trader] }

let world: World
const net = () => world.balance(declaration.entryId, 'USD')?.['net']
const say = (change: Partial<Financing>, sent: Sent = byA) =>
  world.say(financingKind, { ...application, ...change }, sent)
const settle = (act: 'confirm' | 'repay', amount?: string, sent: Sent = byA) =>
  world.say(
    financingKind,
    { act, applicationId: application.applicationId, ...(amount !== undefined && { amount }) } as Financing,
    sent,
  )
const financing = () => world.heads.get(world.views.key('financing', bankA, application.applicationId))?.value
const file = () => world.say(declarationKind, declaration, { from: trader, to: [customsCn] })
const release = () => world.say(releaseKind, body('customs/valid/release-electronics.json'), act)
const cancel = () => world.say(cancellationKind, body('customs/valid/cancellation.json'), act)

beforeEach(async () => {
  world = new World()
  await file()
})

/** What the hub writes when the reservation's time has come and its head has not moved. */
function expire(expiry: NonNullable<Judgement['expiry']>): void {
  const moves = expiry.moves.map(({ key, value }) => ({ key, value, version: world.heads.get(key)!.version }))
  const judgement = { ...nothingWanted(), moves, accounts: expiry.accounts }
  const decision = decide({ judgement } as unknown as Draft, { get: (key) => world.heads.get(key) })
  if (decision.result !== 'accepted') throw new Error('the expiry was not accepted')
  for (const { key, to, value } of decision.movements) world.heads.set(key, { version: to, index: 99, value })
}

describe('apply', () => {
  it('reserves on a released declaration', async () => {
    await release()
    const answer = await say({})
    expect(answer).toMatchObject({ result: 'accepted', judgement: { refers: [0] } })
    expect(net()).toBe('6400000')
    expect(financing()).toMatchObject({
      state: 'applied',
      amountMinor: '25600000',
      outstandingMinor: '25600000',
      currency: 'USD',
    })
  })

  it('beyond the balance is refused by the account head alone', async () => {
    await release()
    await say({})
    const answer = await say({ applicationId: 'B-1', amount: '64000.01' }, byB)
    const account = world.views.key('financeable', declaration.entryId, 'USD')
    expect(answer).toMatchObject({
      refusal: { code: 'BALANCE_INSUFFICIENT', rule: 'financeable-balance', key: account, version: 2 },
    })
    expect(
      JSON.stringify(answer.judgement, (_, value) => (typeof value === 'bigint' ? value.toString() : value)),
    ).not.toContain(bankA)
    expect(await say({ applicationId: 'B-1', amount: '64000.00' }, byB)).toMatchObject({ result: 'accepted' })
    expect(net()).toBe('0')
  })

  it('cannot tell of a declaration that is unknown, not released or erased', async () => {
    expect(await say({ entryId: '720820260000009999' })).toMatchObject({
      refusal: { code: 'NOT_KNOWN_HERE', version: 0 },
    })
    expect(await say({})).toMatchObject({ refusal: { code: 'NOT_KNOWN_HERE', version: 1 } })
    await release()
    world.erase(0)
    expect(await say({})).toMatchObject({ refusal: { code: 'NOT_KNOWN_HERE', version: 2 } })
  })

  it('is refused on a cancelled declaration', async () => {
    await release()
    await cancel()
    expect(await say({})).toMatchObject({
      refusal: { code: 'STATE_CONFLICT', rule: 'declaration-cancelled', version: 3 },
    })
  })

  it('judged before a cancellation is judged again, not refused for a closed account', async () => {
    await release()
    const judgement = await world.judge(financingKind, application, byA)
    await cancel()
    const decision = decide({ judgement } as unknown as Draft, { get: (key) => world.heads.get(key) })
    expect(decision).toEqual({ result: 'stale', key: world.views.key('declaration', declaration.entryId) })
  })

  it.each([
    ['FINANCED_CURRENCY_DIFFERS', { currency: 'CNY' }],
    ['BORROWER_DIFFERS', { borrowerScc: '91310000717883402X' }],
    ['RESERVATION_PAST', { reserveUntil: '2026-11-05T03:00:00.000Z' }],
  ])('%s is found', async (code, change) => {
    await release()
    expect(await say(change)).toMatchObject({ findings: [code] })
  })

  it('takes an application number once per bank', async () => {
    await release()
    await say({ amount: '1.00' })
    expect(await say({ amount: '1.00' })).toMatchObject({
      refusal: { code: 'ALREADY_CLAIMED', rule: 'financing-application' },
    })
    expect(await say({ amount: '1.00' }, byB)).toMatchObject({ result: 'accepted' })
  })

  it('is given back when nobody confirms in time', async () => {
    await release()
    const { judgement } = await say({})
    expect(judgement.expiry).toMatchObject({
      atMs: Date.parse(application.reserveUntil!),
      expects: [judgement.claims[0]!.key],
    })
    expire(judgement.expiry!)
    expect(net()).toBe('32000000')
    expect(financing()).toMatchObject({ state: 'expired', outstandingMinor: '0' })
    expect(await settle('confirm')).toMatchObject({
      refusal: { code: 'STATE_CONFLICT', rule: 'financing-state', version: 2 },
    })
  })
})

describe('confirm', () => {
  beforeEach(async () => {
    await release()
    await say({})
  })

  it('makes the reservation firm, in whole', async () => {
    expect(await settle('confirm')).toMatchObject({ result: 'accepted' })
    expect(financing()).toMatchObject({ state: 'confirmed', outstandingMinor: '25600000' })
    expect(net()).toBe('6400000')
    expect(await settle('confirm')).toMatchObject({ refusal: { code: 'STATE_CONFLICT' } })
  })

  it('or in part, and the rest is given back', async () => {
    await settle('confirm', '200000.00')
    expect(financing()).toMatchObject({ state: 'confirmed', amountMinor: '20000000', outstandingMinor: '20000000' })
    expect(net()).toBe('12000000')
  })

  it('not above what was applied for, nor in parts of a cent', async () => {
    expect(await settle('confirm', '256000.01')).toMatchObject({ findings: ['CONFIRMED_ABOVE_APPLIED'] })
    expect(await settle('confirm', '1.001')).toMatchObject({ findings: ['FINANCED_AMOUNT_DECIMALS'] })
  })

  it('not from the end of the reservation on, though nothing has expired it yet', async () => {
    world.nowMs = Date.parse(application.reserveUntil!)
    expect(await settle('confirm')).toMatchObject({
      refusal: { code: 'STATE_CONFLICT', rule: 'financing-state', version: 1 },
    })
    world.nowMs -= 1
    expect(await settle('confirm')).toMatchObject({ result: 'accepted' })
    world.nowMs += 86_400_000
    expect(await settle('repay')).toMatchObject({ result: 'accepted' })
  })

  it('not by another bank, and not after the declaration was cancelled', async () => {
    expect(await settle('confirm', undefined, byB)).toMatchObject({ refusal: { code: 'NOT_KNOWN_HERE', version: 0 } })
    expect(await cancel()).toMatchObject({ result: 'accepted', shortfalls: [{ shortfallMinor: 25600000n }] })
    expect(await settle('confirm')).toMatchObject({
      refusal: { code: 'STATE_CONFLICT', rule: 'declaration-cancelled' },
    })
  })
})

describe('repay', () => {
  beforeEach(async () => {
    await release()
    await say({})
  })

  it('gives back in parts until nothing is outstanding', async () => {
    await settle('confirm')
    expect(await settle('repay', '56000')).toMatchObject({ result: 'accepted' })
    expect(financing()).toMatchObject({ state: 'confirmed', amountMinor: '25600000', outstandingMinor: '20000000' })
    expect(net()).toBe('12000000')
    expect(await settle('repay', '200000.01')).toMatchObject({ findings: ['REPAID_ABOVE_OUTSTANDING'] })
    await settle('repay')
    expect(financing()).toMatchObject({ state: 'repaid', outstandingMinor: '0' })
    expect(net()).toBe('32000000')
    expect(await settle('repay')).toMatchObject({ refusal: { code: 'STATE_CONFLICT' } })
  })

  it('needs a confirmed financing', async () => {
    expect(await settle('repay')).toMatchObject({ refusal: { code: 'STATE_CONFLICT', version: 1 } })
  })

  it('also covers the shortfall that a cancellation or amendment left', async () => {
    await settle('confirm')
    const lower = {
      entryId: declaration.entryId,
      version: 2,
      reason: 'less',
      newTotal: { amount: '100000.00', currency: 'USD' },
      changes: [{ path: '/noteS', to: 'x' }],
    }
    expect(await world.say(amendmentKind, lower, act)).toMatchObject({
      result: 'accepted',
      shortfalls: [{ shortfallMinor: 15600000n }],
    })
    expect(await say({ applicationId: 'A-2', amount: '0.01' })).toMatchObject({
      refusal: { code: 'BALANCE_INSUFFICIENT' },
    })
    await cancel()
    expect(await settle('repay')).toMatchObject({ result: 'accepted' })
    expect(net()).toBe('0')
  })
})

it('is seen by its recipients and the principal, in full', () => {
  const message = world.message(financingKind, application, { from: bankA, to: [trader] })
  expect(financingKind.audience(message, world.views.register)).toEqual([{ party: trader, view: 'full' }])
})
