// Identifiers of money on its way: BIC, IBAN, UETR. Most of the countries here issue no IBAN, so none may be required.
import { alpha3Of } from '../country.ts'
import { remainder97 } from './check-digit.ts'
import { flaw, type IdentifierCheck } from './codes.ts'

/** BIC, ISO 9362. Kosovo writes XK, which ISO 3166 leaves to users. */
export const checkBic: IdentifierCheck = (text) => {
  if (!/^[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}(?:[A-Z0-9]{3})?$/.test(text)) return flaw('BIC_MALFORMED')
  const country = text.slice(4, 6)
  return alpha3Of(country) !== undefined || country === 'XK' ? undefined : flaw('BIC_COUNTRY_UNKNOWN', { country })
}

// Lengths of the IBAN register, without those under way.
const IBAN_LENGTHS: Readonly<Record<number, string>> = {
  15: 'NO',
  16: 'BE',
  18: 'DK FI FK FO GL NL SD',
  19: 'MK SI',
  20: 'AT BA EE KZ LT LU MN XK',
  21: 'CH HR LI LV',
  22: 'BG BH CR DE GB GE IE ME RS VA',
  23: 'AE GI IL IQ OM SO TL',
  24: 'AD CZ ES MD PK RO SA SE SK TN VG',
  25: 'LY PT ST',
  26: 'IS TR',
  27: 'BI DJ FR GR IT MC MR SM',
  28: 'AL AZ BY CY DO GT HN HU LB NI PL SV',
  29: 'BR EG PS QA UA',
  30: 'JO KW MU YE',
  31: 'MT SC',
  32: 'LC',
  33: 'RU',
}
const ibanLengths = new Map<string, number>()
for (const [length, countries] of Object.entries(IBAN_LENGTHS))
  for (const country of countries.split(' ')) ibanLengths.set(country, Number(length))

/** IBAN, ISO 13616, in its electronic form. */
export const checkIban: IdentifierCheck = (text) => {
  if (!/^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/.test(text)) return flaw('IBAN_MALFORMED')
  const country = text.slice(0, 2)
  const expected = ibanLengths.get(country)
  if (expected === undefined) return flaw('IBAN_COUNTRY_UNKNOWN', { country })
  if (text.length !== expected) return flaw('IBAN_LENGTH', { country, expected })
  return remainder97(text.slice(4) + text.slice(0, 4)) === 1 ? undefined : flaw('IBAN_CHECK_DIGIT')
}

/** Unique end-to-end transaction reference: a version 4 UUID, lower case, unchanged through the whole chain. */
export const checkUetr: IdentifierCheck = (text) =>
  /^[a-f0-9]{8}-[a-f0-9]{4}-4[a-f0-9]{3}-[89ab][a-f0-9]{3}-[a-f0-9]{12}$/.test(text)
    ? undefined
    : flaw('UETR_MALFORMED')
