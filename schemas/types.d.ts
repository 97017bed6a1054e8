// Generated from the schemas beside this file by `npm run types`; edit the schemas, not this.
// biome-ignore-all format: generated

// customs/acdd-response.v1.json
/**
 * Customs Response: what the customs of the importing country says to an ASEAN Customs Declaration Document, or to the request to cancel it.
 */
export interface AcddResponse {
  /**
   * number of the export declaration
   */
  permitNumber: string
  /**
   * exporting country, ISO 3166 alpha-2
   */
  exportCountry: string
  /**
   * what is said
   */
  outcome: 'RECEIVED' | 'ACCEPTED' | 'QUERIED' | 'REJECTED' | 'CANCELLED' | 'CANCELLATION_REFUSED'
  /**
   * time of the response, UTC
   */
  respondedAt: string
  /**
   * reasons
   *
   * @maxItems 20
   */
  remarks?: AcddRemark[]
}
/**
 * one reason
 */
export interface AcddRemark {
  /**
   * code of the answering customs
   */
  code?: string
  /**
   * in words
   */
  text: string
  /**
   * number of the item it is about
   */
  item?: string
}

// customs/acdd.v1.json
/**
 * ASEAN Customs Declaration Document: data of an export declaration, sent by the customs of the exporting to the customs of the importing country. Cancellation names the number alone. Quantities are decimal strings.
 */
export interface AseanCustomsDeclarationDocument {
  /**
   * function, EDIFACT 1225: 9 original, 1 request to cancel it
   */
  functionCode: '9' | '1'
  /**
   * number of the export declaration
   */
  permitNumber: string
  /**
   * exporting country, ISO 3166 alpha-2
   */
  exportCountry: string
  /**
   * importing country, ISO 3166 alpha-2
   */
  importCountry: string
  /**
   * countries on the way
   *
   * @maxItems 9
   *
   * Items: one country, ISO 3166 alpha-2
   */
  transitCountries?: string[]
  /**
   * why it is to be cancelled
   */
  cancellationReason?: string
  /**
   * identifier of the exporter
   */
  exporterId?: string
  /**
   * name of the exporter
   */
  exporterName?: string
  /**
   * name of the consignee
   */
  consigneeName?: string
  consigneeAddress?: AcddConsigneeAddress
  /**
   * identifier of the agent, if one files
   */
  declaringAgentId?: string
  /**
   * name of the agent, if one files
   */
  declaringAgentName?: string
  /**
   * day of departure
   */
  departureDate?: string
  /**
   * mode of transport, UN/ECE Recommendation 19
   */
  outwardTransportMode?: string
  /**
   * port of discharge, UN/LOCODE
   */
  portOfDischarge?: string
  /**
   * unique consignment reference
   */
  ucr?: string
  /**
   * goods items, 1 to 999
   *
   * @minItems 1
   * @maxItems 999
   */
  items?: AcddItem[]
}
/**
 * address of the consignee
 */
export interface AcddConsigneeAddress {
  /**
   * street, number and place
   *
   * @minItems 1
   * @maxItems 4
   *
   * Items: one line
   */
  lines: string[]
  /**
   * country, ISO 3166 alpha-2
   */
  countryCode: string
}
/**
 * one goods item
 */
export interface AcddItem {
  /**
   * number of the item, from 1 without gap
   */
  serialNumber: string
  /**
   * commodity code: HS of six or AHTN of eight digits
   */
  hsCode: string
  /**
   * quantity
   */
  hsQuantity: string
  /**
   * unit, UN/ECE Recommendation 20
   */
  hsQuantityUnit: string
  /**
   * country of origin, ISO 3166 alpha-2
   */
  originCountry: string
}

// customs/alert.v1.json
/**
 * 预警 (alert): what supervisors and customs of one country should look at, by rule, with the entries that show it and the figures. Written by the hub; it accuses nobody.
 */
export interface SupervisionAlert {
  /**
   * 规则 (rule)
   */
  rule:
    | 'QUOTA_ACROSS_SITES'
    | 'SPLIT_DECLARATIONS'
    | 'VALUE_OUTLIER'
    | 'WEIGHT_OUTLIER'
    | 'INVOICING_GAP'
    | 'SANCTIONS_HIT'
    | 'LIST_STALE'
  /**
   * 报文种类 (kind of the entries)
   */
  kind: string
  /**
   * 国家 (country whose authorities are told), alpha-2 of ISO 3166
   */
  country: string
  /**
   * 证据 (entries that show it), journal indexes
   *
   * @minItems 1
   * @maxItems 100
   *
   * Items: 日志序号 (journal index)
   */
  entries: number[]
  /**
   * 起 (time of the first entry), RFC 3339 UTC
   */
  since: string
  /**
   * 止 (time of the last entry), RFC 3339 UTC
   */
  until: string
  /**
   * 日期 (day in the Shanghai calendar), yyyyMMdd
   */
  day?: string
  /**
   * 人员 (person), keyed hash of the identity number
   */
  person?: string
  /**
   * 互市点 (market sites), parties
   *
   * @maxItems 20
   *
   * Items: 互市点 (market site), party
   */
  sites?: string[]
  /**
   * 商品编码 (goods), four or six digits of the HS
   */
  hs?: string
  /**
   * 数值 (figures the rule compared)
   *
   * @maxItems 60
   */
  figures?: AlertFigure[]
  /**
   * 依据 (whose limit it is)
   */
  basis?: 'law' | 'operator'
  /**
   * 来源 (where the limit is from)
   */
  source?: string
  /**
   * 未能判断的报文数 (earlier entries that could not be judged because their content, or that of an amendment, is gone, or because too many waited)
   */
  notJudged?: number
  list?: AlertList
  /**
   * 原因 (why nobody could tell): the list is too old, there is none, or its content is gone; RENEWED: the list can be relied on again, and what it could not be asked about before has been compared with it
   */
  why?: 'STALE' | 'ABSENT' | 'WITHHELD' | 'RENEWED'
  /**
   * 命中 (what met the list)
   *
   * @maxItems 60
   */
  matches?: AlertMatch[]
}
/**
 * 数值 (one figure)
 */
export interface AlertFigure {
  /**
   * 名称 (what it is)
   */
  name:
    | 'total'
    | 'quota'
    | 'limit'
    | 'value'
    | 'kilograms'
    | 'median'
    | 'deviation'
    | 'observations'
    | 'factor'
    | 'exportValue'
    | 'importValue'
    | 'gapPercent'
    | 'tolerancePercent'
    | 'sites'
    | 'declarations'
  /**
   * 值 (value), decimal string
   */
  value: string
  /**
   * 单位 (currency, or currency for each kilogram, or kilograms for each package)
   */
  unit?: string
  /**
   * 日志序号 (entry it is from)
   */
  entry?: number
}
/**
 * 名单 (list of sanctions)
 */
export interface AlertList {
  /**
   * 名单名称 (name)
   */
  name: string
  /**
   * 版本 (version)
   */
  version?: string
  /**
   * 发布时间 (issued), RFC 3339 UTC
   */
  issuedAt?: string
  /**
   * 失效时间 (good until), RFC 3339 UTC
   */
  staleAfter?: string
  /**
   * 日志序号 (entry of the list)
   */
  entry?: number
}
/**
 * 命中 (one hit)
 */
export interface AlertMatch {
  /**
   * 角色 (who)
   */
  role: 'consignor' | 'consignee' | 'owner' | 'vessel'
  /**
   * 字段 (field of the declaration), JSON Pointer
   */
  path: string
  /**
   * 方式 (how): the same identifier, the same name, or the same words in another order or with another legal form
   */
  how: 'IDENTIFIER' | 'NAME' | 'WORDS'
  /**
   * 名单条目 (entry of the list), its id there
   */
  listed: string
}

// customs/amendment.v1.json
/**
 * 报关单修改 (amendment): signed by the customs authority the declaration was filed with; moves what can be financed or paid by the difference of the totals. Where the declarant asked for it, it names the request.
 */
export interface CustomsAmendment {
  /**
   * 海关编号 (customs declaration number): office, year, direction, serial
   */
  entryId: string
  /**
   * 修改后版本 (version after this amendment); the declaration as filed is version 1
   */
  version: number
  /**
   * 修改或撤销原因代码 (reason): SHORT_SHIPPED goods of a released export left out or moved to another conveyance; QUANTITY_CHANGED more, less, lost or damaged on the way; OTHER_FORMALITIES other formalities (duty refund, security) need it; PRICE_SETTLED a provisional price is settled; DIRECT_RETURN an import is returned directly; SYSTEM_FAULT a fault of a computer or network; CLERICAL_ERROR a slip of the declarant; CUSTOMS_FINDING customs found it; OTHER as the text says
   */
  reasonCode?:
    | 'SHORT_SHIPPED'
    | 'QUANTITY_CHANGED'
    | 'OTHER_FORMALITIES'
    | 'PRICE_SETTLED'
    | 'DIRECT_RETURN'
    | 'SYSTEM_FAULT'
    | 'CLERICAL_ERROR'
    | 'CUSTOMS_FINDING'
    | 'OTHER'
  /**
   * 修改原因 (reason)
   */
  reason: string
  newTotal?: AmendedTotal
  /**
   * 修改内容 (fields changed)
   *
   * @minItems 1
   * @maxItems 100
   */
  changes: AmendedField[]
}
/**
 * 修改后总价 (declared total after the amendment)
 */
export interface AmendedTotal {
  /**
   * 修改后总价 (declared total after the amendment), decimal string
   */
  amount: string
  /**
   * 币制 (currency), ISO 4217
   */
  currency: string
}
export interface AmendedField {
  /**
   * 字段 (field), JSON Pointer into the declaration; rows keep the numbers they were filed under
   */
  path: string
  /**
   * 修改前 (value before)
   */
  from?: string
  /**
   * 修改后 (value after)
   */
  to: string
}

// customs/answer.v1.json
/**
 * 答复询问 (answer to a query): signed by the declarant or its agent; names the query it answers. Papers are attached.
 */
export interface CustomsAnswer {
  /**
   * 海关编号 (customs declaration number): office, year, direction, serial
   */
  entryId: string
  /**
   * 版本 (version of the declaration the answer is about)
   */
  version: number
  /**
   * 答复内容 (answer)
   */
  text: string
}

// customs/border-device.v1.json
/**
 * 边民设备 (phone of a border resident): enrolled by the party its certificate names, signed by that party and by the phone; lost means that nothing it signs is taken any more.
 */
export interface CustomsBorderDevice {
  /**
   * 动作 (act): enrol, lost
   */
  act: 'enrol' | 'lost'
  /**
   * 设备证书指纹 (SHA-256 of the certificate of the phone), hex
   */
  fingerprint: string
  /**
   * 备案编号 (filing of the resident)
   */
  filingNo?: string
  /**
   * 互助组编号 (group, if it is the group that gives out the phone)
   */
  groupNo?: string
  /**
   * 原因 (what became of it): LOST, STOLEN, REPLACED
   */
  reason?: 'LOST' | 'STOLEN' | 'REPLACED'
}

// customs/border-entrustment.v1.json
/**
 * 落地加工委托 (landed-processing entrustment): a group lends its heads to a processing firm for some days.
 */
export interface CustomsBorderEntrustment {
  /**
   * 动作 (act): entrust by the group, end by the group or the firm
   */
  act: 'entrust' | 'end'
  /**
   * 委托批次号 (number of the batch)
   */
  batchNo: string
  /**
   * 互助组编号 (group)
   */
  groupNo?: string
  /**
   * 加工企业 (firm, party of the hub)
   */
  enterprise?: string
  /**
   * 加工企业统一社会信用代码 (firm, social credit code), GB 32100
   */
  enterpriseScc?: string
  /**
   * 人数 (heads): how many members, at most all
   */
  headCount?: number
  /**
   * 有效期起 (first day), yyyyMMdd in the Shanghai calendar
   */
  validFrom?: string
  /**
   * 有效期止 (last day), yyyyMMdd in the Shanghai calendar
   */
  validUntil?: string
  /**
   * 原因 (why it is ended)
   */
  reason?: string
}

// customs/border-group.v1.json
/**
 * 成员备案编号 (filings of the members): all of them when it is formed, those who join or leave after that
 *
 * @minItems 1
 * @maxItems 50
 *
 * Items: 备案编号 (filing)
 */
export type BorderGroupMembers = string[]

/**
 * 边民互助组 (mutual-aid group of border residents): formed by customs, by a market for it, or by the party that acts for the group.
 */
export interface CustomsBorderGroup {
  /**
   * 动作 (act): form, join, leave, renew, dissolve
   */
  act: 'form' | 'join' | 'leave' | 'renew' | 'dissolve'
  /**
   * 互助组编号 (number of the group)
   */
  groupNo: string
  /**
   * 代表互助组的参与方 (party of the hub that acts for the group); absent: the sender
   */
  party?: string
  /**
   * 村镇代码 (village or town), nine or twelve digits
   */
  townCode?: string
  /**
   * 组长备案编号 (filing of the leader), who is a member
   */
  leaderFilingNo?: string
  memberFilingNos?: BorderGroupMembers
  account?: BorderGroupAccount
  /**
   * 有效期止 (last day of the group), yyyyMMdd in the Shanghai calendar
   */
  validUntil?: string
  /**
   * 原因 (why it is dissolved)
   */
  reason?: string
}
/**
 * 互助组结算账户 (account the group settles by)
 */
export interface BorderGroupAccount {
  /**
   * 开户行 (bank): BIC, or the twelve digits of CNAPS
   */
  bank: string
  /**
   * 账号 (account number)
   */
  accountNo: string
}

// customs/border-purchase.v1.json
/**
 * 一级市场交易 (purchase on the market): signed by the site. What a resident bought at a stall and when; its time decides the day of the quota.
 */
export interface BorderPurchase {
  /**
   * 动作 (act): trade states a purchase, void withdraws one that is not declared yet
   */
  act: 'trade' | 'void'
  /**
   * 交易编号 (number of the purchase), unique with the site
   */
  tradeNo: string
  /**
   * 主管海关 (customs office of the site)
   */
  customsOffice?: string
  /**
   * 边民备案号 (number of the resident's filing)
   */
  filingNo?: string
  /**
   * 商铺号 (stall number)
   */
  stallNo?: string
  /**
   * 商品 (goods bought)
   *
   * @minItems 1
   * @maxItems 50
   */
  items?: BorderPurchaseItem[]
  /**
   * 币制 (currency), ISO 4217
   */
  currency?: string
  /**
   * 总金额 (amount of all items), decimal string
   */
  amount?: string
  rate?: BorderPurchaseRate
  /**
   * 折人民币金额 (amount in CNY): the amount at the rate, half up to 0.01, CNY, decimal string
   */
  amountCny?: string
  /**
   * 交易时间 (time of the purchase); its day in Asia/Shanghai is the day of the quota, RFC 3339 UTC
   */
  tradedAt?: string
  /**
   * 车牌号 (vehicle that carries the goods)
   */
  vehiclePlate?: string
  /**
   * 撤销原因 (why it is withdrawn)
   */
  reason?: string
}
/**
 * 商品项 (one kind of goods)
 */
export interface BorderPurchaseItem {
  /**
   * 项号 (item number), from 1
   */
  seq: string
  /**
   * 商品编号 (tariff line), 8 or 10 digits
   */
  hs: string
  /**
   * 商品名称 (name of the goods)
   */
  name: string
  /**
   * 原产国 (country of origin), alpha-2 of ISO 3166
   */
  originCountry: string
  /**
   * 数量 (quantity), decimal string
   */
  qty: string
  /**
   * 计量单位 (unit), customs code
   */
  unit: string
  /**
   * 单价 (unit price) in the currency of the purchase, decimal string
   */
  unitPrice: string
  /**
   * 金额 (amount) in the currency of the purchase, decimal string
   */
  amount: string
  /**
   * 净重 (net weight), kg, decimal string
   */
  netKg: string
  /**
   * 折人民币金额 (amount in CNY): the amount at the rate within 0.01; the items make up the amount of the purchase, decimal string
   */
  amountCny: string
  /**
   * 限制类型 (limit), as the site states the goods: by value, by value and quantity, or not exempt at all
   */
  limitType: 'VALUE' | 'QUANTITY' | 'NOT_EXEMPT'
}
/**
 * 折算汇率 (rate of conversion to CNY); wanted unless the currency is CNY
 */
export interface BorderPurchaseRate {
  /**
   * 汇率 (CNY for `per` units of the currency), decimal string
   */
  value: string
  /**
   * 报价单位 (units of the currency that the rate is for)
   */
  per: '1' | '100' | '10000'
  /**
   * 汇率来源 (who publishes the rate)
   */
  source: string
  /**
   * 汇率日期 (day of the rate), yyyyMMdd
   */
  day: string
}

// customs/border-resident.v1.json
/**
 * 边民备案 (filing of a border resident): by customs, or for it by a market under its mandate. Nobody reads the personal fields in the hub again, nor does the sender; two officers unmask them (customs.border-unmasking).
 */
export interface CustomsBorderResident {
  /**
   * 动作 (act): file, change (the whole filing anew), suspend, resume, end
   */
  act: 'file' | 'change' | 'suspend' | 'resume' | 'end'
  /**
   * 备案编号 (number of the filing); neither the identity number nor anything that holds it
   */
  filingNo: string
  filing?: BorderResidentFiling
  /**
   * 原因 (why it is changed, suspended, resumed or ended)
   */
  reason?: string
}
/**
 * 备案内容 (what is filed): the whole of it, each time
 */
export interface BorderResidentFiling {
  /**
   * 公民身份号码 (resident identity number), GB 11643
   */
  residentIdNo: string
  /**
   * 签发机关 (authority that issued the identity card)
   */
  idIssuer: string
  /**
   * 身份证有效期起 (first day of the identity card), yyyyMMdd in the Shanghai calendar
   */
  idValidFrom: string
  /**
   * 身份证有效期止 (last day of the identity card); absent: valid without end (长期), yyyyMMdd in the Shanghai calendar
   */
  idValidTo?: string
  /**
   * 姓名 (name)
   */
  name: string
  /**
   * 性别 (gender): 1 male, 2 female, 9 not stated, GB/T 2261.1
   */
  gender: '1' | '2' | '9'
  /**
   * 民族 (ethnic group), numeric code of GB/T 3304
   */
  ethnicity?: string
  /**
   * 手机号码 (mobile number)
   */
  mobile: string
  /**
   * 常住地行政区划代码 (place of residence), GB/T 2260 county or the town below it
   */
  residenceCode: string
  /**
   * 常住地址 (address)
   */
  residenceAddress: string
  /**
   * 身份类别 (what makes a border resident of the person): HOUSEHOLD registered there, RESIDENT living there, OTHER
   */
  identityType: 'HOUSEHOLD' | 'RESIDENT' | 'OTHER'
  /**
   * 备案海关 (customs office of the filing), code
   */
  customsOffice: string
  /**
   * 互市监管场所编号 (supervised market the person trades at)
   */
  siteNo: string
  /**
   * 边民证卡号 (number of the border resident card)
   */
  icCardNo?: string
  /**
   * 备案时间 (time of filing), RFC 3339 UTC
   */
  filedAt: string
  /**
   * 备案有效期起 (first day of the filing), yyyyMMdd in the Shanghai calendar
   */
  validFrom: string
  /**
   * 备案有效期止 (last day of the filing), yyyyMMdd in the Shanghai calendar
   */
  validUntil: string
}

// customs/border-settlement.v1.json
/**
 * 互市结算 (settlement of border-resident trade by a bank) and its report to the foreign-exchange office
 */
