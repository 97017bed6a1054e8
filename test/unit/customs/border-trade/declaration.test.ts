// Who may declare what: devices, groups, entrustments, and purchases of others, which do not exist for the declarant.
import { beforeEach, describe, expect, it } from 'vitest'
import type { BorderTrade } from '../../../../schemas/types.d.ts'
import { entrustmentKey, groupKey, valueOf } from '../../../../src/customs/border/people-heads.ts'
import { purchaseKey } from '../../../../src/customs/border/trade/trade-heads.ts'
import {
  BATCH_NO,
  goods,
  GROUP_NO,
  Market,
  ONE,
  phoneOf,
  purchase,
  THREE,
  trade,
  tradeKind,
  TWO,
  WHO,
  type MarketSent,
} from './market.ts'

let market: Market
beforeEach(async () => {
  market = new Market()
  await market.buy(purchase('A', '100.00', { vehiclePlate: 'plate-1' }))
  await market.buy(purchase('B', '50.00', { filingNo: TWO }))
})
const declare = (change: Partial<BorderTrade> = {}, sent: Partial<MarketSent> = {}) =>
  market.declare(trade('D', ['A'], '100.00', change), sent)
const shares = [
  { filingNo: ONE, amountCny: '90.00' },
  { filingNo: TWO, amountCny: '10.00' },
]
const group = { groupNo: GROUP_NO, shares }
const NOT_KNOWN = { code: 'NOT_KNOWN_HERE' }

