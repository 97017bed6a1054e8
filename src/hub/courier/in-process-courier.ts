// The courier within one process: each queue apart, work tried again with growing patience, and a queue in which everything fails left
// alone for a while, then tried with one piece.
import type { Clock } from '../clock.ts'
import {
  bury,
  COURIER_TERMS,
  faultText,
  patience,
  type Courier,
  type Couriers,
  type CourierTerms,
  type DeadLetter,
  type Job,
  type QueueState,
} from './courier.ts'

export interface InProcessCourierOptions extends Partial<CourierTerms> {
  clock: Clock
  /** Calls `run` once after `delayMs`; returns the undo. */
  timer?: (run: () => void, delayMs: number) => () => void
  onFault?(job: Job, error: unknown): void
}

interface Piece {
  job: Job
  arrival: number
  faults: number
  /** Those of them while its queue was not broken. */
  ownFaults: number
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

/** The couriers of a hub that is alone. */
export const inProcessCouriers =
  (options: Pick<InProcessCourierOptions, 'clock' | 'onFault'>): Couriers =>
  (_purpose, terms) =>
    inProcessCourier({ ...options, ...terms })

export function inProcessCourier(options: InProcessCourierOptions): Courier {
  const { clock, concurrencyPerQueue, backoff, breaker, giveUp } = { ...COURIER_TERMS, ...options }
  const { timer = realTimer, onFault } = options
  const queues = new Map<string, Queue>()
  const held = new Set<string>()
  const dead = new Map<string, DeadLetter>()
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
    queue.lastFault = faultText(error)
    queue.faultsInRow++
    if (closed) return
    // Where everything fails it says nothing of the piece.
    if (!queue.broken) piece.ownFaults++
    if (piece.ownFaults >= giveUp.faults) return letGo(piece, queue.lastFault)
    if (queue.faultsInRow >= breaker.faults) breakQueue(queue)
    const awake = (): void => {
      queue.resting.delete(piece)
      insert(queue.ready, piece)
      pump(queue)
    }
    queue.resting.set(piece, timer(awake, patience(backoff, piece.faults++)))
  }
  const letGo = ({ job }: Piece, fault: string): void => {
    held.delete(job.id)
    const letter = { id: job.id, queue: job.queue, fault, untilMs: clock() + giveUp.pauseMs }
    bury(dead, letter, clock() - giveUp.pauseMs)
    job.givenUp?.()
  }
  const isDead = (id: string): boolean => {
    if ((dead.get(id)?.untilMs ?? 0) > clock()) return true
    dead.delete(id)
    return false
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
      if (closed || held.has(job.id) || isDead(job.id)) return false
      held.add(job.id)
      const queue = queues.get(job.queue) ?? emptyQueue()
      queues.set(job.queue, queue)
      insert(queue.ready, { job, arrival: arrivals++, faults: 0, ownFaults: 0 })
      pump(queue)
      return true
    },
    queues: () => new Map([...queues].map(([name, queue]) => [name, stateOf(queue, deadIn(name, dead))])),
    dead: () => [...dead.values()],
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

const deadIn = (name: string, dead: ReadonlyMap<string, DeadLetter>): number =>
  [...dead.values()].filter(({ queue }) => queue === name).length

const stateOf = ({ ready, running, resting, broken, lastFault }: Queue, dead: number): QueueState => ({
  waiting: ready.length + resting.size,
  running: running.size,
  ...(resting.size > 0 && { failed: resting.size }),
  ...(dead > 0 && { dead }),
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

function realTimer(run: () => void, delayMs: number): () => void {
  const handle = setTimeout(run, delayMs)
  return () => clearTimeout(handle)
}
