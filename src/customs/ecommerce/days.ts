// Times of documents, which are those of China, and days between days.
import { SHANGHAI_AHEAD_MS } from '../shanghai-day.ts'

const DAY_MS = 86_400_000

/** Moment of yyyyMMddHHmmss or yyyyMMddHHmmssSSS in China; undefined if there is none. */
export function compactTime(text: string): number | undefined {
  const [, year, month, day, hour, minute, second, millisecond = '000'] =
    /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(\d{3})?$/.exec(text) ?? []
  if (year === undefined) return undefined
  const written = `${year}-${month}-${day}T${hour}:${minute}:${second}.${millisecond}`
  const ms = Date.parse(`${written}Z`)
  // What a calendar would carry over (31 April, 24:00) is no time.
  return Number.isNaN(ms) || !new Date(ms).toISOString().startsWith(written) ? undefined : ms - SHANGHAI_AHEAD_MS
}

/** Days from one day to another, both yyyyMMdd. */
export const daysBetween = (from: string, to: string): number => (startOf(to) - startOf(from)) / DAY_MS

const startOf = (day: string): number => Date.parse(`${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}T00:00:00Z`)
