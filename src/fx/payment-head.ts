// The head of a payment: one per UETR, claimed by the payment and moved by each status until one is final.
import { type Head, type HeadKey, type HeadValue, type JudgeViews } from '../hub/index.ts'

const FINAL: ReadonlySet<string> = new Set(['RJCT', 'ACSC', 'ACCC'])

/** A payment as its head tells it: SENT, then the status told last. `payment` is the journal index of the pacs.008. */
export interface PaymentHead {
  key: HeadKey
  version: number
  state: string
  payment: number
}

export const paymentKey = (views: JudgeViews, uetr: string): HeadKey => views.key('payment', uetr)

export const sentValue = (): HeadValue => ({ state: 'SENT' })

export const movedValue = ({ payment }: PaymentHead, state: string): HeadValue => ({ state, payment })

/** The entry that claimed the head is the payment; later ones say which it was. */
export function readPayment(key: HeadKey, { version, index, value }: Head): PaymentHead {
  const { state, payment } = value
  return { key, version, state: state as string, payment: typeof payment === 'number' ? payment : index }
}

/** Nothing leads out of a rejection or a completed settlement. */
export const isFinal = ({ state }: PaymentHead): boolean => FINAL.has(state)
