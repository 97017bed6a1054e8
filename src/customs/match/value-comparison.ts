// Currency, terms and total: a price with freight and one without differ by what the documents state as freight, and then agree.
import {
  compareDecimals,
  decimalOf,
  minorUnits,
  multiplyDecimals,
  subtractDecimals,
  type Decimal,
} from '../../hub/index.ts'
import { compareCells } from './header-comparison.ts'
import { trimmed, type Included, type Measured, type Paper } from './paper.ts'
import type { Tally } from './tally.ts'

type Charges = Paper['charges']

/** Compares what the goods cost; says whether the prices of single lines can be compared too. `stated`: charges of all documents. */
export function compareValues(left: Paper, right: Paper, stated: readonly Paper[], tally: Tally): boolean {
  const { currency: ours, total: a } = left
  const { currency: theirs, total: b } = right
  if (!ours || !theirs || !a || !b) return false
  compareCells('currency', ours, theirs, tally)
  if (ours.value !== theirs.value) {
    tally.skip('total', 'MATCH_OTHER_CURRENCY', a, b)
    return false
  }
  const tolerance = roundingOf(ours.value, Math.max(left.lines.length, right.lines.length))
  const price = { a, b, currency: ours.value, tolerance }
  for (const name of ['freight', 'insurance'] as const) {
    const [one, other] = [left.charges[name], right.charges[name]]
    if (one && other) compareAmounts(name, one, other, { ...price, tolerance: roundingOf(price.currency, 1) }, tally)
  }
  const sameBasis = !left.included || !right.included || isSame(left.included, right.included)
  if (sameBasis) {
    compareAmounts('total', a, b, price, tally)
    compareTerms(left, right, tally)
  } else compareAcross(left, right, pooled(stated, ours.value), price, tally)
  return sameBasis && !left.adjusted && !right.adjusted
}

const NOTHING = decimalOf(0)

interface Price {
  a: Measured
  b: Measured
  currency: string
  tolerance: Decimal
}

/** One minor unit for each line: each is rounded once. */
export const roundingOf = (currency: string, lines: number): Decimal => ({
  digits: BigInt(lines),
  scale: minorUnits(currency) ?? 2,
})

export function compareAmounts(
  field: 'total' | 'freight' | 'insurance' | 'amount',
  a: Measured,
  b: Measured,
  { currency, tolerance }: Pick<Price, 'currency' | 'tolerance'>,
  tally: Tally,
): void {
  const difference = apart(a.amount, b.amount)
  const within = compareDecimals(difference, tolerance) <= 0
  tally.measure(field, a, b, within, difference.digits === 0n, `${currency} ${trimmed(tolerance)}`)
}

const isSame = (a: Included, b: Included): boolean => a.freight === b.freight && a.insurance === b.insurance

function compareTerms({ terms: a }: Paper, { terms: b }: Paper, tally: Tally): void {
  if (!a || !b) return
  if (a.value === b.value) tally.agree()
  else tally.accept('terms', 'MATCH_SAME_DELIVERY', a, b)
}

/** Takes freight and insurance out of the price that includes them; what is left of both must be the same. */
function compareAcross(left: Paper, right: Paper, charges: Charges, price: Price, tally: Tally): void {
  const { a, b, currency, tolerance } = price
  const parts = (['freight', 'insurance'] as const).filter((name) => left.included![name] !== right.included![name])
  const [terms, others] = [left.terms!, right.terms!]
  const missing = parts.filter((name) => charges[name] === undefined)
  const between = parts.map((name) => `${name} ${currency} ${trimmed(charges[name]?.amount ?? NOTHING)}`).join(', ')
  const less = (paper: Paper, { amount }: Measured): Decimal =>
    parts.reduce(
      (rest, name) => (paper.included![name] ? subtractDecimals(rest, charges[name]?.amount ?? NOTHING) : rest),
      amount,
    )
  const explained = missing.length === 0 && compareDecimals(apart(less(left, a), less(right, b)), tolerance) <= 0
  // An invoice free on board may charge the freight beside its lines: the terms are the same, what the total includes is not.
  if (terms.value === others.value) tally.agree()
  else if (explained) tally.accept('terms', 'MATCH_EXPLAINED_BY_CHARGES', terms, others, { charges: between })
  else tally.differ('terms', 'MATCH_VALUE_DIFFERS', terms, others)
  if (explained) tally.accept('total', 'MATCH_EXPLAINED_BY_CHARGES', a, b, { charges: between })
  else tally.differ('total', missing.length > 0 ? 'MATCH_CHARGES_NOT_STATED' : 'MATCH_VALUE_UNEXPLAINED', a, b)
}

/** What any of the documents states, in this currency: a declaration free on board says nothing of the freight that the invoice states. */
function pooled(papers: readonly Paper[], currency: string): Charges {
  const same = papers.filter((paper) => paper.currency?.value === currency)
  const first = (name: keyof Included) => same.map(({ charges }) => charges[name]).find((one) => one !== undefined)
  const [freight, insurance] = [first('freight'), first('insurance')]
  return { ...(freight && { freight }), ...(insurance && { insurance }) }
}

function apart(a: Decimal, b: Decimal): Decimal {
  const difference = subtractDecimals(a, b)
  return difference.digits < 0n ? multiplyDecimals(difference, decimalOf(-1)) : difference
}
