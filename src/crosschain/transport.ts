// The port of transport: what a node of a ledger says and takes. Nothing it says is believed; what it says badly or late is a fault of
// its own kind, so that the relay knows whether to wait, to ask another node or to call for a person.
import type { Place } from './fact.ts'
import type { Address, Outcome, Packet, Word } from './packet.ts'
import type { InclusionProof, LogProof } from './verifier.ts'

/** Which of our contracts on that ledger, and where. */
export interface LedgerContracts {
  gateway: { address: Address; codeHash: Word }
  notary?: { address: Address; codeHash: Word }
}

/** A packet the node says was sent, in the block where it says so. */
export interface SentPacket {
  packet: Packet
  height: number
}

/** What the node says the target gateway wrote about a packet. */
export interface ReceivedPacket {
  sequence: number
  outcome: Outcome
  commitment: Word
  acknowledgement: Word
  height: number
}

/** Counters of one lane at one gateway, as the node says: `sent` of its outbox, `received` of its inbox (delivered, failed or expired), `acknowledged` of its outbox. */
export interface LaneCounters {
  sent: number
  received: number
  acknowledged: number
}

/** Signatures of validators over one act, r || s || v of 65 bytes each, in ascending order of their addresses. */
export interface Attestation {
  epoch: number
  signatures: readonly Uint8Array[]
}

export interface EventFilter {
  contract: Address
  topic: Word
}
/** A log of somebody else's contract, as the node says. */
export interface SeenLog {
  height: number
  transactionIndex: number
  /** Position in its receipt, not in its block. */
  logIndex: number
}

/** A transaction handed to the node and seen in a block; `height` as the node says. */
export interface Submitted {
  transaction: Word
  height: number
  gasUsed: bigint
}

/**
 * `unreachable`, `timeout`: ask again or elsewhere. `answer`: what it said cannot be. `reverted`: the contract said no (`code` is its
 * error's name). `funds`: the account cannot pay. `unconfirmed`: handed in, but not seen in a block in time; it may still take effect.
 */
export type TransportFaultKind = 'unreachable' | 'timeout' | 'answer' | 'reverted' | 'funds' | 'unconfirmed'

export class TransportFault extends Error {
  readonly kind: TransportFaultKind
  /** Name of the contract's error, for `reverted`. */
  readonly code?: string
  constructor(kind: TransportFaultKind, message: string, options: { code?: string; cause?: unknown } = {}) {
    super(message, { cause: options.cause })
    this.kind = kind
    if (options.code !== undefined) this.code = options.code
  }
}

/** What the relay and the validators ask of a node. Every call is bounded in time and size; throws TransportFault. */
export interface LedgerReader {
  chainId(): Promise<number>
  /** Height of the newest block. */
  head(): Promise<number>
  /** Raw header, rebuilt from what the node gives; where headers are sparse, with the proof that it goes on from the one at `after`. */
  header(height: number, after?: number): Promise<Uint8Array>
  counters(lane: Word): Promise<LaneCounters>
  /** Packets with from <= sequence <= to, ascending. */
  sent(lane: Word, from: number, to: number): Promise<SentPacket[]>
  received(lane: Word, from: number, to: number): Promise<ReceivedPacket[]>
  /** Proof of a place in the state of the block at `height`, and the value the node says is there (all zeros: nothing). */
  proof(place: Place, height: number): Promise<{ value: Word; proof: InclusionProof }>
  logs(filter: EventFilter, from: number, to: number): Promise<SeenLog[]>
  logProof(log: SeenLog): Promise<LogProof>
}

/** What the relay does on a ledger. One writer per account; each resolves when the act stands in a block. */
export interface LedgerWriter {
  deliver(packet: Packet, attestation: Attestation): Promise<Submitted>
  /** Writes the tombstone of a packet whose deadline has passed. By the signatures for its delivery: a packet nobody sent must not take a real one's place. */
  expire(packet: Packet, attestation: Attestation): Promise<Submitted>
  /** Tells the source gateway what became of its packet. */
  acknowledge(packet: Packet, outcome: Outcome, acknowledgement: Word, attestation: Attestation): Promise<Submitted>
  /** Notes a checkpoint of a log with the notary contract. */
  anchor(origin: Word, size: number, checkpoint: Word): Promise<Submitted>
  /** Notes the root over the items from..to of a feed; `from` follows on the last item noted before. */
  range(feed: Word, from: number, to: number, root: Word): Promise<Submitted>
  /** Balance of the paying account in wei, and whether it lasts for a few acts more. */
  funds(): Promise<{ account: Address; balance: bigint; enough: boolean }>
}

export type Transport = LedgerReader & LedgerWriter

/** What a gateway says of its own validators. A wrong answer makes signatures that are good for nothing, and no more. */
export interface GatewaySets {
  /** Number of the set in force, from 1. */
  epoch(): Promise<number>
  /** Its members. A signature of anybody else makes the gateway refuse all of them. */
  members(epoch: number): Promise<Address[]>
}
