// The door of the devnet.
export { CHAINS, type ChainName, chainOptions, isChainName } from './chains.ts'
export type { Vote } from './council.ts'
export { createDevnet, type Devnet, type DevnetOptions } from './devnet.ts'
export type { DevnetFault } from './faults.ts'
export { RpcError } from './rpc-error.ts'
