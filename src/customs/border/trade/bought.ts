// The purchases that a declaration is of: stated by the site, of those who declare, not declared before, and of one day.
import {
  formatMoney,
  fromTime,
  type Finding,
  type HeadKey,
  type Judgement,
  type JudgeViews,
  type ValidMessage,
  refused,
} from '../../../hub/index.ts'
import type { BorderTrade } from '../../../../schemas/types.d.ts'
import { finding as customsFinding } from '../../codes.ts'
import { isTold, untold } from '../../told.ts'
import { finding } from './codes.ts'
import { CNY, fenOf } from './money.ts'
import { purchaseKey, readPurchase, vehicleKey, type PurchaseHead } from './trade-heads.ts'
import { AHEAD_MAX_MS } from '../../values.ts'

/** The purchases, or the judgement that says why they cannot be declared: the site tells of each whoever may declare it. */
export async function findPurchases(
  { body: { purchases, site }, authentic: { sender } }: ValidMessage<BorderTrade>,
  views: JudgeViews,
): Promise<{ bought: PurchaseHead[] } | { judgement: Judgement }> {
  const bought: PurchaseHead[] = []
  for (const { tradeNo } of purchases) {
    const key = purchaseKey(views, site, tradeNo)
    if (!(await isTold(views, key, sender))) return { judgement: untold(views, 'border-purchase-known', key, sender) }
    const head = (await readPurchase(views, key))!
    if (head.state === 'declared')
      return { judgement: refused('ALREADY_CLAIMED', 'border-purchase-declared', key, head.headVersion) }
    if (head.state === 'void')
      return { judgement: refused('STATE_CONFLICT', 'border-purchase-void', key, head.headVersion) }
    bought.push(head)
  }
  return { bought }
}

/** What the declaration says against what the site has stated. The day is that of the purchases, whenever the declaration is signed or sent. */
export function checkBought(
  body: BorderTrade,
  bought: readonly PurchaseHead[],
  buyers: readonly HeadKey[],
  views: JudgeViews,
): Finding[] {
  const { declaredAt, vehiclePlate, customsOffice, totalCny } = body
  const found = bought.flatMap(({ day, office, vehicle, resident }, at) => {
    const path = `/purchases/${at}`
    const wrong = buyers.includes(resident) ? [] : [finding('MARKET_PURCHASE_OF_OTHER', path)]
    if (day !== bought[0]!.day) wrong.push(finding('MARKET_DAYS_MIXED', path))
    if (office !== customsOffice) wrong.push(finding('MARKET_OFFICE_DIFFERS', path, { expected: office }))
    if (vehicle !== undefined && vehiclePlate !== undefined && vehicle !== vehicleKey(views, vehiclePlate))
      wrong.push(finding('MARKET_VEHICLE_DIFFERS', path))
    return wrong
  })
  const minor = bought.reduce((sum, { totalMinor }) => sum + totalMinor, 0n)
  if (minor !== fenOf(totalCny))
    found.push(finding('MARKET_PURCHASES_DIFFER', '/totalCny', { expected: formatMoney({ minor, currency: CNY }) }))
  return [...found, ...checkTimes(declaredAt, bought, views.nowMs)]
}

/** Clocks of phones and sites may differ by a few minutes. */
function checkTimes(value: string, bought: readonly PurchaseHead[], nowMs: number): Finding[] {
  const declaredMs = fromTime(value)!
  if (declaredMs > nowMs + AHEAD_MAX_MS) return [customsFinding('TIME_IN_FUTURE', '/declaredAt', { value })]
  const early = bought.some(({ tradedAt }) => declaredMs + AHEAD_MAX_MS < fromTime(tradedAt)!)
  return early ? [finding('MARKET_DECLARED_BEFORE_TRADE', '/declaredAt', { value })] : []
}
