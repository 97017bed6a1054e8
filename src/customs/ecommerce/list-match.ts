// Matching a clearance list with the three documents of its order: every difference is a finding of its own, with both values and the field.
// What both do not state is not compared. Of people only the field is named.
import { compareDecimals, formatDecimal, parseDecimal, type Finding, type JudgeViews } from '../../hub/index.ts'
import type { EcommerceList, EcommerceLogistics, EcommerceOrder, EcommercePayment } from '../../../schemas/types.d.ts'
import { sumOf } from './checks.ts'
import { finding } from './codes.ts'
import { identityKey } from './list-head.ts'
import type { PaperName } from './papers.ts'

export interface ThreeDocuments {
  order: EcommerceOrder
  payment: EcommercePayment
  logistics: EcommerceLogistics
}

export function matchList(list: EcommerceList, papers: ThreeDocuments, views: Pick<JudgeViews, 'key'>): Finding[] {
  return [
    ...matchDirection(list, papers),
    ...matchCompanies(list, papers),
    ...matchBuyer(list, papers, views),
    ...matchConsignee(list, papers),
    ...matchGoods(list, papers.order),
    ...matchPayment(papers),
    ...matchParcel(list, papers.logistics),
  ]
}

function matchDirection({ ieFlag: listed }: EcommerceList, papers: ThreeDocuments): Finding[] {
  return (['order', 'payment', 'logistics'] as const).flatMap((document) => {
    const found = papers[document].orderType
    return found === listed ? [] : [finding('LIST_DIRECTION_DIFFERS', '/ieFlag', { document, listed, found })]
  })
}

function matchCompanies(list: EcommerceList, { order, payment, logistics }: ThreeDocuments): Finding[] {
  const fields = [
    ['ebpName', 'order', order.ebpName],
    ['ebpName', 'payment', payment.ebpName],
    ['ebcCode', 'order', order.ebcCode],
    ['ebcName', 'order', order.ebcName],
    ['ebcCode', 'payment', payment.ebcCode],
    ['ebcCode', 'logistics', logistics.ebcCode],
    ['logisticsName', 'logistics', logistics.logisticsName],
  ] as const
  return fields.flatMap(([field, document, found]) =>
    found === undefined || same(found, list[field])
      ? []
      : [finding('LIST_COMPANY_DIFFERS', `/${field}`, { field, document, listed: list[field], found })],
  )
}

/** The buyer of the list is the one of the order, and who paid. Identity documents are compared as keyed hashes. */
function matchBuyer(
  list: EcommerceList,
  { order, payment }: ThreeDocuments,
  views: Pick<JudgeViews, 'key'>,
): Finding[] {
  const who = (type: string | undefined, number: string | undefined): string | undefined =>
    type === undefined || number === undefined ? undefined : identityKey(views, type, number)
  const buyer = who(list.buyerIdType, list.buyerIdNumber)
  const fields: readonly [keyof EcommerceList & string, PaperName, string | undefined, string | undefined][] = [
    ['buyerIdNumber', 'order', who(order.buyerIdType, order.buyerIdNumber), buyer],
    ['buyerName', 'order', order.buyerName, list.buyerName],
    ['buyerTelephone', 'order', order.buyerTelephone, list.buyerTelephone],
    ['buyerIdNumber', 'payment', who(payment.payerIdType, payment.payerIdNumber), buyer],
    ['buyerName', 'payment', payment.payerName, list.buyerName],
  ]
  return fields.flatMap(([field, document, found, listed]) =>
    differ(found, listed) ? [finding('LIST_BUYER_DIFFERS', `/${field}`, { document, field })] : [],
  )
}

function matchConsignee(list: EcommerceList, { order, logistics }: ThreeDocuments): Finding[] {
  const fields = [
    ['list', 'consigneeAddress', list.consigneeAddress],
    ['logistics', 'consignee', logistics.consignee],
    ['logistics', 'consigneeTelephone', logistics.consigneeTelephone],
    ['logistics', 'consigneeAddress', logistics.consigneeAddress],
  ] as const
  return fields.flatMap(([document, field, found]) =>
    differ(found, order[field])
      ? [finding('LIST_CONSIGNEE_DIFFERS', document === 'list' ? `/${field}` : '/logisticsNo', { document, field })]
      : [],
  )
}

