// Is the other end still there, and does it read? Heartbeats both ways; a dead or stuck line is dropped, and the position stays.
import { BUFFERED_MAX_BYTES } from './delivery.ts'
import type { FeedClock } from './clock.ts'

const UNHEARD_BEATS = 3
const UNREAD_BEATS = 4

/** The line as its watch sees it. `beat` is to make the peer give a sign of life, `drop` to end without a word. */
export interface Line {
  bufferedBytes(): number
  beat(full: boolean): void
  drop(): void
}

export class LineWatch {
  readonly #clock: FeedClock
  readonly #heartbeatMs: number
  readonly #line: Line
  #heardMs: number
  #fullSinceMs: number | undefined
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
    const full = this.#line.bufferedBytes() >= BUFFERED_MAX_BYTES
    this.#fullSinceMs = full ? (this.#fullSinceMs ?? nowMs) : undefined
    const unread = this.#fullSinceMs !== undefined && nowMs - this.#fullSinceMs >= UNREAD_BEATS * this.#heartbeatMs
    if (unread || nowMs - this.#heardMs >= UNHEARD_BEATS * this.#heartbeatMs) return this.#line.drop()
    this.#line.beat(full)
    this.#cancel = this.#clock.after(this.#heartbeatMs, () => this.#beat())
  }
}
