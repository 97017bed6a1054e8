// Views of the people of border trade: no view but the whole shows what is personal, and of a filing there is nobody who is given the whole.
import type { AudienceRow, MessageKind, PartyUrn, ValidMessage } from '../../../hub/index.ts'

/** What the kinds of this folder have in common. */
export const PEOPLE = {
  type: 'application/json',
  bodyMaxBytes: 64 * 1024,
  ageMaxMs: 24 * 3_600_000,
  statusAllows: ['good' as const],
}

/** Supervisors at home see numbers and states; those abroad that something was said. */
export const PEOPLE_SUPERVISION: MessageKind['views'] = {
  supervision: ['public', 'trade'],
  'supervision-abroad': ['public'],
}

/** The masked view of a filing. */
export const FILED = 'filed'

/** Everybody who has to do with a filing sees it masked, also the sender and the customs it is sent for. */
export function filedRows({ envelope }: Pick<ValidMessage, 'envelope'>): AudienceRow[] {
  const { from, to, for: principal } = envelope
  const parties = new Set<PartyUrn>([from, ...(principal === undefined ? [] : [principal]), ...to])
  return [...parties].map((party) => ({ party, view: FILED }))
}
