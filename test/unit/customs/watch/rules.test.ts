// The rules by themselves: what is looked at and what is not, at the edge and on both sides of it.
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { acrossSites as acrossSitesOf } from '../../../../src/customs/watch/across-sites.ts'
import { factsOf } from '../../../../src/customs/watch/facts.ts'
import { invoicingGaps } from '../../../../src/customs/watch/invoicing.ts'
import {
  ACROSS_SITES,
  OUTLIER,
  residentQuota,
  SMALL_DECLARATIONS,
  SPLITTING,
} from '../../../../src/customs/watch/limits.ts'
import { medianOf, outlying } from '../../../../src/customs/watch/outlier.ts'
import { smallLimit, splitTotal, withinWindow } from '../../../../src/customs/watch/splitting.ts'

const SITES = ['urn:hub:cn:market-site:east', 'urn:hub:cn:market-site:west', 'urn:hub:cn:market-site:north']
const sum = (site: number, minor: bigint) => ({ site: SITES[site]!, minor: minor.toString() })

describe('one person at several sites', () => {
  const quotaMinor = residentQuota().amountMinor
  const acrossSites = (sums: readonly ReturnType<typeof sum>[]) => acrossSitesOf(sums, quotaMinor)
  const edge = (quotaMinor * ACROSS_SITES.abovePercent) / 100n
  it('is told above the share of the quota, not at it', () => {
    expect(acrossSites([sum(0, edge - 1n), sum(1, 1n)])).toBeUndefined()
    expect(acrossSites([sum(0, edge), sum(1, 1n)])).toMatchObject({ totalMinor: edge + 1n })
  })
  it('is no matter of one site, however much', () => {
    expect(acrossSites([sum(0, edge * 5n), sum(0, edge)])).toBeUndefined()
  })
  it('is told at three sites, however little', () => {
    expect(acrossSites([sum(0, 1n), sum(1, 1n)])).toBeUndefined()
    expect(acrossSites([sum(0, 1n), sum(1, 1n), sum(2, 1n)])?.sites).toEqual([...SITES].sort())
  })
})

describe('splitting', () => {
  const limit = smallLimit('0110', 'CNY')!
  it('is three below the limit and above it together', () => {
    const third = limit.limitMinor / 3n
    expect(splitTotal([third, third, third], limit)).toBeUndefined()
    expect(splitTotal([third, third, third + 3n], limit)).toBeGreaterThan(limit.limitMinor)
    expect(splitTotal([limit.limitMinor, limit.limitMinor], limit)).toBeUndefined()
  })
  it('is within a day', () => {
    const day = [{ index: 1, atMs: 0 }]
    expect(withinWindow(day, SPLITTING.windowMs - 1)).toHaveLength(1)
    expect(withinWindow(day, SPLITTING.windowMs)).toHaveLength(0)
  })
  it('has the limit of its mode and currency, each with its source', () => {
    expect(smallLimit('1039', 'USD')).toMatchObject({ limitMinor: 15_000_000n, basis: 'law' })
    expect(smallLimit('0110', 'USD')).toMatchObject({ basis: 'operator' })
    expect(smallLimit(undefined, 'CNY')).toBe(limit)
    expect(smallLimit('0110', 'JPY')).toBeUndefined()
    for (const { source } of SMALL_DECLARATIONS) expect(source).not.toBe('')
  })
})

describe('outliers', () => {
  const steady = [10, 10.2, 9.9, 10.1, 10, 9.8, 10.3, 10]
  it('need a history', () => {
    expect(outlying(steady.slice(1), 1_000)).toBeUndefined()
    expect(outlying(steady, 1_000)).toMatchObject({ median: 10, observations: 8 })
  })
  it('are far off, up or down', () => {
    expect(outlying(steady, 15)).toBeUndefined()
    expect(outlying(steady, 15.1)).toBeDefined()
    expect(outlying(steady, 4.9)).toBeDefined()
  })
  it('are not made of pennies where all was alike', () => {
    expect(
      outlying(
        Array.from({ length: 20 }, () => 10),
        10.01,
      ),
    ).toBeUndefined()
  })
  it('do not hide one another: a fifth of odd values moves the middle little', () => {
    expect(outlying([...steady, 500, 600], 550)).toBeDefined()
  })
  it('look at the newest observations only', () => {
    const old = Array.from({ length: 40 }, () => 1_000)
    const young = Array.from({ length: OUTLIER.window }, () => 10)
    expect(outlying([...old, ...young], 1_000)).toBeDefined()
  })
  it('are the same in another unit and another order', () => {
    const values = fc.array(fc.double({ min: 1, max: 1_000, noNaN: true }), { minLength: 8, maxLength: 30 })
    fc.assert(
      fc.property(values, fc.double({ min: 0.1, max: 5_000, noNaN: true }), (history, value) => {
        const found = outlying(history, value) !== undefined
        expect(outlying(history.toReversed(), value) !== undefined).toBe(found)
        // Doubling is exact, so nothing at the edge changes.
        expect(
          outlying(
            history.map((one) => one * 2),
            value * 2,
          ) !== undefined,
        ).toBe(found)
      }),
    )
  })
  it('stand against the median', () => {
    expect(medianOf([3, 1, 2])).toBe(2)
    expect(medianOf([4, 1, 2, 3])).toBe(2.5)
  })
})

