// What a declaration adds to the histories of its party: prices by the kilogram, and what a package weighs.
import { formatAmount } from '../../hub/index.ts'
import type { DeclarationFacts } from './facts.ts'

export interface Observation {
  rule: 'VALUE_OUTLIER' | 'WEIGHT_OUTLIER'
  hs: string
  unit: string
  value: number
}

/** By history: whose, of what goods, in which measure. A party without a name has none. */
export function observationsOf({
  direction,
  trader,
  items,
  packing,
}: DeclarationFacts): ReadonlyMap<string, readonly Observation[]> {
  const found = new Map<string, Observation[]>()
  const add = (observation: Observation, ...more: string[]): void => {
    const key = JSON.stringify([observation.rule, direction, trader, observation.hs, observation.unit, ...more])
    found.set(key, [...(found.get(key) ?? []), observation])
  }
  if (trader === '') return found
  for (const { hs, value, kilograms } of items)
    if (value && kilograms !== undefined) {
      const price = Number(formatAmount(value)) / kilograms
      add({ rule: 'VALUE_OUTLIER', hs, unit: `${value.currency}/KGM`, value: price })
    }
  if (packing) {
    const { hs, kind, kilogramsEach: value } = packing
    add({ rule: 'WEIGHT_OUTLIER', hs, unit: 'KGM/PK', value }, kind)
  }
  return found
}
