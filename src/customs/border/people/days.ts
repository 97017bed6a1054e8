// Days in the documents of border trade, yyyyMMdd, and the periods they make.
import { isCompactDate, type Finding, type Texts } from '../../../hub/index.ts'
import { shanghaiDay } from '../../shanghai-day.ts'
import { finding } from './codes.ts'

/** A finding when a field that is there is no day of the calendar. */
export const checkDay = (day: string | undefined, path: string): Finding[] =>
  day === undefined || isCompactDate(day) ? [] : [finding('BORDER_DAY_INVALID', path)]

/** Findings of the days of a document: each one of the calendar, the last not before the first. */
export function checkPeriod(texts: Texts<Record<string, string>>, first: string, last: string, at = ''): Finding[] {
  const found = [first, last].flatMap((name) => checkDay(texts[name], `${at}/${name}`))
  const [from, to] = [texts[first], texts[last]]
  return found.length === 0 && from !== undefined && to !== undefined && to < from
    ? [finding('BORDER_PERIOD', `${at}/${last}`)]
    : found
}

/** What begins to hold today or later must not be over before. */
export const checkNotPast = (last: string, nowMs: number, path: string): Finding[] => {
  const today = shanghaiDay(nowMs)
  return last < today ? [finding('BORDER_PERIOD_PAST', path, { today })] : []
}
