// What the operator looks at: backlog, lags, stuck things with what may safely be done, pauses, quotas, checkpoint, disk.
import type { FoldedRegister } from '../identity/register-fold.ts'
import type { RevocationSources } from '../revocation/sources.ts'
import { toTime } from '../values/encoding.ts'
import { pauseName } from './acts.ts'
import type { Health } from './health.ts'

export interface StateDeps {
  hub: string
  entries(): number
  lag(): Record<string, number>
  health: Health
  register: Pick<FoldedRegister, 'acts'>
  /** Size and age of the newest checkpoint. */
  checkpoint(): { size: number; ageMs: number } | undefined
  inFlight(): { requests: number; bodyBytes: number }
  sockets(): number
  sessions(): number
  open(): boolean
}

/** Safe, because a follower reads on from its cursor and each of its effects is idempotent. */
const RETRY = 'start the hub again: the follower reads on from where it stands and does nothing twice'

export interface AdminStateAnswer {
  hub: string
  ready: boolean
  reasons: string[]
  entries: number
  lag: Record<string, number>
  stuck: { follower: string; at: number; since: string; retry: string }[]
  pauses: { what: string; reason: string; entry: number }[]
  quotas: { party: string; limits: object }[]
  checkpoint?: { size: number; ageMs: number }
  diskFreeBytes: number
  loopLagMs: number
  inFlight: { requests: number; bodyBytes: number }
  sockets: number
  sessions: number
}

export function operatorState(deps: StateDeps): AdminStateAnswer {
  const { health, register } = deps
  const reasons = health.reasons()
  const checkpoint = deps.checkpoint()
  return {
    hub: deps.hub,
    ready: deps.open() && reasons.length === 0,
    reasons,
    entries: deps.entries(),
    lag: deps.lag(),
    stuck: health.stuck().map(({ follower, at, sinceMs }) => ({ follower, at, since: toTime(sinceMs), retry: RETRY })),
    pauses: register.acts.pauses().map(({ what, reason, index }) => ({ what: pauseName(what), reason, entry: index })),
    quotas: register.acts.quotas(),
    ...(checkpoint && { checkpoint }),
    diskFreeBytes: health.diskFreeBytes(),
    loopLagMs: Math.round(health.loopLagMs() * 10) / 10,
    inFlight: deps.inFlight(),
    sockets: deps.sockets(),
    sessions: deps.sessions(),
  }
}

/** Seconds since each source of revocations last gave something: lists by country, the oldest of them; responders together. */
export function sourceAges(states: ReturnType<RevocationSources['state']>): Record<string, number> {
  const ages: Record<string, number> = {}
  for (const state of states) {
    const name = state.source === 'crl' ? `crl-${state.country}` : 'ocsp'
    if (state.ageMs !== undefined) ages[name] = Math.max(ages[name] ?? 0, state.ageMs / 1000)
  }
  return ages
}
