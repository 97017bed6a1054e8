// What customs finds in documents, in both languages. MALFORMED and CHECK_DIGIT findings of identifiers are in the hub's own table.
import { findingsOf, flawsOf, type FindingCodes } from '../hub/index.ts'
import { referenceCodes } from './reference/codes.ts'

export const customsCodes = {
  // code lists
  ...referenceCodes,
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
    en: 'In this direction the terms {terms} ask for the freight (feeMark, feeRate).',
    zh: '本进出口方向成交方式为 {terms} 时必须填写运费(feeMark、feeRate)。',
  },
  INSURANCE_MISSING: {
    en: 'In this direction the terms {terms} ask for the insurance (insurMark, insurRate).',
    zh: '本进出口方向成交方式为 {terms} 时必须填写保费(insurMark、insurRate)。',
  },
  FREIGHT_UNEXPECTED: {
    en: 'In this direction the terms {terms} leave no freight to state.',
    zh: '本进出口方向成交方式为 {terms} 时不填写运费。',
  },
  INSURANCE_UNEXPECTED: {
    en: 'In this direction the terms {terms} leave no insurance to state.',
    zh: '本进出口方向成交方式为 {terms} 时不填写保费。',
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
  QUANTITY_NOT_POSITIVE: { en: 'A quantity must be above zero.', zh: '数量必须大于零。' },
  SECOND_QUANTITY_INCOMPLETE: {
    en: 'The second quantity and its unit come together.',
    zh: '法定第二数量与单位须同时填写。',
  },
  QUANTITIES_DIFFER: {
    en: 'The quantity {value} is in the same unit {unit} as {one} ({field}), and must be the same.',
    zh: '数量 {value} 与 {field} 的 {one} 计量单位同为 {unit},二者必须相等。',
  },
  AMOUNT_NOT_POSITIVE: { en: 'An amount must be above zero.', zh: '金额必须大于零。' },
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
    en: 'Position 9 of the declaration number does not agree with the direction {ieFlag} of the declaration.',
    zh: '海关编号第 9 位与进出口标志 {ieFlag} 不符。',
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
  PROMISES_MISSING: {
    en: 'An import says what is promised of its price and duty (promises).',
    zh: '进口报关单必须填写价格说明与承诺(promises)。',
  },
  PROMISE_CONTRADICTS: {
    en: 'Where buyer and seller are not related, no relation has influenced the price.',
    zh: '无特殊关系的,价格影响确认不能为"是"。',
  },
  EXPORT_REFERENCE_UNEXPECTED: {
    en: 'Only an import refers to the export declaration of its goods.',
    zh: '仅进口报关单可引用对应的出口报关单。',
  },
  SUPPORTING_REPEATED: { en: 'The document {id} is referred to twice.', zh: '单证 {id} 重复引用。' },
  SUPPORTING_UNKNOWN: {
    en: 'The sender was told of no message {id} of this kind and commitment.',
    zh: '发送方未收到过该种类、该承诺值的报文 {id}。',
  },
  SUPPORTING_DIFFERS: {
    en: 'The declaration says {declared}, the document it refers to says {supporting} ({kind}, {field}).',
    zh: '报关单填报 {declared},所引用单证({kind},{field})为 {supporting}。',
  },
  LICENCE_REPEATED: { en: 'The document {code} {number} is listed twice.', zh: '随附单证 {code} {number} 重复。' },
  LICENCE_MISSING: {
    en: 'The tariff line {line} needs one of the documents {codes}.',
    zh: '商品编号 {line} 需要监管证件 {codes} 之一。',
  },
  COMPANY_OF_OTHER: {
    en: 'The register binds this number to another company; it is not the own number of who sends this.',
    zh: '登记册中该代码属于其他企业,不得作为本企业代码使用。',
  },
  COMPANY_NOT_AS_REGISTERED: {
    en: 'The register knows the company that sends this by another number.',
    zh: '该代码与登记册中本企业的代码不一致。',
  },
  COMPANY_CODES_DISAGREE: {
    en: 'The customs code {code} stands beside {one} and beside {other}; one company has one of each.',
    zh: '海关编码 {code} 同时对应 {one} 和 {other};同一企业只能有一个。',
  },
  ITEM_NUMBER_GAP: {
    en: 'Items are numbered from 1 without gap; this one should be number {expected}.',
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

  DECLARANT_NOT_SENDER: {
    en: 'Only the declarant, or an agent for the declarant, may do this.',
    zh: '只有申报人或其代理人可以执行此操作。',
  },
  DECLARATION_VERSION_DIFFERS: {
    en: 'The version of this declaration that stands is {expected}.',
    zh: '该报关单的现行版本为 {expected}。',
  },
  LATE_DAYS_MISSING: {
    en: 'By its dates the import was declared {days} days late; the release says by how many (lateDays).',
    zh: '按报关单日期,该进口滞报 {days} 天;放行时必须填写滞报天数(lateDays)。',
  },
  LATE_DAYS_ABOVE: {
    en: 'By its dates the declaration was late by {days} days at most.',
    zh: '按报关单日期,滞报天数至多为 {days}。',
  },
  REASON_DIRECTION_DIFFERS: {
    en: 'The reason {value} is not one for this direction of trade.',
    zh: '原因 {value} 不适用于该进出口方向。',
  },
  STATE_REASON_MISSING: { en: 'The state {status} needs a reason.', zh: '状态 {status} 必须说明原因。' },
  REASON_TEXT_MISSING: { en: 'The reason OTHER says in text what it is.', zh: '原因 OTHER 必须填写文字说明。' },
  QUESTION_MISSING: { en: 'A query has a question.', zh: '询问必须填写询问内容。' },
  QUESTION_UNEXPECTED: { en: 'Only a query has a question.', zh: '仅询问可填写询问内容。' },
  QUESTION_PATH_UNKNOWN: { en: 'The declaration has no field {value}.', zh: '报关单没有字段 {value}。' },
  QUERY_DUE_MISSING: {
    en: 'A query says by when it is to be answered (due in the envelope).',
    zh: '询问须在信封 due 中注明答复期限。',
  },
  QUERY_NOT_NAMED: {
    en: 'The answer must name, in re, the query that stands.',
    zh: '答复须在 re 中指明现行的询问报文。',
  },
  REQUEST_CHANGES_MISSING: {
    en: 'A request for an amendment says what is to be changed.',
    zh: '申请修改必须填写修改内容。',
  },
  REQUEST_CHANGES_UNEXPECTED: {
    en: 'A request for a cancellation changes nothing.',
    zh: '申请撤销不填写修改内容。',
  },
  REQUEST_NOT_NAMED: {
    en: 'The declarant has asked for this; the message must name the request in re.',
    zh: '申报人已就此提出申请,报文须在 re 中指明该申请。',
  },
  AMENDMENT_NOT_AS_REQUESTED: {
    en: 'An amendment that grants a request makes the changes asked for; refuse the request to make others.',
    zh: '准予申请的修改须与申请内容一致;另行修改的,应先答复不予修改。',
  },

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
