// Leases on MongoDB: one row for each name, decided by the store's clock alone.
import type { Collection } from 'mongodb'
import type { Lease, LeaseHolder, Leases } from '../cluster/lease.ts'
import { isDuplicate } from './mongo-faults.ts'

export interface LeaseRow {
  _id: string
  process: string
  url: string
  fence: number
  until: Date
}

export interface LeaseOptions {
  /** Name of this start of this process: never the same after a restart, since a process may take again what is its own. */
  process: string
  url: string
  leaseMs: number
  clock?: () => number
  /** Milliseconds that only ever grow, also while the process is stopped. */
  monotonicMs?: () => number
}

/** Of the granted time this share is not used: the holder's clock may be slower than the store's, and work takes time to end. */
const MARGIN_SHARE = 0.1
const MARGIN_MAX_MS = 500

type Told = LeaseRow & { now: Date }
const NOW = { now: '$$NOW' }

class HeldLease implements Lease {
  readonly name: string
  readonly fence: number
  readonly #monotonicMs: () => number
  #endMs: number

  constructor(name: string, fence: number, endMs: number, monotonicMs: () => number) {
    this.name = name
    this.fence = fence
    this.#endMs = endMs
    this.#monotonicMs = monotonicMs
  }

  held(): boolean {
    return this.#monotonicMs() < this.#endMs
  }

  prolong(endMs: number): void {
    if (this.#endMs > 0) this.#endMs = Math.max(this.#endMs, endMs)
  }

  end(): void {
    this.#endMs = 0
  }
}

/** Leases in the rows of `rows`. A fault of the store passes through: what was held goes on until the time granted before has run out. */
export function mongoLeases(rows: Collection<LeaseRow>, options: LeaseOptions): Leases {
  const { process, url, leaseMs, clock = Date.now, monotonicMs = () => performance.now() } = options
  const grantedMs = leaseMs - Math.min(leaseMs * MARGIN_SHARE, MARGIN_MAX_MS)
  const mine = new Map<string, HeldLease>()
  const there = new Set<string>()
  const storeClock = new StoreClock(monotonicMs)

  const rowOf = async (name: string): Promise<void> => {
    if (there.has(name)) return
    try {
      await rows.insertOne({ _id: name, process: '', url: '', fence: 0, until: new Date(0) })
    } catch (error) {
      if (!isDuplicate(error)) throw error
    }
    there.add(name)
  }
  const drop = (name: string): void => {
    mine.get(name)?.end()
    mine.delete(name)
  }

  return {
    async take(name) {
      await rowOf(name)
      const sentMs = monotonicMs()
      // A row that is this process's is one whose answer was lost: it need not wait for its end.
      const row = (await rows.findOneAndUpdate(
        { _id: name, $or: [{ process }, { $expr: { $lte: ['$until', '$$NOW'] } }] },
        [
          {
            $set: {
              process: { $literal: process },
              url: { $literal: url },
              fence: { $add: ['$fence', 1] },
              until: { $add: ['$$NOW', leaseMs] },
            },
          },
        ],
        { returnDocument: 'after' },
      )) as LeaseRow | null
      if (!row) return undefined
      storeClock.heard(sentMs, row.until.getTime() - leaseMs)
      drop(name)
      const lease = new HeldLease(name, row.fence, sentMs + grantedMs, monotonicMs)
      mine.set(name, lease)
      return lease
    },

    async keep(leases) {
      if (leases.length === 0) return []
      const sentMs = monotonicMs()
      await rows.updateMany({ $or: leases.map(({ name, fence }) => ({ _id: name, process, fence })) }, [
        { $set: { until: { $add: ['$$NOW', leaseMs] } } },
      ])
      const askedMs = monotonicMs()
      // Fences only grow: whose row it is now, his it was when it was prolonged.
      const found = await told(rows, { _id: { $in: leases.map(({ name }) => name) } })
      if (found[0]) storeClock.heard(askedMs, found[0].now.getTime())
      const kept = new Set(found.filter((row) => row.process === process).map(({ _id, fence }) => `${_id}\n${fence}`))
      const lost: Lease[] = []
      for (const lease of leases) {
        const own = mine.get(lease.name)
        if (own === lease && kept.has(`${lease.name}\n${lease.fence}`)) {
          own.prolong(sentMs + grantedMs)
          continue
        }
        lost.push(lease)
        if (own === lease) drop(lease.name)
      }
      return lost
    },

    async giveBack(lease) {
      if (mine.get(lease.name) === lease) drop(lease.name)
      await rows.updateOne({ _id: lease.name, process, fence: lease.fence }, { $set: { until: new Date(0) } })
    },

    async holders() {
      const askedMs = monotonicMs()
      const found = await told(rows, {})
      if (found[0]) storeClock.heard(askedMs, found[0].now.getTime())
      return new Map(
        found
          .filter(({ until, now }) => until > now)
          .map(({ _id, process: holder, url: at, fence }) => [
            _id,
            { process: holder, url: at, fence } satisfies LeaseHolder,
          ]),
      )
    },

    clockOffsetMs: () => storeClock.offsetMs(clock()),
  }
}

const told = (rows: Collection<LeaseRow>, filter: object): Promise<Told[]> =>
  rows.find<Told>(filter, { projection: { process: 1, url: 1, fence: 1, until: 1, ...NOW } }).toArray()

const SAMPLES_MAX = 8

/** The store's clock as its answers tell it: of the last few, the one that was under way for the shortest time says most. */
class StoreClock {
  readonly #monotonicMs: () => number
  #samples: { tripMs: number; aheadMs: number }[] = []

  constructor(monotonicMs: () => number) {
    this.#monotonicMs = monotonicMs
  }

  heard(sentMs: number, storeMs: number): void {
    const answeredMs = this.#monotonicMs()
    const aheadMs = storeMs - (sentMs + answeredMs) / 2
    this.#samples = [...this.#samples, { tripMs: answeredMs - sentMs, aheadMs }].slice(-SAMPLES_MAX)
  }

  /** Counted from the monotonic clock, so that a step of the process's own clock is made up for at once. 0 before the first answer. */
  offsetMs(ownMs: number): number {
    if (this.#samples.length === 0) return 0
    const best = this.#samples.reduce((a, b) => (b.tripMs < a.tripMs ? b : a))
    return Math.round(best.aheadMs + this.#monotonicMs() - ownMs)
  }
}
