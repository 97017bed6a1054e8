// Second and third layer of a financing: identifiers, money, dates and what they say of one another.
import {
  checkBic,
  checkEntryId,
  checkUscc,
  compareDecimals,
  decimalOf,
  fromTime,
  isDate,
  minorUnits,
  parseDecimal,
  parseMoney,
  partOf,
  placed,
  rowsOf,
  textsOf,
  type Finding,
  type Flaw,
  type Texts,
} from '../hub/index.ts'
import type { DatedRate, Financing, UnderlyingDocument } from '../../schemas/types.d.ts'
import { finding, flaw } from './codes.ts'

type Fields = Texts<Financing>

const checkDay = (value: string): Flaw | undefined =>
  isDate(value) ? undefined : flaw('FINANCING_DATE_INVALID', { value })
const checkTime = (value: string): Flaw | undefined =>
  fromTime(value) === undefined ? flaw('FINANCING_TIME_INVALID', { value }) : undefined
const checkCurrency = (value: string): Flaw | undefined =>
  minorUnits(value) === undefined ? flaw('FINANCED_CURRENCY_UNKNOWN', { value }) : undefined

const FIELDS: readonly (readonly [keyof Financing & string, (text: string) => Flaw | undefined])[] = [
  ['entryId', checkEntryId],
  ['borrowerScc', checkUscc],
  ['financierBic', checkBic],
  ['currency', checkCurrency],
  ['startDate', checkDay],
  ['dueDate', checkDay],
  ['reserveUntil', checkTime],
]

/** Findings of a financing body alone, with JSON Pointers. */
export function checkFinancing(body: unknown): Finding[] {
  const fields = textsOf<Financing>(body)
  return [
    ...FIELDS.flatMap(([name, check]) => {
      const text = fields[name]
      const found = text === undefined ? undefined : check(text)
      return found ? [placed(found, `/${name}`)] : []
    }),
    ...checkAmount(fields.amount, fields.currency, '/amount'),
    ...checkAct(body),
    ...checkTenor(fields),
    ...checkRate(partOf<DatedRate>(body, 'rate'), fields),
    ...checkDocuments(rowsOf<UnderlyingDocument>(body, 'documents')),
  ]
}

/** Above zero and in whole minor units. Confirmations and repayments name no currency: it is that of the application. */
export function checkAmount(value: string | undefined, currency: string | undefined, path: string): Finding[] {
  const amount = parseDecimal(value)
  if (value === undefined || !amount) return []
  if (compareDecimals(amount, decimalOf(0)) <= 0) return [finding('FINANCED_AMOUNT_NOT_POSITIVE', path)]
  const decimals = minorUnits(currency)
  if (currency === undefined || decimals === undefined || parseMoney(value, currency)) return []
  return [finding('FINANCED_AMOUNT_DECIMALS', path, { currency, decimals, value })]
}

function checkTenor({ startDate: start, dueDate: due }: Fields): Finding[] {
  if (start === undefined || due === undefined || due >= start) return []
  return [finding('TENOR_REVERSED', '/dueDate', { start, due })]
}

// What confirming and repaying may name; everything else was said by the application and cannot be said otherwise.
const SETTLING = new Set(['act', 'applicationId', 'amount'])

function checkAct(body: unknown): Finding[] {
  const { act } = textsOf<Financing>(body)
  if (act === undefined || act === 'apply') return []
  return Object.keys(body as object)
    .filter((field) => !SETTLING.has(field))
    .map((field) => finding('FINANCING_FIELD_UNEXPECTED', `/${field}`, { act, field }))
}

function checkRate(rate: Texts<DatedRate> | undefined, { currency, startDate: start }: Fields): Finding[] {
  if (!rate) return []
  const { base, quote, asOf } = rate
  const found: Finding[] = []
  for (const [name, value] of [['base', base] as const, ['quote', quote] as const]) {
    const unknown = value === undefined ? undefined : checkCurrency(value)
    if (unknown) found.push(placed(unknown, `/rate/${name}`))
  }
  if (base !== undefined && base === quote) found.push(finding('RATE_SAME_CURRENCY', '/rate/quote', { base }))
  if (base !== undefined && currency !== undefined && base !== currency)
    found.push(finding('RATE_BASE_DIFFERS', '/rate/base', { base, currency }))
  if (parseDecimal(rate.rate)?.digits === 0n) found.push(finding('RATE_NOT_POSITIVE', '/rate/rate'))
  const day = asOf === undefined ? undefined : checkDay(asOf)
  if (day) found.push(placed(day, '/rate/asOf'))
  else if (asOf !== undefined && start !== undefined && asOf > start)
    found.push(finding('RATE_AFTER_START', '/rate/asOf', { asOf, start }))
  return found
}

function checkDocuments(documents: readonly Texts<UnderlyingDocument>[]): Finding[] {
  const seen = new Set<string>()
  return documents.flatMap((document, at) => {
    const { type = '', number = '', issuer = '', amount, currency, date } = document
    const path = `/documents/${at}`
    const found = checkAmount(amount, currency, `${path}/amount`)
    const unknown = currency === undefined ? undefined : checkCurrency(currency)
    const day = date === undefined ? undefined : checkDay(date)
    if (unknown) found.push(placed(unknown, `${path}/currency`))
    if (day) found.push(placed(day, `${path}/date`))
    if ((amount === undefined) !== (currency === undefined))
      found.push(finding('DOCUMENT_AMOUNT_INCOMPLETE', `${path}/amount`))
    const name = JSON.stringify([type, number, issuer])
    if (seen.has(name)) found.push(finding('DOCUMENT_REPEATED', path, { type, number }))
    seen.add(name)
    return found
  })
}
