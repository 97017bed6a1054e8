// Quantities in units that can be compared: each unit as a number of a base unit of its own measure. What is not listed stands for itself.
import { multiplyDecimals, parseDecimal, type Decimal } from '../../hub/index.ts'
import { kilogramsPer, toRec20 } from '../reference/index.ts'

/** Units of Recommendation 20 in base units. Pieces are counted alike whatever the word: 台, 个, 只 and 件 are one each. */
const UNITS: Readonly<Record<string, readonly [base: string, factor: string]>> = {
  C62: ['piece', '1'],
  H87: ['piece', '1'],
  EA: ['piece', '1'],
  NMB: ['piece', '1'],
  DZN: ['piece', '12'],
  GRO: ['piece', '144'],
  CEN: ['piece', '100'],
  MIL: ['piece', '1000'],
  TPR: ['pair', '10'],
  PR: ['pair', '1'],
  NPR: ['pair', '1'],
  SET: ['set', '1'],
  MTR: ['metre', '1'],
  CMT: ['metre', '0.01'],
  KMT: ['metre', '1000'],
  KTM: ['metre', '1000'],
  MTK: ['square metre', '1'],
  MTQ: ['cubic metre', '1'],
  LTR: ['cubic metre', '0.001'],
  MLT: ['cubic metre', '0.000001'],
  KWH: ['kilowatt hour', '1'],
}

const ONE =
  '001 002 003 004 005 007 008 009 010 011 012 013 014 015 016 017 018 020 023 027 028 039 048 131 132 133 134 139 163'
const counted = (codes: string, factor: string) => codes.split(' ').map((code) => [code, factor] as const)

/** Customs units that count pieces, and how many. */
const CUSTOMS_PIECES: Readonly<Record<string, string>> = Object.fromEntries([
  ...counted(ONE, '1'),
  ...counted('127', '12'),
  ...counted('041 042 043 044 049', '100'),
  ...counted('050 051 052 053 054 058 143 146', '1000'),
  ...counted('038 059 145', '10000'),
])

const CUSTOMS_OTHERS: Readonly<Record<string, readonly [base: string, factor: string]>> = {
  '006': ['set', '1'],
  '057': ['set', '10000'],
  '025': ['pair', '1'],
  '026': ['pair', '1'],
  '144': ['pair', '10000'],
  '030': ['metre', '1'],
  '147': ['metre', '1000'],
  '032': ['square metre', '1'],
  '033': ['cubic metre', '1'],
  '062': ['kilowatt hour', '1'],
  '095': ['cubic metre', '0.001'],
  '096': ['cubic metre', '0.000001'],
  '063': ['cubic metre', '1'],
}

/** Mass goes by this base. */
export const KILOGRAM = 'kg'

export interface BaseQuantity {
  base: string
  amount: Decimal
}

/** What a quantity in a customs or Recommendation 20 unit comes to; undefined if it is no number. */
export function baseQuantity(value: string, unit: string): BaseQuantity | undefined {
  const amount = parseDecimal(value)
  if (!amount) return undefined
  const kilograms = parseDecimal(kilogramsPer(unit))
  if (kilograms) return { base: KILOGRAM, amount: multiplyDecimals(amount, kilograms) }
  const [base, factor] = entryOf(unit) ?? [toRec20(unit) ?? unit, '1']
  return { base, amount: multiplyDecimals(amount, parseDecimal(factor)!) }
}

function entryOf(unit: string): readonly [string, string] | undefined {
  if (Object.hasOwn(CUSTOMS_PIECES, unit)) return ['piece', CUSTOMS_PIECES[unit]!]
  if (Object.hasOwn(CUSTOMS_OTHERS, unit)) return CUSTOMS_OTHERS[unit]
  return Object.hasOwn(UNITS, unit) ? UNITS[unit] : undefined
}

/** Bases that are counted, so that nothing is lost on the way. */
const COUNTED: ReadonlySet<string> = new Set(['piece', 'pair', 'set'])
export const isCounted = (base: string): boolean => COUNTED.has(base)
