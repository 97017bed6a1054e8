// Third layer of an invoice: what its lines, charges, total, days and terms say of one another.
import {
  addMoney,
  compareDecimals,
  formatAmount,
  minorUnits,
  multiplyDecimals,
  parseDecimal,
  parseMoney,
  partOf,
  roundDecimal,
  rowsOf,
  subtractMoney,
  textsOf,
  type Finding,
  type Money,
  type Texts,
} from '../hub/index.ts'
import type {
  CommercialInvoice,
  InvoiceAllowance,
  InvoiceCharge,
  InvoiceLine,
  InvoicePaymentTerms,
  InvoiceSeller,
  InvoiceTotal,
} from '../../schemas/types.d.ts'
import { finding } from './codes.ts'
import { checkInvoiceFields } from './invoice-fields.ts'

/** Terms whose point of delivery is a ship, and modes that cannot have one; multimodal transport can. */
const SHIP_TERMS: ReadonlySet<string | undefined> = new Set(['FAS', 'FOB', 'CFR', 'CIF'])
const SHIPLESS_MODES: ReadonlySet<string | undefined> = new Set(['2', '3', '4', '5', '7'])

/** Findings of an invoice body alone, with JSON Pointers. */
export function checkInvoice(body: unknown): Finding[] {
  const fields = textsOf<CommercialInvoice>(body)
  return [
    ...checkInvoiceFields(body),
    ...checkSeller(partOf<InvoiceSeller>(body, 'seller')),
    ...checkDays(fields, partOf<InvoicePaymentTerms>(body, 'paymentTerms')),
    ...checkTerms(fields),
    ...rowsOf<InvoiceLine>(body, 'itemsShipped').flatMap(checkWeights),
    ...checkMoney(body),
  ]
}

function checkSeller(seller: Texts<InvoiceSeller> | undefined): Finding[] {
  if (!seller || seller.uscc !== undefined || seller.lei !== undefined || seller.otherId !== undefined) return []
  return [finding('SELLER_ID_MISSING', '/seller')]
}

function checkDays(fields: Texts<CommercialInvoice>, terms: Texts<InvoicePaymentTerms> | undefined): Finding[] {
  const { invoiceDate: date, paymentDueDate: due } = fields
  if (due === undefined)
    return terms?.code === 'DEFERRED' ? [finding('PAYMENT_DUE_DATE_MISSING', '/paymentDueDate')] : []
  return date !== undefined && due < date
    ? [finding('PAYMENT_DUE_BEFORE_INVOICE', '/paymentDueDate', { due, date })]
    : []
}

function checkTerms({ tradeTermsConditionsCode: terms, transportMode: mode }: Texts<CommercialInvoice>): Finding[] {
  if (!SHIP_TERMS.has(terms) || !SHIPLESS_MODES.has(mode)) return []
  return [finding('TRADE_TERMS_NEED_SHIP', '/tradeTermsConditionsCode', { terms: terms!, mode: mode! })]
}

function checkWeights({ netWeight, grossWeight, itemCount }: Texts<InvoiceLine>, at: number): Finding[] {
  const path = `/itemsShipped/${at}`
  const [net, gross] = [parseDecimal(netWeight), parseDecimal(grossWeight)]
  return [
    ...(parseDecimal(itemCount)?.digits === 0n ? [finding('INVOICE_QUANTITY_NOT_POSITIVE', `${path}/itemCount`)] : []),
    ...(net && gross && compareDecimals(net, gross) > 0
      ? [finding('INVOICE_NET_ABOVE_GROSS', `${path}/netWeight`, { net: netWeight!, gross: grossWeight! })]
      : []),
  ]
}

/** Lines are quantity times price; lines and charges less allowances are the total. Nothing is summed of what cannot be read. */
function checkMoney(body: unknown): Finding[] {
  const total = partOf<InvoiceTotal>(body, 'totalAmount')
  const currency = total?.currency
  if (currency === undefined || minorUnits(currency) === undefined) return []
  const lines = rowsOf<InvoiceLine>(body, 'itemsShipped')
  const charges = rowsOf<InvoiceCharge>(body, 'charges')
  const allowances = rowsOf<InvoiceAllowance>(body, 'allowances')
  const amounts: readonly (readonly [string, string | undefined])[] = [
    ...lines.map(({ amount }, at) => [`/itemsShipped/${at}/amount`, amount] as const),
    ...charges.map(({ amount }, at) => [`/charges/${at}/amount`, amount] as const),
    ...allowances.map(({ amount }, at) => [`/allowances/${at}/amount`, amount] as const),
    ['/totalAmount/amount', total?.amount],
  ]
  const found = amounts.flatMap(([path, amount]) => checkDecimals(amount, currency, path))
  found.push(...lines.flatMap((line, at) => checkLine(line, currency, at)))
  const parts = [lines, charges, allowances].map((rows) => sum(rows, currency))
  const stated = parseMoney(total?.amount, currency)
  if (!stated || parts.some((part) => part === undefined)) return found
  const [sold, added, taken] = parts as [Money, Money, Money]
  return [...found, ...checkTotal(stated, subtractMoney(addMoney(sold, added), taken))]
}

function checkDecimals(value: string | undefined, currency: string, path: string): Finding[] {
  if (value === undefined || !parseDecimal(value) || parseMoney(value, currency)) return []
  return [finding('INVOICE_AMOUNT_DECIMALS', path, { currency, decimals: minorUnits(currency)!, value })]
}

/** The price may be finer than the minor unit; the line is rounded to it once, a half away from zero. */
function checkLine({ itemCount, productPrice, amount }: Texts<InvoiceLine>, currency: string, at: number): Finding[] {
  const quantity = parseDecimal(itemCount)
  const price = parseDecimal(productPrice)
  const stated = parseMoney(amount, currency)
  if (!quantity || !price || !stated) return []
  const { digits } = roundDecimal(multiplyDecimals(quantity, price), minorUnits(currency)!, 'half-up')
  if (digits === stated.minor) return []
  const expected = formatAmount({ minor: digits, currency })
  return [finding('INVOICE_LINE_DIFFERS', `/itemsShipped/${at}/amount`, { value: amount!, expected })]
}

function checkTotal(stated: Money, expected: Money): Finding[] {
  if (stated.minor !== expected.minor) {
    const params = { value: formatAmount(stated), expected: formatAmount(expected) }
    return [finding('INVOICE_TOTAL_DIFFERS', '/totalAmount/amount', params)]
  }
  return stated.minor > 0n ? [] : [finding('INVOICE_TOTAL_NOT_POSITIVE', '/totalAmount/amount')]
}

/** Undefined when one of the amounts cannot be read. */
function sum(rows: readonly { readonly amount?: string }[], currency: string): Money | undefined {
  let all: Money = { minor: 0n, currency }
  for (const { amount } of rows) {
    const money = parseMoney(amount, currency)
    if (!money) return undefined
    all = addMoney(all, money)
  }
  return all
}
