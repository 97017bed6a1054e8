// The payment messages of the story: the project's pacs.008 and pacs.002 with numbers and dates of today.
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { toTime } from '../../hub/values/encoding.ts'
import { FIXTURES } from '../sandbox/fixtures.ts'

const DAY_MS = 86_400_000

export interface PaymentNumbers {
  messageId: string
  /** Unique end-to-end transaction reference, the same in payment and status. */
  uetr: string
  endToEndId: string
  invoiceNumber: string
  invoiceDate: string
  /** yyyy-MM-dd, a day on which both currencies are settled. */
  settledOn: string
  /** RFC 3339 with offset. */
  created: string
}

/** Numbers for one payment of today. */
export function paymentNumbers(invoice: { number: string; date: string }, nowMs: number): PaymentNumbers {
  const day = toTime(nowMs).slice(0, 10)
  return {
    messageId: `LL${day.replaceAll('-', '')}-000001`,
    uetr: randomUUID(),
    endToEndId: `INV-${invoice.number}`.slice(0, 35),
    invoiceNumber: invoice.number,
    invoiceDate: invoice.date,
    settledOn: nextWeekday(nowMs),
    created: toTime(nowMs),
  }
}

/** Today or the next day that is no weekend. */
function nextWeekday(nowMs: number): string {
  const day = new Date(nowMs).getUTCDay()
  const wait = day === 6 ? 2 : day === 0 ? 1 : 0
  return toTime(nowMs + wait * DAY_MS).slice(0, 10)
}

const OLD = {
  messageId: 'LL20261116-000001',
  uetr: '3f6a1c52-7d1e-4b7a-9c35-0a5b8e2d4f01',
  endToEndId: 'INV-PL-2026-0117',
  invoiceNumber: '<Nb>PL-2026-0117</Nb>',
  invoiceDate: '<RltdDt>2026-10-20</RltdDt>',
  settledOn: /<IntrBkSttlmDt>[^<]*<\/IntrBkSttlmDt>/g,
  created: '2026-11-16T09:30:00+07:00',
} as const

const fixture = (name: string): string => readFileSync(new URL(`fx/valid/${name}`, FIXTURES), 'utf8')

/** The payment of the invoice, CNY 2,272,000.00, from the bank in Hanoi to the one in Nanning. */
export function payment(numbers: PaymentNumbers): Buffer {
  const text = common(fixture('payment-cny-invoice.xml'), numbers)
    .replace(OLD.invoiceNumber, `<Nb>${numbers.invoiceNumber}</Nb>`)
    .replace(OLD.invoiceDate, `<RltdDt>${numbers.invoiceDate}</RltdDt>`)
    .replaceAll(OLD.settledOn, `<IntrBkSttlmDt>${numbers.settledOn}</IntrBkSttlmDt>`)
  return Buffer.from(text)
}

/** What became of it: settled on the creditor's account. */
export function paymentStatus(numbers: PaymentNumbers, nowMs: number): Buffer {
  const text = common(fixture('payment-status-settled.xml'), numbers)
    .replaceAll('BY20261118-000009', `BY${numbers.messageId.slice(2)}`)
    .replaceAll('2026-11-18T16:00:00+08:00', toTime(nowMs))
    .replaceAll(/<Dt>[^<]*<\/Dt>/g, `<Dt>${numbers.settledOn}</Dt>`)
  return Buffer.from(text)
}

const common = (text: string, { messageId, uetr, endToEndId, created }: PaymentNumbers): string =>
  text
    .replaceAll(OLD.messageId, messageId)
    .replaceAll(OLD.uetr, uetr)
    .replaceAll(OLD.endToEndId, endToEndId)
    .replaceAll(OLD.created, created)
