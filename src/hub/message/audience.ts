// Who is told of an entry, and in which view: the sender, those its kind names, and the regulators of the countries concerned. Pure.
import type { Register } from '../identity/register.ts'
import type { MessageKind } from './kind.ts'
import type { AudienceRow, ValidMessage } from './message.ts'
import type { PartyUrn } from './envelope.ts'

/** Views of regulators: of the sender's own country, and of any other country concerned. */
export const SUPERVISION = 'supervision'
export const SUPERVISION_ABROAD = 'supervision-abroad'
export const FULL = 'full'

/** ISO country of a party, upper case as in the register. */
export const countryOf = (party: PartyUrn): string => party.split(':')[2]!.toUpperCase()

/**
 * The view a regulator has of a kind. What the hub says of itself holds no business content and is seen whole; of a trade kind without a
 * view for supervision nothing of the body is shown.
 */
export function supervisionView(kind: Pick<MessageKind, 'name' | 'views'>, isAbroad: boolean): string {
  if (isAbroad && Object.hasOwn(kind.views, SUPERVISION_ABROAD)) return SUPERVISION_ABROAD
  if (Object.hasOwn(kind.views, SUPERVISION) || !kind.name.startsWith('hub.')) return SUPERVISION
  return FULL
}

/** Rows of the regulators of some countries whose register entry covers a kind; `covers` keeps which kind gave the right. */
export function supervisorRows(
  register: Pick<Register, 'regulators'>,
  countries: Iterable<string>,
  covers: string,
  viewOf: (country: string) => string = () => FULL,
): AudienceRow[] {
  return [...countries].flatMap((country) =>
    register
      .regulators(country, covers)
      .map((party): AudienceRow => ({ party, view: viewOf(country), by: 'supervision', covers })),
  )
}

/** The readers of an entry as readers of another entry that tells of it, whole; each keeps the reason for which it is there. */
export function readersOn(audience: readonly AudienceRow[]): AudienceRow[] {
  return audience.map((row) => (row.by === 'supervision' ? { ...row, view: FULL } : { party: row.party, view: FULL }))
}

/** Of rows for an entry that tells of another, those of parties that were told of the other: nobody learns of it by the second alone. */
export const onlyTold = (rows: readonly AudienceRow[], told: readonly AudienceRow[]): AudienceRow[] =>
  rows.filter(({ party }) => told.some((row) => row.party === party))

/**
 * Whom an entry that tells of another is addressed to. Every reader sees it, so it names only whom every reader of the other knows: not
 * the principal of an agent, whom masked views leave out, and no supervisor.
 */
export function addresseesOn(audience: readonly AudienceRow[]): PartyUrn[] {
  const [, ...principals] = audience.filter(({ by }) => by === 'sender')
  return uniqueRows(audience)
    .filter(
      (row) => row.view === FULL && row.by !== 'supervision' && !principals.some(({ party }) => party === row.party),
    )
    .map(({ party }) => party)
}

/** A party sees an entry once: 'full' before all, of others the first named; who is there in its own right stays so. */
export function uniqueRows(audience: readonly AudienceRow[]): AudienceRow[] {
  const rows = new Map<PartyUrn, AudienceRow>()
  for (const row of audience) {
    const known = rows.get(row.party)
    if (!known || (row.view === FULL && known.view !== FULL)) rows.set(row.party, row)
  }
  return [...rows.values()]
}

/** What the hub decides of the readers of a message; `countries` are those whose supervisors it depends on. */
export interface Told {
  audience: AudienceRow[]
  refusalAudience: AudienceRow[]
  countries: Set<string>
}

export function audienceOf(valid: ValidMessage, register: Register): Told {
  const { envelope, kind } = valid
  const senders = [envelope.from, ...(envelope.for ? [envelope.for] : [])]
  const senderRows = senders.map((party): AudienceRow => ({ party, view: FULL, by: 'sender' }))
  const told = kind.audience(valid, register)
  const own = new Set(senders.map(countryOf))
  const countries = new Set([...own, ...told.map(({ party }) => countryOf(party))])
  const view = (country: string): string => supervisionView(kind, !own.has(country))
  return {
    countries,
    audience: [...(kind.quiet ? [] : senderRows), ...told, ...supervisorRows(register, countries, kind.name, view)],
    // Nobody on the other side learns of a refusal: the sender, and those who supervise the sender.
    refusalAudience: [...senderRows, ...supervisorRows(register, [countryOf(envelope.from)], kind.name)],
  }
}
