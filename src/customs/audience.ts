// Who sees a customs message: those it is addressed to and the one it was sent for. Regulators see what supervision needs.
import type { AudienceRow, MessageKind, ValidMessage } from '../hub/index.ts'

/** The recipients, and the principal when an agent files; all in full. */
export function recipients(message: Pick<ValidMessage, 'envelope'>): AudienceRow[] {
  const { to, for: principal } = message.envelope
  const parties = new Set(principal === undefined ? to : [...to, principal])
  return [...parties].map((party) => ({ party, view: 'full' }))
}

/** Goods, quantities and routes cross the border with the goods, so the regulators of the other side see as much; prices and names nobody's. */
export const SUPERVISION: MessageKind['views'] = {
  supervision: ['public', 'trade'],
  'supervision-abroad': ['public', 'trade'],
}
