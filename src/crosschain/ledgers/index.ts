// The ledger families by name. To add one: a folder beside this file, and a line here.
import type { LedgerTrust } from '../../../schemas/types.d.ts'
import type { Clock } from '../../hub/index.ts'
import type { ConnectionConfig } from '../ledger-config.ts'
import { TransportFault, type GatewaySets, type Transport } from '../transport.ts'
import type { TrustRoot, Verifier } from '../verifier.ts'
import { evmTransport } from './evm/transport.ts'
import { evmVerifier } from './evm/verifier.ts'
import type { HubFamily } from './hub/family.ts'
import { hubVerifier } from './hub/verifier.ts'

/** For one question to one node: with several of them, the next is asked in time. */
export const CALL_MS = 5_000

type Judged = Pick<LedgerTrust, 'consensus' | 'hub' | 'gateway' | 'root'>

export const verifierOf = (trust: Judged): Verifier =>
  trust.consensus === 'hub' ? hubVerifier(trust) : evmVerifier(trust.consensus)

export const trustRootOf = ({ root }: Pick<LedgerTrust, 'root'>): TrustRoot => root

/** `hubs` is what this hub has of its own log and of partners'; absent where only chains are reached. */
export function transportOf(
  trust: LedgerTrust,
  config: ConnectionConfig,
  clock: Clock,
  hubs?: HubFamily,
): Transport & GatewaySets {
  const { consensus, chainId, gateway, notary } = trust
  if (consensus === 'hub') {
    if (!hubs) throw new TransportFault('unreachable', 'this hub has no log of its own to join with')
    return hubs.transport(trust, config)
  }
  const { urls, key, deployedAt } = config
  const contracts = { gateway, ...(notary && { notary }) }
  return evmTransport({ urls, chainId, contracts, deployedAt, clock, timeoutMs: CALL_MS, ...(key && { key }) })
}
