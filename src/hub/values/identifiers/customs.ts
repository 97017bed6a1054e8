// Identifiers of customs and trade: declaration number, office, tariff line, commodity code, place, consignment reference.
import { alpha3Of } from '../country.ts'
import { flaw, type IdentifierCheck } from './codes.ts'

/** The parts of a customs declaration number 海关编号. */
export interface EntryIdParts {
  office: string
  year: string
  direction: 'import' | 'export'
  serial: string
}

const ENTRY_ID = /^(\d{4})(\d{4})([01IE])(\d{9})$/

/** Reads a declaration number: 0 and E mark exports, 1 and I imports; undefined if it has another form. */
export function parseEntryId(text: unknown): EntryIdParts | undefined {
  const [, office, year, flag, serial] = (typeof text === 'string' && ENTRY_ID.exec(text)) || []
  if (office === undefined || year === undefined || serial === undefined) return undefined
  return { office, year, direction: flag === '0' || flag === 'E' ? 'export' : 'import', serial }
}

export const checkEntryId: IdentifierCheck = (text) => (parseEntryId(text) ? undefined : flaw('ENTRY_ID_MALFORMED'))

/** Customs office code 关区代码: its form; whether it exists is a matter of the code list. */
export const checkCustomsOffice: IdentifierCheck = (text) =>
  /^\d{4}$/.test(text) ? undefined : flaw('CUSTOMS_OFFICE_MALFORMED')

/** Tariff line 商品编号 of China: ten digits in a chapter that exists. Chapter 77 is reserved; 98 and 99 are national. */
export const checkTariffLine: IdentifierCheck = (text) =>
  /^\d{10}$/.test(text) ? checkChapter(text) : flaw('TARIFF_LINE_MALFORMED')

/** Commodity code of six to ten digits, as other countries and carriers write it. */
export const checkHs: IdentifierCheck = (text) => (/^\d{6,10}$/.test(text) ? checkChapter(text) : flaw('HS_MALFORMED'))

function checkChapter(text: string) {
  const chapter = text.slice(0, 2)
  return chapter === '00' || chapter === '77' ? flaw('TARIFF_CHAPTER_UNKNOWN', { chapter }) : undefined
}

/** UN/LOCODE: its form and country. */
export const checkLocode: IdentifierCheck = (text) => {
  if (!/^[A-Z]{2}[A-Z2-9]{3}$/.test(text)) return flaw('LOCODE_MALFORMED')
  const country = text.slice(0, 2)
  return alpha3Of(country) ? undefined : flaw('LOCODE_COUNTRY_UNKNOWN', { country })
}

/** Unique consignment reference (WCO Recommendation), at most 35 characters. */
export const checkUcr: IdentifierCheck = (text) => {
  if (!/^\d[A-Z]{2}[A-Z0-9-]{1,32}$/.test(text)) return flaw('UCR_MALFORMED')
  const country = text.slice(1, 3)
  return alpha3Of(country) ? undefined : flaw('UCR_COUNTRY_UNKNOWN', { country })
}
