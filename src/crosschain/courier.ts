// The port of the courier: work that has to be done and may fail, each piece once at a time, tried again with growing patience. What has
// to be done is always planned anew from the ledgers; an emptied courier loses nothing.

/** A piece of work. The same `id` is never twice in the courier. */
export interface Job {
  id: string
  /** Pieces of one queue are done apart from other queues: a broken lane does not hold up another, nor old packets new ones. */
  queue: string
  /** Lower first. */
  priority: number
  run(): Promise<void>
}

export interface QueueState {
  waiting: number
  running: number
  /** Broken: nothing is tried before this time (ms). */
  brokenUntilMs?: number
  lastFault?: string
}

export interface Courier {
  /** Takes a piece unless it holds one of that id. False: it does already. */
  offer(job: Job): boolean
  queues(): ReadonlyMap<string, QueueState>
  /** Resolves when nothing is waiting or running; for tests and orderly closing. */
  idle(): Promise<void>
  close(): Promise<void>
}