export interface BorderSettlement {
  /**
   * 动作 (act): settle pays, report tells the number of the report, reverse takes the payment back
   */
  act: 'settle' | 'report' | 'reverse'
  /**
   * 结算编号 (number of the settlement), unique with the bank
   */
  settlementNo: string
  payer?: BorderSettlementPayer
  payee?: BorderSettlementPayee
  /**
   * 币制 (currency), ISO 4217
   */
  currency?: string
  /**
   * 金额 (amount paid) in its currency, decimal string
   */
  amount?: string
  rate?: BorderSettlementRate
  /**
   * 折人民币金额 (amount in CNY): the amount at the rate, half up to 0.01, CNY, decimal string
   */
  amountCny?: string
  /**
   * 申报单 (declarations paid for)
   *
   * @minItems 1
   * @maxItems 50
   */
  declarations?: SettledDeclaration[]
  /**
   * 国际收支交易编码 (transaction code of the balance of payments)
   */
  bopCode?: string
  /**
   * 结算时间 (time of the settlement), RFC 3339 UTC
   */
  settledAt?: string
  /**
   * 申报号码 (number of the report with the foreign-exchange office)
   */
  reportNo?: string
  /**
   * 报送时间 (time of the report), RFC 3339 UTC
   */
  reportedAt?: string
  /**
   * 冲正原因 (why the payment is taken back)
   */
  reason?: string
  /**
   * 冲正时间 (time it was taken back), RFC 3339 UTC
   */
  reversedAt?: string
}
/**
 * 付款人 (who pays): a declared resident or the group
 */
export interface BorderSettlementPayer {
  /**
   * 边民备案号 (number of the resident's filing)
   */
  filingNo?: string
  /**
   * 互助组编号 (mutual-aid group)
   */
  groupNo?: string
}
/**
 * 收款人 (who is paid): the stall
 */
export interface BorderSettlementPayee {
  /**
   * 互市点 (market site), party
   */
  site: string
  /**
   * 商铺号 (stall number)
   */
  stallNo: string
}
/**
 * 折算汇率 (rate of conversion to CNY); wanted unless the currency is CNY
 */
export interface BorderSettlementRate {
  /**
   * 汇率 (CNY for `per` units of the currency), decimal string
   */
  value: string
  /**
   * 报价单位 (units of the currency that the rate is for)
   */
  per: '1' | '100' | '10000'
  /**
   * 汇率来源 (who publishes the rate)
   */
  source: string
  /**
   * 汇率日期 (day of the rate), yyyyMMdd
   */
  day: string
}
/**
 * 申报单 (one declaration and what is paid for it)
 */
export interface SettledDeclaration {
  /**
   * 申报方 (party that declared): a number is one of its own
   */
  declarant: string
  /**
   * 申报单号 (number of the declaration)
   */
  declarationNo: string
  /**
   * 金额 (amount paid for it), CNY, decimal string
   */
  amountCny: string
}

// customs/border-stall.v1.json
/**
 * 边民商铺 (stall and its seller from the neighbouring country): registered by the market.
 */
export interface CustomsBorderStall {
  /**
   * 动作 (act): open, change (the whole anew), close
   */
  act: 'open' | 'change' | 'close'
  /**
   * 商铺编号 (number of the stall at this market)
   */
  stallNo: string
  /**
   * 互市点所在县代码 (county of the market), GB/T 2260
   */
  siteCode?: string
  /**
   * 卖方国家 (country of the seller), alpha-2
   */
  country?: string
  /**
   * 卖方姓名 (name of the seller)
   */
  sellerName?: string
  /**
   * 卖方商号 (firm of the seller)
   */
  companyName?: string
  /**
   * 护照或边境通行证号 (passport or border pass of the seller)
   */
  passportNo?: string
  /**
   * 登记号 (registration of the firm)
   */
  registrationNo?: string
  /**
   * 有效期止 (last day), yyyyMMdd in the Shanghai calendar
   */
  validUntil?: string
  /**
   * 原因 (why it is closed)
   */
  reason?: string
}

// customs/border-status.v1.json
/**
 * 互市申报单状态 (what customs does with a declaration of border-resident trade)
 */
export interface BorderStatus {
  /**
   * 申报方 (party that declared): a number is one of its own
   */
  declarant: string
  /**
   * 申报单号 (number of the declaration)
   */
  declarationNo: string
  /**
   * 状态 (status): CANCELLED gives quota and purchases back, REJECTED the quota, SEIZED neither; RELEASED opens what may be paid
   */
  status: 'INSPECTING' | 'RELEASED' | 'REJECTED' | 'CANCELLED' | 'SEIZED'
  /**
   * 决定时间 (time of the decision), RFC 3339 UTC
   */
  decidedAt: string
  /**
   * 原因 (reason); wanted of REJECTED, CANCELLED and SEIZED
   */
  reason?: string
}

// customs/border-trade.v1.json
/**
 * 互市申报单 (declaration of border-resident trade): signed by the device of a resident. What is within the quotas is free, the rest is taxable; the journal says which is which.
 */
export interface BorderTrade {
  /**
   * 申报单号 (number of the declaration), unique with the party that declares
   */
  declarationNo: string
  /**
   * 申报边民备案号 (filing of the resident whose device signs)
   */
  filingNo: string
  /**
   * 互助组编号 (mutual-aid group); together with shares
   */
  groupNo?: string
  /**
   * 互市点 (market site), party
   */
  site: string
  /**
   * 主管海关 (customs office of the site)
   */
  customsOffice: string
  /**
   * 车牌号 (vehicle that carries the goods)
   */
  vehiclePlate?: string
  /**
   * 落地加工委托批次号 (batch of the landed-processing entrustment)
   */
  batchNo?: string
  /**
   * 交易 (purchases declared), each in one declaration only
   *
   * @minItems 1
   * @maxItems 100
   */
  purchases: DeclaredPurchase[]
  /**
   * 商品 (goods declared)
   *
   * @minItems 1
   * @maxItems 50
   */
  items: BorderTradeItem[]
  /**
   * 组员份额 (shares of the members of the group)
   *
   * @minItems 1
   * @maxItems 50
   */
  shares?: BorderTradeShare[]
  /**
   * 总金额 (total), CNY, decimal string
   */
  totalCny: string
  /**
   * 进出口标志 (direction): import
   */
  ieFlag: 'I'
  /**
   * 申报时间 (time of declaration), RFC 3339 UTC
   */
  declaredAt: string
}
/**
 * 所申报的交易 (a purchase by its number)
 */
export interface DeclaredPurchase {
  /**
   * 交易编号 (number of the purchase with the site)
   */
  tradeNo: string
}
/**
 * 商品项 (one kind of goods)
 */
export interface BorderTradeItem {
  /**
   * 项号 (item number), from 1
   */
  seq: string
  /**
   * 商品编号 (tariff line), 8 or 10 digits
   */
  hs: string
  /**
   * 商品名称 (name of the goods)
   */
  name: string
  /**
   * 原产国 (country of origin), alpha-2 of ISO 3166
   */
  originCountry: string
  /**
   * 数量 (quantity), decimal string
   */
  qty: string
  /**
   * 计量单位 (unit), customs code
   */
  unit: string
  /**
   * 毛重 (gross weight), kg, decimal string
   */
  grossKg: string
  /**
   * 净重 (net weight), kg, decimal string
   */
  netKg: string
  /**
   * 单价 (unit price), CNY, decimal string
   */
  unitPriceCny: string
  /**
   * 金额 (amount), CNY, decimal string
   */
  amountCny: string
  /**
   * 限制类型 (limit): by value, by value and quantity, or not exempt at all
   */
  limitType: 'VALUE' | 'QUANTITY' | 'NOT_EXEMPT'
}
/**
 * 份额 (share of one member)
 */
export interface BorderTradeShare {
  /**
   * 组员备案号 (filing of the member)
   */
  filingNo: string
  /**
   * 份额金额 (share of the total), CNY, decimal string
   */
  amountCny: string
  /**
   * 分项份额 (share of each item); wanted where items are not all limited alike by value
   *
   * @minItems 1
   * @maxItems 50
   */
  items?: BorderTradeItemShare[]
}
/**
 * 分项份额 (share in one item)
 */
export interface BorderTradeItemShare {
  /**
   * 项号 (item number), from 1
   */
  seq: string
  /**
   * 分项金额 (share of the amount of the item), CNY, decimal string
   */
  amountCny: string
  /**
   * 分项净重 (share of the net weight of the item), kg, decimal string
   */
  netKg: string
}

// customs/border-unmasking.v1.json
/**
 * 申请查看的字段 (fields asked for); no other is answered
 *
 * @minItems 1
 * @maxItems 5
 *
 * Items: 字段 (field of the filing)
 */
export type UnmaskedFields = ('residentIdNo' | 'name' | 'mobile' | 'residenceAddress' | 'icCardNo')[]

/**
 * 边民信息脱敏查看 (unmasking of a filing): an officer asks, a second one approves or refuses, and each reading is stated by its reader before it is answered (enquiry customs.border-identity).
 */
export interface CustomsBorderUnmasking {
  /**
   * 动作 (act): request; approve or refuse by another officer; read states a reading
   */
  act: 'request' | 'approve' | 'refuse' | 'read'
  /**
   * 申请编号 (number of the request), unique with the customs
   */
  requestNo: string
  /**
   * 备案编号 (filing that is to be unmasked)
   */
  filingNo?: string
  fields?: UnmaskedFields
  /**
   * 事由代码 (reason)
   */
  reasonCode?: 'INVESTIGATION' | 'INSPECTION' | 'RISK' | 'COMPLAINT' | 'CORRECTION' | 'JUDICIAL'
  /**
   * 事由说明 (reason in words)
   */
  reason?: string
  /**
   * 案件编号 (number of the case it is for)
   */
  caseNo?: string
  /**
   * 审批意见 (remark of the officer who approves or refuses)
   */
  remark?: string
}

// customs/cancellation.v1.json
/**
 * 报关单撤销 (cancellation): signed by the customs authority the declaration was filed with; ends what can be financed or paid. Where the declarant asked for it, it names the request.
 */
export interface CustomsCancellation {
  /**
   * 海关编号 (customs declaration number): office, year, direction, serial
   */
  entryId: string
  /**
   * 版本 (version of the declaration that is cancelled); if given, it must be the one that stands
   */
  version?: number
  /**
   * 修改或撤销原因代码 (reason): SHORT_SHIPPED goods of a released export left out or moved to another conveyance; QUANTITY_CHANGED more, less, lost or damaged on the way; OTHER_FORMALITIES other formalities (duty refund, security) need it; PRICE_SETTLED a provisional price is settled; DIRECT_RETURN an import is returned directly; SYSTEM_FAULT a fault of a computer or network; CLERICAL_ERROR a slip of the declarant; CUSTOMS_FINDING customs found it; OTHER as the text says
   */
  reasonCode?:
    | 'SHORT_SHIPPED'
    | 'QUANTITY_CHANGED'
    | 'OTHER_FORMALITIES'
    | 'PRICE_SETTLED'
    | 'DIRECT_RETURN'
    | 'SYSTEM_FAULT'
    | 'CLERICAL_ERROR'
    | 'CUSTOMS_FINDING'
    | 'OTHER'
  /**
   * 撤销原因 (reason)
   */
  reason: string
  /**
   * 撤销时间 (time of cancellation), RFC 3339 UTC
   */
  cancelledAt?: string
}

// customs/declaration.v1.json
/**
 * 进出口货物报关单 (import and export declaration of Chinese customs), names of the single-window message DecHead. Where a field means one thing for exports and another for imports, both are named. Amounts and quantities are decimal strings.
 */
export interface CustomsDeclaration {
  /**
   * 统一编号 (single-window number)
   */
  seqNo?: string
  /**
   * 预录入编号 (pre-entry number), form of the declaration number
   */
  preEntryId?: string
  /**
   * 海关编号 (customs declaration number): office, year, direction, serial
   */
  entryId: string
  /**
   * 进出口标志 (direction): I import, E export
   */
  ieFlag: 'I' | 'E'
  /**
   * 申报地海关 (office of declaration), code
   */
  customMaster: string
  /**
   * 进出境关别 (office of entry or exit), code
   */
  iEPort: string
  /**
   * 申报日期 (date of declaration), yyyyMMdd
   */
  dDate: string
  /**
   * 进出口日期 (date of import or export), yyyyMMdd
   */
  ieDate?: string
  /**
   * 境内收发货人统一社会信用代码 (consignee of an import, consignor of an export; social credit code)
   */
  tradeCoScc: string
  /**
   * 境内收发货人海关编码 (consignee of an import, consignor of an export; customs code)
   */
  tradeCode: string
  /**
   * 境内收发货人检验检疫编码 (consignee of an import, consignor of an export; inspection code)
   */
  tradeCiqCode?: string
  /**
   * 境内收发货人名称 (consignee of an import, consignor of an export; name)
   */
  tradeName: string
  /**
   * 境外收发货人代码 (consignor of an import, consignee of an export, abroad; AEO code)
   */
  overseasTraderCode?: string
  /**
   * 境外收发货人名称 (consignor of an import, consignee of an export, abroad; name)
   */
  overseasTraderName: string
  /**
   * 消费使用单位、生产销售单位统一社会信用代码 (user of an import, producer or seller of an export; social credit code)
   */
  ownerCodeScc: string
  /**
   * 消费使用单位、生产销售单位海关编码 (user of an import, producer or seller of an export; customs code)
   */
  ownerCode: string
  /**
   * 消费使用单位、生产销售单位名称 (user of an import, producer or seller of an export; name)
   */
  ownerName: string
  /**
   * 申报单位统一社会信用代码 (declarant, social credit code)
   */
  agentCodeScc: string
  /**
   * 申报单位海关编码 (declarant, customs code)
   */
  agentCode: string
  /**
   * 申报单位名称 (declarant, name)
   */
  agentName: string
  /**
   * 运输方式 (mode of transport), code
   */
  trafMode: string
  /**
   * 运输工具名称 (means of transport)
   */
  trafName?: string
  /**
   * 航次号 (voyage)
   */
  voyageNo?: string
  /**
   * 提运单号 (bill of lading or waybill)
   */
  billNo?: string
  /**
   * 监管方式 (supervision mode), code
   */
  tradeMode: string
  /**
   * 征免性质 (nature of duty treatment), code
   */
  cutMode?: string
  /**
   * 备案号 (registration of processing trade)
   */
  manualNo?: string
  /**
   * 许可证号 (licence number)
   */
  licenseNo?: string
  /**
   * 合同协议号 (contract number)
   */
  contrNo?: string
  /**
   * 唯一货物参考号 (unique consignment reference, WCO): puts the declaration into the case of that consignment
   */
  ucr?: string
  /**
   * 贸易国 (trading country), ISO 3166 alpha-3 or a code of Chinese customs' own (ZZZ unknown)
   */
  tradeAreaCode: string
  /**
   * 启运国、运抵国 (country of departure of an import, of arrival of an export), ISO 3166 alpha-3 or a code of Chinese customs' own (ZZZ unknown)
   */
  tradeCountry: string
  /**
   * 经停港、指运港 (port of call of an import, of destination of an export), customs port code
   */
  distinatePort?: string
  /**
   * 启运港 (port of departure), customs port code
   */
  despPortCode?: string
  /**
   * 入境口岸、离境口岸 (port of entry or exit), six digits
   */
  entyPortCode?: string
  /**
   * 成交方式 (terms of delivery), code
   */
  transMode: string
  /**
   * 运费标志 (freight mark): 1 rate in percent, 2 unit price, 3 total
   */
  feeMark?: string
  /**
   * 运费值 (freight value) as the mark says
   */
  feeRate?: string
  /**
   * 运费币制 (freight currency), ISO 4217
   */
  feeCurr?: string
  /**
   * 保费标志 (insurance mark): 1 rate in percent, 2 unit price, 3 total
   */
  insurMark?: string
  /**
   * 保费值 (insurance value) as the mark says
   */
  insurRate?: string
  /**
   * 保费币制 (insurance currency), ISO 4217
   */
  insurCurr?: string
  /**
   * 杂费标志 (other charges mark): 1 rate in percent, 2 unit price, 3 total
   */
  otherMark?: string
  /**
   * 杂费值 (other charges value) as the mark says
   */
  otherRate?: string
  /**
   * 杂费币制 (other charges currency), ISO 4217
   */
  otherCurr?: string
  /**
   * 件数 (number of packages)
   */
  packNo: string
  /**
   * 包装种类 (kind of packages), code
   */
  wrapType: string
  /**
   * 毛重 (gross weight), kg
   */
  grossWt: string
  /**
   * 净重 (net weight), kg
   */
  netWt: string
  /**
   * 随附单证 (accompanying documents)
   *
   * @maxItems 20
   */
  licenseDocus?: AccompanyingDocument[]
  /**
   * 集装箱 (containers)
   *
   * @maxItems 50
   */
  containers?: DeclaredContainer[]
  /**
   * 标记唛码 (marks), N/M if none
   */
  markNo: string
  /**
   * 备注 (remarks)
   */
  noteS?: string
  promises?: DeclarationPromises
  /**
   * 已在平台的单证 (documents that are at the hub already: referred to, not sent again)
   *
   * @maxItems 10
   */
  supporting?: SupportingDocument[]
  exportDeclaration?: ReferredExport
  /**
   * 表体 (body items)
   *
   * @minItems 1
   * @maxItems 50
   */
  items: CustomsDeclarationItem[]
}
export interface AccompanyingDocument {
  /**
   * 单证代码 (document code)
   */
  code: string
  /**
   * 单证编号 (document number)
   */
  certCode: string
}
export interface DeclaredContainer {
  /**
   * 集装箱号 (container number), ISO 6346
   */
  containerId: string
}
/**
 * 价格说明与承诺 (what the declarant says of the price and of the duty); every import has them
 */
export interface DeclarationPromises {
  /**
   * 特殊关系确认 (buyer and seller are related): 0 no, 1 yes, 9 does not apply
   */
  specialRelation: '0' | '1' | '9'
  /**
   * 价格影响确认 (the relation has influenced the price): 0 no, 1 yes, 9 does not apply
   */
  priceInfluence: '0' | '1' | '9'
  /**
   * 支付特许权使用费确认 (royalties are paid): 0 no, 1 yes, 9 does not apply
   */
  royalty: '0' | '1' | '9'
  /**
   * 公式定价确认 (the price follows a formula): 0 no, 1 yes, 9 does not apply
   */
  formulaPrice: '0' | '1' | '9'
  /**
   * 暂定价格确认 (the price is provisional): 0 no, 1 yes, 9 does not apply
   */
  provisionalPrice: '0' | '1' | '9'
  /**
   * 自报自缴 (the declarant assesses and pays the duty itself): 0 no, 1 yes, 9 does not apply
   */
  selfAssessed: '0' | '1' | '9'
}
/**
 * 单证 (document)
 */
export interface SupportingDocument {
  /**
   * 报文种类 (kind of that message)
   */
  kind: string
  /**
   * 发送方 (sender of that message), party
   */
  from: string
  /**
   * 报文编号 (id of that message)
   */
  id: string
  /**
   * 报文承诺值 (messageCommitment of that message), hex
   */
  commitment: string
}
/**
 * 对应的出口报关单 (the export declaration of the same goods, for imports): a declaration of this hub told to the sender
 */
export interface ReferredExport {
  /**
   * 发送方 (sender of that message), party
   */
  from: string
  /**
   * 报文编号 (id of that message)
   */
  id: string
  /**
   * 报文承诺值 (messageCommitment of that message), hex
   */
  commitment: string
}
/**
 * 表体商品项 (body item)
 */
export interface CustomsDeclarationItem {
  /**
   * 项号 (item number), 1 to 50 without gap
   */
  gNo: string
  /**
   * 商品编号 (tariff line), ten digits
   */
  codeTs: string
  /**
   * 检验检疫编码 (inspection suffix), three digits
   */
  ciqCode?: string
  /**
   * 商品名称 (goods name)
   */
  gName: string
  /**
   * 规格型号 (declaration elements), split by a vertical bar
   */
  gModel: string
  /**
   * 成交数量 (quantity sold)
   */
  gQty: string
  /**
   * 成交单位 (unit of the quantity sold), customs code
   */
  gUnit: string
  /**
   * 法定第一数量 (first statutory quantity)
   */
  firstQty: string
  /**
   * 法定第一单位 (first statutory unit), customs code
   */
  firstUnit: string
  /**
   * 法定第二数量 (second statutory quantity)
   */
  secondQty?: string
  /**
   * 法定第二单位 (second statutory unit), customs code
   */
  secondUnit?: string
  /**
   * 单价 (unit price)
   */
  declPrice: string
  /**
   * 总价 (item total)
   */
  declTotal: string
  /**
   * 币制 (currency), ISO 4217
   */
  tradeCurr: string
  /**
   * 原产国 (country of origin), ISO 3166 alpha-3 or a code of Chinese customs' own (ZZZ unknown)
   */
  originCountry: string
  /**
   * 最终目的国 (final destination), ISO 3166 alpha-3 or a code of Chinese customs' own (ZZZ unknown)
   */
  destinationCountry: string
  /**
   * 境内目的地、境内货源地 (destination of an import, origin of an export, within China), five digits
   */
  districtCode: string
  /**
   * 目的地、产地代码 (administrative division of destination or origin), six digits
   */
  destCode?: string
  /**
   * 征免 (duty treatment), code
   */
  dutyMode: string
}

