// What each resident declares of each kind of limit: all items of one who declares alone, the share of each member of a group.
import type { BorderTrade, BorderTradeItem } from '../../../../schemas/types.d.ts'
import type { ResidentHead } from '../people-heads.ts'
import { headingOf } from './limits.ts'
import { fenOf } from './money.ts'
import type { Part, Portion } from './split.ts'
import { gramsOf } from './weight.ts'

/** `people` are in the order of the shares; the body is one without findings. */
export function portionsOf({ items, shares }: BorderTrade, people: readonly { resident: ResidentHead }[]): Portion[] {
  return people.map(({ resident: { key, person } }, at) => ({
    resident: key,
    person,
    parts: shares ? partsOf(shares[at]!, items) : items.map((item) => partOf(item, item)),
  }))
}

function partsOf(
  { amountCny, items: parts }: NonNullable<BorderTrade['shares']>[number],
  items: BorderTrade['items'],
): Part[] {
  // Without parts all items are limited alike, and not by quantity.
  if (!parts) return [{ limitType: items[0]!.limitType, amountMinor: fenOf(amountCny) }]
  return parts.map((part) => partOf(items.find(({ seq }) => seq === part.seq)!, part))
}

function partOf({ limitType, hs }: BorderTradeItem, { amountCny, netKg }: { amountCny: string; netKg: string }): Part {
  const amountMinor = fenOf(amountCny)
  if (limitType !== 'QUANTITY') return { limitType, amountMinor }
  return { limitType, amountMinor, heading: headingOf(hs)!, grams: gramsOf(netKg)! }
}
