// The port of verification: pure functions, bytes in, verdict out. Whoever carried the bytes is not asked and not believed.
import type { Assurance } from './assurance.ts'
import type { Contract, Fact } from './fact.ts'
import type { Address, Word } from './packet.ts'

/** Where belief in a ledger begins, by somebody's configuration: a block, and the set that decides about the next. */
export interface TrustRoot {
  height: number
  /** On-chain hash of that block; absent: only the set is trusted. */
  hash?: Word
  validators: readonly Address[]
  /** Unix seconds of that block, where known. */
  timestampS?: number
  /** Of a hub's log: messageCommitment of the newest `hub.key` it has shown. Who signs with older keys from there on is refused. */
  keys?: Word
  /** How long after it the set may still vouch across a gap in heights. */
  trustingPeriodS?: number
}

/** A header that was verified: all of it recomputed from its bytes. */
export interface VerifiedHeader {
  height: number
  hash: Word
  parentHash: Word
  timestampS: number
  stateRoot: Word
  receiptsRoot: Word
  /** The set that decides about the block after it. */
  validators: readonly Address[]
  /** Distinct validators that sealed it, and how many its own list needs. Across a change of the set that is not the trusted one, whose share was checked. */
  signers: readonly Address[]
  quorum: number
  assurance: Assurance
  /** As in TrustRoot. */
  keys?: Word
}

/** A proof of a fact or a log, as carried. All binary values as bytes. */
export interface InclusionProof {
  account: readonly Uint8Array[]
  storage: readonly Uint8Array[]
}
export interface LogProof {
  transactionIndex: number
  logIndex: number
  nodes: readonly Uint8Array[]
}
/** A log that was proved. */
export interface ProvedLog {
  address: Address
  topics: readonly Word[]
  data: Uint8Array
}

/** One ledger family's rules. Throws ProofRefused for whatever is not proved. */
export interface Verifier {
  /** `evm/qbft`, `evm/ibft2`, `evm/ibft1`. */
  readonly family: string
  /** Moves with every change of what it accepts; kept beside each accepted header. */
  readonly version: string
  /** What a fact it has shown is worth. */
  readonly assurance: Assurance
  /** Not every height has a header: a log's are those it was signed at. Each of its headers shows that it goes on from an earlier one. */
  readonly sparse?: true
  /** Asked before `verifyHeader`, where what a header is signed with is checked elsewhere than in this turn; what it finds, `verifyHeader` says. */
  ready?(header: Uint8Array): Promise<void>
  /** The height a header says it has; nothing is verified. Throws ProofRefused for bytes that are no header. */
  heightOf(header: Uint8Array): number
  /**
   * Reads and verifies one header against the trusted block before it; with a gap in heights by overlap and quorum. Without `nowS` the
   * trusting period is counted to the header's own time, and a time ahead is not refused.
   */
  verifyHeader(trust: TrustRoot, header: Uint8Array, options: { nowS?: number }): VerifiedHeader
  /** Shows that the contract, with its pinned code, holds the fact in the state of the header. */
  verifyFact(header: VerifiedHeader, contract: Contract, fact: Fact, proof: InclusionProof): Promise<void>
  /** Shows that a log stands in the header's block, in a transaction that succeeded. */
  verifyLog(header: VerifiedHeader, proof: LogProof): Promise<ProvedLog>
}

/** The trusted block after an accepted header. */
export const trustAfter = (header: VerifiedHeader, { trustingPeriodS }: TrustRoot): TrustRoot => ({
  height: header.height,
  hash: header.hash,
  validators: header.validators,
  timestampS: header.timestampS,
  ...(header.keys !== undefined && { keys: header.keys }),
  ...(trustingPeriodS !== undefined && { trustingPeriodS }),
})
