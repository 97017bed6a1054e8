// How many packets a lane may still deliver: a bucket that fills through the hour. What only says what has happened is not counted.
import type { Clock } from '../../hub/index.ts'

export interface RateLimit {
  /** Whole packets that may be delivered now. */
  left(): number
  /** False: none is left. */
  take(): boolean
}

const HOUR_MS = 3_600_000

/** Full at first, as at the gateway. `ratePerHour` zero: no limit. */
export function rateLimit(ratePerHour: number, clock: Clock): RateLimit {
  let level = ratePerHour
  let atMs = clock()
  const left = (): number => {
    if (ratePerHour === 0) return Infinity
    // A clock that goes back fills nothing, nor does it again what it has.
    const nowMs = Math.max(atMs, clock())
    level = Math.min(ratePerHour, level + ((nowMs - atMs) * ratePerHour) / HOUR_MS)
    atMs = nowMs
    return Math.floor(level)
  }
  return {
    left,
    take() {
      if (left() < 1) return false
      level -= 1
      return true
    },
  }
}
