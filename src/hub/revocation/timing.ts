// When a source of revocations is looked at again. Pure; `chance` is a number from 0 to 1, so that hubs do not all ask at once.

const LOOK_MAX_MS = 3_600_000
const BACKOFF_MAX_MS = 600_000

/** After a good answer: at half of what is left of it, at the latest after an hour, a tenth earlier by chance. Not more often than `everyMs`. */
export function nextLookMs(nowMs: number, untilMs: number, everyMs: number, chance: number): number {
  const wait = Math.max(everyMs, Math.min((untilMs - nowMs) / 2, LOOK_MAX_MS))
  return nowMs + Math.round(wait * (1 - chance / 10))
}

/** After a failure: twice as long with each, at the most ten minutes. `failures` counts this one. */
export function retryMs(nowMs: number, failures: number, everyMs: number, chance: number): number {
  const wait = Math.min(everyMs * 2 ** Math.min(failures - 1, 20), Math.max(BACKOFF_MAX_MS, everyMs))
  return nowMs + Math.round(wait * (1 - chance / 10))
}

/** A number from 0 to 1 of three random bytes. */
export const chanceOf = (randomness: (size: number) => Buffer): number => randomness(3).readUIntBE(0, 3) / 0xff_ff_ff
