// What the world says to payments against goods and to freight bills: reserve, pay, return, expire, and what a refused bank may learn.
import { beforeEach, describe, expect, it } from 'vitest'
import type { GoodsPayment } from '../../../../schemas/types.d.ts'
import { paymentKinds } from '../../../../src/customs/payment/index.ts'
import { PARTIES } from '../fake-views.ts'
import { testFixtures } from './area-fixtures.ts'
import { bill, CARRIER, goodsPaymentKind, IMPORT, OTHER_IMPORT, PaymentWorld, reserve, SCC } from './payment-world.ts'

const { trader, bankA, bankB, customsCn } = PARTIES
const byB = { from: bankB, to: [trader] }
const { paymentId } = reserve

let world: PaymentWorld
beforeEach(() => {
  world = new PaymentWorld()
})

/** Said to whoever does not name the payer, the same whether the document is there or not. */
const UNTOLD = {
  code: 'NOT_KNOWN_HERE',
  rule: 'declaration-released',
  key: expect.stringMatching(/^told:/) as string,
  version: 0,
}

describe('fixtures', () => testFixtures(paymentKinds))

describe('customs.freight-bill', () => {
  it('opens what can be paid, and moves its case', async () => {
    expect(await world.issue()).toMatchObject({ result: 'accepted' })
    expect(world.freight()).toBe('125040')
    expect(world.heads.get(world.views.key('case', bill.ucr!))?.value).toEqual({ entries: 1 })
  })

  it('claims its number once with each carrier', async () => {
    await world.issue()
    expect(await world.issue({ total: '1.00', charges: [{ code: 'FREIGHT', amount: '1.00' }] })).toMatchObject({
      refusal: { code: 'ALREADY_CLAIMED', rule: 'freight-bill-number' },
    })
    expect(await world.issue({}, 'urn:hub:cn:carrier:another')).toMatchObject({ result: 'accepted' })
  })

  it('is one bill however its number is written', async () => {
    await world.issue({ billNo: 'FB-X' })
    expect(await world.issue({ billNo: 'FB-x' })).toMatchObject({
      refusal: { code: 'ALREADY_CLAIMED', rule: 'freight-bill-number' },
    })
    const freightBills = [{ ...reserve.freightBills![0]!, billNo: 'fb-x' }]
    expect(await world.pay({ ...reserve, declarations: undefined, freightBills } as never)).toMatchObject({
      result: 'accepted',
    })
    expect(await world.pay({ act: 'pay', paymentId, freightBills })).toMatchObject({ result: 'accepted' })
    expect(await world.withdraw('fB-X')).toMatchObject({ result: 'accepted' })
    const twice = { ...reserve, freightBills: [...freightBills, { ...freightBills[0]!, billNo: 'FB-X' }] }
    expect(goodsPaymentKind.check(twice).map(({ code }) => code)).toEqual(['PAID_DOCUMENT_REPEATED'])
  })

  it('keeps no credit code and no name in its head', async () => {
    await world.issue()
    const value = world.heads.get(world.views.key('freight-bill', CARRIER, bill.billNo))!.value
    // The fake world's keys are the parts in hex; the hub's are keyed hashes.
    expect(JSON.stringify(value)).not.toContain(SCC)
  })

  it('is withdrawn by its carrier alone and once; what was paid stands as shortfall, nothing more is paid', async () => {
    await world.issue()
    await world.pay({ ...reserve, declarations: undefined } as never)
    expect(await world.withdraw(bill.billNo, 'urn:hub:cn:carrier:another')).toMatchObject({
      refusal: { code: 'NOT_KNOWN_HERE', version: 0 },
    })
    expect(await world.withdraw()).toMatchObject({ result: 'accepted', shortfalls: [{ shortfallMinor: 125_040n }] })
    expect(await world.withdraw()).toMatchObject({
      refusal: { code: 'STATE_CONFLICT', rule: 'freight-bill-withdrawn' },
    })
    expect(await world.pay({ ...reserve, paymentId: 'next', declarations: undefined } as never)).toMatchObject({
      refusal: { rule: 'freight-bill-withdrawn' },
    })
    expect(await world.pay({ act: 'pay', paymentId })).toMatchObject({ refusal: { rule: 'paid-document-stands' } })
  })
})

