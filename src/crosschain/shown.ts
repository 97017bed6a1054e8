// What is shown of ledgers, lanes and packets to those who ask the hub.
import type { LedgerTrust } from '../../schemas/types.d.ts'
import type { Assurance } from './assurance.ts'
import type { LaneState, LaneTerms } from './lane.ts'
import type { Address, Word } from './packet.ts'
import type { LaneSide, PacketValue, PausingSide } from './state.ts'

export interface ShownLedger {
  ledger: string
  /** In force; absent until both have signed the first. */
  trust?: Omit<LedgerTrust, 'ledger'>
  /** Who has signed the next, when the other has not yet. */
  proposedBy?: 'country' | 'operator'
  frozen: boolean
  /** Only for ledgers this hub is connected to. */
  connection?: ShownConnection
}

export interface ShownConnection {
  /** Newest block as the node says, and the newest verified here. */
  height?: number
  verified?: number
  /** Headers verified and kept. */
  headers: number
  /** Account that pays, and whether its balance lasts; absent: it only reads. */
  account?: Address
  funds?: 'enough' | 'low'
  gasUsed: string
  /** Why it stands still. */
  fault?: string
}

export interface ShownLane {
  lane: Word
  state: LaneState
  terms: LaneTerms
  signed: LaneSide[]
  paused: PausingSide[]
  /** Packets by how far they have come, as the relay sees them; absent where this hub does not relay. */
  packets?: Record<string, number>
  /** Age of the oldest that has not come to its end, in seconds. */
  backlogS?: number
  /** Why the lane does not move: a ledger that is frozen or not believed, "paused: funds", a broken node ... */
  waits?: string
}

export interface ShownPacket extends Omit<PacketValue, 'type' | 'id'> {
  lane: Word
  sequence: number
  /** How far what the source ledger says is shown to be so, and who vouches for it at the target. */
  assurance: Assurance
  attested?: string
  /** Entries of this hub's journal that say so. */
  entry: number
  receipt?: number
  steps?: PacketStep[]
}

/** One step of a packet's way, in its order. */
export interface PacketStep {
  step: string
  ledger?: string
  height?: number
  at?: string
  detail: string
}