// customs/ecommerce-list.v1.json
/**
 * 申报清单 (clearance list of cross-border e-commerce), names of CEB621 (import) and CEB603 (export): one order, by direct mail 9610 or from bond 1210.
 */
export interface EcommerceList {
  /**
   * 系统唯一序号 (number of the message in the sender's system)
   */
  guid: string
  /**
   * 报送时间 (time of reporting), yyyyMMddHHmmss in China
   */
  appTime: string
  /**
   * 订单编号 (number of the order)
   */
  orderNo: string
  /**
   * 电商平台代码 (platform), customs registration or social credit code
   */
  ebpCode: string
  /**
   * 电商平台名称 (name of the platform)
   */
  ebpName: string
  /**
   * 电商企业代码 (seller), customs registration or social credit code
   */
  ebcCode: string
  /**
   * 电商企业名称 (name of the seller)
   */
  ebcName: string
  /**
   * 物流运单编号 (number of the waybill)
   */
  logisticsNo: string
  /**
   * 物流企业代码 (logistics firm), customs registration or social credit code
   */
  logisticsCode: string
  /**
   * 物流企业名称 (name of the logistics firm)
   */
  logisticsName: string
  /**
   * 企业内部编号 (number in the declarant's books)
   */
  copNo?: string
  /**
   * 预录入编号 (number of the electronic port)
   */
  preNo?: string
  /**
   * 担保企业编号 (who guarantees the tax)
   */
  assureCode?: string
  /**
   * 账册编号 (book of the bonded warehouse), needed from bond
   */
  emsNo?: string
  /**
   * 清单编号 (number of the list, given by customs)
   */
  invtNo?: string
  /**
   * 进出口 (direction): I import, E export
   */
  ieFlag: 'I' | 'E'
  /**
   * 申报日期 (day of declaration) in China, yyyyMMdd
   */
  declTime?: string
  /**
   * 申报海关代码 (office of declaration), customs office
   */
  customsCode: string
  /**
   * 口岸海关代码 (office of entry or exit), customs office
   */
  portCode: string
  /**
   * 进出口日期 (day of entry or exit), yyyyMMdd
   */
  ieDate?: string
  /**
   * 申报业务类型 (of an export): A simplified, B summarised
   */
  statisticsFlag?: 'A' | 'B'
  /**
   * 订购人证件类型 (kind of identity document): 1 resident identity card, 2 other
   */
  buyerIdType?: '1' | '2'
  /**
   * 订购人证件号码 (number of the buyer's identity document)
   */
  buyerIdNumber?: string
  /**
   * 订购人姓名 (name of the buyer)
   */
  buyerName?: string
  /**
   * 订购人电话 (telephone of the buyer)
   */
  buyerTelephone?: string
  /**
   * 收件地址 (address of the consignee)
   */
  consigneeAddress?: string
  /**
   * 申报企业代码 (declarant), customs registration or social credit code
   */
  agentCode: string
  /**
   * 申报企业名称 (name of the declarant)
   */
  agentName: string
  /**
   * 生产销售单位代码 (producer or seller of an export), customs registration or social credit code
   */
  ownerCode?: string
  /**
   * 生产销售单位名称 (its name)
   */
  ownerName?: string
  /**
   * 区内企业代码 (firm in the zone, of an export from bond), customs registration or social credit code
   */
  iacCode?: string
  /**
   * 区内企业名称 (its name)
   */
  iacName?: string
  /**
   * 区内企业代码 (bonded warehouse), needed from bond, customs registration or social credit code
   */
  areaCode?: string
  /**
   * 区内企业名称 (name of the bonded warehouse)
   */
  areaName?: string
  /**
   * 贸易方式 (supervision mode): 9610 direct mail, 1210 and 1239 from bond, 9710 and 9810 exports between firms
   */
  tradeMode: string
  /**
   * 运输方式 (mode of transport), code
   */
  trafMode: string
  /**
   * 运输工具编号 (means of transport), needed by direct mail
   */
  trafNo?: string
  /**
   * 运输工具名称 (means of transport of an export)
   */
  trafName?: string
  /**
   * 航班航次号 (voyage), needed by direct mail
   */
  voyageNo?: string
  /**
   * 提运单号 (bill of lading or waybill), needed by direct mail
   */
  billNo?: string
  /**
   * 总包号 (master bag of an export)
   */
  totalPackageNo?: string
  /**
   * 监管场所代码 (supervised place)
   */
  loctNo?: string
  /**
   * 许可证件号 (licence)
   */
  licenseNo?: string
  /**
   * 起运国 or 运抵国 (country of departure, of arrival for an export), code of customs (three digits) or ISO 3166 alpha-3
   */
  country: string
  /**
   * 指运港代码 (port of destination of an export)
   */
  POD?: string
  /**
   * 运费 (freight that the logistics firm took)
   */
  freight: string
  /**
   * 运费币制 (currency of the freight of an export)
   */
  fCurrency?: string
  /**
   * 运费标志 (of an export): 1 rate, 2 per unit, 3 total
   */
  fFlag?: '1' | '2' | '3'
  /**
   * 保费 (insurance that the logistics firm took)
   */
  insuredFee: string
  /**
   * 保费币制 (currency of the insurance of an export)
   */
  iCurrency?: string
  /**
   * 保费标志 (of an export): 1 rate, 2 per unit, 3 total
   */
  iFlag?: '1' | '2' | '3'
  /**
   * 币制 (currency), customs code: 142 is CNY
   */
  currency?: string
  /**
   * 包装种类 (kind of packages), code
   */
  wrapType?: string
  /**
   * 件数 (parcels)
   */
  packNo: string
  /**
   * 毛重 (gross weight), kg
   */
  grossWeight: string
  /**
   * 净重 (net weight), kg
   */
  netWeight: string
  /**
   * 备注 (remarks)
   */
  note?: string
  /**
   * 清单商品 (goods), numbered as in the order
   *
   * @minItems 1
   * @maxItems 99
   */
  items: EcommerceListItem[]
}
/**
 * 清单商品 (goods), numbered as in the order
 */
export interface EcommerceListItem {
  /**
   * 商品项号 (number of the line), from 1 without gap
   */
  gnum: string
  /**
   * 账册备案料号 (number in the book of the bonded warehouse), needed from bond
   */
  itemRecordNo?: string
  /**
   * 企业商品货号 (article number of the seller)
   */
  itemNo?: string
  /**
   * 企业商品品名 (name of the article)
   */
  itemName?: string
  /**
   * 商品编码 (tariff line)
   */
  gcode: string
  /**
   * 商品名称 (name of the goods), as in the order
   */
  gname: string
  /**
   * 规格型号 (specification)
   */
  gmodel: string
  /**
   * 条码 (bar code)
   */
  barCode?: string
  /**
   * 原产国 (country of origin), of destination for an export, code of customs (three digits) or ISO 3166 alpha-3
   */
  country: string
  /**
   * 贸易国 (country traded with), code of customs (three digits) or ISO 3166 alpha-3
   */
  tradeCountry?: string
  /**
   * 币制 (currency), customs code
   */
  currency: string
  /**
   * 数量 (quantity)
   */
  qty: string
  /**
   * 计量单位 (unit)
   */
  unit: string
  /**
   * 第一法定数量 (first statutory quantity)
   */
  qty1: string
  /**
   * 第一法定计量单位 (its unit)
   */
  unit1: string
  /**
   * 第二法定数量 (second statutory quantity)
   */
  qty2?: string
  /**
   * 第二法定计量单位 (its unit)
   */
  unit2?: string
  /**
   * 单价 (price)
   */
  price: string
  /**
   * 总价 (total of the line)
   */
  totalPrice: string
  /**
   * 备注 (remarks)
   */
  note?: string
}

// customs/ecommerce-logistics.v1.json
/**
 * 物流运单 (waybill of an order of cross-border e-commerce), names of CEB511 (import) and CEB505 (export).
 */
export interface EcommerceLogistics {
  /**
   * 系统唯一序号 (number of the message in the sender's system)
   */
  guid: string
  /**
   * 报送类型 (what it does): 1 new, 2 replaces what was filed under the same number, 3 withdraws it
   */
  appType: '1' | '2' | '3'
  /**
   * 报送时间 (time of reporting), yyyyMMddHHmmss in China
   */
  appTime: string
  /**
   * 订单类型 (kind of order carried): I import, E export
   */
  orderType: 'I' | 'E'
  /**
   * 物流企业代码 (logistics firm), customs registration or social credit code
   */
  logisticsCode: string
  /**
   * 物流企业名称 (name of the logistics firm)
   */
  logisticsName: string
  /**
   * 物流运单编号 (number of the waybill), unique at its firm
   */
  logisticsNo: string
  /**
   * 提运单号 (bill of lading, master air waybill or truck manifest)
   */
  billNo?: string
  /**
   * 订单编号 (number of the order carried)
   */
  orderNo?: string
  /**
   * 电商企业代码 (seller), of an export, customs registration or social credit code
   */
  ebcCode?: string
  /**
   * 电商企业名称 (name of the seller), of an export
   */
  ebcName?: string
  /**
   * 运费 (freight), 0 if none
   */
  freight?: string
  /**
   * 保价费 (insurance), 0 if none
   */
  insuredFee?: string
  /**
   * 币制 (currency), customs code: 142 is CNY
   */
  currency: string
  /**
   * 毛重 (gross weight), kg
   */
  weight: string
  /**
   * 件数 (parcels)
   */
  packNo: string
  /**
   * 主要货物信息 (what is carried)
   */
  goodsInfo?: string
  /**
   * 收货人姓名 (name of the consignee)
   */
  consignee?: string
  /**
   * 收货地址 (address of the consignee)
   */
  consigneeAddress?: string
  /**
   * 收货人电话 (telephone of the consignee)
   */
  consigneeTelephone?: string
  /**
   * 备注 (remarks)
   */
  note?: string
}

// customs/ecommerce-order.v1.json
/**
 * 电子订单 (order of cross-border e-commerce), names of CEB311 (import) and CEB303 (export). Amounts and quantities are decimal strings.
 */
export interface EcommerceOrder {
  /**
   * 系统唯一序号 (number of the message in the sender's system)
   */
  guid: string
  /**
   * 报送类型 (what it does): 1 new, 2 replaces what was filed under the same number, 3 withdraws it
   */
  appType: '1' | '2' | '3'
  /**
   * 报送时间 (time of reporting), yyyyMMddHHmmss in China
   */
  appTime: string
  /**
   * 订单类型 (kind of order): I import, E export
   */
  orderType: 'I' | 'E'
  /**
   * 订单编号 (number of the order), unique on its platform
   */
  orderNo: string
  /**
   * 电商平台代码 (platform), customs registration or social credit code
   */
  ebpCode: string
  /**
   * 电商平台名称 (name of the platform)
   */
  ebpName: string
  /**
   * 电商企业代码 (seller), customs registration or social credit code
   */
  ebcCode: string
  /**
   * 电商企业名称 (name of the seller)
   */
  ebcName: string
  /**
   * 商品价格 (value of the goods), what was agreed, paid in money or not
   */
  goodsValue: string
  /**
   * 运杂费 (freight and charges not in the price), 0 if none
   */
  freight: string
  /**
   * 非现金抵扣金额 (paid in points or vouchers), 0 if none
   */
  discount?: string
  /**
   * 代扣税款 (tax withheld), 0 if none
   */
  taxTotal?: string
  /**
   * 实际支付金额 (paid): value, freight and tax less what was paid otherwise
   */
  acturalPaid?: string
  /**
   * 币制 (currency), customs code: 142 is CNY
   */
  currency: string
  /**
   * 订购人注册号 (number of the buyer on the platform)
   */
  buyerRegNo?: string
  /**
   * 订购人姓名 (name of the buyer)
   */
  buyerName?: string
  /**
   * 订购人电话 (telephone of the buyer)
   */
  buyerTelephone?: string
  /**
   * 订购人证件类型 (kind of identity document): 1 resident identity card, 2 other
   */
  buyerIdType?: '1' | '2'
  /**
   * 订购人证件号码 (number of the buyer's identity document)
   */
  buyerIdNumber?: string
  /**
   * 支付企业代码 (payment institution), customs registration or social credit code
   */
  payCode?: string
  /**
   * 支付企业名称 (name of the payment institution)
   */
  payName?: string
  /**
   * 支付交易编号 (number of the payment)
   */
  payTransactionId?: string
  /**
   * 商品批次号 (batch of the goods)
   */
  batchNumbers?: string
  /**
   * 收货人姓名 (name of the consignee)
   */
  consignee?: string
  /**
   * 收货人电话 (telephone of the consignee)
   */
  consigneeTelephone?: string
  /**
   * 收货地址 (address of the consignee)
   */
  consigneeAddress?: string
  /**
   * 收货地址行政区划代码 (district of the consignee), GB/T 2260
   */
  consigneeDistrict?: string
  /**
   * 备注 (remarks)
   */
  note?: string
  /**
   * 订单商品 (goods ordered)
   *
   * @minItems 1
   * @maxItems 99
   */
  items: EcommerceOrderItem[]
}
/**
 * 订单商品 (goods ordered)
 */
export interface EcommerceOrderItem {
  /**
   * 商品项号 (number of the line), from 1 without gap
   */
  gnum: string
  /**
   * 企业商品货号 (article number of the seller)
   */
  itemNo?: string
  /**
   * 企业商品名称 (name of the article)
   */
  itemName: string
  /**
   * 商品编号 (tariff line), if the platform knows it; it must then be that of the list
   */
  gcode?: string
  /**
   * 规格型号 (specification)
   */
  gmodel?: string
  /**
   * 企业商品描述 (description on the platform)
   */
  itemDescribe?: string
  /**
   * 条形码 (bar code)
   */
  barCode?: string
  /**
   * 计量单位 (unit)
   */
  unit: string
  /**
   * 数量 (quantity)
   */
  qty: string
  /**
   * 单价 (price), 0 for a gift
   */
  price: string
  /**
   * 总价 (total of the line)
   */
  totalPrice: string
  /**
   * 币制 (currency), customs code
   */
  currency: string
  /**
   * 原产国 (country of origin), code of customs (three digits) or ISO 3166 alpha-3
   */
  country?: string
  /**
   * 备注 (remarks)
   */
  note?: string
}

// customs/ecommerce-payment.v1.json
/**
 * 支付凭证 (payment of an order of cross-border e-commerce), names of CEB411 (import); a receipt CEB403 (export) is told by the same names.
 */
export interface EcommercePayment {
  /**
   * 系统唯一序号 (number of the message in the sender's system)
   */
  guid: string
  /**
   * 报送类型 (what it does): 1 new, 2 replaces what was filed under the same number, 3 withdraws it
   */
  appType: '1' | '2' | '3'
  /**
   * 报送时间 (time of reporting), yyyyMMddHHmmss in China
   */
  appTime: string
  /**
   * 订单类型 (kind of order paid): I import, E export
   */
  orderType: 'I' | 'E'
  /**
   * 支付企业代码 (payment institution), customs registration or social credit code
   */
  payCode: string
  /**
   * 支付企业名称 (name of the payment institution)
   */
  payName: string
  /**
   * 支付交易编号 (number of the payment), unique at its institution
   */
  payTransactionId: string
  /**
   * 订单编号 (number of the order paid)
   */
  orderNo: string
  /**
   * 电商平台代码 (platform), customs registration or social credit code
   */
  ebpCode: string
  /**
   * 电商平台名称 (name of the platform)
   */
  ebpName: string
  /**
   * 电商企业代码 (seller), of an export, customs registration or social credit code
   */
  ebcCode?: string
  /**
   * 电商企业名称 (name of the seller), of an export
   */
  ebcName?: string
  /**
   * 支付人证件类型 (kind of identity document): 1 resident identity card, 2 other
   */
  payerIdType?: '1' | '2'
  /**
   * 支付人证件号码 (number of the payer's identity document)
   */
  payerIdNumber?: string
  /**
   * 支付人姓名 (name of the payer)
   */
  payerName?: string
  /**
   * 支付人电话 (telephone of the payer)
   */
  telephone?: string
  /**
   * 支付金额 (amount paid)
   */
  amountPaid: string
  /**
   * 币制 (currency), customs code: 142 is CNY
   */
  currency: string
  /**
   * 支付时间 (time of payment), yyyyMMddHHmmss in China
   */
  payTime: string
  /**
   * 备注 (remarks)
   */
  note?: string
}

// customs/ecommerce-status.v1.json
/**
 * 清单状态 (what customs has done with a clearance list), names of CEB622: released, rejected, cancelled; or goods that came back, CEB625.
 */
export interface EcommerceStatus {
  /**
   * 订单编号 (number of the order)
   */
  orderNo: string
  /**
   * 电商平台代码 (platform), customs registration or social credit code
   */
  ebpCode: string
  /**
   * 清单编号 (number of the list), given with the release
   */
  invtNo?: string
  /**
   * 审核结果 (outcome): RELEASED 放行, REJECTED 退单, CANCELLED 撤销, RETURNED 退货
   */
  outcome: 'RELEASED' | 'REJECTED' | 'CANCELLED' | 'RETURNED'
  /**
   * 回执时间 (time of the outcome), yyyyMMddHHmmssSSS in China
   */
  returnTime: string
  /**
   * 回执信息 (why), needed with REJECTED
   */
  returnInfo?: string
  /**
   * 退货申请日期 (day the return was applied for) in China, needed with RETURNED, yyyyMMdd
   */
  appliedOn?: string
  /**
   * 退货商品 (goods that came back); absent: all that is left
   *
   * @minItems 1
   * @maxItems 99
   */
  returned?: EcommerceReturnedItem[]
}
/**
 * 退货商品 (goods that came back)
 */
export interface EcommerceReturnedItem {
  /**
   * 商品项号 (number of the line), from 1 without gap
   */
  gnum: string
  /**
   * 数量 (quantity), in the unit of the list
   */
  qty: string
}

// customs/freight-bill.v1.json
/**
 * 运费账单 (freight bill) of a carrier or forwarder: it can be paid up to its total, by whichever bank, once.
 */
export interface FreightBill {
  /**
   * 动作 (act): issue, or withdraw what was issued
   */
  act: 'issue' | 'withdraw'
  /**
   * 账单编号 (number of the bill), unique with the carrier in upper and lower case alike
   */
  billNo: string
  /**
   * 货物唯一参考号 (unique consignment reference), WCO
   */
  ucr?: string
  /**
   * 提运单号 (bill of lading or waybill)
   */
  transportDocument?: string
  /**
   * 付款人统一社会信用代码 (who owes it, social credit code)
   */
  payerScc?: string
  /**
   * 付款人名称 (who owes it, name)
   */
  payerName?: string
  /**
   * 开具日期 (day of issue)
   */
  issueDate?: string
  /**
   * 付款到期日 (day by which it is to be paid)
   */
  dueDate?: string
  /**
   * 币制 (currency), ISO 4217
   */
  currency?: string
  /**
   * 费用 (charges)
   *
   * @minItems 1
   * @maxItems 50
   */
  charges?: FreightCharge[]
  /**
   * 总金额 (total): the sum of the charges
   */
  total?: string
}
export interface FreightCharge {
  /**
   * 费用种类 (kind of charge)
   */
  code: 'FREIGHT' | 'FUEL' | 'INSURANCE' | 'HANDLING' | 'DEMURRAGE' | 'DOCUMENTS' | 'OTHER'
  /**
   * 金额 (amount)
   */
  amount: string
  /**
   * 说明 (text)
   */
  text?: string
}

