// Heads of the three documents of an order: who filed each, who was told of it, and whether a list uses it. Values name no person and no number.
import type { Head, HeadKey, HeadValue, JudgeViews, PartyUrn, ValidMessage } from '../../hub/index.ts'

type Keys = Pick<JudgeViews, 'key'>

export type PaperName = 'order' | 'payment' | 'logistics'

export const orderKey = (views: Keys, ebpCode: string, orderNo: string): HeadKey =>
  views.key('ecommerce-order', ebpCode, orderNo)
/** Payments are those of the institution that signs, so nobody takes the number of another's. */
export const paymentKey = (views: Keys, institution: PartyUrn, payTransactionId: string): HeadKey =>
  views.key('ecommerce-payment', institution, payTransactionId)
/** Which payment of an institution an order has: one at a time. */
export const paidKey = (views: Keys, ebpCode: string, orderNo: string, institution: PartyUrn): HeadKey =>
  views.key('ecommerce-paid', ebpCode, orderNo, institution)
export const logisticsKey = (views: Keys, logisticsCode: string, logisticsNo: string): HeadKey =>
  views.key('ecommerce-logistics', logisticsCode, logisticsNo)

/** One of the three documents as its head tells it. `used`: a list that was not rejected or cancelled stands on it. */
export interface Paper {
  key: HeadKey
  headVersion: number
  state: 'filed' | 'used' | 'withdrawn'
  /** Who filed it, and everybody who saw it in full. */
  from: PartyUrn
  told: PartyUrn[]
  /** The payment institution that an order names by its code. */
  payer?: PartyUrn
  /** Journal index of the document as it stands. */
  filing: number
}

export async function readPaper(views: JudgeViews, key: HeadKey): Promise<Paper | undefined> {
  const head = await views.head(key)
  return head && paperOf(key, head)
}

function paperOf(key: HeadKey, { version, index, value }: Head): Paper {
  const { state, from, told, payer, filing } = value
  return {
    key,
    headVersion: version,
    state: state as Paper['state'],
    from: from as PartyUrn,
    told: told as PartyUrn[],
    ...(payer !== undefined && { payer: payer as PartyUrn }),
    // As long as the document itself moved the head last, it is that entry.
    filing: typeof filing === 'number' ? filing : index,
  }
}

/** The value that a document gives its head. */
export function filedPaper(
  { envelope, authentic }: ValidMessage,
  state: 'filed' | 'withdrawn',
  payer?: PartyUrn,
): HeadValue {
  const { to, for: principal } = envelope
  const from = principal ?? authentic.sender
  return { state, from, told: [...new Set([from, authentic.sender, ...to])], ...(payer !== undefined && { payer }) }
}

/** The value after a list took it or let go of it. */
export const movedPaper = ({ from, told, payer, filing }: Paper, state: 'filed' | 'used'): HeadValue => ({
  state,
  from,
  told: [...told],
  ...(payer !== undefined && { payer }),
  filing,
})

/** Whether a party saw the document in full. To any other it does not exist. */
export const isTold = (paper: Paper, ...parties: (PartyUrn | undefined)[]): boolean =>
  parties.some((party) => party !== undefined && paper.told.includes(party))
