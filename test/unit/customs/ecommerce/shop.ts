// A small shop for judging: invented orders with their payment, waybill and clearance list, said to a world in memory.
import { readFileSync } from 'node:fs'
import type {
  EcommerceList,
  EcommerceLogistics,
  EcommerceOrder,
  EcommercePayment,
  EcommerceStatus,
} from '../../../../schemas/types.d.ts'
import { ecommerceKinds } from '../../../../src/customs/ecommerce/index.ts'
import { shanghaiDay } from '../../../../src/customs/shanghai-day.ts'
import { annualKey, listKey } from '../../../../src/customs/ecommerce/list-head.ts'
import { toTime, type MessageKind } from '../../../../src/hub/index.ts'
import { PARTIES, World, type Sent } from '../fake-views.ts'

export const kindOf = <Body>(name: string): MessageKind<Body> =>
  ecommerceKinds.find((kind) => kind.name === `customs.ecommerce-${name}`)!

export const valid = <T>(name: string): T =>
  JSON.parse(
    readFileSync(new URL(`../../../../fixtures/customs/valid/ecommerce-${name}.json`, import.meta.url), 'utf8'),
  ) as T

export const PLATFORM = 'urn:hub:cn:platform:example-mall'
export const PAYER = 'urn:hub:cn:payment-institution:example-pay'
export const CARRIER = 'urn:hub:cn:logistics:example-express'
export const { broker: BROKER, customsCn: CUSTOMS, customsCnOther: OTHER_CUSTOMS } = PARTIES

export interface Purchase {
  order: EcommerceOrder
  payment: EcommercePayment
  logistics: EcommerceLogistics
  list: EcommerceList
}

/** One of the purchases of the fixtures. */
export const fixture = (name: 'direct' | 'bonded' | 'full-tax' | 'export'): Purchase => ({
  order: valid(`order-${name}`),
  payment: valid(`payment-${name}`),
  logistics: valid(`logistics-${name}`),
  list: valid(`list-${name}`),
})

const yuan = (fen: bigint): string => `${fen / 100n}.${String(fen % 100n).padStart(2, '0')}`

/** An import of one article for a price in fen, by a buyer. */
export function purchase(tag: string, fen: bigint, buyerIdNumber = '450681199001010012'): Purchase {
  const { order, payment, logistics, list } = fixture('direct')
  const price = { qty: '1', price: yuan(fen), totalPrice: yuan(fen) }
  const orderNo = `EX-ORDER-${tag}`
  const payTransactionId = `EX-PAY-${tag}`
  const logisticsNo = `EX-WAYBILL-${tag}`
  const free = { freight: '0', insuredFee: '0' }
  return {
    order: {
      ...order,
      orderNo,
      payTransactionId,
      buyerIdNumber,
      goodsValue: yuan(fen),
      acturalPaid: yuan(fen),
      freight: '0',
      discount: '0',
      taxTotal: '0',
      items: [{ ...order.items[0]!, ...price }],
    },
    payment: { ...payment, orderNo, payTransactionId, payerIdNumber: buyerIdNumber, amountPaid: yuan(fen) },
    logistics: { ...logistics, orderNo, logisticsNo, ...free },
    list: { ...list, orderNo, logisticsNo, buyerIdNumber, ...free, items: [{ ...list.items[0]!, ...price }] },
  }
}

/** Says messages to a world of its own and tells what happened: findings by code, a refusal, or 'accepted'. */
export class Shop {
  readonly world = new World()
  readonly to: string[] = [BROKER, CUSTOMS]

  constructor() {
    for (const party of [PLATFORM, PAYER, CARRIER]) this.world.enter(party)
  }

  say<Body>(name: string, body: Body, sent: Sent) {
    const created = toTime(this.world.nowMs)
    return this.world.say(kindOf<Body>(name), body, { created, ...sent } as Sent)
  }

  order = (body: EcommerceOrder, sent: Partial<Sent> = {}) =>
    this.say('order', body, { from: PLATFORM, to: [...this.to, PAYER], ...sent })
  payment = (body: EcommercePayment, sent: Partial<Sent> = {}) =>
    this.say('payment', body, { from: PAYER, to: this.to, ...sent })
  logistics = (body: EcommerceLogistics, sent: Partial<Sent> = {}) =>
    this.say('logistics', body, { from: CARRIER, to: this.to, ...sent })
  list = (body: EcommerceList, sent: Partial<Sent> = {}) =>
    this.say('list', body, { from: BROKER, to: [CUSTOMS], ...sent })

  /** The three documents are told; then the list is filed. */
  async file({ order, payment, logistics, list }: Purchase) {
    for (const told of [await this.order(order), await this.payment(payment), await this.logistics(logistics)])
      if (!('result' in told) || told.result !== 'accepted') return told
    return this.list(list)
  }

  status(
    { orderNo, ebpCode }: EcommerceList,
    outcome: EcommerceStatus['outcome'],
    more: Partial<EcommerceStatus> = {},
  ) {
    const now = `${shanghaiDay(this.world.nowMs)}100000000`
    const needed = {
      RELEASED: { invtNo: '72002026I000000001' },
      REJECTED: { returnInfo: 'an example' },
      CANCELLED: {},
      RETURNED: { appliedOn: shanghaiDay(this.world.nowMs) },
    }[outcome]
    const body: EcommerceStatus = { orderNo, ebpCode, outcome, returnTime: now, ...needed, ...more }
    return this.say('status', body, { from: CUSTOMS, to: [BROKER] })
  }

  head = ({ ebpCode, orderNo }: EcommerceList) =>
    this.world.heads.get(listKey(this.world.views, ebpCode, orderNo))?.value

  /** What is left of a buyer's year, fen; undefined while nothing was taken of it. */
  left(list: EcommerceList, year = list.declTime!.slice(0, 4)): bigint | undefined {
    const net = this.world.heads.get(annualKey(this.world.views, list, year))?.value['net']
    return net === undefined ? undefined : BigInt(net as string)
  }
}
