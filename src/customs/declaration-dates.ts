// By how many days an import was declared late (滞报): what the dates of the declaration say, and no more than they can.
import { isCompactDate } from '../hub/index.ts'
import type { CustomsDeclaration } from '../../schemas/types.d.ts'

/** An import is declared within fourteen days from the day its conveyance is declared to have entered. */
const TERM_DAYS = 14
const DAY_MS = 86_400_000

/**
 * Days beyond the term; 0 for exports, and where the date of import is not stated. Days of rest that prolong the term are not known here,
 * so that customs may count fewer.
 */
export function lateDays({ ieFlag, dDate, ieDate }: Pick<CustomsDeclaration, 'ieFlag' | 'dDate' | 'ieDate'>): number {
  if (ieFlag !== 'I' || ieDate === undefined || !isCompactDate(dDate) || !isCompactDate(ieDate)) return 0
  return Math.max(0, (dayMs(dDate) - dayMs(ieDate)) / DAY_MS - TERM_DAYS)
}

const dayMs = (day: string): number => Date.parse(`${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}T00:00:00.000Z`)
