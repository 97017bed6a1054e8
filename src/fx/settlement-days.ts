// Days on which a currency is not settled. Weekends alone: holiday tables change every year by decree, and none of the countries here
// publishes one that could be carried along without becoming wrong unnoticed. Of CNY nothing is said: China works on some Saturdays and
// Sundays by decree, and its high-value system settles on them.
import { isDate } from '../hub/index.ts'

// Currencies whose settlement systems rest on Saturday and Sunday. Of others (AED, SAR, ILS ...) nothing is said.
const REST_AT_WEEKENDS: ReadonlySet<string> = new Set(
  (
    'VND THB MYR IDR LAK MMK KHR PHP SGD BND USD HKD MOP TWD JPY KRW INR AUD NZD EUR GBP CHF CAD SEK NOK DKK PLN CZK HUF RON ' +
    'ZAR MXN BRL'
  ).split(' '),
)
const DAYS: Readonly<Record<number, string>> = { 0: 'Sunday', 6: 'Saturday' }

/** The name of the weekend day on which the currency is not settled; undefined if it may be. The date is yyyy-MM-dd. */
export function restDay(date: string, currency: string): string | undefined {
  if (!isDate(date) || !REST_AT_WEEKENDS.has(currency)) return undefined
  return DAYS[new Date(`${date}T00:00:00.000Z`).getUTCDay()]
}
