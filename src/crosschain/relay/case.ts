// One packet with both ends of its lane, and the words that stand for it on the ledgers.
import { HubError } from '../../hub/index.ts'
import type { LedgerDoor } from '../door.ts'
import { packetCommitment, receiptWord, type Outcome, type Word } from '../packet.ts'
import { ProofRefused } from '../proof-refused.ts'
import type { LaneBook, PacketNote } from './lane-book.ts'
import type { LedgerLine } from './ledger-line.ts'
import type { Attest, LaneSource, RelayEvent } from './ports.ts'
import type { Timelines } from './timeline.ts'

export interface ActDeps {
  door: LedgerDoor
  attest: Attest
  lanes: LaneSource
  timelines: Timelines
  report(event: RelayEvent): void
}

/** A packet with both ends of its lane. */
export interface Case {
  book: LaneBook
  note: PacketNote
  source: LedgerLine
  target: LedgerLine
}

/** Throws ProofRefused: members out of their range are the node's lie. */
export function commitmentOf({ book, note }: Case): Buffer {
  try {
    return packetCommitment(note.packet, book.lane.terms.hash)
  } catch (error) {
    throw error instanceof HubError ? new ProofRefused('COMMITMENT', error.detail) : error
  }
}

/** Of what became of it. Throws like `commitmentOf`. */
export const receiptOf = (on: Case, { outcome, acknowledgement }: { outcome: Outcome; acknowledgement: Word }): Word =>
  receiptWord(outcome, commitmentOf(on), Buffer.from(acknowledgement, 'hex'), on.book.lane.terms.hash).toString('hex')
