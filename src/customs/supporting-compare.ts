// What a declaration says again of the documents it refers to: contract, totals by currency, packages, gross weight, consignment. Pure.
import {
  addDecimals,
  addMoney,
  compareDecimals,
  decimalOf,
  formatDecimal,
  formatMoney,
  parseDecimal,
  parseMoney,
  partOf,
  rowsOf,
  textsOf,
  type Decimal,
  type Finding,
  type Money,
} from '../hub/index.ts'
import type { CommercialInvoice, CustomsDeclaration, InvoiceLine, PackingList } from '../../schemas/types.d.ts'
import type { Filed } from './authority.ts'
import { finding } from './codes.ts'
import { declaredTotal } from './declaration-head.ts'

const INVOICE = 'tradefinance.invoice'
const PACKING_LIST = 'customs.packing-list'

type Document = Pick<Filed, 'kind' | 'body'>

/** Each difference as a finding at the field of the declaration. What one side does not say is no difference. */
export function compareSupporting(declaration: CustomsDeclaration, documents: readonly Document[]): Finding[] {
  const invoices = documents.filter(({ kind }) => kind === INVOICE)
  const packingLists = documents.filter(({ kind }) => kind === PACKING_LIST)
  return [
    ...[...invoices, ...packingLists].flatMap((document) => compareContract(declaration, document)),
    ...documents.flatMap((document) => compareUcr(declaration, document)),
    ...compareTotal(declaration, invoices),
    ...comparePackages(declaration, packingLists),
    ...compareGross(declaration, packingLists.length > 0 ? packingLists : invoices),
  ]
}

const differs = (path: string, declared: string, { kind }: Document, field: string, supporting: string): Finding =>
  finding('SUPPORTING_DIFFERS', path, { declared, supporting, kind, field })

function compareContract({ contrNo }: CustomsDeclaration, document: Document): Finding[] {
  const { contractNumber } = textsOf<CommercialInvoice>(document.body)
  if (contrNo === undefined || contractNumber === undefined || contrNo === contractNumber) return []
  return [differs('/contrNo', contrNo, document, '/contractNumber', contractNumber)]
}

function compareUcr({ ucr }: CustomsDeclaration, document: Document): Finding[] {
  const said = textsOf<{ ucr: string }>(document.body).ucr
  return ucr === undefined || said === undefined || ucr === said ? [] : [differs('/ucr', ucr, document, '/ucr', said)]
}

/** All invoices together are the declared total: one declaration has one currency, so they have no other. */
function compareTotal(declaration: CustomsDeclaration, invoices: readonly Document[]): Finding[] {
  const sums = new Map<string, Money>()
  for (const { body } of invoices) {
    const { amount, currency = '' } = partOf<CommercialInvoice['totalAmount']>(body, 'totalAmount') ?? {}
    const total = parseMoney(amount, currency)
    if (!total) return []
    const sum = sums.get(currency)
    sums.set(currency, sum ? addMoney(sum, total) : total)
  }
  const declared = declaredTotal(declaration)
  if (invoices.length === 0 || (sums.size === 1 && sums.get(declared.currency)?.minor === declared.minor)) return []
  const said = [...sums.values()].map(formatMoney).join(', ')
  return [differs('/items', formatMoney(declared), invoices[0]!, '/totalAmount', said)]
}

function comparePackages({ packNo }: CustomsDeclaration, lists: readonly Document[]): Finding[] {
  const counted = sumOf(lists.map(({ body }) => textsOf<PackingList>(body).totalPackages))
  if (!counted || compareDecimals(counted, parseDecimal(packNo)!) === 0) return []
  return [differs('/packNo', packNo, lists[0]!, '/totalPackages', formatDecimal(counted))]
}

/** Weighed in packing lists or, where there are none, in invoices of which every line says its gross weight. */
function compareGross({ grossWt }: CustomsDeclaration, documents: readonly Document[]): Finding[] {
  const weighed = sumOf(
    documents.flatMap(({ kind, body }) =>
      kind === PACKING_LIST
        ? [textsOf<PackingList>(body).totalGrossKg]
        : rowsOf<InvoiceLine>(body, 'itemsShipped').map(({ grossWeight }) => grossWeight),
    ),
  )
  if (!weighed || compareDecimals(atLeastOne(weighed), parseDecimal(grossWt)!) === 0) return []
  const field = documents[0]!.kind === PACKING_LIST ? '/totalGrossKg' : '/itemsShipped'
  return [differs('/grossWt', grossWt, documents[0]!, field, formatDecimal(weighed))]
}

/** Undefined when there is nothing to add up, or a part of it is not said. */
function sumOf(texts: readonly (string | undefined)[]): Decimal | undefined {
  const parts = texts.map((text) => parseDecimal(text))
  return parts.length === 0 || parts.includes(undefined)
    ? undefined
    : (parts as Decimal[]).reduce(addDecimals, decimalOf(0))
}

/** A declaration writes what is below one kilogram as one. */
const atLeastOne = (weight: Decimal): Decimal => (compareDecimals(weight, decimalOf(1)) < 0 ? decimalOf(1) : weight)
