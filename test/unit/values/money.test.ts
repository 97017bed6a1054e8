// Money and decimals: exact, strict in what they read, rounded once and by name.
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  addDecimals,
  addMoney,
  compareDecimals,
  compareMoney,
  decimalOf,
  formatAmount,
  formatDecimal,
  formatMoney,
  isCurrency,
  minorUnits,
  multiplyDecimals,
  multiplyMoney,
  parseDecimal,
  parseMoney,
  roundDecimal,
  subtractDecimals,
  subtractMoney,
  type Decimal,
} from '../../../src/hub/index.ts'

const big = fc.bigInt({ min: -(10n ** 17n), max: 10n ** 17n })
const decimal = fc.record({ digits: big, scale: fc.nat(9) })
const currency = fc.constantFrom('CNY', 'USD', 'VND', 'JPY', 'KWD', 'IDR')
const same = (a: Decimal, b: Decimal) => expect(compareDecimals(a, b)).toBe(0)

describe('currencies', () => {
  it.each(
    Object.entries({
      CNY: 2,
      VND: 0,
      THB: 2,
      MYR: 2,
      IDR: 2,
      LAK: 2,
      MMK: 2,
      KHR: 2,
      PHP: 2,
      SGD: 2,
      BND: 2,
      USD: 2,
      HKD: 2,
      JPY: 0,
      EUR: 2,
      KRW: 0,
      KWD: 3,
    }),
  )('%s has %i decimals', (code, decimals) => {
    expect(minorUnits(code)).toBe(decimals)
  })

  it.each(['usd', 'USX', '', 'USD ', 'toString', undefined, 5])('%j is none', (code) => {
    expect(isCurrency(code)).toBe(false)
  })
})

describe('reading', () => {
  it.each(['0', '-1', '0.10', '123456789012345678.5', '-0.5'])('takes %s as it stands', (text) => {
    expect(formatDecimal(parseDecimal(text)!)).toBe(text)
  })

  it.each([
    '',
    '-',
    '-0',
    '-0.00',
    '+1',
    '01',
    '.5',
    '5.',
    '1e3',
    '1,000',
    ' 1',
    '1 ',
    '\uff11',
    '0x1',
    '1234567890123456789',
    'NaN',
    1,
    null,
    undefined,
    '1\n',
  ])('refuses %j', (text) => {
    expect(parseDecimal(text)).toBeUndefined()
  })

  it.each([
    ['1', 'VND', 1n],
    ['1.5', 'USD', 150n],
    ['1.50', 'USD', 150n],
    ['-0.01', 'USD', -1n],
    ['1.234', 'KWD', 1234n],
  ])('%s %s', (amount, code, minor) => {
    expect(parseMoney(amount, code)).toEqual({ minor, currency: code })
  })

  it.each([
    ['1.0', 'VND'],
    ['1.501', 'USD'],
    ['1.500', 'USD'],
    ['1', 'XQQ'],
    ['1', undefined],
    [1, 'USD'],
  ])('refuses %j %j', (amount, code) => {
    expect(parseMoney(amount, code)).toBeUndefined()
  })

  it('gives back what it wrote', () => {
    fc.assert(
      fc.property(decimal, (value) => {
        expect(parseDecimal(formatDecimal(value))).toEqual(value)
      }),
    )
    fc.assert(
      fc.property(big, currency, (minor, code) => {
        expect(parseMoney(formatAmount({ minor, currency: code }), code)).toEqual({ minor, currency: code })
      }),
    )
  })
})

describe('arithmetic', () => {
  it('of decimals keeps the laws of numbers', () => {
    fc.assert(
      fc.property(decimal, decimal, decimal, (a, b, c) => {
        same(addDecimals(a, b), addDecimals(b, a))
        same(subtractDecimals(addDecimals(a, b), b), a)
        same(multiplyDecimals(a, addDecimals(b, c)), addDecimals(multiplyDecimals(a, b), multiplyDecimals(a, c)))
      }),
    )
  })

  it('rounds to the nearest, a tie away from zero, and only once', () => {
    expect(
      ['0.5', '-0.5', '1.4999', '2.5', '-2.5', '0.49'].map((text) =>
        formatDecimal(roundDecimal(parseDecimal(text)!, 0, 'half-up')),
      ),
    ).toEqual(['1', '-1', '1', '3', '-3', '0'])
    fc.assert(
      fc.property(decimal, fc.nat(9), (value, scale) => {
        const error = subtractDecimals(roundDecimal(value, scale, 'half-up'), value)
        const half = { digits: 5n, scale: scale + 1 }
        expect(
          compareDecimals({ ...error, digits: error.digits < 0n ? -error.digits : error.digits }, half),
        ).toBeLessThanOrEqual(0)
      }),
    )
  })

  it('of money adds and compares within one currency', () => {
    const a = parseMoney('1.10', 'USD')!
    const b = parseMoney('0.95', 'USD')!
    expect(formatMoney(addMoney(a, b))).toBe('USD 2.05')
    expect(formatMoney(subtractMoney(b, a))).toBe('USD -0.15')
    expect([compareMoney(a, b), compareMoney(b, a), compareMoney(a, a)]).toEqual([1, -1, 0])
    const dong = parseMoney('1', 'VND')!
    for (const act of [addMoney, subtractMoney, compareMoney]) expect(() => act(a, dong)).toThrow(RangeError)
  })

  it.each([
    ['100.00', 'USD', '7.0512', 'CNY', '705.12'],
    ['0.01', 'USD', '0.5', 'USD', '0.01'],
    ['-0.01', 'USD', '0.5', 'USD', '-0.01'],
    ['0.01', 'USD', '0.4999', 'USD', '0.00'],
    ['1.00', 'USD', '26345.5', 'VND', '26346'],
    ['26345', 'VND', '0.000038', 'USD', '1.00'],
    ['1.00', 'KWD', '3.2555', 'USD', '3.26'],
  ])('%s %s at %s is %s %s', (amount, from, rate, to, expected) => {
    const money = { minor: parseMoney(amount, from)!.minor, currency: from }
    expect(formatAmount(multiplyMoney(money, parseDecimal(rate)!, 'half-up', to))).toBe(expected)
  })

  it('of a ratio of one changes nothing', () => {
    fc.assert(
      fc.property(big, currency, (minor, code) => {
        expect(multiplyMoney({ minor, currency: code }, decimalOf(1), 'half-up').minor).toBe(minor)
      }),
    )
  })
})