// customs/goods-payment.v1.json
/**
 * 付汇核验 (payment against goods): reserved against import declarations and freight bills, paid, returned. Answers say whether the balance suffices, never who else drew on it.
 */
export interface GoodsPayment {
  /**
   * 动作 (act): reserve holds the amounts, pay makes them firm, reverse gives back what was returned
   */
  act: 'reserve' | 'pay' | 'reverse'
  /**
   * 付汇业务编号 (payment number), unique with the bank
   */
  paymentId: string
  /**
   * 付款人统一社会信用代码 (payer, social credit code): the consignee of the declarations, who owes the freight bills
   */
  payerScc?: string
  /**
   * 付款人名称 (payer, name)
   */
  payerName?: string
  /**
   * 币制 (currency), ISO 4217; that of every declaration and bill paid
   */
  currency?: string
  /**
   * 汇款申请书编号 (reference of the remittance application)
   */
  remitRef?: string
  /**
   * 预占截止 (until when the reservation holds), RFC 3339 UTC
   */
  reserveUntil?: string
  /**
   * 汇款端到端标识 (UETR of the transfer, pacs.008) that pays
   */
  uetr?: string
  /**
   * 进口报关单 (import declarations) and what of each is meant
   *
   * @minItems 1
   * @maxItems 50
   */
  declarations?: PaidDeclaration[]
  /**
   * 运费账单 (freight bills) and what of each is meant
   *
   * @minItems 1
   * @maxItems 50
   */
  freightBills?: PaidFreightBill[]
}
export interface PaidDeclaration {
  /**
   * 海关编号 (customs declaration number)
   */
  entryId: string
  /**
   * 金额 (amount) against this declaration
   */
  amount: string
}
export interface PaidFreightBill {
  /**
   * 承运人 (carrier or forwarder that sent the bill), party
   */
  carrier: string
  /**
   * 账单编号 (number of the bill)
   */
  billNo: string
  /**
   * 金额 (amount) against this bill
   */
  amount: string
}

// customs/match.v1.json
/**
 * 单证比对 (match of documents): a customs authority says how the documents of a consignment agree; the hub works it out again and takes no report that the documents do not give.
 */
export interface CustomsMatch {
  /**
   * 货物唯一参考号 (unique consignment reference), WCO
   */
  ucr: string
  /**
   * 单据 (documents compared), as the hub has them
   *
   * @minItems 1
   * @maxItems 4
   */
  documents: MatchedDocument[]
  report: MatchReport
}
/**
 * 报文 (a document as the hub has it)
 */
export interface MatchedDocument {
  /**
   * 单据 (which document it is)
   */
  document: 'exportDeclaration' | 'importDeclaration' | 'invoice' | 'packingList'
  /**
   * 报文种类 (kind)
   */
  kind: 'customs.declaration' | 'customs.wco-declaration' | 'tradefinance.invoice' | 'customs.packing-list'
  /**
   * 发送方 (sender)
   */
  from: string
  /**
   * 报文编号 (id of the message)
   */
  id: string
  /**
   * 报文承诺值 (messageCommitment), hex
   */
  commitment: string
  /**
   * 修改 (amendments by customs that are put into the declaration), from version 2 on, each once; none for a declaration as filed
   *
   * @minItems 1
   * @maxItems 100
   */
  amendments?: MatchedAmendment[]
}
/**
 * 修改报文 (a customs.amendment as the hub has it)
 */
export interface MatchedAmendment {
  /**
   * 修改后版本 (version after the amendment)
   */
  version: number
  /**
   * 发送方 (sender)
   */
  from: string
  /**
   * 报文编号 (id of the message)
   */
  id: string
  /**
   * 报文承诺值 (messageCommitment), hex
   */
  commitment: string
}
/**
 * 比对报告 (report): what agrees, what does not, and why
 */
export interface MatchReport {
  /**
   * 结论 (verdict)
   */
  verdict: 'match' | 'tolerable' | 'mismatch' | 'unknown'
  /**
   * 得分 (score): agreed of compared in percent, rounded down; says nothing of how grave a mismatch is
   */
  score: number
  /**
   * 比对数 (comparisons)
   */
  compared: number
  /**
   * 一致数 (of them agreed, within tolerance or explained)
   */
  agreed: number
  /**
   * 单据 (documents compared), each with the version that was compared
   *
   * @maxItems 4
   */
  documents: ComparedDocument[]
  /**
   * 缺失 (documents needed or named that are not there or withheld)
   *
   * @maxItems 4
   *
   * Items: 单据 (document)
   */
  missing: ('exportDeclaration' | 'importDeclaration' | 'invoice' | 'packingList')[]
  /**
   * 配对 (lines of two documents that were compared with one another)
   *
   * @maxItems 4000
   */
  pairs: MatchedPair[]
  /**
   * 不一致 (mismatches)
   *
   * @maxItems 8000
   */
  mismatches: Mismatch[]
  /**
   * 可接受差异 (differences within a tolerance or explained by stated charges)
   *
   * @maxItems 8000
   */
  accepted: AcceptedDifference[]
  /**
   * 未比对 (fields that cannot be compared: other script, other unit, charges not stated)
   *
   * @maxItems 8000
   */
  notCompared: NotCompared[]
}
/**
 * 比对单据 (a document compared, in this version)
 */
export interface ComparedDocument {
  /**
   * 单据 (document)
   */
  document: 'exportDeclaration' | 'importDeclaration' | 'invoice' | 'packingList'
  /**
   * 版本 (version): 1 as it was sent; each amendment by customs that was put in counts up
   */
  version: number
}
export interface MatchedPair {
  /**
   * 单据 (document)
   */
  left: 'exportDeclaration' | 'importDeclaration' | 'invoice' | 'packingList'
  /**
   * 单据 (document)
   */
  right: 'exportDeclaration' | 'importDeclaration' | 'invoice' | 'packingList'
  /**
   * 左侧行 (lines of the left document), JSON Pointers
   *
   * @minItems 1
   * @maxItems 1000
   *
   * Items: 行 (line)
   */
  leftLines: string[]
  /**
   * 右侧行 (lines of the right document), JSON Pointers
   *
   * @minItems 1
   * @maxItems 1000
   *
   * Items: 行 (line)
   */
  rightLines: string[]
  /**
   * 依据 (what they were paired by)
   */
  by:
    | 'LINE'
    | 'HS_QUANTITY_AMOUNT'
    | 'HS_QUANTITY'
    | 'HS_AMOUNT'
    | 'HS'
    | 'HS_MERGED'
    | 'QUANTITY_AMOUNT'
    | 'QUANTITY'
    | 'AMOUNT'
    | 'DESCRIPTION'
    | 'LAST'
}
/**
 * 不一致 (one mismatch)
 */
export interface Mismatch {
  /**
   * 字段 (field)
   */
  field:
    | 'ucr'
    | 'invoiceNumber'
    | 'contractNumber'
    | 'consignor'
    | 'consignorId'
    | 'consignee'
    | 'consigneeId'
    | 'departureCountry'
    | 'arrivalCountry'
    | 'packages'
    | 'grossMass'
    | 'netMass'
    | 'container'
    | 'currency'
    | 'terms'
    | 'total'
    | 'freight'
    | 'insurance'
    | 'item'
    | 'hs'
    | 'origin'
    | 'quantity'
    | 'itemGrossMass'
    | 'amount'
  /**
   * 规则 (rule), a code of the match codes
   */
  rule: string
  /**
   * 严重 (hard): decides the verdict
   */
  hard: boolean
  /**
   * 容差 (tolerance)
   */
  tolerance?: string
  left: MismatchLeft
  right: MismatchRight
}
/**
 * 单据中的值 (what one document says): goods in `value`, prices and names in `commercial`
 */
export interface MismatchLeft {
  /**
   * 单据 (document)
   */
  document: 'exportDeclaration' | 'importDeclaration' | 'invoice' | 'packingList'
  /**
   * 位置 (place in it), JSON Pointer
   */
  path: string
  /**
   * 值 (value) of goods, quantities, routes
   */
  value?: string
  /**
   * 值 (value) of prices, names, contracts
   */
  commercial?: string
}
/**
 * 单据中的值 (what one document says): goods in `value`, prices and names in `commercial`
 */
export interface MismatchRight {
  /**
   * 单据 (document)
   */
  document: 'exportDeclaration' | 'importDeclaration' | 'invoice' | 'packingList'
  /**
   * 位置 (place in it), JSON Pointer
   */
  path: string
  /**
   * 值 (value) of goods, quantities, routes
   */
  value?: string
  /**
   * 值 (value) of prices, names, contracts
   */
  commercial?: string
}
/**
 * 可接受差异 (one accepted difference)
 */
export interface AcceptedDifference {
  /**
   * 字段 (field)
   */
  field:
    | 'ucr'
    | 'invoiceNumber'
    | 'contractNumber'
    | 'consignor'
    | 'consignorId'
    | 'consignee'
    | 'consigneeId'
    | 'departureCountry'
    | 'arrivalCountry'
    | 'packages'
    | 'grossMass'
    | 'netMass'
    | 'container'
    | 'currency'
    | 'terms'
    | 'total'
    | 'freight'
    | 'insurance'
    | 'item'
    | 'hs'
    | 'origin'
    | 'quantity'
    | 'itemGrossMass'
    | 'amount'
  /**
   * 规则 (rule), a code of the match codes
   */
  rule: string
  /**
   * 容差 (tolerance)
   */
  tolerance?: string
  /**
   * 费用 (stated freight and insurance that explain it)
   */
  charges?: string
  left: AcceptedDifferenceLeft
  right: AcceptedDifferenceRight
}
/**
 * 单据中的值 (what one document says): goods in `value`, prices and names in `commercial`
 */
export interface AcceptedDifferenceLeft {
  /**
   * 单据 (document)
   */
  document: 'exportDeclaration' | 'importDeclaration' | 'invoice' | 'packingList'
  /**
   * 位置 (place in it), JSON Pointer
   */
  path: string
  /**
   * 值 (value) of goods, quantities, routes
   */
  value?: string
  /**
   * 值 (value) of prices, names, contracts
   */
  commercial?: string
}
/**
 * 单据中的值 (what one document says): goods in `value`, prices and names in `commercial`
 */
export interface AcceptedDifferenceRight {
  /**
   * 单据 (document)
   */
  document: 'exportDeclaration' | 'importDeclaration' | 'invoice' | 'packingList'
  /**
   * 位置 (place in it), JSON Pointer
   */
  path: string
  /**
   * 值 (value) of goods, quantities, routes
   */
  value?: string
  /**
   * 值 (value) of prices, names, contracts
   */
  commercial?: string
}
export interface NotCompared {
  /**
   * 字段 (field)
   */
  field:
    | 'ucr'
    | 'invoiceNumber'
    | 'contractNumber'
    | 'consignor'
    | 'consignorId'
    | 'consignee'
    | 'consigneeId'
    | 'departureCountry'
    | 'arrivalCountry'
    | 'packages'
    | 'grossMass'
    | 'netMass'
    | 'container'
    | 'currency'
    | 'terms'
    | 'total'
    | 'freight'
    | 'insurance'
    | 'item'
    | 'hs'
    | 'origin'
    | 'quantity'
    | 'itemGrossMass'
    | 'amount'
  /**
   * 原因 (why), a code of the match codes
   */
  rule: string
  left: NotComparedLeft
  right: NotComparedRight
}
/**
 * 单据中的值 (what one document says): goods in `value`, prices and names in `commercial`
 */
export interface NotComparedLeft {
  /**
   * 单据 (document)
   */
  document: 'exportDeclaration' | 'importDeclaration' | 'invoice' | 'packingList'
  /**
   * 位置 (place in it), JSON Pointer
   */
  path: string
  /**
   * 值 (value) of goods, quantities, routes
   */
  value?: string
  /**
   * 值 (value) of prices, names, contracts
   */
  commercial?: string
}
/**
 * 单据中的值 (what one document says): goods in `value`, prices and names in `commercial`
 */
export interface NotComparedRight {
  /**
   * 单据 (document)
   */
  document: 'exportDeclaration' | 'importDeclaration' | 'invoice' | 'packingList'
  /**
   * 位置 (place in it), JSON Pointer
   */
  path: string
  /**
   * 值 (value) of goods, quantities, routes
   */
  value?: string
  /**
   * 值 (value) of prices, names, contracts
   */
  commercial?: string
}

// customs/packing-list.v1.json
/**
 * 装箱单 (packing list): what is in which package, by lines of the invoice.
 */
export interface PackingList {
  /**
   * 装箱单号 (number)
   */
  packingListNumber: string
  /**
   * 开具日期 (day of issue)
   */
  issueDate: string
  /**
   * 货物唯一参考号 (unique consignment reference), WCO
   */
  ucr?: string
  invoice: PackedInvoice
  /**
   * 合同号 (contract number)
   */
  contractNumber?: string
  /**
   * 提运单号 (bill of lading or waybill)
   */
  transportDocument?: string
  /**
   * 发货人名称 (consignor, name)
   */
  consignorName?: string
  /**
   * 发货人统一社会信用代码 (consignor, social credit code)
   */
  consignorScc?: string
  /**
   * 收货人名称 (consignee, name)
   */
  consigneeName?: string
  /**
   * 集装箱 (containers)
   *
   * @maxItems 100
   */
  containers?: PackedContainer[]
  /**
   * 包装 (packages): rows of like packages
   *
   * @minItems 1
   * @maxItems 200
   */
  packages: PackedPackage[]
  /**
   * 总件数 (packages altogether)
   */
  totalPackages: string
  /**
   * 总毛重 (gross weight altogether), kg
   */
  totalGrossKg: string
  /**
   * 总净重 (net weight altogether), kg
   */
  totalNetKg: string
}
/**
 * 发票 (invoice) that the lines are of: its number, and the message if the hub has it
 */
export interface PackedInvoice {
  /**
   * 发票号 (invoice number)
   */
  number: string
  /**
   * 发送方 (party that sent the invoice to the hub)
   */
  from?: string
  /**
   * 报文编号 (id of that message)
   */
  id?: string
}
export interface PackedContainer {
  /**
   * 集装箱号 (container number), ISO 6346
   */
  containerId: string
}
export interface PackedPackage {
  /**
   * 序号 (row), from 1 without gap
   */
  seq: string
  /**
   * 包装种类 (kind of package), UN/ECE Recommendation 21
   */
  type: string
  /**
   * 件数 (number of packages in this row)
   */
  count: string
  /**
   * 唛头 (marks and numbers)
   */
  marks?: string
  /**
   * 集装箱号 (container it is in)
   */
  containerId?: string
  /**
   * 长 (length of one package), cm
   */
  lengthCm?: string
  /**
   * 宽 (width of one package), cm
   */
  widthCm?: string
  /**
   * 高 (height of one package), cm
   */
  heightCm?: string
  /**
   * 毛重 (gross weight of the row), kg
   */
  grossKg: string
  /**
   * 净重 (net weight of the row), kg
   */
  netKg: string
  /**
   * 内容 (contents) by line of the invoice
   *
   * @minItems 1
   * @maxItems 50
   */
  contents: PackedContent[]
}
export interface PackedContent {
  /**
   * 发票行号 (line of the invoice), 1 to 200
   */
  line: string
  /**
   * 商品编码 (HS), 6 to 10 digits
   */
  hsCode?: string
  /**
   * 品名 (description)
   */
  description?: string
  /**
   * 数量 (quantity) in this row of packages
   */
  quantity: string
  /**
   * 单位 (unit), UN/ECE Recommendation 20
   */
  unit: string
}

// customs/release.v1.json
/**
 * 放行通知 (release): signed by the customs authority the declaration was filed with; from now on the total of an export can be financed, that of an import paid.
 */
export interface CustomsRelease {
  /**
   * 海关编号 (customs declaration number): office, year, direction, serial
   */
  entryId: string
  /**
   * 放行时间 (time of release), RFC 3339 UTC
   */
  releasedAt: string
  /**
   * 放行海关 (releasing office), code
   */
  customMaster?: string
  /**
   * 境内收发货人统一社会信用代码 (consignor or consignee in China); if given, it must be that of the declaration
   */
  tradeCoScc?: string
  declared?: ReleasedTotal
  /**
   * 是否查验 (whether the goods were inspected)
   */
  inspected?: boolean
  /**
   * 滞报天数 (days by which an import was declared late: after the fourteenth day from the date of import); required when the dates of the declaration say so, and fewer when days of rest prolonged the term
   */
  lateDays?: number
  /**
   * 备注 (remarks)
   */
  note?: string
}
/**
 * 申报总价 (declared total); if given, it must be that of the declaration
 */
export interface ReleasedTotal {
  /**
   * 申报总价 (declared total); if given, it must be that of the declaration, decimal string
   */
  amount: string
  /**
   * 币制 (currency), ISO 4217
   */
  currency: string
}

// customs/request.v1.json
/**
 * 修撤单申请 (request for an amendment or a cancellation): signed by the declarant or its agent. Customs grants it by a customs.amendment or customs.cancellation that names it, or refuses it by a customs.status.
 */
export interface CustomsRequest {
  /**
   * 海关编号 (customs declaration number): office, year, direction, serial
   */
  entryId: string
  /**
   * 版本 (version of the declaration the request is about)
   */
  version: number
  /**
   * 申请事项 (what is asked for): AMEND 修改, CANCEL 撤销
   */
  act: 'AMEND' | 'CANCEL'
  /**
   * 修改或撤销原因代码 (reason): SHORT_SHIPPED goods of a released export left out or moved to another conveyance; QUANTITY_CHANGED more, less, lost or damaged on the way; OTHER_FORMALITIES other formalities (duty refund, security) need it; PRICE_SETTLED a provisional price is settled; DIRECT_RETURN an import is returned directly; SYSTEM_FAULT a fault of a computer or network; CLERICAL_ERROR a slip of the declarant; CUSTOMS_FINDING customs found it; OTHER as the text says
   */
  reasonCode:
    | 'SHORT_SHIPPED'
    | 'QUANTITY_CHANGED'
    | 'OTHER_FORMALITIES'
    | 'PRICE_SETTLED'
    | 'DIRECT_RETURN'
    | 'SYSTEM_FAULT'
    | 'CLERICAL_ERROR'
    | 'CUSTOMS_FINDING'
    | 'OTHER'
  /**
   * 申请原因 (reason)
   */
  reason: string
  newTotal?: RequestedTotal
  /**
   * 申请修改内容 (fields to be changed), for AMEND
   *
   * @minItems 1
   * @maxItems 100
   */
  changes?: RequestedChange[]
}
/**
 * 修改后总价 (declared total after the amendment)
 */
export interface RequestedTotal {
  /**
   * 修改后总价 (declared total after the amendment), decimal string
   */
  amount: string
  /**
   * 币制 (currency), ISO 4217
   */
  currency: string
}
export interface RequestedChange {
  /**
   * 字段 (field), JSON Pointer into the declaration
   */
  path: string
  /**
   * 修改前 (value before)
   */
  from?: string
  /**
   * 修改后 (value after)
   */
  to: string
}

// customs/response.v1.json
/**
 * 海关答复 (customs response): the partner customs answers the export declaration it was sent. Modelled on the business response of the ASEAN Customs Declaration Document; the names of the outcomes are this hub's own. The envelope names the declaration's message in re and is addressed to the declarant and to the customs the declaration was filed with.
 */
