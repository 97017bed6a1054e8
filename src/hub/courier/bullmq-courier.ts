// The courier over Redis: the same promises as within one process, and everybody may see what waits, rests and was given up. Redis may lose
// all of it at any time: what was offered is held here until it is done, looked for every second and handed over again. While Redis is away
// the work goes on within the process.
import { setTimeout as after } from 'node:timers/promises'
import type { Clock } from '../clock.ts'
import type { Redis } from '../cluster/redis.ts'
import { RedisQueue, type Piece } from './bullmq-courier-queue.ts'
import {
  bury,
  COURIER_TERMS,
  type Courier,
  type Couriers,
  type CourierTerms,
  type DeadLetter,
  type Job,
} from './courier.ts'
import { inProcessCourier } from './in-process-courier.ts'

export interface BullmqCourierOptions extends Partial<CourierTerms> {
  redis: Redis
  /** Word of the hub; one courier at a time for each. */
  purpose: string
  clock: Clock
  onFault?(job: Job, error: unknown): void
  /** Trouble that is about no piece. */
  onQueueFault?(error: unknown): void
}

const LOOK_EVERY_MS = 1_000
/** Every so many looks all that is held is looked for, one by one. */
const THOROUGH_EVERY = 10
const ANSWER_WITHIN_MS = 500
/** Longer without an answer: the work is done without Redis. */
const AWAY_MS = 2_000
const STOP_WITHIN_MS = 2_000
const LEAVE_WITHIN_MS = 1_000

/** The couriers of a hub process among others. */
export const bullmqCouriers =
  (options: Pick<BullmqCourierOptions, 'redis' | 'clock' | 'onFault' | 'onQueueFault'>): Couriers =>
  (purpose, terms) =>
    bullmqCourier({ ...options, ...terms, purpose })

export function bullmqCourier(options: BullmqCourierOptions): Courier {
  const { redis, purpose, clock, onFault = () => {}, onQueueFault = () => {} } = options
  const terms: CourierTerms = { ...COURIER_TERMS, ...options }
  const connection = redis.patient()
  const local = inProcessCourier({ ...terms, clock, onFault })
  const queues = new Map<string, RedisQueue>()
  const held = new Map<string, Piece>()
  const dead = new Map<string, DeadLetter>()
  const waiters = new Set<() => void>()
  let closed = false
  let answeredAt = performance.now()
  let wasAway = false
  let looks = 0

  const settle = (): void => {
    if (held.size > 0) return
    for (const waiter of waiters) waiter()
    waiters.clear()
  }
  const ended = (piece: Piece, fault?: string): void => {
    const { id, queue, givenUp } = piece.job
    if (held.get(id) === piece) held.delete(id)
    if (fault !== undefined) {
      bury(dead, { id, queue, fault, untilMs: clock() + terms.giveUp.pauseMs }, clock() - terms.giveUp.pauseMs)
      givenUp?.call(piece.job)
    }
    settle()
  }
  const queueOf = (name: string): RedisQueue => {
    const prefix = `${redis.prefix}:courier`
    const queue =
      queues.get(name) ??
      new RedisQueue({ name: `${purpose}/${name}`, prefix, connection, terms, clock, ended, onFault, onQueueFault })
    queues.set(name, queue)
    return queue
  }
  const isAway = (): boolean => performance.now() - answeredAt > AWAY_MS
  const isDead = (id: string): boolean => (dead.get(id)?.untilMs ?? 0) > clock()

  /** What waits for Redis, or rests there, is done here. */
  const workAlone = (queue: RedisQueue): void => {
    for (const piece of queue.pieces()) {
      if (piece.place === 'local' || piece.running || piece.restUntilMs > clock()) continue
      piece.place = 'local'
      const { job } = piece
      const run = async (): Promise<void> => {
        await (piece.running = Promise.resolve(job.run()).finally(() => delete piece.running))
        queue.forget(piece)
        ended(piece)
      }
      const givenUp = (): void => {
        queue.forget(piece)
        ended(piece, local.dead().find(({ id }) => id === job.id)?.fault ?? '')
      }
      // Given up here a moment ago: Redis may have it again.
      if (!local.offer({ ...job, run, givenUp })) piece.place = 'redis'
    }
  }
  const look = async (): Promise<void> => {
    const answers = await redis.ping(ANSWER_WITHIN_MS).then(
      () => true,
      () => false,
    )
    if (closed) return
    if (answers) answeredAt = performance.now()
    else wasAway = true
    if (isAway()) for (const queue of queues.values()) workAlone(queue)
    if (answers) lookForLost()
  }
  let looking: Promise<unknown> | undefined
  /** A look that hangs does not keep the next from seeing that Redis is away. */
  const lookForLost = (): void => {
    if (looking) return
    const thorough = wasAway || ++looks % THOROUGH_EVERY === 0
    wasAway = false
    looking = Promise.all([...queues.values()].map((queue) => queue.look(thorough)))
      .catch((error: unknown) => {
        wasAway = true
        onQueueFault(error)
      })
      .finally(() => (looking = undefined))
  }
  let turn: Promise<void> | undefined
  const timer = setInterval(() => {
    turn ??= look().finally(() => (turn = undefined))
  }, LOOK_EVERY_MS)

  const close = async (): Promise<void> => {
    closed = true
    clearInterval(timer)
    const all = [...queues.values()]
    const stopped = Promise.all([local.close(), ...all.map((queue) => queue.stop())])
    await within(STOP_WITHIN_MS, stopped)
    // Answered after all that was said before it: how the last pieces have ended is known there.
    await after(0)
    await within(ANSWER_WITHIN_MS, connection.client.ping())
    await within(LEAVE_WITHIN_MS, Promise.allSettled(all.map((queue) => queue.leave())))
    // Whatever still waits for an answer has failed with it; the hold on what still runs ends, so that the next one need not wait for it.
    connection.close()
    await stopped
    held.clear()
    settle()
  }
  let closing: Promise<void> | undefined

  return {
    offer(job) {
      if (closed || held.has(job.id) || isDead(job.id)) return false
      const wasDead = dead.delete(job.id)
      const piece: Piece = { job, place: 'fresh', faults: 0, ownFaults: 0, restUntilMs: 0, wasDead }
      held.set(job.id, piece)
      queueOf(job.queue).offer(piece)
      return true
    },
    queues: () =>
      new Map(
        [...queues].map(([name, queue]) => [
          name,
          {
            ...queue.state([...dead.values()].filter((letter) => letter.queue === name).length),
            ...(isAway() && { lastFault: 'Redis does not answer; the work goes on within this process' }),
          },
        ]),
      ),
    dead: () => [...dead.values()],
    idle: () => (held.size === 0 ? Promise.resolve() : new Promise((resolve) => waiters.add(resolve))),
    close: () => (closing ??= close()),
  }
}

async function within(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)))
  await Promise.race([work.catch(() => {}), late])
  clearTimeout(timer)
}
