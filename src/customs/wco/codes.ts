// What is found in declarations after the WCO Data Model and in ASEAN customs declaration documents, in both languages.
import { findingsOf, flawsOf, type FindingCodes } from '../../hub/index.ts'

export const wcoCodes = {
  // what a declaration says against itself, whoever wrote it
  WCO_ITEM_COUNT_DIFFERS: {
    en: 'The declaration states {declared} items and has {items}.',
    zh: '报关单声明 {declared} 项商品,实际为 {items} 项。',
  },
  WCO_ITEM_SEQUENCE: {
    en: 'Items are numbered without gap; this one should be number {expected}.',
    zh: '商品项号应连续;本项应为 {expected}。',
  },
  WCO_PACKAGES_DIFFER: {
    en: 'The items have {items} packages together, the declaration states {total}.',
    zh: '各项商品共 {items} 件,报关单总件数为 {total}。',
  },
  WCO_GROSS_BELOW_NET: {
    en: 'The total gross mass of {gross} kg is below the {net} kg that the items weigh net.',
    zh: '总毛重 {gross} 千克小于各项净重之和 {net} 千克。',
  },
  WCO_GROSS_BELOW_ITEMS: {
    en: 'The total gross mass of {gross} kg is below the {items} kg that the items weigh gross.',
    zh: '总毛重 {gross} 千克小于各项毛重之和 {items} 千克。',
  },
  WCO_ITEM_NET_EXCEEDS_GROSS: {
    en: 'The item weighs {net} kg net, more than the {gross} kg it weighs gross.',
    zh: '该项净重 {net} 千克大于毛重 {gross} 千克。',
  },
  WCO_COUNTRY_UNKNOWN: {
    en: '{value} is no alpha-2 country code of ISO 3166.',
    zh: '{value} 不是 ISO 3166 二字母国家代码。',
  },
  WCO_CURRENCY_UNKNOWN: { en: '{value} is no currency of ISO 4217.', zh: '{value} 不是 ISO 4217 货币代码。' },
  WCO_NUMBER_MALFORMED: { en: 'This is no decimal number.', zh: '此处不是十进制数。' },
  WCO_ITEMS_TOO_MANY: {
    en: 'A declaration has at most {max} items; this one has {items}.',
    zh: '一份报关单至多 {max} 项商品;本单为 {items} 项。',
  },

  // what the hub asks of a declaration that is sent to it
  WCO_TERMS_UNKNOWN: { en: '{value} is no code of the Incoterms.', zh: '{value} 不是国际贸易术语代码。' },
  WCO_EQUIPMENT_UNLISTED: {
    en: 'The item names the container {value}, which the consignment does not have.',
    zh: '该项所列集装箱 {value} 不在运输设备清单中。',
  },
  WCO_FIELD_MISSING: {
    en: 'A declaration of function {function} states {field}.',
    zh: '功能代码为 {function} 的报关单必须填写 {field}。',
  },
  WCO_PARTY_UNIDENTIFIED: {
    en: 'A party without an identifier has a name and an address.',
    zh: '没有编号的当事方必须填写名称和地址。',
  },

  // a declaration against what the hub knows
  WCO_DECLARANT_DIFFERS: {
    en: 'Only the declarant, or the customs it declared to, changes or cancels a declaration.',
    zh: '只有申报人或受理海关可以修改或撤销报关单。',
  },

  // ASEAN customs declaration document
  ACDD_FIELD_MISSING: { en: 'The document states {field}.', zh: '单证必须填写 {field}。' },
  ACDD_COUNTRIES_SAME: {
    en: 'The exporting and the importing country are both {country}.',
    zh: '出口国与进口国均为 {country}。',
  },
  ACDD_DISCHARGE_COUNTRY: {
    en: 'The port of discharge {value} lies neither in the importing country {country} nor in a country of transit.',
    zh: '卸货港 {value} 既不在进口国 {country},也不在过境国。',
  },
  ACDD_AGENT_INCOMPLETE: {
    en: 'The identifier and the name of the declaring agent come together.',
    zh: '申报代理人的编号与名称须同时填写。',
  },
  ACDD_REASON_MISSING: {
    en: 'A request to cancel, and the outcome {outcome}, give a reason.',
    zh: '撤销申请及答复结果 {outcome} 必须说明原因。',
  },
  ACDD_SENDER_COUNTRY: {
    en: 'The customs of the exporting country {country} sends this document.',
    zh: '该单证应由出口国 {country} 海关发送。',
  },
  ACDD_RECEIVER_MISSING: {
    en: 'The message must be addressed to exactly one customs authority of the importing country; it is addressed to {count}.',
    zh: '报文须且只能发给进口国的一个海关;现有 {count} 个。',
  },
  ACDD_NOT_EXCHANGE_READY: {
    en: '{country} does not exchange these documents on that day, by the list of {asOf}.',
    zh: '根据 {asOf} 的名单,{country} 在该日尚未参加单证交换。',
  },
  ACDD_DEPARTURE_TOO_FAR: {
    en: 'The day of departure lies more than {days} days ahead.',
    zh: '启运日期晚于 {days} 天之后。',
  },
  ACDD_SENDER_NOT_ADDRESSED: {
    en: 'The customs that sent the document must be among the recipients.',
    zh: '收件方必须包括发送该单证的海关。',
  },
} as const satisfies FindingCodes

export const finding = findingsOf(wcoCodes)
export const flaw = flawsOf(wcoCodes)
