// The total of an item against quantity times unit price: how far they may lie apart follows from how exactly the price is stated.
import {
  addDecimals,
  compareDecimals,
  decimalDistance,
  decimalOf,
  formatDecimal,
  minorUnits,
  multiplyDecimals,
  parseDecimal,
  roundDecimal,
  type Decimal,
} from '../hub/index.ts'

interface Priced {
  quantity: string | undefined
  price: string | undefined
  total: string | undefined
}

/** Decimals that a form has for a unit price at least: who states fewer could have stated it better. */
const PRICE_DECIMALS = 4
const PER_CENT = decimalOf(1, 2)

/**
 * Undefined where the total is good, or cannot be counted; otherwise what was expected and how far from it would have been good, for a
 * sentence. `decimals` are those of the smallest unit of the currency.
 */
export function totalDiffers(
  { quantity, price, total }: Priced,
  decimals: number,
): { expected: string; tolerance: string } | undefined {
  const [count, each, said] = [parseDecimal(quantity), parseDecimal(price), parseDecimal(total)]
  if (!count || !each || !said) return undefined
  const product = multiplyDecimals(count, each)
  const tolerance = toleranceOf(count, each, decimals)
  if (compareDecimals(decimalDistance(said, product), tolerance) <= 0) return undefined
  return { expected: formatDecimal(roundDecimal(product, decimals, 'half-up')), tolerance: shown(tolerance) }
}

/** Decimals to count in; two where the currency is not known. */
export const decimalsOf = (currency: string | undefined): number => minorUnits(currency) ?? 2

/**
 * The total is the sum that was agreed, and the price is derived from it: the true one lies within half of the last decimal that is stated,
 * and of a currency's own decimals none is taken as missing. Of cheap goods that would let pass anything, so a price stated with fewer
 * decimals than it could have explains no more than one percent. All this lies within one minor unit per unit of quantity, and one minor
 * unit is always good: it is what rounding, or cutting off, leaves.
 */
function toleranceOf(quantity: Decimal, price: Decimal, decimals: number): Decimal {
  const unit = decimalOf(1, decimals)
  const stated = Math.max(significantDecimals(price), decimals)
  const explained = (places: number): Decimal =>
    addDecimals(multiplyDecimals(quantity, decimalOf(5, places + 1)), decimalOf(5, decimals + 1))
  const bound =
    stated >= PRICE_DECIMALS
      ? explained(stated)
      : smaller(
          explained(stated),
          larger(explained(PRICE_DECIMALS), multiplyDecimals(PER_CENT, multiplyDecimals(quantity, price))),
        )
  return larger(unit, bound)
}

/** Zeros at the end say nothing of exactness: systems fill up to the length of the field. */
function significantDecimals({ digits, scale }: Decimal): number {
  let places = scale
  for (let rest = digits; places > 0 && rest % 10n === 0n; rest /= 10n) places--
  return places
}

const shown = (value: Decimal): string =>
  formatDecimal(value)
    .replace(/(\.\d*?)0+$/, '$1')
    .replace(/\.$/, '')

const smaller = (a: Decimal, b: Decimal): Decimal => (compareDecimals(a, b) < 0 ? a : b)
const larger = (a: Decimal, b: Decimal): Decimal => (compareDecimals(a, b) < 0 ? b : a)
