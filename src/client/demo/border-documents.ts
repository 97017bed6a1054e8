// The documents at the border: what the other side declares of an export, its packing list, and an import with what a bank says of it.
import { alpha2Of } from '../../hub/values/country.ts'
import { toTime } from '../../hub/values/encoding.ts'
import { toRec20 } from '../../customs/reference/index.ts'
import type {
  CustomsDeclaration,
  CustomsMatch,
  FreightBill,
  GoodsPayment,
  PackingList,
  WcoDeclaration,
} from '../../../schemas/types.d.ts'
import { shanghaiDay } from '../../customs/shanghai-day.ts'
import { fixture } from '../sandbox/fixtures.ts'
import { isoDay } from './documents.ts'

const DAY_MS = 86_400_000
/** What a customs unit that only counts is in Recommendation 20. */
const PIECE = 'C62'

/** The invoice that the fixtures of the electronics go under. */
const INVOICE_NUMBER = 'GXEE-2026/1102'

/** What the importer abroad declares of an export, in the WCO Data Model; with as many packages as it says. */
export function partnerImport(exported: CustomsDeclaration, packages: string, nowMs: number): WcoDeclaration {
  const consignor = {
    name: exported.tradeName,
    address: { lines: ['Invented Road 1'], cityName: 'Nanning', countryCode: 'CN' },
  }
  return {
    functionCode: '9',
    id: `VN-IM-${exported.entryId}`,
    typeCode: 'IM',
    issueDateTime: isoDay(nowMs),
    declarationOfficeId: 'VNHAN01',
    goodsItemQuantity: String(exported.items.length),
    declarant: { id: '0100000000' },
    exporter: consignor,
    totalGrossMass: { value: exported.grossWt, unitCode: 'KGM' },
    totalPackageQuantity: packages,
    goodsShipment: {
      consignor,
      consignee: { name: exported.overseasTraderName, id: '0100000001' },
      tradeTerms: { conditionCode: 'FOB' },
      exportCountryId: 'CN',
      destinationCountryCode: alpha2Of(exported.tradeCountry)!,
      ...(exported.ucr !== undefined && { ucr: { id: exported.ucr } }),
      invoices: [{ id: INVOICE_NUMBER }],
      transportEquipment: (exported.containers ?? []).map(({ containerId }) => ({ id: containerId })),
      items: exported.items.map((item, at) => ({
        sequenceNumeric: String(at + 1),
        description: item.gName,
        classifications: [{ id: item.codeTs.slice(0, 8), identificationTypeCode: 'HS' }],
        goodsMeasure: {
          netNetWeight: { value: item.secondQty!, unitCode: 'KGM' },
          tariffQuantity: { value: item.gQty, unitCode: toRec20(item.gUnit) ?? PIECE },
        },
        itemChargeAmount: { amount: item.declTotal, currency: item.tradeCurr },
        procedures: [{ currentCode: '4000' }],
        origins: [{ countryCode: alpha2Of(item.originCountry)! }],
        packagings: [{ typeCode: 'CT', ...(at === 0 && { quantity: packages }) }],
      })),
    },
  }
}

/** The packing list of the same goods. */
export const packingList = ({ ucr }: CustomsDeclaration, nowMs: number): PackingList => {
  const { ucr: _other, ...list } = fixture<PackingList>('customs/valid/packing-list-electronics.json')
  return { ...list, issueDate: isoDay(nowMs), ...(ucr !== undefined && { ucr }) }
}

/** Fruit on its way into China, filed today by the importer under another number; USD 70,200.00. */
export function fruitImport(nowMs: number, serial: number): CustomsDeclaration {
  const filed = fixture<CustomsDeclaration>('customs/valid/declaration-import-durian.json')
  const day = shanghaiDay(nowMs)
  const entryId = `${filed.customMaster}${day.slice(0, 4)}1${String(serial).padStart(9, '0')}`
  return { ...filed, entryId, preEntryId: entryId, dDate: day, ieDate: day }
}

/** A bank reserves a payment for imported goods, for a day. */
export const reservation = (
  { entryId, tradeCoScc, tradeName }: CustomsDeclaration,
  terms: { paymentId: string; amount: string },
  nowMs: number,
): GoodsPayment => ({
  act: 'reserve',
  paymentId: terms.paymentId,
  payerScc: tradeCoScc,
  payerName: tradeName,
  currency: 'USD',
  remitRef: `REMIT-${terms.paymentId}`,
  reserveUntil: toTime(nowMs + DAY_MS),
  declarations: [{ entryId, amount: terms.amount }],
})

export const payment = (paymentId: string): GoodsPayment => ({ act: 'pay', paymentId })

/** The freight of the fixtures, billed today to whoever imports. */
export const freightBill = ({ tradeCoScc, ucr }: CustomsDeclaration, billNo: string, nowMs: number): FreightBill => {
  const { ucr: _other, ...bill } = fixture<FreightBill>('customs/valid/freight-bill-issue.json')
  const [issueDate, dueDate] = [isoDay(nowMs), isoDay(nowMs + 30 * DAY_MS)]
  return { ...bill, billNo, payerScc: tradeCoScc, issueDate, dueDate, ...(ucr !== undefined && { ucr }) }
}

/** A document as the hub has it, the way a stated match names it. */
export const asNamed = (
  document: CustomsMatch['documents'][number]['document'],
  { envelope, commitment }: { envelope: { kind: string; from: string; id: string }; commitment: Buffer },
): CustomsMatch['documents'][number] => ({
  document,
  kind: envelope.kind as CustomsMatch['documents'][number]['kind'],
  from: envelope.from,
  id: envelope.id,
  commitment: commitment.toString('hex'),
})
