// Second layer of an invoice: identifiers, countries, places and days, each field by itself.
import {
  alpha3Of,
  checkBic,
  checkEntryId,
  checkHs,
  checkLei,
  checkLocode,
  checkUscc,
  isDate,
  minorUnits,
  partOf,
  placed,
  rowsOf,
  textsOf,
  type Finding,
  type Flaw,
  type Texts,
} from '../hub/index.ts'
import type { CommercialInvoice, InvoicedDeclaration, InvoiceLine, SellersBank } from '../../schemas/types.d.ts'
import { finding, flaw } from './codes.ts'
import { normalInvoiceNumber } from './invoice-number.ts'

type Check = (text: string) => Flaw | undefined

const checkDay: Check = (value) => (isDate(value) ? undefined : flaw('INVOICE_DATE_INVALID', { value }))
const checkCountry: Check = (value) => (alpha3Of(value) ? undefined : flaw('INVOICE_COUNTRY_UNKNOWN', { value }))
const checkCurrency: Check = (value) =>
  minorUnits(value) === undefined ? flaw('INVOICE_CURRENCY_UNKNOWN', { value }) : undefined
const checkNumber: Check = (value) => (normalInvoiceNumber(value) === '' ? flaw('INVOICE_NUMBER_EMPTY') : undefined)

const FIELDS = {
  invoiceNumber: checkNumber,
  invoiceDate: checkDay,
  issueDate: checkDay,
  paymentDueDate: checkDay,
  originCountry: checkCountry,
  originalLoadingLocation: checkLocode,
  baseportUnloadingLocation: checkLocode,
} satisfies Partial<Record<keyof CommercialInvoice, Check>>
const LINE_FIELDS = { hsCode: checkHs, originCountry: checkCountry } satisfies Partial<Record<keyof InvoiceLine, Check>>
const PARTY_FIELDS = {
  bic: checkBic,
  uscc: checkUscc,
  lei: checkLei,
  country: checkCountry,
} satisfies Partial<Record<keyof SellersBank, Check>>
const PARTIES = ['seller', 'buyer', 'invoicee', 'sellersBank', 'documentaryCreditApplicant'] as const

/** Findings of single fields, with JSON Pointers. */
export function checkInvoiceFields(body: unknown): Finding[] {
  const { currency } = partOf<CommercialInvoice['totalAmount']>(body, 'totalAmount') ?? {}
  return [
    ...check(FIELDS, textsOf<CommercialInvoice>(body), ''),
    ...PARTIES.flatMap((name) => check(PARTY_FIELDS, partOf<SellersBank>(body, name) ?? {}, `/${name}`)),
    ...rowsOf<InvoiceLine>(body, 'itemsShipped').flatMap((line, at) => check(LINE_FIELDS, line, `/itemsShipped/${at}`)),
    ...check({ currency: checkCurrency }, currency === undefined ? {} : { currency }, '/totalAmount'),
    ...checkDeclarations(body),
  ]
}

function check<T>(fields: Partial<Record<keyof T & string, Check>>, texts: Texts<T>, path: string): Finding[] {
  return Object.entries<Check | undefined>(fields).flatMap(([name, checkText]) => {
    const text = texts[name as keyof T]
    const found = text === undefined ? undefined : checkText?.(text)
    return found ? [placed(found, `${path}/${name}`)] : []
  })
}

function checkDeclarations(body: unknown): Finding[] {
  const numbers = rowsOf<InvoicedDeclaration>(body, 'declarations').map(({ entryId }) => entryId)
  return numbers.flatMap((value, at) => {
    if (value === undefined) return []
    const path = `/declarations/${at}/entryId`
    const found = checkEntryId(value)
    if (found) return [placed(found, path)]
    return numbers.indexOf(value) < at ? [finding('INVOICE_DECLARATION_REPEATED', path, { value })] : []
  })
}
