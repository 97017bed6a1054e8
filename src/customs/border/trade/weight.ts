// Weights as whole grams: quantities per person and day are counted in them.
import { parseDecimal, roundDecimal } from '../../../hub/index.ts'

/** Grams of a weight in kg; undefined if it cannot be read or has more than three places. */
export function gramsOf(kilograms: string | undefined): bigint | undefined {
  const weight = parseDecimal(kilograms)
  return weight === undefined || weight.scale > 3 ? undefined : roundDecimal(weight, 3, 'half-up').digits
}
