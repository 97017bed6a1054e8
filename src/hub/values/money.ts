// Money: whole minor units and their currency. Amounts travel as decimal strings and are never a JSON number.
import { minorUnits } from './currency.ts'
import { divideRounded, formatDecimal, parseDecimal, type Decimal, type Rounding } from './decimal.ts'

/** Minor units by ISO 4217: cents for CNY, whole dong for VND. */
export interface Money {
  readonly minor: bigint
  readonly currency: string
}

/** Reads an amount; undefined if it is no decimal string, has more places than the currency, or the currency does not exist. */
export function parseMoney(amount: unknown, currency: unknown): Money | undefined {
  const decimals = minorUnits(currency)
  const value = parseDecimal(amount)
  if (decimals === undefined || value === undefined || value.scale > decimals) return undefined
  return { minor: value.digits * 10n ** BigInt(decimals - value.scale), currency: currency as string }
}

/** The amount as a decimal string with all places of its currency, without the code. */
export const formatAmount = (money: Money): string =>
  formatDecimal({ digits: money.minor, scale: decimalsOf(money.currency) })

/** The amount with its currency, for people: "USD 1200.50". */
export const formatMoney = (money: Money): string => `${money.currency} ${formatAmount(money)}`

/** Throws RangeError when the currencies differ, which a rule must have found before. */
export function addMoney(a: Money, b: Money): Money {
  return { minor: a.minor + sameCurrency(a, b).minor, currency: a.currency }
}

export function subtractMoney(a: Money, b: Money): Money {
  return { minor: a.minor - sameCurrency(a, b).minor, currency: a.currency }
}

/** Negative, zero or positive as a is below, at or above b. */
export function compareMoney(a: Money, b: Money): -1 | 0 | 1 {
  const difference = a.minor - sameCurrency(a, b).minor
  return difference < 0n ? -1 : difference > 0n ? 1 : 0
}

/** Money times a ratio or rate, rounded once, by name; in another currency if one is given. */
export function multiplyMoney(money: Money, ratio: Decimal, rounding: Rounding, currency = money.currency): Money {
  const numerator = money.minor * ratio.digits * 10n ** BigInt(decimalsOf(currency))
  const denominator = 10n ** BigInt(ratio.scale + decimalsOf(money.currency))
  return { minor: divideRounded(numerator, denominator, rounding), currency }
}

function sameCurrency(a: Money, b: Money): Money {
  if (a.currency !== b.currency) throw new RangeError(`${a.currency} and ${b.currency} cannot be put together`)
  return b
}

function decimalsOf(currency: string): number {
  const decimals = minorUnits(currency)
  if (decimals === undefined) throw new RangeError(`${currency} is not a currency of ISO 4217`)
  return decimals
}