/** Line by line, as they are numbered. */
function matchGoods(list: EcommerceList, order: EcommerceOrder): Finding[] {
  const [listed, ordered] = [list.items.length, order.items.length]
  const found = listed === ordered ? [] : [finding('LIST_GOODS_COUNT_DIFFERS', '/items', { listed, ordered })]
  found.push(...list.items.slice(0, ordered).flatMap((item, at) => matchLine(item, order.items[at]!, at)))
  const sum = sumOf(list.items.map(({ totalPrice }) => totalPrice))
  if (compareDecimals(sum, parseDecimal(order.goodsValue)!) !== 0)
    found.push(finding('LIST_VALUE_DIFFERS', '/items', { listed: formatDecimal(sum), ordered: order.goodsValue }))
  return found
}

type ListLine = EcommerceList['items'][number]
type OrderLine = EcommerceOrder['items'][number]

function matchLine(item: ListLine, line: OrderLine, at: number): Finding[] {
  const texts = [
    ['itemNo', item.itemNo, line.itemNo],
    ['gname', item.gname, line.itemName],
    ['gcode', item.gcode, line.gcode],
    ['unit', item.unit, line.unit],
    ['currency', item.currency, line.currency],
    ['country', item.country, line.country],
  ] as const
  const numbers = [
    ['qty', item.qty, line.qty],
    ['price', item.price, line.price],
    ['totalPrice', item.totalPrice, line.totalPrice],
  ] as const
  const say = (field: string, listed: string, ordered: string): Finding =>
    finding('LIST_GOODS_DIFFER', `/items/${at}/${field}`, { gnum: item.gnum, field, listed, ordered })
  return [
    ...texts.flatMap(([field, a, b]) => (differ(a, b) ? [say(field, a!, b!)] : [])),
    ...numbers.flatMap(([field, a, b]) => (amountsDiffer(a, b) ? [say(field, a, b)] : [])),
  ]
}

function matchPayment({ order, payment }: ThreeDocuments): Finding[] {
  const found: Finding[] = []
  const { payTransactionId: ordered, acturalPaid } = order
  if (ordered !== undefined && ordered !== payment.payTransactionId)
    found.push(finding('LIST_PAYMENT_DIFFERS', '/orderNo', { ordered, paid: payment.payTransactionId }))
  if (acturalPaid !== undefined && amountsDiffer(acturalPaid, payment.amountPaid))
    found.push(finding('LIST_PAID_DIFFERS', '/orderNo', { ordered: acturalPaid, paid: payment.amountPaid }))
  return found
}

function matchParcel(list: EcommerceList, logistics: EcommerceLogistics): Finding[] {
  const found: Finding[] = []
  const { orderNo: carried } = logistics
  if (differ(carried, list.orderNo))
    found.push(finding('LIST_ORDER_NUMBER_DIFFERS', '/orderNo', { carried: carried!, listed: list.orderNo }))
  for (const field of ['freight', 'insuredFee'] as const) {
    const charge = logistics[field]
    if (charge !== undefined && amountsDiffer(charge, list[field]))
      found.push(finding('LIST_CHARGE_DIFFERS', `/${field}`, { field, listed: list[field], carried: charge }))
  }
  const { grossWeight, packNo } = list
  if (amountsDiffer(grossWeight, logistics.weight))
    found.push(finding('LIST_WEIGHT_DIFFERS', '/grossWeight', { listed: grossWeight, carried: logistics.weight }))
  if (packNo !== logistics.packNo)
    found.push(finding('LIST_PACKAGES_DIFFER', '/packNo', { listed: packNo, carried: logistics.packNo }))
  return found
}

/** One writing of a text: full-width forms and spaces do not make another. */
const plain = (text: string): string => text.normalize('NFKC').replaceAll(/\s+/g, '')
const same = (a: string, b: string): boolean => plain(a) === plain(b)
const differ = (a: string | undefined, b: string | undefined): boolean =>
  a !== undefined && b !== undefined && !same(a, b)
const amountsDiffer = (a: string, b: string): boolean => compareDecimals(parseDecimal(a)!, parseDecimal(b)!) !== 0
