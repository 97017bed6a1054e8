// Rules of single values, wherever they stand: identifiers, countries, amounts, characters, accounts and addresses.
import {
  alpha3Of,
  checkBic,
  checkIban,
  checkLei,
  checkUetr,
  isDate,
  minorUnits,
  placed,
  type Decimal,
  type Finding,
  type Flaw,
} from '../hub/index.ts'
import { parseXmlDecimal } from './amount.ts'
import { finding, flaw } from './codes.ts'
import type { Element } from './element.ts'

const checkCountry = (value: string): Flaw | undefined =>
  alpha3Of(value) === undefined ? flaw('PAYMENT_COUNTRY_UNKNOWN', { value }) : undefined
const checkCurrency = (value: string): Flaw | undefined =>
  minorUnits(value) === undefined ? flaw('PAYMENT_CURRENCY_UNKNOWN', { value }) : undefined
const checkOffset = (value: string): Flaw | undefined =>
  /(?:Z|[+-]\d{2}:\d{2})\s*$/.test(value) ? undefined : flaw('TIME_WITHOUT_OFFSET')

const BY_NAME: Readonly<Record<string, (text: string) => Flaw | undefined>> = {
  BICFI: checkBic,
  AnyBIC: checkBic,
  IBAN: checkIban,
  LEI: checkLei,
  UETR: checkUetr,
  OrgnlUETR: checkUetr,
  Ctry: checkCountry,
  CtryOfRes: checkCountry,
  CtryOfBirth: checkCountry,
  Ccy: checkCurrency,
  CreDt: checkOffset,
  CreDtTm: checkOffset,
}

// FIN X, and the wider set that CBPR+ has for names, addresses and free text. Neither has letters with accents or Chinese characters.
const FIN_X = /[^0-9a-zA-Z/\-?:().,'+ \r\n]/gu
const FIN_X_EXTENDED = /[^\x20-\x7E\r\n]/gu
const REFERENCES: ReadonlySet<string> = new Set(['BizMsgIdr', 'MsgId', 'InstrId', 'EndToEndId', 'TxId', 'ClrSysRef'])

/** What holds of all values of a message: `limited` says whether the characters are those of the correspondent network. */
export function checkValues(body: Element, limited: boolean): Finding[] {
  const found: Finding[] = []
  const walk = (name: string, element: Element): void => {
    if (typeof element.value === 'string') found.push(...checkText(name, element, element.value, limited))
    else if (element.child('Ccy') && element.child('value')) found.push(...checkAmount(name, element))
    else {
      found.push(...checkGroup(name, element))
      for (const [of, part] of element.parts()) walk(of, part)
    }
  }
  walk('', body)
  return found
}

function checkText(name: string, { path }: Element, text: string, limited: boolean): Finding[] {
  const wrong = Object.hasOwn(BY_NAME, name) ? BY_NAME[name]!(text) : undefined
  if (wrong) return [placed(wrong, path)]
  const strange = limited ? [...new Set(text.match(REFERENCES.has(name) ? FIN_X : FIN_X_EXTENDED))] : []
  if (strange.length === 0) return []
  return [finding('CHARACTER_NOT_ALLOWED', path, { characters: strange.slice(0, 10).join(' ') })]
}

// Charges may be none, and a discount or tax may be nothing; what is instructed and settled is something.
const POSITIVE: ReadonlySet<string> = new Set(['IntrBkSttlmAmt', 'InstdAmt', 'TtlIntrBkSttlmAmt'])

function checkAmount(name: string, amount: Element): Finding[] {
  const { path } = amount
  const [currency, value] = [amount.text('Ccy'), amount.text('value')]
  if (currency === undefined || value === undefined) return []
  const unknown = checkCurrency(currency)
  if (unknown) return [placed(unknown, `${path}/@Ccy`)]
  const number = parseXmlDecimal(value)
  if (!number) return []
  if (POSITIVE.has(name) && number.digits <= 0n) return [finding('PAYMENT_AMOUNT_NOT_POSITIVE', path)]
  const decimals = minorUnits(currency)!
  if (placesOf(number) <= decimals) return []
  return [finding('PAYMENT_AMOUNT_DECIMALS', path, { currency, decimals, value })]
}

/** Decimal places that say something: trailing zeros do not. */
function placesOf({ digits, scale }: Decimal): number {
  let [left, places] = [digits, scale]
  while (places > 0 && left % 10n === 0n) [left, places] = [left / 10n, places - 1]
  return places
}

function checkGroup(name: string, element: Element): Finding[] {
  const { path } = element
  if (name === 'FinInstnId') {
    const known = ['BICFI', 'ClrSysMmbId', 'LEI', 'Nm', 'Othr'].some((one) => element.child(one))
    return known ? [] : [finding('AGENT_UNIDENTIFIED', path)]
  }
  if (name === 'RltdDt') return isXmlDate(element) ? [] : [finding('VALUE_MALFORMED', path, { element: name })]
  if (!name.endsWith('Acct') || element.child('Id') || element.child('Prxy')) return []
  return [finding('ACCOUNT_UNIDENTIFIED', path)]
}

/** The XSD cannot say this of a date that may be text or an element. */
function isXmlDate(related: Element): boolean {
  const date = related.child('Dt')
  const text = date?.text()?.trim()
  return text === undefined
    ? date !== undefined
    : /^.{10}(?:Z|[+-]\d{2}:\d{2})?$/.test(text) && isDate(text.slice(0, 10))
}

/** Addresses of the new form: structured, or town and country with at most two lines. */
export function checkAddresses(body: Element): Finding[] {
  return body.parts().flatMap(([name, part]) => (isAddress(name, part) ? checkAddress(part) : checkAddresses(part)))
}

const isAddress = (name: string, part: Element): boolean => (name === 'PstlAdr' ? !part.child('Adr') : name === 'Adr')

function checkAddress(address: Element): Finding[] {
  const count = address.each('AdrLine').length
  if (!address.child('TwnNm') || !address.child('Ctry')) return [finding('ADDRESS_NOT_STRUCTURED', address.path)]
  return count > 2 ? [finding('ADDRESS_LINES', address.path, { count })] : []
}
