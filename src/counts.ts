// What each party has used of its quotas and how many sockets it has open: counted here, or with all processes of the hub together.
import type { Config } from './config.ts'
import type { Clock } from './hub/clock.ts'
import { processesSeen } from './hub/cluster/redis-processes.ts'
import { PartySockets, type PartySocketCount } from './hub/feed/party-sockets.ts'
import { SharedPartySockets } from './hub/feed/shared-party-sockets.ts'
import { type PartyQuotas, Quotas } from './hub/http/quota.ts'
import { SharedQuotas } from './hub/http/shared-quota.ts'
import type { FoldedRegister } from './hub/identity/register-fold.ts'
import type { Shared } from './kept.ts'

export interface Counts {
  quotas: PartyQuotas
  partySockets: PartySocketCount
  close(): Promise<void>
}

export function openCounts(deps: { config: Config; shared: Shared; register: FoldedRegister; clock: Clock }): Counts {
  const { config, shared, register, clock } = deps
  const { redis, process } = shared
  const most = config.quotas.socketsPerParty
  const limits = { limits: config.quotas.party, clock, own: (party: string) => register.acts.quota(party) }
  if (!redis) return { quotas: new Quotas(limits), partySockets: new PartySockets(most), close: async () => {} }
  const processes = processesSeen({ redis, process })
  const quotas = new SharedQuotas({ ...limits, redis, processes })
  const partySockets = new SharedPartySockets({ redis, processes, most })
  return {
    quotas,
    partySockets,
    async close() {
      await partySockets.close()
      await quotas.close()
      await processes.close()
    },
  }
}
