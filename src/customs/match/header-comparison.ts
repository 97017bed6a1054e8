// What two papers say of the consignment as a whole: references, parties, countries, packages, masses, containers.
import { compareDecimals, decimalOf, multiplyDecimals, subtractDecimals, type Decimal } from '../../hub/index.ts'
import { sameName } from './names.ts'
import { bare, type Cell, type CellField, type Measured, type Paper } from './paper.ts'
import type { Tally } from './tally.ts'
import { FIELD_RULES, type MatchField } from './tolerances.ts'

const EXACT: readonly CellField[] = [
  ...([
    'ucr',
    'contractNumber',
    'consignorId',
    'consigneeId',
    'departureCountry',
    'arrivalCountry',
    'packages',
  ] as const),
]
const NAMES: readonly CellField[] = ['consignor', 'consignee']
const MASSES = ['grossMass', 'netMass'] as const

export function compareHeaders(left: Paper, right: Paper, tally: Tally): void {
  for (const field of EXACT) both(left.cells[field], right.cells[field], (a, b) => compareCells(field, a, b, tally))
  for (const field of NAMES)
    both(left.cells[field], right.cells[field], (a, b) => {
      const same = sameName(a.value, b.value)
      if (same === undefined) tally.skip(field, 'MATCH_OTHER_SCRIPT', a, b)
      else if (same) tally.agree()
      else tally.differ(field, 'MATCH_VALUE_DIFFERS', a, b)
    })
  for (const field of MASSES)
    both(left.masses[field], right.masses[field], (a, b) => compareMeasured(field, a, b, tally))
  compareInvoiceNumbers(left, right, tally)
  compareContainers(left, right, tally)
}

function both<T>(a: T | undefined, b: T | undefined, compare: (a: T, b: T) => void): void {
  if (a !== undefined && b !== undefined) compare(a, b)
}

export function compareCells(field: MatchField, a: Cell, b: Cell, tally: Tally): void {
  if ((a.norm ?? a.value) === (b.norm ?? b.value)) tally.agree()
  else tally.differ(field, 'MATCH_VALUE_DIFFERS', a, b)
}

/** Within so many percent of the greater, so that it does not matter which document is asked first. */
export function compareMeasured(
  field: MatchField,
  a: Measured,
  b: Measured,
  tally: Tally,
  percent = FIELD_RULES[field].percent,
): void {
  const order = compareDecimals(a.amount, b.amount)
  const [less, more] = order < 0 ? [a.amount, b.amount] : [b.amount, a.amount]
  const within = percent !== undefined && isWithin(subtractDecimals(more, less), more, percent)
  tally.measure(field, a, b, within, order === 0, percent === undefined || percent === 0 ? undefined : `${percent} %`)
}

const isWithin = (difference: Decimal, of: Decimal, percent: number): boolean =>
  compareDecimals(multiplyDecimals(difference, decimalOf(100)), multiplyDecimals(of, decimalOf(percent))) <= 0

/** A document may name several invoices; one in common is enough. */
function compareInvoiceNumbers(left: Paper, right: Paper, tally: Tally): void {
  const [a, b] = [left.invoiceNumbers, right.invoiceNumbers]
  if (a.length === 0 || b.length === 0) return
  const known = new Set(b.map(({ value }) => bare(value)))
  if (a.some(({ value }) => known.has(bare(value)))) tally.agree()
  else tally.differ('invoiceNumber', 'MATCH_VALUE_DIFFERS', a[0]!, b[0]!)
}

/** Only where both documents name containers: a document without any says nothing of them. */
function compareContainers(left: Paper, right: Paper, tally: Tally): void {
  if (left.containers.length === 0 || right.containers.length === 0) return
  const [a, b] = [new Set(left.containers.map(numberOf)), new Set(right.containers.map(numberOf))]
  for (const one of left.containers)
    if (b.has(numberOf(one))) tally.agree()
    else tally.differ('container', 'MATCH_CONTAINER_MISSING', one, { path: right.containersPath })
  for (const one of right.containers)
    if (!a.has(numberOf(one))) tally.differ('container', 'MATCH_CONTAINER_MISSING', { path: left.containersPath }, one)
}

const numberOf = ({ value }: Cell): string => bare(value)
