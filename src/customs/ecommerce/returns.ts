// Goods of a released list come back: how many may, and what that gives back of the buyer's year.
import {
  compareDecimals,
  formatDecimal,
  multiplyDecimals,
  nothingWanted,
  parseDecimal,
  subtractDecimals,
  type Decimal,
  type Judgement,
  type JudgeViews,
  refused,
} from '../../hub/index.ts'
import type { EcommerceList, EcommerceStatus } from '../../../schemas/types.d.ts'
import { filedAt } from '../authority.ts'
import { fenOf, sumOf, ZERO } from './checks.ts'
import { finding } from './codes.ts'
import { daysBetween } from './days.ts'
import { RETURN_DAYS } from './limits.ts'
import { acted, credit } from './list-acts.ts'
import type { ListHead, ListSays } from './list-head.ts'

/** Goods come back, all or some. Applied for later than the days allow, they come back but nothing is given back. */
export async function judgeReturn(body: EcommerceStatus, head: ListHead, views: JudgeViews): Promise<Judgement> {
  const filed = await filedAt(head.list, views)
  // What a line is worth is in the list alone.
  if (!filed) return refused('NOT_KNOWN_HERE', 'ecommerce-list-known', head.key, head.headVersion)
  const { items } = filed.body as EcommerceList
  const left = new Map(items.map(({ gnum, qty }) => [gnum, leftOf(qty, head.returned?.[gnum])]))
  const back = body.returned ?? [...left].map(([gnum, qty]) => ({ gnum, qty: formatDecimal(qty) }))
  const findings = back.flatMap(({ gnum, qty }, at) => {
    const most = left.get(gnum) ?? ZERO
    if (compareDecimals(parseDecimal(qty)!, most) <= 0) return []
    const params = { gnum, left: formatDecimal(most), returned: qty }
    return [finding('RETURN_ABOVE_LISTED', `/returned/${at}/qty`, params)]
  })
  if (findings.length > 0) return { ...nothingWanted(), findings }
  const all = sum(head.returned, back)
  const isAll = items.every(({ gnum, qty }) => leftOf(qty, all[gnum]).digits === 0n)
  const inTime = daysBetween(head.releasedOn!, body.appliedOn!) <= RETURN_DAYS
  const value = inTime ? worth(items, back, head, isAll) : 0n
  const change: Partial<ListSays> = {
    state: isAll ? 'returned' : 'returning',
    returned: all,
    creditedMinor: (BigInt(head.creditedMinor) + value).toString(),
  }
  return acted(head, change, credit(head, value))
}

const leftOf = (qty: string, returnedQty: string | undefined): Decimal =>
  subtractDecimals(parseDecimal(qty)!, parseDecimal(returnedQty) ?? ZERO)

/** Quantities that have come back so far, by line. */
function sum(before: ListSays['returned'], back: readonly { gnum: string; qty: string }[]): { [gnum: string]: string } {
  const all = { ...before }
  for (const { gnum, qty } of back) all[gnum] = formatDecimal(sumOf([all[gnum], qty]))
  return all
}

/** All at once is worth what the list took; a part is worth its price, without freight and insurance. */
function worth(
  items: EcommerceList['items'],
  back: readonly { gnum: string; qty: string }[],
  { dutiableMinor, creditedMinor, returned: before }: ListHead,
  isAll: boolean,
): bigint {
  const rest = BigInt(dutiableMinor) - BigInt(creditedMinor)
  if (isAll && before === undefined) return rest
  const priceOf = new Map(items.map(({ gnum, price }) => [gnum, parseDecimal(price)!]))
  const value = back
    .map(({ gnum, qty }) => fenOf(multiplyDecimals(parseDecimal(qty)!, priceOf.get(gnum)!)))
    .reduce((all, one) => all + one, 0n)
  return value < rest ? value : rest
}
