// What the relay is given: the hub's lanes and packets, the ledgers it reaches, and those who sign.
import type { PartyUrn } from '../../hub/index.ts'
import type { AttestedAct } from '../attestation.ts'
import type { Word } from '../packet.ts'
import type { LedgerContracts, Transport } from '../transport.ts'
import type { Gathered } from '../validator/gather.ts'
import type { TrustRoot, Verifier } from '../verifier.ts'
import type { HubPacket, RelayLane } from './lane-book.ts'
import type { RelayAct } from './plan.ts'

export interface LaneSource {
  all(): readonly RelayLane[]
  /** Called after any of them has changed. Returns the undo. */
  onChange(listener: () => void): () => void
  /** The hub's packets of a lane with sequence >= `from`, ascending, at most `limit`. */
  packets(lane: Word, from: number, limit: number): Promise<HubPacket[]>
  /** What an entry says, as bytes: `packetBytes` of a packet, `receiptWord` of a receipt. */
  bytesOf(entry: number): Promise<Uint8Array>
}

/** The same object as long as the same trust is in force. */
export interface RelayLedger {
  transport: Transport
  verifier: Verifier
  trust: TrustRoot
  /** Name of its headers in the store; another trust root needs another. Its party's if absent. */
  chain?: string
  contracts: LedgerContracts
  /** Number of the validator set that signs for its gateway. */
  targetEpoch(): Promise<number>
}

/** A map does. Absent: not reached, or not believed now. */
export interface RelayLedgers {
  get(ledger: PartyUrn): RelayLedger | undefined
  keys(): Iterable<PartyUrn>
}

/** Asks the validators of the lane. What they say is the signatures' worth, no more. */
export type Attest = (act: AttestedAct, lane: RelayLane) => Promise<Gathered>

/** What has happened, for logs and counters; faults go their own way. */
export type RelayEvent =
  | { event: 'entered' | 'receipt-entered'; lane: Word; sequence: number; entry: number }
  | {
      event: 'written'
      act: 'deliver' | 'expire' | 'acknowledge'
      ledger: PartyUrn
      lane: Word
      sequence: number
      gasUsed: bigint
    }
  | { event: 'refused'; ledger: PartyUrn; reason: string; lane?: Word; sequence?: number }
  | { event: 'frozen'; ledger: PartyUrn; why: string; lane?: Word }
  | { event: 'funds'; ledger: PartyUrn; enough: boolean }

export interface FaultPlace {
  ledger?: PartyUrn
  lane?: Word
  sequence?: number
  act?: RelayAct
}
