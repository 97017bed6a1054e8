// The door of the ledger room.
export { crosschainCodes } from './codes.ts'
export { crosschainKinds } from './kinds/index.ts'
