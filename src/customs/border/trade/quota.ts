// Quotas of a day as accounts: opened once per person and day by whichever declaration comes first, and debited in the same entry.
import type { AccountMove, Expectation, HeadKey, JudgeViews } from '../../../hub/index.ts'
import { gramsPerDay, quotaMinor } from './limits.ts'
import { splitPortions, type Portion } from './split.ts'
import { quantityKey, quotaKey, type TradeShare } from './trade-heads.ts'

export interface Drawn {
  shares: TradeShare[]
  accounts: AccountMove[]
  /** The accounts as they were seen: a declaration that comes between is a reason to split again, never to refuse. */
  expects: Expectation[]
}

/** Splits portions by what is left on a day, and draws it. */
export async function drawQuotas(portions: readonly Portion[], day: string, views: JudgeViews): Promise<Drawn> {
  const left = new Map<HeadKey, bigint>()
  const expects: Expectation[] = []
  const look = async (key: HeadKey, full: bigint): Promise<void> => {
    if (left.has(key)) return
    const head = await views.head(key)
    left.set(key, head ? BigInt(head.value['net'] as string) : full)
    expects.push({ key, version: head?.version ?? 0 })
  }
  for (const { person, parts } of portions) {
    for (const { heading } of parts)
      if (heading !== undefined) await look(quantityKey(views, person, day, heading), gramsPerDay(heading))
    // What is wholly taxable anyway depends on no quota and races with nobody.
    if (parts.some(({ limitType }) => limitType !== 'NOT_EXEMPT'))
      await look(quotaKey(views, person, day), quotaMinor())
  }
  const shares = splitPortions(portions, {
    fen: (person) => left.get(quotaKey(views, person, day)) ?? 0n,
    grams: (person, heading) => left.get(quantityKey(views, person, day, heading))!,
  })
  return { shares, accounts: shares.flatMap((share) => debits(share, day, views)), expects }
}

function debits({ person, dutyFreeMinor, grams }: TradeShare, day: string, views: JudgeViews): AccountMove[] {
  return [
    ...draw(quotaKey(views, person, day), quotaMinor(), dutyFreeMinor, 'border-quota'),
    ...Object.entries(grams).flatMap(([heading, taken]) =>
      draw(quantityKey(views, person, day, heading), gramsPerDay(heading), taken, 'border-quantity'),
    ),
  ]
}

function draw(key: HeadKey, full: bigint, amountMinor: bigint, rule: string): AccountMove[] {
  if (amountMinor === 0n) return []
  return [
    { act: 'openOnce', key, amountMinor: full, rule },
    { act: 'debit', key, amountMinor, rule },
  ]
}

/** Gives back what a declaration drew: customs has refused it, or it was withdrawn. */
export function returnQuotas(shares: readonly TradeShare[], day: string, views: JudgeViews): AccountMove[] {
  return shares.flatMap(({ person, dutyFreeMinor, grams }) => [
    ...giveBack(quotaKey(views, person, day), dutyFreeMinor, 'border-quota-returned'),
    ...Object.entries(grams).flatMap(([heading, taken]) =>
      giveBack(quantityKey(views, person, day, heading), taken, 'border-quantity-returned'),
    ),
  ])
}

const giveBack = (key: HeadKey, amountMinor: bigint, rule: string): AccountMove[] =>
  amountMinor === 0n ? [] : [{ act: 'credit', key, amountMinor, rule }]
