// From the instructed amount to the settled one: rate and charges, in exact decimals, rounded once at the end.
import {
  addDecimals,
  compareDecimals,
  decimalDistance,
  decimalOf,
  formatDecimal,
  minorUnits,
  multiplyDecimals,
  roundDecimal,
  subtractDecimals,
  type Decimal,
  type Finding,
} from '../hub/index.ts'
import { amountOf, parseXmlDecimal, type Amount } from './amount.ts'
import { finding } from './codes.ts'
import type { Element } from './element.ts'

/** Findings on InstdAmt, XchgRate, ChrgBr, ChrgsInf and IntrBkSttlmAmt against one another. Where they cannot be told apart, nothing is said. */
export function checkConversion(transaction: Element): Finding[] {
  const settled = amountOf(transaction.child('IntrBkSttlmAmt'))
  const instructed = amountOf(transaction.child('InstdAmt'))
  const rate = transaction.child('XchgRate')
  if (!instructed) return rate && !transaction.child('InstdAmt') ? [finding('RATE_UNEXPECTED', rate.path)] : []
  if (!settled) return []
  if (settled.currency === instructed.currency) {
    if (rate) return [finding('RATE_UNEXPECTED', rate.path)]
    return checkCharges(transaction, instructed, settled)
  }
  if (!rate)
    return [
      finding('RATE_MISSING', `${transaction.path}/XchgRate`, {
        instructed: instructed.currency,
        settled: settled.currency,
      }),
    ]
  const factor = parseXmlDecimal(rate.text())
  return factor ? checkConverted(transaction, instructed, settled, factor) : []
}

/** Charges of all agents in the settled currency, those in the instructed one converted by the rate; undefined if one is in a third. */
function chargesOf(transaction: Element, settled: string, instructed: string, rate: Decimal): Decimal | undefined {
  let sum = decimalOf(0)
  for (const charge of transaction.each('ChrgsInf')) {
    const amount = amountOf(charge.child('Amt'))
    if (amount?.currency === settled) sum = addDecimals(sum, amount.value)
    else if (amount?.currency === instructed) sum = addDecimals(sum, multiplyDecimals(amount.value, rate))
    else return undefined
  }
  return sum
}

/**
 * What may be settled: charges are taken off what is passed on (CRED, SHAR). Those of the debtor (DEBT) are paid ahead on top of it, or
 * told only because they were settled apart; the message does not say which.
 */
function expectedOf(transaction: Element, before: Decimal, charges: Decimal): Decimal[] {
  return transaction.text('ChrgBr') === 'DEBT'
    ? [addDecimals(before, charges), before]
    : [subtractDecimals(before, charges)]
}

const ONE = decimalOf(1)

function checkCharges(transaction: Element, instructed: Amount, settled: Amount): Finding[] {
  const less = compareDecimals(settled.value, instructed.value) < 0
  if (transaction.each('ChrgsInf').length === 0 && less && transaction.text('ChrgBr') !== 'DEBT')
    return [finding('CHARGES_MISSING', `${transaction.path}/ChrgsInf`)]
  const charges = chargesOf(transaction, settled.currency, settled.currency, ONE)
  if (!charges) return []
  const expected = expectedOf(transaction, instructed.value, charges)
  if (expected.some((value) => compareDecimals(value, settled.value) === 0)) return []
  return [differs('CHARGES_DIFFER', transaction, expected[0]!, settled)]
}

/**
 * Half a minor unit may be lost in rounding the amount, and half a unit of its last place in rounding a rate that fills the field: for
 * a billion dong ten decimals are few. Banks also quote the rate the other way round (150 yen for a dollar); that passes likewise.
 */
function checkConverted(transaction: Element, instructed: Amount, settled: Amount, rate: Decimal): Finding[] {
  const decimals = minorUnits(settled.currency)
  const charges = chargesOf(transaction, settled.currency, instructed.currency, rate)
  if (decimals === undefined || !charges) return []
  const expected = expectedOf(transaction, multiplyDecimals(instructed.value, rate), charges)
  const slack = addDecimals(half(decimals), multiplyDecimals(instructed.value, roundingOf(rate)))
  if (expected.some((value) => isWithin(value, settled.value, slack))) return []
  if (isInverse(instructed, settled, charges, rate)) return []
  return [differs('CONVERSION_DIFFERS', transaction, roundDecimal(expected[0]!, decimals, 'half-up'), settled)]
}

/** Whether the rate says what one unit of the settled currency costs; without charges, which would be converted the other way too. */
function isInverse(instructed: Amount, settled: Amount, charges: Decimal, rate: Decimal): boolean {
  const decimals = minorUnits(settled.currency)
  if (decimals === undefined || compareDecimals(charges, decimalOf(0)) !== 0) return false
  // What rounding took from the settled amount is felt in the instructed one as many times as the rate says.
  const slack = addDecimals(multiplyDecimals(rate, half(decimals)), multiplyDecimals(settled.value, roundingOf(rate)))
  return isWithin(multiplyDecimals(settled.value, rate), instructed.value, slack)
}

const RATE_DECIMALS_MAX = 10
const RATE_DIGITS_MAX = 11

/** A rate that has more room in its field (ISO 20022 BaseOneRate) than it uses was not rounded to fit it. */
const roundingOf = ({ digits, scale }: Decimal): Decimal =>
  scale >= RATE_DECIMALS_MAX || digits.toString().length >= RATE_DIGITS_MAX ? half(scale) : decimalOf(0)

/** Half a unit of the last of so many decimals. */
const half = (scale: number): Decimal => ({ digits: 5n, scale: scale + 1 })

const isWithin = (a: Decimal, b: Decimal, slack: Decimal): boolean => compareDecimals(decimalDistance(a, b), slack) <= 0

const differs = (
  code: 'CHARGES_DIFFER' | 'CONVERSION_DIFFERS',
  { path }: Element,
  expected: Decimal,
  { currency, value }: Amount,
): Finding =>
  finding(code, `${path}/IntrBkSttlmAmt`, {
    expected: `${currency} ${formatDecimal(expected)}`,
    settled: `${currency} ${formatDecimal(value)}`,
  })
