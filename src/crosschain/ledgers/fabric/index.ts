// The door of the Fabric family: blocks and block files, verified offline.
export { type FabricBlock, hashOfData, headerDer, headerHash, readBlock } from './block.ts'
export { type BlockFile, type BlockReading, readBlockFile, readStoredBlock } from './block-file.ts'
export { BLOCK_REASONS, BlockRefused, type BlockReason } from './block-reasons.ts'
export type { BlockFileReport, BlockLine } from './block-report.ts'
export type { EndorsementPolicies, EndorsementPolicy } from './endorsement-policy.ts'
export type { FabricTrust } from './ledger-walk.ts'
export type { FlagReading } from './validity-flags.ts'
export { verifyBlockFile } from './verify-block-file.ts'
