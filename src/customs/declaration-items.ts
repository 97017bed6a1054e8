// Rules of the body items: numbering, quantities, prices, currency and weight (rules 3 and 4).
import {
  addDecimals,
  compareDecimals,
  decimalOf,
  formatDecimal,
  minorUnits,
  parseDecimal,
  type Decimal,
  type Finding,
  type Texts,
} from '../hub/index.ts'
import type { CustomsDeclaration, CustomsDeclarationItem } from '../../schemas/types.d.ts'
import { finding } from './codes.ts'
import { decimalsOf, totalDiffers } from './item-total.ts'

type Item = Texts<CustomsDeclarationItem>

const KILOGRAM = '035'
// Each weight is filled in rounded up to at least one kilogram, so the sum may lie above the net weight by that much.
const WEIGHT_TOLERANCE = decimalOf(1)
const ONE = decimalOf(1)

export function checkItems(items: readonly Item[]): Finding[] {
  const first = items[0]?.tradeCurr
  return items.flatMap((item, at) => {
    const path = `/items/${at}`
    return [
      ...checkNumber(item, at, path),
      ...checkQuantities(item, path),
      ...checkCurrency(item, first, path),
      ...checkTotal(item, path),
    ]
  })
}

function checkNumber(item: Item, at: number, path: string): Finding[] {
  const expected = at + 1
  const wrong = item.gNo !== undefined && item.gNo !== String(expected)
  return wrong ? [finding('ITEM_NUMBER_GAP', `${path}/gNo`, { expected })] : []
}

function checkQuantities(item: Item, path: string): Finding[] {
  const found: Finding[] = []
  for (const name of ['gQty', 'firstQty', 'secondQty', 'declPrice'] as const)
    if (parseDecimal(item[name])?.digits === 0n)
      found.push(finding(name === 'declPrice' ? 'AMOUNT_NOT_POSITIVE' : 'QUANTITY_NOT_POSITIVE', `${path}/${name}`))
  if ((item.secondQty === undefined) !== (item.secondUnit === undefined))
    found.push(finding('SECOND_QUANTITY_INCOMPLETE', `${path}/secondQty`))
  return [...found, ...checkSameUnit(item, path)]
}

/** Goods are counted once: what is stated twice in one unit is one quantity. */
function checkSameUnit(item: Item, path: string): Finding[] {
  const stated = [
    ['gQty', item.gQty, item.gUnit],
    ['firstQty', item.firstQty, item.firstUnit],
    ['secondQty', item.secondQty, item.secondUnit],
  ] as const
  return stated.flatMap(([name, text, unit], at) => {
    const before = stated.slice(0, at).find((one) => unit !== undefined && one[2] === unit)
    if (!before) return []
    const [quantity, first] = [parseDecimal(text), parseDecimal(before[1])]
    if (!quantity?.digits || !first?.digits || compareDecimals(quantity, first) === 0) return []
    const params = { unit: unit!, field: before[0], one: before[1]!, value: text! }
    return [finding('QUANTITIES_DIFFER', `${path}/${name}`, params)]
  })
}

function checkCurrency(item: Item, first: string | undefined, path: string): Finding[] {
  if (item.tradeCurr === undefined || first === undefined || item.tradeCurr === first) return []
  return [finding('CURRENCY_MIXED', `${path}/tradeCurr`, { first, value: item.tradeCurr })]
}

/** The total is in whole minor units, above zero, and quantity times price as exactly as the price is stated. */
function checkTotal(item: Item, path: string): Finding[] {
  const total = parseDecimal(item.declTotal)
  if (!total) return []
  const value = item.declTotal!
  if (total.digits === 0n) return [finding('AMOUNT_NOT_POSITIVE', `${path}/declTotal`)]
  const decimals = minorUnits(item.tradeCurr)
  if (decimals !== undefined && total.scale > decimals)
    return [finding('AMOUNT_DECIMALS', `${path}/declTotal`, { currency: item.tradeCurr!, decimals, value })]
  const differs = totalDiffers({ quantity: item.gQty, price: item.declPrice, total: value }, decimalsOf(item.tradeCurr))
  return differs ? [finding('ITEM_TOTAL_DIFFERS', `${path}/declTotal`, { value, ...differs })] : []
}

/** Gross, net and item weights. */
export function checkWeights(header: Texts<CustomsDeclaration>, items: readonly Item[]): Finding[] {
  const gross = parseDecimal(header.grossWt)
  const net = parseDecimal(header.netWt)
  const found: Finding[] = []
  for (const [name, weight] of [['grossWt', gross] as const, ['netWt', net] as const])
    if (weight && compareDecimals(weight, ONE) < 0)
      found.push(finding('WEIGHT_BELOW_ONE', `/${name}`, { value: header[name]! }))
  if (!net) return found
  if (gross && compareDecimals(net, gross) > 0)
    found.push(finding('NET_WEIGHT_EXCEEDS_GROSS', '/netWt', { net: header.netWt!, gross: header.grossWt! }))
  const sum = items.map(kilograms).reduce(addDecimals, decimalOf(0))
  if (compareDecimals(sum, addDecimals(net, WEIGHT_TOLERANCE)) > 0)
    found.push(finding('ITEM_WEIGHT_EXCEEDS_NET', '/netWt', { items: formatDecimal(sum), net: header.netWt! }))
  return found
}

/** What an item says of its weight: the first of its quantities that is in kilograms. */
function kilograms(item: Item): Decimal {
  const stated =
    item.firstUnit === KILOGRAM
      ? item.firstQty
      : item.secondUnit === KILOGRAM
        ? item.secondQty
        : item.gUnit === KILOGRAM
          ? item.gQty
          : undefined
  return parseDecimal(stated) ?? decimalOf(0)
}
