// From the instructed amount to the settled one: rate and charges, in exact decimals, rounded once at the end.
import {
  addDecimals,
  compareDecimals,
  decimalOf,
  formatDecimal,
  minorUnits,
  multiplyDecimals,
  negateDecimal,
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

/** Half a minor unit of the settled currency is what rounding may differ by. */
function checkConverted(transaction: Element, instructed: Amount, settled: Amount, rate: Decimal): Finding[] {
  const decimals = minorUnits(settled.currency)
  const charges = chargesOf(transaction, settled.currency, instructed.currency, rate)
  if (decimals === undefined || !charges) return []
  const half: Decimal = { digits: 5n, scale: decimals + 1 }
  const expected = expectedOf(transaction, multiplyDecimals(instructed.value, rate), charges)
  const within = (value: Decimal): boolean => compareDecimals(distance(value, settled.value), half) <= 0
  return expected.some(within)
    ? []
    : [differs('CONVERSION_DIFFERS', transaction, roundDecimal(expected[0]!, decimals, 'half-up'), settled)]
}

function distance(a: Decimal, b: Decimal): Decimal {
  const difference = subtractDecimals(a, b)
  return difference.digits < 0n ? negateDecimal(difference) : difference
}

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
