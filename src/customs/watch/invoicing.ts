// INVOICING_GAP, pure: what the exporting side says goods are worth against what the importing side says, heading by heading of one case.
import { formatAmount, type Money } from '../../hub/index.ts'
import type { ItemFacts } from './facts.ts'
import { INVOICING } from './limits.ts'

export interface SidedDeclaration {
  index: number
  items: readonly ItemFacts[]
}

export interface InvoicingGap {
  hs: string
  exportValue: Money
  importValue: Money
  /** Of the value on the importing side above the one on the exporting side, by mass where both state it; one decimal. */
  percent: string
  entries: number[]
}

interface Side {
  value: Money
  kilograms: number
  entries: number[]
}

/** Headings whose values differ by more than freight, insurance and rounding explain. What one side does not state is not compared. */
export function invoicingGaps(
  exports: readonly SidedDeclaration[],
  imports: readonly SidedDeclaration[],
): InvoicingGap[] {
  const headings = new Set(exports.flatMap(({ items }) => items.map(({ hs }) => hs)))
  return [...headings].sort().flatMap((hs) => {
    const [exported, imported] = [sideOf(exports, hs), sideOf(imports, hs)]
    if (!exported || !imported || exported.value.currency !== imported.value.currency) return []
    const percent = gapOf(exported, imported)
    if (percent === undefined || Math.abs(percent) <= INVOICING.tolerancePercent) return []
    const entries = [...exported.entries, ...imported.entries].sort((a, b) => a - b)
    return [{ hs, exportValue: exported.value, importValue: imported.value, percent: percent.toFixed(1), entries }]
  })
}

/** Undefined if a value is missing or they are in several currencies. */
function sideOf(declarations: readonly SidedDeclaration[], hs: string): Side | undefined {
  const concerned = declarations.filter(({ items }) => items.some((item) => item.hs === hs))
  const items = concerned.flatMap((one) => one.items.filter((item) => item.hs === hs))
  const currency = items[0]?.value?.currency
  if (currency === undefined || items.some(({ value }) => value?.currency !== currency)) return undefined
  return {
    value: { currency, minor: items.reduce((sum, { value }) => sum + value!.minor, 0n) },
    kilograms: items.reduce((sum, { kilograms = NaN }) => sum + kilograms, 0),
    entries: concerned.map(({ index }) => index),
  }
}

/** By the kilogram, so that a consignment that is declared in parts is no gap; without masses, only one declaration against one. */
function gapOf(exported: Side, imported: Side): number | undefined {
  const [before, after] = [Number(formatAmount(exported.value)), Number(formatAmount(imported.value))]
  const masses = exported.kilograms / imported.kilograms
  const isWhole = exported.entries.length === 1 && imported.entries.length === 1
  if (before === 0 || (Number.isNaN(masses) && !isWhole)) return undefined
  return ((after * (Number.isNaN(masses) ? 1 : masses)) / before - 1) * 100
}