describe('a declaration', () => {
  it('is of a purchase and of the people it is made by', async () => {
    const { judgement } = (await declare()) as { judgement: { refers: number[]; expects: unknown[] } }
    const bought = market.heads.get(purchaseKey(market.views, WHO.site, 'A'))!
    expect(bought.value).toMatchObject({ state: 'declared' })
    expect(judgement.refers).toEqual([bought.value['index']])
    expect(market.trade('D')).toMatchObject({
      state: 'declared',
      day: '20261105',
      customs: WHO.customs,
      site: WHO.site,
      from: WHO.group,
      totalMinor: 10000n,
      declaration: market.entries.length - 1,
    })
    expect(JSON.stringify(market.heads.get(market.trade('D').key)!.value)).not.toContain(ONE)
  })

  it('is filed once, and a purchase is in one declaration only', async () => {
    await declare()
    expect(await market.declare(trade('E', ['A'], '100.00'))).toMatchObject({
      refusal: { code: 'ALREADY_CLAIMED', rule: 'border-purchase-declared' },
    })
    await market.buy(purchase('C', '100.00'))
    expect(await market.declare(trade('D', ['C'], '100.00'))).toMatchObject({
      refusal: { code: 'ALREADY_CLAIMED', rule: 'border-declaration-no' },
    })
  })

  it.each<[string, Partial<BorderTrade>, Partial<MarketSent>]>([
    ['DECLARING_CUSTOMS_MISSING', {}, { to: [WHO.site] }],
    ['DECLARING_CUSTOMS_MISSING', {}, { to: [WHO.site, WHO.customsVn] }],
    ['DECLARING_CUSTOMS_MISSING', {}, { to: [WHO.site, WHO.customs, WHO.otherCustoms] }],
    ['MARKET_SITE_NOT_ADDRESSED', {}, { to: [WHO.customs] }],
    ['MARKET_PURCHASES_DIFFER', { totalCny: '100.01' }, {}],
    ['MARKET_DECLARED_BEFORE_TRADE', { declaredAt: '2026-11-05T01:54:59.999Z' }, {}],
    ['TIME_IN_FUTURE', { declaredAt: '2026-11-05T03:05:00.001Z' }, {}],
    ['MARKET_OFFICE_DIFFERS', { customsOffice: '7201' }, {}],
    ['MARKET_VEHICLE_DIFFERS', { vehiclePlate: 'plate-2' }, {}],
    ['MARKET_DEVICE_OF_OTHER', {}, { device: phoneOf(TWO) }],
  ])('%s is found', async (code, change, sent) => {
    expect(await declare(change, sent)).toMatchObject({ findings: [code] })
  })

  it('is of purchases of one day', async () => {
    market.nowMs = Date.parse('2026-11-05T17:00:00.000Z')
    await market.buy(purchase('N', '1.00', { tradedAt: '2026-11-05T16:00:00.000Z' }))
    const body = trade('D', ['A', 'N'], '101.00', { declaredAt: '2026-11-05T16:30:00.000Z' })
    expect(await market.declare(body)).toMatchObject({ findings: ['MARKET_DAYS_MIXED'] })
  })

  it.each<[string, string, Partial<ReturnType<typeof goods>>]>([
    ['amountCny', '/items/0/amountCny', { amountCny: '99.99' }],
    ['netKg', '/items/0/netKg', { netKg: '0.999' }],
  ])('is of the goods that were bought, to the fen and the gram: %s', async (field, path, change) => {
    const body = trade('D', ['A'], '100.00', { items: [goods('100.00', change)] })
    const { judgement } = (await market.declare(body)) as { judgement: { findings: object[] } }
    const params = { hs: '08011910', limitType: 'VALUE', field }
    expect(judgement.findings).toMatchObject([{ code: 'MARKET_GOODS_DIFFER', path, params }])
  })

  it.each<Partial<ReturnType<typeof goods>>>([{ hs: '08135000' }, { hs: '0801191000' }, { limitType: 'NOT_EXEMPT' }])(
    'names what was not bought and what is not declared: %j',
    async (change) => {
      const body = trade('D', ['A'], '100.00', { items: [goods('100.00', change)] })
      const { judgement } = (await market.declare(body)) as {
        judgement: { findings: { path: string; params: object }[] }
      }
      expect(judgement.findings.map(({ path }) => path)).toEqual([
        '/items/0/amountCny',
        '/items/0/netKg',
        '/items',
        '/items',
      ])
      expect(judgement.findings[0]!.params).toMatchObject({ ...change, declared: '100.00', bought: '0.00' })
      expect(judgement.findings[3]!.params).toMatchObject({ field: 'netKg', declared: '0.000', bought: '1.000' })
    },
  )

  it('may list goods otherwise than the purchases do, as long as each line has the same sum', async () => {
    await market.buy(purchase('C', '30.00'))
    const items = [goods('60.00', { netKg: '0.5' }), goods('70.00', { seq: '2', netKg: '1.5' })]
    expect(await market.declare(trade('D', ['A', 'C'], '130.00', { items }))).toMatchObject({ result: 'accepted' })
  })

  it('cannot tell of goods when what the site stated is gone', async () => {
    const bought = market.heads.get(purchaseKey(market.views, WHO.site, 'A'))!
    market.erase(bought.index)
    expect(await declare()).toMatchObject({
      refusal: { ...NOT_KNOWN, rule: 'border-purchase-content', version: bought.version },
    })
  })

  it('has a number of the party that declares: nobody takes it before, or learns of it', async () => {
    const first = await declare()
    expect(first).toMatchObject({ result: 'accepted' })
    market.phone(ONE, 'phone of the other', { party: WHO.otherGroup })
    await market.buy(purchase('C', '1.00'), { to: [WHO.otherGroup] })
    const other = trade('D', ['C'], '1.00')
    expect(await market.declare(other, { from: WHO.otherGroup, device: 'phone of the other' })).toMatchObject({
      result: 'accepted',
    })
    expect(market.trade('D').totalMinor).toBe(10000n)
  })

  it('is of a resident in force on the day', async () => {
    market.resident(ONE, { validUntil: '20261104' })
    expect(await declare()).toMatchObject({ findings: ['MARKET_RESIDENT_NOT_ACTIVE'] })
  })

  it('is of own purchases', async () => {
    const body = trade('D', ['B'], '50.00')
    expect(await market.declare(body)).toMatchObject({ findings: ['MARKET_PURCHASE_OF_OTHER'] })
  })

  it('tells a purchase it was not told of from none by nothing, and is judged anew once it is told', async () => {
    await market.buy(purchase('C', '100.00'), { to: [] })
    for (const tradeNo of ['C', 'Z'])
      expect(await declare({ purchases: [{ tradeNo }] })).toMatchObject({
        refusal: { ...NOT_KNOWN, rule: 'border-purchase-known', version: 0 },
      })
    const { refusal } = (await declare({ purchases: [{ tradeNo: 'Z' }] })) as { refusal: { key: string } }
    await market.buy(purchase('Z', '100.00'))
    expect(market.heads.get(refusal.key)?.version).toBe(1)
    expect(await declare({ purchases: [{ tradeNo: 'Z' }] })).toMatchObject({ result: 'accepted' })
  })
})

describe('what a declaration relies on', () => {
  it('is expected as it was seen: phone, residents, group, entrustment', async () => {
    const body = trade('D', ['A'], '100.00', { ...group, batchNo: BATCH_NO })
    const sent = { from: WHO.group, to: [WHO.customs, WHO.site], device: phoneOf(ONE) }
    const { expects } = await market.judged(tradeKind, body, sent)
    const labels = expects.map(({ key, version }) => `${key.split(':')[0]} ${version}`)
    expect(labels.sort()).toEqual([
      'border-device 1',
      'border-entrustment 1',
      'border-group 1',
      'border-quota 0',
      'border-quota 0',
      'border-resident 1',
      'border-resident 1',
    ])
  })
})

