// Facts: what can be proved of our contracts on a ledger. Every contract keeps them in mappings (word => number => word) in fixed slots,
// so that one proof of one storage slot shows one fact, in any later block.
import type { Address, Word } from './packet.ts'

/** A contract as pinned in the configuration. */
export interface Contract {
  address: Address
  /** Keccak of the code it has to have. */
  codeHash: Word
}

/** `outbox`, `inbox` of the gateway; `anchors`, `ranges` of the notary contract. The slot is the position of the mapping. */
export const BOXES = {
  outbox: { contract: 'gateway', slot: 0 },
  inbox: { contract: 'gateway', slot: 1 },
  anchors: { contract: 'notary', slot: 0 },
  ranges: { contract: 'notary', slot: 1 },
} as const
export type Box = keyof typeof BOXES

/** Where a fact is kept: `key` is the lane (outbox, inbox), the log's origin (anchors) or the feed (ranges); `number` the sequence, size or last item. */
export interface Place {
  box: Box
  key: Word
  number: number
}

/** `value` is never all zeros: an empty slot is no fact. */
export interface Fact extends Place {
  value: Word
}
