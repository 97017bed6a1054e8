// What purchases and declarations say alike of goods: numbering, origin, tariff line, quantity, unit, net weight, limit, and quantity times price.
import {
  checkHs,
  compareDecimals,
  formatDecimal,
  multiplyDecimals,
  parseDecimal,
  placed,
  roundDecimal,
  type Finding,
} from '../../../hub/index.ts'
import { checkOffice, checkUnit } from '../../code-lists.ts'
import { kilogramsPer } from '../../reference/index.ts'
import { finding as customsFinding } from '../../codes.ts'
import { decimalsOf, totalDiffers } from '../../item-total.ts'
import { finding } from './codes.ts'
import { allowedOrigins, headingOf, isStrictEnough, limitsAsOf, listedType, type LimitType } from './limits.ts'
import { checkAmount } from './money.ts'

/** An item of goods as both documents have it. */
export interface Goods {
  seq?: string
  originCountry?: string
  hs?: string
  qty?: string
  unit?: string
  netKg?: string
  limitType?: string
}

/** The office must be one under which there are sites. */
export function checkSiteOffice(office: string | undefined): Finding[] {
  if (office === undefined) return []
  const unknown = checkOffice(office)
  if (unknown) return [placed(unknown, '/customsOffice')]
  return allowedOrigins(office) ? [] : [finding('MARKET_OFFICE_UNLISTED', '/customsOffice', { value: office })]
}

export function checkGoods(items: readonly Goods[], office: string | undefined): Finding[] {
  const allowed = office === undefined ? undefined : allowedOrigins(office)
  return items.flatMap((item, at) => {
    const { seq, originCountry: value, hs, qty, unit } = item
    const path = `/items/${at}`
    const found: Finding[] = []
    const expected = at + 1
    if (seq !== undefined && seq !== String(expected))
      found.push(customsFinding('ITEM_NUMBER_GAP', `${path}/seq`, { expected }))
    if (value !== undefined && allowed && !allowed.includes(value)) {
      const params = { value, office: office!, allowed: allowed.join(', ') }
      found.push(finding('MARKET_ORIGIN_NOT_ALLOWED', `${path}/originCountry`, params))
    }
    const line = hs === undefined ? undefined : checkHs(hs)
    if (line) found.push(placed(line, `${path}/hs`))
    if (parseDecimal(qty)?.digits === 0n) found.push(customsFinding('QUANTITY_NOT_POSITIVE', `${path}/qty`))
    const wrong = unit === undefined ? undefined : checkUnit(unit)
    if (wrong) found.push(placed(wrong, `${path}/unit`))
    return [...found, ...checkNet(item, path), ...checkLimit(item, path)]
  })
}

/** Quantities are counted by net weight, so goods that are measured by weight weigh what is stated as their quantity, to the gram. */
function checkNet({ qty, unit, netKg }: Goods, path: string): Finding[] {
  const net = parseDecimal(netKg)
  if (net?.digits === 0n) return [customsFinding('QUANTITY_NOT_POSITIVE', `${path}/netKg`)]
  const quantity = parseDecimal(qty)
  const each = unit === undefined ? undefined : parseDecimal(kilogramsPer(unit))
  if (!net || !quantity || quantity.digits === 0n || !each) return []
  const expected = roundDecimal(multiplyDecimals(quantity, each), 3, 'half-up')
  if (compareDecimals(net, expected) === 0) return []
  return [finding('MARKET_QUANTITY_NOT_NET', `${path}/netKg`, { value: netKg!, expected: formatDecimal(expected) })]
}

const LIMIT_TYPES: ReadonlySet<string | undefined> = new Set(['VALUE', 'QUANTITY', 'NOT_EXEMPT'])

/** Nobody states more relief than the list gives; less is allowed, since the list at hand is not complete. */
function checkLimit({ hs: line, limitType }: Goods, path: string): Finding[] {
  if (line === undefined || !LIMIT_TYPES.has(limitType)) return []
  const params = { line, asOf: limitsAsOf() }
  if (!isStrictEnough(limitType as LimitType, line))
    return [finding('MARKET_LIMIT_TYPE_DIFFERS', `${path}/limitType`, { ...params, expected: listedType(line) })]
  const capped = limitType !== 'QUANTITY' || headingOf(line) !== undefined
  return capped ? [] : [finding('MARKET_QUANTITY_CAP_UNKNOWN', `${path}/limitType`, params)]
}

/** An amount above zero that is quantity times price, as exactly as the price is stated. */
export function checkItemAmount(
  { qty, price, amount }: { qty: string | undefined; price: string | undefined; amount: string | undefined },
  currency: string | undefined,
  path: string,
): Finding[] {
  const wrong = checkAmount(amount, currency, path)
  if (wrong.length > 0) return wrong
  const differs = totalDiffers({ quantity: qty, price, total: amount }, decimalsOf(currency))
  return differs ? [customsFinding('ITEM_TOTAL_DIFFERS', path, { value: amount!, ...differs })] : []
}
