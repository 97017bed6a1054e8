// The clearance list against the three documents: all there, told, unused and in agreement, or it says what is not.
import { beforeEach, describe, expect, it } from 'vitest'
import { annualKey } from '../../../../src/customs/ecommerce/list-head.ts'
import {
  BROKER,
  CARRIER,
  CUSTOMS,
  fixture,
  OTHER_CUSTOMS,
  PAYER,
  PLATFORM,
  purchase,
  Shop,
  type Purchase,
} from './shop.ts'

let shop: Shop
beforeEach(() => {
  shop = new Shop()
})

const changed = <T extends object>(value: T, change: Partial<T>): T => ({ ...value, ...change })
const firstLine = <T extends { items: object[] }>(body: T, change: object): T => ({
  ...body,
  items: body.items.map((item, at) => (at === 0 ? { ...item, ...change } : item)),
})

describe('a list that agrees with its documents', () => {
  it.each([
    ['direct', '62050', false, 2_537_950n],
    ['bonded', '80400', false, 2_519_600n],
    ['full-tax', '888000', true, 1_712_000n],
  ] as const)('%s is taken, and its dutiable value of the year', async (name, dutiableMinor, fullTax, left) => {
    const bought = fixture(name)
    expect(await shop.file(bought)).toMatchObject({ result: 'accepted', judgement: { refers: [0, 1, 2] } })
    expect(shop.head(bought.list)).toMatchObject({
      state: 'declared',
      from: BROKER,
      customs: CUSTOMS,
      dutiableMinor,
      fullTax,
    })
    expect(shop.left(bought.list)).toBe(left)
  })

  it('of an export is taken, and nothing of any year', async () => {
    const bought = fixture('export')
    expect(await shop.file(bought)).toMatchObject({ result: 'accepted', judgement: { accounts: [] } })
    expect(shop.head(bought.list)).toMatchObject({ state: 'declared', dutiableMinor: '0' })
  })

  it('leaves no person and no number in any head', async () => {
    await shop.file(fixture('direct'))
    const values = JSON.stringify([...shop.world.heads.values()].map(({ value }) => value))
    for (const clear of ['450681199001010012', '示例订购人甲', '00000000001', 'EX-ORDER-1', 'EX-PAY-1', 'EX-WAYBILL-1'])
      expect(values).not.toContain(clear)
  })

  it('counts in the year of the day it was signed on in China, whenever it comes', async () => {
    const bought = purchase('eve', 10_000n)
    shop.world.nowMs = Date.parse('2026-12-31T15:58:00.000Z')
    bought.list.declTime = '20261231'
    const created = '2026-12-31T15:58:00.000Z'
    await shop.order(bought.order)
    await shop.payment(bought.payment)
    await shop.logistics(bought.logistics)
    shop.world.nowMs = Date.parse('2026-12-31T16:10:00.000Z')
    expect(await shop.list(bought.list, { created } as object)).toMatchObject({ result: 'accepted' })
    expect(shop.left(bought.list, '2026')).toBe(2_590_000n)
    expect(shop.left(bought.list, '2027')).toBeUndefined()
  })

  it('is of the day it was signed on', async () => {
    const bought = fixture('direct')
    bought.list.declTime = '20261106'
    expect(await shop.file(bought)).toMatchObject({ findings: ['LIST_DAY_DIFFERS'] })
  })
})

