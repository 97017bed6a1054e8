// Second and third layer of a packing list: rows without gap, net below gross, rows that add up to the totals, one unit for each line.
import {
  addDecimals,
  checkContainer,
  checkHs,
  checkUcr,
  checkUscc,
  compareDecimals,
  decimalOf,
  isDate,
  parseDecimal,
  partOf,
  placed,
  rowsOf,
  textsOf,
  type Decimal,
  type Finding,
  type Flaw,
  type Texts,
} from '../../hub/index.ts'
import type {
  PackedContainer,
  PackedContent,
  PackedInvoice,
  PackedPackage,
  PackingList,
} from '../../../schemas/types.d.ts'
import { finding, flaw } from './codes.ts'
import { trimmed } from './paper.ts'

type Check = (text: string) => Flaw | undefined
type Row = Texts<PackedPackage>

const checkDay: Check = (value) => (isDate(value) ? undefined : flaw('PACKING_DAY_INVALID', { value }))

const FIELDS: readonly (readonly [keyof PackingList & string, Check])[] = [
  ['issueDate', checkDay],
  ['ucr', checkUcr],
  ['consignorScc', checkUscc],
]

/** Findings of a packing list alone, with JSON Pointers. */
export function checkPackingList(body: unknown): Finding[] {
  const fields = textsOf<PackingList>(body)
  const rows = rowsOf<PackedPackage>(body, 'packages')
  const containers = rowsOf<PackedContainer>(body, 'containers').map(({ containerId }) => containerId)
  return [
    ...FIELDS.flatMap(([name, check]) => checked(fields[name], check, `/${name}`)),
    ...containers.flatMap((value, at) => checked(value, checkContainer, `/containers/${at}/containerId`)),
    ...rows.flatMap((row, at) => checkRow(row, at, containers)),
    ...checkNet(fields.totalNetKg, fields.totalGrossKg, '/totalNetKg'),
    ...checkTotal(fields, rows, 'totalPackages', 'count'),
    ...checkTotal(fields, rows, 'totalGrossKg', 'grossKg'),
    ...checkTotal(fields, rows, 'totalNetKg', 'netKg'),
    ...checkContents(body),
    ...checkInvoice(partOf<PackedInvoice>(body, 'invoice')),
  ]
}

function checked(text: string | undefined, check: Check, path: string): Finding[] {
  const found = text === undefined ? undefined : check(text)
  return found ? [placed(found, path)] : []
}

function checkRow(
  { seq, netKg, grossKg, containerId }: Row,
  at: number,
  containers: readonly (string | undefined)[],
): Finding[] {
  const path = `/packages/${at}`
  const expected = String(at + 1)
  return [
    ...(seq !== undefined && seq !== expected
      ? [finding('PACKING_ROW_GAP', `${path}/seq`, { expected, value: seq })]
      : []),
    ...checkNet(netKg, grossKg, `${path}/netKg`),
    ...(containerId !== undefined && !containers.includes(containerId)
      ? [finding('PACKING_CONTAINER_NOT_LISTED', `${path}/containerId`, { value: containerId })]
      : []),
  ]
}

function checkNet(net: string | undefined, gross: string | undefined, path: string): Finding[] {
  const [a, b] = [parseDecimal(net), parseDecimal(gross)]
  return a && b && compareDecimals(a, b) > 0
    ? [finding('PACKING_NET_ABOVE_GROSS', path, { net: net!, gross: gross! })]
    : []
}

/** Nothing is summed of what cannot be read. */
function checkTotal(
  fields: Texts<PackingList>,
  rows: readonly Row[],
  field: 'totalPackages' | 'totalGrossKg' | 'totalNetKg',
  member: 'count' | 'grossKg' | 'netKg',
): Finding[] {
  const value = fields[field]
  const stated = parseDecimal(value)
  const parts = rows.map((row) => parseDecimal(row[member]))
  if (value === undefined || !stated || rows.length === 0 || parts.some((part) => part === undefined)) return []
  const sum = (parts as Decimal[]).reduce(addDecimals)
  if (compareDecimals(sum, stated) === 0) return []
  return [finding('PACKING_TOTAL_DIFFERS', `/${field}`, { field, value, expected: trimmed(sum) })]
}

function checkContents(body: unknown): Finding[] {
  const found: Finding[] = []
  const units = new Map<string, string>()
  for (const { path, content } of contentsOf(body)) {
    const { line, unit, quantity, hsCode } = content
    const amount = parseDecimal(quantity)
    if (amount && compareDecimals(amount, decimalOf(0)) <= 0)
      found.push(finding('PACKING_QUANTITY_NOT_POSITIVE', `${path}/quantity`))
    found.push(...checked(hsCode, checkHs, `${path}/hsCode`))
    if (line === undefined || unit === undefined) continue
    const first = units.get(line) ?? unit
    units.set(line, first)
    if (first !== unit) found.push(finding('PACKING_UNIT_MIXED', `${path}/unit`, { line, value: unit, first }))
  }
  return found
}

/** Contents of all rows with their places; what is no list of rows is the schema's to say. */
function contentsOf(body: unknown): { path: string; content: Texts<PackedContent> }[] {
  const rows: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, 'packages') : undefined
  if (!Array.isArray(rows)) return []
  return rows.flatMap((row, at) =>
    rowsOf<PackedContent>(row, 'contents').map((content, n) => ({ path: `/packages/${at}/contents/${n}`, content })),
  )
}

const checkInvoice = (invoice: Texts<PackedInvoice> | undefined): Finding[] =>
  invoice && (invoice.from === undefined) !== (invoice.id === undefined)
    ? [finding('PACKING_INVOICE_INCOMPLETE', '/invoice')]
    : []
