// Payments: by whom, to whom, how much, and what the foreign-exchange office is told.
import { beforeEach, describe, expect, it } from 'vitest'
import type { BorderSettlement } from '../../../../schemas/types.d.ts'
import {
  GROUP_NO,
  Market,
  named,
  ONE,
  payment,
  purchase,
  STALL_NO,
  THREE,
  trade,
  TWO,
  WHO,
  type MarketSent,
} from './market.ts'

let market: Market
beforeEach(async () => {
  market = new Market()
  await market.buy(purchase('A', '9000.00'))
  await market.buy(purchase('B', '500.00'))
  await market.declare(trade('D', ['A'], '9000.00'))
  const shares = [ONE, TWO].map((filingNo) => ({ filingNo, amountCny: '250.00' }))
  await market.declare(trade('G', ['B'], '500.00', { groupNo: GROUP_NO, shares }))
  await market.decide('D', 'RELEASED')
})
const pay = (no: string, amount: string, change: Partial<BorderSettlement> = {}, sent: Partial<MarketSent> = {}) =>
  market.settle(payment(no, [['D', amount]], amount, change), sent)
const later = (act: 'report' | 'reverse', sent: Partial<MarketSent> = {}) => {
  const at = '2026-11-05T03:00:00.000Z'
  const rest = act === 'report' ? { reportNo: '4500001', reportedAt: at } : { reason: 'wrong stall', reversedAt: at }
  return market.settle({ act, settlementNo: 'S', ...rest }, sent)
}
const unknown = { refusal: { code: 'NOT_KNOWN_HERE', rule: 'border-trade-known', version: 0 } }

describe('a settlement', () => {
  it('draws on what was released, to the fen, and not beyond', async () => {
    expect(await pay('S', '8999.99')).toMatchObject({ result: 'accepted' })
    expect(market.settleable('D')).toBe(1n)
    expect(await pay('T', '0.02')).toMatchObject({
      refusal: { code: 'BALANCE_INSUFFICIENT', rule: 'border-settleable' },
    })
    expect(await pay('T', '0.01', {}, { from: WHO.otherBank })).toMatchObject({ result: 'accepted' })
    expect(market.settleable('D')).toBe(0n)
  })

  it('pays each stall what was bought there, and gives it back to that stall', async () => {
    market.stall(WHO.site, 'B-2')
    await market.buy(purchase('X', '300.00'))
    await market.buy(purchase('Y', '700.00', { stallNo: 'B-2' }))
    await market.buy(purchase('Z', '50.00', { stallNo: 'B-2' }))
    await market.declare(trade('T', ['X', 'Y', 'Z'], '1050.00'))
    await market.decide('T', 'RELEASED')
    const left = () => [STALL_NO, 'B-2'].map((stallNo) => market.payable('T', WHO.site, stallNo))
    expect(left()).toEqual([30000n, 75000n])
    const to = (no: string, stallNo: string, amount: string) =>
      market.settle(payment(no, [['T', amount]], amount, { payee: { site: WHO.site, stallNo } }))
    const tooMuch = { refusal: { code: 'BALANCE_INSUFFICIENT', rule: 'border-stall-payable' } }
    expect(await to('S', STALL_NO, '300.01')).toMatchObject(tooMuch)
    expect(await to('S', STALL_NO, '300.00')).toMatchObject({ result: 'accepted' })
    expect(await to('T', STALL_NO, '0.01')).toMatchObject(tooMuch)
    expect(await to('T', 'B-2', '750.00')).toMatchObject({ result: 'accepted' })
    expect(market.settleable('T')).toBe(0n)
    await later('reverse')
    expect(left()).toEqual([30000n, 0n])
    expect(market.settleable('T')).toBe(30000n)
  })

  it('has its number once with a bank', async () => {
    await pay('S', '1.00')
    expect(await pay('S', '2.00')).toMatchObject({ refusal: { code: 'ALREADY_CLAIMED', rule: 'border-settlement-no' } })
    expect(await pay('S', '2.00', {}, { from: WHO.otherBank })).toMatchObject({ result: 'accepted' })
  })

  it('waits for the release', async () => {
    const before = payment('S', [['G', '500.00']], '500.00', { payer: { groupNo: GROUP_NO } })
    expect(await market.settle(before)).toMatchObject({
      refusal: { code: 'STATE_CONFLICT', rule: 'border-trade-released' },
    })
    await market.decide('G', 'RELEASED')
    expect(await market.settle(before)).toMatchObject({ result: 'accepted' })
  })

  it('of several declarations is one act: all of it or nothing', async () => {
    await market.decide('G', 'RELEASED')
    const both = (d: string, g: string, sum: string) =>
      payment(
        'S',
        [
          ['D', d],
          ['G', g],
        ],
        sum,
      )
    expect(await market.settle(both('9000.00', '500.01', '9500.01'))).toMatchObject({
      refusal: { code: 'BALANCE_INSUFFICIENT' },
    })
    expect([market.settleable('D'), market.settleable('G')]).toEqual([900000n, 50000n])
    expect(await market.settle(both('9000.00', '500.00', '9500.00'))).toMatchObject({ result: 'accepted' })
    expect([market.settleable('D'), market.settleable('G')]).toEqual([0n, 0n])
  })

  it.each<[string, Partial<BorderSettlement>]>([
    ['another resident', { payer: { filingNo: TWO } }],
    ['a resident nobody knows', { payer: { filingNo: 'BM-NONE' } }],
    ['a group that did not declare', { payer: { groupNo: GROUP_NO } }],
    ['a stall that did not sell', { payee: { site: WHO.site, stallNo: 'Z-9' } }],
    ['a stall of another site', { payee: { site: WHO.otherSite, stallNo: STALL_NO } }],
    ['a number nobody declared', { declarations: [{ ...named('X'), amountCny: '1.00' }] }],
  ])('by or to %s learns nothing of the declaration', async (_, change) => {
    expect(await pay('S', '1.00', change)).toMatchObject(unknown)
  })

  it('of a group is paid by the group or a member with a share', async () => {
    await market.decide('G', 'RELEASED')
    const by = (no: string, payer: BorderSettlement['payer']) =>
      market.settle(payment(no, [['G', '1.00']], '1.00', { payer: payer! }))
    expect(await by('S', { groupNo: GROUP_NO })).toMatchObject({ result: 'accepted' })
    expect(await by('T', { filingNo: TWO })).toMatchObject({ result: 'accepted' })
    expect(await by('U', { filingNo: THREE })).toMatchObject(unknown)
  })

  it('relies on the release it has seen', async () => {
    const { judgement } = (await pay('S', '1.00')) as { judgement: { expects: unknown } }
    const { key, headVersion: version } = market.trade('D')
    expect(judgement.expects).toEqual([{ key, version }])
  })

  it('is not in the future', async () => {
    expect(await pay('S', '1.00', { settledAt: '2026-11-05T03:05:00.001Z' })).toMatchObject({
      findings: ['TIME_IN_FUTURE'],
    })
  })
})

