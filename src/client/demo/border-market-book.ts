// The story's own book of the market: what was declared and what of it is free of duty, reckoned in fen without asking the hub.
import { formatAmount } from '../../hub/index.ts'
import type { Group, Resident, Site } from './border-market-people.ts'
import { shanghaiDay } from '../../customs/shanghai-day.ts'

/** Free of duty per person and day: CNY 8000.00, and of rice 50 kg. */
const QUOTA_FEN = 800_000n
const QUOTA_KG = 50n

export type Limit = 'VALUE' | 'QUANTITY' | 'NOT_EXEMPT'

export interface Goods {
  hs: string
  name: string
  limit: Limit
  kg: bigint
  fen: bigint
}

/** What one resident declares. */
export interface Portion {
  resident: Resident
  goods: readonly Goods[]
}

interface Entered extends Portion {
  freeFen: bigint
  drawnKg: bigint
}

/** A declaration as the story keeps it. */
export interface Deal {
  no: string
  /** Number of the purchase at the site. */
  tradeNo: string
  site: Site
  /** Whoever's phone signs. */
  by: Resident
  group?: Group
  tradedMs: number
  day: string
  portions: readonly Entered[]
  totalFen: bigint
  freeFen: bigint
  /** What was asked for it, where that was in dong. */
  dong?: bigint
  state: 'declared' | 'released' | 'cancelled' | 'seized'
  paidFen: bigint
  reportedFen: bigint
}

/** Sums of some declarations, in fen. */
export interface Sums {
  declared: bigint
  free: bigint
  taxable: bigint
  settled: bigint
  reported: bigint
}

export const yuan = (fen: bigint): string => formatAmount({ minor: fen, currency: 'CNY' })
export const totalOf = (goods: readonly Goods[]): bigint => goods.reduce((sum, { fen }) => sum + fen, 0n)

const noted = (sums: Readonly<Sums>, { declared, free, taxable, settled, reported }: Sums): Sums => ({
  declared: sums.declared + declared,
  free: sums.free + free,
  taxable: sums.taxable + taxable,
  settled: sums.settled + settled,
  reported: sums.reported + reported,
})
export const sumUp = (all: readonly Sums[]): Sums =>
  all.reduce(noted, { declared: 0n, free: 0n, taxable: 0n, settled: 0n, reported: 0n })

/** Who buys what, where and when. */
export interface Wanted {
  site: Site
  tradedMs: number
  portions: readonly Portion[]
  /** A declaration of the group by shares; otherwise the one resident declares alone. */
  group?: Group
  /** Declares this purchase again. */
  tradeNo?: string
  dong?: bigint
}

export class MarketBook {
  readonly deals: Deal[] = []
  readonly #fen = new Map<string, bigint>()
  readonly #kg = new Map<string, bigint>()

  /** Writes a declaration down, with what is free of it after all that was written before. */
  enter({ site, tradedMs, portions, group, tradeNo, dong }: Wanted): Deal {
    const day = shanghaiDay(tradedMs)
    const serial = String(this.deals.length + 1).padStart(3, '0')
    const entered = portions.map((portion) => this.#split(portion, day))
    const deal: Deal = {
      no: `BT${site.office}-${day}-${serial}`,
      tradeNo: tradeNo ?? `${site.mark}-${day}-${serial}`,
      site,
      by: portions[0]!.resident,
      ...(group && { group }),
      ...(dong !== undefined && { dong }),
      tradedMs,
      day,
      portions: entered,
      totalFen: entered.reduce((sum, { goods }) => sum + totalOf(goods), 0n),
      freeFen: entered.reduce((sum, { freeFen }) => sum + freeFen, 0n),
      state: 'declared',
      paidFen: 0n,
      reportedFen: 0n,
    }
    this.deals.push(deal)
    return deal
  }

  /** What a person has left of the day's value. */
  leftFen({ serial }: Resident, day: string): bigint {
    return this.#fen.get(`${serial} ${day}`) ?? QUOTA_FEN
  }

  /** Customs takes a declaration back: what was drawn is there again. */
  cancel(deal: Deal): void {
    deal.state = 'cancelled'
    for (const { resident, freeFen, drawnKg } of deal.portions) {
      const row = `${resident.serial} ${deal.day}`
      this.#fen.set(row, this.leftFen(resident, deal.day) + freeFen)
      this.#kg.set(row, (this.#kg.get(row) ?? QUOTA_KG) + drawnKg)
    }
  }

  #split({ resident, goods }: Portion, day: string): Entered {
    const row = `${resident.serial} ${day}`
    const startKg = this.#kg.get(row) ?? QUOTA_KG
    let leftKg = startKg
    let exemptable = 0n
    for (const { limit, kg, fen } of goods) {
      if (limit === 'VALUE') exemptable += fen
      if (limit !== 'QUANTITY') continue
      const within = smaller(leftKg, kg)
      leftKg -= within
      exemptable += halfUp(fen * within, kg)
    }
    const left = this.leftFen(resident, day)
    const freeFen = smaller(left, exemptable)
    this.#fen.set(row, left - freeFen)
    this.#kg.set(row, leftKg)
    return { resident, goods, freeFen, drawnKg: startKg - leftKg }
  }
}

/** A declaration taken back counts for nothing. */
export const standing = ({ state }: Pick<Deal, 'state'>): boolean => state !== 'cancelled'

export const sumsOf = ({ totalFen, freeFen, paidFen, reportedFen }: Deal): Sums => ({
  declared: totalFen,
  free: freeFen,
  taxable: totalFen - freeFen,
  settled: paidFen,
  reported: reportedFen,
})

const smaller = (a: bigint, b: bigint): bigint => (a < b ? a : b)
const halfUp = (numerator: bigint, denominator: bigint): bigint => (2n * numerator + denominator) / (2n * denominator)
