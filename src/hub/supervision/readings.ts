// What supervision asks of the doors by which entries are read: a purpose before, the rights as they are now, and a line in the log.
import { HubError } from '../errors.ts'
import { type FeedRow, WITHDRAWN_VIEW } from '../feed/row.ts'
import type { Register } from '../identity/register.ts'
import { countryOf } from '../message/audience.ts'
import type { PartyUrn } from '../message/envelope.ts'
import type { AudienceRow } from '../message/message.ts'
import type { AccessLog, Channel, Way } from './access-log.ts'
import { type Purpose, purposeRequired } from './purpose.ts'

/** What a reader may be told of a row: whose it is, and why. */
type Right = Pick<FeedRow, 'covers'>

const isRegulator = (register: Pick<Register, 'party'>, party: PartyUrn): boolean =>
  register.party(party)?.class === 'regulator'

/** Whether the register gives a party the right to see a row today. Rows in a party's own right are never withdrawn. */
export function hasRight(register: Pick<Register, 'party'>, party: PartyUrn, { covers }: Right): boolean {
  if (covers === undefined) return true
  const entry = register.party(party)
  return entry?.state === 'active' && (entry.supervises ?? []).some((kind) => kind === covers || kind === '*')
}

/** What may be seen of a message by a party abroad, at a hub that says which country it belongs to: that there is one. */
export const ABROAD_VIEW = 'abroad'

/** Of the hub and its ledgers everybody reads what concerns them; what is traded leaves a country over lanes, where it is written down. */
const isTraded = (kind: string): boolean => !kind.startsWith('hub.') && !kind.startsWith('ledger.')

/** The right of an audience row as a feed row keeps it. */
export const rightOf = ({ by, covers }: AudienceRow): Right =>
  by === 'supervision' && covers !== undefined ? { covers } : {}

export class Readings {
  readonly #register: Pick<Register, 'party'>
  readonly #log: Pick<AccessLog, 'channel' | 'failing'>
  readonly #home: string | undefined

  /** `home`: the country (ISO 3166-1 alpha-2) this deployment belongs to; absent: it says of none. */
  constructor(register: Pick<Register, 'party'>, log: Pick<AccessLog, 'channel' | 'failing'>, home?: string) {
    this.#register = register
    this.#log = log
    this.#home = home
  }

  /** The purpose a reader may read for; undefined for those who need none. Throws PURPOSE_REQUIRED for a regulator without one, OVERLOADED while readings cannot be written down. */
  purposeOf(party: PartyUrn, given: Purpose | undefined): Purpose | undefined {
    if (!isRegulator(this.#register, party)) return given
    if (!given) throw purposeRequired('a regulator reads for a purpose: say it in the subscription or in Hub-Purpose')
    if (this.#log.failing) throw new HubError('OVERLOADED', 'the log of what regulators read cannot be written')
    return given
  }

  /** The row as the party may see it now: in its view, without its body for a reader abroad, or withheld because the right has been withdrawn. */
  shown(party: PartyUrn, row: FeedRow): FeedRow {
    if (!hasRight(this.#register, party, row)) return { ...row, view: WITHDRAWN_VIEW }
    const isAbroad = this.#home !== undefined && countryOf(party) !== this.#home
    return isAbroad && isTraded(row.kind) ? { ...row, view: ABROAD_VIEW } : row
  }

  /** Where to write down what this reader is given; undefined for readers who are not regulators. */
  channel(
    party: PartyUrn,
    way: Way,
    purpose: Purpose | undefined,
    more: { name?: string; kinds?: readonly string[] } = {},
  ): Channel | undefined {
    if (!purpose || !isRegulator(this.#register, party)) return undefined
    return this.#log.channel({ reader: party, way, purpose, ...more })
  }
}
