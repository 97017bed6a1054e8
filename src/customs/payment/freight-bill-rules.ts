// Second and third layer of a freight bill: identifiers, days, and the sum of its charges.
import {
  addMoney,
  checkUcr,
  checkUscc,
  formatMoney,
  isDate,
  parseMoney,
  placed,
  rowsOf,
  textsOf,
  type Finding,
  type Flaw,
  type Money,
  type Texts,
} from '../../hub/index.ts'
import type { FreightBill, FreightCharge } from '../../../schemas/types.d.ts'
import { checkAmount, checkCurrency } from './amounts.ts'
import { finding, flaw } from './codes.ts'

const checkDay = (value: string): Flaw | undefined =>
  isDate(value) ? undefined : flaw('FREIGHT_BILL_DAY_INVALID', { value })

const FIELDS: readonly (readonly [keyof FreightBill & string, (text: string) => Flaw | undefined])[] = [
  ['ucr', checkUcr],
  ['payerScc', checkUscc],
  ['issueDate', checkDay],
  ['dueDate', checkDay],
  ['currency', checkCurrency],
]

/** Findings of a freight bill alone, with JSON Pointers. */
export function checkFreightBill(body: unknown): Finding[] {
  const fields = textsOf<FreightBill>(body)
  const charges = rowsOf<FreightCharge>(body, 'charges')
  const { issueDate: issued, dueDate: due, currency } = fields
  return [
    ...FIELDS.flatMap(([name, check]) => {
      const text = fields[name]
      const found = text === undefined ? undefined : check(text)
      return found ? [placed(found, `/${name}`)] : []
    }),
    ...charges.flatMap(({ amount }, at) => checkAmount(amount, currency, `/charges/${at}/amount`)),
    ...checkAmount(fields.total, currency, '/total'),
    ...checkTotal(fields, charges),
    ...(issued !== undefined && due !== undefined && due < issued
      ? [finding('FREIGHT_BILL_DUE_BEFORE_ISSUE', '/dueDate', { due, issued })]
      : []),
    ...(fields.act === 'withdraw' ? checkWithdrawal(body as object) : []),
  ]
}

/** Nothing is summed of what cannot be read. */
function checkTotal({ total, currency }: Texts<FreightBill>, charges: readonly Texts<FreightCharge>[]): Finding[] {
  const stated = parseMoney(total, currency)
  const parts = charges.map(({ amount }) => parseMoney(amount, currency))
  if (!stated || parts.length === 0 || parts.some((part) => part === undefined)) return []
  const sum = (parts as Money[]).reduce((a, b) => addMoney(a, b))
  if (sum.minor === stated.minor) return []
  return [finding('FREIGHT_BILL_TOTAL_DIFFERS', '/total', { value: formatMoney(stated), expected: formatMoney(sum) })]
}

// What was said when the bill was issued and cannot be said otherwise.
const ISSUING = [
  'ucr',
  'transportDocument',
  'payerScc',
  'payerName',
  'issueDate',
  'dueDate',
  'currency',
  'charges',
  'total',
]

const checkWithdrawal = (body: object): Finding[] =>
  ISSUING.filter((field) => Object.hasOwn(body, field)).map((field) =>
    finding('FREIGHT_BILL_FIELD_UNEXPECTED', `/${field}`, { field }),
  )
