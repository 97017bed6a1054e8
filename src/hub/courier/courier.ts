// The port of the courier: work that has to be done and may fail, each piece once at a time, tried again with growing patience. What has
// to be done is always planned anew from journal, views and ledgers; an emptied courier loses nothing.

/** A piece of work, idempotent by what it is about: after a crash it comes again. The same `id` is never twice in the courier. */
export interface Job {
  /** Of what it is about and what is done to it: `12/expire`. */
  id: string
  /** Pieces of one queue are done apart from other queues: a broken lane does not hold up another, nor old packets new ones. */
  queue: string
  /** Lower first. */
  priority: number
  run(): Promise<void>
  /** It has failed too often and is let go of; offered again it is refused until the pause is over. */
  givenUp?(): void
}

export interface QueueState {
  waiting: number
  running: number
  /** Of those waiting: have failed before. Absent: none. */
  failed?: number
  /** Given up, and not offered again yet. Absent: none. */
  dead?: number
  /** Broken: nothing is tried before this time (ms). */
  brokenUntilMs?: number
  lastFault?: string
}

/** A piece that was given up. */
export interface DeadLetter {
  id: string
  queue: string
  fault: string
  /** From then on (ms) it is taken again when it is offered. */
  untilMs: number
}

export interface Courier {
  /** Takes a piece unless it holds one of that id, or that one is dead. False: it does already. Never throws. */
  offer(job: Job): boolean
  queues(): ReadonlyMap<string, QueueState>
  dead(): readonly DeadLetter[]
  /** Resolves when nothing is waiting or running; for tests and orderly closing. */
  idle(): Promise<void>
  /** Takes nothing more, waits for what is running, and lets go of the rest. */
  close(): Promise<void>
}

/** How a courier treats the pieces of one purpose. */
export interface CourierTerms {
  concurrencyPerQueue: number
  /** Of one piece, after each fault of its own. */
  backoff: Patience
  /** Of a whole queue, after so many faults in a row. */
  breaker: Patience & { faults: number }
  /** Faults of one piece, while its queue was not broken, after which it is dead; and for how long (ms). */
  giveUp: { faults: number; pauseMs: number }
}

/** Opens the courier of one purpose (`relay`, `expiry`); whoever opens it closes it. One at a time for each purpose of a hub. */
export type Couriers = (purpose: string, terms?: Partial<CourierTerms>) => Courier

/** Doubles from the first to the most. */
export interface Patience {
  firstMs: number
  maxMs: number
}

export const patience = ({ firstMs, maxMs }: Patience, before: number): number =>
  Math.min(maxMs, firstMs * 2 ** Math.min(before, 30))

export const COURIER_TERMS: CourierTerms = {
  concurrencyPerQueue: 8,
  backoff: { firstMs: 250, maxMs: 30_000 },
  breaker: { faults: 5, firstMs: 1_000, maxMs: 60_000 },
  giveUp: { faults: 20, pauseMs: 300_000 },
}

/** Enters a dead letter, and forgets those that nobody has offered again long after they could be: their pause ended before `forgetBeforeMs`. */
export function bury(dead: Map<string, DeadLetter>, letter: DeadLetter, forgetBeforeMs: number): void {
  for (const [id, { untilMs }] of dead) if (untilMs < forgetBeforeMs) dead.delete(id)
  dead.set(letter.id, letter)
}

const FAULT_LENGTH_MAX = 300

export const faultText = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).slice(0, FAULT_LENGTH_MAX)
