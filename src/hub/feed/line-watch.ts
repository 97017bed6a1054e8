// Is the other end still there, and does it read? Heartbeats both ways; a dead or stuck line is dropped, and the position stays.
import type { FeedClock } from './clock.ts'

const UNHEARD_BEATS = 3
const UNREAD_BEATS = 4

/** The line as its watch sees it. `beat` is to make the peer give a sign of life, `drop` to end without a word. */
export interface Line {
  /** Something has not left yet. */
  holds(): boolean
  /** How many writes have left so far. */
  writes(): number
  beat(stuck: boolean): void
  drop(): void
}

export class LineWatch {
  readonly #clock: FeedClock
  readonly #heartbeatMs: number
  readonly #line: Line
  #heardMs: number
  #writes = 0
  #stuckSinceMs: number | undefined
  #cancel: () => void

  /** Beats every `heartbeatMs`; drops a peer unheard for three beats, or not reading for four. */
  constructor({ clock, heartbeatMs }: { clock: FeedClock; heartbeatMs: number }, line: Line) {
    this.#clock = clock
    this.#heartbeatMs = heartbeatMs
    this.#line = line
    this.#heardMs = clock.nowMs()
    this.#cancel = clock.after(heartbeatMs, () => this.#beat())
  }

  /** The peer has given a sign of life. */
  heard(): void {
    this.#heardMs = this.#clock.nowMs()
  }

  stop(): void {
    this.#cancel()
  }

  #beat(): void {
    const nowMs = this.#clock.nowMs()
    const writes = this.#line.writes()
    // A slow reader may always have something waiting; one that does not read at all is one from whom nothing leaves.
    const stuck = this.#line.holds() && writes === this.#writes
    this.#writes = writes
    this.#stuckSinceMs = stuck ? (this.#stuckSinceMs ?? nowMs) : undefined
    const unread = this.#stuckSinceMs !== undefined && nowMs - this.#stuckSinceMs >= UNREAD_BEATS * this.#heartbeatMs
    if (unread || nowMs - this.#heardMs >= UNHEARD_BEATS * this.#heartbeatMs) return this.#line.drop()
    this.#line.beat(stuck)
    this.#cancel = this.#clock.after(this.#heartbeatMs, () => this.#beat())
  }
}
