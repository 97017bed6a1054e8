// The documents of the stories, made from the project's fixtures of invented companies and dated today.
import { shanghaiDay } from '../../customs/shanghai-day.ts'
import { toTime } from '../../hub/values/encoding.ts'
import { fixture } from '../sandbox/fixtures.ts'
import type {
  CommercialInvoice,
  CustomsDeclaration,
  CustomsRelease,
  CustomsResponse,
  Financing,
} from '../../../schemas/types.d.ts'

const DAY_MS = 86_400_000

/** Day of a moment, yyyy-MM-dd. */
export const isoDay = (ms: number): string => toTime(ms).slice(0, 10)

/** A declaration number of the same office, in the year of `nowMs`. */
export const entryIdOf = (office: string, nowMs: number, serial: number): string =>
  `${office}${shanghaiDay(nowMs).slice(0, 4)}0${String(serial).padStart(9, '0')}`

/** The electronics declaration of the fixtures, filed today under another number; USD 320,000.00. */
export function electronics(nowMs: number, serial: number): CustomsDeclaration {
  const filed = fixture<CustomsDeclaration>('customs/valid/declaration-electronics.json')
  const entryId = entryIdOf(filed.customMaster, nowMs, serial)
  return { ...filed, entryId, preEntryId: entryId, dDate: shanghaiDay(nowMs), ieDate: shanghaiDay(nowMs + DAY_MS) }
}

/** What customs says when it lets the goods of a declaration go. */
export const release = ({ entryId, customMaster, tradeCoScc }: CustomsDeclaration, nowMs: number): CustomsRelease => ({
  entryId,
  releasedAt: toTime(nowMs),
  customMaster,
  tradeCoScc,
})

/** An application that reserves the amount for a day from now; the loan runs for ninety. */
export const application = (
  { entryId, tradeCoScc, tradeName }: CustomsDeclaration,
  terms: { applicationId: string; amount: string; currency: string },
  nowMs: number,
): Financing => ({
  act: 'apply',
  entryId,
  borrowerScc: tradeCoScc,
  borrowerName: tradeName,
  product: 'EXPORT_RECEIVABLE',
  startDate: isoDay(nowMs),
  dueDate: isoDay(nowMs + 90 * DAY_MS),
  reserveUntil: toTime(nowMs + DAY_MS),
  ...terms,
})

/** An application of the past sent today: amount, rate and start stay; reservation and due day move, for the hub's clock is today's. */
export function sentToday(past: Financing, nowMs: number): Financing {
  const tenorMs = Date.parse(past.dueDate ?? '') - Date.parse(past.startDate ?? '')
  return { ...past, dueDate: isoDay(nowMs + tenorMs), reserveUntil: toTime(nowMs + DAY_MS) }
}

/** The partner customs clears the goods that were declared. */
export const response = ({ entryId }: CustomsDeclaration, nowMs: number): CustomsResponse => ({
  ...fixture<CustomsResponse>('customs/valid/response-cleared.json'),
  entryId,
  respondedAt: toTime(nowMs),
})

/** The invoice of the fixtures over the declared goods, written today; due in ninety days. */
export const invoice = ({ entryId }: CustomsDeclaration, nowMs: number): CommercialInvoice => ({
  ...fixture<CommercialInvoice>('tradefinance/valid/invoice-electronics.json'),
  invoiceDate: isoDay(nowMs),
  paymentDueDate: isoDay(nowMs + 90 * DAY_MS),
  declarations: [{ entryId }],
})

export const confirmation = (applicationId: string): Financing => ({ act: 'confirm', applicationId })
