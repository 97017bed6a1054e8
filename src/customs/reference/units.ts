// Units of Chinese customs (three digits) and of UN/ECE Recommendation 20 (letters), one into the other, and what units of mass weigh.
import { entryOf, referenceList } from './lists.ts'

interface UnitEntry {
  name: string
  /** The same unit in Recommendation 20. */
  rec20?: string
  /** Of a unit of mass: how many kilograms it is, a decimal string. */
  kilograms?: string
}

/** 035 -> KGM; a code of Recommendation 20 stays what it is. Undefined if the list knows no same unit. */
export function toRec20(unit: string): string | undefined {
  if (!/^\d{3}$/.test(unit)) return entryOf<string>('rec20-units', unit) === undefined ? undefined : unit
  return entryOf<UnitEntry>('units', unit)?.rec20
}

/** KGM -> 035; a customs code stays what it is. Undefined if the list knows no same unit. */
export function fromRec20(unit: string): string | undefined {
  if (/^\d{3}$/.test(unit)) return entryOf<UnitEntry>('units', unit) === undefined ? undefined : unit
  // The first of the list, where two customs units are one of Recommendation 20.
  return Object.entries(referenceList<UnitEntry>('units').codes).find(([, { rec20 }]) => rec20 === unit)?.[0]
}

/** How many kilograms a unit of mass is, exactly, as a decimal string, by either code; undefined for any other unit. */
export function kilogramsPer(unit: string): string | undefined {
  const code = fromRec20(unit)
  return code === undefined ? undefined : entryOf<UnitEntry>('units', code)?.kilograms
}
