// Money in the papers of border-resident trade: amounts in the currency of the stall, brought to fen at a stated rate.
import {
  fromTime,
  minorUnits,
  multiplyMoney,
  parseDecimal,
  parseMoney,
  placed,
  formatMoney,
  type Finding,
  type Money,
  type Texts,
} from '../../../hub/index.ts'
import type { BorderPurchaseRate } from '../../../../schemas/types.d.ts'
import { checkCurrency, checkDay } from '../../code-lists.ts'
import { finding as customsFinding } from '../../codes.ts'
import { finding } from './codes.ts'
import { shanghaiDay } from '../../shanghai-day.ts'

type Rate = Texts<BorderPurchaseRate>

export const CNY = 'CNY'

/** Fen of an amount in CNY of a document without findings. */
export const fenOf = (amount: string): bigint => parseMoney(amount, CNY)!.minor

/** The sum of amounts that can be read; undefined if one of them cannot. */
export function sumOf(amounts: readonly (string | undefined)[], currency: string | undefined): Money | undefined {
  if (currency === undefined || minorUnits(currency) === undefined) return undefined
  let minor = 0n
  for (const amount of amounts) {
    const money = parseMoney(amount, currency)
    if (!money) return undefined
    minor += money.minor
  }
  return { minor, currency }
}

/** An amount in a currency that exists, in whole minor units and above zero. */
export function checkAmount(value: string | undefined, currency: string | undefined, path: string): Finding[] {
  const decimals = minorUnits(currency)
  if (currency === undefined || decimals === undefined || !parseDecimal(value)) return []
  const money = parseMoney(value, currency)
  if (!money) return [customsFinding('AMOUNT_DECIMALS', path, { currency, decimals, value: value! })]
  return money.minor > 0n ? [] : [customsFinding('AMOUNT_NOT_POSITIVE', path)]
}

/** What is paid in one currency and counted in CNY. */
export interface Converted {
  currency?: string
  amount?: string
  amountCny?: string
  /** When it was paid, as written. */
  at?: string
  rate?: Rate
}

/** The amount in CNY is the amount at the rate of that day or an earlier one, rounded half up to the fen. */
export function checkConversion({ currency, amount, amountCny, at, rate }: Converted): Finding[] {
  const unknown = currency === undefined ? undefined : checkCurrency(currency)
  const found = unknown ? [placed(unknown, '/currency')] : []
  found.push(...checkAmount(amount, currency, '/amount'), ...checkAmount(amountCny, CNY, '/amountCny'))
  found.push(...checkRate(currency, rate, at))
  const expected = toCny(parseMoney(amount, currency), rate)
  const stated = parseMoney(amountCny, CNY)
  if (expected && stated && expected.minor !== stated.minor)
    found.push(finding('MARKET_CONVERSION_DIFFERS', '/amountCny', { expected: formatMoney(expected) }))
  return found
}

/**
 * The amount of one item in CNY is its amount at the rate, within a fen: the items make up the whole, which is rounded once.
 * In CNY it is the amount itself.
 */
export function checkItemConversion(
  { amount, amountCny }: Pick<Converted, 'amount' | 'amountCny'>,
  { currency, rate }: Pick<Converted, 'currency' | 'rate'>,
  path: string,
): Finding[] {
  const found = checkAmount(amountCny, CNY, path)
  const expected = toCny(parseMoney(amount, currency), rate)
  const stated = parseMoney(amountCny, CNY)
  if (found.length > 0 || !expected || !stated) return found
  const distance = stated.minor > expected.minor ? stated.minor - expected.minor : expected.minor - stated.minor
  if (distance <= (currency === CNY ? 0n : 1n)) return []
  return [finding('MARKET_CONVERSION_DIFFERS', path, { expected: formatMoney(expected) })]
}

function checkRate(currency: string | undefined, rate: Rate | undefined, at: string | undefined): Finding[] {
  if (currency === CNY) return rate === undefined ? [] : [finding('MARKET_RATE_UNEXPECTED', '/rate')]
  if (rate === undefined) return currency === undefined ? [] : [finding('MARKET_RATE_MISSING', '/rate', { currency })]
  const found: Finding[] = []
  if (parseDecimal(rate.value)?.digits === 0n) found.push(finding('MARKET_RATE_NOT_POSITIVE', '/rate/value'))
  const { day } = rate
  const wrong = day === undefined ? undefined : checkDay(day)
  if (wrong) return [...found, placed(wrong, '/rate/day')]
  const ms = at === undefined ? undefined : fromTime(at)
  if (day !== undefined && ms !== undefined && day > shanghaiDay(ms))
    found.push(finding('MARKET_RATE_DAY', '/rate/day', { day }))
  return found
}

/** Undefined where the amount or the rate cannot be read. */
function toCny(money: Money | undefined, rate: Rate | undefined): Money | undefined {
  if (!money || money.currency === CNY) return money
  const value = parseDecimal(rate?.value)
  if (!value || !/^10{0,4}$/.test(rate?.per ?? '')) return undefined
  return multiplyMoney(money, { ...value, scale: value.scale + rate!.per!.length - 1 }, 'half-up', CNY)
}
