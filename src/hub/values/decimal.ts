// Exact decimals for quantities, prices and rates: an integer and a scale, so nothing is lost as it would be in a double.

/** The number digits / 10^scale. */
export interface Decimal {
  readonly digits: bigint
  readonly scale: number
}

/** How a result is shortened. half-up: a tie goes away from zero. */
export type Rounding = 'half-up'

const FORM = /^-?(?:0|[1-9]\d{0,17})(?:\.\d{1,18})?$/

/** Reads a decimal string of at most 18 digits before and 18 after the point; undefined for anything else, so also for "-0" and "1e3". */
export function parseDecimal(text: unknown): Decimal | undefined {
  if (typeof text !== 'string' || text.length > 38 || !FORM.test(text)) return undefined
  const point = text.indexOf('.')
  const digits = BigInt(text.replace('.', ''))
  if (digits === 0n && text.startsWith('-')) return undefined
  return { digits, scale: point < 0 ? 0 : text.length - point - 1 }
}

/** The decimal string with exactly as many places as the scale. */
export function formatDecimal(value: Decimal): string {
  const sign = value.digits < 0n ? '-' : ''
  const text = magnitude(value.digits)
    .toString()
    .padStart(value.scale + 1, '0')
  if (value.scale === 0) return sign + text
  return `${sign}${text.slice(0, -value.scale)}.${text.slice(-value.scale)}`
}

export const decimalOf = (digits: bigint | number, scale = 0): Decimal => ({ digits: BigInt(digits), scale })

export function addDecimals(a: Decimal, b: Decimal): Decimal {
  const scale = Math.max(a.scale, b.scale)
  return { digits: atScale(a, scale) + atScale(b, scale), scale }
}

export const negateDecimal = (a: Decimal): Decimal => ({ digits: -a.digits, scale: a.scale })

export function subtractDecimals(a: Decimal, b: Decimal): Decimal {
  const scale = Math.max(a.scale, b.scale)
  return { digits: atScale(a, scale) - atScale(b, scale), scale }
}

export const multiplyDecimals = (a: Decimal, b: Decimal): Decimal => ({
  digits: a.digits * b.digits,
  scale: a.scale + b.scale,
})

/** Negative, zero or positive as a is below, at or above b. */
export function compareDecimals(a: Decimal, b: Decimal): -1 | 0 | 1 {
  const difference = subtractDecimals(a, b).digits
  return difference < 0n ? -1 : difference > 0n ? 1 : 0
}

/** The value at another scale; shortening needs the name of the rounding. */
export function roundDecimal(value: Decimal, scale: number, rounding: Rounding): Decimal {
  if (scale >= value.scale) return { digits: atScale(value, scale), scale }
  return { digits: divideRounded(value.digits, 10n ** BigInt(value.scale - scale), rounding), scale }
}

/** numerator / denominator as an integer, denominator above zero. */
export function divideRounded(numerator: bigint, denominator: bigint, _rounding: Rounding): bigint {
  const half = (magnitude(numerator) * 2n + denominator) / (denominator * 2n)
  return numerator < 0n ? -half : half
}

const magnitude = (value: bigint): bigint => (value < 0n ? -value : value)
const atScale = ({ digits, scale: own }: Decimal, scale: number): bigint =>
  own === scale ? digits : digits * 10n ** BigInt(scale - own)

/** How far two decimals lie apart, never below zero. */
export function decimalDistance(a: Decimal, b: Decimal): Decimal {
  const difference = subtractDecimals(a, b)
  return difference.digits < 0n ? negateDecimal(difference) : difference
}
