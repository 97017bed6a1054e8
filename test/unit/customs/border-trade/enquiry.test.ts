// What the parties of a declaration are told of its split, and that nobody else is told anything.
import { beforeEach, describe, expect, it } from 'vitest'
import { borderTradeEnquiry } from '../../../../src/customs/border/trade/enquiry.ts'
import type { EnquiryViews } from '../../../../src/hub/index.ts'
import { GROUP_NO, Market, named, ONE, payment, purchase, trade, TWO, WHO } from './market.ts'

let market: Market
beforeEach(async () => {
  market = new Market()
  await market.buy(purchase('A', '9000.00'))
  const shares = [
    { filingNo: ONE, amountCny: '8500.00' },
    { filingNo: TWO, amountCny: '500.00' },
  ]
  await market.declare(trade('D', ['A'], '9000.00', { groupNo: GROUP_NO, shares }))
})
const ask = (asker: string, declarationNo = 'D') =>
  borderTradeEnquiry.answer(named(declarationNo), market.views as EnquiryViews, asker)

describe('the enquiry of a declaration', () => {
  const facts = {
    state: 'declared',
    day: '20261105',
    totalCny: '9000.00',
    dutyFreeCny: '8500.00',
    taxableCny: '500.00',
  }

  it('tells the one that declared the split of each share and what is left', async () => {
    expect(await ask(WHO.group)).toEqual({
      verdict: 'yes',
      facts: {
        ...facts,
        shares: [
          { filingNo: ONE, dutyFreeCny: '8000.00', taxableCny: '500.00', quotaLeftCny: '0.00' },
          { filingNo: TWO, dutyFreeCny: '500.00', taxableCny: '0.00', quotaLeftCny: '7500.00' },
        ],
      },
    })
  })

  it.each([WHO.customs, WHO.site])('tells %s the sums', async (asker) => {
    expect(await ask(asker)).toEqual({ verdict: 'yes', facts })
  })

  it('tells what can still be paid once it is released', async () => {
    await market.decide('D', 'RELEASED')
    await market.settle(payment('S', [['D', '1000.00']], '1000.00'))
    expect(await ask(WHO.site)).toMatchObject({ facts: { state: 'released', settleableCny: '8000.00' } })
  })

  it.each(['REJECTED', 'CANCELLED', 'SEIZED'] as const)(
    'tells of one that is %s whether the quota has its part back',
    async (state) => {
      await market.decide('D', state)
      const { facts: told } = (await ask(WHO.site)) as { facts: object }
      expect(told).toMatchObject({ state: state.toLowerCase() })
      expect('quotaReturned' in told).toBe(state !== 'SEIZED')
    },
  )

  it.each([WHO.otherGroup, WHO.otherSite, WHO.otherCustoms, WHO.bank])('tells %s nothing', async (asker) => {
    expect(await ask(asker)).toEqual({ verdict: 'unknown' })
    expect(await ask(asker, 'NONE')).toEqual({ verdict: 'unknown' })
  })

  it('leaves the shares out when the declaration has been erased', async () => {
    market.erase(market.trade('D').declaration)
    expect(await ask(WHO.group)).toEqual({ verdict: 'yes', facts })
  })
})
