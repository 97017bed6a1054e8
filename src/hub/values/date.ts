// Days of the calendar, in the two forms that documents write them. A day has no zone; times are in encoding.ts.

/** Whether the text is a day of the calendar as yyyy-MM-dd. */
export function isDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false
  const ms = Date.parse(`${text}T00:00:00.000Z`)
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text)
}

/** Whether the text is a day of the calendar as yyyyMMdd, the form of Chinese customs. */
export const isCompactDate = (text: string): boolean =>
  /^\d{8}$/.test(text) && isDate(`${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6)}`)
