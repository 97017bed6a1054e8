// What is found in payments against goods and in freight bills, in both languages. Identifier findings are in the hub's own table.
import { findingsOf, flawsOf, type FindingCodes } from '../../hub/index.ts'

export const paymentCodes = {
  PAID_CURRENCY_UNKNOWN: { en: '{value} is no currency of ISO 4217.', zh: '{value} 不是 ISO 4217 货币代码。' },
  PAID_AMOUNT_DECIMALS: {
    en: '{currency} has {decimals} decimals; {value} has more.',
    zh: '{currency} 有 {decimals} 位小数;{value} 超出。',
  },
  PAID_AMOUNT_NOT_POSITIVE: {
    en: 'An amount that is paid or charged must be above zero.',
    zh: '付款或费用金额必须大于零。',
  },
  PAID_TIME_INVALID: {
    en: '{value} is not a time as yyyy-MM-ddTHH:mm:ss.SSSZ.',
    zh: '{value} 不是 yyyy-MM-ddTHH:mm:ss.SSSZ 格式的有效时间。',
  },
  PAID_CARRIER_INVALID: {
    en: '{value} is no party of the classes carrier and forwarder, who send freight bills.',
    zh: '{value} 不是承运人或货运代理类参与方,不能开具运费账单。',
  },
  PAID_DOCUMENTS_MISSING: {
    en: 'A reservation names what it pays: a declaration or a freight bill.',
    zh: '预占必须列明所付的报关单或运费账单。',
  },
  PAID_DOCUMENT_REPEATED: {
    en: 'The document {number} is named twice; state one amount for it.',
    zh: '单据 {number} 重复;请合并为一个金额。',
  },
  PAID_FIELD_UNEXPECTED: {
    en: 'To {act} a payment, say nothing of {field}.',
    zh: '动作为 {act} 时不填写 {field}。',
  },
  PAID_CURRENCY_DIFFERS: {
    en: 'The document is in {expected}; pay it in that currency.',
    zh: '单据币制为 {expected};请以该币制付汇。',
  },
  PAID_NOT_AN_IMPORT: {
    en: 'The declaration is one of export: there is nothing to pay for it.',
    zh: '该报关单为出口报关单,不能据以付汇。',
  },
  PAID_RESERVATION_PAST: { en: 'The reservation would end at {until}, which is over.', zh: '预占截止 {until} 已过。' },
  PAID_NOT_RESERVED: {
    en: 'The payment has nothing reserved against this document.',
    zh: '该笔付汇未对此单据预占额度。',
  },
  PAID_ABOVE_RESERVED: {
    en: 'At most what is reserved against the document, {limit}, can be paid.',
    zh: '付汇金额不得超过该单据的预占金额 {limit}。',
  },
  RETURNED_ABOVE_PAID: {
    en: 'At most what has been paid against the document, {limit}, can be returned.',
    zh: '退汇金额不得超过该单据的已付金额 {limit}。',
  },

  // freight bills
  FREIGHT_BILL_DAY_INVALID: { en: '{value} is not a day of the calendar.', zh: '{value} 不是有效日期。' },
  FREIGHT_BILL_DUE_BEFORE_ISSUE: {
    en: 'The bill is due on {due}, before it was issued on {issued}.',
    zh: '付款到期日 {due} 早于开具日期 {issued}。',
  },
  FREIGHT_BILL_TOTAL_DIFFERS: {
    en: 'The total is {value}; the charges are {expected} together.',
    zh: '总金额为 {value};各项费用合计为 {expected}。',
  },
  FREIGHT_BILL_FIELD_UNEXPECTED: {
    en: 'To withdraw a bill, name it and say nothing of {field}.',
    zh: '撤回账单时仅填写账单编号,不填写 {field}。',
  },
} as const satisfies FindingCodes

export const finding = findingsOf(paymentCodes)
export const flaw = flawsOf(paymentCodes)
