// The split of a declaration into what is free of duty and what is taxable: per person, within what is left of the value and quantities of a day.
import { divideRounded } from '../../../hub/index.ts'
import type { HeadKey } from '../../../hub/index.ts'
import type { LimitType } from './limits.ts'
import type { TradeShare } from './trade-heads.ts'

/** What one resident declares of one kind of limit. */
export interface Part {
  limitType: LimitType
  amountMinor: bigint
  /** Of goods limited by quantity: the heading they are counted under, and their grams. */
  heading?: string
  grams?: bigint
}

export interface Portion {
  resident: HeadKey
  person: HeadKey
  parts: readonly Part[]
}

/** What is left of the accounts of a day, by person, and by person and heading. */
export interface Left {
  fen(person: HeadKey): bigint
  grams(person: HeadKey, heading: string): bigint
}

/**
 * The shares in the order given. Goods limited by quantity are free up to the quantity, and draw on the value like all others; the rest of
 * them, what is above the value, and goods not exempt are taxable. Free and taxable parts of a share are always its amount.
 */
export function splitPortions(portions: readonly Portion[], left: Left): TradeShare[] {
  const fen = new Map<HeadKey, bigint>()
  const grams = new Map<string, bigint>()
  return portions.map(({ resident, person, parts }) => {
    const drawn: Record<string, bigint> = {}
    let exemptable = 0n
    let total = 0n
    for (const part of parts) {
      total += part.amountMinor
      if (part.limitType === 'VALUE') exemptable += part.amountMinor
      if (part.limitType !== 'QUANTITY') continue
      const { heading, grams: weight } = part as Required<Part>
      const at = `${person} ${heading}`
      const rest = grams.get(at) ?? left.grams(person, heading)
      const taken = smaller(rest, weight)
      grams.set(at, rest - taken)
      if (taken > 0n) drawn[heading] = (drawn[heading] ?? 0n) + taken
      exemptable += divideRounded(part.amountMinor * taken, weight, 'half-up')
    }
    const rest = fen.get(person) ?? left.fen(person)
    const dutyFreeMinor = smaller(rest, exemptable)
    fen.set(person, rest - dutyFreeMinor)
    return { resident, person, dutyFreeMinor, taxableMinor: total - dutyFreeMinor, grams: drawn }
  })
}

const smaller = (a: bigint, b: bigint): bigint => (a < b ? a : b)
