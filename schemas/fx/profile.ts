// The profile of ISO 20022 that the payments room takes, written once: which elements a message has, in which order, how often, of which
// type, and how sensitive their values are. make-schemas.ts makes the XSDs and the JSON Schemas of it.
// Element names, order and lengths are those of ISO 20022 (pacs.008.001.08 to .12, pacs.002.001.10 to .14, head.001.001.02 to .04); where
// versions differ the wider one counts. Left out: supplementary data, signatures within the header and the original transaction of a
// status, which CBPR+ leaves out too.

export type FieldClass = 'public' | 'trade' | 'commercial' | 'personal'

/** A leaf: how XSD restricts it, and its class. */
export interface Leaf {
  base: 'string' | 'decimal' | 'date' | 'dateTime' | 'time' | 'boolean'
  class: FieldClass
  lengthMax?: number
  pattern?: string
  listed?: string
  digits?: { total: number; fraction: number; least?: number }
}

const text = (lengthMax: number, of: FieldClass): Leaf => ({ base: 'string', class: of, lengthMax })
const listed = (codes: string, of: FieldClass = 'trade'): Leaf => ({ base: 'string', class: of, listed: codes })

// Names with P are personal, with T trade; references that a debtor writes freely may hold a name, so they are personal too. Identifiers with check digits (BIC, IBAN, LEI, UETR, countries, currencies) are bounded in
// length alone: the rules of the room say more exactly what is wrong with one.
export const LEAVES: Readonly<Record<string, Leaf>> = {
  P4: text(4, 'personal'),
  P16: text(16, 'personal'),
  P34: text(34, 'personal'),
  P35: text(35, 'personal'),
  P70: text(70, 'personal'),
  P128: text(128, 'personal'),
  P140: text(140, 'personal'),
  P350: text(350, 'personal'),
  P2048: text(2048, 'personal'),
  T3: text(3, 'trade'),
  T4: text(4, 'trade'),
  T5: text(5, 'trade'),
  T10: text(10, 'trade'),
  T16: text(16, 'trade'),
  T35: text(35, 'trade'),
  T140: text(140, 'trade'),
  Identifier: text(64, 'trade'),
  Iban: text(64, 'personal'),
  CurrencyOrCountry: text(16, 'trade'),
  Count: { base: 'string', class: 'trade', lengthMax: 15, pattern: '[0-9]{1,15}' },
  Phone: { base: 'string', class: 'personal', lengthMax: 35, pattern: '\\+[0-9]{1,3}-[0-9()+\\-]{1,30}' },
  AddressCode: { base: 'string', class: 'personal', lengthMax: 4, pattern: '[a-zA-Z0-9]{4}' },
  Date: { base: 'date', class: 'trade' },
  BirthDate: { base: 'date', class: 'personal' },
  BirthCountry: text(16, 'personal'),
  // A year since the later versions, a date before.
  YearOrDate: {
    base: 'string',
    class: 'trade',
    lengthMax: 16,
    pattern: '[0-9]{4}(-[0-9]{2}-[0-9]{2})?(Z|[+\\-][0-9]{2}:[0-9]{2})?',
  },
  DateTime: { base: 'dateTime', class: 'trade' },
  Time: { base: 'time', class: 'trade' },
  Flag: { base: 'boolean', class: 'trade' },
  PersonalFlag: { base: 'boolean', class: 'personal' },
  Rate: { base: 'decimal', class: 'commercial', digits: { total: 11, fraction: 10 } },
  Sum: { base: 'decimal', class: 'commercial', digits: { total: 18, fraction: 17 } },
  Number: { base: 'decimal', class: 'trade', digits: { total: 18, fraction: 0 } },
  SettlementMethod: listed('INDA INGA COVE CLRG'),
  ChargeBearer: listed('DEBT CRED SHAR'),
  Priority: listed('HIGH NORM'),
  SettlementPriority: listed('URGT HIGH NORM'),
  ClearingChannel: listed('RTGS RTNS MPNS BOOK'),
  ReportingSide: listed('CRED DEBT BOTH'),
  CreditOrDebit: listed('CRDT DBIT'),
  NamePrefix: listed('DOCT MADM MISS MIST MIKS', 'personal'),
  ContactMethod: listed('LETT MAIL PHON FAXX CELL', 'personal'),
  LocationMethod: listed('FAXI EDIC URID EMAL POST SMSM'),
  TaxPeriodKind: listed('MM01 MM02 MM03 MM04 MM05 MM06 MM07 MM08 MM09 MM10 MM11 MM12 QTR1 QTR2 QTR3 QTR4 HLF1 HLF2'),
  CopyDuplicate: listed('CODU COPY DUPL'),
  TransactionStatus: listed('ACCP ACSP ACSC ACCC ACWP PDNG BLCK RJCT'),
}

