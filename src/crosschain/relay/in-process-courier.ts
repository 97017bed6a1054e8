// The courier within one process: each queue apart, work tried again with growing patience, and a queue in which everything fails left
// alone for a while, then tried with one piece.
import type { Clock } from '../../hub/index.ts'
import type { Courier, Job, QueueState } from '../courier.ts'

export interface InProcessCourierOptions {
  clock: Clock
  concurrencyPerQueue?: number
  /** Of one piece, after each fault of its own. */
  backoff?: Patience
  /** Of a whole queue, after so many faults in a row. */
  breaker?: Patience & { faults: number }
  /** Calls `run` once after `delayMs`; returns the undo. */
  timer?: (run: () => void, delayMs: number) => () => void
  onFault?(job: Job, error: unknown): void
}

/** Doubles from the first to the most. */
export interface Patience {
  firstMs: number
  maxMs: number
}

interface Piece {
  job: Job
  arrival: number
  faults: number
}

interface Queue {
  ready: Piece[]
  running: Set<Piece>
  /** Waiting for their own patience. */
  resting: Map<Piece, () => void>
  faultsInRow: number
  breaks: number
  /** `probing`: the time is over, one piece is tried. */
  broken?: { untilMs: number; probing: boolean; stop(): void }
  lastFault?: string
}

const CONCURRENCY = 8
const BACKOFF: Patience = { firstMs: 250, maxMs: 30_000 }
const BREAKER = { faults: 5, firstMs: 1_000, maxMs: 60_000 }
const FAULT_LENGTH_MAX = 300

export function inProcessCourier(options: InProcessCourierOptions): Courier {
  const { clock, concurrencyPerQueue = CONCURRENCY, backoff = BACKOFF, breaker = BREAKER } = options
  const { timer = realTimer, onFault } = options
  const queues = new Map<string, Queue>()
  const held = new Set<string>()
  const waiters = new Set<() => void>()
  let arrivals = 0
  let running = 0
  let closed = false

  const hasRoom = ({ broken, running: busy }: Queue): boolean =>
    !closed && (broken ? broken.probing && busy.size === 0 : busy.size < concurrencyPerQueue)
  const pump = (queue: Queue): void => {
    while (queue.ready.length > 0 && hasRoom(queue)) start(queue, queue.ready.shift()!)
  }
  const start = (queue: Queue, piece: Piece): void => {
    queue.running.add(piece)
    running++
    void Promise.resolve()
      .then(() => piece.job.run())
      .then(
        () => succeeded(queue, piece),
        (error: unknown) => failed(queue, piece, error),
      )
      .finally(() => {
        queue.running.delete(piece)
        running--
        pump(queue)
        settle()
      })
  }
  const succeeded = (queue: Queue, { job }: Piece): void => {
    held.delete(job.id)
    queue.faultsInRow = 0
    queue.breaks = 0
    queue.broken?.stop()
    delete queue.broken
    delete queue.lastFault
  }
  const failed = (queue: Queue, piece: Piece, error: unknown): void => {
    onFault?.(piece.job, error)
    queue.lastFault = (error instanceof Error ? error.message : String(error)).slice(0, FAULT_LENGTH_MAX)
    queue.faultsInRow++
    if (closed) return
    if (queue.faultsInRow >= breaker.faults) breakQueue(queue)
    const awake = (): void => {
      queue.resting.delete(piece)
      insert(queue.ready, piece)
      pump(queue)
    }
    queue.resting.set(piece, timer(awake, patience(backoff, piece.faults++)))
  }
  /** Pieces that were running when it broke change nothing. */
  const breakQueue = (queue: Queue): void => {
    if (queue.broken && !queue.broken.probing) return
    const delayMs = patience(breaker, queue.breaks++)
    const probe = (): void => {
      queue.broken!.probing = true
      pump(queue)
    }
    queue.broken = { untilMs: clock() + delayMs, probing: false, stop: timer(probe, delayMs) }
  }
  const isIdle = (): boolean => running === 0 && (closed || held.size === 0)
  const settle = (): void => {
    if (!isIdle()) return
    for (const waiter of waiters) waiter()
    waiters.clear()
  }
  const idle = (): Promise<void> => (isIdle() ? Promise.resolve() : new Promise((resolve) => waiters.add(resolve)))
  return {
    offer(job) {
      if (closed || held.has(job.id)) return false
      held.add(job.id)
      const queue = queues.get(job.queue) ?? emptyQueue()
      queues.set(job.queue, queue)
      insert(queue.ready, { job, arrival: arrivals++, faults: 0 })
      pump(queue)
      return true
    },
    queues: () => new Map([...queues].map(([name, queue]) => [name, stateOf(queue)])),
    idle,
    close() {
      closed = true
      for (const { resting, broken } of queues.values()) {
        broken?.stop()
        for (const stop of resting.values()) stop()
      }
      return idle()
    },
  }
}

const emptyQueue = (): Queue => ({ ready: [], running: new Set(), resting: new Map(), faultsInRow: 0, breaks: 0 })

const stateOf = ({ ready, running, resting, broken, lastFault }: Queue): QueueState => ({
  waiting: ready.length + resting.size,
  running: running.size,
  ...(broken && { brokenUntilMs: broken.untilMs }),
  ...(lastFault !== undefined && { lastFault }),
})

/** By priority, then in the order of arrival. */
function insert(ready: Piece[], piece: Piece): void {
  const isBefore = (one: Piece, other: Piece): boolean =>
    one.job.priority < other.job.priority || (one.job.priority === other.job.priority && one.arrival < other.arrival)
  let low = 0
  let high = ready.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (isBefore(ready[middle]!, piece)) low = middle + 1
    else high = middle
  }
  ready.splice(low, 0, piece)
}

const patience = ({ firstMs, maxMs }: Patience, before: number): number =>
  Math.min(maxMs, firstMs * 2 ** Math.min(before, 30))

function realTimer(run: () => void, delayMs: number): () => void {
  const handle = setTimeout(run, delayMs)
  return () => clearTimeout(handle)
}
