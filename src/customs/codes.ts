// What customs finds in documents, in both languages. MALFORMED and CHECK_DIGIT findings of identifiers are in the hub's own table.
import { findingsOf, flawsOf, type FindingCodes } from '../hub/index.ts'

export const customsCodes = {
  // code lists
  CODE_NOT_LISTED: { en: '{value} is not a code of the list {list}.', zh: '{value} 不是"{list}"代码表中的代码。' },
  CUSTOMS_OFFICE_UNKNOWN: { en: 'There is no customs office {value} in the list.', zh: '关区代码表中没有 {value}。' },
  COUNTRY_UNKNOWN: {
    en: '{value} is no alpha-3 country code of ISO 3166.',
    zh: '{value} 不是 ISO 3166 三字母国家代码。',
  },
  PORT_MALFORMED: {
    en: 'A port code is an alpha-3 country code of ISO 3166 and three digits, not {value}.',
    zh: '港口代码应为 ISO 3166 三字母国家代码加三位数字,而不是 {value}。',
  },
  CURRENCY_UNKNOWN: { en: '{value} is no currency of ISO 4217.', zh: '{value} 不是 ISO 4217 货币代码。' },
  DATE_INVALID: { en: '{value} is not a day of the calendar.', zh: '{value} 不是有效日期。' },
  TIME_INVALID: {
    en: '{value} is not a time as yyyy-MM-ddTHH:mm:ss.SSSZ.',
    zh: '{value} 不是 yyyy-MM-ddTHH:mm:ss.SSSZ 格式的有效时间。',
  },

  // rules of the declaration
  DUTY_NATURE_MISMATCH: {
    en: 'Supervision mode {mode} goes with duty nature {allowed}, not {value}.',
    zh: '监管方式 {mode} 对应的征免性质为 {allowed},而不是 {value}。',
  },
  MANUAL_NO_MISSING: {
    en: 'Supervision mode {mode} needs the registration number of the processing trade (manualNo).',
    zh: '监管方式 {mode} 必须填写备案号(manualNo)。',
  },
  FREIGHT_MISSING: {
    en: 'An export on {terms} states freight (feeMark, feeRate).',
    zh: '成交方式为 {terms} 的出口必须填写运费(feeMark、feeRate)。',
  },
  INSURANCE_MISSING: {
    en: 'An export on {terms} states insurance (insurMark, insurRate).',
    zh: '成交方式为 {terms} 的出口必须填写保费(insurMark、insurRate)。',
  },
  FREIGHT_UNEXPECTED: {
    en: 'An export on {terms} has no freight to state.',
    zh: '成交方式为 {terms} 的出口不填写运费。',
  },
  INSURANCE_UNEXPECTED: {
    en: 'An export on {terms} has no insurance to state.',
    zh: '成交方式为 {terms} 的出口不填写保费。',
  },
  CHARGE_INCOMPLETE: {
    en: 'A charge has a mark and a value, and a currency unless the mark is 1 (rate).',
    zh: '费用须同时填写标志和数值;标志不为 1(费率)时还须填写币制。',
  },
  CHARGE_RATE_RANGE: {
    en: 'A charge given as a rate lies above 0 and below 100 percent, not {value}.',
    zh: '以费率填写的费用应大于 0 且小于 100%,而不是 {value}。',
  },
  NET_WEIGHT_EXCEEDS_GROSS: {
    en: 'The net weight {net} is above the gross weight {gross}.',
    zh: '净重 {net} 大于毛重 {gross}。',
  },
  WEIGHT_BELOW_ONE: {
    en: 'A weight below 1 kg is written as 1, not {value}.',
    zh: '不足 1 千克的重量填 1,而不是 {value}。',
  },
  ITEM_WEIGHT_EXCEEDS_NET: {
    en: 'The items weigh {items} kg together, more than the net weight {net}.',
    zh: '各项商品共 {items} 千克,大于净重 {net}。',
  },
  QUANTITY_NOT_POSITIVE: { en: 'A quantity is above zero.', zh: '数量必须大于零。' },
  SECOND_QUANTITY_INCOMPLETE: {
    en: 'The second quantity and its unit come together.',
    zh: '法定第二数量与单位须同时填写。',
  },
  AMOUNT_NOT_POSITIVE: { en: 'An amount is above zero.', zh: '金额必须大于零。' },
  AMOUNT_DECIMALS: {
    en: '{currency} has {decimals} decimals; {value} has more.',
    zh: '{currency} 有 {decimals} 位小数;{value} 超出。',
  },
  ITEM_TOTAL_DIFFERS: {
    en: 'The item total {value} is not quantity times unit price, {expected}, within {tolerance}.',
    zh: '总价 {value} 与数量乘单价 {expected} 之差超过 {tolerance}。',
  },
  CURRENCY_MIXED: {
    en: 'All items of a declaration are in one currency; the first is in {first}, this one in {value}.',
    zh: '一份报关单只能有一种币制;第一项为 {first},本项为 {value}。',
  },
  ENTRY_DIRECTION_DIFFERS: {
    en: 'Position 9 of the declaration number says import; this is an export.',
    zh: '海关编号第 9 位为进口标志,而本单为出口。',
  },
  ENTRY_OFFICE_DIFFERS: {
    en: 'The declaration number begins with office {office}, the office of declaration is {customMaster}.',
    zh: '海关编号前四位为 {office},申报地海关为 {customMaster}。',
  },
  ENTRY_YEAR_DIFFERS: {
    en: 'The declaration number is of the year {year}, the date of declaration is {date}.',
    zh: '海关编号年份为 {year},申报日期为 {date}。',
  },
  EXPORT_BEFORE_DECLARATION: {
    en: 'The date of export {export} lies before the date of declaration {declared}.',
    zh: '出口日期 {export} 早于申报日期 {declared}。',
  },
  LICENCE_REPEATED: { en: 'The document {code} {number} is listed twice.', zh: '随附单证 {code} {number} 重复。' },
  LICENCE_MISSING: {
    en: 'The tariff line {line} needs one of the documents {codes}.',
    zh: '商品编号 {line} 需要监管证件 {codes} 之一。',
  },
  COMPANY_CODES_DISAGREE: {
    en: 'The customs code {code} stands beside {one} and beside {other}; one company has one of each.',
    zh: '海关编码 {code} 同时对应 {one} 和 {other};同一企业只能有一个。',
  },
  ITEM_NUMBER_GAP: {
    en: 'Items are numbered from 1 without gap; this one is number {expected}.',
    zh: '项号应从 1 起连续;本项应为 {expected}。',
  },
  CONTAINER_REPEATED: { en: 'The container {value} is listed twice.', zh: '集装箱 {value} 重复。' },
  DECLARING_CUSTOMS_MISSING: {
    en: 'The message must be addressed to exactly one customs authority of the country of the declarant; it is addressed to {count}.',
    zh: '报文须且只能发给申报人所在国的一个海关;现有 {count} 个。',
  },

  // acts of the authority
  AUTHORITY_NOT_COMPETENT: {
    en: 'Only the customs authority the declaration was filed with may do this.',
    zh: '只有受理该报关单的海关可以执行此操作。',
  },
  DECLARANT_NOT_ADDRESSED: { en: 'The declarant must be among the recipients.', zh: '收件方必须包括申报人。' },
  DECLARATION_DIFFERS: {
    en: 'The message answers another message than the one this declaration was filed with.',
    zh: '报文所答复的不是该报关单的申报报文。',
  },
  CONSIGNOR_DIFFERS: { en: 'The declaration has another consignor.', zh: '报关单的境内发货人与此不同。' },
  TOTAL_DIFFERS: { en: 'The declared total is {expected}.', zh: '申报总价为 {expected}。' },
  TIME_IN_FUTURE: { en: '{value} lies in the future.', zh: '{value} 晚于当前时间。' },
  AMENDMENT_VERSION: {
    en: 'The next version of this declaration is {expected}.',
    zh: '该报关单的下一版本为 {expected}。',
  },
  AMENDMENT_PATH_UNKNOWN: { en: 'The declaration has no field {value}.', zh: '报关单没有字段 {value}。' },
  AMENDMENT_FIELD_FIXED: {
    en: 'The field {value} cannot be amended; cancel the declaration and file anew.',
    zh: '字段 {value} 不能修改;请撤销后重新申报。',
  },
  AMENDMENT_TOTAL_MISSING: {
    en: 'An amendment of item totals states the new total.',
    zh: '修改总价时必须填写修改后总价。',
  },
  AMENDMENT_REPEATED: { en: 'The field {value} is changed twice.', zh: '字段 {value} 重复修改。' },

  // answers of the partner customs
  RESPONSE_REASON_MISSING: {
    en: 'The outcome {outcome} needs a reason: a remark or a mismatch.',
    zh: '答复结果 {outcome} 必须说明原因(remarks 或 mismatches)。',
  },
  REMARK_TEXT_MISSING: { en: 'The remark OTHER says in text what it is.', zh: '说明代码 OTHER 必须填写文字说明。' },
  MISMATCH_PATH_UNKNOWN: { en: 'The declaration has no field {value}.', zh: '报关单没有字段 {value}。' },
  MISMATCH_REPEATED: { en: 'The field {value} is listed twice.', zh: '字段 {value} 重复。' },
  MISMATCH_INCOMPLETE: {
    en: 'A mismatch DIFFERS says what was declared and what was found.',
    zh: '不一致(DIFFERS)须同时填写申报值和核实值。',
  },
  MISMATCH_NONE: { en: 'Declared and found are both {value}.', zh: '申报值与核实值均为 {value}。' },
  MISMATCH_DECLARED_DIFFERS: {
    en: 'This is not what the declaration says in {path}.',
    zh: '报关单字段 {path} 的申报值与此不同。',
  },
  RESPONSE_BY_DECLARING_CUSTOMS: {
    en: 'The customs the declaration was filed with releases, amends or cancels it; the response is for the customs of the other side.',
    zh: '受理该报关单的海关应放行、修改或撤销;海关答复由对方海关作出。',
  },
  DECLARING_CUSTOMS_NOT_ADDRESSED: {
    en: 'The customs the declaration was filed with must be among the recipients.',
    zh: '收件方必须包括受理该报关单的海关。',
  },
  DECLARATION_NOT_NAMED: {
    en: 'The message must name, in re, the message this declaration was filed with.',
    zh: '报文须在 re 中指明该报关单的申报报文。',
  },
} as const satisfies FindingCodes

export const finding = findingsOf(customsCodes)
export const flaw = flawsOf(customsCodes)
