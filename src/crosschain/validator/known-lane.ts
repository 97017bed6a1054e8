// A lane with both of its ends, as this validator reaches them.
import type { LaneEnd, LaneTerms } from '../lane.ts'
import type { ValidatorLedger } from './prove-act.ts'

/** `chainId` and the gateway's address say which end of a lane a ledger is. `epoch`: of the gateway's validators, for requests that name none. */
export interface LaneLedger extends ValidatorLedger {
  chainId: number
  epoch?: number
}

export interface KnownLane {
  terms: LaneTerms
  source: LaneLedger
  target: LaneLedger
}

/** Throws Error if no ledger is at one of the ends. */
export function knownLane(terms: LaneTerms, ledgers: readonly LaneLedger[]): KnownLane {
  const at = (end: LaneEnd): LaneLedger => {
    const found = ledgers.find(({ chainId, gateway }) => chainId === end.chainId && gateway.address === end.gateway)
    if (!found) throw new Error(`lane ${terms.name}: no ledger has chain id ${end.chainId} and gateway ${end.gateway}`)
    return found
  }
  return { terms, source: at(terms.source), target: at(terms.target) }
}
