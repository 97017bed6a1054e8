// The relay: carries packets between ledgers, and into the hub what the ledgers prove of them. The truth stays on the ledgers: a restart
// compares the counters of both sides and goes on, and two relays at once do no harm.
import { HubError, REFUSALS, type Clock, type PartyUrn } from '../../hub/index.ts'
import type { Courier } from '../courier.ts'
import type { LedgerDoor } from '../door.ts'
import type { Word } from '../packet.ts'
import { ProofRefused } from '../proof-refused.ts'
import { rounds, type Rounds } from '../rounds.ts'
import { TransportFault } from '../transport.ts'
import { perform, type Case } from './acts.ts'
import type { HeaderStore } from './header-store.ts'
import { emptyBook, liveFrom, setAside, type LaneBook, type PacketNote } from './lane-book.ts'
import { advance, endView, ledgerLine, lookAtFunds, type LedgerLine } from './ledger-line.ts'
import { lookAtSource, lookAtTarget } from './look.ts'
import { plan, RELAY_ACTS, type Action, type LaneView, type PacketView, type RelayAct } from './plan.ts'
import type { Attest, LaneSource, RelayEvent, RelayLedgers } from './ports.ts'
import { rateLimit, type RateLimit } from './rate-limit.ts'
import { laneStateOf, ledgerStateOf, type RelayState } from './relay-state.ts'
import { timelines, type PacketTimeline } from './timeline.ts'

export interface RelayOptions {
  lanes: LaneSource
  ledgers: RelayLedgers
  attest: Attest
  door: LedgerDoor
  courier: Courier
  headers: HeaderStore
  clock: Clock
  /** How often each ledger is looked at, at least. */
  everyMs: number
  /** How often an account's balance is asked for. */
  fundsEveryMs?: number
  /** Seconds after a deadline, by the target's time, before expiry is tried. */
  marginS?: number
  report(event: RelayEvent): void
  onFault(error: unknown, where: { ledger?: PartyUrn; lane?: Word; sequence?: number; act?: RelayAct }): void
}

export interface Relay {
  state(): RelayState
  /** Looks at all ledgers at once, and resolves when it has. */
  wake(): Promise<void>
  /** What is known of a packet's way; of older ones only while they are being looked at. */
  timeline(lane: Word, sequence: number): PacketTimeline | undefined
  close(): Promise<void>
}

const FUNDS_EVERY_MS = 30_000
const MARGIN_S = 2
/** Blocks in which what was written has to be read back; after that it is taken for lost. */
const READ_BACK_BLOCKS = 16
