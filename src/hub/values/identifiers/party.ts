// Identifiers of companies and people: LEI, unified social credit code, customs registration, resident identity.
import { remainder97, weightedSum } from './check-digit.ts'
import { flaw, type IdentifierCheck } from './codes.ts'
import { residentIdFlaw } from './resident-id.ts'

/** Legal entity identifier, ISO 17442. */
export const checkLei: IdentifierCheck = (text) => {
  if (!/^[A-Z0-9]{18}\d{2}$/.test(text)) return flaw('LEI_MALFORMED')
  return remainder97(text) === 1 ? undefined : flaw('LEI_CHECK_DIGIT', { value: text })
}

const USCC_ALPHABET = '0123456789ABCDEFGHJKLMNPQRTUWXY'
const USCC_WEIGHTS = Array.from({ length: 17 }, (_, at) => 3 ** at % 31)

/** What looks like a person's identity number, put into the wrong field, is not repeated: as long, and with a year of birth in it. */
const nameable = (text: string): string => (/^\d{6}(?:19|20)\d{9}[\dX]$/.test(text) ? '*'.repeat(text.length) : text)

/** Unified social credit code 统一社会信用代码, GB 32100: weights 3^i modulo 31. */
export const checkUscc: IdentifierCheck = (text) => {
  if (!/^[0-9A-HJ-NP-RTUWXY]{18}$/.test(text)) return flaw('USCC_MALFORMED')
  const sum = weightedSum(text.slice(0, 17), USCC_ALPHABET, (at) => USCC_WEIGHTS[at]!)
  const expected = USCC_ALPHABET[(31 - (sum % 31)) % 31]!
  return text[17] === expected ? undefined : flaw('USCC_CHECK_DIGIT', { value: nameable(text), expected })
}

/** Customs registration code 海关注册编码; it has no check digit. */
export const checkCustomsRegistration: IdentifierCheck = (text) =>
  /^\d{4}[0-9A-Z]{6}$/.test(text) ? undefined : flaw('CUSTOMS_REGISTRATION_MALFORMED')

const RESIDENT_CODES = {
  form: 'RESIDENT_ID_MALFORMED',
  date: 'RESIDENT_ID_DATE',
  check: 'RESIDENT_ID_CHECK_DIGIT',
} as const

/** Resident identity number 居民身份证, GB 11643. What is said of it never repeats it or its check character. */
export const checkResidentId: IdentifierCheck = (text) => {
  const wrong = residentIdFlaw(text)
  return wrong && flaw(RESIDENT_CODES[wrong])
}
