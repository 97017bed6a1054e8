// The family of hubs, as one hub has it: its own log, and those of partners it reaches.
import type { LedgerTrust } from '../../../../schemas/types.d.ts'
import type { Clock } from '../../../hub/index.ts'
import type { ConnectionConfig } from '../../ledger-config.ts'
import { TransportFault, type GatewaySets, type Transport } from '../../transport.ts'
import type { HubLog } from './hub-log.ts'
import { partnerHubLog } from './partner-log.ts'
import { hubTransport, type OwnInbox } from './transport.ts'

export interface HubFamily {
  /** Throws TransportFault for a partner without credentials. */
  transport(trust: LedgerTrust, config: ConnectionConfig): Transport & GatewaySets
  /** Log of a partner by its ledger; undefined until it has been reached once. */
  partner(ledger: string): HubLog | undefined
}

export interface HubFamilyDeps {
  own: HubLog
  inbox: OwnInbox
  clock: Clock
  timeoutMs: number
}

export function hubFamily({ own, inbox, clock, timeoutMs }: HubFamilyDeps): HubFamily {
  const partners = new Map<string, HubLog>()
  return {
    partner: (ledger) => partners.get(ledger),
    transport({ ledger, chainId, root, hub }, config) {
      const common = { chainId, rootHeight: root.height }
      if (config.own) return hubTransport({ ...common, log: own, inbox })
      const { credentials, urls } = config
      if (!credentials || !hub)
        throw new TransportFault(
          'unreachable',
          `${ledger} is reached in the name of a party: its folder is not configured`,
        )
      const log = partnerHubLog({ urls, hub: hub.hub, credentials, clock, timeoutMs })
      partners.set(ledger, log)
      return hubTransport({ ...common, log })
    },
  }
}
