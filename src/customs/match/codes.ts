// What is found in packing lists and match reports, and the sentences of what a match finds between documents, in both languages.
import { findingsOf, flawsOf, type FindingCodes } from '../../hub/index.ts'

export const matchCodes = {
  // packing lists
  PACKING_DAY_INVALID: { en: '{value} is not a day of the calendar.', zh: '{value} 不是有效日期。' },
  PACKING_ROW_GAP: {
    en: 'Row {expected} is expected here, not {value}.',
    zh: '此处序号应为 {expected},而不是 {value}。',
  },
  PACKING_NET_ABOVE_GROSS: {
    en: 'The net weight {net} is above the gross weight {gross}.',
    zh: '净重 {net} 大于毛重 {gross}。',
  },
  PACKING_TOTAL_DIFFERS: {
    en: '{field} is {value}; the rows are {expected} together.',
    zh: '{field} 为 {value};各行合计为 {expected}。',
  },
  PACKING_QUANTITY_NOT_POSITIVE: { en: 'A packed quantity must be above zero.', zh: '装箱数量必须大于零。' },
  PACKING_UNIT_MIXED: {
    en: 'Line {line} is packed in {value} here and in {first} before.',
    zh: '发票第 {line} 行此处单位为 {value},前面为 {first}。',
  },
  PACKING_CONTAINER_NOT_LISTED: {
    en: 'The container {value} is not among the containers of the list.',
    zh: '集装箱 {value} 未列入本装箱单的集装箱。',
  },
  PACKING_INVOICE_INCOMPLETE: {
    en: 'A message is named by its sender and its id.',
    zh: '引用报文须同时填写发送方和报文编号。',
  },
  PACKING_INVOICE_UNKNOWN: {
    en: 'The sender was told of no such invoice.',
    zh: '发送方未收到过该发票报文。',
  },
  PACKING_INVOICE_NUMBER_DIFFERS: {
    en: 'The invoice that is named has another number.',
    zh: '所引用发票的号码与此不同。',
  },
  PACKING_LINE_UNKNOWN: {
    en: 'The invoice has {count} lines; there is no line {line}.',
    zh: '发票共 {count} 行,没有第 {line} 行。',
  },
  PACKING_QUANTITY_DIFFERS: {
    en: 'Of line {line}, {value} are packed; the invoice has {expected}.',
    zh: '发票第 {line} 行装箱合计 {value};发票为 {expected}。',
  },

  // match reports
  MATCH_DOCUMENT_REPEATED: { en: 'The {document} is named twice.', zh: '{document} 重复。' },
  MATCH_DOCUMENT_KIND: { en: 'A {document} is not a {kind}.', zh: '{document} 不应为 {kind}。' },
  MATCH_DOCUMENTS_DIFFER: {
    en: 'The report is not of the documents named.',
    zh: '报告所列单据与所引用的单据不一致。',
  },
  MATCH_DIRECTION: {
    en: 'The declaration named as {document} is of the other direction.',
    zh: '作为 {document} 引用的报关单进出口方向相反。',
  },
  MATCH_OTHER_CASE: {
    en: 'The {document} belongs to another consignment reference.',
    zh: '{document} 属于另一货物参考号。',
  },
  MATCH_AMENDMENT_KIND: {
    en: 'Customs amends declarations filed with it; a {kind} has no such amendments.',
    zh: '海关修改仅适用于向其申报的报关单;{kind} 没有此类修改。',
  },
  MATCH_AMENDMENT_GAP: {
    en: 'Amendments are named from version 2 on, each once: version {expected} is expected here, not {value}.',
    zh: '修改须自版本 2 起逐一列明:此处应为版本 {expected},而不是 {value}。',
  },
  MATCH_AMENDMENT_OTHER: {
    en: 'The amendment is of declaration {value}, not of the {document}.',
    zh: '该修改针对报关单 {value},而不是 {document}。',
  },
  MATCH_VERSION_DIFFERS: {
    en: 'The report is of version {value} of the {document}; with the amendments named it is version {expected}.',
    zh: '报告所用 {document} 为版本 {value};按所列修改应为版本 {expected}。',
  },
  MATCH_OUTDATED: {
    en: 'The {document} is compared in version {value}; customs has amended it, and version {expected} stands.',
    zh: '{document} 按版本 {value} 比对;海关已作修改,现行为版本 {expected}。',
  },
  MATCH_REPLACED: {
    en: 'The declarant has changed or replaced the {document} since; version {expected} stands.',
    zh: '{document} 已由申报人修改或替换,现行为版本 {expected}。',
  },
  MATCH_AMENDED_INVALID: {
    en: 'With the amendments put in, the {document} is no whole declaration.',
    zh: '计入修改后,{document} 不构成完整的报关单。',
  },
  MATCH_DIFFERS: {
    en: 'The documents give another report: verdict {verdict}, {agreed} of {compared} agree.',
    zh: '依据单据得出的报告不同:结论 {verdict},{compared} 项中 {agreed} 项一致。',
  },

  // what documents say of one another
  MATCH_VALUE_DIFFERS: {
    en: 'The {field} is {left} in the {leftDocument} and {right} in the {rightDocument}.',
    zh: '{field}:{leftDocument}为 {left},{rightDocument}为 {right}。',
  },
  MATCH_BEYOND_TOLERANCE: {
    en: 'The {field} is {left} in the {leftDocument} and {right} in the {rightDocument}: more than {tolerance} apart.',
    zh: '{field}:{leftDocument}为 {left},{rightDocument}为 {right},差异超过 {tolerance}。',
  },
  MATCH_ITEM_UNPAIRED: {
    en: 'Nothing in the {rightDocument} answers to {left} of the {leftDocument}.',
    zh: '{leftDocument}中的 {left} 在{rightDocument}中没有对应项。',
  },
  MATCH_CONTAINER_MISSING: {
    en: 'The container {left} of the {leftDocument} is not in the {rightDocument}.',
    zh: '{leftDocument}中的集装箱 {left} 未出现在{rightDocument}中。',
  },
  MATCH_VALUE_UNEXPLAINED: {
    en: 'The {field} is {left} in the {leftDocument} and {right} in the {rightDocument}; stated freight and insurance do not explain it.',
    zh: '{field}:{leftDocument}为 {left},{rightDocument}为 {right},所列运费和保费不能解释该差异。',
  },
  MATCH_CHARGES_NOT_STATED: {
    en: 'The {field} is {left} in the {leftDocument} and {right} in the {rightDocument} on other terms; no document states the freight or insurance between them as an amount.',
    zh: '{field}:{leftDocument}为 {left},{rightDocument}为 {right},成交方式不同,且没有单据以金额列明其间的运费或保费。',
  },
  MATCH_WITHIN_TOLERANCE: {
    en: 'The {field} is {left} in the {leftDocument} and {right} in the {rightDocument}: within {tolerance}.',
    zh: '{field}:{leftDocument}为 {left},{rightDocument}为 {right},在容差 {tolerance} 之内。',
  },
  MATCH_EXPLAINED_BY_CHARGES: {
    en: 'The {field} is {left} in the {leftDocument} and {right} in the {rightDocument}: explained by {charges}.',
    zh: '{field}:{leftDocument}为 {left},{rightDocument}为 {right},由 {charges} 解释。',
  },
  MATCH_SAME_DELIVERY: {
    en: 'The {field} are {left} in the {leftDocument} and {right} in the {rightDocument}: the price includes the same.',
    zh: '{field}:{leftDocument}为 {left},{rightDocument}为 {right},价格构成相同。',
  },
  MATCH_OTHER_SCRIPT: {
    en: 'The {field} is written {left} in the {leftDocument} and {right} in the {rightDocument}: in other scripts, not compared.',
    zh: '{field}:{leftDocument}为 {left},{rightDocument}为 {right},文字不同,未比对。',
  },
  MATCH_OTHER_UNIT: {
    en: 'The {field} is {left} in the {leftDocument} and {right} in the {rightDocument}: units that cannot be converted, not compared.',
    zh: '{field}:{leftDocument}为 {left},{rightDocument}为 {right},单位无法换算,未比对。',
  },
  MATCH_OTHER_CURRENCY: {
    en: 'The {field} is {left} in the {leftDocument} and {right} in the {rightDocument}: other currencies, not compared.',
    zh: '{field}:{leftDocument}为 {left},{rightDocument}为 {right},币制不同,未比对。',
  },
} as const satisfies FindingCodes

export const finding = findingsOf(matchCodes)
export const flaw = flawsOf(matchCodes)
