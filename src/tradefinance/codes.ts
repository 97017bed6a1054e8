// What trade finance finds in documents, in both languages. Identifier findings are in the hub's own table.
import { findingsOf, flawsOf, type FindingCodes } from '../hub/index.ts'

export const tradefinanceCodes = {
  FINANCED_CURRENCY_UNKNOWN: { en: '{value} is no currency of ISO 4217.', zh: '{value} 不是 ISO 4217 货币代码。' },
  FINANCED_AMOUNT_DECIMALS: {
    en: '{currency} has {decimals} decimals; {value} has more.',
    zh: '{currency} 有 {decimals} 位小数;{value} 超出。',
  },
  FINANCED_AMOUNT_NOT_POSITIVE: { en: 'An amount is above zero.', zh: '金额必须大于零。' },
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
  RATE_NOT_POSITIVE: { en: 'A rate is above zero.', zh: '汇率必须大于零。' },
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
} as const satisfies FindingCodes

export const finding = findingsOf(tradefinanceCodes)
export const flaw = flawsOf(tradefinanceCodes)
