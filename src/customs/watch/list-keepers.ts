// Which countries keep lists of sanctions: those with a regulator whose register entry names lists among the kinds it sends. None there is
// one missed.
import type { Register } from '../../hub/index.ts'

const LIST_KIND = 'customs.sanctions-list'

/** Countries that keep lists, alpha-2. */
export function listKeepers(register: Pick<Register, 'parties'>): ReadonlySet<string> {
  const issuers = register.parties().filter(({ state, kinds }) => state === 'active' && kinds?.includes(LIST_KIND))
  return new Set(issuers.flatMap((party) => (party.class === 'regulator' ? [party.country] : [])))
}

/** The same as a question, answered from the register as it stands when it is asked. */
export function keepsLists(register: Pick<Register, 'at' | 'parties'>): (country: string) => boolean {
  let at = -1
  let keepers: ReadonlySet<string> = new Set()
  return (country) => {
    if (register.at !== at) {
      at = register.at
      keepers = listKeepers(register)
    }
    return keepers.has(country)
  }
}
