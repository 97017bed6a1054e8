// The papers of the border-market story: filings, purchases, declarations, payments, of invented people and goods.
import type {
  BorderPurchase,
  BorderResidentFiling,
  BorderSettlement,
  BorderTrade,
  CustomsBorderResident,
} from '../../../schemas/types.d.ts'
import { toTime } from '../../hub/values/encoding.ts'
import { type Deal, type Goods, type Limit, totalOf, yuan } from './border-market-book.ts'
import { type Resident, STALL_NO } from './border-market-people.ts'
import { shanghaiDay } from '../../customs/shanghai-day.ts'
import { fixture } from '../sandbox/fixtures.ts'

const DAY_MS = 86_400_000
const MINUTE_MS = 60_000
const KILOGRAM = '035'
/** Goods trade; the code under which the payment is reported. */
export const BOP_CODE = '121020'
/** The bank's board of the day, CNY for ten thousand dong. */
const DONG_RATE = { value: '2.7655', per: '10000', source: 'Example Bank, board rate of Dongxing' } as const

const goods = (hs: string, name: string, limit: Limit) => (fen: bigint, kg: bigint) => ({ hs, name, limit, fen, kg })
export const coconuts = goods('08011910', '椰子 coconuts', 'VALUE')
export const driedFruit = goods('08135000', '什锦果干 mixed dried fruit', 'VALUE')
export const shrimp = goods('03063190', '冻虾 frozen shrimp', 'VALUE')
export const rice = goods('10063020', '长粒米 long-grain rice', 'QUANTITY')
export const beer = goods('22030000', '啤酒 beer', 'NOT_EXEMPT')

/** The filing of a resident, for a year from a month ago. */
export function filing(
  { filingNo, residentIdNo, name, mobile }: Pick<Resident, 'filingNo' | 'residentIdNo' | 'name' | 'mobile'>,
  nowMs: number,
): CustomsBorderResident {
  const filed: BorderResidentFiling = {
    ...fixture<{ filing: BorderResidentFiling }>('customs/valid/border-resident-file.json').filing,
    residentIdNo,
    name,
    mobile,
    customsOffice: '7207',
    filedAt: toTime(nowMs - MINUTE_MS),
    validFrom: shanghaiDay(nowMs - 30 * DAY_MS),
    validUntil: shanghaiDay(nowMs + 335 * DAY_MS),
  }
  return { act: 'file', filingNo, filing: filed }
}

/** What is bought of one sort by all who have a share in it. */
function sortsOf({ portions }: Deal): Goods[] {
  const sorts = new Map<string, Goods>()
  for (const one of portions.flatMap((portion) => portion.goods)) {
    const { kg, fen } = sorts.get(one.hs) ?? { kg: 0n, fen: 0n }
    sorts.set(one.hs, { ...one, kg: kg + one.kg, fen: fen + one.fen })
  }
  return [...sorts.values()]
}

/** A price for a kilogram, to five places; times the weight it is the amount to the fen. */
const priceOf = ({ fen, kg }: Goods): string => {
  const digits = String((fen * 1_000n + kg / 2n) / kg).padStart(6, '0')
  return `${digits.slice(0, -5)}.${digits.slice(-5)}`
}

const lineOf = ({ hs, name, kg }: Goods, at: number) => ({
  seq: String(at + 1),
  hs,
  name,
  originCountry: 'VN',
  qty: String(kg),
  unit: KILOGRAM,
})

/** The site's statement of a purchase. */
export function purchase(deal: Deal): BorderPurchase {
  const amount = yuan(deal.totalFen)
  const sorts = sortsOf(deal)
  const bought: BorderPurchase = {
    act: 'trade',
    tradeNo: deal.tradeNo,
    customsOffice: deal.site.office,
    filingNo: deal.by.filingNo,
    stallNo: STALL_NO,
    items: sorts.map((one, at) => ({
      ...lineOf(one, at),
      unitPrice: priceOf(one),
      amount: yuan(one.fen),
      netKg: String(one.kg),
      amountCny: yuan(one.fen),
      limitType: one.limit,
    })),
    currency: 'CNY',
    amount,
    amountCny: amount,
    tradedAt: toTime(deal.tradedMs),
  }
  return deal.dong === undefined ? bought : inDong(bought, deal.dong, deal.day)
}

/** One sort of goods for so many dong, at the rate of the day. */
function inDong(bought: BorderPurchase, dong: bigint, day: string): BorderPurchase {
  const [item] = bought.items!
  return {
    ...bought,
    items: [{ ...item!, unitPrice: String(dong / BigInt(item!.qty)), amount: String(dong) }],
    currency: 'VND',
    amount: String(dong),
    rate: { ...DONG_RATE, day },
  }
}

/** What so many dong are at that rate, half up to the fen. */
export const fenOfDong = (dong: bigint): bigint => (2n * dong * 27_655n + 1_000_000n) / 2_000_000n

export function declaration(deal: Deal, declaredMs: number): BorderTrade {
  const sorts = sortsOf(deal)
  const seqOf = new Map(sorts.map(({ hs }, at) => [hs, String(at + 1)]))
  const shares = deal.portions.map(({ resident, goods: own }) => ({
    filingNo: resident.filingNo,
    amountCny: yuan(totalOf(own)),
    items: own.map(({ hs, fen, kg }) => ({ seq: seqOf.get(hs)!, amountCny: yuan(fen), netKg: String(kg) })),
  }))
  return {
    declarationNo: deal.no,
    filingNo: deal.by.filingNo,
    ...(deal.group && { groupNo: deal.group.groupNo, shares }),
    site: deal.site.actor.urn,
    customsOffice: deal.site.office,
    purchases: [{ tradeNo: deal.tradeNo }],
    items: sorts.map((one, at) => ({
      ...lineOf(one, at),
      grossKg: String(one.kg + 1n),
      netKg: String(one.kg),
      unitPriceCny: priceOf(one),
      amountCny: yuan(one.fen),
      limitType: one.limit,
    })),
    totalCny: yuan(deal.totalFen),
    ieFlag: 'I',
    declaredAt: toTime(declaredMs),
  }
}

/** The payment of a whole declaration to the stall, by whoever declared; in dong if it was bought so. */
export function settlement(deal: Deal, settlementNo: string): BorderSettlement {
  const { dong } = deal
  const amountCny = yuan(deal.totalFen)
  return {
    act: 'settle',
    settlementNo,
    payer: deal.group ? { groupNo: deal.group.groupNo } : { filingNo: deal.by.filingNo },
    payee: { site: deal.site.actor.urn, stallNo: STALL_NO },
    ...(dong === undefined
      ? { currency: 'CNY', amount: amountCny }
      : { currency: 'VND', amount: String(dong), rate: { ...DONG_RATE, day: deal.day } }),
    amountCny,
    declarations: [{ declarant: deal.by.group.actor.urn, declarationNo: deal.no, amountCny }],
    bopCode: BOP_CODE,
    settledAt: toTime(Date.now()),
  }
}
