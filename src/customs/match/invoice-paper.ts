// The paper of a commercial invoice, read through its type alone.
import type { CommercialInvoice } from '../../../schemas/types.d.ts'
import {
  bare,
  cell,
  hs6Of,
  mass,
  money,
  present,
  quantity,
  sumOf,
  type Cell,
  type CellField,
  type Line,
  type Measured,
  type Paper,
} from './paper.ts'
import { includedIn } from './terms.ts'

export function invoicePaper(body: CommercialInvoice): Paper {
  const { currency } = body.totalAmount
  const terms = body.tradeTermsConditionsCode
  const freight = charge(body, 'FREIGHT')
  const insurance = charge(body, 'INSURANCE')
  const inPrice = includedIn(terms)
  const net = body.itemsShipped.map(({ netWeight }) => mass('', netWeight))
  const gross = body.itemsShipped.map(({ grossWeight }) => mass('', grossWeight))
  return {
    document: 'invoice',
    cells: present<Record<CellField, Cell>>({
      ucr: undefined,
      contractNumber: cell('/contractNumber', body.contractNumber, body.contractNumber && bare(body.contractNumber)),
      consignor: cell('/seller/name', body.seller.name),
      consignorId: cell('/seller/uscc', body.seller.uscc),
      consignee: cell('/buyer/name', body.buyer.name),
      consigneeId: cell('/buyer/uscc', body.buyer.uscc),
      departureCountry: undefined,
      arrivalCountry: undefined,
      packages: undefined,
    }),
    masses: present({
      grossMass: sumOf(gross, '/itemsShipped', 'KGM'),
      netMass: sumOf(net, '/itemsShipped', 'KGM'),
    }),
    invoiceNumbers: [{ path: '/invoiceNumber', value: body.invoiceNumber }],
    containers: [],
    containersPath: '',
    linesPath: '/itemsShipped',
    currency: { path: '/totalAmount/currency', value: currency },
    terms: { path: '/tradeTermsConditionsCode', value: terms },
    // A freight that is charged beside the lines is in the total, whatever the terms.
    ...present({
      included: inPrice && {
        freight: inPrice.freight || freight !== undefined,
        insurance: inPrice.insurance || insurance !== undefined,
      },
      total: money('/totalAmount/amount', body.totalAmount.amount, currency),
    }),
    charges: present({ freight, insurance }),
    adjusted: (body.charges ?? []).length + (body.allowances ?? []).length > 0,
    lines: body.itemsShipped.map((_line, at) => lineOf(body, at)),
  }
}

function charge(body: CommercialInvoice, code: 'FREIGHT' | 'INSURANCE'): Measured | undefined {
  const at = (body.charges ?? []).findIndex((one) => one.code === code)
  return money(`/charges/${at}/amount`, body.charges?.[at]?.amount, body.totalAmount.currency)
}

function lineOf(body: CommercialInvoice, at: number): Line {
  const line = body.itemsShipped[at]!
  const path = `/itemsShipped/${at}`
  return {
    paths: [path],
    invoiceLine: String(at + 1),
    description: line.description,
    quantities: quantity(`${path}/itemCount`, line.itemCount, line.unit),
    ...present({
      hs6: hs6Of(line.hsCode),
      hs: cell(`${path}/hsCode`, line.hsCode, hs6Of(line.hsCode)),
      origin: cell(`${path}/originCountry`, line.originCountry) ?? cell('/originCountry', body.originCountry),
      net: mass(`${path}/netWeight`, line.netWeight),
      gross: mass(`${path}/grossWeight`, line.grossWeight),
      amount: money(`${path}/amount`, line.amount, body.totalAmount.currency),
    }),
  }
}
