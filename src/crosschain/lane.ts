// A lane: from one gateway to another, on terms both ends have signed. Its id is the hash of its terms, so other terms are another lane.
import { hash } from 'node:crypto'
import type { PartyUrn } from '../hub/index.ts'
import { type Assurance, ASSURANCES } from './assurance.ts'
import type { HashName } from './hash.ts'
import type { Address, Word } from './packet.ts'

/** One end. `ledger` is the ledger's party; `owner` signs for this end and is of the ledger's country. */
export interface LaneEnd {
  ledger: PartyUrn
  chainId: number
  gateway: Address
  owner: PartyUrn
}

export interface LaneTerms {
  name: string
  source: LaneEnd
  target: LaneEnd
  /** Kinds it carries, as `name/version`. */
  kinds: readonly string[]
  /** Packets take effect one after the other, or each for itself. */
  ordered: boolean
  /** How long after it was sent a packet can still be delivered. */
  timeoutS: number
  /** Least assurance at which a packet enters. */
  assurance: Assurance
  /** k validators of at least m different operators have to sign for the target; which they are is entered by `ledger.validator`. */
  threshold: number
  operators: number
  ratePerHour: number
  feePayer: PartyUrn
  hash: HashName
}

/** `open` once both ends have signed the same terms; `frozen` by proof of a lie, until both ends give a new trust root. */
export const LANE_STATES = ['proposed', 'open', 'paused', 'frozen', 'closed'] as const
export type LaneState = (typeof LANE_STATES)[number]

/** SHA-256 over the domain and the terms as JSON with members in the order of `LaneTerms`. */
export const laneId = (terms: LaneTerms): Word =>
  hash('sha256', `beibu-hub/lane/v1\n${JSON.stringify(inOrder(terms))}`, 'hex')

const END = ['ledger', 'chainId', 'gateway', 'owner'] as const
const TERMS = [
  'name',
  'source',
  'target',
  'kinds',
  'ordered',
  'timeoutS',
  'assurance',
  'threshold',
  'operators',
  'ratePerHour',
  'feePayer',
  'hash',
] as const

const inOrder = (terms: LaneTerms): unknown =>
  TERMS.map((name) => (name === 'source' || name === 'target' ? END.map((member) => terms[name][member]) : terms[name]))

export const isAssurance = (value: string): value is Assurance => (ASSURANCES as readonly string[]).includes(value)