describe('documents that are missing', () => {
  const codes = (n: number) => Array<string>(n).fill('THREE_DOCUMENTS_MISSING')

  it('are named, each', async () => {
    const { list } = fixture('direct')
    const said = await shop.list(list)
    expect(said).toMatchObject({ findings: codes(3) })
    expect(said.judgement.findings.map(({ params }) => params?.['document'])).toEqual(['order', 'payment', 'logistics'])
  })

  it('are those the sender was not told of, in the same words', async () => {
    const bought = fixture('direct')
    const before = await shop.list(bought.list)
    await shop.order(bought.order, { to: [CUSTOMS] })
    await shop.payment(bought.payment, { to: [CUSTOMS] })
    await shop.logistics(bought.logistics, { to: [CUSTOMS] })
    expect((await shop.list(bought.list)).judgement.findings).toEqual(before.judgement.findings)
    for (const index of [0, 1, 2]) shop.world.erase(index)
    expect((await shop.list(bought.list)).judgement.findings).toEqual(before.judgement.findings)
  })

  it('are those that were withdrawn', async () => {
    const bought = fixture('direct')
    await shop.order(bought.order)
    await shop.payment(bought.payment)
    await shop.logistics(bought.logistics)
    await shop.payment({ ...bought.payment, appType: '3' })
    expect(await shop.list(bought.list)).toMatchObject({ findings: codes(1) })
    await shop.payment(bought.payment)
    expect(await shop.list(bought.list)).toMatchObject({ result: 'accepted' })
  })

  it('must have been told to the customs authority of the list', async () => {
    const bought = fixture('direct')
    await shop.order(bought.order)
    await shop.payment(bought.payment, { to: [BROKER] })
    await shop.logistics(bought.logistics, { to: [BROKER, OTHER_CUSTOMS] })
    const said = await shop.list(bought.list)
    expect(said.judgement.findings.map(({ code, params }) => [code, params?.['document']])).toEqual([
      ['DOCUMENT_NOT_AT_CUSTOMS', 'payment'],
      ['DOCUMENT_NOT_AT_CUSTOMS', 'logistics'],
    ])
  })

  it('cannot be compared when their content is gone: that is no "no"', async () => {
    const bought = fixture('direct')
    await shop.order(bought.order)
    await shop.payment(bought.payment)
    await shop.logistics(bought.logistics)
    shop.world.erase(1)
    expect(await shop.list(bought.list)).toMatchObject({
      refusal: { code: 'NOT_KNOWN_HERE', rule: 'ecommerce-payment-known' },
    })
  })

  it.each([[[]], [[CUSTOMS, OTHER_CUSTOMS]]])('and the list goes to one customs authority: %j', async (to) => {
    const bought = fixture('direct')
    await shop.order(bought.order, { to: [BROKER, PAYER, CUSTOMS, OTHER_CUSTOMS] })
    await shop.payment(bought.payment, { to: [BROKER, CUSTOMS, OTHER_CUSTOMS] })
    await shop.logistics(bought.logistics, { to: [BROKER, CUSTOMS, OTHER_CUSTOMS] })
    expect(await shop.list(bought.list, { to })).toMatchObject({ findings: ['DECLARING_CUSTOMS_MISSING'] })
  })
})

