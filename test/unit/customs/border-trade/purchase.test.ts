// What a site states of a purchase, against what is filed of residents and stalls.
import { beforeEach, describe, expect, it } from 'vitest'
import { personKey, residentKey } from '../../../../src/customs/border/people-heads.ts'
import { purchaseKey } from '../../../../src/customs/border/trade/trade-heads.ts'
import { Market, ONE, purchase, purchaseKind, STALL_NO, trade, WHO } from './market.ts'

let market: Market
beforeEach(() => {
  market = new Market()
})
const head = () => market.heads.get(purchaseKey(market.views, WHO.site, 'A'))

describe('a purchase', () => {
  it('keeps who, when and how much, and no number of anybody', async () => {
    expect(await market.buy(purchase('A', '12.34', { vehiclePlate: 'plate-1' }))).toMatchObject({ result: 'accepted' })
    expect(head()?.value).toMatchObject({
      state: 'traded',
      resident: residentKey(market.views, ONE),
      person: personKey(market.views, `id of ${ONE}`),
      day: '20261105',
      totalMinor: '1234',
      office: '7200',
    })
    expect(JSON.stringify(head())).not.toMatch(/BM4506|plate-1/)
  })

  it('is stated once by each site', async () => {
    await market.buy(purchase('A', '1.00'))
    expect(await market.buy(purchase('A', '2.00'))).toMatchObject({
      refusal: { code: 'ALREADY_CLAIMED', rule: 'border-trade-no' },
    })
    expect(await market.buy(purchase('A', '2.00'), { from: WHO.otherSite })).toMatchObject({ result: 'accepted' })
  })

  it.each([
    ['MARKET_TRADED_LONG_AGO', { tradedAt: '2026-11-02T02:59:59.999Z' }],
    ['TIME_IN_FUTURE', { tradedAt: '2026-11-05T03:05:00.001Z' }],
    ['MARKET_STALL_COUNTRY', { stallNo: 'B-1' }],
    ['MARKET_STALL_CLOSED', { stallNo: 'B-2' }],
  ])('%s is found', async (code, change) => {
    market.stall(WHO.site, 'B-1', { country: 'LA' })
    market.stall(WHO.site, 'B-2', { state: 'closed' })
    expect(await market.buy(purchase('A', '1.00', change))).toMatchObject({ findings: [code] })
  })

  it.each([{ tradedAt: '2026-11-02T03:00:00.000Z' }, { tradedAt: '2026-11-05T03:05:00.000Z' }])(
    'may have waited offline: %j',
    async (change) => {
      expect(await market.buy(purchase('A', '1.00', change))).toMatchObject({ result: 'accepted' })
    },
  )

  it('goods and sellers of Yunnan come from other neighbours', async () => {
    market.resident(ONE, { district: '86' })
    market.stall(WHO.site, 'B-1', { country: 'LA' })
    const [item] = purchase('A', '1.00').items!
    const items = [{ ...item!, originCountry: 'MM' }]
    const body = purchase('A', '1.00', { customsOffice: '8600', stallNo: 'B-1', items })
    expect(purchaseKind.check(body)).toEqual([])
    expect(await market.buy(body)).toMatchObject({ result: 'accepted' })
  })

  it('is under an office of the district that the resident is filed in: a site does not choose its neighbours', async () => {
    market.stall(WHO.site, 'B-1', { country: 'LA' })
    const body = purchase('A', '1.00', { customsOffice: '8601', stallNo: 'B-1' })
    expect(await market.buy(body)).toMatchObject({ findings: ['MARKET_OFFICE_OF_OTHER_DISTRICT'] })
    expect(await market.buy(purchase('A', '1.00', { customsOffice: '7207' }))).toMatchObject({ result: 'accepted' })
  })

  it('cannot tell of a stall or a resident this hub does not know', async () => {
    expect(await market.buy(purchase('A', '1.00', { stallNo: 'Z-9' }))).toMatchObject({
      refusal: { code: 'NOT_KNOWN_HERE', rule: 'border-stall-known' },
    })
    expect(await market.buy(purchase('A', '1.00', { stallNo: STALL_NO }), { from: WHO.group })).toMatchObject({
      refusal: { code: 'NOT_KNOWN_HERE', rule: 'border-stall-known' },
    })
  })

  it.each([{ state: 'suspended' }, { validFrom: '20261106' }, { validUntil: '20261104' }])(
    'is of a filing in force on the day: %j',
    async (change) => {
      market.resident(ONE, change)
      expect(await market.buy(purchase('A', '1.00'))).toMatchObject({ findings: ['MARKET_RESIDENT_NOT_ACTIVE'] })
    },
  )

  it('tells a filing that the site was not told of from none by nothing', async () => {
    market.resident('BM1', {}, [WHO.otherSite])
    for (const filingNo of ['BM1', 'BM0'])
      expect(await market.buy(purchase('A', '1.00', { filingNo }))).toMatchObject({
        refusal: { code: 'NOT_KNOWN_HERE', rule: 'border-filing-known', version: 0 },
      })
  })
})

describe('withdrawing a purchase', () => {
  const withdraw = (from: string = WHO.site) =>
    market.buy({ act: 'void', tradeNo: 'A', reason: 'keyed in twice' }, { from })

  it('is done once, by the site that stated it', async () => {
    await market.buy(purchase('A', '1.00'))
    expect(await withdraw(WHO.otherSite)).toMatchObject({ refusal: { code: 'NOT_KNOWN_HERE' } })
    expect(await withdraw()).toMatchObject({ result: 'accepted', judgement: { refers: [head()?.value['index']] } })
    expect(head()?.value['state']).toBe('void')
    expect(await withdraw()).toMatchObject({ refusal: { code: 'STATE_CONFLICT', rule: 'border-purchase-state' } })
    expect(await market.declare(trade('D', ['A'], '1.00'))).toMatchObject({
      refusal: { code: 'STATE_CONFLICT', rule: 'border-purchase-void' },
    })
  })

  it('comes too late once it is declared', async () => {
    await market.buy(purchase('A', '1.00'))
    await market.declare(trade('D', ['A'], '1.00'))
    expect(await withdraw()).toMatchObject({ refusal: { code: 'STATE_CONFLICT' } })
  })
})
