// Which party the register binds a number to. China gives these numbers, so only entries of its authority bind them.
import type { PartyUrn } from '../message/envelope.ts'
import type { BoundNumber, PartyEntry } from './register.ts'

const COUNTRY = 'CN'
const KINDS: readonly BoundNumber[] = ['uscc', 'customs']

export class Holders {
  readonly #parties = new Map<string, PartyUrn>()

  of(kind: BoundNumber, value: string): PartyUrn | undefined {
    return this.#parties.get(nameOf(kind, value))
  }

  /** A party is entered anew: what it no longer has is free, and a number that another holds stays with that one. */
  enter(before: PartyEntry | undefined, { party, country, identifiers = {} }: PartyEntry): void {
    if (country !== COUNTRY) return
    for (const kind of KINDS) {
      const [old, value] = [before?.identifiers?.[kind], identifiers[kind]]
      if (old !== undefined && old !== value && this.of(kind, old) === party) this.#parties.delete(nameOf(kind, old))
      if (value !== undefined && this.of(kind, value) === undefined) this.#parties.set(nameOf(kind, value), party)
    }
  }
}

const nameOf = (kind: BoundNumber, value: string): string => `${kind} ${value}`
