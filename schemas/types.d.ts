// Generated from the schemas beside this file by `npm run types`; edit the schemas, not this.
// biome-ignore-all format: generated

// customs/amendment.v1.json
/**
 * 报关单修改 (amendment): signed by the customs authority the declaration was filed with; moves what can be financed by the difference of the totals.
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

// customs/cancellation.v1.json
/**
 * 报关单撤销 (cancellation): signed by the customs authority the declaration was filed with; ends what can be financed.
 */
export interface CustomsCancellation {
  /**
   * 海关编号 (customs declaration number): office, year, direction, serial
   */
  entryId: string
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
 * 出口货物报关单 (export declaration of Chinese customs), names of the single-window message DecHead. Amounts and quantities are decimal strings.
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
   * 进出口标志 (direction): E, this profile is for exports
   */
  ieFlag: 'E'
  /**
   * 申报地海关 (office of declaration), code
   */
  customMaster: string
  /**
   * 出境关别 (office of exit), code
   */
  iEPort: string
  /**
   * 申报日期 (date of declaration), yyyyMMdd
   */
  dDate: string
  /**
   * 出口日期 (date of export), yyyyMMdd
   */
  ieDate?: string
  /**
   * 境内发货人统一社会信用代码 (consignor in China, social credit code)
   */
  tradeCoScc: string
  /**
   * 境内发货人海关编码 (consignor in China, customs code)
   */
  tradeCode: string
  /**
   * 境内发货人检验检疫编码 (consignor in China, inspection code)
   */
  tradeCiqCode?: string
  /**
   * 境内发货人名称 (consignor in China, name)
   */
  tradeName: string
  /**
   * 境外收货人代码 (consignee abroad, AEO code)
   */
  overseasTraderCode?: string
  /**
   * 境外收货人名称 (consignee abroad, name)
   */
  overseasTraderName: string
  /**
   * 生产销售单位统一社会信用代码 (producer or seller, social credit code)
   */
  ownerCodeScc: string
  /**
   * 生产销售单位海关编码 (producer or seller, customs code)
   */
  ownerCode: string
  /**
   * 生产销售单位名称 (producer or seller, name)
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
   * 贸易国 (trading country), ISO 3166 alpha-3
   */
  tradeAreaCode: string
  /**
   * 运抵国 (country of arrival), ISO 3166 alpha-3
   */
  tradeCountry: string
  /**
   * 指运港 (port of destination), customs port code
   */
  distinatePort?: string
  /**
   * 启运港 (port of departure), customs port code
   */
  despPortCode?: string
  /**
   * 离境口岸 (port of exit), six digits
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
   * 原产国 (country of origin), ISO 3166 alpha-3
   */
  originCountry: string
  /**
   * 最终目的国 (final destination), ISO 3166 alpha-3
   */
  destinationCountry: string
  /**
   * 境内货源地 (place of origin within China), five digits
   */
  districtCode: string
  /**
   * 产地代码 (administrative division of origin), six digits
   */
  destCode?: string
  /**
   * 征免 (duty treatment), code
   */
  dutyMode: string
}

// customs/release.v1.json
/**
 * 放行通知 (release): signed by the customs authority the declaration was filed with; from now on its total can be financed.
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
   * 境内发货人统一社会信用代码 (consignor in China); if given, it must be that of the declaration
   */
  tradeCoScc?: string
  declared?: ReleasedTotal
  /**
   * 是否查验 (whether the goods were inspected)
   */
  inspected?: boolean
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
  consensus: 'qbft' | 'ibft2' | 'ibft1'
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
