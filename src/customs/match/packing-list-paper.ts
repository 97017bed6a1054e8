// The paper of a packing list: what is packed of each line of the invoice, put together over all packages.
import { addDecimals } from '../../hub/index.ts'
import type { CommercialInvoice, PackingList } from '../../../schemas/types.d.ts'
import {
  bare,
  cell,
  hs6Of,
  mass,
  present,
  quantity,
  trimmed,
  type Cell,
  type CellField,
  type Line,
  type Paper,
} from './paper.ts'

/** Lines that do not say their HS code are paired by that of the invoice, if it is there. */
export function packingListPaper(body: PackingList, invoice?: CommercialInvoice): Paper {
  return {
    document: 'packingList',
    cells: present<Record<CellField, Cell>>({
      ucr: cell('/ucr', body.ucr),
      contractNumber: cell('/contractNumber', body.contractNumber, body.contractNumber && bare(body.contractNumber)),
      consignor: cell('/consignorName', body.consignorName),
      consignorId: cell('/consignorScc', body.consignorScc),
      consignee: cell('/consigneeName', body.consigneeName),
      consigneeId: undefined,
      departureCountry: undefined,
      arrivalCountry: undefined,
      packages: cell('/totalPackages', body.totalPackages),
    }),
    masses: present({
      grossMass: mass('/totalGrossKg', body.totalGrossKg),
      netMass: mass('/totalNetKg', body.totalNetKg),
    }),
    invoiceNumbers: [{ path: '/invoice/number', value: body.invoice.number }],
    containers: (body.containers ?? []).map(({ containerId }, at) => ({
      path: `/containers/${at}/containerId`,
      value: containerId,
    })),
    containersPath: '/containers',
    linesPath: '/packages',
    charges: {},
    adjusted: false,
    lines: linesOf(body, invoice),
  }
}

function linesOf(body: PackingList, invoice: CommercialInvoice | undefined): Line[] {
  const lines = new Map<string, Line>()
  for (const [row, { contents }] of body.packages.entries())
    for (const [at, { line, quantity: value, unit, hsCode, description }] of contents.entries()) {
      const path = `/packages/${row}/contents/${at}`
      const invoiced = invoice?.itemsShipped[Number(line) - 1]
      const packed = quantity(`${path}/quantity`, value, unit)
      const before = lines.get(line)
      lines.set(line, {
        paths: [...(before?.paths ?? []), path],
        invoiceLine: line,
        description: before?.description || (description ?? invoiced?.description ?? ''),
        quantities: before ? added(before.quantities, packed) : packed,
        ...present({
          hs6: before?.hs6 ?? hs6Of(hsCode ?? invoiced?.hsCode),
          hs: before?.hs ?? cell(`${path}/hsCode`, hsCode, hs6Of(hsCode)),
        }),
      })
    }
  return [...lines.values()]
}

/** Added in base units, whatever the rows are written in. */
const added = (before: Line['quantities'], more: Line['quantities']): Line['quantities'] =>
  before.flatMap((one) => {
    const other = more.find(({ base }) => base === one.base)
    const sum = other && addDecimals(one.amount, other.amount)
    return sum ? [{ ...one, amount: sum, value: `${trimmed(sum)} ${one.base}` }] : []
  })