describe('a device', () => {
  it('that is lost signs nothing any more, and the one enrolled after it does', async () => {
    market.phone(ONE, phoneOf(ONE), { state: 'lost' })
    expect(await declare()).toMatchObject({ refusal: { code: 'STATE_CONFLICT', rule: 'border-device-lost' } })
    market.phone(ONE, 'new phone')
    expect(await declare({}, { device: 'new phone' })).toMatchObject({ result: 'accepted' })
  })

  it('that is not enrolled cannot be told from one whose enrolment is on its way', async () => {
    expect(await declare({}, { device: 'stranger' })).toMatchObject({
      refusal: { ...NOT_KNOWN, rule: 'border-device-known', version: 0 },
    })
  })
})

describe('a group', () => {
  it('declares by the device of any member, what any member bought', async () => {
    const body = trade('G', ['A', 'B'], '150.00', {
      ...group,
      filingNo: THREE,
      shares: [...shares, { filingNo: THREE, amountCny: '50.00' }],
    })
    expect(await market.declare(body)).toMatchObject({ result: 'accepted' })
    expect(market.trade('G')).toMatchObject({ group: groupKey(market.views, GROUP_NO) })
  })

  it('has shares of its members only, and says nothing else of others', async () => {
    market.group([ONE, THREE])
    for (const filingNo of [TWO, 'BM-NONE'])
      expect(await declare({ ...group, shares: [shares[0]!, { filingNo, amountCny: '10.00' }] })).toMatchObject({
        findings: ['MARKET_NOT_A_MEMBER'],
      })
    expect(await declare({ ...group, filingNo: TWO })).toMatchObject({
      findings: ['MARKET_NOT_A_MEMBER', 'MARKET_NOT_A_MEMBER'],
    })
  })

  it.each([{ state: 'dissolved' }, { validUntil: '20261104' }])('is in force on the day: %j', async (change) => {
    market.group([ONE, TWO], change)
    expect(await declare(group)).toMatchObject({ findings: ['MARKET_GROUP_NOT_ACTIVE'] })
  })

  it('of another party is not for this one, and of one it was not told of it learns nothing', async () => {
    expect(await declare({ ...group, groupNo: 'HZ-NONE' })).toMatchObject({
      refusal: { ...NOT_KNOWN, rule: 'border-group-known', version: 0 },
    })
    market.group([ONE, TWO], { party: WHO.otherGroup })
    expect(await declare(group)).toMatchObject({ findings: ['MARKET_GROUP_OF_OTHER'] })
  })
})

describe('landed processing', () => {
  const entrusted = (change: object) =>
    market.put(entrustmentKey(market.views, BATCH_NO), {
      ...valueOf<'entrustment'>({
        state: 'active',
        group: groupKey(market.views, GROUP_NO),
        enterpriseScc: '',
        headCount: 2,
        validFrom: '20261101',
        validUntil: '20261130',
      }),
      ...change,
    })
  const batch = { ...group, batchNo: BATCH_NO }

  it('is declared under an entrustment of the group for the day', async () => {
    entrusted({ validFrom: '20261105', validUntil: '20261105' })
    expect(await declare(batch)).toMatchObject({ result: 'accepted' })
  })

  it.each([
    ['MARKET_ENTRUSTMENT_NOT_IN_FORCE', { validFrom: '20261106' }],
    ['MARKET_ENTRUSTMENT_NOT_IN_FORCE', { validUntil: '20261104' }],
    ['MARKET_ENTRUSTMENT_NOT_IN_FORCE', { state: 'ended' }],
    ['MARKET_HEAD_COUNT', { headCount: 1 }],
  ])('%s is found: %j', async (code, change) => {
    entrusted(change)
    expect(await declare(batch)).toMatchObject({ findings: [code] })
  })

  it('is not declared under the entrustment of another group, or of none it was told of', async () => {
    entrusted({ group: groupKey(market.views, 'HZ-OTHER') })
    expect(await declare(batch)).toMatchObject({ findings: ['MARKET_ENTRUSTMENT_OF_OTHER'] })
    expect(await declare({ ...batch, batchNo: 'LD-NONE' })).toMatchObject({
      refusal: { ...NOT_KNOWN, rule: 'border-entrustment-known', version: 0 },
    })
  })
})
