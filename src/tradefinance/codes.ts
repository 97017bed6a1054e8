// What trade finance finds in documents, in both languages. Identifier findings are in the hub's own table.
import { findingsOf, flawsOf, type FindingCodes } from '../hub/index.ts'

export const tradefinanceCodes = {
  FINANCED_CURRENCY_UNKNOWN: { en: '{value} is no currency of ISO 4217.', zh: '{value} 不是 ISO 4217 货币代码。' },
  FINANCED_AMOUNT_DECIMALS: {
    en: '{currency} has {decimals} decimals; {value} has more.',
    zh: '{currency} 有 {decimals} 位小数;{value} 超出。',
  },
  FINANCED_AMOUNT_NOT_POSITIVE: { en: 'An amount must be above zero.', zh: '金额必须大于零。' },
  FINANCING_DATE_INVALID: { en: '{value} is not a day of the calendar.', zh: '{value} 不是有效日期。' },
  FINANCING_TIME_INVALID: {
    en: '{value} is not a time as yyyy-MM-ddTHH:mm:ss.SSSZ.',
    zh: '{value} 不是 yyyy-MM-ddTHH:mm:ss.SSSZ 格式的有效时间。',
  },
  FINANCING_FIELD_UNEXPECTED: {
    en: 'To {act} a financing, say nothing of {field}: the application has said it.',
    zh: '动作为 {act} 时不填写 {field},以申请为准。',
  },
  TENOR_REVERSED: {
    en: 'The financing ends on {due}, before it starts on {start}.',
    zh: '到期日 {due} 早于起息日 {start}。',
  },
  RESERVATION_PAST: { en: 'The reservation would end at {until}, which is over.', zh: '预占截止 {until} 已过。' },
  RATE_BASE_DIFFERS: {
    en: 'The rate is for {base}, the financing in {currency}.',
    zh: '汇率基准货币为 {base},融资币制为 {currency}。',
  },
  RATE_SAME_CURRENCY: {
    en: 'A rate is between two currencies, not of {base} to itself.',
    zh: '汇率应为两种货币之间,而不是 {base} 对自身。',
  },
  RATE_NOT_POSITIVE: { en: 'A rate must be above zero.', zh: '汇率必须大于零。' },
  RATE_AFTER_START: {
    en: 'The rate is of {asOf}, after the start {start}.',
    zh: '汇率日期 {asOf} 晚于起息日 {start}。',
  },
  DOCUMENT_AMOUNT_INCOMPLETE: {
    en: 'The amount of a document and its currency come together.',
    zh: '单据金额与币制须同时填写。',
  },
  DOCUMENT_REPEATED: { en: 'The document {type} {number} is listed twice.', zh: '单据 {type} {number} 重复。' },
  FINANCED_CURRENCY_DIFFERS: {
    en: 'The declaration is in {expected}; finance it in that currency.',
    zh: '报关单币制为 {expected};请以该币制融资。',
  },
  BORROWER_DIFFERS: {
    en: 'The borrower is not the consignor of the declaration.',
    zh: '融资企业不是报关单的境内发货人。',
  },
  CONFIRMED_ABOVE_APPLIED: {
    en: 'At most the amount applied for, {limit}, can be confirmed.',
    zh: '确认金额不得超过申请金额 {limit}。',
  },
  REPAID_ABOVE_OUTSTANDING: {
    en: 'At most the outstanding amount, {limit}, can be repaid.',
    zh: '还款金额不得超过未偿金额 {limit}。',
  },

  // invoices
  INVOICE_NUMBER_EMPTY: {
    en: 'An invoice number has a letter or a digit in it.',
    zh: '发票号至少应含一个字母或数字。',
  },
  INVOICE_DATE_INVALID: { en: '{value} is not a day of the calendar.', zh: '{value} 不是有效日期。' },
  INVOICE_DATE_IN_FUTURE: { en: 'The invoice is of {date}, which is still to come.', zh: '发票日期 {date} 尚未到来。' },
  INVOICE_COUNTRY_UNKNOWN: {
    en: '{value} is no alpha-2 country code of ISO 3166.',
    zh: '{value} 不是 ISO 3166 两字母国家代码。',
  },
  INVOICE_CURRENCY_UNKNOWN: { en: '{value} is no currency of ISO 4217.', zh: '{value} 不是 ISO 4217 货币代码。' },
  INVOICE_AMOUNT_DECIMALS: {
    en: '{currency} has {decimals} decimals; {value} has more.',
    zh: '{currency} 有 {decimals} 位小数;{value} 超出。',
  },
  INVOICE_QUANTITY_NOT_POSITIVE: { en: 'A quantity must be above zero.', zh: '数量必须大于零。' },
  INVOICE_NET_ABOVE_GROSS: {
    en: 'The net weight {net} is above the gross weight {gross}.',
    zh: '净重 {net} 大于毛重 {gross}。',
  },
  INVOICE_LINE_DIFFERS: {
    en: 'The line is {value}; quantity times price, rounded to the minor unit, is {expected}.',
    zh: '本行金额为 {value};数量乘单价(舍入至最小货币单位)为 {expected}。',
  },
  INVOICE_TOTAL_DIFFERS: {
    en: 'The total is {value}; lines and charges less allowances are {expected}.',
    zh: '总金额为 {value};各行加费用减折让为 {expected}。',
  },
  INVOICE_TOTAL_NOT_POSITIVE: { en: 'The total of an invoice must be above zero.', zh: '发票总金额必须大于零。' },
  PAYMENT_DUE_BEFORE_INVOICE: {
    en: 'The payment is due on {due}, before the invoice date {date}.',
    zh: '付款到期日 {due} 早于发票日期 {date}。',
  },
  PAYMENT_DUE_DATE_MISSING: {
    en: 'Deferred payment has a day on which it is due.',
    zh: '延期付款必须填写付款到期日。',
  },
  TRADE_TERMS_NEED_SHIP: {
    en: '{terms} delivers to a ship; the mode of transport {mode} has none.',
    zh: '贸易术语 {terms} 仅适用于水运,与运输方式 {mode} 不符。',
  },
  SELLER_ID_MISSING: {
    en: 'The seller is named by a social credit code, an LEI or another identifier.',
    zh: '卖方须填写统一社会信用代码、LEI 或其他识别号。',
  },
  SELLER_NOT_SENDER: {
    en: 'The seller is not {party}, as the register knows it.',
    zh: '卖方与登记簿中的 {party} 不符。',
  },
  SELLER_NOT_CONSIGNOR: {
    en: 'The seller is not the consignor of the declaration {entryId}.',
    zh: '卖方不是报关单 {entryId} 的境内发货人。',
  },
  INVOICE_DECLARATION_REPEATED: { en: 'The declaration {value} is listed twice.', zh: '报关单 {value} 重复。' },
} as const satisfies FindingCodes

export const finding = findingsOf(tradefinanceCodes)
export const flaw = flawsOf(tradefinanceCodes)