describe('reserve', () => {
  beforeEach(async () => {
    world.release()
    await world.issue()
  })

  it('takes from declaration and bill in one act', async () => {
    const answer = await world.pay(reserve)
    expect(answer).toMatchObject({ result: 'accepted', judgement: { refers: [0, 1] } })
    expect([world.payable(), world.freight()]).toEqual(['27000000', '0'])
    expect(world.payment(paymentId)).toMatchObject({ state: 'reserved', currency: 'USD' })
  })

  it('is all or nothing: one balance short refuses the whole', async () => {
    const freightBills = [{ ...reserve.freightBills![0]!, amount: '1250.41' }]
    expect(await world.pay({ ...reserve, freightBills })).toMatchObject({
      refusal: {
        code: 'BALANCE_INSUFFICIENT',
        rule: 'payable-balance',
        key: world.views.key('freight', CARRIER, bill.billNo, 'USD'),
      },
    })
    expect([world.payable(), world.freight()]).toEqual(['32000000', '125040'])
  })

  it('refuses a second bank what the first has taken, and names nobody', async () => {
    await world.pay({ ...reserve, declarations: [{ entryId: IMPORT, amount: '320000.00' }] })
    const answer = await world.pay(
      {
        ...reserve,
        paymentId: 'OTHER',
        declarations: [{ entryId: IMPORT, amount: '0.01' }],
        freightBills: undefined,
      } as never,
      byB,
    )
    expect(answer).toMatchObject({ refusal: { code: 'BALANCE_INSUFFICIENT', rule: 'payable-balance' } })
    expect(JSON.stringify('refusal' in answer ? answer.refusal : '')).not.toContain('example-a')
  })

  it('belongs to the bank: the same number at another bank is another payment', async () => {
    await world.pay({
      ...reserve,
      declarations: [{ entryId: IMPORT, amount: '1.00' }],
      freightBills: undefined,
    } as never)
    expect(
      await world.pay(
        { ...reserve, declarations: [{ entryId: IMPORT, amount: '1.00' }], freightBills: undefined } as never,
        byB,
      ),
    ).toMatchObject({ result: 'accepted' })
    expect(
      await world.pay({
        ...reserve,
        declarations: [{ entryId: IMPORT, amount: '1.00' }],
        freightBills: undefined,
      } as never),
    ).toMatchObject({ refusal: { code: 'ALREADY_CLAIMED', rule: 'goods-payment-number' } })
  })

  it('cannot tell of a declaration that was never filed, has another consignee, is not released, or is erased', async () => {
    const one = (change: Partial<GoodsPayment>) =>
      world.pay({ ...reserve, freightBills: undefined, ...change } as never)
    const never = await one({ declarations: [{ entryId: OTHER_IMPORT, amount: '1.00' }] })
    const other = await one({ payerScc: '91310000717883402X' })
    world.state(IMPORT, 'inspecting')
    const held = await one({})
    world.state(IMPORT, 'released')
    world.erase(0)
    const erased = await one({})
    for (const answer of [never, other, held, erased])
      expect(answer).toMatchObject({ refusal: { code: 'NOT_KNOWN_HERE', rule: 'declaration-released' } })
    for (const answer of [never, other]) expect(answer).toMatchObject({ refusal: UNTOLD })
    for (const answer of [never, other]) expect(answer).not.toHaveProperty('refusal.movedAt')
  })

  it('cannot tell of a bill that somebody else owes', async () => {
    await world.issue()
    const freightBills = [{ ...reserve.freightBills![0]!, billNo: 'NEVER-ISSUED' }]
    for (const change of [{ payerScc: '91310000717883402X' }, { freightBills }]) {
      const answer = await world.pay({ ...reserve, declarations: undefined, ...change } as never)
      expect(answer).toMatchObject({ refusal: { ...UNTOLD, rule: 'freight-bill-issued' } })
      expect(answer).not.toHaveProperty('refusal.movedAt')
    }
  })

  it('is refused on a cancelled declaration to whoever knows its consignee, and to others not even that', async () => {
    world.state(IMPORT, 'cancelled')
    expect(await world.pay(reserve)).toMatchObject({
      refusal: { code: 'STATE_CONFLICT', rule: 'declaration-cancelled' },
    })
    expect(await world.pay({ ...reserve, payerScc: '91310000717883402X' })).toMatchObject({
      refusal: UNTOLD,
    })
  })

  it('finds everything at once', async () => {
    world.release('720820260000000203', { ieFlag: 'E' })
    const declarations = [
      { entryId: IMPORT, amount: '1.00' },
      { entryId: '720820260000000203', amount: '1.00' },
    ]
    expect(
      await world.pay({ ...reserve, currency: 'CNY', declarations, reserveUntil: '2026-11-05T03:00:00.000Z' }),
    ).toMatchObject({
      findings: ['PAID_RESERVATION_PAST', 'PAID_CURRENCY_DIFFERS', 'PAID_NOT_AN_IMPORT', 'PAID_CURRENCY_DIFFERS'],
    })
  })

  it('expires by an entry, unless it was paid first', async () => {
    const { judgement } = await world.pay(reserve)
    expect(judgement.expiry?.atMs).toBe(Date.parse(reserve.reserveUntil!))
    expect(world.expire(judgement, 1)).toBe(true)
    expect([world.payable(), world.freight()]).toEqual(['32000000', '125040'])
    expect(await world.pay({ act: 'pay', paymentId })).toMatchObject({
      refusal: { code: 'STATE_CONFLICT', rule: 'goods-payment-state' },
    })
    const second = await world.pay({ ...reserve, paymentId: 'second' })
    await world.pay({ act: 'pay', paymentId: 'second' })
    expect(world.expire(second.judgement, 1)).toBe(false)
    expect(world.payable()).toBe('27000000')
  })
})

