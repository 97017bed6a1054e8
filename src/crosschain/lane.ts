// A lane: from one gateway to another, on terms both ends have signed. Its id is the hash of its terms, so other terms are another lane.
import { hash } from 'node:crypto'
import type { PartyUrn } from '../hub/index.ts'
import { type Assurance, ASSURANCES } from './assurance.ts'
import type { ExportGround } from './export-rule.ts'
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
  /** Between hubs: on what ground which class of data may leave the source's country. Absent: none does. */
  grounds?: readonly ExportGround[]
  /** Between hubs: how long each end keeps a body that went over, in seconds after that. */
  retention?: { sourceS?: number; targetS?: number }
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

const inOrder = (terms: LaneTerms): unknown => [
  ...TERMS.map((name) =>
    name === 'source' || name === 'target' ? END.map((member) => terms[name][member]) : terms[name],
  ),
  ...onExport(terms),
]

/** What lanes between chains do not have leaves their ids as they are. */
function onExport({ grounds = [], retention = {} }: LaneTerms): unknown[] {
  if (grounds.length === 0 && Object.keys(retention).length === 0) return []
  const listed = grounds.map((one) => [one.class, one.ground, one.reference, one.until ?? null])
  return [listed, [retention.sourceS ?? null, retention.targetS ?? null]]
}

export const isAssurance = (value: string): value is Assurance => (ASSURANCES as readonly string[]).includes(value)
