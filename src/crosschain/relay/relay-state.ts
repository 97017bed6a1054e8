// What the relay shows of itself to those who run it.
import type { PartyUrn, QueueState } from '../../hub/index.ts'
import type { Assurance } from '../assurance.ts'
import type { LaneState } from '../lane.ts'
import type { Word } from '../packet.ts'
import type { LaneBook } from './lane-book.ts'
import type { LedgerLine } from './ledger-line.ts'

const PENDING_MAX = 1_000

export interface RelayState {
  lanes: RelayLaneState[]
  ledgers: RelayLedgerState[]
}

export interface RelayLaneState {
  lane: Word
  /** `paused: funds`: open, but an account that pays for it cannot. */
  state: LaneState | 'paused: funds'
  /** Of the source; absent until it has been asked. */
  sent?: number
  acknowledged?: number
  /** In the hub. */
  entered: number
  delivered: number
  failed: number
  expired: number
  /** What is promised of every packet that enters by it. */
  assurance: Assurance
  /** Not finished, among those looked at; the oldest first, a thousand at most. */
  pending: PendingPacket[]
  /** Not finished, all of them. */
  backlog: number
  queues: Record<string, QueueState>
}

export interface PendingPacket {
  sequence: number
  waitsFor: string
  /** Unix milliseconds at which the relay saw it first. */
  sinceMs: number
  lastFault?: string
}

export interface RelayLedgerState {
  ledger: PartyUrn
  /** Newest block, as the node says. */
  height?: number
  verified?: number
  lag?: number
  /** Headers accepted since the relay began. */
  headers: number
  frozen: boolean
  funds: 'enough' | 'low' | 'unknown'
  account?: string
  balance?: bigint
  gasUsed: bigint
  fault?: string
}

export function laneStateOf(
  book: LaneBook,
  { broke, queues }: { broke: boolean; queues: ReadonlyMap<string, QueueState> },
): RelayLaneState {
  const { lane, source, totals, finished } = book
  const mine = [...queues].filter(([name]) => name.startsWith(`${lane.id}/`))
  const state = book.stopped ? 'frozen' : lane.state
  return {
    lane: lane.id,
    state: state === 'open' && broke ? 'paused: funds' : state,
    ...source,
    ...totals,
    assurance: lane.terms.assurance,
    pending: pendingOf(book),
    backlog: Math.max(0, (source?.sent ?? 0) - finished.count()),
    queues: Object.fromEntries(mine.map(([name, one]) => [name.slice(lane.id.length + 1), one])),
  }
}

function pendingOf({ notes, aside }: LaneBook): PendingPacket[] {
  const open = [...notes.values()].map(({ sequence, waitsFor, act, sinceMs, fault }) => ({
    sequence,
    waitsFor: act ?? waitsFor ?? 'look',
    sinceMs,
    ...(fault !== undefined && { lastFault: fault }),
  }))
  const refused = [...aside]
    .filter(([sequence]) => !notes.has(sequence))
    .map(([sequence, { sinceMs, fault }]) => ({ sequence, waitsFor: 'refused', sinceMs, lastFault: fault }))
  return [...open, ...refused].toSorted((one, other) => one.sequence - other.sequence).slice(0, PENDING_MAX)
}

export const ledgerStateOf = (line: LedgerLine): RelayLedgerState => ({
  ledger: line.ledger,
  ...(line.head !== undefined && { height: line.head }),
  ...(line.verified && { verified: line.verified.height }),
  ...(line.head !== undefined && line.verified && { lag: Math.max(0, line.head - line.verified.height) }),
  headers: line.newlyVerified,
  frozen: line.frozen !== undefined,
  funds: line.broke ? 'low' : line.funds ? 'enough' : 'unknown',
  ...line.funds,
  gasUsed: line.gasUsed,
  ...(line.fault !== undefined && { fault: line.fault }),
})
