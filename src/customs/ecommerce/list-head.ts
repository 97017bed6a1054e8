// The head of a clearance list, one per order: what state it is in, what it stands on, and what it took of the buyer's year.
import {
  plainNumber,
  type Head,
  type HeadKey,
  type HeadValue,
  type JudgeViews,
  type PartyUrn,
} from '../../hub/index.ts'
import type { EcommerceList } from '../../../schemas/types.d.ts'
import { personKey } from '../border/people-heads.ts'

type Keys = Pick<JudgeViews, 'key'>

/** `returning`: some of the goods have come back. */
export type ListState = 'declared' | 'released' | 'returning' | 'returned' | 'rejected' | 'cancelled'

/** What it says of itself; the account of the year is that of an import alone. */
export interface ListSays {
  state: ListState
  from: PartyUrn
  customs: PartyUrn
  /** Keys of the three documents. */
  order: HeadKey
  payment: HeadKey
  logistics: HeadKey
  annual?: HeadKey
  /** What was taken of the account in fen, and what was given back. */
  dutiableMinor: string
  creditedMinor: string
  /** Above the single limit: taxed as general trade. */
  fullTax: boolean
  /** Day of release, yyyyMMdd in China. */
  releasedOn?: string
  /** Quantities that came back, by line. */
  returned?: { [gnum: string]: string }
}

export interface ListHead extends ListSays {
  key: HeadKey
  headVersion: number
  /** Journal index of the list. */
  list: number
}

export const listKey = (views: Keys, ebpCode: string, orderNo: string): HeadKey =>
  views.key('ecommerce-list', ebpCode, orderNo)

/** Who somebody is by an identity document. Another document than the identity card could bear the same number; how a number is written does not matter. */
export function identityKey(views: Keys, type: string, number: string): HeadKey {
  const plain = plainNumber(number)
  return personKey(views, type === '1' ? plain : `${type}:${plain}`)
}

/** The account of a person, by the identity card, and a calendar year in China, fen. */
export const annualKey = (views: Keys, { buyerIdNumber }: EcommerceList, year: string): HeadKey =>
  views.key('ecommerce-annual', identityKey(views, '1', buyerIdNumber!), year)

/** States in which the order is free for another list. */
export const isOver = ({ state }: Pick<ListSays, 'state'>): boolean => state === 'rejected' || state === 'cancelled'

export const readListHead = (key: HeadKey, head: Head): ListHead => ({
  ...(head.value as unknown as ListSays),
  key,
  headVersion: head.version,
  list: typeof head.value['list'] === 'number' ? head.value['list'] : head.index,
})

/** The value of the head as the list is filed. */
export const filedList = (says: ListSays): HeadValue => ({ ...says })

/** The value after an act of customs. */
export function actedList(
  { key: _key, headVersion: _version, ...says }: ListHead,
  change: Partial<ListSays>,
): HeadValue {
  return { ...says, ...change }
}
