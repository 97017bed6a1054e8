// Limits that an authority has set in money, each with its source and the day it is from.
import { entryOf, referenceList } from './lists.ts'

export interface Limit {
  amountMinor: bigint
  currency: string
  source: string
  /** Day since which the limit is what it is, yyyy-MM-dd. */
  asOf: string
}

interface LimitEntry {
  amountMinor: string
  currency: string
  source: string
  since: string
}

/** `border-resident-day`, `ecommerce-single`, `ecommerce-year`: the limit of that name. Throws if the list has none. */
export function limitOf(name: string): Limit {
  const entry = entryOf<LimitEntry>('limits', name)
  if (entry === undefined) throw new Error(`the list ${referenceList('limits').title} has no ${name}`)
  return { amountMinor: BigInt(entry.amountMinor), currency: entry.currency, source: entry.source, asOf: entry.since }
}
