// What can be wrong with a block of Hyperledger Fabric. One table, so that a test can name each reason and an operator look it up.

/** Reasons by code. A report gives the code, a colon and what was found; the text here says what the code stands for. */
export const BLOCK_REASONS = {
  BLOCK_MALFORMED: 'the block cannot be read',
  NUMBER: 'the block has not the number that follows on the one before',
  LINK: 'the previous hash is not that of the block before, or there is none to compare with',
  DATA_HASH: 'the data hash of the header is not that of the data',
  GENESIS: 'block 0 is not the trusted one',
  CHANNEL: 'an envelope is of another channel',
  CONFIG_MISSING: 'no channel configuration is in force, so nobody is known who might sign',
  CONFIG: 'the channel configuration cannot be taken over',
  ORDERER_SIGNATURE: 'an orderer signature is missing or not good',
  ORDERER_QUORUM: 'too few orderers have signed for the block validation policy',
  ORDERER_METADATA: 'metadata beside the orderer signature differs from what was signed',
  ENVELOPE: 'an envelope cannot be read or is not put together as it has to be',
  ENVELOPE_SIGNATURE: 'the signature of an envelope is missing or not good',
  TX_ID: 'a transaction id is not the hash of nonce and creator',
  TX_TWICE: 'two valid transactions have one id',
  PROPOSAL_HASH: 'endorsers have signed for another proposal',
  ENDORSEMENT: 'an endorsement is not good',
  ENDORSEMENT_POLICY: 'too few organisations have endorsed for the policy pinned for the chaincode',
  FLAGS: 'the validity flags do not fit the transactions',
  FLAGS_DIFFER: 'peers of different organisations tell the validity of a transaction differently, or too few tell it',
  COMMIT_HASH: 'the commit hash is not that of the flags and writes',
  EQUIVOCATION: 'two different blocks have one number',
} as const
export type BlockReason = keyof typeof BLOCK_REASONS

/** Thrown for what is not proved of a block, and turned into a line of its report. */
export class BlockRefused extends Error {
  readonly reason: BlockReason
  constructor(reason: BlockReason, detail: string) {
    super(`${reason}: ${detail}`)
    this.reason = reason
  }
}
