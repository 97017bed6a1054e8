// Totals of items: what rounding of a price or a total can explain is good, and nothing else.
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decimalsOf, totalDiffers } from '../../../../src/customs/item-total.ts'

const differs = (quantity: string, price: string, total: string, currency = 'USD') =>
  totalDiffers({ quantity, price, total }, decimalsOf(currency))

describe('the total of an item', () => {
  it.each([
    ['1000000', '0.0086', '0.01'],
    ['1000000', '0.0086', '0.01', 'CNY'],
    ['1000000', '0.01', '8600.00'],
    ['50000', '1.20', '59600.00'],
    ['50000', '1.2000', '59600.00'],
    ['10000', '0.05', '595.00'],
    ['10', '1.19', '10.00'],
    ['1', '8600.00', '8600.02'],
    ['10', '1250.55', '12507', 'JPY'],
    ['10', '1250.55', '12504', 'JPY'],
    ['27000', '28850', '928950000', 'VND'],
  ])('%s at %s is not %s', (quantity, price, total, currency = 'USD') => {
    expect(differs(quantity, price, total, currency)).toBeDefined()
  })

  it.each([
    ['1000000', '0.0086', '8600.00'],
    ['1000000', '0.0086', '8649.00'],
    ['3', '3.3333', '10.00'],
    ['3', '3.33', '10.00'],
    ['7000', '0.1429', '1000.00'],
    ['10100', '13.6337', '137700.37'],
    ['0.5', '3.33', '1.67'],
    ['0.5', '3.33', '1.66'],
    ['10', '1250.55', '12505', 'JPY'],
    ['10', '1250.55', '12506', 'JPY'],
    ['10', '1251', '12505', 'JPY'],
    ['27000', '28850', '778950000', 'VND'],
    ['12', '0.333', '4.000', 'KWD'],
  ])('%s at %s is %s', (quantity, price, total, currency = 'USD') => {
    expect(differs(quantity, price, total, currency)).toBeUndefined()
  })

  it('says what was expected, in the decimals of the currency, and how far from it is good', () => {
    expect(differs('1000000', '0.0086', '0.01')).toEqual({ expected: '8600.00', tolerance: '50.005' })
    expect(differs('10', '1250.55', '12600', 'JPY')).toEqual({ expected: '12506', tolerance: '1' })
  })

  it('cannot be counted where something is missing or no number', () => {
    expect(totalDiffers({ quantity: undefined, price: '1', total: '2' }, 2)).toBeUndefined()
    expect(totalDiffers({ quantity: '1', price: '1e3', total: '2' }, 2)).toBeUndefined()
  })

  const currency = fc.constantFrom('USD', 'CNY', 'JPY', 'VND', 'KWD')
  const written = (digits: bigint, scale: number): string => {
    const text = digits.toString().padStart(scale + 1, '0')
    return scale === 0 ? text : `${text.slice(0, -scale)}.${text.slice(-scale)}`
  }
  const rounded = (digits: bigint, scale: number, to: number): bigint => {
    const by = 10n ** BigInt(scale - to)
    return (2n * digits + by) / (2n * by)
  }

  it('is never found where any true price was rounded to four decimals, or to fewer that tell it within one percent', () => {
    const cases = fc.record({
      money: currency,
      // Thousandths of a unit of quantity, and the true price to the eighth decimal.
      quantity: fc.bigInt(1n, 10n ** 10n),
      price: fc.bigInt(1n, 10n ** 13n),
      places: fc.integer({ min: 0, max: 4 }),
    })
    fc.assert(
      fc.property(cases, ({ money, quantity, price, places }) => {
        const decimals = decimalsOf(money)
        const kept = Math.max(places, decimals)
        const stated = rounded(price, 8, kept)
        fc.pre(stated > 0n && (kept >= 4 || stated >= 50n))
        const total = rounded(quantity * price, 11, decimals)
        expect(differs(written(quantity, 3), written(stated, kept), written(total, decimals), money)).toBeUndefined()
      }),
      { numRuns: 2_000 },
    )
  })

  it('is always found where it is two percent off, unless that is a matter of single cents or of the fourth decimal', () => {
    const cases = fc.record({
      money: currency,
      quantity: fc.bigInt(1_001n, 10n ** 10n),
      price: fc.bigInt(50n, 10n ** 9n),
      up: fc.boolean(),
    })
    fc.assert(
      fc.property(cases, ({ money, quantity, price, up }) => {
        const decimals = decimalsOf(money)
        const product = quantity * price
        fc.pre(product >= 101n * 10n ** BigInt(7 - decimals))
        const total = rounded((product * (up ? 102n : 98n)) / 100n, 7, decimals)
        expect(differs(written(quantity, 3), written(price, 4), written(total, decimals), money)).toBeDefined()
      }),
      { numRuns: 2_000 },
    )
  })

  it('is never good beyond one minor unit for each unit of quantity', () => {
    const cases = fc.record({
      money: currency,
      quantity: fc.bigInt(1n, 10n ** 9n),
      price: fc.bigInt(1n, 10n ** 9n),
      scale: fc.integer({ min: 0, max: 4 }),
      total: fc.bigInt(1n, 10n ** 15n),
    })
    fc.assert(
      fc.property(cases, ({ money, quantity, price, scale, total }) => {
        const decimals = decimalsOf(money)
        if (differs(written(quantity, 3), written(price, scale), written(total, decimals), money)) return
        const by = 10n ** BigInt(3 + scale)
        const gap = total * by - quantity * price * 10n ** BigInt(decimals)
        const most = (quantity > 1_000n ? quantity : 1_000n) * 10n ** BigInt(scale)
        expect((gap < 0n ? -gap : gap) <= most).toBe(true)
      }),
    )
  })
})