/** An amount: decimal text of the element and its currency. In JSON {Ccy, value}. */
export const AMOUNT = 'Amount'
export const AMOUNT_DIGITS = { total: 18, fraction: 5, least: 0 }

const CODE = (code: string, own = 'T35'): string => `choice: Cd ${code}, Prtry ${own}`
const AGENTS = (names: string): string =>
  names
    .split(' ')
    .map((name) => `${name}? Agent, ${name}Acct? Account`)
    .join(', ')
const TAX_SUMS =
  'AdmstnZone? P35, RefNb? P140, Mtd? P35, TtlTaxblBaseAmt? Amount, TtlTaxAmt? Amount, Dt? Date, SeqNb? Number, Rcrd* TaxRecord'
const HEADER =
  'Fr HeaderParty, To HeaderParty, BizMsgIdr T35, MsgDefIdr T35, BizSvc? T35, MktPrctc? MarketPractice, CreDt DateTime, BizPrcgDt? DateTime, ' +
  'CpyDplct? CopyDuplicate, PssblDplct? Flag, Prty? T4'

/**
 * Elements as "name, occurrence, type": none is once, ? at most once, * any number, + at least once, {n} at most n. "choice:" takes
 * exactly one of them.
 */
export const TYPES: Readonly<Record<string, string>> = {
  PostalAddress:
    'AdrTp? AddressType, CareOf? P140, Dept? P70, SubDept? P70, StrtNm? P140, BldgNb? P16, BldgNm? P140, Flr? P70, UnitNb? P16, PstBx? P16, ' +
    'Room? P70, PstCd? P16, TwnNm? P140, TwnLctnNm? P140, DstrctNm? P140, CtrySubDvsn? P35, Ctry? CurrencyOrCountry, AdrLine{7} P70',
  AddressType: 'choice: Cd P4, Prtry AddressKind',
  AddressKind: 'Id AddressCode, Issr P35, SchmeNm? P35',
  BankAddress:
    'AdrTp? AddressType, CareOf? T140, Dept? T140, SubDept? T140, StrtNm? T140, BldgNb? T16, BldgNm? T140, Flr? T140, UnitNb? T16, PstBx? T16, ' +
    'Room? T140, PstCd? T16, TwnNm? T140, TwnLctnNm? T140, DstrctNm? T140, CtrySubDvsn? T35, Ctry? CurrencyOrCountry, AdrLine{7} T140',
  Agent: 'FinInstnId Institution, BrnchId? Branch',
  Institution:
    'BICFI? Identifier, ClrSysMmbId? ClearingMember, LEI? Identifier, Nm? T140, PstlAdr? BankAddress, Othr? OtherInstitution',
  ClearingMember: 'ClrSysId? ClearingSystem, MmbId T35',
  ClearingSystem: CODE('T5'),
  OtherInstitution: 'Id T35, SchmeNm? Scheme, Issr? T35',
  Branch: 'Id? T35, LEI? Identifier, Nm? T140, PstlAdr? BankAddress',
  Scheme: CODE('T4'),
  Account: 'Id? AccountId, Tp? Scheme, Ccy? CurrencyOrCountry, Nm? P70, Prxy? Proxy',
  AccountId: 'choice: IBAN Iban, Othr OtherAccount',
  OtherAccount: 'Id P34, SchmeNm? Scheme, Issr? P35',
  Proxy: 'Tp? Scheme, Id P2048',
  Party: 'Nm? P140, PstlAdr? PostalAddress, Id? PartyId, CtryOfRes? CurrencyOrCountry, CtctDtls? Contact',
  PartyId: 'choice: OrgId Organisation, PrvtId Person',
  Organisation: 'AnyBIC? Identifier, LEI? Identifier, Othr* OtherParty',
  Person: 'DtAndPlcOfBirth? Birth, Othr* OtherParty',
  OtherParty: 'Id P35, SchmeNm? Scheme, Issr? P35',
  Birth: 'BirthDt BirthDate, PrvcOfBirth? P35, CityOfBirth P35, CtryOfBirth BirthCountry',
  Contact:
    'NmPrfx? NamePrefix, Nm? P140, PhneNb? Phone, MobNb? Phone, FaxNb? Phone, URLAdr? P2048, EmailAdr? P2048, EmailPurp? P35, JobTitl? P35, ' +
    'Rspnsblty? P35, Dept? P70, Othr* OtherContact, PrefrdMtd? ContactMethod',
  OtherContact: 'ChanlTp P4, Id? P128',

  HeaderParty: 'choice: OrgId Party, FIId Agent',
  MarketPractice: 'Regy P350, Id P2048',
  RelatedHeader: HEADER,
  Header: `${HEADER}, Rltd* RelatedHeader`,

  GroupHeader:
    'MsgId T35, CreDtTm DateTime, XpryDtTm? DateTime, BtchBookg? Flag, NbOfTxs Count, CtrlSum? Sum, TtlIntrBkSttlmAmt? Amount, ' +
    'IntrBkSttlmDt? Date, SttlmInf Settlement, PmtTpInf? PaymentType, InstgAgt? Agent, InstdAgt? Agent',
  Settlement: `SttlmMtd SettlementMethod, SttlmAcct? Account, ClrSys? CashClearing, ${AGENTS('InstgRmbrsmntAgt InstdRmbrsmntAgt ThrdRmbrsmntAgt')}`,
  CashClearing: CODE('T3'),
  PaymentType:
    'InstrPrty? Priority, ClrChanl? ClearingChannel, SvcLvl* Scheme, LclInstrm? LocalInstrument, CtgyPurp? Scheme',
  LocalInstrument: CODE('T35'),
  PaymentId: 'InstrId? T35, EndToEndId P35, TxId? T35, UETR Identifier, ClrSysRef? P35',
  Transaction:
    'PmtId PaymentId, PmtTpInf? PaymentType, IntrBkSttlmAmt Amount, IntrBkSttlmDt? Date, SttlmPrty? SettlementPriority, ' +
    'SttlmTmIndctn? SettledAt, SttlmTmReq? SettlementTimes, AccptncDtTm? DateTime, PoolgAdjstmntDt? Date, InstdAmt? Amount, XchgRate? Rate, ' +
    `ChrgBr ChargeBearer, ChrgsInf* Charges, MndtRltdInf? Mandate, ${AGENTS('PrvsInstgAgt1 PrvsInstgAgt2 PrvsInstgAgt3')}, InstgAgt? Agent, ` +
    `InstdAgt? Agent, ${AGENTS('IntrmyAgt1 IntrmyAgt2 IntrmyAgt3')}, UltmtDbtr? Party, InitgPty? Party, Dbtr Party, DbtrAcct? Account, ` +
    'DbtrAgt Agent, DbtrAgtAcct? Account, CdtrAgt Agent, CdtrAgtAcct? Account, Cdtr Party, CdtrAcct? Account, UltmtCdtr? Party, ' +
    'InstrForCdtrAgt* Instruction, InstrForNxtAgt* Instruction, Purp? Scheme, RgltryRptg{10} RegulatoryReport, Tax? Tax, ' +
    'RltdRmtInf{10} RemittanceLocation, RmtInf? Remittance',
  SettledAt: 'DbtDtTm? DateTime, CdtDtTm? DateTime',
  SettlementTimes: 'CLSTm? Time, TillTm? Time, FrTm? Time, RjctTm? Time',
  Charges: 'Amt Amount, Agt Agent, Tp? Scheme',
  Mandate: 'MndtId? T35, DtOfSgntr? Date, FrstPmtDt? Date, FnlPmtDt? Date, Rsn? Scheme, TrckgDays? Count',
  Instruction: 'Cd? T4, InstrInf? P140',
  RegulatoryReport: 'DbtCdtRptgInd? ReportingSide, Authrty? Authority, Dtls* RegulatoryDetail',
  Authority: 'Nm? T140, Ctry? CurrencyOrCountry',
  RegulatoryDetail: 'Tp? T35, Dt? Date, Ctry? CurrencyOrCountry, Cd? T10, Amt? Amount, Inf* P35',
  RemittanceLocation: 'RmtId? P35, RmtLctnDtls* LocationDetail',
  LocationDetail: 'Mtd LocationMethod, ElctrncAdr? P2048, PstlAdr? NameAndAddress',
  NameAndAddress: 'Nm P140, Adr PostalAddress',
  Remittance: 'Ustrd* P140, Strd* Structured',
  Structured:
    'RfrdDocInf* ReferredDocument, RfrdDocAmt? RemittanceAmount, CdtrRefInf? CreditorReference, Invcr? Party, Invcee? Party, TaxRmt? TaxRemittance, ' +
    'GrnshmtRmt? Garnishment, AddtlRmtInf{3} P140',
  ReferredDocument: 'Tp? DocumentType, Nb? T35, RltdDt? RelatedDate, LineDtls* DocumentLine',
  DocumentType: 'CdOrPrtry Scheme, Issr? T35',
  RelatedDate: 'Tp? Scheme, Dt? Date',
  DocumentLine: 'Id+ DocumentLineId, Desc? P2048, Amt? RemittanceAmount',
  DocumentLineId: 'Tp? DocumentType, Nb? T35, RltdDt? RelatedDate',
  RemittanceAmount:
    'DuePyblAmt? Amount, DscntApldAmt* TypedAmount, CdtNoteAmt? Amount, TaxAmt* TypedAmount, RmtAmtAndTp* TypedAmount, AdjstmntAmtAndRsn* Adjustment, RmtdAmt? Amount',
  TypedAmount: 'Tp? Scheme, Amt Amount',
  Adjustment: 'Amt Amount, CdtDbtInd? CreditOrDebit, Rsn? T4, AddtlInf? P140',
  CreditorReference: 'Tp? DocumentType, Ref? P35',
  Garnishment:
    'Tp GarnishmentType, Grnshee? Party, GrnshmtAdmstr? Party, RefNb? P140, Dt? Date, RmtdAmt? Amount, FmlyMdclInsrncInd? PersonalFlag, MplyeeTermntnInd? PersonalFlag',
  GarnishmentType: 'CdOrPrtry Scheme, Issr? T35',
  TaxParty: 'TaxId? P35, RegnId? P35, TaxTp? P35, Authstn? TaxAuthorisation',
  TaxAuthorisation: 'Titl? P35, Nm? P140',
  Tax: `Cdtr? TaxParty, Dbtr? TaxParty, ${TAX_SUMS}`,
  TaxRemittance: `Cdtr? TaxParty, Dbtr? TaxParty, UltmtDbtr? TaxParty, ${TAX_SUMS}`,
  TaxRecord:
    'Tp? P35, Ctgy? P35, CtgyDtls? P35, DbtrSts? P35, CertId? P35, FrmsCd? P35, Prd? TaxPeriod, TaxAmt? TaxAmount, AddtlInf? P140',
  TaxPeriod: 'Yr? YearOrDate, Tp? TaxPeriodKind, FrToDt? Period',
  Period: 'FrDt Date, ToDt Date',
  TaxAmount: 'Rate? Rate, TaxblBaseAmt? Amount, TtlAmt? Amount, Dtls* TaxDetail',
  TaxDetail: 'Prd? TaxPeriod, Amt Amount',
  CreditTransfer: 'GrpHdr GroupHeader, CdtTrfTxInf+ Transaction',
  PaymentDocument: 'FIToFICstmrCdtTrf CreditTransfer',

  StatusHeader: 'MsgId T35, CreDtTm DateTime, InstgAgt? Agent, InstdAgt? Agent',
  OriginalGroup: 'OrgnlMsgId T35, OrgnlMsgNmId T35, OrgnlCreDtTm? DateTime',
  StatusReason: 'Orgtr? Party, Rsn? Scheme, AddtlInf* P140',
  DateOrDateTime: 'choice: Dt Date, DtTm DateTime',
  TransactionStatusReport:
    'StsId? T35, OrgnlGrpInf OriginalGroup, OrgnlInstrId? T35, OrgnlEndToEndId? P35, OrgnlTxId? T35, OrgnlUETR Identifier, TxSts TransactionStatus, ' +
    'StsRsnInf* StatusReason, ChrgsInf* Charges, AccptncDtTm? DateTime, PrcgDt? DateOrDateTime, FctvIntrBkSttlmDt? DateOrDateTime, ' +
    'AcctSvcrRef? T35, ClrSysRef? T35, InstgAgt? Agent, InstdAgt? Agent',
  StatusReport: 'GrpHdr StatusHeader, TxInfAndSts+ TransactionStatusReport',
  StatusDocument: 'FIToFIPmtStsRpt StatusReport',
}

