// How each field is compared, in one table: what decides, and how far two documents may be apart and why.
import type { Mismatch } from '../../../schemas/types.d.ts'

export type MatchField = Mismatch['field']

export interface FieldRule {
  /** A hard mismatch decides the verdict; another leaves it tolerable. */
  hard: boolean
  /** Percent of the greater value; absent: no tolerance but that of money. */
  percent?: number
  reason: string
  en: string
  zh: string
}

export const FIELD_RULES: Readonly<Record<MatchField, FieldRule>> = {
  ucr: { hard: true, reason: 'one reference for one consignment', en: 'consignment reference', zh: '货物参考号' },
  invoiceNumber: { hard: true, reason: 'another invoice is another sale', en: 'invoice number', zh: '发票号' },
  contractNumber: {
    hard: false,
    reason: 'parties number a contract each in their way',
    en: 'contract number',
    zh: '合同号',
  },
  consignor: { hard: false, reason: 'names are translated and shortened', en: 'consignor', zh: '发货人' },
  consignorId: { hard: true, reason: 'a credit code is one company', en: 'consignor code', zh: '发货人代码' },
  consignee: { hard: false, reason: 'names are translated and shortened', en: 'consignee', zh: '收货人' },
  consigneeId: { hard: true, reason: 'a credit code is one company', en: 'consignee code', zh: '收货人代码' },
  departureCountry: { hard: true, reason: 'goods leave one country', en: 'country of departure', zh: '启运国' },
  arrivalCountry: { hard: true, reason: 'goods arrive in one country', en: 'country of arrival', zh: '运抵国' },
  packages: { hard: true, reason: 'packages are counted', en: 'number of packages', zh: '件数' },
  grossMass: { hard: true, percent: 1, reason: 'scales, and moisture on the way', en: 'gross mass', zh: '毛重' },
  netMass: { hard: true, percent: 1, reason: 'scales, and moisture on the way', en: 'net mass', zh: '净重' },
  container: { hard: true, reason: 'a number with a check digit', en: 'container', zh: '集装箱' },
  currency: { hard: true, reason: 'one sale, one currency', en: 'currency', zh: '币制' },
  terms: {
    hard: false,
    reason: 'customs of some countries want another value than that of the contract',
    en: 'terms of delivery',
    zh: '成交方式',
  },
  total: { hard: true, reason: 'lines are rounded to the minor unit, each once', en: 'total', zh: '总价' },
  freight: { hard: true, reason: 'a charge that explains a price is one and the same', en: 'freight', zh: '运费' },
  insurance: { hard: true, reason: 'a charge that explains a price is one and the same', en: 'insurance', zh: '保费' },
  item: { hard: true, reason: 'goods that one side alone declares', en: 'item', zh: '商品项' },
  hs: { hard: true, reason: 'the first six digits are the same in all countries', en: 'HS code', zh: '商品编码' },
  origin: { hard: true, reason: 'decides duty and preference', en: 'country of origin', zh: '原产国' },
  quantity: {
    hard: true,
    percent: 1,
    reason: 'what is measured may shrink; what is counted may not',
    en: 'quantity',
    zh: '数量',
  },
  itemGrossMass: {
    hard: true,
    percent: 1,
    reason: 'scales, and moisture on the way',
    en: 'gross mass of the item',
    zh: '商品项毛重',
  },
  amount: { hard: true, reason: 'rounded to the minor unit once', en: 'amount of the item', zh: '商品项总价' },
}
