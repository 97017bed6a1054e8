// The head of a payment against goods: what a bank holds or has paid, document by document, and the accounts it came from.
import type { Head, HeadKey, HeadValue, JudgeViews, Json, PartyUrn } from '../../hub/index.ts'

export type GoodsPaymentState = 'reserved' | 'paid' | 'returned' | 'expired'

/** What stands against one document. */
export interface Draw {
  /** The document's head and the account of what can be paid for it. */
  document: HeadKey
  account: HeadKey
  /** Journal index of the document. */
  entry: number
  minor: bigint
}

export interface GoodsPaymentHead {
  key: HeadKey
  headVersion: number
  state: GoodsPaymentState
  currency: string
  draws: Draw[]
  /** While it is reserved, the end of the reservation; from then on nothing is paid, whether the hub has ended it yet or not. */
  untilMs?: number
}

/** Payment numbers belong to the bank that gives them, so banks cannot collide or look into each other's. */
export const goodsPaymentKey = (views: Pick<JudgeViews, 'key'>, bank: PartyUrn, paymentId: string): HeadKey =>
  views.key('goods-payment', bank, paymentId)

/** A transfer pays once: of two payments that name the same UETR the second is refused. */
export const transferKey = (views: Pick<JudgeViews, 'key'>, uetr: string): HeadKey => views.key('goods-transfer', uetr)

export const goodsPaymentValue = (
  state: GoodsPaymentState,
  currency: string,
  draws: readonly Draw[],
  untilMs?: number,
): HeadValue => ({
  state,
  currency,
  draws: draws.map(({ minor, ...links }) => ({ ...links, minor: minor.toString() })),
  ...(untilMs !== undefined && { untilMs }),
})

export function readGoodsPayment(key: HeadKey, head: Head): GoodsPaymentHead {
  const { state, currency, draws, untilMs } = head.value
  return {
    key,
    headVersion: head.version,
    state: state as GoodsPaymentState,
    currency: currency as string,
    draws: (draws as { [name: string]: Json }[]).map((one) => ({
      document: one['document'] as HeadKey,
      account: one['account'] as HeadKey,
      entry: one['entry'] as number,
      minor: BigInt(one['minor'] as string),
    })),
    ...(typeof untilMs === 'number' && { untilMs }),
  }
}