/** Types whose element may hold text instead of children: earlier versions have the date itself in RltdDt, later ones Dt and its type. */
export const MIXED: ReadonlySet<string> = new Set(['RelatedDate'])

/** One XSD for each message: its root element and the namespace its file is written in. */
export const MESSAGES = {
  'head.001': { root: 'AppHdr', type: 'Header', namespace: 'urn:iso:std:iso:20022:tech:xsd:head.001.001.02' },
  'pacs.008': {
    root: 'Document',
    type: 'PaymentDocument',
    namespace: 'urn:iso:std:iso:20022:tech:xsd:pacs.008.001.08',
  },
  'pacs.002': { root: 'Document', type: 'StatusDocument', namespace: 'urn:iso:std:iso:20022:tech:xsd:pacs.002.001.10' },
} as const

/** One JSON Schema for each kind. `prefix` keeps the names of its types apart from those of the others. */
export const KINDS = {
  payment: {
    document: 'PaymentDocument',
    prefix: 'FxPayment',
    description:
      'A customer credit transfer between banks: the business application header and pacs.008 as JSON of the same names.',
  },
  'payment-status': {
    document: 'StatusDocument',
    prefix: 'FxPaymentStatus',
    description: 'What became of a payment: the business application header and pacs.002 as JSON of the same names.',
  },
} as const
