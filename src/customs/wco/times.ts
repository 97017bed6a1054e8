// Days and times of declarations: as the hub writes them, and as EDIFACT (2379) and XSD do.
import { isDate } from '../../hub/index.ts'

const OWN = /^(\d{4}-\d{2}-\d{2})(?:T(\d{2}):(\d{2}):(\d{2})(?:Z|[+-](\d{2}):(\d{2}))?)?$/

/** Whether a text of the form of the schema is a day of the calendar and a time of the clock. */
export function isRealTime(text: string): boolean {
  const [, day, ...clock] = OWN.exec(text) ?? []
  if (day === undefined || !isDate(day)) return false
  const [hours = 0, minutes = 0, seconds = 0, aheadHours = 0, aheadMinutes = 0] = clock.map((part) => Number(part ?? 0))
  return hours < 24 && minutes < 60 && seconds < 60 && aheadHours <= 14 && aheadMinutes < 60
}

/** What a text of another's document says: a time of the hub's form, a day that does not exist, or a form that is not known. */
export type ReadTime = { time: string } | { invalid: true } | { unknown: true }

// Format codes of data element 2379: 102 is a day, 203 and 204 a day and time, 304 the same with its zone. Without a code the length tells.
const COMPACT = /^(\d{4})(\d{2})(\d{2})(?:(\d{2})(\d{2})(\d{2})?)?(Z|[+-]\d{2}(?::?\d{2})?)?$/
const XSD = /^(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}):(\d{2})(?::(\d{2})(?:\.\d{1,9})?)?)?(Z|[+-]\d{2}:\d{2})?$/

export function readTime(text: string): ReadTime {
  const parts = COMPACT.exec(text) ?? XSD.exec(text)
  if (!parts) return { unknown: true }
  const [, year, month, day, hours, minutes, seconds = '00', zone] = parts
  const time = hours === undefined ? '' : `T${hours}:${minutes}:${seconds}${zoneOf(zone)}`
  const said = `${year}-${month}-${day}${time}`
  return isRealTime(said) ? { time: said } : { invalid: true }
}

function zoneOf(zone: string | undefined): string {
  if (zone === undefined || zone === 'Z') return zone ?? ''
  const digits = zone.slice(1).replace(':', '')
  return `${zone[0]}${digits.slice(0, 2)}:${digits.slice(2) || '00'}`
}

/** The day of a time, as the sender wrote it. */
export const dayOf = (time: string): string => time.slice(0, 10)