export interface CustomsResponse {
  /**
   * 海关编号 (number of the export declaration): office, year, direction, serial
   */
  entryId: string
  /**
   * 答复结果 (outcome): RECEIVED 已接收, ACCEPTED 已接受 (data good for risk assessment), QUERIED 有疑问, REJECTED 不接受, CLEARED 进口放行; after REJECTED or CLEARED there is no further answer
   */
  outcome: 'RECEIVED' | 'ACCEPTED' | 'QUERIED' | 'REJECTED' | 'CLEARED'
  /**
   * 答复时间 (time of the answer), RFC 3339 UTC
   */
  respondedAt: string
  /**
   * 答复海关 (answering office), code of its own country
   */
  office?: string
  /**
   * 进口报关单号 (import declaration number) or other reference of the answering customs
   */
  referenceNo?: string
  /**
   * 说明 (remarks), coded, with text where a code does not say enough
   *
   * @minItems 1
   * @maxItems 20
   */
  remarks?: ResponseRemark[]
  /**
   * 不符项 (what does not agree with the declaration)
   *
   * @minItems 1
   * @maxItems 50
   */
  mismatches?: DeclarationMismatch[]
}
/**
 * 一条说明 (one remark)
 */
export interface ResponseRemark {
  /**
   * 说明代码 (code): DOCUMENT_WANTED 需补单证, INSPECTION 需查验, GOODS_NOT_ARRIVED 货物未到, CLASSIFICATION 归类, VALUATION 估价, ORIGIN 原产地, PROHIBITED 禁限, OTHER 其他 (text required)
   */
  code:
    | 'DOCUMENT_WANTED'
    | 'INSPECTION'
    | 'GOODS_NOT_ARRIVED'
    | 'CLASSIFICATION'
    | 'VALUATION'
    | 'ORIGIN'
    | 'PROHIBITED'
    | 'OTHER'
  /**
   * 文字说明 (text)
   */
  text?: string
}
/**
 * 一个不符项 (one mismatch)
 */
export interface DeclarationMismatch {
  /**
   * 字段 (field), JSON Pointer into the declaration
   */
  path: string
  /**
   * 不符类型 (kind): DIFFERS 不一致 (declared and found required), MISSING 缺失, SHORTAGE 短少, EXCESS 溢出, NOT_PERMITTED 不允许
   */
  code: 'DIFFERS' | 'MISSING' | 'SHORTAGE' | 'EXCESS' | 'NOT_PERMITTED'
  /**
   * 申报值 (what the declaration says)
   */
  declared?: string
  /**
   * 核实值 (what was found)
   */
  found?: string
}

// customs/sanctions-list.v1.json
/**
 * 制裁名单 (list of sanctions): whom a regulator wants declarations to be compared with, whole, in its newest version. A list of this issuer and name replaces the one before it.
 */
export interface SanctionsList {
  /**
   * 名单名称 (name of the list)
   */
  name: string
  /**
   * 版本 (version as its issuer writes it)
   */
  version: string
  /**
   * 发布时间 (issued), RFC 3339 UTC
   */
  issuedAt: string
  /**
   * 失效时间 (until when it may be relied on), RFC 3339 UTC
   */
  staleAfter: string
  /**
   * 来源 (where it was published)
   */
  source?: string
  /**
   * 条目 (entries), whole list
   *
   * @minItems 1
   * @maxItems 2000
   */
  entries: SanctionsListEntry[]
}
/**
 * 条目 (one entry)
 */
export interface SanctionsListEntry {
  /**
   * 条目编号 (its id in the list)
   */
  id: string
  /**
   * 名称 (names and aliases)
   *
   * @minItems 1
   * @maxItems 16
   *
   * Items: 名称 (name)
   */
  names: string[]
  /**
   * 识别号 (identifiers: credit codes, IMO numbers, passports ...)
   *
   * @maxItems 16
   *
   * Items: 识别号 (identifier)
   */
  identifiers?: string[]
}

// customs/status.v1.json
/**
 * 报关单状态 (state of a declaration): signed by the customs authority the declaration was filed with. Release, amendment and cancellation have kinds of their own.
 */
export interface CustomsStatus {
  /**
   * 海关编号 (customs declaration number): office, year, direction, serial
   */
  entryId: string
  /**
   * 版本 (version of the declaration that customs had before it)
   */
  version: number
  /**
   * 状态 (state): ACCEPTED 接受申报, also takes a query back; QUERIED 询问, wants a customs.answer; INSPECTING 查验; INSPECTED 查验完毕; REJECTED 退单; SEIZED 扣留; REFUSED 不予修改或撤销, refuses the open customs.request and leaves the declaration as it is
   */
  status: 'ACCEPTED' | 'QUERIED' | 'INSPECTING' | 'INSPECTED' | 'REJECTED' | 'SEIZED' | 'REFUSED'
  /**
   * 时间 (time of the act), RFC 3339 UTC
   */
  statusAt: string
  /**
   * 原因 (reasons); REJECTED, SEIZED and REFUSED have at least one
   *
   * @maxItems 20
   */
  reasons?: StatusReason[]
  question?: StatusQuestion
}
/**
 * 原因 (reason)
 */
export interface StatusReason {
  /**
   * 原因代码 (reason code): DOCUMENTS, CLASSIFICATION, VALUATION, ORIGIN, QUANTITY what is in doubt or wrong; PROHIBITED_OR_RESTRICTED goods; INTELLECTUAL_PROPERTY right infringed; SMUGGLING_SUSPECTED; RISK_SELECTION or RANDOM_SELECTION how an inspection was chosen; REQUEST_UNFOUNDED; OTHER as the text says
   */
  code:
    | 'DOCUMENTS'
    | 'CLASSIFICATION'
    | 'VALUATION'
    | 'ORIGIN'
    | 'QUANTITY'
    | 'PROHIBITED_OR_RESTRICTED'
    | 'INTELLECTUAL_PROPERTY'
    | 'SMUGGLING_SUSPECTED'
    | 'RISK_SELECTION'
    | 'RANDOM_SELECTION'
    | 'REQUEST_UNFOUNDED'
    | 'OTHER'
  /**
   * 说明 (text); OTHER needs it
   */
  text?: string
}
/**
 * 询问内容 (question), for QUERIED
 */
export interface StatusQuestion {
  /**
   * 询问 (question to the declarant)
   */
  text: string
  /**
   * 涉及字段 (fields the question is about)
   *
   * @maxItems 20
   *
   * Items: 字段 (field), JSON Pointer into the declaration
   */
  paths?: string[]
}

// customs/wco-declaration.v1.json
/**
 * A customs declaration after the WCO Data Model (DEC), as a partner country files or sends it. Numbers in brackets are the ids of the data model. Quantities and amounts are decimal strings.
 */
export interface WcoDeclaration {
  /**
   * function (017), EDIFACT 1225: 9 original, 4 change, 5 replacement, 1 cancellation, 13 request
   */
  functionCode: '1' | '4' | '5' | '9' | '13'
  /**
   * the declarant's own reference (D026)
   */
  functionalReferenceId?: string
  /**
   * number of the declaration (D014)
   */
  id: string
  /**
   * type (D013), EDIFACT 1001 or national
   */
  typeCode: string
  /**
   * issued (D011): a day, or a day and time with its zone if known
   */
  issueDateTime?: string
  /**
   * accepted (023): a day, or a day and time with its zone if known
   */
  acceptanceDateTime?: string
  /**
   * place of issue (D012), UN/LOCODE
   */
  issueLocationId?: string
  /**
   * office of declaration (065)
   */
  declarationOfficeId: string
  /**
   * number of items (228)
   */
  goodsItemQuantity?: string
  invoiceAmount?: WcoInvoiceAmount
  totalGrossMass?: WcoTotalGrossMass
  /**
   * number of packages (146)
   */
  totalPackageQuantity?: string
  submitter?: WcoSubmitter
  agent?: WcoAgent
  declarant: WcoDeclarant
  exporter?: WcoExporter
  importer?: WcoImporter
  borderTransportMeans?: WcoBorderTransportMeans
  /**
   * rates of exchange
   *
   * @maxItems 20
   */
  currencyExchanges?: WcoCurrencyExchange[]
  /**
   * documents of the declaration
   *
   * @maxItems 99
   */
  additionalDocuments?: WcoAdditionalDocument[]
  /**
   * what an amendment changes and why
   *
   * @maxItems 99
   */
  amendments?: WcoAmendment[]
  /**
   * securities
   *
   * @maxItems 20
   */
  obligationGuarantees?: WcoObligationGuarantee[]
  goodsShipment?: WcoGoodsShipment
}
/**
 * total of the invoices (109)
 */
export interface WcoInvoiceAmount {
  /**
   * amount, n..16,3
   */
  amount: string
  /**
   * currency of the amount (currencyID), ISO 4217
   */
  currency: string
}
/**
 * total gross mass (131)
 */
export interface WcoTotalGrossMass {
  /**
   * quantity, n..16,6
   */
  value: string
  /**
   * unit, UN/ECE Recommendation 20; KGM of a mass
   */
  unitCode: string
}
/**
 * who sends it (R058, R059)
 */
export interface WcoSubmitter {
  /**
   * name
   */
  name?: string
  /**
   * identifier the authority has given it
   */
  id?: string
  address?: WcoSubmitterAddress
}
/**
 * address; required where the party has no identifier
 */
export interface WcoSubmitterAddress {
  /**
   * street and number (239)
   *
   * @maxItems 4
   *
   * Items: one line
   */
  lines?: string[]
  /**
   * city (241)
   */
  cityName?: string
  /**
   * postcode (245)
   */
  postcodeId?: string
  /**
   * country (242), ISO 3166 alpha-2
   */
  countryCode?: string
}
/**
 * agent (R003, R004)
 */
export interface WcoAgent {
  /**
   * name
   */
  name?: string
  /**
   * identifier the authority has given it
   */
  id?: string
  address?: WcoAgentAddress
}
/**
 * address; required where the party has no identifier
 */
export interface WcoAgentAddress {
  /**
   * street and number (239)
   *
   * @maxItems 4
   *
   * Items: one line
   */
  lines?: string[]
  /**
   * city (241)
   */
  cityName?: string
  /**
   * postcode (245)
   */
  postcodeId?: string
  /**
   * country (242), ISO 3166 alpha-2
   */
  countryCode?: string
}
/**
 * declarant (R123, R124)
 */
export interface WcoDeclarant {
  /**
   * name
   */
  name?: string
  /**
   * identifier the authority has given it
   */
  id?: string
  address?: WcoDeclarantAddress
}
/**
 * address; required where the party has no identifier
 */
export interface WcoDeclarantAddress {
  /**
   * street and number (239)
   *
   * @maxItems 4
   *
   * Items: one line
   */
  lines?: string[]
  /**
   * city (241)
   */
  cityName?: string
  /**
   * postcode (245)
   */
  postcodeId?: string
  /**
   * country (242), ISO 3166 alpha-2
   */
  countryCode?: string
}
/**
 * exporter (R031, R032)
 */
export interface WcoExporter {
  /**
   * name
   */
  name?: string
  /**
   * identifier the authority has given it
   */
  id?: string
  address?: WcoExporterAddress
}
/**
 * address; required where the party has no identifier
 */
export interface WcoExporterAddress {
  /**
   * street and number (239)
   *
   * @maxItems 4
   *
   * Items: one line
   */
  lines?: string[]
  /**
   * city (241)
   */
  cityName?: string
  /**
   * postcode (245)
   */
  postcodeId?: string
  /**
   * country (242), ISO 3166 alpha-2
   */
  countryCode?: string
}
/**
 * importer (R037, R038)
 */
export interface WcoImporter {
  /**
   * name
   */
  name?: string
  /**
   * identifier the authority has given it
   */
  id?: string
  address?: WcoImporterAddress
}
/**
 * address; required where the party has no identifier
 */
export interface WcoImporterAddress {
  /**
   * street and number (239)
   *
   * @maxItems 4
   *
   * Items: one line
   */
  lines?: string[]
  /**
   * city (241)
   */
  cityName?: string
  /**
   * postcode (245)
   */
  postcodeId?: string
  /**
   * country (242), ISO 3166 alpha-2
   */
  countryCode?: string
}
/**
 * means of transport that crosses the border
 */
export interface WcoBorderTransportMeans {
  /**
   * name (T005)
   */
  name?: string
  /**
   * identification (T006)
   */
  id?: string
  /**
   * what the identification is; 10 an IMO ship number
   */
  identificationTypeCode?: string
  /**
   * type (T010), UN/ECE Recommendation 28
   */
  typeCode?: string
  /**
   * nationality (T014), ISO 3166 alpha-2
   */
  registrationNationalityCode?: string
  /**
   * mode (T022), UN/ECE Recommendation 19
   */
  modeCode?: string
}
/**
 * one rate
 */
export interface WcoCurrencyExchange {
  /**
   * currency (135), ISO 4217
   */
  currencyTypeCode?: string
  /**
   * rate (118)
   */
  rateNumeric?: string
}
/**
 * a document (D031, D006, D005)
 */
export interface WcoAdditionalDocument {
  /**
   * category (D031)
   */
  categoryCode?: string
  /**
   * type (D006), EDIFACT 1001 or national
   */
  typeCode?: string
  /**
   * number (D005)
   */
  id: string
}
/**
 * one change
 */
export interface WcoAmendment {
  /**
   * reason (099)
   */
  changeReasonCode: string
  /**
   * path to what is changed, from the outside inwards
   *
   * @maxItems 9
   */
  pointers?: WcoPointer[]
}
/**
 * one step
 */
export interface WcoPointer {
  /**
   * which of several (006)
   */
  sequenceNumeric?: string
  /**
   * section (375)
   */
  documentSectionCode?: string
  /**
   * data element (381)
   */
  tagId?: string
}
/**
 * one security
 */
export interface WcoObligationGuarantee {
  /**
   * number (100)
   */
  referenceId?: string
  amount?: WcoGuaranteeAmount
  /**
   * access code (499)
   */
  accessCode?: string
}
/**
 * amount (492)
 */
export interface WcoGuaranteeAmount {
  /**
   * amount, n..16,3
   */
  amount: string
  /**
   * currency of the amount (currencyID), ISO 4217
   */
  currency: string
}
/**
 * the shipment
 */
export interface WcoGoodsShipment {
  /**
   * leaves the country of export: a day, or a day and time with its zone if known
   */
  exitDateTime?: string
  consignee?: WcoConsignee
  consignor?: WcoConsignor
  buyer?: WcoBuyer
  seller?: WcoSeller
  tradeTerms?: WcoTradeTerms
  /**
   * country of export (062), ISO 3166 alpha-2
   */
  exportCountryId?: string
  /**
   * country of destination (465), ISO 3166 alpha-2
   */
  destinationCountryCode?: string
  ucr?: WcoUcr
  /**
   * invoices
   *
   * @maxItems 99
   */
  invoices?: WcoInvoice[]
  /**
   * place of loading (L010)
   */
  loadingLocationId?: string
  /**
   * place of unloading (L013)
   */
  unloadingLocationId?: string
  /**
   * where the goods are (L017)
   */
  goodsLocationId?: string
  /**
   * containers and other equipment
   *
   * @maxItems 999
   */
  transportEquipment?: WcoTransportEquipment[]
  /**
   * goods items, 1 to 999
   *
   * @maxItems 999
   */
  items?: WcoGoodsItem[]
}
/**
 * consignee (27A)
 */
export interface WcoConsignee {
  /**
   * name
   */
  name?: string
  /**
   * identifier the authority has given it
   */
  id?: string
  address?: WcoConsigneeAddress
}
/**
 * address; required where the party has no identifier
 */
export interface WcoConsigneeAddress {
  /**
   * street and number (239)
   *
   * @maxItems 4
   *
   * Items: one line
   */
  lines?: string[]
  /**
   * city (241)
   */
  cityName?: string
  /**
   * postcode (245)
   */
  postcodeId?: string
  /**
   * country (242), ISO 3166 alpha-2
   */
  countryCode?: string
}
/**
 * consignor (30A)
 */
export interface WcoConsignor {
  /**
   * name
   */
  name?: string
  /**
   * identifier the authority has given it
   */
  id?: string
  address?: WcoConsignorAddress
}
/**
 * address; required where the party has no identifier
 */
export interface WcoConsignorAddress {
  /**
   * street and number (239)
   *
   * @maxItems 4
   *
   * Items: one line
   */
  lines?: string[]
  /**
   * city (241)
   */
  cityName?: string
  /**
   * postcode (245)
   */
  postcodeId?: string
  /**
   * country (242), ISO 3166 alpha-2
   */
  countryCode?: string
}
/**
 * buyer (16A)
 */
export interface WcoBuyer {
  /**
   * name
   */
  name?: string
  /**
   * identifier the authority has given it
   */
  id?: string
  address?: WcoBuyerAddress
}
/**
 * address; required where the party has no identifier
 */
export interface WcoBuyerAddress {
  /**
   * street and number (239)
   *
   * @maxItems 4
   *
   * Items: one line
   */
  lines?: string[]
  /**
   * city (241)
   */
  cityName?: string
  /**
   * postcode (245)
   */
  postcodeId?: string
  /**
   * country (242), ISO 3166 alpha-2
   */
  countryCode?: string
}
/**
 * seller (09B)
 */
export interface WcoSeller {
  /**
   * name
   */
  name?: string
  /**
   * identifier the authority has given it
   */
  id?: string
  address?: WcoSellerAddress
}
/**
 * address; required where the party has no identifier
 */
export interface WcoSellerAddress {
  /**
   * street and number (239)
   *
   * @maxItems 4
   *
   * Items: one line
   */
  lines?: string[]
  /**
   * city (241)
   */
  cityName?: string
  /**
   * postcode (245)
   */
  postcodeId?: string
  /**
   * country (242), ISO 3166 alpha-2
   */
  countryCode?: string
}
/**
 * terms of delivery
 */
export interface WcoTradeTerms {
  /**
   * Incoterms code (090)
   */
  conditionCode?: string
  /**
   * place (L002)
   */
  locationId?: string
}
/**
 * consignment reference
 */
export interface WcoUcr {
  /**
   * unique consignment reference (016)
   */
  id?: string
  /**
   * trader's reference (009)
   */
  traderAssignedReferenceId?: string
}
/**
 * one invoice
 */
export interface WcoInvoice {
  /**
   * number (D016)
   */
  id: string
  /**
   * issued (D015): a day, or a day and time with its zone if known
   */
  issueDateTime?: string
}
/**
 * one container or other equipment
 */
export interface WcoTransportEquipment {
  /**
   * number (006)
   */
  sequenceNumeric?: string
  /**
   * number (159), ISO 6346 of a container
   */
  id?: string
  /**
   * seals
   *
   * @maxItems 9
   *
   * Items: number of a seal (165)
   */
  sealIds?: string[]
}
/**
 * one goods item (GovernmentAgencyGoodsItem)
 */
export interface WcoGoodsItem {
  /**
   * number of the item (006), from 1 without gap
   */
  sequenceNumeric: string
  /**
   * description of the goods (137)
   */
  description: string
  /**
   * commodity codes (145)
   *
   * @minItems 1
   * @maxItems 9
   */
  classifications: WcoClassification[]
  goodsMeasure: WcoGoodsMeasure
  itemChargeAmount?: WcoItemChargeAmount
  customsValueAmount?: WcoCustomsValueAmount
  statisticalValueAmount?: WcoStatisticalValueAmount
  /**
   * method of valuation (122), WCO 1 to 6
   */
  valuationMethodCode?: string
  /**
   * duties, taxes and fees
   *
   * @maxItems 20
   */
  dutyTaxFees?: WcoDutyTaxFee[]
  /**
   * customs procedures
   *
   * @minItems 1
   * @maxItems 9
   */
  procedures: WcoProcedure[]
  /**
   * where the goods are from
   *
   * @minItems 1
   * @maxItems 5
   */
  origins: WcoOrigin[]
  /**
   * packages
   *
   * @minItems 1
   * @maxItems 99
   */
  packagings: WcoPackaging[]
  /**
   * documents before this one
   *
   * @maxItems 99
   */
  previousDocuments?: WcoPreviousDocument[]
  /**
   * documents of the item
   *
   * @maxItems 99
   */
  additionalDocuments?: WcoItemDocument[]
  /**
   * containers the item is in, each one of the consignment
   *
   * @maxItems 99
   *
   * Items: number (159)
   */
  equipmentIds?: string[]
}
/**
 * one commodity code
 */
