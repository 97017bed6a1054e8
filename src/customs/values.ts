// Times and totals in the acts of an authority, checked alike.
import { fromTime, minorUnits, parseMoney, partOf, placed, type Finding, type Flaw } from '../hub/index.ts'
import { checkCurrency } from './code-lists.ts'
import { finding, flaw } from './codes.ts'

/** How far the clock of whoever states a time may be ahead. */
export const AHEAD_MAX_MS = 5 * 60_000

export const checkTime = (value: string): Flaw | undefined =>
  fromTime(value) === undefined ? flaw('TIME_INVALID', { value }) : undefined

/** An optional member {amount, currency}: a currency that exists, an amount above zero in its minor units. */
export function checkTotal(body: unknown, member: string): Finding[] {
  const total = partOf<{ amount: string; currency: string }>(body, member)
  const { amount: value, currency } = total ?? {}
  if (value === undefined || currency === undefined) return []
  const unknown = checkCurrency(currency)
  if (unknown) return [placed(unknown, `/${member}/currency`)]
  const decimals = minorUnits(currency)!
  const money = parseMoney(value, currency)
  if (!money) return [finding('AMOUNT_DECIMALS', `/${member}/amount`, { currency, decimals, value })]
  return money.minor > 0n ? [] : [finding('AMOUNT_NOT_POSITIVE', `/${member}/amount`)]
}