describe('a difference is named with field and both values', () => {
  const cases: [string, (bought: Purchase) => Purchase, object][] = [
    [
      'LIST_DIRECTION_DIFFERS',
      (b) => ({ ...b, logistics: changed(b.logistics, { orderType: 'E' }) }),
      { document: 'logistics', listed: 'I', found: 'E' },
    ],
    [
      'LIST_COMPANY_DIFFERS',
      (b) => ({ ...b, order: changed(b.order, { ebcCode: '4501960EX9' }) }),
      { field: 'ebcCode', document: 'order', listed: '4501960EX2', found: '4501960EX9' },
    ],
    [
      'LIST_COMPANY_DIFFERS',
      (b) => ({ ...b, payment: changed(b.payment, { ebpName: '示例另一平台' }) }),
      { field: 'ebpName', document: 'payment', listed: '北部湾示例跨境电商平台', found: '示例另一平台' },
    ],
    [
      'LIST_BUYER_DIFFERS',
      (b) => ({ ...b, order: changed(b.order, { buyerIdNumber: '450681199001010039' }) }),
      { document: 'order', field: 'buyerIdNumber' },
    ],
    [
      'LIST_BUYER_DIFFERS',
      (b) => ({ ...b, payment: changed(b.payment, { payerName: '示例订购人乙' }) }),
      { document: 'payment', field: 'buyerName' },
    ],
    [
      'LIST_CONSIGNEE_DIFFERS',
      (b) => ({ ...b, logistics: changed(b.logistics, { consigneeAddress: '广西南宁市示例路2号' }) }),
      { document: 'logistics', field: 'consigneeAddress' },
    ],
    [
      'LIST_CONSIGNEE_DIFFERS',
      (b) => ({ ...b, list: changed(b.list, { consigneeAddress: '广西南宁市示例路3号' }) }),
      { document: 'list', field: 'consigneeAddress' },
    ],
    [
      'LIST_GOODS_DIFFER',
      (b) => ({ ...b, list: firstLine(b.list, { gname: '椰子糖' }) }),
      { gnum: '1', field: 'gname', listed: '椰子糖', ordered: '泰国椰子粉' },
    ],
    [
      'LIST_GOODS_DIFFER',
      (b) => ({ ...b, order: firstLine(b.order, { gcode: '2106909001' }) }),
      { gnum: '1', field: 'gcode', listed: '2106909090', ordered: '2106909001' },
    ],
    [
      'LIST_GOODS_DIFFER',
      (b) => ({ ...b, list: firstLine(b.list, { qty: '3', price: '120.00' }) }),
      { gnum: '1', field: 'qty', listed: '3', ordered: '2' },
    ],
    [
      'LIST_GOODS_COUNT_DIFFERS',
      (b) => ({ ...b, list: { ...b.list, items: [b.list.items[0]!] } }),
      { listed: 1, ordered: 2 },
    ],
    [
      'LIST_VALUE_DIFFERS',
      (b) => ({ ...b, list: firstLine(b.list, { price: '170.00', totalPrice: '340.00' }) }),
      { listed: '580.50', ordered: '600.50' },
    ],
    [
      'LIST_PAYMENT_DIFFERS',
      (b) => ({ ...b, payment: changed(b.payment, { payTransactionId: 'EX-PAY-9' }) }),
      { ordered: 'EX-PAY-1', paid: 'EX-PAY-9' },
    ],
    [
      'LIST_PAID_DIFFERS',
      (b) => ({ ...b, payment: changed(b.payment, { amountPaid: '665.14' }) }),
      { ordered: '665.15', paid: '665.14' },
    ],
    [
      'LIST_ORDER_NUMBER_DIFFERS',
      (b) => ({ ...b, logistics: changed(b.logistics, { orderNo: 'EX-ORDER-9' }) }),
      { carried: 'EX-ORDER-9', listed: 'EX-ORDER-1' },
    ],
    [
      'LIST_CHARGE_DIFFERS',
      (b) => ({ ...b, logistics: changed(b.logistics, { insuredFee: '6.00' }) }),
      { field: 'insuredFee', listed: '5.00', carried: '6.00' },
    ],
    [
      'LIST_WEIGHT_DIFFERS',
      (b) => ({ ...b, logistics: changed(b.logistics, { weight: '1.25' }) }),
      { listed: '1.2', carried: '1.25' },
    ],
    [
      'LIST_PACKAGES_DIFFER',
      (b) => ({ ...b, logistics: changed(b.logistics, { packNo: '2' }) }),
      { listed: '1', carried: '2' },
    ],
  ]

  it.each(cases)('%s', async (code, change, params) => {
    const said = await shop.file(change(fixture('direct')))
    const found = said.judgement.findings
    expect(found).toContainEqual(expect.objectContaining({ code, params }))
    const text = JSON.stringify(found)
    expect(text).not.toMatch(/\{\w+\}/)
    for (const personal of ['45068119900101', '示例订购人', '示例路']) expect(text).not.toContain(personal)
  })

  it('all at once', async () => {
    const bought = fixture('direct')
    bought.payment.amountPaid = '1.00'
    bought.logistics.weight = '9'
    expect(await shop.file(bought)).toMatchObject({ findings: ['LIST_PAID_DIFFERS', 'LIST_WEIGHT_DIFFERS'] })
  })

  it('but not by how numbers and names are written', async () => {
    const bought = fixture('direct')
    bought.payment.amountPaid = '665.150'
    bought.logistics.weight = '1.20'
    bought.payment.payerName = ' 示例订购人甲'
    bought.order.ebcName = '示例海外商城（虚构）'
    expect(await shop.file(bought)).toMatchObject({ result: 'accepted' })
  })
})

