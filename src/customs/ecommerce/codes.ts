// What customs finds in the documents of cross-border e-commerce, in both languages. Of people nothing is repeated.
import { findingsOf, flawsOf, type FindingCodes } from '../../hub/index.ts'

export const ecommerceCodes = {
  // one document alone
  COMPACT_TIME_INVALID: {
    en: '{value} is not a time as yyyyMMddHHmmss.',
    zh: '{value} 不是 yyyyMMddHHmmss 格式的有效时间。',
  },
  LINE_TOTAL_DIFFERS: {
    en: 'The line total {value} is not quantity times price, {expected}, by more than rounding makes.',
    zh: '总价 {value} 与数量乘单价 {expected} 之差超过舍入误差。',
  },
  CURRENCY_NOT_CNY: {
    en: 'Imports of cross-border e-commerce are stated in CNY (142), not {value}.',
    zh: '跨境电商进口限定人民币(142),而不是 {value}。',
  },
  ORDER_GOODS_VALUE_DIFFERS: {
    en: 'The value of the goods {value} is not the sum of the lines, {expected}.',
    zh: '商品价格 {value} 不等于各项总价之和 {expected}。',
  },
  ORDER_SUM_DIFFERS: {
    en: 'What was paid, {value}, is not value plus freight plus tax less discount, {expected}.',
    zh: '实际支付金额 {value} 不等于商品价格加运杂费加代扣税款减非现金抵扣金额 {expected}。',
  },
  TRADE_MODE_NOT_ECOMMERCE: {
    en: '{value} is no supervision mode of a clearance list in this direction; there are {allowed}.',
    zh: '{value} 不是本进出口方向清单的监管方式;可用 {allowed}。',
  },
  BONDED_COUNTRY: {
    en: 'Goods from bond leave China (142), not {value}.',
    zh: '保税进口的起运国应填 142(中国),而不是 {value}。',
  },
  ITEMS_OUTWEIGH_PARCEL: {
    en: 'The goods weigh {items} kg by their statutory quantities, more than the parcel with its packing, {gross}.',
    zh: '按法定数量商品共重 {items} 千克,大于包裹毛重 {gross}。',
  },
  SINGLE_LIMIT_EXCEEDED: {
    en: 'The purchase is worth CNY {value}, above the limit {limit} of a single one ({source}); only one article that cannot be divided may be.',
    zh: '本次交易完税价格 {value} 元超过单次交易限值 {limit} 元({source});仅限订单下仅一件商品的情形。',
  },

  IDENTITY_TYPE_DIFFERS: {
    en: 'The number is one of a resident identity card, and the type of the document says another (values are not shown).',
    zh: '证件号码为居民身份证号,与所填证件类型不符(不显示具体内容)。',
  },
  IDENTITY_CARD_NEEDED: {
    en: 'The limits of imports go by the resident identity card of the buyer (type 1).',
    zh: '进口清单按订购人居民身份证(证件类型 1)核扣交易限值。',
  },
  IDENTITY_NUMBER_AS_REFERENCE: {
    en: '{field} holds the number of an identity document of a person; choose another (the value is not shown).',
    zh: '{field} 含有个人证件号码,请使用其他编号(不显示具体内容)。',
  },

  // the three documents and the list
  THREE_DOCUMENTS_MISSING: {
    en: 'There is no {document} for this list that the hub holds and you were told of.',
    zh: '枢纽中没有贵方可见的本清单的单证:{document}。',
  },
  DOCUMENT_NOT_AT_CUSTOMS: {
    en: 'The {document} was not told to the customs authority that the list is filed with.',
    zh: '单证 {document} 未发送给受理本清单的海关。',
  },
  LIST_DAY_DIFFERS: {
    en: 'The list says it was declared on {declared}; it was signed on {expected} in China.',
    zh: '清单申报日期为 {declared},签名日期(中国时间)为 {expected}。',
  },
  LIST_DIRECTION_DIFFERS: {
    en: 'The list goes {listed}, the {document} says {found}.',
    zh: '清单进出口标记为 {listed},单证 {document} 为 {found}。',
  },
  LIST_COMPANY_DIFFERS: {
    en: '{field} is {listed} in the list and {found} in the {document}.',
    zh: '{field}:清单为 {listed},单证 {document} 为 {found}。',
  },
  LIST_BUYER_DIFFERS: {
    en: 'The person who buys is not the one of the {document}: {field} differs (values are not shown).',
    zh: '订购人与单证 {document} 不一致:{field} 不同(不显示具体内容)。',
  },
  LIST_CONSIGNEE_DIFFERS: {
    en: 'The consignee of the {document} is another than that of the order: {field} differs (values are not shown).',
    zh: '单证 {document} 的收货人与订单不一致:{field} 不同(不显示具体内容)。',
  },
  LIST_GOODS_COUNT_DIFFERS: {
    en: 'The list has {listed} lines, the order {ordered}.',
    zh: '清单有 {listed} 项商品,订单有 {ordered} 项。',
  },
  LIST_GOODS_DIFFER: {
    en: '{field} of line {gnum} is {listed} in the list and {ordered} in the order.',
    zh: '第 {gnum} 项 {field}:清单为 {listed},订单为 {ordered}。',
  },
  LIST_VALUE_DIFFERS: {
    en: 'The lines of the list sum to {listed}, the order is worth {ordered}.',
    zh: '清单各项总价之和为 {listed},订单商品价格为 {ordered}。',
  },
  LIST_PAYMENT_DIFFERS: {
    en: 'The order names the payment {ordered}; this one is {paid}.',
    zh: '订单的支付交易编号为 {ordered},支付凭证为 {paid}。',
  },
  LIST_PAID_DIFFERS: {
    en: 'The order says {ordered} was paid, the payment {paid}.',
    zh: '订单实际支付金额为 {ordered},支付凭证金额为 {paid}。',
  },
  LIST_ORDER_NUMBER_DIFFERS: {
    en: 'The waybill carries the order {carried}, the list is of {listed}.',
    zh: '运单的订单编号为 {carried},清单的订单编号为 {listed}。',
  },
  LIST_CHARGE_DIFFERS: {
    en: '{field} is {listed} in the list and {carried} in the waybill.',
    zh: '{field}:清单为 {listed},运单为 {carried}。',
  },
  LIST_WEIGHT_DIFFERS: {
    en: 'The parcel weighs {listed} kg in the list and {carried} kg in the waybill.',
    zh: '毛重:清单为 {listed} 千克,运单为 {carried} 千克。',
  },
  LIST_PACKAGES_DIFFER: {
    en: 'The list has {listed} parcels, the waybill {carried}.',
    zh: '件数:清单为 {listed},运单为 {carried}。',
  },

  // acts of customs on a list
  LIST_NUMBER_MISSING: {
    en: 'A release gives the list its number (invtNo).',
    zh: '放行回执必须填写清单编号(invtNo)。',
  },
  OUTCOME_REASON_MISSING: {
    en: 'The outcome {outcome} needs a reason (returnInfo).',
    zh: '审核结果 {outcome} 必须说明原因(returnInfo)。',
  },
  RETURN_DAY_MISSING: {
    en: 'A return says on which day it was applied for (appliedOn).',
    zh: '退货必须填写申请日期(appliedOn)。',
  },
  RETURN_UNEXPECTED: {
    en: '{field} belongs to a return alone.',
    zh: '{field} 仅用于退货。',
  },
  RETURN_REPEATED: { en: 'Line {gnum} is listed twice.', zh: '第 {gnum} 项重复。' },
  RETURN_ABOVE_LISTED: {
    en: 'Of line {gnum} {left} are left to come back, not {returned}.',
    zh: '第 {gnum} 项尚可退 {left},而不是 {returned}。',
  },
  RETURN_BEFORE_RELEASE: {
    en: 'The return was applied for on {applied}, before the release of {released}.',
    zh: '退货申请日期 {applied} 早于放行日期 {released}。',
  },
} as const satisfies FindingCodes

export const finding = findingsOf(ecommerceCodes)
export const flaw = flawsOf(ecommerceCodes)
