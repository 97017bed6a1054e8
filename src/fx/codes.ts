// What the payments room finds in documents, in both languages. Identifier findings are in the hub's own table.
import { findingsOf, flawsOf, type Finding, type FindingCodes } from '../hub/index.ts'

export const fxCodes = {
  // form of the XML
  DOCUMENT_MISSING: { en: 'There is no Document element.', zh: '缺少 Document 元素。' },
  PART_REPEATED: {
    en: 'There is more than one {element} element; a message carries one.',
    zh: '{element} 元素多于一个;每条报文只能有一个。',
  },
  DOCUMENT_OTHER: {
    en: 'The Document is {found}; this kind carries {expected}.',
    zh: 'Document 为 {found};该报文种类应为 {expected}。',
  },
  DOCUMENT_VERSION: {
    en: 'Version {found} is not taken; {expected} and later are.',
    zh: '不支持版本 {found};支持 {expected} 及以后版本。',
  },
  HEADER_MISSING: {
    en: 'The business application header (AppHdr, head.001) is missing beside the Document.',
    zh: 'Document 之外缺少业务应用报文头(AppHdr,head.001)。',
  },
  ELEMENT_UNEXPECTED: {
    en: '{element} may not stand here: not known, repeated, or out of order.',
    zh: '{element} 不得出现在此处:未定义、重复或顺序错误。',
  },
  ELEMENT_MISSING: { en: '{element} is missing.', zh: '缺少 {element}。' },
  VALUE_MALFORMED: { en: 'The value does not have the form of {element}.', zh: '值不符合 {element} 的格式。' },
  VALUE_LENGTH: { en: 'The value of {element} is empty or too long.', zh: '{element} 的值为空或过长。' },
  VALUE_NOT_LISTED: { en: '{element} is one of {listed}.', zh: '{element} 应为 {listed} 之一。' },
  ATTRIBUTE_WRONG: {
    en: 'The attribute {attribute} is missing, not allowed or malformed.',
    zh: '属性 {attribute} 缺失、不允许或格式错误。',
  },
  // header and document
  HEADER_NAMESPACE_DIFFERS: {
    en: 'The header says {header}, the Document is {document}.',
    zh: '报文头标注 {header},Document 为 {document}。',
  },
  HEADER_ID_DIFFERS: {
    en: 'BizMsgIdr {header} is not the MsgId {document}.',
    zh: 'BizMsgIdr {header} 与 MsgId {document} 不一致。',
  },
  GROUP_HEADER_DIFFERS: {
    en: 'The group header says {group}, the transaction {transaction}.',
    zh: '组头为 {group},交易为 {transaction}。',
  },
  HEADER_AGENT_DIFFERS: {
    en: 'The header says {header}, the document {document}.',
    zh: '报文头为 {header},单证为 {document}。',
  },
  HEADER_SERVICE_MISSING: {
    en: 'BizSvc names the service, for example swift.cbprplus.03.',
    zh: 'BizSvc 应写明业务服务,例如 swift.cbprplus.03。',
  },
  HEADER_SERVICE_MALFORMED: {
    en: '{value} is no service: swift.cbprplus and two digits, or the name of a local service.',
    zh: '{value} 不是业务服务:应为 swift.cbprplus 加两位数字,或本地服务名称。',
  },
  HEADER_TIME_AHEAD: {
    en: 'The header was created at {value}, ahead of the hub clock.',
    zh: '报文头创建时间 {value} 超前于枢纽时钟。',
  },
  TIME_WITHOUT_OFFSET: {
    en: 'A time says its offset from UTC, as in +08:00 or Z.',
    zh: '时间须注明与 UTC 的偏移,如 +08:00 或 Z。',
  },
  CHARACTER_NOT_ALLOWED: {
    en: '{characters} cannot travel by this service; transliterate, or send by a local service.',
    zh: '{characters} 不能经此业务服务传输;请转写,或使用本地服务。',
  },
  // values
  PAYMENT_COUNTRY_UNKNOWN: { en: '{value} is no country of ISO 3166-1.', zh: '{value} 不是 ISO 3166-1 国家代码。' },
  PAYMENT_CURRENCY_UNKNOWN: { en: '{value} is no currency of ISO 4217.', zh: '{value} 不是 ISO 4217 货币代码。' },
  PAYMENT_AMOUNT_DECIMALS: {
    en: '{currency} has {decimals} decimals; {value} has more.',
    zh: '{currency} 有 {decimals} 位小数;{value} 超出。',
  },
  PAYMENT_AMOUNT_NOT_POSITIVE: { en: 'The amount must be above zero.', zh: '金额必须大于零。' },
  ADDRESS_NOT_STRUCTURED: {
    en: 'Since November 2026 an address names at least town and country.',
    zh: '自 2026 年 11 月起,地址至少须写明城市和国家。',
  },
  ADDRESS_LINES: {
    en: 'Beside a town and country an address has at most two lines, not {count}.',
    zh: '混合地址除城市和国家外至多两行,现为 {count} 行。',
  },
  ACCOUNT_UNIDENTIFIED: { en: 'An account has an identifier or a proxy.', zh: '账户须有标识或代理标识。' },
  AGENT_UNIDENTIFIED: {
    en: 'An agent has a BIC, a clearing member identifier, or a name.',
    zh: '代理行须有 BIC、清算成员标识或名称。',
  },
  PARTY_UNNAMED: { en: 'The party has a name or a BIC.', zh: '当事人须有名称或 BIC。' },
  // payment
  TRANSACTION_COUNT: { en: 'NbOfTxs says {said}; there are {count}.', zh: 'NbOfTxs 为 {said};实际为 {count}。' },
  TRANSACTION_SINGLE: {
    en: 'A message carries one transaction; send the others in messages of their own.',
    zh: '每条报文只含一笔交易;其余请另行发送。',
  },
  COVER_AGENT_MISSING: {
    en: 'With a cover (COVE) the reimbursement agents are named.',
    zh: '结算方式为 COVE 时须写明偿付行。',
  },
  COVER_AGENT_UNEXPECTED: {
    en: 'Reimbursement agents belong to a cover (COVE), not to {method}.',
    zh: '偿付行仅用于 COVE,不用于 {method}。',
  },
  AGENT_MISSING: { en: 'The payment names its {agent}.', zh: '付款须写明 {agent}。' },
  AGENT_BIC_MISSING: {
    en: 'In the correspondent network {agent} is named by its BIC.',
    zh: '在代理行网络中 {agent} 须以 BIC 标识。',
  },
  PAYMENT_TOTAL_DIFFERS: {
    en: 'The group header says {said}, the transaction {settled}.',
    zh: '组头为 {said},交易为 {settled}。',
  },
  AGENT_GAP: { en: '{agent} is named though {before} is not.', zh: '写明了 {agent},却未写明 {before}。' },
  ACCOUNT_WITHOUT_AGENT: {
    en: 'An account of {agent} is given, but not the agent.',
    zh: '给出了 {agent} 的账户,却未写明该代理行。',
  },
  SETTLEMENT_DATE_MISSING: { en: 'The payment has a settlement date.', zh: '付款须有结算日期。' },
  SETTLEMENT_DATE_WEEKEND: {
    en: '{date} is a {day}; {currency} is not settled on it.',
    zh: '{date} 为 {day};{currency} 当日不结算。',
  },
  RATE_MISSING: {
    en: '{instructed} became {settled}; the exchange rate is missing.',
    zh: '由 {instructed} 兑换为 {settled},缺少汇率。',
  },
  RATE_UNEXPECTED: {
    en: 'An exchange rate belongs to two currencies.',
    zh: '汇率仅用于两种货币之间。',
  },
  CONVERSION_DIFFERS: {
    en: 'Instructed amount, rate and charges make {expected}, not {settled}.',
    zh: '指示金额按汇率和费用应为 {expected},而非 {settled}。',
  },
  CHARGES_MISSING: {
    en: 'Less is settled than instructed; the charges taken are missing.',
    zh: '结算金额少于指示金额,缺少扣费信息。',
  },
  CHARGES_DIFFER: {
    en: 'Instructed amount and charges make {expected}, not {settled}.',
    zh: '指示金额与费用应为 {expected},而非 {settled}。',
  },
  REMITTANCE_TWO_FORMS: {
    en: 'Remittance information is structured or not, not both.',
    zh: '汇款信息应为结构化或非结构化之一,不得并存。',
  },
  REMITTANCE_REPEATED: {
    en: 'Unstructured remittance information stands once.',
    zh: '非结构化汇款信息只能出现一次。',
  },
  REGULATORY_CODE_MISSING: {
    en: 'CNY to or from mainland China needs a purpose code in the regulatory reporting.',
    zh: '与中国内地之间的人民币付款须在监管报告中填写用途代码。',
  },
  // parties of the message
  AGENT_NOT_SENDER: {
    en: 'The instructing agent is {agent}; the sender is registered as {registered}.',
    zh: '指示行为 {agent};发送方登记的 BIC 为 {registered}。',
  },
  AGENT_NOT_RECIPIENT: {
    en: 'The instructed agent {agent} is none of the recipients ({registered}).',
    zh: '被指示行 {agent} 不在收件方之列({registered})。',
  },
  PAYMENT_RECIPIENT_MISSING: { en: 'The message goes to nobody.', zh: '报文没有收件方。' },
  // status
  STATUS_SINGLE: { en: 'A message carries the status of one payment.', zh: '每条报文只含一笔付款的状态。' },
  STATUS_REASON_MISSING: { en: 'A rejection names its reason code.', zh: '拒绝须给出原因代码。' },
  STATUS_REASON_NOT_LISTED: { en: '{value} is no reason code of a status.', zh: '{value} 不是状态原因代码。' },
  STATUS_NOT_ADDRESSED: {
    en: 'The payment was not addressed to the sender of this status.',
    zh: '该付款并非发给本状态的发送方。',
  },
  STATUS_NOT_TOLD: {
    en: 'The status goes to the bank that sent the payment, {bank}.',
    zh: '状态须发给付款的发送行 {bank}。',
  },
  STATUS_RE_MISSING: {
    en: 'The envelope names the payment in re.',
    zh: '信封须在 re 中写明该付款。',
  },
  STATUS_ORIGINAL_DIFFERS: {
    en: 'The payment has {expected} here.',
    zh: '该付款此处应为 {expected}。',
  },
} as const satisfies FindingCodes

export const finding = findingsOf(fxCodes)
export const flaw = flawsOf(fxCodes)

/** What is wrong at a place is named once: the first finding there stands. */
export function onePerPlace(findings: readonly Finding[]): Finding[] {
  const seen = new Set<string>()
  return findings.filter(({ path }) => !seen.has(path) && seen.add(path))
}
