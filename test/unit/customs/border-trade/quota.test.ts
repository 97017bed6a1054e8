// The quota of a day: its boundaries in money and in time, over sites and groups, and what it never refuses.
import { beforeEach, describe, expect, it } from 'vitest'
import { shanghaiDay } from '../../../../src/customs/shanghai-day.ts'
import { personKey } from '../../../../src/customs/border/people-heads.ts'
import { quantityKey, quotaKey } from '../../../../src/customs/border/trade/trade-heads.ts'
import {
  boughtAs,
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
} from './market.ts'

let market: Market
beforeEach(() => {
  market = new Market()
})

/** Buys and declares; gives what is free and what is taxable, in fen. */
async function declared(no: string, amount: string, change: Parameters<typeof trade>[3] = {}, bought = {}) {
  const site = change?.site ?? WHO.site
  const filingNo = change?.filingNo ?? ONE
  const items = change?.items && { items: change.items.map(boughtAs) }
  const stated = purchase(no, amount, { filingNo, ...items, ...bought })
  expect(await market.buy(stated, { from: site })).toMatchObject({ result: 'accepted' })
  expect(await market.declare(trade(no, [no], amount, change))).toMatchObject({ result: 'accepted' })
  const { dutyFreeMinor, taxableMinor } = market.trade(no)
  return [Number(dutyFreeMinor), Number(taxableMinor)]
}

describe('8000.00 a day', () => {
  it.each([
    ['7999.99', [799999, 0], 1n],
    ['8000.00', [800000, 0], 0n],
    ['8000.01', [800000, 1], 0n],
    ['0.01', [1, 0], 799999n],
    ['99999.99', [800000, 9199999], 0n],
  ])('%s is split into %j', async (amount, split, left) => {
    expect(await declared('A', amount)).toEqual(split)
    expect(market.quota(ONE)).toBe(left)
  })

  it('two at 4000.01 are 0.02 above it', async () => {
    expect(await declared('A', '4000.01')).toEqual([400001, 0])
    expect(await declared('B', '4000.01')).toEqual([399999, 2])
    expect(await declared('C', '5.00')).toEqual([0, 500])
    expect(market.quota(ONE)).toBe(0n)
  })

  it('is one for all sites and of each person', async () => {
    expect(await declared('A', '7000.00')).toEqual([700000, 0])
    expect(await declared('B', '7000.00', { site: WHO.otherSite })).toEqual([100000, 600000])
    expect(await declared('C', '7000.00', { filingNo: TWO })).toEqual([700000, 0])
  })

  it('follows the person, not the filing', async () => {
    await declared('A', '7000.00')
    market.resident('BM-NEW', { person: personKey(market.views, `id of ${ONE}`) })
    expect(await declared('B', '7000.00', { filingNo: 'BM-NEW' })).toEqual([100000, 600000])
  })

  it('is judged again if a declaration came between', async () => {
    await market.buy(purchase('A', '5000.00'))
    await market.buy(purchase('B', '5000.00'))
    const late = trade('B', ['B'], '5000.00')
    const sent = { from: WHO.group, to: [WHO.customs, WHO.site], device: phoneOf(ONE) }
    const judged = await market.judged(tradeKind, late, sent)
    const key = quotaKey(market.views, personKey(market.views, `id of ${ONE}`), '20261105')
    expect(judged.expects).toContainEqual({ key, version: 0 })
    await market.declare(trade('A', ['A'], '5000.00'))
    const again = await market.judged(tradeKind, late, sent)
    expect(again.expects).toContainEqual({ key, version: 1 })
    expect(again.accounts).toContainEqual({ act: 'debit', key, amountMinor: 300000n, rule: 'border-quota' })
  })
})

describe('the day', () => {
  it.each([
    ['2026-11-05T15:59:59.999Z', '20261105'],
    ['2026-11-05T16:00:00.000Z', '20261106'],
    ['2026-11-05T23:59:59.999Z', '20261106'],
    ['2026-11-06T00:00:00.000Z', '20261106'],
    ['2026-12-31T16:00:00.000Z', '20270101'],
    ['2028-02-28T16:00:00.000Z', '20280229'],
  ])('%s is in %s', (time, day) => {
    expect(shanghaiDay(Date.parse(time))).toBe(day)
  })

  it('begins at midnight in Shanghai, which is 16:00 UTC: 23:59:59.999 and 00:00:00.000 are of two quotas', async () => {
    market.nowMs = Date.parse('2026-11-05T16:10:00.000Z')
    const after = { declaredAt: '2026-11-05T16:05:00.000Z' }
    expect(await declared('A', '8000.00', after, { tradedAt: '2026-11-05T15:59:59.999Z' })).toEqual([800000, 0])
    expect(await declared('B', '8000.00', after, { tradedAt: '2026-11-05T16:00:00.000Z' })).toEqual([800000, 0])
    expect(market.quota(ONE, '20261105')).toBe(0n)
    expect(market.quota(ONE, '20261106')).toBe(0n)
  })

  it('is that of the purchases: signed at 23:58 and sent at 00:10 counts for the day before', async () => {
    market.nowMs = Date.parse('2026-11-05T16:10:00.000Z')
    const signed = { declaredAt: '2026-11-05T15:58:00.000Z' }
    expect(await declared('A', '3000.00', signed, { tradedAt: '2026-11-05T15:50:00.000Z' })).toEqual([300000, 0])
    expect(market.trade('A').day).toBe('20261105')
    expect(market.quota(ONE, '20261106')).toBeUndefined()
  })

  it('is that of the purchases two days later too', async () => {
    market.nowMs = Date.parse('2026-11-07T03:00:00.000Z')
    const late = { declaredAt: '2026-11-07T02:59:00.000Z' }
    expect(await declared('A', '3000.00', late, { tradedAt: '2026-11-05T03:00:00.000Z' })).toEqual([300000, 0])
    expect(market.quota(ONE, '20261105')).toBe(500000n)
  })
})

