// Identifiers of companies and people: LEI, unified social credit code, customs registration, resident identity.
import { isCompactDate } from '../date.ts'
import { DIGITS, remainder97, weightedSum } from './check-digit.ts'
import { flaw, type IdentifierCheck } from './codes.ts'

/** Legal entity identifier, ISO 17442. */
export const checkLei: IdentifierCheck = (text) => {
  if (!/^[A-Z0-9]{18}\d{2}$/.test(text)) return flaw('LEI_MALFORMED')
  return remainder97(text) === 1 ? undefined : flaw('LEI_CHECK_DIGIT')
}

const USCC_ALPHABET = '0123456789ABCDEFGHJKLMNPQRTUWXY'

/** Unified social credit code 统一社会信用代码, GB 32100: weights 3^i modulo 31. */
export const checkUscc: IdentifierCheck = (text) => {
  if (!/^[0-9A-HJ-NP-RTUWXY]{18}$/.test(text)) return flaw('USCC_MALFORMED')
  const sum = weightedSum(text.slice(0, 17), USCC_ALPHABET, (at) => 3 ** at % 31)
  const expected = USCC_ALPHABET[(31 - (sum % 31)) % 31]!
  return text[17] === expected ? undefined : flaw('USCC_CHECK_DIGIT', { expected })
}

/** Customs registration code 海关注册编码; it has no check digit. */
export const checkCustomsRegistration: IdentifierCheck = (text) =>
  /^\d{4}[0-9A-Z]{6}$/.test(text) ? undefined : flaw('CUSTOMS_REGISTRATION_MALFORMED')

const RESIDENT_WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
const RESIDENT_CHECKS = '10X98765432'

/** Resident identity number 居民身份证, GB 11643. What is said of it never repeats it or its check character. */
export const checkResidentId: IdentifierCheck = (text) => {
  if (!/^\d{17}[\dX]$/.test(text)) return flaw('RESIDENT_ID_MALFORMED')
  if (!isCompactDate(text.slice(6, 14))) return flaw('RESIDENT_ID_DATE')
  const sum = weightedSum(text.slice(0, 17), DIGITS, (at) => RESIDENT_WEIGHTS[at]!)
  return text[17] === RESIDENT_CHECKS[sum % 11] ? undefined : flaw('RESIDENT_ID_CHECK_DIGIT')
}
