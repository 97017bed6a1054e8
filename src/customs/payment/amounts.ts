// Amounts and currencies of payments and freight bills, checked alike.
import {
  compareDecimals,
  decimalOf,
  minorUnits,
  parseDecimal,
  parseMoney,
  type Finding,
  type Flaw,
} from '../../hub/index.ts'
import { finding, flaw } from './codes.ts'

export const checkCurrency = (value: string): Flaw | undefined =>
  minorUnits(value) === undefined ? flaw('PAID_CURRENCY_UNKNOWN', { value }) : undefined

/** Above zero and in whole minor units. Whoever pays or returns names no currency: it is that of the reservation. */
export function checkAmount(value: string | undefined, currency: string | undefined, path: string): Finding[] {
  const amount = parseDecimal(value)
  if (value === undefined || !amount) return []
  if (compareDecimals(amount, decimalOf(0)) <= 0) return [finding('PAID_AMOUNT_NOT_POSITIVE', path)]
  const decimals = minorUnits(currency)
  if (currency === undefined || decimals === undefined || parseMoney(value, currency)) return []
  return [finding('PAID_AMOUNT_DECIMALS', path, { currency, decimals, value })]
}
