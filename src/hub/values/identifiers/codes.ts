// What is said of an identifier that cannot be right. MALFORMED: not of its form; CHECK_DIGIT: of its form, but mistyped somewhere. Numbers of
// goods, conveyances and companies are named; those of people and of accounts never are.
import { flawsOf, type FindingCodes, type Flaw } from '../finding.ts'

export const identifierCodes = {
  CONTAINER_MALFORMED: {
    en: 'A container number is four letters, the fourth U, J or Z, and seven digits (ISO 6346).',
    zh: '集装箱号应为四个字母(第四位为 U、J 或 Z)加七位数字(ISO 6346)。',
  },
  CONTAINER_CHECK_DIGIT: {
    en: 'The check digit of the container number {value} should be {expected}.',
    zh: '集装箱号 {value} 的校验位应为 {expected}。',
  },
  IMO_MALFORMED: { en: 'An IMO ship number is seven digits.', zh: 'IMO 船舶编号应为七位数字。' },
  IMO_CHECK_DIGIT: {
    en: 'The check digit of the IMO ship number {value} should be {expected}.',
    zh: 'IMO 船舶编号 {value} 的校验位应为 {expected}。',
  },
  AWB_MALFORMED: {
    en: 'An air waybill number is three digits, an optional hyphen, and eight digits.',
    zh: '航空运单号应为三位数字、可选连字符和八位数字。',
  },
  AWB_CHECK_DIGIT: {
    en: 'The check digit of the air waybill number {value} should be {expected}.',
    zh: '航空运单号 {value} 的校验位应为 {expected}。',
  },
  GTIN_MALFORMED: { en: 'A GTIN-14 is fourteen digits.', zh: 'GTIN-14 应为十四位数字。' },
  GTIN_CHECK_DIGIT: {
    en: 'The check digit of the GTIN {value} should be {expected}.',
    zh: 'GTIN {value} 的校验位应为 {expected}。',
  },
  GLN_MALFORMED: { en: 'A GLN is thirteen digits.', zh: 'GLN 应为十三位数字。' },
  GLN_CHECK_DIGIT: {
    en: 'The check digit of the GLN {value} should be {expected}.',
    zh: 'GLN {value} 的校验位应为 {expected}。',
  },
  SSCC_MALFORMED: { en: 'An SSCC is eighteen digits.', zh: 'SSCC 应为十八位数字。' },
  SSCC_CHECK_DIGIT: {
    en: 'The check digit of the SSCC {value} should be {expected}.',
    zh: 'SSCC {value} 的校验位应为 {expected}。',
  },
  LEI_MALFORMED: {
    en: 'A legal entity identifier is eighteen capital letters or digits and two check digits (ISO 17442).',
    zh: '法人识别编码应为十八位大写字母或数字加两位校验数字(ISO 17442)。',
  },
  LEI_CHECK_DIGIT: {
    en: 'The check digits of the legal entity identifier {value} are wrong.',
    zh: '法人识别编码 {value} 校验位错误。',
  },
  BIC_MALFORMED: {
    en: 'A BIC is eight or eleven capital letters or digits: four for the party, two for the country, two for the place, three for the branch (ISO 9362).',
    zh: 'BIC 应为八位或十一位大写字母或数字:四位机构、两位国家、两位地区、三位分支(ISO 9362)。',
  },
  BIC_COUNTRY_UNKNOWN: {
    en: 'Letters five and six of the BIC, {country}, are no country of ISO 3166.',
    zh: 'BIC 第五、六位 {country} 不是 ISO 3166 国家代码。',
  },
  IBAN_MALFORMED: {
    en: 'An IBAN is two letters, two check digits and up to thirty capital letters or digits, without spaces (ISO 13616).',
    zh: 'IBAN 应为两个字母、两位校验数字和至多三十位大写字母或数字,不含空格(ISO 13616)。',
  },
  IBAN_COUNTRY_UNKNOWN: {
    en: 'No IBAN is issued in {country}; give the account as another identifier.',
    zh: '{country} 不发行 IBAN;请使用其他账户标识。',
  },
  IBAN_LENGTH: { en: 'An IBAN of {country} has {expected} characters.', zh: '{country} 的 IBAN 应为 {expected} 位。' },
  IBAN_CHECK_DIGIT: { en: 'The check digits of the IBAN are wrong.', zh: 'IBAN 校验位错误。' },
  UETR_MALFORMED: { en: 'A UETR is a version 4 UUID in lower case.', zh: 'UETR 应为小写的第 4 版 UUID。' },
  USCC_MALFORMED: {
    en: 'A unified social credit code is eighteen digits or capital letters without I, O, S, V, Z (GB 32100).',
    zh: '统一社会信用代码应为十八位数字或大写字母(不含 I、O、S、V、Z)(GB 32100)。',
  },
  USCC_CHECK_DIGIT: {
    en: 'The check character of the unified social credit code {value} should be {expected}.',
    zh: '统一社会信用代码 {value} 的校验码应为 {expected}。',
  },
  CUSTOMS_REGISTRATION_MALFORMED: {
    en: 'A customs registration code is ten digits or capital letters, the first four digits for the place.',
    zh: '海关注册编码应为十位数字或大写字母,前四位为地区数字。',
  },
  RESIDENT_ID_MALFORMED: {
    en: 'A resident identity number is seventeen digits and a digit or X (GB 11643).',
    zh: '居民身份证号应为十七位数字加一位数字或 X(GB 11643)。',
  },
  RESIDENT_ID_DATE: {
    en: 'The date of birth in the resident identity number does not exist.',
    zh: '居民身份证号中的出生日期不存在。',
  },
  RESIDENT_ID_CHECK_DIGIT: {
    en: 'The check character of the resident identity number is wrong.',
    zh: '居民身份证号校验码错误。',
  },
  ENTRY_ID_MALFORMED: {
    en: 'A customs declaration number is eighteen characters: office 4, year 4, import or export flag (0, 1, I or E), serial 9.',
    zh: '海关编号应为十八位:关区四位、年份四位、进出口标志一位(0、1、I 或 E)、顺序号九位。',
  },
  CUSTOMS_OFFICE_MALFORMED: { en: 'A customs office code is four digits.', zh: '关区代码应为四位数字。' },
  TARIFF_LINE_MALFORMED: {
    en: 'A tariff line of China is ten digits: eight of the tariff and two for supervision.',
    zh: '商品编号应为十位数字:八位税则号列加两位监管附加编号。',
  },
  TARIFF_CHAPTER_UNKNOWN: {
    en: 'The Harmonized System has no chapter {chapter}.',
    zh: '协调制度中没有第 {chapter} 章。',
  },
  HS_MALFORMED: {
    en: 'A commodity code is six to ten digits, the first six those of the Harmonized System.',
    zh: '商品编码应为六至十位数字,前六位为协调制度编码。',
  },
  LOCODE_MALFORMED: {
    en: 'A UN/LOCODE is a country code and three letters or digits 2 to 9.',
    zh: 'UN/LOCODE 应为国家代码加三位字母或数字 2 至 9。',
  },
  LOCODE_COUNTRY_UNKNOWN: {
    en: 'The UN/LOCODE begins with {country}, which is no country of ISO 3166.',
    zh: 'UN/LOCODE 开头的 {country} 不是 ISO 3166 国家代码。',
  },
  UCR_MALFORMED: {
    en: 'A unique consignment reference is a year digit, a country code and up to 32 capital letters, digits or hyphens.',
    zh: '唯一货物参考号应为一位年份数字、国家代码和至多 32 位大写字母、数字或连字符。',
  },
  UCR_COUNTRY_UNKNOWN: {
    en: 'The unique consignment reference names the country {country}, which ISO 3166 does not have.',
    zh: '唯一货物参考号中的国家 {country} 不是 ISO 3166 代码。',
  },
} as const satisfies FindingCodes

export const flaw = flawsOf(identifierCodes)

/** A check of one identifier: undefined when nothing is wrong. Takes exactly the text, so spaces, lower case and full-width forms are flaws. */
export type IdentifierCheck = (text: string) => Flaw | undefined
