// Duties of a hub of several processes: each runs where its lease is. One loop keeps the leases of this process, takes those that are free,
// and closes at once what belongs to another.
import type { Views } from '../journal/journal.ts'
import type { Duties, Duty, Running } from './duties.ts'
import { type Lease, type LeaseHolder, LeaseLost, type Leases } from './lease.ts'

/** A lease ends this long after it was kept last: what a killed process leaves is taken up within that, and a turn of the loop. */
export const LEASE_MS = 3_000
const TURN_MS = 500
const FIRST_WAIT_MS = 2_000

export interface LeasedDutiesOptions {
  leases: Leases
  /** Views whose writes are refused once a later fence has been seen. */
  fenced(fence: number): Views
  /** The duty whose process the others like to be in: it has at hand what they would have to read. */
  first: string
  /** Before a duty is opened here, so that it sees everything the one before it has seen. */
  before(): Promise<unknown>
  /** Told of the holders as the leases have them, once a turn. */
  onHolders(holders: ReadonlyMap<string, LeaseHolder>): void
  onFault(what: string, error: unknown): void
}

interface Kept {
  name: string
  open(views: Views, lease: Lease): Promise<Running>
  lease?: Lease | undefined
  running?: Running | undefined
  /** It is being opened or closed. */
  busy?: Promise<void> | undefined
  /** Turns in a row in which nobody had it. */
  free: number
  known(): void
}

export class LeasedDuties implements Duties {
  readonly #options: LeasedDutiesOptions
  readonly #kept: Kept[] = []
  readonly #timer: NodeJS.Timeout
  #turning: Promise<void> | undefined
  #answeredMs = performance.now()
  #closed = false

  constructor(options: LeasedDutiesOptions) {
    this.#options = options
    this.#timer = setInterval(() => void this.turn(), TURN_MS)
  }

  /** As `run`, for what needs the lease itself. */
  async runWithLease<T extends Running>(
    name: string,
    open: (views: Views, lease: Lease) => Promise<T>,
  ): Promise<Duty<T>> {
    const kept: Kept = { name, open, free: 0, known: () => {} }
    const known = new Promise<void>((resolve) => (kept.known = resolve))
    this.#kept.push(kept)
    void this.turn()
    // A store that does not answer at a start must not keep the process from saying so.
    await Promise.race([known, new Promise((resolve) => setTimeout(resolve, FIRST_WAIT_MS).unref())])
    return { name, here: () => (kept.lease?.held() ? (kept.running as T | undefined) : undefined) }
  }

  run<T extends Running>(name: string, open: (views: Views) => Promise<T>): Promise<Duty<T>> {
    return this.runWithLease(name, open)
  }

  names(): string[] {
    return this.#kept.filter(({ running, lease }) => running && lease?.held()).map(({ name }) => name)
  }

  /** Whether the leases have not answered for as long as one of them lasts. */
  failing(): boolean {
    return performance.now() - this.#answeredMs > LEASE_MS
  }

  /** One turn of the loop. Never throws; turns do not overlap, and one asked for during another follows it. */
  turn(): Promise<void> {
    const { onFault } = this.#options
    const next = (this.#turning ?? Promise.resolve())
      .then(() => (this.#closed ? undefined : this.#turn()))
      .catch((error: unknown) => onFault('leases', error))
    this.#turning = next
    return next
  }

  async #turn(): Promise<void> {
    const { leases, onHolders } = this.#options
    const held = this.#kept.flatMap(({ lease }) => lease ?? [])
    const lost = held.length > 0 ? await leases.keep(held) : []
    for (const kept of this.#kept) if (kept.lease && lost.includes(kept.lease)) this.#leave(kept)
    const holders = await leases.holders()
    this.#answeredMs = performance.now()
    onHolders(holders)
    for (const kept of this.#kept) {
      // What takes long to open or close must not keep the leases from being kept.
      if (kept.busy || this.#closed) continue
      if (!kept.lease && this.#wants(kept, holders)) kept.lease = await leases.take(kept.name)
      if (kept.lease && !kept.running) this.#open(kept, kept.lease)
      else if (holders.has(kept.name)) kept.known()
    }
  }

  /** Free leases are taken at once by the process that has the first duty, by others when they were left lying for a few turns. */
  #wants(kept: Kept, holders: ReadonlyMap<string, LeaseHolder>): boolean {
    const { first } = this.#options
    if (holders.has(kept.name)) {
      kept.free = 0
      return false
    }
    const firstHere = this.#kept.some(({ name, lease }) => name === first && lease?.held())
    return kept.name === first || firstHere || ++kept.free > 2
  }

  #open(kept: Kept, lease: Lease): void {
    const { before, fenced, onFault } = this.#options
    kept.busy = before()
      .then(async () => {
        const views = noticing(fenced(lease.fence), () => kept.lease === lease && this.#leave(kept))
        kept.running = await kept.open(views, lease)
        kept.free = 0
      })
      .catch((error: unknown) => onFault(kept.name, error))
      .finally(() => {
        kept.busy = undefined
        // It could not be opened, or the lease went meanwhile.
        if (!kept.running || kept.lease !== lease) this.#leave(kept)
        kept.known()
      })
  }

  #leave(kept: Kept): void {
    const { leases, onFault } = this.#options
    const { lease } = kept
    kept.lease = undefined
    kept.busy = Promise.resolve(kept.busy)
      .then(async () => {
        const { running } = kept
        kept.running = undefined
        await running?.close()
      })
      .catch((error: unknown) => onFault(kept.name, error))
      // Only now: who takes it up next must not meet what is still being finished here.
      .then(() => (lease?.held() ? leases.giveBack(lease) : undefined))
      .catch((error: unknown) => onFault(kept.name, error))
      .finally(() => (kept.busy = undefined))
  }

  async close(): Promise<void> {
    this.#closed = true
    clearInterval(this.#timer)
    await this.#turning
    for (const kept of this.#kept.toReversed()) {
      await kept.busy
      this.#leave(kept)
      await kept.busy
    }
  }
}

/** The same views; whoever is told there that the lease is another's need not tell the one who closes the duty. */
function noticing(views: Views, lost: () => void): Views {
  const noticed = <A extends unknown[], R>(act: (...args: A) => Promise<R>) => {
    return async (...args: A): Promise<R> => {
      try {
        return await act(...args)
      } catch (error) {
        if (error instanceof LeaseLost) lost()
        throw error
      }
    }
  }
  return {
    cursor: noticed((view) => views.cursor(view)),
    apply: noticed((view, rows, cursor) => views.apply(view, rows, cursor)),
    get: noticed((view, key) => views.get(view, key)),
    range: noticed((view, from, to, limit, order) => views.range(view, from, to, limit, order)),
    empty: noticed((view) => views.empty(view)),
    close: () => views.close(),
  }
}