export interface WcoClassification {
  /**
   * code (145)
   */
  id: string
  /**
   * code list (337), EDIFACT 7143: HS, TSP and national ones
   */
  identificationTypeCode?: string
}
/**
 * what the item weighs and measures
 */
export interface WcoGoodsMeasure {
  grossMass?: WcoGrossMass
  netNetWeight: WcoNetNetWeight
  tariffQuantity?: WcoTariffQuantity
}
/**
 * gross mass (126)
 */
export interface WcoGrossMass {
  /**
   * quantity, n..16,6
   */
  value: string
  /**
   * unit, UN/ECE Recommendation 20; KGM of a mass
   */
  unitCode: string
}
/**
 * net mass (128)
 */
export interface WcoNetNetWeight {
  /**
   * quantity, n..16,6
   */
  value: string
  /**
   * unit, UN/ECE Recommendation 20; KGM of a mass
   */
  unitCode: string
}
/**
 * quantity in the unit of the tariff (130)
 */
export interface WcoTariffQuantity {
  /**
   * quantity, n..16,6
   */
  value: string
  /**
   * unit, UN/ECE Recommendation 20; KGM of a mass
   */
  unitCode: string
}
/**
 * price of the item (112)
 */
export interface WcoItemChargeAmount {
  /**
   * amount, n..16,3
   */
  amount: string
  /**
   * currency of the amount (currencyID), ISO 4217
   */
  currency: string
}
/**
 * customs value (108)
 */
export interface WcoCustomsValueAmount {
  /**
   * amount, n..16,3
   */
  amount: string
  /**
   * currency of the amount (currencyID), ISO 4217
   */
  currency: string
}
/**
 * statistical value (114)
 */
export interface WcoStatisticalValueAmount {
  /**
   * amount, n..16,3
   */
  amount: string
  /**
   * currency of the amount (currencyID), ISO 4217
   */
  currency: string
}
/**
 * one duty, tax or fee
 */
export interface WcoDutyTaxFee {
  /**
   * kind (113)
   */
  typeCode?: string
  /**
   * rate (115)
   */
  taxRateNumeric?: string
  adValoremTaxBaseAmount?: WcoTaxBaseAmount
  /**
   * regime or preference (164)
   */
  dutyRegimeCode?: string
  /**
   * tariff quota (401)
   */
  quotaOrderId?: string
}
/**
 * base (116)
 */
export interface WcoTaxBaseAmount {
  /**
   * amount, n..16,3
   */
  amount: string
  /**
   * currency of the amount (currencyID), ISO 4217
   */
  currency: string
}
/**
 * one procedure
 */
export interface WcoProcedure {
  /**
   * procedure asked for (166)
   */
  currentCode: string
  /**
   * procedure before it (161)
   */
  previousCode?: string
}
/**
 * one origin
 */
export interface WcoOrigin {
  /**
   * country (063), ISO 3166 alpha-2
   */
  countryCode: string
  /**
   * region (066)
   */
  regionId?: string
  /**
   * kind of origin (501)
   */
  typeCode?: string
}
/**
 * packages of one kind
 */
export interface WcoPackaging {
  /**
   * marks and numbers (142)
   */
  marksNumbersId?: string
  /**
   * how many (144); 0 where the item is packed with another
   */
  quantity?: string
  /**
   * kind (141), UN/ECE Recommendation 21
   */
  typeCode: string
}
/**
 * one document (D031, D019, D018)
 */
export interface WcoPreviousDocument {
  /**
   * category (D031)
   */
  categoryCode?: string
  /**
   * type (D019)
   */
  typeCode?: string
  /**
   * number (D018)
   */
  id: string
  /**
   * line in it (171)
   */
  lineNumeric?: string
}
/**
 * a document (D031, D006, D005)
 */
export interface WcoItemDocument {
  /**
   * category (D031)
   */
  categoryCode?: string
  /**
   * type (D006), EDIFACT 1001 or national
   */
  typeCode?: string
  /**
   * number (D005)
   */
  id: string
}

// fx/payment-status.v1.json
/**
 * What became of a payment: the business application header and pacs.002 as JSON of the same names.
 */
export interface FxPaymentStatus {
  AppHdr: FxPaymentStatusHeader
  Document: FxPaymentStatusStatusDocument
}
export interface FxPaymentStatusHeader {
  Fr: FxPaymentStatusHeaderParty
  To: FxPaymentStatusHeaderParty
  BizMsgIdr: string
  MsgDefIdr: string
  BizSvc?: string
  MktPrctc?: FxPaymentStatusMarketPractice
  CreDt: string
  BizPrcgDt?: string
  CpyDplct?: 'CODU' | 'COPY' | 'DUPL'
  PssblDplct?: string
  Prty?: string
  /**
   * @minItems 0
   */
  Rltd?: FxPaymentStatusRelatedHeader[]
}
export interface FxPaymentStatusHeaderParty {
  OrgId?: FxPaymentStatusParty
  FIId?: FxPaymentStatusAgent
}
export interface FxPaymentStatusParty {
  Nm?: string
  PstlAdr?: FxPaymentStatusPostalAddress
  Id?: FxPaymentStatusPartyId
  CtryOfRes?: string
  CtctDtls?: FxPaymentStatusContact
}
export interface FxPaymentStatusPostalAddress {
  AdrTp?: FxPaymentStatusAddressType
  CareOf?: string
  Dept?: string
  SubDept?: string
  StrtNm?: string
  BldgNb?: string
  BldgNm?: string
  Flr?: string
  UnitNb?: string
  PstBx?: string
  Room?: string
  PstCd?: string
  TwnNm?: string
  TwnLctnNm?: string
  DstrctNm?: string
  CtrySubDvsn?: string
  Ctry?: string
  /**
   * @minItems 0
   * @maxItems 7
   */
  AdrLine?: string[]
}
export interface FxPaymentStatusAddressType {
  Cd?: string
  Prtry?: FxPaymentStatusAddressKind
}
export interface FxPaymentStatusAddressKind {
  Id: string
  Issr: string
  SchmeNm?: string
}
export interface FxPaymentStatusPartyId {
  OrgId?: FxPaymentStatusOrganisation
  PrvtId?: FxPaymentStatusPerson
}
export interface FxPaymentStatusOrganisation {
  AnyBIC?: string
  LEI?: string
  /**
   * @minItems 0
   */
  Othr?: FxPaymentStatusOtherParty[]
}
export interface FxPaymentStatusOtherParty {
  Id: string
  SchmeNm?: FxPaymentStatusScheme
  Issr?: string
}
export interface FxPaymentStatusScheme {
  Cd?: string
  Prtry?: string
}
export interface FxPaymentStatusPerson {
  DtAndPlcOfBirth?: FxPaymentStatusBirth
  /**
   * @minItems 0
   */
  Othr?: FxPaymentStatusOtherParty[]
}
export interface FxPaymentStatusBirth {
  BirthDt: string
  PrvcOfBirth?: string
  CityOfBirth: string
  CtryOfBirth: string
}
export interface FxPaymentStatusContact {
  NmPrfx?: 'DOCT' | 'MADM' | 'MISS' | 'MIST' | 'MIKS'
  Nm?: string
  PhneNb?: string
  MobNb?: string
  FaxNb?: string
  URLAdr?: string
  EmailAdr?: string
  EmailPurp?: string
  JobTitl?: string
  Rspnsblty?: string
  Dept?: string
  /**
   * @minItems 0
   */
  Othr?: FxPaymentStatusOtherContact[]
  PrefrdMtd?: 'LETT' | 'MAIL' | 'PHON' | 'FAXX' | 'CELL'
}
export interface FxPaymentStatusOtherContact {
  ChanlTp: string
  Id?: string
}
export interface FxPaymentStatusAgent {
  FinInstnId: FxPaymentStatusInstitution
  BrnchId?: FxPaymentStatusBranch
}
export interface FxPaymentStatusInstitution {
  BICFI?: string
  ClrSysMmbId?: FxPaymentStatusClearingMember
  LEI?: string
  Nm?: string
  PstlAdr?: FxPaymentStatusBankAddress
  Othr?: FxPaymentStatusOtherInstitution
}
export interface FxPaymentStatusClearingMember {
  ClrSysId?: FxPaymentStatusClearingSystem
  MmbId: string
}
export interface FxPaymentStatusClearingSystem {
  Cd?: string
  Prtry?: string
}
export interface FxPaymentStatusBankAddress {
  AdrTp?: FxPaymentStatusAddressType
  CareOf?: string
  Dept?: string
  SubDept?: string
  StrtNm?: string
  BldgNb?: string
  BldgNm?: string
  Flr?: string
  UnitNb?: string
  PstBx?: string
  Room?: string
  PstCd?: string
  TwnNm?: string
  TwnLctnNm?: string
  DstrctNm?: string
  CtrySubDvsn?: string
  Ctry?: string
  /**
   * @minItems 0
   * @maxItems 7
   */
  AdrLine?: string[]
}
export interface FxPaymentStatusOtherInstitution {
  Id: string
  SchmeNm?: FxPaymentStatusScheme
  Issr?: string
}
export interface FxPaymentStatusBranch {
  Id?: string
  LEI?: string
  Nm?: string
  PstlAdr?: FxPaymentStatusBankAddress
}
export interface FxPaymentStatusMarketPractice {
  Regy: string
  Id: string
}
export interface FxPaymentStatusRelatedHeader {
  Fr: FxPaymentStatusHeaderParty
  To: FxPaymentStatusHeaderParty
  BizMsgIdr: string
  MsgDefIdr: string
  BizSvc?: string
  MktPrctc?: FxPaymentStatusMarketPractice
  CreDt: string
  BizPrcgDt?: string
  CpyDplct?: 'CODU' | 'COPY' | 'DUPL'
  PssblDplct?: string
  Prty?: string
}
export interface FxPaymentStatusStatusDocument {
  FIToFIPmtStsRpt: FxPaymentStatusStatusReport
}
export interface FxPaymentStatusStatusReport {
  GrpHdr: FxPaymentStatusStatusHeader
  /**
   * @minItems 1
   */
  TxInfAndSts: FxPaymentStatusTransactionStatusReport[]
}
export interface FxPaymentStatusStatusHeader {
  MsgId: string
  CreDtTm: string
  InstgAgt?: FxPaymentStatusAgent
  InstdAgt?: FxPaymentStatusAgent
}
export interface FxPaymentStatusTransactionStatusReport {
  StsId?: string
  OrgnlGrpInf: FxPaymentStatusOriginalGroup
  OrgnlInstrId?: string
  OrgnlEndToEndId?: string
  OrgnlTxId?: string
  OrgnlUETR: string
  TxSts: 'ACCP' | 'ACSP' | 'ACSC' | 'ACCC' | 'ACWP' | 'PDNG' | 'BLCK' | 'RJCT'
  /**
   * @minItems 0
   */
  StsRsnInf?: FxPaymentStatusStatusReason[]
  /**
   * @minItems 0
   */
  ChrgsInf?: FxPaymentStatusCharges[]
  AccptncDtTm?: string
  PrcgDt?: FxPaymentStatusDateOrDateTime
  FctvIntrBkSttlmDt?: FxPaymentStatusDateOrDateTime
  AcctSvcrRef?: string
  ClrSysRef?: string
  InstgAgt?: FxPaymentStatusAgent
  InstdAgt?: FxPaymentStatusAgent
}
export interface FxPaymentStatusOriginalGroup {
  OrgnlMsgId: string
  OrgnlMsgNmId: string
  OrgnlCreDtTm?: string
}
export interface FxPaymentStatusStatusReason {
  Orgtr?: FxPaymentStatusParty
  Rsn?: FxPaymentStatusScheme
  /**
   * @minItems 0
   */
  AddtlInf?: string[]
}
export interface FxPaymentStatusCharges {
  Amt: FxPaymentStatusAmount
  Agt: FxPaymentStatusAgent
  Tp?: FxPaymentStatusScheme
}
export interface FxPaymentStatusAmount {
  Ccy: string
  value: string
}
export interface FxPaymentStatusDateOrDateTime {
  Dt?: string
  DtTm?: string
}

// fx/payment.v1.json
/**
 * A customer credit transfer between banks: the business application header and pacs.008 as JSON of the same names.
 */
