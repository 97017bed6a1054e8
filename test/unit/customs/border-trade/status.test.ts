// What customs does with a declaration, and what that gives back.
import { beforeEach, describe, expect, it } from 'vitest'
import type { BorderStatus } from '../../../../schemas/types.d.ts'
import { purchaseKey, quantityKey } from '../../../../src/customs/border/trade/trade-heads.ts'
import { personKey } from '../../../../src/customs/border/people-heads.ts'
import { boughtAs, goods, Market, ONE, payment, purchase, trade, WHO } from './market.ts'

let market: Market
beforeEach(async () => {
  market = new Market()
  await market.buy(purchase('A', '9000.00'))
  await market.declare(trade('D', ['A'], '9000.00'))
})
const state = () => market.trade('D').state
const bought = () => market.heads.get(purchaseKey(market.views, WHO.site, 'A'))?.value['state']
const conflict = { refusal: { code: 'STATE_CONFLICT', rule: 'border-trade-state' } }

describe('customs', () => {
  it('inspects and releases: what is declared can be paid for', async () => {
    expect(await market.decide('D', 'INSPECTING')).toMatchObject({ result: 'accepted' })
    expect(state()).toBe('inspecting')
    expect(await market.decide('D', 'RELEASED')).toMatchObject({ result: 'accepted' })
    expect(state()).toBe('released')
    expect(market.settleable('D')).toBe(900000n)
    expect(market.quota(ONE)).toBe(0n)
    expect(await market.decide('D', 'RELEASED')).toMatchObject(conflict)
    expect(await market.decide('D', 'REJECTED')).toMatchObject(conflict)
  })

  it.each<[BorderStatus['status'], bigint, string]>([
    ['REJECTED', 800000n, 'declared'],
    ['CANCELLED', 800000n, 'traded'],
    ['SEIZED', 0n, 'declared'],
  ])('%s leaves a quota of %s fen and the purchase %s', async (status, left, purchased) => {
    expect(await market.decide('D', status)).toMatchObject({ result: 'accepted' })
    expect(state()).toBe(status.toLowerCase())
    expect(market.quota(ONE)).toBe(left)
    expect(bought()).toBe(purchased)
    expect(market.settleable('D')).toBeUndefined()
    for (const next of ['INSPECTING', 'RELEASED', 'REJECTED', 'CANCELLED', 'SEIZED'] as const)
      expect(await market.decide('D', next)).toMatchObject(conflict)
  })

  it('frees the purchases of a cancelled declaration for another one', async () => {
    await market.decide('D', 'CANCELLED')
    expect(await market.declare(trade('E', ['A'], '9000.00'))).toMatchObject({ result: 'accepted' })
    expect(market.trade('E')).toMatchObject({ dutyFreeMinor: 800000n, taxableMinor: 100000n })
  })

  it('gives quantities back too', async () => {
    const rice = goods('100.00', { hs: '10063020', limitType: 'QUANTITY', netKg: '30' })
    await market.buy(purchase('R', '100.00', { items: [boughtAs(rice)] }))
    await market.decide('D', 'CANCELLED')
    await market.declare(trade('E', ['R'], '100.00', { items: [rice] }))
    const key = quantityKey(market.views, personKey(market.views, `id of ${ONE}`), '20261105', '1006')
    expect(market.net(key)).toBe(20_000n)
    await market.decide('E', 'REJECTED')
    expect(market.net(key)).toBe(50_000n)
  })

  const reverse = () =>
    market.settle({ act: 'reverse', settlementNo: 'S', reason: 'r', reversedAt: '2026-11-05T03:00:00.000Z' })

  it('SEIZED after release closes what can be paid; what was paid is a shortfall until the bank reverses it', async () => {
    await market.decide('D', 'RELEASED')
    await market.settle(payment('S', [['D', '1000.00']], '1000.00'))
    expect(await market.decide('D', 'SEIZED')).toMatchObject({ shortfalls: [{ shortfallMinor: 100000n }] })
    expect(market.quota(ONE)).toBe(0n)
    expect(await market.settle(payment('T', [['D', '1.00']], '1.00'))).toMatchObject({
      refusal: { code: 'STATE_CONFLICT', rule: 'border-trade-released' },
    })
    expect(await reverse()).toMatchObject({ result: 'accepted' })
    expect(market.settleable('D')).toBe(0n)
  })

  it('CANCELLED after release closes what can be paid and gives the quota back', async () => {
    await market.decide('D', 'RELEASED')
    expect(await market.decide('D', 'CANCELLED')).toMatchObject({ result: 'accepted', shortfalls: [] })
    expect(market.quota(ONE)).toBe(800000n)
    expect(market.settleable('D')).toBe(0n)
    expect(await market.settle(payment('T', [['D', '1.00']], '1.00'))).toMatchObject({
      refusal: { code: 'STATE_CONFLICT', rule: 'border-trade-released' },
    })
  })

  it('CANCELLED is refused while something is paid, until the bank has reversed it: no purchase is paid for twice', async () => {
    await market.decide('D', 'RELEASED')
    await market.settle(payment('S', [['D', '0.01']], '0.01'))
    const paid = await market.decide('D', 'CANCELLED')
    expect(paid).toMatchObject({ refusal: { code: 'STATE_CONFLICT', rule: 'border-trade-paid' } })
    const { key, version } = (paid as { refusal: { key: string; version: number } }).refusal
    expect(await market.declare(trade('E', ['A'], '9000.00'))).toMatchObject({ refusal: { code: 'ALREADY_CLAIMED' } })
    await reverse()
    expect(market.heads.get(key)!.version).toBeGreaterThan(version)
    expect(await market.decide('D', 'CANCELLED')).toMatchObject({ result: 'accepted' })
    expect(await market.declare(trade('E', ['A'], '9000.00'))).toMatchObject({ result: 'accepted' })
  })

  it('CANCELLED relies on the account it has seen: a payment that comes between is judged', async () => {
    await market.decide('D', 'RELEASED')
    const { judgement } = (await market.decide('D', 'CANCELLED')) as { judgement: { expects: { key: string }[] } }
    expect(judgement.expects).toEqual([{ key: expect.stringMatching(/^border-settleable:/), version: 1 }])
  })

  it('is the one it was declared to; others that were not told learn nothing', async () => {
    for (const no of ['D', 'NONE'])
      expect(await market.decide(no, 'RELEASED', { from: WHO.otherCustoms })).toMatchObject({
        refusal: { code: 'NOT_KNOWN_HERE', rule: 'border-trade-known', version: 0 },
      })
    await market.buy(purchase('B', '1.00'))
    await market.declare(trade('E', ['B'], '1.00'), { to: [WHO.customs, WHO.customsVn, WHO.site] })
    expect(await market.decide('E', 'RELEASED', { from: WHO.customsVn })).toMatchObject({
      findings: ['AUTHORITY_NOT_COMPETENT'],
    })
  })

  it('tells the one that declared, of what has been decided by now', async () => {
    expect(await market.decide('D', 'RELEASED', { to: [] })).toMatchObject({ findings: ['DECLARANT_NOT_ADDRESSED'] })
    const change = { decidedAt: '2026-11-05T03:05:00.001Z' }
    expect(await market.decide('D', 'RELEASED', {}, change)).toMatchObject({ findings: ['TIME_IN_FUTURE'] })
  })

  it('can act when the content of the declaration is gone', async () => {
    market.erase(market.trade('D').declaration)
    expect(await market.decide('D', 'CANCELLED')).toMatchObject({ result: 'accepted' })
    expect(market.quota(ONE)).toBe(800000n)
    expect(bought()).toBe('traded')
  })
})
