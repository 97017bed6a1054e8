// Second and third layer of a payment against goods: identifiers, amounts, and which members go with which act.
import { checkEntryId, checkUscc, fromTime, placed, rowsOf, textsOf, type Finding, type Flaw } from '../../hub/index.ts'
import type { GoodsPayment, PaidDeclaration, PaidFreightBill } from '../../../schemas/types.d.ts'
import { checkAmount, checkCurrency } from './amounts.ts'
import { finding, flaw } from './codes.ts'
import { plainBillNo } from './freight-bill-head.ts'

const checkTime = (value: string): Flaw | undefined =>
  fromTime(value) === undefined ? flaw('PAID_TIME_INVALID', { value }) : undefined
const checkCarrier = (value: string): Flaw | undefined =>
  /^urn:hub:[a-z]{2}:(?:carrier|forwarder):/.test(value) ? undefined : flaw('PAID_CARRIER_INVALID', { value })

const FIELDS: readonly (readonly [keyof GoodsPayment & string, (text: string) => Flaw | undefined])[] = [
  ['payerScc', checkUscc],
  ['currency', checkCurrency],
  ['reserveUntil', checkTime],
]

/** Findings of a payment against goods alone, with JSON Pointers. */
export function checkGoodsPayment(body: unknown): Finding[] {
  const fields = textsOf<GoodsPayment>(body)
  const found = FIELDS.flatMap(([name, check]) => {
    const text = fields[name]
    const wrong = text === undefined ? undefined : check(text)
    return wrong ? [placed(wrong, `/${name}`)] : []
  })
  return [...found, ...checkDocuments(body, fields.currency), ...checkAct(body, fields.act)]
}

function checkDocuments(body: unknown, currency: string | undefined): Finding[] {
  const declarations = rowsOf<PaidDeclaration>(body, 'declarations')
  const bills = rowsOf<PaidFreightBill>(body, 'freightBills')
  return [
    ...declarations.flatMap(({ entryId, amount }, at) => {
      const path = `/declarations/${at}`
      const wrong = entryId === undefined ? undefined : checkEntryId(entryId)
      return [...(wrong ? [placed(wrong, `${path}/entryId`)] : []), ...checkAmount(amount, currency, `${path}/amount`)]
    }),
    ...bills.flatMap(({ carrier, amount }, at) => {
      const path = `/freightBills/${at}`
      const wrong = carrier === undefined ? undefined : checkCarrier(carrier)
      return [...(wrong ? [placed(wrong, `${path}/carrier`)] : []), ...checkAmount(amount, currency, `${path}/amount`)]
    }),
    ...repeated(
      declarations.map(({ entryId }) => entryId),
      declarations.map(({ entryId }) => entryId),
      '/declarations',
    ),
    ...repeated(
      bills.map(({ carrier, billNo }) =>
        billNo === undefined ? undefined : `${carrier ?? ''} ${plainBillNo(billNo)}`,
      ),
      bills.map(({ billNo }) => billNo),
      '/freightBills',
    ),
  ]
}

function repeated(
  names: readonly (string | undefined)[],
  numbers: readonly (string | undefined)[],
  path: string,
): Finding[] {
  const seen = new Set<string>()
  return names.flatMap((name, at) => {
    if (name === undefined) return []
    if (seen.has(name)) return [finding('PAID_DOCUMENT_REPEATED', `${path}/${at}`, { number: numbers[at]! })]
    seen.add(name)
    return []
  })
}

// What each act may say. Paying and returning name amounts by document, or none for all of it; the rest the reservation has said.
const members = (names: string): ReadonlySet<string> => new Set(names.split(' '))
const MEMBERS: Readonly<Record<string, ReadonlySet<string>>> = {
  reserve: members('act paymentId payerScc payerName currency remitRef reserveUntil declarations freightBills'),
  pay: members('act paymentId uetr declarations freightBills'),
  reverse: members('act paymentId declarations freightBills'),
}

const KNOWN: ReadonlySet<string> = new Set(Object.values(MEMBERS).flatMap((members) => [...members]))

function checkAct(body: unknown, act: string | undefined): Finding[] {
  const allowed = act !== undefined && Object.hasOwn(MEMBERS, act) ? MEMBERS[act] : undefined
  if (act === undefined || !allowed) return []
  const { declarations, freightBills } = body as Record<string, unknown>
  return [
    ...(act === 'reserve' && declarations === undefined && freightBills === undefined
      ? [finding('PAID_DOCUMENTS_MISSING', '')]
      : []),
    ...Object.keys(body as object)
      .filter((field) => KNOWN.has(field) && !allowed.has(field))
      .map((field) => finding('PAID_FIELD_UNEXPECTED', `/${field}`, { act, field })),
  ]
}
