// The one table of refusals: what the hub says no with, whether to try again, and who has to act.
// Codes are never renamed and never reused; README and `beibu explain` are made from this table.

export type Layer = 'transport' | 'identity' | 'message' | 'rules' | 'journal' | 'feed' | 'evidence' | 'hub'
export type Actor = 'sender' | 'recipient' | 'operator' | 'partner'
export type Retry = 'no' | 'same-id' | 'after'

interface RefusalRow {
  status: number
  layer: Layer
  who: Actor
  retry: Retry
  en: string
  zh: string
}

const row = (status: number, layer: Layer, who: Actor, retry: Retry, en: string, zh: string): RefusalRow => ({
  status,
  layer,
  who,
  retry,
  en,
  zh,
})

export const REFUSALS = {
  // transport
  TOO_LARGE: row(
    413,
    'transport',
    'sender',
    'no',
    'The request is larger than this hub accepts for it.',
    '请求超过本枢纽允许的大小。',
  ),
  MEDIA_TYPE_UNSUPPORTED: row(
    415,
    'transport',
    'sender',
    'no',
    'Send a raw body with a Hub-Message header, or a message file as application/hub-message+json.',
    '请发送带 Hub-Message 头的原始正文,或 application/hub-message+json 报文文件。',
  ),
  NOT_FOUND: row(
    404,
    'transport',
    'sender',
    'no',
    'There is nothing here that you may see.',
    '此处没有您可以查看的内容。',
  ),
  PARAMETER_INVALID: row(
    400,
    'transport',
    'sender',
    'no',
    'A parameter of the request is missing or malformed.',
    '请求参数缺失或格式错误。',
  ),

  // form of the message
  ENCODING_NOT_CANONICAL: row(
    400,
    'message',
    'sender',
    'no',
    'A base64url, hex or DER value is not in its one canonical form.',
    'base64url、hex 或 DER 编码不是唯一规范形式。',
  ),
  JSON_MALFORMED: row(
    400,
    'message',
    'sender',
    'no',
    'This is not JSON text in valid UTF-8.',
    '不是有效的 UTF-8 JSON 文本。',
  ),
  JSON_LOSSY: row(
    400,
    'message',
    'sender',
    'no',
    'This JSON would lose something when read: a duplicate key, a number beyond safe precision, a lone surrogate, or nesting too deep.',
    '此 JSON 读取时会失真:重复键、超出安全精度的数字、孤立代理项或嵌套过深。',
  ),
  XML_MALFORMED: row(
    400,
    'message',
    'sender',
    'no',
    'This is not well-formed XML 1.0 in UTF-8.',
    '不是格式良好的 UTF-8 XML 1.0 文本。',
  ),
  XML_UNSAFE: row(
    400,
    'message',
    'sender',
    'no',
    'This XML has something that is not taken: a document type, an entity, a processing instruction, or nesting too deep.',
    '此 XML 含不允许的内容:文档类型、实体、处理指令或嵌套过深。',
  ),
  ENVELOPE_MALFORMED: row(
    400,
    'message',
    'sender',
    'no',
    'The envelope does not have the form of this protocol version.',
    '信封不符合本协议版本的格式。',
  ),
  OTHER_HUB: row(
    421,
    'message',
    'sender',
    'no',
    'The message is addressed to another hub.',
    '报文的接收枢纽不是本枢纽。',
  ),
  KIND_UNKNOWN: row(
    422,
    'message',
    'sender',
    'no',
    'This hub has no message kind of that name.',
    '本枢纽没有该报文种类。',
  ),
  KIND_VERSION_UNKNOWN: row(
    422,
    'message',
    'sender',
    'no',
    'This hub does not know that version of the kind.',
    '本枢纽不支持该报文种类的此版本。',
  ),
  CREATED_IN_FUTURE: row(
    422,
    'message',
    'sender',
    'no',
    'The message was created more than five minutes ahead of the hub clock; check the sending clock and sign anew.',
    '报文创建时间超前本枢纽时钟五分钟以上;请校准时钟后重新签名。',
  ),
  CREATED_TOO_LONG_AGO: row(
    422,
    'message',
    'sender',
    'no',
    'The message is older than its kind allows.',
    '报文创建时间早于该种类允许的期限。',
  ),
  MESSAGE_EXPIRED: row(
    422,
    'message',
    'sender',
    'no',
    'The message has passed its own expires time.',
    '报文已超过自身的 expires 时间。',
  ),
  DUE_NOT_AFTER_CREATED: row(
    422,
    'message',
    'sender',
    'no',
    'The time an answer is wanted by (due) is not after the time the message was created.',
    '要求答复的时间(due)不晚于报文创建时间。',
  ),
  DUE_PASSED: row(
    422,
    'message',
    'sender',
    'no',
    'The time an answer is wanted by (due) had passed when the message came in; sign anew with a later one.',
    '报文到达时要求答复的时间(due)已过;请以更晚的时间重新签名。',
  ),
  BODY_DIGEST_MISMATCH: row(
    422,
    'message',
    'sender',
    'no',
    'The body is not the one the envelope names by digest, size or type.',
    '正文与信封中的摘要、长度或类型不一致。',
  ),
  ATTACHMENT_MISSING: row(
    422,
    'message',
    'sender',
    'no',
    'An attachment named in the envelope did not come with the message.',
    '信封列出的附件没有随报文提交。',
  ),
  ATTACHMENT_DIGEST_MISMATCH: row(
    422,
    'message',
    'sender',
    'no',
    'An attachment is not the one the envelope names by digest or size, or is not named there.',
    '附件与信封中的摘要或长度不一致,或信封未列出该附件。',
  ),
  ATTACHMENT_TYPE_WRONG: row(
    422,
    'message',
    'sender',
    'no',
    'The attachment is of a type no kind takes, or its bytes are not those of the type declared.',
    '没有报文种类接受该附件类型,或附件内容与声明的类型不符。',
  ),
  ATTACHMENT_QUOTA: row(
    429,
    'transport',
    'sender',
    'after',
    'This party has as many uploads waiting as the hub keeps for it; use them in messages or wait a day.',
    '该参与方待用的已上传附件已达上限;请在报文中使用或等待一天。',
  ),
  BUNDLE_TOO_LARGE: row(
    413,
    'evidence',
    'sender',
    'no',
    'The bundle with its attachments would be larger than this hub makes; take it without them, and the attachments one by one.',
    '含附件的证据包超出本枢纽的制作上限;请获取不含附件的证据包,并逐一下载附件。',
  ),
  RECIPIENT_UNKNOWN: row(
    422,
    'message',
    'sender',
    'no',
    'A recipient is not a party of this hub.',
    '收件方不是本枢纽的参与方。',
  ),

  LEDGER_PROOF_REFUSED: row(
    422,
    'evidence',
    'partner',
    'no',
    'The proof of a ledger does not show what it is said to show.',
    '账本证明未能证明其所称内容。',
  ),

  // identity
  SIGNATURE_MISSING: row(401, 'identity', 'sender', 'no', 'The message carries no signature.', '报文没有签名。'),
  SIGNATURE_INVALID: row(
    401,
    'identity',
    'sender',
    'no',
    'A signature does not verify over the envelope bytes.',
    '签名对信封字节验证失败。',
  ),
  SUITE_MISSING: row(
    401,
    'identity',
    'sender',
    'no',
    'A signature suite that the envelope or the kind requires is not present.',
    '缺少信封或报文种类要求的签名算法套件。',
  ),
  ALGORITHM_MISMATCH: row(
    401,
    'identity',
    'sender',
    'no',
    'The signature algorithm is not the one of the certificate key.',
    '签名算法与证书密钥不符。',
  ),
  SIGNATURE_TYPE_WRONG: row(
    401,
    'identity',
    'sender',
    'no',
    'The signature was made for another purpose (typ).',
    '签名的用途(typ)不符。',
  ),
  CERTIFICATE_UNKNOWN: row(
    401,
    'identity',
    'sender',
    'no',
    'The certificate named by its fingerprint is not known here; send x5c or register it.',
    '本枢纽不认识该指纹对应的证书;请发送 x5c 或先登记。',
  ),
  CERTIFICATE_MALFORMED: row(
    401,
    'identity',
    'sender',
    'no',
    'The certificate cannot be read as strict DER.',
    '证书不是有效的严格 DER。',
  ),
  CERTIFICATE_EXPIRED: row(
    401,
    'identity',
    'sender',
    'no',
    'The certificate, or one above it, has expired.',
    '证书或其上级证书已过期。',
  ),
  CERTIFICATE_NOT_YET_VALID: row(
    401,
    'identity',
    'sender',
    'no',
    'The certificate, or one above it, is not valid yet.',
    '证书或其上级证书尚未生效。',
  ),
  CERTIFICATE_UNTRUSTED: row(
    401,
    'identity',
    'sender',
    'no',
    'The certificate does not lead to a CA that the party\u2019s country has entered in the trust register.',
    '证书不能追溯到该国在信任登记簿中登记的 CA。',
  ),
  CERTIFICATE_ISSUER_NOT_CA: row(
    401,
    'identity',
    'sender',
    'no',
    'The certificate was issued by one that may not issue certificates.',
    '签发者证书无权签发证书。',
  ),
  CERTIFICATE_NAME_CONSTRAINT: row(
    401,
    'identity',
    'sender',
    'no',
    'The certificate names a party its CA is not allowed to name.',
    '证书名称超出其 CA 的名称约束。',
  ),
  CERTIFICATE_USAGE: row(
    401,
    'identity',
    'sender',
    'no',
    'The certificate is not meant for signing messages.',
    '证书用途不允许签署报文。',
  ),
  CERTIFICATE_REVOKED: row(401, 'identity', 'sender', 'no', 'The certificate has been revoked.', '证书已被吊销。'),
  CERTIFICATE_STATUS_UNKNOWN: row(
    403,
    'identity',
    'operator',
    'after',
    'Whether the certificate is revoked cannot be told, and this kind needs to know.',
    '无法确定证书是否被吊销,而该报文种类要求确定。',
  ),
  CERTIFICATE_STATUS_STALE: row(
    403,
    'identity',
    'operator',
    'after',
    'The newest revocation list for the certificate is past its next update, and this kind needs a fresh one.',
    '证书的最新吊销信息已过期,而该报文种类要求最新信息。',
  ),
  PARTY_UNKNOWN: row(
    403,
    'identity',
    'sender',
    'no',
    'The sender is not a party of this hub.',
    '发送方不是本枢纽的参与方。',
  ),
  PARTY_MISMATCH: row(
    403,
    'identity',
    'sender',
    'no',
    'The sender named in the envelope is not the party of the certificate.',
    '信封中的发送方与证书主体不一致。',
  ),
  NO_MANDATE: row(
    403,
    'identity',
    'sender',
    'no',
    'There is no live mandate of the principal for this agent and kind.',
    '委托人没有对该代理人和报文种类的有效委托。',
  ),
  KIND_NOT_PERMITTED: row(
    403,
    'identity',
    'sender',
    'no',
    'This party may not send this kind.',
    '该参与方无权发送此种类的报文。',
  ),
  READ_NOT_PERMITTED: row(
    403,
    'identity',
    'sender',
    'no',
    'This session may not read that.',
    '当前会话无权读取该内容。',
  ),
  SESSION_REQUIRED: row(
    401,
    'identity',
    'sender',
    'no',
    'A session is needed: POST /v1/sessions first.',
    '需要会话:请先 POST /v1/sessions。',
  ),
  SESSION_ENDED: row(
    401,
    'identity',
    'sender',
    'no',
    'The session has ended; prove the identity again.',
    '会话已结束;请重新证明身份。',
  ),
  SESSION_NONCE_USED: row(
    401,
    'identity',
    'sender',
    'no',
    'The challenge was answered before; ask for a new one.',
    '该挑战已被使用;请重新申请。',
  ),
  SESSION_NONCE_UNKNOWN: row(
    401,
    'identity',
    'sender',
    'no',
    'The challenge was not given by this hub or has run out; ask for a new one.',
    '该挑战不是本枢纽发出的或已失效;请重新申请。',
  ),
  SESSION_FOREIGN: row(
    401,
    'identity',
    'sender',
    'no',
    'The answer was signed for another hub, origin, party, certificate or purpose.',
    '应答是为其他枢纽、来源、参与方、证书或用途签署的。',
  ),
  SESSION_ANSWER_STALE: row(
    401,
    'identity',
    'sender',
    'no',
    'The answer was signed too long ago or ahead of the clock.',
    '应答签署时间过早或超前。',
  ),

  // rules
  FINDINGS: row(
    422,
    'rules',
    'sender',
    'no',
    'The document has findings; all of them are listed.',
    '单证存在问题,已全部列出。',
  ),

  // decided by the journal
  MESSAGE_ID_REUSED: row(
    409,
    'journal',
    'sender',
    'no',
    'This id was used by the sender for other bytes.',
    '发送方已将该 id 用于其他内容。',
  ),
  ALREADY_CLAIMED: row(
    409,
    'journal',
    'sender',
    'no',
    'What may exist only once exists already.',
    '只能存在一次的对象已存在。',
  ),
  BALANCE_INSUFFICIENT: row(
    409,
    'journal',
    'sender',
    'no',
    'The remaining balance does not cover this.',
    '剩余额度不足。',
  ),
  ACCOUNT_CLOSED: row(
    409,
    'journal',
    'sender',
    'no',
    'What this draws on has been closed by the authority.',
    '所依据的额度已被主管机关关闭。',
  ),
  STATE_CONFLICT: row(
    409,
    'journal',
    'sender',
    'no',
    'The object is not in a state that allows this.',
    '对象当前状态不允许此操作。',
  ),
  NOT_KNOWN_HERE: row(
    409,
    'journal',
    'sender',
    'after',
    'This hub does not know that object; it cannot tell.',
    '本枢纽不了解该对象,无法判断。',
  ),
  VIEW_BEHIND: row(
    503,
    'hub',
    'operator',
    'same-id',
    'The hub is catching up; send the same bytes again.',
    '枢纽正在追赶进度;请用相同内容重试。',
  ),
  CONTENDED: row(
    503,
    'hub',
    'operator',
    'same-id',
    'What this relies on keeps changing; send the same bytes again.',
    '所依据的状态持续变化;请用相同内容重试。',
  ),
  WRITER_UNREACHABLE: row(
    503,
    'hub',
    'operator',
    'same-id',
    'The process that writes the journal cannot be reached or did not answer; send the same bytes again, they are taken once.',
    '写入账本的进程暂不可达或未应答;请用相同内容重试,不会重复入账。',
  ),
  NOT_THE_WRITER: row(
    503,
    'hub',
    'operator',
    'same-id',
    'This process of the hub does not write the journal; between processes only, never told to a sender.',
    '本枢纽进程不写账本;仅用于进程之间,不会返回给发送方。',
  ),
  OVERLOADED: row(
    503,
    'hub',
    'operator',
    'same-id',
    'The hub has all it can do; send the same bytes again.',
    '枢纽繁忙;请用相同内容重试。',
  ),
  CLOSING: row(
    503,
    'hub',
    'operator',
    'same-id',
    'The hub is closing; send the same bytes again to its successor.',
    '枢纽正在关闭;请稍后用相同内容重试。',
  ),

  // feed
  FRAME_MALFORMED: row(
    400,
    'feed',
    'recipient',
    'no',
    'The frame is not a JSON text frame of hub.feed.v1.',
    '帧不是 hub.feed.v1 的 JSON 文本帧。',
  ),
  FRAME_OUT_OF_ORDER: row(
    400,
    'feed',
    'recipient',
    'no',
    'The frame is not allowed at this point of the conversation.',
    '当前会话阶段不允许该帧。',
  ),
  FRAME_TOO_LARGE: row(
    413,
    'feed',
    'recipient',
    'no',
    'The frame is larger than the protocol allows.',
    '帧超过协议允许的大小。',
  ),
  PURPOSE_REQUIRED: row(
    400,
    'feed',
    'recipient',
    'no',
    'A regulator reads for a purpose: it is missing or not one this hub knows.',
    '监管机构读取数据须说明用途:用途缺失或不被本枢纽识别。',
  ),
  SUBSCRIPTION_INVALID: row(
    400,
    'feed',
    'recipient',
    'no',
    'The subscription has a name, filter, position or credit that cannot be used.',
    '订阅的名称、过滤条件、位置或额度无效。',
  ),
  ACK_INVALID: row(
    400,
    'feed',
    'recipient',
    'no',
    'An acknowledgement names an item that was not sent, or lies more than 1,024 items above the position.',
    '确认的条目未曾发送,或超出当前位置 1,024 条以上。',
  ),

  ENQUIRY_QUOTA: row(
    429,
    'rules',
    'sender',
    'after',
    'Too many enquiries of this party did not show what a holder of the document knows; ask again after a day.',
    '该机构未能出示单据持有信息的核验次数过多;请一天后再试。',
  ),

  QUOTA_EXCEEDED: row(
    429,
    'hub',
    'sender',
    'same-id',
    'More than the quota of this party or connection; send the same bytes again when Retry-After has passed.',
    '超出该机构或连接的配额;请在 Retry-After 之后用相同内容重试。',
  ),
  PAUSED: row(
    403,
    'hub',
    'operator',
    'after',
    'The operator has paused this party, kind or country here; a signed entry of the journal says so.',
    '运营方已在本枢纽暂停该机构、报文类型或国家;日志中有签名记录。',
  ),

  FAULT: row(
    500,
    'hub',
    'operator',
    'same-id',
    'The hub failed; the operator has been told under the request id.',
    '枢纽内部故障;运营方已按请求编号记录。',
  ),
} as const satisfies Record<string, RefusalRow>

export type RefusalCode = keyof typeof REFUSALS

/** One thing wrong in a document. Shape: path is a JSON Pointer into the body, or a path of elements for XML; params name the values in the message. */
export interface Finding {
  code: string
  path: string
  message: string
  params?: Record<string, string | number>
}

/** A refusal: thrown where the code is known, turned into RFC 9457 by hub/http/problem.ts. `detail` is for the one who must act. */
export class HubError extends Error {
  readonly code: RefusalCode
  readonly detail: string
  readonly findings: Finding[]
  /** Seconds after which it is worth coming again, where that is known. */
  readonly retryAfterS: number | undefined
  constructor(
    code: RefusalCode,
    detail: string,
    options: { cause?: unknown; findings?: Finding[]; retryAfterS?: number } = {},
  ) {
    super(`${code}: ${detail}`, options.cause === undefined ? {} : { cause: options.cause })
    this.name = 'HubError'
    this.code = code
    this.detail = detail
    this.findings = options.findings ?? []
    this.retryAfterS = options.retryAfterS
  }
}