describe('limits of goods', () => {
  const rice = (netKg: string, amountCny: string) => goods(amountCny, { hs: '10063020', limitType: 'QUANTITY', netKg })
  const grams = (heading: string) =>
    market.net(quantityKey(market.views, personKey(market.views, `id of ${ONE}`), '20261105', heading))

  it('goods that are not exempt use no quota and are taxable, and race with nobody', async () => {
    expect(await declared('A', '500.00', { items: [goods('500.00', { limitType: 'NOT_EXEMPT' })] })).toEqual([0, 50000])
    expect(market.quota(ONE)).toBeUndefined()
  })

  it('goods limited by quantity are free up to it, and within the value', async () => {
    expect(await declared('A', '240.00', { items: [rice('60', '240.00')] })).toEqual([20000, 4000])
    expect(grams('1006')).toBe(0n)
    expect(market.quota(ONE)).toBe(780000n)
    expect(await declared('B', '40.00', { items: [rice('10', '40.00')] })).toEqual([0, 4000])
    expect(market.trade('B').shares[0]!.grams).toEqual({})
  })

  it('the part that is free is rounded half up', async () => {
    await declared('A', '40.00', { items: [rice('49.999', '40.00')] })
    expect(await declared('B', '0.05', { items: [rice('0.002', '0.05')] })).toEqual([3, 2])
  })

  it('quantity within its limit does not lift the limit of the value', async () => {
    await declared('A', '7990.00')
    expect(await declared('B', '100.00', { items: [rice('10', '100.00')] })).toEqual([1000, 9000])
  })
})

describe('a group', () => {
  const shares = (...amounts: string[]) =>
    [ONE, TWO, THREE].slice(0, amounts.length).map((filingNo, at) => ({ filingNo, amountCny: amounts[at]! }))

  it('draws the quota of each member by its share', async () => {
    await declared('A', '3000.00', { filingNo: TWO })
    await market.buy(purchase('G1', '10000.00'))
    await market.buy(purchase('G2', '14000.00', { filingNo: THREE }))
    const group = { groupNo: GROUP_NO, shares: shares('8000.00', '8000.00', '8000.00') }
    expect(await market.declare(trade('G', ['G1', 'G2'], '24000.00', group))).toMatchObject({ result: 'accepted' })
    const { dutyFreeMinor, taxableMinor, shares: split } = market.trade('G')
    expect([dutyFreeMinor, taxableMinor]).toEqual([2100000n, 300000n])
    expect(split.map((share) => share.taxableMinor)).toEqual([0n, 300000n, 0n])
    expect([ONE, TWO, THREE].map((filingNo) => market.quota(filingNo))).toEqual([0n, 0n, 0n])
  })

  it('splits each member by its part of goods that are limited differently', async () => {
    const items = [
      goods('400.00', { hs: '10063020', limitType: 'QUANTITY', netKg: '100', unitPriceCny: '4' }),
      goods('600.00', { seq: '2', hs: '22030000', limitType: 'NOT_EXEMPT' }),
    ]
    await market.buy(purchase('G1', '1000.00', { items: items.map(boughtAs) }))
    const parts = [
      { filingNo: ONE, amountCny: '320.00', items: [{ seq: '1', amountCny: '320.00', netKg: '80' }] },
      {
        filingNo: TWO,
        amountCny: '680.00',
        items: [
          { seq: '1', amountCny: '80.00', netKg: '20' },
          { seq: '2', amountCny: '600.00', netKg: '1' },
        ],
      },
    ]
    const body = trade('G', ['G1'], '1000.00', { groupNo: GROUP_NO, items, shares: parts })
    expect(tradeKind.check(body)).toEqual([])
    expect(await market.declare(body)).toMatchObject({ result: 'accepted' })
    expect(market.trade('G').shares.map(({ dutyFreeMinor, taxableMinor }) => [dutyFreeMinor, taxableMinor])).toEqual([
      [20000n, 12000n],
      [8000n, 60000n],
    ])
  })
})
