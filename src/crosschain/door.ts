// The front door as the relay sees it: what was proved of a ledger goes in as an entry, or it does not.
import type { PartyUrn } from '../hub/index.ts'
import type { Outcome, Packet, Word } from './packet.ts'
import type { InclusionProof } from './verifier.ts'

/** What shows a fact of a gateway: sealed headers, the last of which has it in its state (the others lead there from the trusted set). */
export interface LedgerEvidence extends InclusionProof {
  headers: readonly Uint8Array[]
}

/** A packet as its source gateway keeps it. */
export interface SentFact {
  fact: 'sent'
  ledger: PartyUrn
  packet: Packet
}
/** What became of a packet, as its target gateway keeps it. */
export interface ReceivedFact {
  fact: 'received'
  ledger: PartyUrn
  packet: Packet
  outcome: Outcome
  acknowledgement: Word
}
export type GatewayFact = SentFact | ReceivedFact

/** `known`: the same fact stands already, by whatever proof. `differs`: another one stands under its lane and sequence. */
export type Entered = { result: 'entered' | 'known'; index: number } | { result: 'differs'; index: number }

export interface LedgerDoor {
  /** Takes a proved fact in. Throws ProofRefused for what is not proved, HubError for what the hub refuses or cannot take now. */
  enter(fact: GatewayFact, evidence: LedgerEvidence): Promise<Entered>
  /** Two things that cannot both be true: written down with both, all lanes of the ledger (or the one named) freeze. */
  freeze(ledger: PartyUrn, evidence: { why: string; lane?: Word; one: Uint8Array; other: Uint8Array }): Promise<number>
}
