// Numbers of companies belong to somebody: what the register binds to a party nobody else gives as its own, and it gives no other.
import type { BoundNumber, Finding, PartyUrn, Register } from '../hub/index.ts'
import { finding } from './codes.ts'

/** A number that a message gives as one of its sender's own, with its JSON Pointer. */
export type OwnNumber = readonly [path: string, value: string | undefined]

const KIND_BY_LENGTH: Readonly<Record<number, BoundNumber>> = { 18: 'uscc', 10: 'customs' }

/** The party to which the register binds a number of a company. */
export function holderOf(register: Register, value: string): PartyUrn | undefined {
  const kind = KIND_BY_LENGTH[value.length]
  return kind && register.holder(kind, value)
}

/** Findings unless the numbers are of one of the parties, or the register knows neither the numbers nor others of the parties. */
export function checkOwnNumbers(
  register: Register,
  parties: readonly PartyUrn[],
  numbers: readonly OwnNumber[],
): Finding[] {
  return numbers.flatMap(([path, value = '']) => {
    const kind = KIND_BY_LENGTH[value.length]
    if (kind === undefined) return []
    const holder = register.holder(kind, value)
    if (holder !== undefined) return parties.includes(holder) ? [] : [finding('COMPANY_OF_OTHER', path)]
    const hasOther = (party: PartyUrn): boolean => {
      const own = register.party(party)?.identifiers?.[kind]
      return own !== undefined && own !== value
    }
    return parties.every(hasOther) ? [finding('COMPANY_NOT_AS_REGISTERED', path)] : []
  })
}
