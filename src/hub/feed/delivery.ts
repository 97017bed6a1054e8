// Delivery: one subscription on one connection. Never sends more than its credit, stops while the socket holds too much, and goes on
// from the position. It knows rows and frames, not sockets.
import { readRows } from './row.ts'
import { OPEN_MAX } from './ack-window.ts'
import { HubError } from '../errors.ts'
import type { FeedRow } from './row.ts'
import type { Subscription } from './subscription.ts'
import type { ServerFrame } from './frame.ts'
import type { Views } from '../journal/journal.ts'

// Rows are small, but a thousand stalled readers hold a thousand queues.
const PAGE = 64
const QUEUE_MAX = 64
const RENDER_MAX = 16
const TURN_MAX = 128

/** What delivery needs of its connection. `sendItem` gets the rendered part of an item and puts the frame around it; `full` says when to stop. */
export interface DeliveryPort {
  views: Views
  render(row: FeedRow): Buffer | Promise<Buffer>
  sendItem(row: FeedRow, prev: number, rendered: Buffer): void
  sendFrame(frame: ServerFrame): void
  full(): boolean
  /** From now on new rows are offered, until an offer is declined. */
  listen(): void
  onFault(fault: unknown): void
}

type Step = { row: FeedRow; prev: number } | { gap: { from: number; to: number } }

export class Delivery {
  readonly subscription: Subscription
  readonly #port: DeliveryPort
  #credit = 0
  #steps: Step[] = []
  /** Last seq read, matching or not. */
  #tail: number
  /** Last match read, or where reading began, or the end of a gap. */
  #prev: number
  #reading = false
  /** There may be rows after the tail that were not handed in by `offer`. */
  #behind = true
  #running = false
  #again = false
  #stopped = false
  #warned = false

  constructor(subscription: Subscription, port: DeliveryPort) {
    this.subscription = subscription
    this.#port = port
    this.#tail = subscription.window.position
    this.#prev = this.#tail
  }

  get credit(): number {
    return this.#credit
  }

  /** Gives credit for `n` more items and goes on. */
  grant(n: number): void {
    this.#credit += n
    this.wake()
  }

  /**
   * A row that has just become readable. Taken as it is when it follows on, else read later in its place. False if nothing may be sent
   * now: then no more are wanted until it listens again.
   */
  offer(row: FeedRow): boolean {
    if (row.seq <= this.#tail) return true
    // Credit or a drained socket will wake it; a thousand that are stalled must cost nothing at all with each new row.
    if (this.#credit <= 0 || this.#port.full()) {
      this.#behind = true
      return false
    }
    if (!this.#reading && row.seq === this.#tail + 1 && this.#steps.length < QUEUE_MAX) this.#take(row)
    else this.#behind = true
    this.wake()
    return true
  }

  /** Acknowledges items; the position becomes durable a moment later. Throws ACK_INVALID. */
  acknowledge(ids: readonly number[]): void {
    if (this.subscription.window.acknowledge(ids)) this.#saveSoon()
    this.#warned = false
    this.wake()
  }

  stop(): void {
    this.#stopped = true
    this.#steps = []
  }

  /** Goes on if it can: after credit, acknowledgements, new rows, or when the socket has drained. */
  wake(): void {
    this.#again = true
    if (this.#running || this.#stopped) return
    this.#running = true
    void this.#run()
  }

  async #run(): Promise<void> {
    try {
      while (this.#again && !this.#stopped) {
        this.#again = false
        await this.#pump()
      }
    } catch (fault) {
      if (!this.#stopped) this.#port.onFault(fault)
    } finally {
      this.#running = false
    }
  }

  async #pump(): Promise<void> {
    for (let sent = 0; this.#maySend(); sent += RENDER_MAX) {
      // A fast reader of rendered items would otherwise keep the loop from everybody else.
      if (sent % TURN_MAX === TURN_MAX - RENDER_MAX) await new Promise((resolve) => setImmediate(resolve))
      if (this.#steps.length === 0 && !(await this.#read())) return
      const batch = this.#steps.slice(0, Math.min(RENDER_MAX, this.#credit))
      const rendering = batch.map((step) => this.#render(step))
      // What is there is sent in the same turn: waiting costs thousands of readers of one item more than sending it.
      const rendered = rendering.every(isThere) ? rendering : await Promise.all(rendering)
      for (const [at, step] of batch.entries()) {
        if (!this.#maySend()) return
        this.#steps.shift()
        this.#send(step, rendered[at])
      }
    }
  }

  #maySend(): boolean {
    if (this.#stopped || this.#credit <= 0) return false
    if (this.subscription.window.openCount >= OPEN_MAX) this.#warn()
    else return !this.#port.full()
    return false
  }

  /** Reads the next page after the tail. False when there is nothing new, or only rows that do not match. */
  async #read(): Promise<boolean> {
    this.#reading = true
    try {
      while (!this.#stopped && this.#behind && this.#steps.length === 0) {
        // Rows that come from now on are offered.
        this.#behind = false
        this.#port.listen()
        const rows = await readRows(this.#port.views, this.subscription.party, this.#tail, PAGE)
        for (const row of rows) this.#take(row)
        if (rows.length === PAGE) this.#behind = true
      }
    } catch (fault) {
      this.#behind = true
      throw fault
    } finally {
      this.#reading = false
    }
    return this.#steps.length > 0
  }

  #take(row: FeedRow): void {
    if (row.seq > this.#tail + 1) {
      this.#steps.push({ gap: { from: this.#tail + 1, to: row.seq - 1 } })
      this.#prev = row.seq - 1
    }
    this.#tail = row.seq
    if (!this.subscription.matches(row)) return
    this.#steps.push({ row, prev: this.#prev })
    this.#prev = row.seq
  }

  #render(step: Step): Buffer | undefined | Promise<Buffer> {
    if ('gap' in step || this.subscription.window.isAcknowledged(step.row.seq)) return undefined
    return this.#port.render(this.subscription.inView(step.row))
  }

  #send(step: Step, rendered: Buffer | undefined): void {
    const { window, name } = this.subscription
    if ('gap' in step) return this.#port.sendFrame({ type: 'gap', name, ...step.gap, why: 'retention' })
    // Acknowledged before, or by a pull just now: passed over without credit.
    const due = rendered !== undefined && !window.isAcknowledged(step.row.seq)
    if (window.passed(step.row.seq)) this.#saveSoon()
    if (!due) return
    this.#credit--
    this.#port.sendItem(this.subscription.inView(step.row), step.prev, rendered)
    this.subscription.gave(step.row, step.prev)
  }

  #saveSoon(): void {
    this.subscription.saveSoon((fault) => this.#port.onFault(fault))
  }

  #warn(): void {
    if (this.#warned) return
    this.#warned = true
    const refusal = new HubError('ACK_INVALID', `${OPEN_MAX} items are open; acknowledge some to receive more`)
    this.#port.sendFrame({
      type: 'error',
      code: refusal.code,
      detail: refusal.detail,
      fatal: false,
      name: this.subscription.name,
    })
  }
}

const isThere = (rendered: Buffer | undefined | Promise<Buffer>): rendered is Buffer | undefined =>
  !(rendered instanceof Promise)
