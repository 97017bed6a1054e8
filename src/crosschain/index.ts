// The door of the ledger room.
export { crosschainCodes } from './codes.ts'
export { crosschainKinds } from './kinds/index.ts'
export { readLedgerConfig, type LedgerConfig } from './ledger-config.ts'
export { ledgerProofs } from './ledger-proofs.ts'
export { openLedgers, type LedgerRoom, type LedgerRoomDeps } from './open.ts'
