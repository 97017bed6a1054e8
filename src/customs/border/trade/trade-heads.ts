// Heads of border-resident trade: purchases, declarations with the split of each share, and the accounts of quotas and of what may be paid.
// Values hold no number of a resident: people, stalls and vehicles are keyed hashes.
import type { Head, HeadKey, HeadValue, JudgeViews, PartyUrn } from '../../../hub/index.ts'

type Keys = Pick<JudgeViews, 'key'>

export const purchaseKey = (views: Keys, site: PartyUrn, tradeNo: string): HeadKey =>
  views.key('border-purchase', site, tradeNo)
/** A declaration by the party that declared and the number that party gave it: nobody can take another's number. */
export interface TradeName {
  declarant: PartyUrn
  declarationNo: string
}
export const tradeKey = (views: Keys, { declarant, declarationNo }: TradeName): HeadKey =>
  views.key('border-trade', declarant, declarationNo)
/** Fen that a person may still declare free of duty on a day (yyyyMMdd, Shanghai). */
export const quotaKey = (views: Keys, person: HeadKey, day: string): HeadKey => views.key('border-quota', person, day)
/** Grams of goods under a heading that a person may still declare free of duty on a day. */
export const quantityKey = (views: Keys, person: HeadKey, day: string, heading: string): HeadKey =>
  views.key('border-quantity', person, day, heading)
/** Fen of a released declaration that may still be paid. */
export const settleableKey = (views: Keys, { declarant, declarationNo }: TradeName): HeadKey =>
  views.key('border-settleable', declarant, declarationNo)
/** Fen of it that may still be paid to one stall (by its key): what was bought there. */
export const stallPayableKey = (views: Keys, { declarant, declarationNo }: TradeName, stall: HeadKey): HeadKey =>
  views.key('border-stall-payable', declarant, declarationNo, stall)
export const vehicleKey = (views: Keys, plate: string): HeadKey => views.key('vehicle', plate)

/** A purchase as its head tells it. */
export interface PurchaseHead {
  key: HeadKey
  headVersion: number
  state: 'traded' | 'declared' | 'void'
  resident: HeadKey
  person: HeadKey
  /** yyyyMMdd in Shanghai. */
  day: string
  totalMinor: bigint
  office: string
  stall: HeadKey
  /** RFC 3339 UTC. */
  tradedAt: string
  vehicle?: HeadKey
  /** Journal index of the site's statement. */
  index: number
}

export type TradeState = 'declared' | 'inspecting' | 'released' | 'rejected' | 'cancelled' | 'seized'

/** What one resident declares, and how it was split. */
export interface TradeShare {
  resident: HeadKey
  person: HeadKey
  dutyFreeMinor: bigint
  taxableMinor: bigint
  /** Grams drawn from the quantity of each heading. */
  grams: Readonly<Record<string, bigint>>
}

/** A declaration as its head tells it. */
export interface TradeHead {
  key: HeadKey
  headVersion: number
  state: TradeState
  day: string
  customs: PartyUrn
  site: PartyUrn
  /** The party that declared. */
  from: PartyUrn
  group?: HeadKey
  totalMinor: bigint
  dutyFreeMinor: bigint
  taxableMinor: bigint
  /** Journal index of the declaration. */
  declaration: number
  purchases: HeadKey[]
  stalls: HeadKey[]
  /** In the order of the declaration. */
  shares: TradeShare[]
}

export async function readPurchase(views: JudgeViews, key: HeadKey): Promise<PurchaseHead | undefined> {
  const head = await views.head(key)
  if (!head) return undefined
  const value = { index: head.index, ...head.value } as unknown as Stored<PurchaseHead>
  return { ...value, totalMinor: BigInt(value.totalMinor), key, headVersion: head.version }
}

/** The value of a purchase from what it says; `index` from the second entry on. */
export const purchaseValue = (
  says: Omit<PurchaseHead, 'key' | 'headVersion' | 'index'> & { index?: number },
): HeadValue => {
  const { totalMinor, ...rest } = says
  return { ...rest, totalMinor: totalMinor.toString() }
}

/** The value of a purchase that moves to another state. */
export const movedPurchase = (head: PurchaseHead, state: PurchaseHead['state']): HeadValue => {
  const { key: _key, headVersion: _version, ...says } = head
  return purchaseValue({ ...says, state })
}

export function readTrade(key: HeadKey, head: Head): TradeHead {
  const value = { declaration: head.index, ...head.value } as unknown as StoredTrade & { declaration: number }
  return {
    ...value,
    totalMinor: BigInt(value.totalMinor),
    dutyFreeMinor: BigInt(value.dutyFreeMinor),
    taxableMinor: BigInt(value.taxableMinor),
    shares: value.shares.map((share) => ({
      ...share,
      dutyFreeMinor: BigInt(share.dutyFreeMinor),
      taxableMinor: BigInt(share.taxableMinor),
      grams: Object.fromEntries(Object.entries(share.grams).map(([heading, grams]) => [heading, BigInt(grams)])),
    })),
    key,
    headVersion: head.version,
  }
}

/** The value of a declaration from what it says; `declaration` from the second entry on. */
export const tradeValue = (
  says: Omit<TradeHead, 'key' | 'headVersion' | 'declaration'> & { declaration?: number },
): HeadValue =>
  ({
    ...says,
    totalMinor: says.totalMinor.toString(),
    dutyFreeMinor: says.dutyFreeMinor.toString(),
    taxableMinor: says.taxableMinor.toString(),
    shares: says.shares.map((share) => ({
      ...share,
      dutyFreeMinor: share.dutyFreeMinor.toString(),
      taxableMinor: share.taxableMinor.toString(),
      grams: Object.fromEntries(Object.entries(share.grams).map(([heading, grams]) => [heading, grams.toString()])),
    })),
  }) satisfies StoredTrade as HeadValue

/** The value of a declaration that moves to another state. */
export const movedTrade = (head: TradeHead, state: TradeState): HeadValue => {
  const { key: _key, headVersion: _version, ...says } = head
  return tradeValue({ ...says, state })
}

/** Amounts are decimal digits where a head is stored: JSON has no bigint. */
type Stored<T> = { [K in keyof T]: T[K] extends bigint ? string : T[K] }
type StoredTrade = Omit<Stored<TradeHead>, 'key' | 'headVersion' | 'shares' | 'declaration'> & {
  declaration?: number
  shares: (Omit<Stored<TradeShare>, 'grams'> & { grams: Record<string, string> })[]
}