export interface FxPayment {
  AppHdr: FxPaymentHeader
  Document: FxPaymentPaymentDocument
}
export interface FxPaymentHeader {
  Fr: FxPaymentHeaderParty
  To: FxPaymentHeaderParty
  BizMsgIdr: string
  MsgDefIdr: string
  BizSvc?: string
  MktPrctc?: FxPaymentMarketPractice
  CreDt: string
  BizPrcgDt?: string
  CpyDplct?: 'CODU' | 'COPY' | 'DUPL'
  PssblDplct?: string
  Prty?: string
  /**
   * @minItems 0
   */
  Rltd?: FxPaymentRelatedHeader[]
}
export interface FxPaymentHeaderParty {
  OrgId?: FxPaymentParty
  FIId?: FxPaymentAgent
}
export interface FxPaymentParty {
  Nm?: string
  PstlAdr?: FxPaymentPostalAddress
  Id?: FxPaymentPartyId
  CtryOfRes?: string
  CtctDtls?: FxPaymentContact
}
export interface FxPaymentPostalAddress {
  AdrTp?: FxPaymentAddressType
  CareOf?: string
  Dept?: string
  SubDept?: string
  StrtNm?: string
  BldgNb?: string
  BldgNm?: string
  Flr?: string
  UnitNb?: string
  PstBx?: string
  Room?: string
  PstCd?: string
  TwnNm?: string
  TwnLctnNm?: string
  DstrctNm?: string
  CtrySubDvsn?: string
  Ctry?: string
  /**
   * @minItems 0
   * @maxItems 7
   */
  AdrLine?: string[]
}
export interface FxPaymentAddressType {
  Cd?: string
  Prtry?: FxPaymentAddressKind
}
export interface FxPaymentAddressKind {
  Id: string
  Issr: string
  SchmeNm?: string
}
export interface FxPaymentPartyId {
  OrgId?: FxPaymentOrganisation
  PrvtId?: FxPaymentPerson
}
export interface FxPaymentOrganisation {
  AnyBIC?: string
  LEI?: string
  /**
   * @minItems 0
   */
  Othr?: FxPaymentOtherParty[]
}
export interface FxPaymentOtherParty {
  Id: string
  SchmeNm?: FxPaymentScheme
  Issr?: string
}
export interface FxPaymentScheme {
  Cd?: string
  Prtry?: string
}
export interface FxPaymentPerson {
  DtAndPlcOfBirth?: FxPaymentBirth
  /**
   * @minItems 0
   */
  Othr?: FxPaymentOtherParty[]
}
export interface FxPaymentBirth {
  BirthDt: string
  PrvcOfBirth?: string
  CityOfBirth: string
  CtryOfBirth: string
}
export interface FxPaymentContact {
  NmPrfx?: 'DOCT' | 'MADM' | 'MISS' | 'MIST' | 'MIKS'
  Nm?: string
  PhneNb?: string
  MobNb?: string
  FaxNb?: string
  URLAdr?: string
  EmailAdr?: string
  EmailPurp?: string
  JobTitl?: string
  Rspnsblty?: string
  Dept?: string
  /**
   * @minItems 0
   */
  Othr?: FxPaymentOtherContact[]
  PrefrdMtd?: 'LETT' | 'MAIL' | 'PHON' | 'FAXX' | 'CELL'
}
export interface FxPaymentOtherContact {
  ChanlTp: string
  Id?: string
}
export interface FxPaymentAgent {
  FinInstnId: FxPaymentInstitution
  BrnchId?: FxPaymentBranch
}
export interface FxPaymentInstitution {
  BICFI?: string
  ClrSysMmbId?: FxPaymentClearingMember
  LEI?: string
  Nm?: string
  PstlAdr?: FxPaymentBankAddress
  Othr?: FxPaymentOtherInstitution
}
export interface FxPaymentClearingMember {
  ClrSysId?: FxPaymentClearingSystem
  MmbId: string
}
export interface FxPaymentClearingSystem {
  Cd?: string
  Prtry?: string
}
export interface FxPaymentBankAddress {
  AdrTp?: FxPaymentAddressType
  CareOf?: string
  Dept?: string
  SubDept?: string
  StrtNm?: string
  BldgNb?: string
  BldgNm?: string
  Flr?: string
  UnitNb?: string
  PstBx?: string
  Room?: string
  PstCd?: string
  TwnNm?: string
  TwnLctnNm?: string
  DstrctNm?: string
  CtrySubDvsn?: string
  Ctry?: string
  /**
   * @minItems 0
   * @maxItems 7
   */
  AdrLine?: string[]
}
export interface FxPaymentOtherInstitution {
  Id: string
  SchmeNm?: FxPaymentScheme
  Issr?: string
}
export interface FxPaymentBranch {
  Id?: string
  LEI?: string
  Nm?: string
  PstlAdr?: FxPaymentBankAddress
}
export interface FxPaymentMarketPractice {
  Regy: string
  Id: string
}
export interface FxPaymentRelatedHeader {
  Fr: FxPaymentHeaderParty
  To: FxPaymentHeaderParty
  BizMsgIdr: string
  MsgDefIdr: string
  BizSvc?: string
  MktPrctc?: FxPaymentMarketPractice
  CreDt: string
  BizPrcgDt?: string
  CpyDplct?: 'CODU' | 'COPY' | 'DUPL'
  PssblDplct?: string
  Prty?: string
}
export interface FxPaymentPaymentDocument {
  FIToFICstmrCdtTrf: FxPaymentCreditTransfer
}
export interface FxPaymentCreditTransfer {
  GrpHdr: FxPaymentGroupHeader
  /**
   * @minItems 1
   */
  CdtTrfTxInf: FxPaymentTransaction[]
}
export interface FxPaymentGroupHeader {
  MsgId: string
  CreDtTm: string
  XpryDtTm?: string
  BtchBookg?: string
  NbOfTxs: string
  CtrlSum?: string
  TtlIntrBkSttlmAmt?: FxPaymentAmount
  IntrBkSttlmDt?: string
  SttlmInf: FxPaymentSettlement
  PmtTpInf?: FxPaymentPaymentType
  InstgAgt?: FxPaymentAgent
  InstdAgt?: FxPaymentAgent
}
export interface FxPaymentAmount {
  Ccy: string
  value: string
}
export interface FxPaymentSettlement {
  SttlmMtd: 'INDA' | 'INGA' | 'COVE' | 'CLRG'
  SttlmAcct?: FxPaymentAccount
  ClrSys?: FxPaymentCashClearing
  InstgRmbrsmntAgt?: FxPaymentAgent
  InstgRmbrsmntAgtAcct?: FxPaymentAccount
  InstdRmbrsmntAgt?: FxPaymentAgent
  InstdRmbrsmntAgtAcct?: FxPaymentAccount
  ThrdRmbrsmntAgt?: FxPaymentAgent
  ThrdRmbrsmntAgtAcct?: FxPaymentAccount
}
export interface FxPaymentAccount {
  Id?: FxPaymentAccountId
  Tp?: FxPaymentScheme
  Ccy?: string
  Nm?: string
  Prxy?: FxPaymentProxy
}
export interface FxPaymentAccountId {
  IBAN?: string
  Othr?: FxPaymentOtherAccount
}
export interface FxPaymentOtherAccount {
  Id: string
  SchmeNm?: FxPaymentScheme
  Issr?: string
}
export interface FxPaymentProxy {
  Tp?: FxPaymentScheme
  Id: string
}
export interface FxPaymentCashClearing {
  Cd?: string
  Prtry?: string
}
export interface FxPaymentPaymentType {
  InstrPrty?: 'HIGH' | 'NORM'
  ClrChanl?: 'RTGS' | 'RTNS' | 'MPNS' | 'BOOK'
  /**
   * @minItems 0
   */
  SvcLvl?: FxPaymentScheme[]
  LclInstrm?: FxPaymentLocalInstrument
  CtgyPurp?: FxPaymentScheme
}
export interface FxPaymentLocalInstrument {
  Cd?: string
  Prtry?: string
}
export interface FxPaymentTransaction {
  PmtId: FxPaymentPaymentId
  PmtTpInf?: FxPaymentPaymentType
  IntrBkSttlmAmt: FxPaymentAmount
  IntrBkSttlmDt?: string
  SttlmPrty?: 'URGT' | 'HIGH' | 'NORM'
  SttlmTmIndctn?: FxPaymentSettledAt
  SttlmTmReq?: FxPaymentSettlementTimes
  AccptncDtTm?: string
  PoolgAdjstmntDt?: string
  InstdAmt?: FxPaymentAmount
  XchgRate?: string
  ChrgBr: 'DEBT' | 'CRED' | 'SHAR'
  /**
   * @minItems 0
   */
  ChrgsInf?: FxPaymentCharges[]
  MndtRltdInf?: FxPaymentMandate
  PrvsInstgAgt1?: FxPaymentAgent
  PrvsInstgAgt1Acct?: FxPaymentAccount
  PrvsInstgAgt2?: FxPaymentAgent
  PrvsInstgAgt2Acct?: FxPaymentAccount
  PrvsInstgAgt3?: FxPaymentAgent
  PrvsInstgAgt3Acct?: FxPaymentAccount
  InstgAgt?: FxPaymentAgent
  InstdAgt?: FxPaymentAgent
  IntrmyAgt1?: FxPaymentAgent
  IntrmyAgt1Acct?: FxPaymentAccount
  IntrmyAgt2?: FxPaymentAgent
  IntrmyAgt2Acct?: FxPaymentAccount
  IntrmyAgt3?: FxPaymentAgent
  IntrmyAgt3Acct?: FxPaymentAccount
  UltmtDbtr?: FxPaymentParty
  InitgPty?: FxPaymentParty
  Dbtr: FxPaymentParty
  DbtrAcct?: FxPaymentAccount
  DbtrAgt: FxPaymentAgent
  DbtrAgtAcct?: FxPaymentAccount
  CdtrAgt: FxPaymentAgent
  CdtrAgtAcct?: FxPaymentAccount
  Cdtr: FxPaymentParty
  CdtrAcct?: FxPaymentAccount
  UltmtCdtr?: FxPaymentParty
  /**
   * @minItems 0
   */
  InstrForCdtrAgt?: FxPaymentInstruction[]
  /**
   * @minItems 0
   */
  InstrForNxtAgt?: FxPaymentInstruction[]
  Purp?: FxPaymentScheme
  /**
   * @minItems 0
   * @maxItems 10
   */
  RgltryRptg?: FxPaymentRegulatoryReport[]
  Tax?: FxPaymentTax
  /**
   * @minItems 0
   * @maxItems 10
   */
  RltdRmtInf?: FxPaymentRemittanceLocation[]
  RmtInf?: FxPaymentRemittance
}
export interface FxPaymentPaymentId {
  InstrId?: string
  EndToEndId: string
  TxId?: string
  UETR: string
  ClrSysRef?: string
}
export interface FxPaymentSettledAt {
  DbtDtTm?: string
  CdtDtTm?: string
}
export interface FxPaymentSettlementTimes {
  CLSTm?: string
  TillTm?: string
  FrTm?: string
  RjctTm?: string
}
export interface FxPaymentCharges {
  Amt: FxPaymentAmount
  Agt: FxPaymentAgent
  Tp?: FxPaymentScheme
}
export interface FxPaymentMandate {
  MndtId?: string
  DtOfSgntr?: string
  FrstPmtDt?: string
  FnlPmtDt?: string
  Rsn?: FxPaymentScheme
  TrckgDays?: string
}
export interface FxPaymentInstruction {
  Cd?: string
  InstrInf?: string
}
export interface FxPaymentRegulatoryReport {
  DbtCdtRptgInd?: 'CRED' | 'DEBT' | 'BOTH'
  Authrty?: FxPaymentAuthority
  /**
   * @minItems 0
   */
  Dtls?: FxPaymentRegulatoryDetail[]
}
export interface FxPaymentAuthority {
  Nm?: string
  Ctry?: string
}
export interface FxPaymentRegulatoryDetail {
  Tp?: string
  Dt?: string
  Ctry?: string
  Cd?: string
  Amt?: FxPaymentAmount
  /**
   * @minItems 0
   */
  Inf?: string[]
}
export interface FxPaymentTax {
  Cdtr?: FxPaymentTaxParty
  Dbtr?: FxPaymentTaxParty
  AdmstnZone?: string
  RefNb?: string
  Mtd?: string
  TtlTaxblBaseAmt?: FxPaymentAmount
  TtlTaxAmt?: FxPaymentAmount
  Dt?: string
  SeqNb?: string
  /**
   * @minItems 0
   */
  Rcrd?: FxPaymentTaxRecord[]
}
export interface FxPaymentTaxParty {
  TaxId?: string
  RegnId?: string
  TaxTp?: string
  Authstn?: FxPaymentTaxAuthorisation
}
export interface FxPaymentTaxAuthorisation {
  Titl?: string
  Nm?: string
}
export interface FxPaymentTaxRecord {
  Tp?: string
  Ctgy?: string
  CtgyDtls?: string
  DbtrSts?: string
  CertId?: string
  FrmsCd?: string
  Prd?: FxPaymentTaxPeriod
  TaxAmt?: FxPaymentTaxAmount
  AddtlInf?: string
}
export interface FxPaymentTaxPeriod {
  Yr?: string
  Tp?:
    | 'MM01'
    | 'MM02'
    | 'MM03'
    | 'MM04'
    | 'MM05'
    | 'MM06'
    | 'MM07'
    | 'MM08'
    | 'MM09'
    | 'MM10'
    | 'MM11'
    | 'MM12'
    | 'QTR1'
    | 'QTR2'
    | 'QTR3'
    | 'QTR4'
    | 'HLF1'
    | 'HLF2'
  FrToDt?: FxPaymentPeriod
}
export interface FxPaymentPeriod {
  FrDt: string
  ToDt: string
}
export interface FxPaymentTaxAmount {
  Rate?: string
  TaxblBaseAmt?: FxPaymentAmount
  TtlAmt?: FxPaymentAmount
  /**
   * @minItems 0
   */
  Dtls?: FxPaymentTaxDetail[]
}
export interface FxPaymentTaxDetail {
  Prd?: FxPaymentTaxPeriod
  Amt: FxPaymentAmount
}
export interface FxPaymentRemittanceLocation {
  RmtId?: string
  /**
   * @minItems 0
   */
  RmtLctnDtls?: FxPaymentLocationDetail[]
}
export interface FxPaymentLocationDetail {
  Mtd: 'FAXI' | 'EDIC' | 'URID' | 'EMAL' | 'POST' | 'SMSM'
  ElctrncAdr?: string
  PstlAdr?: FxPaymentNameAndAddress
}
export interface FxPaymentNameAndAddress {
  Nm: string
  Adr: FxPaymentPostalAddress
}
export interface FxPaymentRemittance {
  /**
   * @minItems 0
   */
  Ustrd?: string[]
  /**
   * @minItems 0
   */
  Strd?: FxPaymentStructured[]
}
export interface FxPaymentStructured {
  /**
   * @minItems 0
   */
  RfrdDocInf?: FxPaymentReferredDocument[]
  RfrdDocAmt?: FxPaymentRemittanceAmount
  CdtrRefInf?: FxPaymentCreditorReference
  Invcr?: FxPaymentParty
  Invcee?: FxPaymentParty
  TaxRmt?: FxPaymentTaxRemittance
  GrnshmtRmt?: FxPaymentGarnishment
  /**
   * @minItems 0
   * @maxItems 3
   */
  AddtlRmtInf?: string[]
}
export interface FxPaymentReferredDocument {
  Tp?: FxPaymentDocumentType
  Nb?: string
  RltdDt?: FxPaymentRelatedDate
  /**
   * @minItems 0
   */
  LineDtls?: FxPaymentDocumentLine[]
}
export interface FxPaymentDocumentType {
  CdOrPrtry: FxPaymentScheme
  Issr?: string
}
export interface FxPaymentRelatedDate {
  Tp?: FxPaymentScheme
  Dt?: string
}
export interface FxPaymentDocumentLine {
  /**
   * @minItems 1
   */
  Id: FxPaymentDocumentLineId[]
  Desc?: string
  Amt?: FxPaymentRemittanceAmount
}
export interface FxPaymentDocumentLineId {
  Tp?: FxPaymentDocumentType
  Nb?: string
  RltdDt?: FxPaymentRelatedDate
}
export interface FxPaymentRemittanceAmount {
  DuePyblAmt?: FxPaymentAmount
  /**
   * @minItems 0
   */
  DscntApldAmt?: FxPaymentTypedAmount[]
  CdtNoteAmt?: FxPaymentAmount
  /**
   * @minItems 0
   */
  TaxAmt?: FxPaymentTypedAmount[]
  /**
   * @minItems 0
   */
  RmtAmtAndTp?: FxPaymentTypedAmount[]
  /**
   * @minItems 0
   */
  AdjstmntAmtAndRsn?: FxPaymentAdjustment[]
  RmtdAmt?: FxPaymentAmount
}
export interface FxPaymentTypedAmount {
  Tp?: FxPaymentScheme
  Amt: FxPaymentAmount
}
export interface FxPaymentAdjustment {
  Amt: FxPaymentAmount
  CdtDbtInd?: 'CRDT' | 'DBIT'
  Rsn?: string
  AddtlInf?: string
}
export interface FxPaymentCreditorReference {
  Tp?: FxPaymentDocumentType
  Ref?: string
}
export interface FxPaymentTaxRemittance {
  Cdtr?: FxPaymentTaxParty
  Dbtr?: FxPaymentTaxParty
  UltmtDbtr?: FxPaymentTaxParty
  AdmstnZone?: string
  RefNb?: string
  Mtd?: string
  TtlTaxblBaseAmt?: FxPaymentAmount
  TtlTaxAmt?: FxPaymentAmount
  Dt?: string
  SeqNb?: string
  /**
   * @minItems 0
   */
  Rcrd?: FxPaymentTaxRecord[]
}
export interface FxPaymentGarnishment {
  Tp: FxPaymentGarnishmentType
  Grnshee?: FxPaymentParty
  GrnshmtAdmstr?: FxPaymentParty
  RefNb?: string
  Dt?: string
  RmtdAmt?: FxPaymentAmount
  FmlyMdclInsrncInd?: string
  MplyeeTermntnInd?: string
}
export interface FxPaymentGarnishmentType {
  CdOrPrtry: FxPaymentScheme
  Issr?: string
}

// hub/access.v1.json
/**
 * What a regulator has read, as an anchor of the access log: for which purposes, between which entries, how many times, and the RFC 6962 root over the rows of the log. Written by the hub.
 */
export interface HubAccess {
  reader: string
  batch: string
  /**
   * @minItems 1
   * @maxItems 16
   */
  purposes: string[]
  from: number
  to: number
  count: number
  rows: number
  root: string
  since: string
  until: string
}

// hub/acknowledgement.v1.json
/**
 * The recipient says which items of its feed it has received: a range and the root over their receipt payloads.
 */
export interface HubAcknowledgement {
  feed: string
  epoch: number
  from: number
  to: number
  root: string
}

// hub/admin.v1.json
/**
 * An act of the hub's operator: pausing and resuming, quotas, ending sessions, notices and notes.
 */
export type HubAdmin = AdminPause | AdminResume | AdminQuota | AdminCloseSessions | AdminNotice | AdminNote

/**
 * Messages of a sender, of a kind or from a country are not taken until it is resumed.
 */
export interface AdminPause {
  act: 'pause'
  /**
   * Exactly one of a party, a kind and a country.
   */
  what: {
    party?: string
    kind?: string
    country?: string
  }
  reason: string
}
/**
 * Lifts what an operator has paused.
 */
export interface AdminResume {
  act: 'resume'
  /**
   * Exactly one of a party, a kind and a country.
   */
  what: {
    party?: string
    kind?: string
    country?: string
  }
  reason: string
}
/**
 * The quota of one party.
 */
export interface AdminQuota {
  act: 'quota'
  party: string
  /**
   * What is left out is as for everybody.
   */
  limits: {
    messagesPerMinute?: number
    bytesPerMinute?: number
    refusedPerMinute?: number
    uploadBytesPerMinute?: number
  }
  reason: string
}
/**
 * Ends the sessions the party has now, its sockets with them.
 */
export interface AdminCloseSessions {
  act: 'close-sessions'
  party: string
  reason: string
}
/**
 * Told to parties by their feeds.
 */
export interface AdminNotice {
  act: 'notice'
  text: string
  /**
   * Absent: every active party of the register.
   *
   * @minItems 1
   * @maxItems 1000
   */
  to?: string[]
}
/**
 * Something the operator puts on record.
 */
export interface AdminNote {
  act: 'note'
  text: string
  party?: string
}

// hub/alert.v1.json
/**
 * Something a supervisor should look at, by rule, with the indexes of the entries that show it. Written by the hub.
 */
export type HubAlert =
  ShortfallAlert | SignerRevokedAlert | DuplicateFinancingAlert | QuotaAbuseAlert | OverdueAlert | RefusalRateAlert

/**
 * An authority's change took an account below what has been used. Written in the commit that caused it.
 */
export interface ShortfallAlert {
  rule: 'shortfall'
  entry: number
  account: string
  shortfallMinor: string
}
/**
 * A certificate was revoked from a time that had passed: the entries it signed from `since` until the hub learned of it (`until`), as far as the reader was told of them. `signer` stands for the certificate, `revocation` is the entry that revokes it.
 */
export interface SignerRevokedAlert {
  rule: 'signer-revoked'
  signer: string
  revocation: number
  reason: string
  revokedAt: string
  since: string
  until: string
  /**
   * @minItems 1
   * @maxItems 100
   */
  entries: number[]
}
/**
 * A financing was asked for of what somebody else has drawn on already. The refusal proves it; who drew is not named. `times` counts such refusals on the same head, this one included.
 */
export interface DuplicateFinancingAlert {
  rule: 'duplicate-financing'
  party: string
  kind: string
  refusal: number
  code: string
  times: number
  /**
   * @minItems 1
   * @maxItems 100
   */
  entries: number[]
}
/**
 * A party was refused for want of balance again and again.
 */
export interface QuotaAbuseAlert {
  rule: 'quota-abuse'
  party: string
  count: number
  since: string
  until: string
  /**
   * @minItems 1
   * @maxItems 100
   */
  entries: number[]
}
/**
 * A party left several answers overdue.
 */
export interface OverdueAlert {
  rule: 'overdue'
  party: string
  count: number
  since: string
  until: string
  /**
   * @minItems 1
   * @maxItems 100
   */
  entries: number[]
}
/**
 * An unusual share of what a party submitted was refused: `count` of `of`.
 */
export interface RefusalRateAlert {
  rule: 'refusal-rate'
  party: string
  count: number
  of: number
  since: string
  until: string
  /**
   * @minItems 1
   * @maxItems 100
   */
  entries: number[]
}

// hub/completeness.v1.json
/**
 * What the feed of a regulator held of one day (UTC, by entry time): its items from..to and the RFC 6962 root over their receipt payloads. Written by the hub when the day is over.
 */
export interface HubCompleteness {
  feed: string
  epoch: number
  day: string
  from: number
  to: number
  count: number
  root: string
}

// hub/country.v1.json
/**
 * What a country's authority says of its certificate authorities and of the classes its parties may have. Replaces its earlier entry.
 */
export interface HubCountry {
  country: string
  authority: string
  /**
   * @minItems 1
   * @maxItems 32
   */
  anchors: {
    certificate: string
    status: 'register' | 'crl' | 'ocsp'
    /**
     * @maxItems 64
     */
    classes: string[]
    crl?: string
    /**
     * Where the hub fetches the revocation lists of this CA, tried in order.
     *
     * @minItems 1
     * @maxItems 4
     */
    crlUrls?: string[]
    /**
     * Responders asked for the certificates of this CA, tried in order.
     *
     * @minItems 1
     * @maxItems 4
     */
    ocspUrls?: string[]
    userId?: string
  }[]
  /**
   * @maxItems 64
   */
  classes: string[]
}

// hub/envelope.v1.json
export type Party = string
export type Sha256 = string
export type Time = string
export type MediaType = string

/**
 * What the sender signs: who says what to whom, and the digests of body and attachments.
 */
export interface Envelope {
  /**
   * Schema version of the kind.
   */
  v: number
  hub: Party
  /**
   * UUIDv7 made by the sender, unchanged on retry.
   */
  id: string
  kind: string
  from: Party
  for?: Party
  /**
   * @maxItems 32
   */
  to: Party[]
  /**
   * Unique consignment reference (UCR).
   */
  ref?: string
  /**
   * @maxItems 16
   */
  re?: {
    from: Party
    id: string
    digest: Sha256
  }[]
  created: Time
  expires?: Time
  due?: Time
  /**
   * 16 random bytes.
   */
  salt: string
  body: {
    sha256: Sha256
    /**
     * Required with the suite SM2SM3.
     */
    sm3?: string
    bytes: number
    type: MediaType
  }
  /**
   * @maxItems 16
   */
  attachments?: {
    sha256: Sha256
    bytes: number
    type: MediaType
    name: string
  }[]
  /**
   * @minItems 1
   * @maxItems 4
   */
  suites?: ('ES256' | 'EdDSA' | 'PS256' | 'SM2SM3')[]
}

// hub/erasure.v1.json
/**
 * The operator has the content of an entry erased; index, leaf and proofs stay.
 */
export interface HubErasure {
  index: number
  ground: string
}

// hub/expiry.v1.json
/**
 * The time of a reservation has come and nobody has confirmed it. Written by the hub.
 */
export interface HubExpiry {
  entry: number
  at: string
}

// hub/export.v1.json
/**
 * One delivery abroad, written before anything is handed out: what class of data, whose, to whom, on what ground, in which form. It is also the packet of its lane, so that the other hub can believe nothing that is not in this register. Written by the hub.
 */
export interface HubExport {
  packet: {
    lane: string
    sequence: number
    kind: string
    message: string
    sender: string
    receiver: string
    deadline: number
    body: string
  }
  commitment: string
  message: {
    index: number
    kind: string
    from: string
    owner: string
    created: string
  }
  to: {
    country: string
    ledger: string
    /**
     * @minItems 1
     * @maxItems 64
     */
    parties: string[]
  }
  form: 'body' | 'view' | 'commitment'
  view?: string
  shown?: string
  /**
   * @maxItems 4
   */
  classes: ('public' | 'trade' | 'commercial' | 'personal')[]
  /**
   * @maxItems 4
   */
  withheld: ('public' | 'trade' | 'commercial' | 'personal')[]
  /**
   * @maxItems 16
   */
  grounds: {
    class: 'public' | 'trade' | 'commercial' | 'personal'
    ground: 'contract' | 'standard-contract' | 'security-assessment' | 'certification' | 'consent' | 'treaty'
    reference: string
    until?: string
  }[]
  keptS?: number
}

// hub/import.v1.json
/**
 * What became here of a packet that another hub's log showed: delivered, with the commitment of the entry that tells it, or expired. Written by the hub.
 */
export interface HubImport {
  lane: string
  sequence: number
  commitment: string
  outcome: 'delivered' | 'expired'
  acknowledgement: string
  delivery?: number
}

// hub/key.v1.json
/**
 * The hub's own keys from here on, signed by the operator's root and, but for the first, by a key of the hub it had before.
 */
export interface HubKey {
  sequence: number
  previous?: string
  /**
   * @minItems 1
   * @maxItems 16
   */
  keys: {
    use: 'receipt' | 'checkpoint'
    alg: 'ES256' | 'EdDSA' | 'PS256' | 'SM2SM3'
    spki: string
    id: string
  }[]
  compromised?: {
    lastGoodSize: number
  }
}

// hub/mandate.v1.json
/**
 * A principal lets an agent send some kinds for it, for a time; granted and revoked by the principal.
 */
export interface HubMandate {
  agent: string
  /**
   * @minItems 1
   * @maxItems 64
   */
  kinds: string[]
  from: string
  until: string
  state: 'granted' | 'revoked'
}

