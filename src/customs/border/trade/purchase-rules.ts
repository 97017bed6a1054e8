// Second and third layer of a purchase: goods, sums, conversion to CNY, and the office whose sites it is for.
import { formatMoney, parseMoney, partOf, placed, rowsOf, textsOf, type Finding } from '../../../hub/index.ts'
import type { BorderPurchase, BorderPurchaseItem, BorderPurchaseRate } from '../../../../schemas/types.d.ts'
import { checkTime } from '../../values.ts'
import { finding } from './codes.ts'
import { checkGoods, checkItemAmount, checkSiteOffice } from './goods.ts'
import { checkConversion, checkItemConversion, CNY, sumOf } from './money.ts'

/** Findings of a purchase body alone, with JSON Pointers. */
export function checkPurchase(body: unknown): Finding[] {
  const { act, tradedAt, customsOffice, currency, amount, amountCny } = textsOf<BorderPurchase>(body)
  if (act === 'void') return []
  const items = rowsOf<BorderPurchaseItem>(body, 'items')
  const rate = partOf<BorderPurchaseRate>(body, 'rate')
  const conversion = { ...(currency !== undefined && { currency }), ...(rate && { rate }) }
  const time = tradedAt === undefined ? undefined : checkTime(tradedAt)
  return [
    ...(time ? [placed(time, '/tradedAt')] : []),
    ...checkSiteOffice(customsOffice),
    ...checkGoods(items, customsOffice),
    ...items.flatMap(({ qty, unitPrice: price, amount }, at) =>
      checkItemAmount({ qty, price, amount }, currency, `/items/${at}/amount`),
    ),
    ...items.flatMap((item, at) => checkItemConversion(item, conversion, `/items/${at}/amountCny`)),
    ...checkSum(items, 'amount', currency, amount),
    ...checkSum(items, 'amountCny', CNY, amountCny),
    ...checkConversion({
      ...conversion,
      ...(amount !== undefined && { amount }),
      ...(amountCny !== undefined && { amountCny }),
      ...(tradedAt !== undefined && { at: tradedAt }),
    }),
  ]
}

function checkSum(
  items: readonly { amount?: string; amountCny?: string }[],
  member: 'amount' | 'amountCny',
  currency: string | undefined,
  value: string | undefined,
): Finding[] {
  const sum = sumOf(
    items.map((item) => item[member]),
    currency,
  )
  const stated = parseMoney(value, currency)
  if (!sum || !stated || sum.minor === stated.minor) return []
  return [finding('MARKET_SUM_DIFFERS', `/${member}`, { expected: formatMoney(sum) })]
}
