// Checks that the documents of e-commerce share: codes of companies, times, amounts, goods lines.
import {
  addDecimals,
  checkCustomsRegistration,
  checkUscc,
  compareDecimals,
  decimalOf,
  parseDecimal,
  placed,
  roundDecimal,
  type Decimal,
  type Finding,
  type Flaw,
  type Texts,
} from '../../hub/index.ts'
import { checkCountry, checkUnit } from '../code-lists.ts'
import { finding as customsFinding } from '../codes.ts'
import { totalDiffers } from '../item-total.ts'
import { finding, flaw } from './codes.ts'
import { compactTime } from './days.ts'

/** Customs code of CNY, the only currency of imports. */
export const CNY = '142'
export const ZERO = decimalOf(0)

/** A code of eighteen is a social credit code, one of ten a customs registration. */
export const checkCompany = (value: string): Flaw | undefined =>
  value.length === 10 ? checkCustomsRegistration(value) : checkPlatform(value)

/** Platforms that are not registered with customs have codes of their own, of any form. */
export const checkPlatform = (value: string): Flaw | undefined => (value.length === 18 ? checkUscc(value) : undefined)

export const checkCompactTime = (value: string): Flaw | undefined =>
  compactTime(value) === undefined ? flaw('COMPACT_TIME_INVALID', { value }) : undefined

/** Three digits are the codes that these messages still use, for which there is no list; letters are ISO 3166. */
export const checkEitherCountry = (value: string): Flaw | undefined =>
  /^\d{3}$/.test(value) ? undefined : checkCountry(value)

/** Findings of one field after the other, each by its own check. */
export function checkFields<T>(
  texts: Texts<T>,
  checks: readonly (readonly [keyof T & string, (text: string) => Flaw | undefined])[],
  at = '',
): Finding[] {
  return checks.flatMap(([name, check]) => {
    const text = texts[name]
    const found = text === undefined ? undefined : check(text)
    return found ? [placed(found, `${at}/${name}`)] : []
  })
}

/** Amounts in whole fen. */
export function checkFen<T>(texts: Texts<T>, names: readonly (keyof T & string)[]): Finding[] {
  return names.flatMap((name) => {
    const value = texts[name]
    const amount = parseDecimal(value)
    const isFine = !amount || compareDecimals(amount, roundDecimal(amount, 2, 'half-up')) === 0
    return isFine
      ? []
      : [customsFinding('AMOUNT_DECIMALS', `/${name}`, { currency: 'CNY', decimals: 2, value: value! })]
  })
}

export function checkAboveZero<T>(texts: Texts<T>, names: readonly (keyof T & string)[], at = ''): Finding[] {
  return names.flatMap((name) =>
    parseDecimal(texts[name])?.digits === 0n ? [customsFinding('QUANTITY_NOT_POSITIVE', `${at}/${name}`)] : [],
  )
}

interface Line {
  gnum: string
  unit: string
  country?: string
  currency: string
  qty: string
  price: string
  totalPrice: string
}

/** Rules of one goods line of an order or a list. */
export function checkLine(line: Texts<Line>, at: number, isImport: boolean): Finding[] {
  const path = `/items/${at}`
  const expected = at + 1
  const gap = line.gnum !== undefined && line.gnum !== String(expected)
  const foreign = isImport && line.currency !== undefined && line.currency !== CNY
  return [
    ...(gap ? [customsFinding('ITEM_NUMBER_GAP', `${path}/gnum`, { expected })] : []),
    ...checkFields(line, LINE_FIELDS, path),
    ...(foreign ? [finding('CURRENCY_NOT_CNY', `${path}/currency`, { value: line.currency! })] : []),
    ...checkAboveZero(line, ['qty'], path),
    ...checkLineTotal(line, path),
  ]
}

const LINE_FIELDS = [
  ['unit', checkUnit],
  ['country', checkEitherCountry],
] as const

/** Amounts are in fen, or in what stands for them where the currency is a code of three digits. */
function checkLineTotal({ qty, price, totalPrice }: Texts<Line>, path: string): Finding[] {
  const differs = totalDiffers({ quantity: qty, price, total: totalPrice }, 2)
  if (!differs) return []
  return [finding('LINE_TOTAL_DIFFERS', `${path}/totalPrice`, { value: totalPrice!, expected: differs.expected })]
}

/** Sum of decimal strings, what is missing or malformed counting as nothing. */
export const sumOf = (texts: readonly (string | undefined)[]): Decimal =>
  texts.reduce((sum, text) => addDecimals(sum, parseDecimal(text) ?? ZERO), ZERO)

/** Whole fen of an amount in yuan, rounded once. */
export const fenOf = (yuan: Decimal): bigint => roundDecimal(yuan, 2, 'half-up').digits