describe('pay and reverse', () => {
  beforeEach(async () => {
    world.release()
    await world.issue()
    await world.pay(reserve)
  })

  it('pays all of it when nothing else is said', async () => {
    expect(await world.pay({ act: 'pay', paymentId })).toMatchObject({ result: 'accepted' })
    expect([world.payable(), world.freight(), world.payment(paymentId)?.['state']]).toEqual(['27000000', '0', 'paid'])
  })

  it('is refused from the end of the reservation on, though nothing has expired it yet', async () => {
    world.nowMs = Date.parse(reserve.reserveUntil!)
    const late = { refusal: { code: 'STATE_CONFLICT', rule: 'goods-payment-state', version: 1 } }
    expect(await world.pay({ act: 'pay', paymentId })).toMatchObject(late)
    world.nowMs += 86_400_000
    expect(await world.pay({ act: 'pay', paymentId })).toMatchObject(late)
    world.nowMs = Date.parse(reserve.reserveUntil!) - 1
    expect(await world.pay({ act: 'pay', paymentId })).toMatchObject({ result: 'accepted' })
    // What was paid in time is returned at any time.
    world.nowMs += 86_400_000
    expect(await world.pay({ act: 'reverse', paymentId })).toMatchObject({ result: 'accepted' })
  })

  it('gives back what is not paid', async () => {
    await world.pay({ act: 'pay', paymentId, declarations: [{ entryId: IMPORT, amount: '20000.00' }] })
    expect([world.payable(), world.freight()]).toEqual(['30000000', '125040'])
  })

  it.each([
    ['PAID_ABOVE_RESERVED', [{ entryId: IMPORT, amount: '50000.01' }]],
    ['PAID_NOT_RESERVED', [{ entryId: OTHER_IMPORT, amount: '1.00' }]],
    ['PAID_AMOUNT_DECIMALS', [{ entryId: IMPORT, amount: '1.001' }]],
  ])('%s is found', async (code, declarations) => {
    expect(await world.pay({ act: 'pay', paymentId, declarations })).toMatchObject({ findings: [code] })
  })

  it.each(['cancelled', 'seized'] as const)('is refused when the declaration was %s meanwhile', async (state) => {
    world.state(IMPORT, state)
    expect(await world.pay({ act: 'pay', paymentId })).toMatchObject({
      refusal: { code: 'STATE_CONFLICT', rule: 'paid-document-stands' },
    })
  })

  it('is nobody else’s to pay or to return', async () => {
    expect(await world.pay({ act: 'pay', paymentId }, byB)).toMatchObject({
      refusal: { code: 'NOT_KNOWN_HERE', rule: 'goods-payment-known', version: 0 },
    })
  })

  it('lets one transfer pay once', async () => {
    const uetr = '8a562c67-ca16-48ba-b074-65581be6f001'
    await world.pay({ act: 'pay', paymentId, uetr })
    await world.pay({ ...reserve, paymentId: 'two', freightBills: undefined } as never)
    expect(await world.pay({ act: 'pay', paymentId: 'two', uetr })).toMatchObject({
      refusal: { code: 'ALREADY_CLAIMED', rule: 'goods-transfer-once' },
    })
  })

  it('returns in parts, and what came back can be paid through another bank', async () => {
    await world.pay({ act: 'pay', paymentId })
    const declarations = [{ entryId: IMPORT, amount: '10000.00' }]
    expect(await world.pay({ act: 'reverse', paymentId, declarations })).toMatchObject({ result: 'accepted' })
    expect([world.payable(), world.payment(paymentId)?.['state']]).toEqual(['28000000', 'paid'])
    expect(
      await world.pay({ act: 'reverse', paymentId, declarations: [{ entryId: IMPORT, amount: '40000.01' }] }),
    ).toMatchObject({ findings: ['RETURNED_ABOVE_PAID'] })
    await world.pay({ act: 'reverse', paymentId })
    expect([world.payable(), world.freight(), world.payment(paymentId)?.['state']]).toEqual([
      '32000000',
      '125040',
      'returned',
    ])
    expect(await world.pay({ act: 'reverse', paymentId })).toMatchObject({ refusal: { rule: 'goods-payment-state' } })
    expect(await world.pay({ ...reserve, paymentId: 'B-1' }, byB)).toMatchObject({ result: 'accepted' })
  })

  it('is shown to those it is addressed to, and to its regulators without amounts and names', () => {
    const { audience, views } = paymentKinds[0]!
    const message = world.message(paymentKinds[0]!, reserve, { from: bankA, to: [trader, customsCn] })
    expect(audience(message, world.views.register).map(({ party }) => party)).toEqual([trader, customsCn])
    expect(views).toEqual({ supervision: ['public', 'trade'], 'supervision-abroad': ['public'] })
  })
})
