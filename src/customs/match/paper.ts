// A paper: what one document of a consignment says, in the words all documents share, each value with its place in the document.
import { addDecimals, decimalOf, formatDecimal, parseDecimal, type Decimal } from '../../hub/index.ts'
import type { MatchReport } from '../../../schemas/types.d.ts'
import { baseQuantity, KILOGRAM } from './units.ts'

export type DocumentName = MatchReport['documents'][number]['document']

/** A value as it is written, its place, and the form in which it is compared. */
export interface Cell {
  path: string
  value: string
  /** What is compared; the value itself if absent. */
  norm?: string
}

/** A number with its place; `value` is how it is written, with its unit or currency. */
export interface Measured {
  path: string
  value: string
  amount: Decimal
}

export interface Quantity extends Measured {
  base: string
}

export interface Line {
  /** Places of the lines it stands for: one, or several that were put together. */
  paths: readonly string[]
  /** Six digits, by which lines are paired. */
  hs6?: string
  /** The code as this document says it. */
  hs?: Cell
  origin?: Cell
  quantities: readonly Quantity[]
  /** Net mass, in kilograms. */
  net?: Measured
  gross?: Measured
  amount?: Measured
  description: string
  /** Its number on the invoice: lines of invoices and packing lists have one. */
  invoiceLine?: string
}

/** What a price or total includes beyond the goods. */
export interface Included {
  freight: boolean
  insurance: boolean
}

export interface Paper {
  document: DocumentName
  cells: Partial<Record<CellField, Cell>>
  masses: Partial<Record<'grossMass' | 'netMass', Measured>>
  invoiceNumbers: readonly Cell[]
  containers: readonly Cell[]
  containersPath: string
  linesPath: string
  currency?: Cell
  terms?: Cell
  included?: Included
  total?: Measured
  /** Freight and insurance it states, in its currency. */
  charges: Partial<Record<keyof Included, Measured>>
  /** Charges or allowances stand beside the lines, so that lines alone say nothing of the total. */
  adjusted: boolean
  lines: readonly Line[]
}

export type CellField =
  | 'ucr'
  | 'contractNumber'
  | 'consignor'
  | 'consignorId'
  | 'consignee'
  | 'consigneeId'
  | 'departureCountry'
  | 'arrivalCountry'
  | 'packages'

/** A cell, if there is something to put into it. */
export const cell = (path: string, value: string | undefined, norm?: string): Cell | undefined =>
  value === undefined || value === '' ? undefined : { path, value, ...(norm !== undefined && { norm }) }

/** Leaves out members that are undefined. */
export const present = <T extends object>(members: { [K in keyof T]: T[K] | undefined }): Partial<T> =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as Partial<T>

export function quantity(path: string, value: string | undefined, unit: string | undefined): Quantity[] {
  const known = value === undefined || unit === undefined ? undefined : baseQuantity(value, unit)
  return known ? [{ path, value: `${value} ${unit}`, ...known }] : []
}

/** A mass in kilograms, whatever it is written in. */
export function mass(path: string, value: string | undefined, unit = 'KGM'): Measured | undefined {
  const [known] = quantity(path, value, unit)
  return known?.base === KILOGRAM ? { path, value: known.value, amount: known.amount } : undefined
}

export function money(path: string, value: string | undefined, currency: string | undefined): Measured | undefined {
  const amount = parseDecimal(value)
  return amount && currency !== undefined ? { path, value: `${currency} ${value}`, amount } : undefined
}

/** One quantity for each base: of two in the same, the first. */
export const perBase = (quantities: readonly Quantity[]): Quantity[] =>
  quantities.filter(({ base }, at) => quantities.findIndex((one) => one.base === base) === at)

const NOTHING = decimalOf(0)

/** The sum, if every part is there and there is at least one; money only of one currency. */
export function sumOf(parts: readonly (Measured | undefined)[], path: string, unit: string): Measured | undefined {
  if (parts.length === 0 || parts.some((part) => part === undefined || !inUnit(part, unit))) return undefined
  const amount = (parts as readonly Measured[]).reduce((sum, part) => addDecimals(sum, part.amount), NOTHING)
  const text = trimmed(amount)
  return { path, value: unit === 'KGM' ? `${text} KGM` : `${unit} ${text}`, amount }
}

/** Masses are in kilograms already; money is in the currency it is written with. */
const inUnit = (part: Measured, unit: string): boolean => unit === 'KGM' || inCurrency(part, unit)
export const inCurrency = ({ value }: Measured, currency: string): boolean => value.startsWith(`${currency} `)

/** A decimal without zeros at its end: one text for one number. */
export function trimmed(value: Decimal): string {
  const text = formatDecimal(value)
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text
}

/** A number of an invoice or contract without full-width forms, case, blanks and punctuation. */
export const bare = (text: string): string =>
  text
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[^\p{L}\p{N}]/gu, '')

export const hs6Of = (code: string | undefined): string | undefined =>
  code !== undefined && /^\d{6,}/.test(code) ? code.slice(0, 6) : undefined
