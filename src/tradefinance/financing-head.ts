// The head of a financing: what a bank has reserved or lent against a declaration, and the account it came from.
import type { Head, HeadKey, HeadValue, JudgeViews, Money, PartyUrn } from '../hub/index.ts'

export type FinancingState = 'applied' | 'confirmed' | 'repaid' | 'expired'

/** A financing as its head tells it. `amount` is what was applied for or, once confirmed, confirmed; `outstanding` what is not given back. */
export interface FinancingHead {
  key: HeadKey
  headVersion: number
  state: FinancingState
  amount: Money
  outstanding: Money
  /** Heads it relies on, as keyed hashes: the declaration and its account. */
  declaration: HeadKey
  account: HeadKey
  /** Journal index of the declaration. */
  declared: number
  /** While it is applied for, the end of the reservation; from then on nothing is confirmed, whether the hub has ended it yet or not. */
  untilMs?: number
}

/** Application numbers belong to the bank that gives them, so banks cannot collide or look into each other's. */
export const financingKey = (views: JudgeViews, financier: PartyUrn, applicationId: string): HeadKey =>
  views.key('financing', financier, applicationId)

export const financingValue = (
  state: FinancingState,
  amount: Money,
  outstanding: Money,
  links: Pick<FinancingHead, 'declaration' | 'account' | 'declared'>,
  untilMs?: number,
): HeadValue => ({
  state,
  currency: amount.currency,
  amountMinor: amount.minor.toString(),
  outstandingMinor: outstanding.minor.toString(),
  entryKey: links.declaration,
  account: links.account,
  declaration: links.declared,
  ...(untilMs !== undefined && { untilMs }),
})

export function readFinancing(key: HeadKey, head: Head): FinancingHead {
  const { state, currency, amountMinor, outstandingMinor, entryKey, account, declaration, untilMs } = head.value
  const money = (minor: unknown): Money => ({ minor: BigInt(minor as string), currency: currency as string })
  return {
    key,
    headVersion: head.version,
    state: state as FinancingState,
    amount: money(amountMinor),
    outstanding: money(outstandingMinor),
    declaration: entryKey as HeadKey,
    account: account as HeadKey,
    declared: declaration as number,
    ...(typeof untilMs === 'number' && { untilMs }),
  }
}
