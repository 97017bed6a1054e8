// A ledger of the EVM family as the relay and the validators reach it: JSON-RPC to its nodes, none of which is believed.
import type { Clock } from '../../../hub/index.ts'
import type { GatewaySets, LedgerContracts, Transport } from '../../transport.ts'
import { evmAccount } from './account.ts'
import { epochOf, membersOf } from './gateway-views.ts'
import { evmReader } from './reader.ts'
import { evmRpc, type NodeEvent } from './rpc.ts'
import { evmWriter } from './writer.ts'

export interface EvmTransportOptions {
  /** Of nodes, asked in this order. */
  urls: readonly string[]
  chainId: number
  contracts: LedgerContracts
  /** 32 bytes of the paying account; absent: every act is refused with the fault `funds`. One transport per account. */
  key?: Uint8Array
  /** Height below which our contracts have no history. Default 0. */
  deployedAt?: number
  /** For one question to one node. Default 10 s. */
  timeoutMs?: number
  /** Longest wait for an act to stand in a block. Default 60 s. */
  confirmMs?: number
  /** Bytes of one answer. Default 16 MiB. */
  answerMax?: number
  /** Most wei for a unit of gas. Default 1000 gwei. */
  feeMax?: bigint
  clock: Clock
  onEvent?(event: NodeEvent): void
}

const SCAN_MS = 10_000

/** Asks nothing yet. Throws TransportFault for addresses of nodes that are none. */
export function evmTransport(options: EvmTransportOptions): Transport & GatewaySets {
  const { contracts, key, deployedAt = 0, timeoutMs: scanMs = SCAN_MS, clock } = options
  const rpc = evmRpc(options)
  const account = key && evmAccount(rpc, { ...options, key })
  return {
    ...evmReader(rpc, { contracts, deployedAt, scanMs, clock }),
    ...evmWriter(account, contracts),
    epoch: () => epochOf(rpc, contracts.gateway.address),
    members: (epoch) => membersOf(rpc, contracts.gateway.address, epoch),
  }
}
