// Second and third layer of a declaration: goods and their limits, weights, sums, and the shares of a group.
import {
  formatMoney,
  parseDecimal,
  parseMoney,
  compareDecimals,
  placed,
  rowsOf,
  textsOf,
  type Finding,
  type Texts,
} from '../../../hub/index.ts'
import type { BorderTrade, BorderTradeItem, DeclaredPurchase } from '../../../../schemas/types.d.ts'
import { finding as customsFinding } from '../../codes.ts'
import { checkTime } from '../../values.ts'
import { finding } from './codes.ts'
import { checkGoods, checkItemAmount, checkSiteOffice } from './goods.ts'
import { checkAmount, CNY, sumOf } from './money.ts'
import { checkShares } from './share-rules.ts'

type Item = Texts<BorderTradeItem>

/** Findings of a declaration body alone, with JSON Pointers. */
export function checkTrade(body: unknown): Finding[] {
  const header = textsOf<BorderTrade>(body)
  const items = rowsOf<BorderTradeItem>(body, 'items')
  const time = header.declaredAt === undefined ? undefined : checkTime(header.declaredAt)
  return [
    ...(time ? [placed(time, '/declaredAt')] : []),
    ...checkSiteOffice(header.customsOffice),
    ...checkPurchases(rowsOf<DeclaredPurchase>(body, 'purchases')),
    ...checkGoods(items, header.customsOffice),
    ...items.flatMap((item, at) => checkItem(item, `/items/${at}`)),
    ...checkTotal(items, header.totalCny),
    ...checkShares(body, items),
  ]
}

function checkPurchases(purchases: readonly Texts<DeclaredPurchase>[]): Finding[] {
  const seen = new Set<string>()
  return purchases.flatMap(({ tradeNo: value }, at) => {
    if (value === undefined) return []
    const again = seen.has(value)
    seen.add(value)
    return again ? [finding('MARKET_PURCHASE_REPEATED', `/purchases/${at}/tradeNo`, { value })] : []
  })
}

function checkItem(item: Item, path: string): Finding[] {
  const { qty, unitPriceCny: price, amountCny: amount, grossKg: gross, netKg: net } = item
  const found = checkItemAmount({ qty, price, amount }, CNY, `${path}/amountCny`)
  const [grossWeight, netWeight] = [parseDecimal(gross), parseDecimal(net)]
  if (grossWeight && netWeight && compareDecimals(netWeight, grossWeight) > 0)
    found.push(customsFinding('NET_WEIGHT_EXCEEDS_GROSS', `${path}/netKg`, { net: net!, gross: gross! }))
  return found
}

function checkTotal(items: readonly Item[], totalCny: string | undefined): Finding[] {
  const sum = sumOf(
    items.map(({ amountCny }) => amountCny),
    CNY,
  )
  const stated = parseMoney(totalCny, CNY)
  const found = checkAmount(totalCny, CNY, '/totalCny')
  if (!sum || !stated || sum.minor === stated.minor) return found
  return [...found, finding('MARKET_SUM_DIFFERS', '/totalCny', { expected: formatMoney(sum) })]
}
