// Who is told of an alert: customs and regulators of one country, and only where that country was told of everything the alert shows.
import { countryOf, FULL, onlyTold, supervisorRows } from '../../hub/index.ts'
import type { AudienceRow, JournalEntry, PartyUrn, Register } from '../../hub/index.ts'

type Evidence = Pick<JournalEntry, 'audience'>
type Registered = Pick<Register, 'party' | 'regulators'>

/** Countries of the senders of an entry, principals among them. */
const sendersOf = ({ audience }: Evidence): string[] =>
  audience.flatMap(({ party, by }) => (by === 'sender' ? [countryOf(party)] : []))

/**
 * The authorities that know the whole of an entry for their country: customs that were told of it in full, and the regulators of its
 * sender. Regulators abroad see prices in no view, so by them alone a country does not know.
 */
function authoritiesOn(entry: Evidence, register: Registered): PartyUrn[] {
  const home = new Set(sendersOf(entry))
  return entry.audience.flatMap(({ party, view, by }) => {
    const isCustoms = by !== 'supervision' && view === FULL && register.party(party)?.class === 'customs'
    return isCustoms || (by === 'supervision' && home.has(countryOf(party))) ? [party] : []
  })
}

/** Countries whose authorities know every one of these entries, in the order of the alphabet. */
export function countriesThatKnow(entries: readonly Evidence[], register: Registered): string[] {
  const known = entries.map((entry) => new Set(authoritiesOn(entry, register).map(countryOf)))
  return [...(known[0] ?? [])].filter((country) => known.every((one) => one.has(country))).sort()
}

/** Customs of a country that were told of any of the entries, and its regulators of the kind that were. Of a country that knows them all. */
export function readersIn(
  country: string,
  entries: readonly Evidence[],
  kind: string,
  register: Registered,
): AudienceRow[] {
  const customs = entries
    .flatMap((entry) => authoritiesOn(entry, register))
    .filter((party) => countryOf(party) === country && register.party(party)?.class === 'customs')
  const told = entries.flatMap(({ audience }) => audience)
  return [
    ...[...new Set(customs)].map((party): AudienceRow => ({ party, view: FULL })),
    ...onlyTold(supervisorRows(register, [country], kind), told),
  ]
}
