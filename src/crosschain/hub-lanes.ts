// Lanes between this hub and others, put together: its own log behind the port of ledgers, what a partner may ask of it, the register of
// exports, and retention.
import type { HubLanesView, LogSources, PartyUrn } from '../hub/index.ts'
import { toBase64url } from '../hub/index.ts'
import { followExports } from './exporting.ts'
import type { LedgerConfig } from './ledger-config.ts'
import type { LedgerFold } from './ledger-fold.ts'
import { CALL_MS } from './ledgers/index.ts'
import { hubFamily, type HubFamily } from './ledgers/hub/family.ts'
import { hubInbox } from './ledgers/hub/inbox.ts'
import { ownHubLog, type OwnLogDeps } from './ledgers/hub/own-log.ts'
import { factsAnswer } from './ledgers/hub/partner-log.ts'
import type { LedgerRoomDeps } from './open.ts'
import { followRetention } from './retaining.ts'

/** What this hub's own log is made and shown from; absent where no lane joins it with another hub. */
export type OwnLogSources = LogSources & Pick<OwnLogDeps, 'kind' | 'signer'>

/** The ledger that stands for this hub, as configured. */
const ownLedger = (config: LedgerConfig | undefined): PartyUrn | undefined =>
  Object.entries(config?.ledgers ?? {}).find(([, { own }]) => own)?.[0]

function ownDeps(
  config: LedgerConfig | undefined,
  fold: LedgerFold,
  { ownLog }: LedgerRoomDeps,
): OwnLogDeps | undefined {
  const ledger = ownLedger(config)
  return ledger === undefined || !ownLog ? undefined : { ...ownLog, ledger, fold }
}

/** Undefined: this hub is no end of any lane. */
export function hubsReached(config: LedgerConfig, fold: LedgerFold, deps: LedgerRoomDeps): HubFamily | undefined {
  const own = ownDeps(config, fold, deps)
  if (!own) return undefined
  const inbox = hubInbox({ ...deps, fold, partner: (ledger) => family.partner(ledger) })
  const family = hubFamily({ own: ownHubLog(own), inbox, clock: deps.clock, timeoutMs: CALL_MS })
  return family
}

/** The work that goes on by itself: exports are registered, and what has been kept long enough is withdrawn. */
export async function followHubLanes(
  config: LedgerConfig | undefined,
  fold: LedgerFold,
  deps: LedgerRoomDeps,
): Promise<{ close(): Promise<void> } | undefined> {
  const own = ownDeps(config, fold, deps)
  if (!own) return undefined
  const { ledger, kind, signer } = own
  const followers = [
    await followExports({ ...deps, ledger, kind, signer, fold }),
    await followRetention({ ...deps, ledger, fold }),
  ]
  return { close: async () => void (await Promise.all(followers.map((one) => one.close()))) }
}

const countryOf = (urn: PartyUrn): string => urn.split(':')[2]!.toUpperCase()

export function hubLanesView(
  config: LedgerConfig | undefined,
  fold: LedgerFold,
  deps: LedgerRoomDeps,
  caughtUp: () => Promise<boolean>,
): HubLanesView | undefined {
  const own = ownDeps(config, fold, deps)
  if (!own) return undefined
  const log = ownHubLog(own)
  return {
    caughtUp,
    ends(id) {
      const { source, target } = fold.lane(id)?.terms ?? {}
      if (!source || !target) return undefined
      const here = source.ledger === own.ledger ? 'source' : target.ledger === own.ledger ? 'target' : undefined
      return here && { here, source: countryOf(source.ledger), target: countryOf(target.ledger) }
    },
    facts: async (lane, from, to) => factsAnswer(await log.facts(lane, from, to)),
    async proof(lane, box, sequence, size) {
      const { account, storage } = await log.proof(box, lane, sequence, size)
      return { account: account.map(toBase64url), storage: storage.map(toBase64url) }
    },
    handed: (lane, sequence) => log.handed({ lane, sequence }),
  }
}
