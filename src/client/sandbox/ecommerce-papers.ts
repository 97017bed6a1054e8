// The papers of cross-border e-commerce that are sent by hand: an order, its payment first told a fen short, its waybill, the list of it all.
import type {
  EcommerceList,
  EcommerceLogistics,
  EcommerceOrder,
  EcommercePayment,
  EcommerceStatus,
} from '../../../schemas/types.d.ts'
import { SHANGHAI_AHEAD_MS } from '../../customs/shanghai-day.ts'
import { fixture } from './fixtures.ts'
import type { Papers } from './papers.ts'

/** What was paid, as the payment that is a fen short says it. */
const SHORT = '665.14'

/** A moment in China as yyyyMMddHHmmssSSS; its first eight digits are the day. */
export const chinaTime = (ms: number): string => new Date(ms + SHANGHAI_AHEAD_MS).toISOString().replaceAll(/\D/g, '')

const paper = <T>(name: string): T => fixture<T>(`customs/valid/ecommerce-${name}.json`)

/** One order by direct mail, all of it said now. */
export function ecommercePapers(nowMs: number): Papers {
  const time = chinaTime(nowMs)
  const day = time.slice(0, 8)
  const appTime = time.slice(0, 14)
  const payment: EcommercePayment = { ...paper<EcommercePayment>('payment-direct'), appTime, payTime: appTime }
  const released = paper<EcommerceStatus>('status-released')
  return {
    order: { ...paper<EcommerceOrder>('order-direct'), appTime },
    'payment-short': { ...payment, amountPaid: SHORT },
    waybill: { ...paper<EcommerceLogistics>('logistics-direct'), appTime },
    list: { ...paper<EcommerceList>('list-direct'), appTime, declTime: day },
    payment: { ...payment, appType: '2' } satisfies EcommercePayment,
    release: { ...released, returnTime: time } satisfies EcommerceStatus,
  }
}
