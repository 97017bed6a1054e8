// VALUE_OUTLIER and WEIGHT_OUTLIER, pure: a value against the party's own history, by median and median absolute deviation, which single
// odd values do not move.
import { OUTLIER } from './limits.ts'

export interface Outlying {
  median: number
  /** Robust deviation as it was used. */
  deviation: number
  observations: number
}

/** Undefined for a value that is not far from the others, and while there are too few of them to say. */
export function outlying(history: readonly number[], value: number): Outlying | undefined {
  const seen = history.slice(-OUTLIER.window)
  if (seen.length < OUTLIER.observationsMin) return undefined
  const median = medianOf(seen)
  // Near enough by the least deviation there is: most are, and need no other.
  if (Math.abs(value - median) <= OUTLIER.factor * OUTLIER.leastShare * median) return undefined
  // 1.4826: so that it is the standard deviation where values are normally distributed.
  const absolute = 1.4826 * medianOf(seen.map((one) => Math.abs(one - median)))
  const deviation = Math.max(absolute, OUTLIER.leastShare * median)
  const isFar = Math.abs(value - median) > OUTLIER.factor * deviation
  return isFar ? { median, deviation, observations: seen.length } : undefined
}

export function medianOf(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort()
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}
