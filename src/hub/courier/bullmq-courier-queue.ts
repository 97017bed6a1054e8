// One queue of the courier in Redis. Redis keeps the order, the priorities, the delays, the pauses of a broken queue and the dead letters,
// for everybody to see; what there is to do stays with the process that planned it. A job found there that nobody here has planned was left
// by a process that is gone: it is dropped, for it will be planned again.
import { Queue, UnrecoverableError, Worker, type Job as RedisJob } from 'bullmq'
import type { Clock } from '../clock.ts'
import type { PatientConnection } from '../cluster/redis.ts'
import { faultText, patience, type CourierTerms, type Job, type QueueState } from './courier.ts'

/** A piece as it is held here. */
export interface Piece {
  job: Job
  /** Where its next turn is waited for; `fresh`: not handed over yet. */
  place: 'fresh' | 'redis' | 'local'
  faults: number
  /** Those of them while its queue was not broken. */
  ownFaults: number
  restUntilMs: number
  /** Redis may hold it as a dead letter. */
  wasDead: boolean
  running?: Promise<void>
}

export interface RedisQueueOptions {
  name: string
  /** Before every key. */
  prefix: string
  connection: PatientConnection
  terms: CourierTerms
  clock: Clock
  /** A piece has come to its end: done, or given up with this fault. */
  ended(piece: Piece, fault?: string): void
  onFault(job: Job, error: unknown): void
  /** What the library says that is about no piece. */
  onQueueFault(error: unknown): void
}

interface RedisData {
  id: string
}

const ADDED_AT_ONCE = 500
const DEAD_KEPT_MAX = 1_000
/** What the library tells of each job; for whoever looks on, not for the work. */
const EVENTS_KEPT = 100
/** A process that is gone loses its hold on a job after this time; the next one waits no longer than both together. */
const LOCK_MS = 3_000
const STALLED_EVERY_MS = 1_000
const BLOCKED_S = 2
const RETRY_MS = 250
/** Attempts are counted here, where it is known whose fault it was. */
const UNCOUNTED = 1_000_000_000

export class RedisQueue {
  readonly #options: RedisQueueOptions
  readonly #queue: Queue<RedisData>
  readonly #worker: Worker<RedisData>
  readonly #pieces = new Map<string, Piece>()
  #fresh: Piece[] = []
  #adding = false
  #closed = false
  #faultsInRow = 0
  #breaks = 0
  #broken: { untilMs: number } | undefined
  #lastFault: string | undefined

