// The ledger families by name. To add one: a folder beside this file, and a line here.
import type { LedgerTrust } from '../../../schemas/types.d.ts'
import type { Clock } from '../../hub/index.ts'
import type { ConnectionConfig } from '../ledger-config.ts'
import type { GatewaySets, Transport } from '../transport.ts'
import type { TrustRoot, Verifier } from '../verifier.ts'
import { evmTransport } from './evm/transport.ts'
import { evmVerifier } from './evm/verifier.ts'

/** For one question to one node: with several of them, the next is asked in time. */
const CALL_MS = 5_000

export const verifierOf = ({ consensus }: Pick<LedgerTrust, 'consensus'>): Verifier => evmVerifier(consensus)

export const trustRootOf = ({ root }: Pick<LedgerTrust, 'root'>): TrustRoot => root

export function transportOf(
  { chainId, gateway, notary }: LedgerTrust,
  { urls, key, deployedAt }: ConnectionConfig,
  clock: Clock,
): Transport & GatewaySets {
  const contracts = { gateway, ...(notary && { notary }) }
  return evmTransport({ urls, chainId, contracts, deployedAt, clock, timeoutMs: CALL_MS, ...(key && { key }) })
}
