// The documents of the e-commerce story: purchases of invented buyers, made from the project's fixtures and dated today.
import type {
  EcommerceList,
  EcommerceLogistics,
  EcommerceOrder,
  EcommercePayment,
  EcommerceStatus,
} from '../../../schemas/types.d.ts'
import { chinaTime } from '../sandbox/ecommerce-papers.ts'
import { fixture as fixtureAt } from '../sandbox/fixtures.ts'

export interface Purchase {
  order: EcommerceOrder
  payment: EcommercePayment
  logistics: EcommerceLogistics
  list: EcommerceList
}

const fixture = <T>(name: string): T => fixtureAt<T>(`customs/valid/ecommerce-${name}.json`)

const today = (): string => chinaTime(Date.now()).slice(0, 8)

/** A purchase of the fixtures, its list declared today. */
export function purchase(name: 'direct' | 'bonded' | 'export' | 'full-tax'): Purchase {
  const list = fixture<EcommerceList>(`list-${name}`)
  return {
    order: fixture(`order-${name}`),
    payment: fixture(`payment-${name}`),
    logistics: fixture(`logistics-${name}`),
    list: list.ieFlag === 'I' ? { ...list, declTime: today() } : list,
  }
}

/** A purchase of one article for a price in fen, by direct mail and free of charges. */
export function oneArticle(number: string, fen: bigint, buyerIdNumber: string): Purchase {
  const { order, payment, logistics, list } = purchase('direct')
  const yuan = inYuan(fen)
  const line = { qty: '1', price: yuan, totalPrice: yuan }
  const charges = { freight: '0', insuredFee: '0' }
  const numbers = { orderNo: `ORDER-${number}`, payTransactionId: `PAY-${number}`, logisticsNo: `WAYBILL-${number}` }
  const { orderNo, payTransactionId, logisticsNo } = numbers
  const paid = { goodsValue: yuan, freight: '0', discount: '0', taxTotal: '0', acturalPaid: yuan }
  return {
    order: { ...order, ...paid, orderNo, payTransactionId, buyerIdNumber, items: [{ ...order.items[0]!, ...line }] },
    payment: { ...payment, orderNo, payTransactionId, payerIdNumber: buyerIdNumber, amountPaid: yuan },
    logistics: { ...logistics, ...charges, orderNo, logisticsNo },
    list: { ...list, ...charges, orderNo, logisticsNo, buyerIdNumber, items: [{ ...list.items[0]!, ...line }] },
  }
}

export const inYuan = (fen: bigint): string => `${fen / 100n}.${String(fen % 100n).padStart(2, '0')}`

const fenOf = (yuan: string): bigint => {
  const [whole = '0', part = ''] = yuan.split('.')
  return BigInt(whole) * 100n + BigInt(part.padEnd(2, '0').slice(0, 2))
}

/** What a list is worth to the limits: its lines, freight and insurance, in fen. */
export const dutiableFen = ({ items, freight, insuredFee }: EcommerceList): bigint =>
  items.reduce((sum, { totalPrice }) => sum + fenOf(totalPrice), fenOf(freight) + fenOf(insuredFee))

/** What customs says of a list, now. */
export function status(
  { orderNo, ebpCode, customsCode }: EcommerceList,
  outcome: EcommerceStatus['outcome'],
  serial = 1,
): EcommerceStatus {
  const returnTime = chinaTime(Date.now())
  const invtNo = `${customsCode}${returnTime.slice(0, 4)}I${String(serial).padStart(9, '0')}`
  return {
    orderNo,
    ebpCode,
    outcome,
    returnTime,
    ...(outcome === 'RELEASED' && { invtNo }),
    ...(outcome === 'RETURNED' && { appliedOn: returnTime.slice(0, 8) }),
  }
}