// hub/overdue.v1.json
/**
 * The time by which a message wanted an answer has come, and this party has not given it. Written by the hub.
 */
export interface HubOverdue {
  /**
   * Index of the message that wanted the answer.
   */
  entry: number
  /**
   * The time it wanted the answer by.
   */
  at: string
  /**
   * Whose answer is missing.
   */
  party: string
}

// hub/party.v1.json
/**
 * What a country's authority says of one party: its class, its name, what it may send and, for a regulator, what it supervises.
 */
export interface HubParty {
  party: string
  name: string
  country: string
  class: string
  /**
   * @maxItems 64
   */
  kinds?: string[]
  /**
   * @maxItems 64
   */
  supervises?: string[]
  state: 'active' | 'suspended'
  identifiers?: {
    bic?: string
    lei?: string
    uscc?: string
    customs?: string
  }
  /**
   * @maxItems 8
   */
  certificates?: string[][]
}

// hub/refusal.v1.json
/**
 * The journal refused an authentic and valid message. Written by the hub; names the head it saw, never the other party.
 */
export interface HubRefusal {
  about: string
  sender: string
  kind: string
  code: string
  rule: string
  head: string
  version: number
  movedAt?: number
}

// hub/revocation-answer.v1.json
/**
 * A responder's signed answer (RFC 6960) that a certificate is revoked. The answer is the proof; `path` is the certificate, leaf first, up to below the registered CA.
 */
export interface HubRevocationAnswer {
  country: string
  ca: string
  /**
   * @minItems 1
   * @maxItems 8
   */
  path: string[]
  response: string
  source: string
  fetchedAt: string
  revokedAt: string
  reason:
    | 'unspecified'
    | 'keyCompromise'
    | 'cACompromise'
    | 'affiliationChanged'
    | 'superseded'
    | 'cessationOfOperation'
    | 'certificateHold'
    | 'privilegeWithdrawn'
    | 'aACompromise'
}

// hub/revocation-list.v1.json
/**
 * A newer revocation list of a registered CA, fetched by the hub from a place its country's authority has entered. What counts is the signature of the CA.
 */
export interface HubRevocationList {
  country: string
  ca: string
  crl: string
  source: string
  fetchedAt: string
}

// hub/revocation.v1.json
/**
 * A country's authority revokes one certificate, or enters the newest list one of its CAs has signed.
 */
export type HubRevocation = {
  fingerprint?: string
  party?: string
  reason?:
    'unspecified' | 'keyCompromise' | 'cACompromise' | 'affiliationChanged' | 'superseded' | 'cessationOfOperation'
  revokedAt?: string
  /**
   * Since when the key is not to be relied on, if that was before it was revoked.
   */
  invalidFrom?: string
  ca?: string
  crl?: string
} & {
  [k: string]: unknown | undefined
}

// ledger/delivery.v1.json
/**
 * What another hub has handed over with a packet: the message as it was signed, a view that hub has signed, or nothing but the fact that there is one. `export` is the entry of the other hub's register, which its log proves. Written by the hub when the proof holds.
 */
export interface LedgerDelivery {
  ledger: string
  gateway: string
  export: {
    packet: {
      lane: string
      sequence: number
      kind: string
      message: string
      sender: string
      receiver: string
      deadline: number
      body: string
    }
    commitment: string
    message: {
      index: number
      kind: string
      from: string
      owner: string
      created: string
    }
    to: {
      country: string
      ledger: string
      /**
       * @minItems 1
       * @maxItems 64
       */
      parties: string[]
    }
    form: 'body' | 'view' | 'commitment'
    view?: string
    shown?: string
    /**
     * @maxItems 4
     */
    classes: ('public' | 'trade' | 'commercial' | 'personal')[]
    /**
     * @maxItems 4
     */
    withheld: ('public' | 'trade' | 'commercial' | 'personal')[]
    /**
     * @maxItems 16
     */
    grounds: {
      class: 'public' | 'trade' | 'commercial' | 'personal'
      ground: 'contract' | 'standard-contract' | 'security-assessment' | 'certification' | 'consent' | 'treaty'
      reference: string
      until?: string
    }[]
    keptS?: number
  }
  message?: {
    payload: string
    /**
     * @minItems 1
     * @maxItems 4
     */
    signatures: {
      protected: string
      signature: string
    }[]
    /**
     * @minItems 1
     * @maxItems 4
     */
    certificates: string[][]
    body: string
  }
  viewed?: {}
  unavailable?: 'erased'
}

// ledger/event.v1.json
/**
 * A log of a contract that knows nothing of this hub, proved by the ledger itself. Who caused it is only claimed. Written by the hub when the proof holds; the proof is kept beside it.
 */
export interface LedgerEvent {
  ledger: string
  contract: string
  name: string
  to: string
  height: number
  block: string
  transaction: number
  log: number
  /**
   * @minItems 1
   * @maxItems 4
   */
  topics: string[]
  data: string
  /**
   * How far it is shown that the one it names is behind it, as the operator declares for this trigger; that the log stands on the ledger is proved in any case.
   */
  assurance: 'attested' | 'claimed'
}

// ledger/freeze.v1.json
/**
 * Two things that cannot both be true: two sealed headers at one height, or two packets under one sequence. The ledger's lanes, or the one lane, stand still from here on. Written by the hub.
 */
export interface LedgerFreeze {
  ledger: string
  lane?: string
  why: 'equivocation' | 'packet-differs'
  one: string
  other: string
  /**
   * Packets of the lanes concerned that had entered and of which no receipt had: at most 1,000, the oldest of each lane first.
   *
   * @maxItems 1000
   */
  inFlight: {
    lane: string
    sequence: number
  }[]
}

// ledger/lane.v1.json
/**
 * The owner of one end of a lane opens, pauses, resumes or closes it. It is open once both ends have signed the same terms; either may pause it.
 */
export interface LedgerLane {
  lane: string
  act: 'open' | 'pause' | 'resume' | 'close'
  terms?: {
    name: string
    source: {
      ledger: string
      chainId: number
      gateway: string
      owner: string
    }
    target: {
      ledger: string
      chainId: number
      gateway: string
      owner: string
    }
    /**
     * @minItems 1
     * @maxItems 64
     */
    kinds: string[]
    ordered: boolean
    timeoutS: number
    assurance: 'proof' | 'signed-block' | 'seal-only' | 'attested' | 'claimed'
    threshold: number
    operators: number
    ratePerHour: number
    feePayer: string
    hash: 'keccak' | 'sha256' | 'sm3'
    /**
     * @maxItems 16
     */
    grounds?: {
      class: 'public' | 'trade' | 'commercial' | 'personal'
      ground: 'contract' | 'standard-contract' | 'security-assessment' | 'certification' | 'consent' | 'treaty'
      reference: string
      until?: string
    }[]
    retention?: {
      sourceS?: number
      targetS?: number
    }
  }
  ground?: string
}

// ledger/packet.v1.json
/**
 * A packet that stands in the outbox of its source gateway, proved by the ledger itself. Written by the hub when the proof holds; the proof is kept beside it.
 */
export interface LedgerPacket {
  ledger: string
  gateway: string
  packet: {
    lane: string
    sequence: number
    kind: string
    message: string
    sender: string
    receiver: string
    deadline: number
    body: string
  }
  commitment: string
}

// ledger/receipt.v1.json
/**
 * What became of a packet, as the inbox of its target gateway proves it: delivered, failed at its receiver, or expired. Written by the hub when the proof holds.
 */
export interface LedgerReceipt {
  ledger: string
  gateway: string
  lane: string
  sequence: number
  commitment: string
  outcome: 'delivered' | 'failed' | 'expired'
  acknowledgement: string
  receipt: string
}

// ledger/trust.v1.json
/**
 * Where belief in a ledger begins: its consensus, a block with its validators, and our contracts with the code they must have. In force once the authority of the ledger's country and the hub's operator have signed the same; a newer one ends a freeze.
 */
export interface LedgerTrust {
  ledger: string
  sequence: number
  consensus: 'qbft' | 'ibft2' | 'ibft1' | 'hub'
  chainId: number
  root: {
    height: number
    hash?: string
    /**
     * @minItems 1
     * @maxItems 256
     */
    validators: string[]
    timestampS?: number
    trustingPeriodS?: number
  }
  gateway: {
    address: string
    codeHash: string
  }
  notary?: {
    address: string
    codeHash: string
  }
  hub?: {
    hub: string
    journal: string
    operatorRoot: string
  }
}

// ledger/validator.v1.json
/**
 * A party says which key its relay validator signs with, or withdraws it; the key itself has signed for the party.
 */
export interface LedgerValidator {
  address: string
  state: 'active' | 'withdrawn'
  possession: string
}

// tradefinance/financing.v1.json
/**
 * 出口贸易融资 (export financing): applied for against a released declaration, confirmed, repaid. Answers say whether the balance suffices, never who else drew on it.
 */
export interface Financing {
  /**
   * 动作 (act): apply reserves, confirm makes it firm, repay gives back
   */
  act: 'apply' | 'confirm' | 'repay'
  /**
   * 融资申请编号 (application number), unique with the financier
   */
  applicationId: string
  /**
   * 海关编号 (customs declaration number): office, year, direction, serial
   */
  entryId?: string
  /**
   * 融资企业统一社会信用代码 (borrower, social credit code)
   */
  borrowerScc?: string
  /**
   * 融资企业名称 (borrower, name)
   */
  borrowerName?: string
  /**
   * 融资银行代码 (financier, BIC)
   */
  financierBic?: string
  /**
   * 融资产品 (product)
   */
  product?: 'EXPORT_RECEIVABLE' | 'LC_NEGOTIATION' | 'INVOICE_DISCOUNT' | 'WAREHOUSE' | 'PO'
  /**
   * 金额 (amount): of the financing, of what is confirmed, or of what is repaid
   */
  amount?: string
  /**
   * 币制 (currency), ISO 4217; that of the declaration
   */
  currency?: string
  rate?: DatedRate
  /**
   * 起息日 (start)
   */
  startDate?: string
  /**
   * 到期日 (due)
   */
  dueDate?: string
  /**
   * 预占截止 (until when the reservation holds), RFC 3339 UTC
   */
  reserveUntil?: string
  /**
   * 基础单据 (underlying documents)
   *
   * @maxItems 20
   */
  documents?: UnderlyingDocument[]
}
/**
 * 折算汇率 (dated rate); its direction is written, never inferred
 */
export interface DatedRate {
  /**
   * 基准货币 (base currency)
   */
  base: string
  /**
   * 计价货币 (quote currency)
   */
  quote: string
  /**
   * 单位 (units of the base currency the rate is for)
   */
  unit: 1 | 100
  /**
   * 汇率 (rate): quote currency for `unit` of the base, decimal string
   */
  rate: string
  /**
   * 汇率日期 (date of the rate)
   */
  asOf: string
  /**
   * 汇率来源 (source)
   */
  source?: string
}
export interface UnderlyingDocument {
  /**
   * 单据种类 (type)
   */
  type: 'INVOICE' | 'BILL_OF_LADING' | 'CONTRACT' | 'PACKING_LIST' | 'PURCHASE_ORDER' | 'WAREHOUSE_RECEIPT'
  /**
   * 单据号码 (number)
   */
  number: string
  /**
   * 出具人 (issuer)
   */
  issuer?: string
  /**
   * 单据金额 (amount)
   */
  amount?: string
  /**
   * 单据币制 (currency)
   */
  currency?: string
  /**
   * 单据日期 (date)
   */
  date?: string
  /**
   * 单据摘要 (SHA-256), lower-case hex
   */
  sha256?: string
}

// tradefinance/invoice.v1.json
/**
 * 商业发票 (commercial invoice). Member names follow the UN/CEFACT commercial invoice credential where it has them. All amounts are in the one currency of the total.
 */
export interface CommercialInvoice {
  /**
   * 发票号 (number), unique with the seller in the year of its date
   */
  invoiceNumber: string
  /**
   * 发票日期 (date of the invoice)
   */
  invoiceDate: string
  /**
   * 签发日期 (date of issue)
   */
  issueDate?: string
  /**
   * 付款到期日 (payment due); required when the payment terms are DEFERRED
   */
  paymentDueDate?: string
  /**
   * 采购订单号 (purchase order)
   */
  purchaseOrderNumber?: string
  /**
   * 合同号 (contract)
   */
  contractNumber?: string
  seller: InvoiceSeller
  buyer: InvoiceBuyer
  invoicee?: InvoicePayer
  sellersBank?: SellersBank
  documentaryCreditApplicant?: CreditApplicant
  /**
   * 卖方银行账号 (seller's account)
   */
  sellerBankAccountNumber?: string
  /**
   * 原产国 (origin), ISO 3166 alpha-2
   */
  originCountry: string
  /**
   * 装货地 (place of loading), UN/LOCODE
   */
  originalLoadingLocation?: string
  /**
   * 卸货地 (place of unloading), UN/LOCODE
   */
  baseportUnloadingLocation?: string
  /**
   * 运输方式 (mode of transport), UN/ECE Recommendation 19: 1 sea, 2 rail, 3 road, 4 air, 5 post, 6 multimodal, 7 fixed installation, 8 inland water
   */
  transportMode?: '1' | '2' | '3' | '4' | '5' | '6' | '7' | '8'
  /**
   * 贸易术语 (trade terms), Incoterms
   */
  tradeTermsConditionsCode: 'EXW' | 'FCA' | 'FAS' | 'FOB' | 'CFR' | 'CIF' | 'CPT' | 'CIP' | 'DPU' | 'DAP' | 'DDP'
  /**
   * 约定地点 (named place of the trade terms)
   */
  namedPlace?: string
  paymentTerms?: InvoicePaymentTerms
  paymentMethod?: InvoicePaymentMethod
  /**
   * 货物 (lines)
   *
   * @minItems 1
   * @maxItems 200
   */
  itemsShipped: InvoiceLine[]
  /**
   * 附加费用 (charges), added to the lines
   *
   * @minItems 1
   * @maxItems 20
   */
  charges?: InvoiceCharge[]
  /**
   * 折让 (allowances), taken from the lines
   *
   * @minItems 1
   * @maxItems 20
   */
  allowances?: InvoiceAllowance[]
  totalAmount: InvoiceTotal
  /**
   * 报关单 (declarations the goods were exported under)
   *
   * @minItems 1
   * @maxItems 20
   */
  declarations?: InvoicedDeclaration[]
}
/**
 * 卖方 (seller)
 */
export interface InvoiceSeller {
  /**
   * 统一社会信用代码 (unified social credit code)
   */
  uscc?: string
  /**
   * 法人识别编码 (legal entity identifier)
   */
  lei?: string
  /**
   * 其他识别号 (other identifier: tax or company number of its country)
   */
  otherId?: string
  /**
   * 名称 (name)
   */
  name: string
  /**
   * 地址 (address)
   */
  address?: string
  /**
   * 国家 (country), ISO 3166 alpha-2
   */
  country: string
}
/**
 * 买方 (buyer)
 */
export interface InvoiceBuyer {
  /**
   * 统一社会信用代码 (unified social credit code)
   */
  uscc?: string
  /**
   * 法人识别编码 (legal entity identifier)
   */
  lei?: string
  /**
   * 其他识别号 (other identifier: tax or company number of its country)
   */
  otherId?: string
  /**
   * 名称 (name)
   */
  name: string
  /**
   * 地址 (address)
   */
  address?: string
  /**
   * 国家 (country), ISO 3166 alpha-2
   */
  country: string
}
/**
 * 付款方 (invoicee), if it is not the buyer
 */
export interface InvoicePayer {
  /**
   * 统一社会信用代码 (unified social credit code)
   */
  uscc?: string
  /**
   * 法人识别编码 (legal entity identifier)
   */
  lei?: string
  /**
   * 其他识别号 (other identifier: tax or company number of its country)
   */
  otherId?: string
  /**
   * 名称 (name)
   */
  name: string
  /**
   * 地址 (address)
   */
  address?: string
  /**
   * 国家 (country), ISO 3166 alpha-2
   */
  country?: string
}
/**
 * 卖方银行 (seller's bank)
 */
export interface SellersBank {
  /**
   * BIC (ISO 9362)
   */
  bic?: string
  /**
   * 统一社会信用代码 (unified social credit code)
   */
  uscc?: string
  /**
   * 法人识别编码 (legal entity identifier)
   */
  lei?: string
  /**
   * 其他识别号 (other identifier: tax or company number of its country)
   */
  otherId?: string
  /**
   * 名称 (name)
   */
  name: string
  /**
   * 地址 (address)
   */
  address?: string
  /**
   * 国家 (country), ISO 3166 alpha-2
   */
  country?: string
}
/**
 * 信用证申请人 (documentary credit applicant)
 */
export interface CreditApplicant {
  /**
   * 统一社会信用代码 (unified social credit code)
   */
  uscc?: string
  /**
   * 法人识别编码 (legal entity identifier)
   */
  lei?: string
  /**
   * 其他识别号 (other identifier: tax or company number of its country)
   */
  otherId?: string
  /**
   * 名称 (name)
   */
  name: string
  /**
   * 地址 (address)
   */
  address?: string
  /**
   * 国家 (country), ISO 3166 alpha-2
   */
  country?: string
}
/**
 * 付款条件 (payment terms)
 */
export interface InvoicePaymentTerms {
  /**
   * 代码 (code)
   */
  code: 'ADVANCE' | 'AT_SIGHT' | 'DEFERRED' | 'OTHER'
  /**
   * 文字说明 (text)
   */
  text?: string
}
/**
 * 付款方式 (payment method)
 */
export interface InvoicePaymentMethod {
  /**
   * 代码 (code)
   */
  code: 'TRANSFER' | 'DOCUMENTARY_CREDIT' | 'DOCUMENTARY_COLLECTION' | 'OPEN_ACCOUNT' | 'OTHER'
  /**
   * 文字说明 (text)
   */
  text?: string
}
/**
 * 一行货物 (one line)
 */
export interface InvoiceLine {
  /**
   * 产品编号 (product id)
   */
  productId?: string
  /**
   * 库存单位编号 (stock keeping unit)
   */
  sku?: string
  /**
   * 货物名称 (description)
   */
  description: string
  /**
   * 商品编码 (commodity code), six to ten digits
   */
  hsCode: string
  /**
   * 原产国 (origin), ISO 3166 alpha-2; if it is not that of the invoice
   */
  originCountry?: string
  /**
   * 数量 (quantity), decimal string
   */
  itemCount: string
  /**
   * 计量单位 (unit), UN/ECE Recommendation 20
   */
  unit: string
  /**
   * 净重 (net weight), kg
   */
  netWeight?: string
  /**
   * 毛重 (gross weight), kg
   */
  grossWeight?: string
  /**
   * 单价 (unit price), in the currency of the total
   */
  productPrice: string
  /**
   * 金额 (amount of the line), in the currency of the total
   */
  amount: string
}
/**
 * 一项费用 (one charge)
 */
export interface InvoiceCharge {
  /**
   * 种类 (kind)
   */
  code: 'FREIGHT' | 'INSURANCE' | 'PACKING' | 'HANDLING' | 'OTHER'
  /**
   * 金额 (amount)
   */
  amount: string
  /**
   * 文字说明 (text)
   */
  text?: string
}
/**
 * 一项折让 (one allowance)
 */
export interface InvoiceAllowance {
  /**
   * 种类 (kind)
   */
  code: 'DISCOUNT' | 'ADVANCE_PAYMENT' | 'RETURN' | 'OTHER'
  /**
   * 金额 (amount)
   */
  amount: string
  /**
   * 文字说明 (text)
   */
  text?: string
}
/**
 * 总金额 (total): lines and charges less allowances
 */
export interface InvoiceTotal {
  /**
   * 金额 (amount), decimal string
   */
  amount: string
  /**
   * 币制 (currency), ISO 4217
   */
  currency: string
}
/**
 * 一份报关单 (one declaration)
 */
export interface InvoicedDeclaration {
  /**
   * 海关编号 (customs declaration number)
   */
  entryId: string
}
