// What acts of customs on a clearance list want of the journal.
import { nothingWanted, type AccountMove, type Judgement, type Move } from '../../hub/index.ts'
import { actedList, type ListHead, type ListSays } from './list-head.ts'

/** The judgement of an act on a list. */
export const acted = (
  head: ListHead,
  change: Partial<ListSays>,
  accounts: AccountMove[],
  papers: readonly Move[] = [],
): Judgement => ({
  ...nothingWanted(),
  moves: [{ key: head.key, version: head.headVersion, value: actedList(head, change) }, ...papers],
  accounts,
  refers: [head.list],
})

/** What is given back to the account of the year. */
export const credit = ({ annual: key }: ListHead, amountMinor: bigint): AccountMove[] =>
  key === undefined || amountMinor === 0n ? [] : [{ act: 'credit', key, amountMinor, rule: 'ecommerce-annual-limit' }]
