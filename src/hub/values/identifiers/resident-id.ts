// The resident identity number 居民身份证, GB 11643: what is wrong with a text as one, and whether one stands in a text.
import { isCompactDate } from '../date.ts'
import { DIGITS, weightedSum } from './check-digit.ts'

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
const CHECKS = '10X98765432'
/** Wherever it begins: looked ahead at, so that what overlaps is found too. */
const BORN = /(?=(\d{6}(?:19|20)\d{9}[\dX]))/g

/** Undefined when nothing is wrong. */
export function residentIdFlaw(text: string): 'form' | 'date' | 'check' | undefined {
  if (!/^\d{17}[\dX]$/.test(text)) return 'form'
  if (!isCompactDate(text.slice(6, 14))) return 'date'
  const sum = weightedSum(text.slice(0, 17), DIGITS, (at) => WEIGHTS[at]!)
  return text[17] === CHECKS[sum % 11] ? undefined : 'check'
}

/** One writing of a number: full-width forms, spaces, hyphens and lower case do not make another. */
export const plainNumber = (text: string): string =>
  text
    .normalize('NFKC')
    .replaceAll(/[\s-]+/g, '')
    .toUpperCase()

/** Whether the identity number of somebody born since 1900 stands in a text, however it is written. */
export const holdsResidentId = (text: string): boolean =>
  [...plainNumber(text).matchAll(BORN)].some(([, part]) => residentIdFlaw(part!) === undefined)
