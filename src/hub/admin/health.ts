// Whether the hub can take messages now, and if not, why: the journal's storage, the room on the disk, followers that stand still.
import { statfsSync } from 'node:fs'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { Clock } from '../clock.ts'
import type { JournalStore } from '../journal/store.ts'
import type { Report } from '../report.ts'

const LOOK_EVERY_MS = 1_000
/** A follower with work before it that has done none for so long is stuck. */
const STUCK_AFTER_MS = 15_000
/** After a failed write the hub is given no new work for so long; then it may try again. */
const FAILED_HOLD_MS = 10_000
const MIB = 1024 * 1024
const NS_PER_MS = 1e6

/** The storage, with each write counted and a failed one remembered. */
export function watchedStore(store: JournalStore, report: Report, watch: StoreWatch): JournalStore {
  return {
    ...store,
    async write(batch) {
      const began = performance.now()
      try {
        await store.write(batch)
      } catch (error) {
        watch.failed()
        throw error
      }
      watch.wrote()
      report.committed(batch.entries.length, performance.now() - began)
    },
  }
}

export class StoreWatch {
  readonly #clock: Clock
  #failedAtMs: number | undefined
  constructor(clock: Clock) {
    this.#clock = clock
  }
  failed(): void {
    this.#failedAtMs = this.#clock()
  }
  wrote(): void {
    this.#failedAtMs = undefined
  }
  reason(): string | undefined {
    if (this.#failedAtMs === undefined || this.#clock() - this.#failedAtMs > FAILED_HOLD_MS) return undefined
    return 'the journal storage has failed to write'
  }
}

/** Which followers do not advance although the journal has more for them. */
export class FollowerWatch {
  readonly #clock: Clock
  readonly #seen = new Map<string, { position: number; sinceMs: number }>()
  constructor(clock: Clock) {
    this.#clock = clock
  }

  look(size: number, positions: Record<string, number>): void {
    const now = this.#clock()
    // What another process does now cannot be stuck here.
    for (const name of this.#seen.keys()) if (!(name in positions)) this.#seen.delete(name)
    for (const [name, position] of Object.entries(positions)) {
      const seen = this.#seen.get(name)
      if (!seen || seen.position !== position || position >= size) this.#seen.set(name, { position, sinceMs: now })
    }
  }

  /** By name, with the entry each stands at. */
  stuck(): { follower: string; at: number; sinceMs: number }[] {
    const now = this.#clock()
    return [...this.#seen]
      .filter(([, { sinceMs }]) => now - sinceMs > STUCK_AFTER_MS)
      .map(([follower, { position, sinceMs }]) => ({ follower, at: position, sinceMs }))
  }
}

export interface HealthDeps {
  data: string
  diskReserveMiB: number
  clock: Clock
  store: StoreWatch
  size(): number
  positions(): Record<string, number>
  /** Bytes free in a folder; the system's own if absent. */
  freeBytes?: (folder: string) => number
}

export interface Health {
  /** Why no messages are taken; empty: they are. */
  stopped(): string[]
  /** Why nobody should send here. */
  reasons(): string[]
  stuck: FollowerWatch['stuck']
  diskFreeBytes(): number
  loopLagMs(): number
  close(): void
}

export const freeBytesOf = (folder: string): number => {
  const { bavail, bsize } = statfsSync(folder)
  return bavail * bsize
}

/** Looks once a second. */
export function watchHealth(deps: HealthDeps): Health {
  const { data, diskReserveMiB, clock, store, size, positions, freeBytes = freeBytesOf } = deps
  const followers = new FollowerWatch(clock)
  const delay = monitorEventLoopDelay({ resolution: 20 })
  delay.enable()
  const now = { diskFreeBytes: freeBytes(data), loopLagMs: 0 }
  const timer = setInterval(() => {
    now.loopLagMs = Number.isNaN(delay.mean) ? 0 : Math.max(0, delay.mean / NS_PER_MS - 20)
    delay.reset()
    now.diskFreeBytes = freeBytes(data)
    followers.look(size(), positions())
  }, LOOK_EVERY_MS).unref()
  const stopped = (): string[] =>
    now.diskFreeBytes < diskReserveMiB * MIB
      ? [`the disk has ${Math.floor(now.diskFreeBytes / MIB)} MiB left, the reserve is ${diskReserveMiB} MiB`]
      : []
  return {
    stopped,
    reasons() {
      const failing = store.reason()
      return [
        ...stopped(),
        ...(failing === undefined ? [] : [failing]),
        ...followers.stuck().map(({ follower, at }) => `the follower ${follower} stands at entry ${at}`),
      ]
    },
    stuck: () => followers.stuck(),
    diskFreeBytes: () => now.diskFreeBytes,
    loopLagMs: () => now.loopLagMs,
    close() {
      clearInterval(timer)
      delay.disable()
    },
  }
}