  constructor(options: RedisQueueOptions) {
    this.#options = options
    const { prefix, terms, onQueueFault } = options
    const connection = options.connection.client
    // Colons divide the keys of the library.
    const name = options.name.replaceAll(':', '%3A')
    this.#queue = new Queue(name, { connection, prefix, streams: { events: { maxLen: EVENTS_KEPT } } })
    this.#worker = new Worker(name, (job) => this.#take(job), {
      connection,
      prefix,
      concurrency: terms.concurrencyPerQueue,
      lockDuration: LOCK_MS,
      stalledInterval: STALLED_EVERY_MS,
      maxStalledCount: UNCOUNTED,
      drainDelay: BLOCKED_S,
      runRetryDelay: RETRY_MS,
      // Without a limit a broken queue would not be left alone; this one is never reached.
      limiter: { max: UNCOUNTED, duration: 1_000 },
      settings: { backoffStrategy: (_made, _type, _error, job) => this.#restMs((job as RedisJob<RedisData>).data.id) },
    })
    this.#queue.on('error', onQueueFault)
    this.#worker.on('error', onQueueFault)
  }

  offer(piece: Piece): void {
    this.#pieces.set(piece.job.id, piece)
    this.#fresh.push(piece)
    if (this.#adding) return
    this.#adding = true
    // All that are offered in one turn go in one round.
    setImmediate(() => void this.#add())
  }

  pieces(): Iterable<Piece> {
    return this.#pieces.values()
  }

  forget({ job }: Piece): void {
    this.#pieces.delete(job.id)
  }

  state(dead: number): QueueState {
    const pieces = [...this.#pieces.values()]
    const running = pieces.filter((piece) => piece.running).length
    const failed = pieces.filter((piece) => !piece.running && piece.faults > 0).length
    return {
      waiting: pieces.length - running,
      running,
      ...(failed > 0 && { failed }),
      ...(dead > 0 && { dead }),
      ...(this.#broken && { brokenUntilMs: this.#broken.untilMs }),
      ...(this.#lastFault !== undefined && { lastFault: this.#lastFault }),
    }
  }

  /**
   * Compares what is held with what Redis has and hands over again what it has lost. Unless `thorough`, it first counts whether anything
   * is missing at all.
   */
  async look(thorough: boolean): Promise<void> {
    const held = [...this.#pieces.values()].filter(({ place }) => place === 'redis')
    const waiting = held.filter(({ running }) => !running)
    if (waiting.length === 0 || (!thorough && (await this.#count()) >= held.length)) return
    const states = await Promise.all(waiting.map(async (piece) => ({ piece, state: await this.#stateOf(piece) })))
    const lost = states.filter(({ piece, state }) => state === 'lost' && !piece.running && this.#has(piece))
    await this.#handOver(lost.map(({ piece }) => piece))
  }

  /** Begins nothing more; resolves when what is running has come to its end. */
  async stop(): Promise<void> {
    this.#closed = true
    await Promise.allSettled([...this.#pieces.values()].map(({ running }) => running))
  }

  /** Without waiting for the server: to end in order, the library would wait for one that is away. */
  async leave(): Promise<void> {
    await this.#worker.close(true)
    await this.#queue.close()
  }

  #has(piece: Piece): boolean {
    return !this.#closed && this.#pieces.get(piece.job.id) === piece
  }

  async #add(): Promise<void> {
    try {
      while (this.#fresh.length > 0) {
        const pieces = this.#fresh
          .splice(0, ADDED_AT_ONCE)
          .filter((piece) => this.#has(piece) && piece.place === 'fresh')
        for (const piece of pieces) piece.place = 'redis'
        await this.#handOver(pieces)
      }
    } catch (error) {
      // They are missing at the next look.
      this.#options.onQueueFault(error)
    } finally {
      this.#adding = false
    }
  }

  async #handOver(pieces: readonly Piece[]): Promise<void> {
    if (pieces.length === 0) return
    const once = pieces.filter(({ wasDead }) => wasDead)
    await Promise.all(once.map(({ job }) => this.#queue.remove(redisId(job.id))))
    for (const piece of once) piece.wasDead = false
    await this.#queue.addBulk(
      pieces.map(({ job, restUntilMs }) => ({
        name: 'piece',
        data: { id: job.id },
        opts: {
          jobId: redisId(job.id),
          priority: job.priority,
          delay: Math.max(0, restUntilMs - this.#options.clock()),
          attempts: UNCOUNTED,
          backoff: { type: 'custom' },
          removeOnComplete: true,
          removeOnFail: DEAD_KEPT_MAX,
        },
      })),
    )
  }

  async #count(): Promise<number> {
    const counts = await this.#queue.getJobCounts('wait', 'prioritized', 'delayed', 'active')
    return Object.values(counts).reduce((sum, count) => sum + count, 0)
  }

  /** A dead letter of a process before this one rests for its pause. */
  async #stateOf(piece: Piece): Promise<'there' | 'lost'> {
    const id = redisId(piece.job.id)
    const state = await this.#queue.getJobState(id)
    if (state !== 'failed') return state === 'unknown' || state === 'completed' ? 'lost' : 'there'
    const { finishedOn = 0 } = (await this.#queue.getJob(id)) ?? {}
    if (finishedOn + this.#options.terms.giveUp.pauseMs > Date.now()) return 'there'
    piece.wasDead = true
    return 'lost'
  }

  /** One turn of a job, as the library asks for it. */
  async #take({ data }: RedisJob<RedisData>): Promise<void> {
    const piece = this.#pieces.get(data.id)
    // Not planned here, done elsewhere meanwhile, or taken twice because its hold ran out: whoever runs it brings it to its end.
    if (!piece || piece.place === 'local' || piece.running || this.#closed) return
    const running = Promise.resolve().then(() => piece.job.run())
    piece.running = running
    try {
      await running
      delete piece.running
      this.#succeeded(piece)
    } catch (error) {
      delete piece.running
      await this.#failed(piece, error)
    }
  }

  #succeeded(piece: Piece): void {
    this.#faultsInRow = 0
    this.#breaks = 0
    this.#lastFault = undefined
    if (this.#broken) {
      this.#broken = undefined
      this.#worker.concurrency = this.#options.terms.concurrencyPerQueue
      this.#queue.removeRateLimitKey().catch(this.#options.onQueueFault)
    }
    this.#end(piece)
  }

  #end(piece: Piece, fault?: string): void {
    if (this.#pieces.get(piece.job.id) === piece) this.#pieces.delete(piece.job.id)
    this.#options.ended(piece, fault)
  }

  /** Always throws: that is how the library hears of it. */
  async #failed(piece: Piece, error: unknown): Promise<never> {
    const { terms, clock, onFault } = this.#options
    onFault(piece.job, error)
    const fault = faultText(error)
    this.#lastFault = fault
    this.#faultsInRow++
    // Where everything fails it says nothing of the piece.
    if (!this.#broken) piece.ownFaults++
    if (piece.ownFaults >= terms.giveUp.faults) {
      this.#end(piece, fault)
      throw new UnrecoverableError(fault)
    }
    piece.restUntilMs = clock() + patience(terms.backoff, piece.faults++)
    if (this.#faultsInRow >= terms.breaker.faults) await this.#break()
    throw new Error(fault)
  }

  /** Left alone for a while, then one piece is tried. Pieces that were running when it broke change nothing. */
  async #break(): Promise<void> {
    const { terms, clock, onQueueFault } = this.#options
    if (this.#closed || (this.#broken && clock() < this.#broken.untilMs)) return
    const delayMs = patience(terms.breaker, this.#breaks++)
    this.#broken = { untilMs: clock() + delayMs }
    this.#worker.concurrency = 1
    await this.#queue.rateLimit(delayMs).catch(onQueueFault)
  }

  #restMs(id: string): number {
    const restUntilMs = this.#pieces.get(id)?.restUntilMs ?? 0
    return Math.max(1, restUntilMs - this.#options.clock())
  }
}

/** The library refuses colons, and ids that are numbers. */
const redisId = (id: string): string => `piece-${id.replaceAll('%', '%25').replaceAll(':', '%3A')}`
