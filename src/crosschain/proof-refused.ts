// Why a header, a proof or a signature of a ledger is refused. One table, so that a test can name each reason and an operator look it up.

/** Reasons by code. The text says what was found, not what to do: a refused proof is nobody's to repair but the one who sent it. */
export const PROOF_REASONS = {
  HEADER_MALFORMED: 'the header is not one canonical RLP list of the fields a header has',
  CHECKPOINT: 'the header of the log has not its form, or is not signed as the pinned keys lead to',
  GROWTH: 'it is not shown that the log goes on from the one accepted before',
  HEADER_CONSTANT: 'a field that consensus fixes (uncles, difficulty, mix hash, nonce) has another value',
  EXTRA_MALFORMED: 'the extra data has not the form of this consensus',
  VANITY: 'the vanity is not exactly 32 bytes',
  VALIDATORS_MALFORMED: 'the list of validators has a duplicate, a zero address or is empty',
  VALIDATOR_CONTRACT: 'validators are kept by a contract, which this verifier does not follow',
  SEAL_MALFORMED: 'a seal is not 65 bytes of r, s and v in their ranges, with low s',
  SEAL_FOREIGN: 'a seal is by somebody outside the trusted set',
  SEAL_DUPLICATE: 'one signer has sealed twice',
  SEAL_QUORUM: 'too few of the trusted set have sealed',
  SET_CHANGE: 'the validators differ from the trusted set by more than a vote explains',
  SET_OVERLAP: 'after a gap in heights no more than a third of the trusted set has sealed',
  PARENT: 'the parent hash is not that of the header before',
  HEIGHT: 'the height does not follow on the trusted one',
  TIME: 'the time is before that of the header before, or lies in the future',
  TRUSTING_PERIOD: 'the trusted set is older than the trusting period',
  HASH_CLAIMED: 'the hash is not the one that was claimed',
  EQUIVOCATION: 'two different sealed headers at one height',
  PROOF_NODE: 'the proof does not lead from the root to the value',
  PROOF_TRAILING: 'the proof has nodes or bytes that lead nowhere',
  ACCOUNT: 'the account is not in the state',
  CODE_HASH: 'the contract has other code than the pinned one',
  SLOT_VALUE: 'the storage holds another value',
  RECEIPT_FAILED: 'the transaction of the receipt failed',
  LOG_CONTRACT: 'the log is of another contract',
  LOG_EVENT: 'the log is of another event',
  LOG_INDEX: 'the receipt has no log at that position',
  LANE: 'the packet is of another lane',
  SEQUENCE: 'the packet has another sequence in its lane',
  LEDGER: 'the proof is of another ledger',
  COMMITMENT: 'the packet is not the one committed to',
  ASSURANCE: 'the proof is worth less than the lane demands',
  ATTESTATION: 'too few validators of the set have signed, or a signature is not good',
} as const
export type ProofReason = keyof typeof PROOF_REASONS

/** Thrown by verifiers for whatever is not proved. `detail` says what was found. */
export class ProofRefused extends Error {
  readonly reason: ProofReason
  readonly detail: string
  constructor(reason: ProofReason, detail?: string) {
    super(`${reason}: ${PROOF_REASONS[reason]}${detail ? ` (${detail})` : ''}`)
    this.reason = reason
    this.detail = detail ?? PROOF_REASONS[reason]
  }
}