describe('invoicing', () => {
  const side = (index: number, minor: bigint, kilograms?: number, currency = 'USD', hs = '851713') => ({
    index,
    items: [{ hs, value: { minor, currency }, ...(kilograms !== undefined && { kilograms }) }],
  })
  it('allows for freight and insurance, and no more', () => {
    expect(invoicingGaps([side(1, 10_000n)], [side(2, 11_500n)])).toEqual([])
    expect(invoicingGaps([side(1, 10_000n)], [side(2, 11_600n)])).toMatchObject([
      { hs: '851713', percent: '16.0', entries: [1, 2] },
    ])
    expect(invoicingGaps([side(1, 10_000n)], [side(2, 8_000n)])).toMatchObject([{ percent: '-20.0' }])
  })
  it('compares by the kilogram, so that a part is no gap', () => {
    expect(invoicingGaps([side(1, 10_000n, 100)], [side(2, 5_000n, 50)])).toEqual([])
    expect(invoicingGaps([side(1, 10_000n, 100)], [side(2, 5_000n, 50), side(3, 5_000n, 50)])).toEqual([])
    expect(invoicingGaps([side(1, 10_000n, 100)], [side(2, 10_000n, 50)])).toMatchObject([{ percent: '100.0' }])
  })
  it('does not compare parts without masses, other currencies, or what one side does not state', () => {
    expect(invoicingGaps([side(1, 10_000n)], [side(2, 2_000n), side(3, 3_000n)])).toEqual([])
    expect(invoicingGaps([side(1, 10_000n)], [side(2, 99_000n, undefined, 'CNY')])).toEqual([])
    expect(invoicingGaps([side(1, 10_000n)], [side(2, 99_000n, undefined, 'USD', '870323')])).toEqual([])
    expect(invoicingGaps([side(1, 10_000n)], [{ index: 2, items: [{ hs: '851713' }] }])).toEqual([])
    expect(invoicingGaps([], [side(2, 1n)])).toEqual([])
  })
})

describe('facts of the partner’s profile', () => {
  const wco = (exportCountryId: string) => ({
    functionCode: '9',
    id: 'EX-1',
    typeCode: 'EXA',
    declarationOfficeId: 'VNHPH',
    declarant: { name: 'Example Broker' },
    exporter: { name: 'Example Fruit', id: 'VN-1' },
    borderTransportMeans: { name: 'EXAMPLE STAR', id: '9074729' },
    goodsShipment: {
      exportCountryId,
      destinationCountryCode: 'CN',
      consignee: { name: 'Example Market', id: 'CN-1' },
      items: [
        {
          sequenceNumeric: '1',
          classifications: [{ id: '0810.60.00' }],
          goodsMeasure: { netNetWeight: { value: '2', unitCode: 'TNE' } },
          itemChargeAmount: { amount: '5000.000', currency: 'USD' },
          packagings: [{ quantity: '100', typeCode: 'CT' }],
        },
      ],
    },
  })
  it('are told from the country that declares', () => {
    expect(factsOf('customs.wco-declaration', wco('VN'), 'VN')).toMatchObject({
      direction: 'E',
      trader: 'VN-1',
      counterpart: 'Example Market',
      items: [{ hs: '081060', value: { minor: 500_000n, currency: 'USD' }, kilograms: 2_000 }],
      packing: { hs: '081060', kind: 'CT', kilogramsEach: 20 },
    })
    expect(factsOf('customs.wco-declaration', wco('VN'), 'CN')).toMatchObject({ direction: 'I', trader: 'CN-1' })
    expect(factsOf('customs.wco-declaration', wco('VN'), 'TH')).toBeUndefined()
  })
})