describe('the report', () => {
  it.each([[[]], [[WHO.exchangeVn]], [[WHO.customs]]])(
    "is told to a regulator of the bank's country: %j",
    async (to) => {
      const missing = { findings: ['MARKET_EXCHANGE_OFFICE_NOT_ADDRESSED'] }
      expect(await pay('S', '1.00', {}, { to })).toMatchObject(missing)
      await pay('S', '1.00')
      expect(await later('report', { to })).toMatchObject(missing)
      expect(await later('reverse', { to })).toMatchObject(missing)
    },
  )

  it('is made once, of a settlement of the same bank', async () => {
    expect(await later('report')).toMatchObject({
      refusal: { code: 'NOT_KNOWN_HERE', rule: 'border-settlement-known' },
    })
    const { index } = (await pay('S', '1.00')) as { index: number }
    expect(await later('report', { from: WHO.otherBank })).toMatchObject({ refusal: { code: 'NOT_KNOWN_HERE' } })
    expect(await later('report')).toMatchObject({ result: 'accepted', judgement: { refers: [index] } })
    expect(await later('report')).toMatchObject({
      refusal: { code: 'STATE_CONFLICT', rule: 'border-settlement-state' },
    })
  })
})

describe('a reversal', () => {
  it.each([true, false])('gives back what was paid, once; reported before: %s', async (reported) => {
    const { index } = (await pay('S', '100.00')) as { index: number }
    if (reported) await later('report')
    expect(await later('reverse')).toMatchObject({ result: 'accepted', judgement: { refers: [index] } })
    expect(market.settleable('D')).toBe(900000n)
    expect(await later('reverse')).toMatchObject({ refusal: { code: 'STATE_CONFLICT' } })
    expect(await later('report')).toMatchObject({ refusal: { code: 'STATE_CONFLICT' } })
    expect(market.settleable('D')).toBe(900000n)
  })
})
