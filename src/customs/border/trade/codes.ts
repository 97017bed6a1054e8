// What is found in the papers of border-resident trade, in both languages. No text names a resident.
import { findingsOf, type FindingCodes } from '../../../hub/index.ts'

export const borderTradeCodes = {
  // goods and money
  MARKET_OFFICE_UNLISTED: {
    en: 'No market site is known under customs office {value}.',
    zh: '关区 {value} 下没有已知的互市点。',
  },
  MARKET_ORIGIN_NOT_ALLOWED: {
    en: 'Goods of {value} are not traded on sites under office {office}; allowed are {allowed}.',
    zh: '关区 {office} 的互市点不交易原产于 {value} 的商品;允许的原产国为 {allowed}。',
  },
  MARKET_SUM_DIFFERS: { en: 'The items come to {expected}.', zh: '各项商品金额合计为 {expected}。' },
  MARKET_RATE_MISSING: {
    en: 'An amount in {currency} needs the rate, its source and its day.',
    zh: '币制为 {currency} 的金额须填写汇率、来源和日期。',
  },
  MARKET_RATE_UNEXPECTED: { en: 'An amount in CNY has no rate.', zh: '人民币金额不填写汇率。' },
  MARKET_RATE_NOT_POSITIVE: { en: 'A rate must be above zero.', zh: '汇率必须大于零。' },
  MARKET_RATE_DAY: {
    en: 'The rate is of {day}, after the day it is used on.',
    zh: '汇率日期 {day} 晚于使用日期。',
  },
  MARKET_CONVERSION_DIFFERS: {
    en: 'The amount in CNY is {expected}.',
    zh: '折人民币金额应为 {expected}。',
  },
  MARKET_QUANTITY_NOT_NET: {
    en: 'Goods measured by weight weigh their quantity: {expected} kg, not {value} kg.',
    zh: '按重量计量的商品,净重应等于数量:应为 {expected} 千克,而不是 {value} 千克。',
  },
  MARKET_LIMIT_TYPE_DIFFERS: {
    en: 'The tariff line {line} is limited as {expected} by the list of {asOf}.',
    zh: '按 {asOf} 清单,商品编号 {line} 的限制类型为 {expected}。',
  },
  MARKET_QUANTITY_CAP_UNKNOWN: {
    en: 'The list of {asOf} has no quantity for the tariff line {line}.',
    zh: '{asOf} 清单中没有商品编号 {line} 的限量。',
  },

  // purchases and declarations
  MARKET_PURCHASE_REPEATED: { en: 'The purchase {value} is listed twice.', zh: '交易 {value} 重复。' },
  MARKET_SHARES_WITH_GROUP: {
    en: 'A group and the shares of its members come together.',
    zh: '互助组编号与组员份额须同时填写。',
  },
  MARKET_BATCH_WITHOUT_GROUP: {
    en: 'A batch of landed processing is declared by a group.',
    zh: '落地加工批次须由互助组申报。',
  },
  MARKET_SHARE_REPEATED: { en: 'This member has a share already.', zh: '该组员的份额重复。' },
  MARKET_SHARES_SUM_DIFFERS: { en: 'The shares come to {expected}.', zh: '各组员份额合计为 {expected}。' },
  MARKET_SHARE_ITEMS_MISSING: {
    en: 'Where items are not all limited alike by value, each share lists its part of each item.',
    zh: '商品限制类型不一或含限量商品时,每一份额须列明分项份额。',
  },
  MARKET_SHARE_ITEMS_DIFFER: {
    en: 'The parts of this share come to {expected}.',
    zh: '该份额的分项合计为 {expected}。',
  },
  MARKET_SHARE_ITEM_UNKNOWN: {
    en: 'There is no item {seq}, or it is listed twice.',
    zh: '没有项号 {seq},或该项重复。',
  },
  MARKET_ITEM_NOT_SHARED: {
    en: 'The shares in item {seq} are not its amount and net weight.',
    zh: '项号 {seq} 的各份额之和与其金额和净重不符。',
  },
  MARKET_TRADED_LONG_AGO: {
    en: 'A purchase is stated within 72 hours; {value} is longer ago.',
    zh: '交易须在 72 小时内报送;{value} 已超过。',
  },
  MARKET_STALL_CLOSED: { en: 'The stall is closed.', zh: '该商铺已关闭。' },
  MARKET_STALL_COUNTRY: {
    en: 'Sellers of {country} do not trade on sites under office {office}.',
    zh: '关区 {office} 的互市点没有来自 {country} 的商户。',
  },
  MARKET_RESIDENT_NOT_ACTIVE: {
    en: 'The filing of this resident was not in force on {day}.',
    zh: '该边民备案在 {day} 无效。',
  },
  MARKET_SITE_NOT_ADDRESSED: { en: 'The site must be among the recipients.', zh: '收件方必须包括互市点。' },
  MARKET_DEVICE_OF_OTHER: {
    en: 'The device that signed is that of another resident.',
    zh: '签名设备属于其他边民。',
  },
  MARKET_PURCHASE_OF_OTHER: {
    en: 'This purchase is of a resident who does not declare here.',
    zh: '该交易的边民不在本次申报之列。',
  },
  MARKET_GROUP_OF_OTHER: { en: 'Another party acts for this group.', zh: '该互助组由其他参与方代表。' },
  MARKET_ENTRUSTMENT_OF_OTHER: {
    en: 'The entrustment is of another group.',
    zh: '该落地加工委托属于其他互助组。',
  },
  MARKET_NOT_A_MEMBER: { en: 'This resident is not a member of the group.', zh: '该边民不是该互助组成员。' },
  MARKET_GROUP_NOT_ACTIVE: {
    en: 'The group was not in force on {day}.',
    zh: '该互助组在 {day} 无效。',
  },
  MARKET_DAYS_MIXED: {
    en: 'All purchases of a declaration are of one day in Asia/Shanghai.',
    zh: '一份申报单的交易须为同一天(北京时间)。',
  },
  MARKET_PURCHASES_DIFFER: { en: 'The purchases come to {expected}.', zh: '各笔交易合计为 {expected}。' },
  MARKET_GOODS_DIFFER: {
    en: 'Of {hs} limited as {limitType}, {field} declared is {declared}; in the purchases it is {bought}.',
    zh: '商品编号 {hs}(限制类型 {limitType})的 {field}:申报为 {declared},交易合计为 {bought}。',
  },
  MARKET_OFFICE_OF_OTHER_DISTRICT: {
    en: 'The customs office {value} is of another customs district than the one the resident is filed with.',
    zh: '关区 {value} 与该边民备案海关不属同一直属关区。',
  },
  MARKET_DECLARED_BEFORE_TRADE: {
    en: 'The declaration is of {value}, before a purchase it declares.',
    zh: '申报时间 {value} 早于所申报的交易。',
  },
  MARKET_OFFICE_DIFFERS: { en: 'The purchases were made under office {expected}.', zh: '交易所属关区为 {expected}。' },
  MARKET_VEHICLE_DIFFERS: {
    en: 'A purchase names another vehicle.',
    zh: '交易所载车辆与申报车辆不同。',
  },
  MARKET_ENTRUSTMENT_NOT_IN_FORCE: {
    en: 'The entrustment was not in force on {day}.',
    zh: '该落地加工委托在 {day} 无效。',
  },
  MARKET_HEAD_COUNT: {
    en: '{count} members declare; the entrustment is for {entrusted}.',
    zh: '申报组员 {count} 人,委托人数为 {entrusted}。',
  },

  // acts of customs and banks
  MARKET_REASON_MISSING: { en: 'The status {status} needs a reason.', zh: '状态 {status} 必须填写原因。' },
  MARKET_PAYER_UNCLEAR: {
    en: 'The payer is either a resident or a group.',
    zh: '付款人须为边民或互助组之一。',
  },
  MARKET_DECLARATION_REPEATED: { en: 'The declaration {value} is listed twice.', zh: '申报单 {value} 重复。' },
  MARKET_SETTLED_SUM_DIFFERS: {
    en: 'The amounts paid for the declarations come to {expected}.',
    zh: '各申报单结算金额合计为 {expected}。',
  },
  MARKET_EXCHANGE_OFFICE_NOT_ADDRESSED: {
    en: "A foreign-exchange regulator of the bank's country must be among the recipients: the message is its report.",
    zh: '收件方必须包括银行所在国的外汇管理部门:该报文即为申报。',
  },
} as const satisfies FindingCodes

export const finding = findingsOf(borderTradeCodes)