describe('documents are used once', () => {
  it('by one list of their order', async () => {
    const bought = fixture('direct')
    await shop.file(bought)
    expect(await shop.list(bought.list)).toMatchObject({
      refusal: { code: 'ALREADY_CLAIMED', rule: 'ecommerce-list-order' },
    })
  })

  it('a waybill carries one order', async () => {
    await shop.file(purchase('a', 10_000n))
    const second = purchase('b', 10_000n)
    await shop.order(second.order)
    await shop.payment(second.payment)
    expect(await shop.list({ ...second.list, logisticsNo: 'EX-WAYBILL-a' })).toMatchObject({
      refusal: { code: 'ALREADY_CLAIMED', rule: 'ecommerce-logistics-used' },
    })
  })

  it('an order has one payment, and numbers are given once', async () => {
    const { order, payment, logistics } = fixture('direct')
    for (const said of [await shop.order(order), await shop.payment(payment), await shop.logistics(logistics)])
      expect(said).toMatchObject({ result: 'accepted' })
    for (const [said, rule] of [
      [await shop.order(order), 'ecommerce-order-number'],
      [await shop.payment(payment), 'ecommerce-payment-number'],
      [await shop.logistics(logistics, { from: PLATFORM }), 'ecommerce-logistics-number'],
      [await shop.payment({ ...payment, payTransactionId: 'EX-PAY-8' }), 'ecommerce-payment-order'],
    ] as const)
      expect(said).toMatchObject({ refusal: { code: 'ALREADY_CLAIMED', rule } })
  })

  it('are replaced and withdrawn by whoever filed them, while no list stands on them', async () => {
    const bought = fixture('direct')
    const wrong = { ...bought.logistics, weight: '9' }
    await shop.order(bought.order)
    await shop.payment(bought.payment)
    await shop.logistics(wrong)
    expect(await shop.list(bought.list)).toMatchObject({ findings: ['LIST_WEIGHT_DIFFERS'] })
    const right = { ...bought.logistics, appType: '2' as const }
    expect(await shop.logistics(right, { from: PAYER })).toMatchObject({
      refusal: { code: 'NOT_KNOWN_HERE', version: 0 },
    })
    expect(await shop.logistics(right)).toMatchObject({ result: 'accepted', judgement: { refers: [2] } })
    expect(await shop.list(bought.list)).toMatchObject({ result: 'accepted' })
    for (const appType of ['2', '3'] as const) {
      expect(await shop.order({ ...bought.order, appType })).toMatchObject({ refusal: { code: 'STATE_CONFLICT' } })
      expect(await shop.payment({ ...bought.payment, appType })).toMatchObject({ refusal: { code: 'STATE_CONFLICT' } })
    }
  })

  it('a payment stays with its order, and is not of the future', async () => {
    const { payment } = fixture('direct')
    await shop.payment(payment)
    expect(await shop.payment({ ...payment, appType: '2', orderNo: 'EX-ORDER-7' })).toMatchObject({
      refusal: { code: 'STATE_CONFLICT', rule: 'ecommerce-payment-order' },
    })
    expect(await shop.payment({ ...payment, payTime: '20261105110501' })).toMatchObject({
      findings: ['TIME_IN_FUTURE'],
    })
    expect(await shop.order({ ...fixture('direct').order, appType: '2' }, { from: CARRIER })).toMatchObject({
      refusal: { code: 'NOT_KNOWN_HERE', version: 0 },
    })
  })
})

describe('the limits', () => {
  it('of a year are reached to the fen and never passed', async () => {
    for (let n = 0; n < 5; n++)
      expect(await shop.file(purchase(`y${n}`, 500_000n))).toMatchObject({ result: 'accepted' })
    const { list } = purchase('last', 100_000n)
    expect(await shop.file(purchase('over', 100_001n))).toMatchObject({
      refusal: { code: 'BALANCE_INSUFFICIENT', rule: 'ecommerce-annual-limit' },
    })
    expect(await shop.file(purchase('last', 100_000n))).toMatchObject({ result: 'accepted' })
    expect(shop.left(list)).toBe(0n)
    expect(await shop.file(purchase('other', 500_000n, '450681199001010039'))).toMatchObject({ result: 'accepted' })
  })

  it('begin anew with the year', async () => {
    await shop.file(purchase('old', 2_600_000n))
    shop.world.nowMs = Date.parse('2026-12-31T16:00:00.000Z')
    const bought = purchase('new', 100n)
    bought.list.declTime = '20270101'
    expect(await shop.file(bought)).toMatchObject({ result: 'accepted' })
    expect(shop.left(bought.list)).toBe(2_599_900n)
  })

  it('are those of one person, whatever the type of the document says', async () => {
    const bought = purchase('card', 2_600_000n)
    expect(await shop.file(bought)).toMatchObject({ result: 'accepted' })
    const other = purchase('other', 100n, '450681199001010039').list
    expect(annualKey(shop.world.views, { ...bought.list, buyerIdType: '2' }, '2026')).toBe(
      annualKey(shop.world.views, bought.list, '2026'),
    )
    expect(annualKey(shop.world.views, other, '2026')).not.toBe(annualKey(shop.world.views, bought.list, '2026'))
  })
})
