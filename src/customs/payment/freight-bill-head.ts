// The head of a freight bill, and the account of what of it is still to be paid. Numbers belong to the carrier that gives them.
import type { Head, HeadKey, HeadValue, JudgeViews, Money, PartyUrn } from '../../hub/index.ts'

export type FreightBillState = 'issued' | 'withdrawn'

export interface FreightBillHead {
  key: HeadKey
  headVersion: number
  state: FreightBillState
  /** Who owes it, as a keyed hash of the credit code. */
  payer: HeadKey
  total: Money
  /** Journal index of the bill. */
  bill: number
  caseKey?: HeadKey
}

type Keys = Pick<JudgeViews, 'key'>

/** One bill, however its number is written: in upper case and without blanks. */
export const plainBillNo = (billNo: string): string => billNo.toUpperCase().replaceAll(/\s/g, '')

export const freightBillKey = (views: Keys, carrier: PartyUrn, billNo: string): HeadKey =>
  views.key('freight-bill', carrier, plainBillNo(billNo))
export const freightKey = (views: Keys, carrier: PartyUrn, billNo: string, currency: string): HeadKey =>
  views.key('freight', carrier, plainBillNo(billNo), currency)
/** Credit codes are public; the key says nothing of whose it is. */
export const payerKey = (views: Keys, uscc: string): HeadKey => views.key('payer', uscc)

export const issuedValue = ({
  payer,
  total,
  caseKey,
}: Pick<FreightBillHead, 'payer' | 'total' | 'caseKey'>): HeadValue => ({
  state: 'issued',
  payer,
  currency: total.currency,
  totalMinor: total.minor.toString(),
  ...(caseKey && { caseKey }),
})

export const withdrawnValue = (head: FreightBillHead): HeadValue => ({
  ...issuedValue(head),
  state: 'withdrawn',
  bill: head.bill,
})

export function readFreightBill(key: HeadKey, head: Head): FreightBillHead {
  const { state, payer, currency, totalMinor, bill, caseKey } = head.value
  return {
    key,
    headVersion: head.version,
    state: state as FreightBillState,
    payer: payer as HeadKey,
    total: { minor: BigInt(totalMinor as string), currency: currency as string },
    // Until it is withdrawn, the entry that moved the head last is the bill itself.
    bill: typeof bill === 'number' ? bill : head.index,
    ...(typeof caseKey === 'string' && { caseKey }),
  }
}
