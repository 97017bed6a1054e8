// The acknowledgements of one subscription, pure: what was sent and is open, the position reached without a hole, and what lies above it.
import { HubError } from '../errors.ts'

export const ABOVE_MAX = 1024
export const OPEN_MAX = 65_536

/**
 * Position = the highest match up to which every match is acknowledged. Seqs are sent in ascending order; acknowledgements come in any
 * order, at most 1,024 of them above the position.
 */
export class AckWindow {
  #position: number
  readonly #above: Set<number>
  /** Sent and open, in order; acknowledged ones stay in `#order` until the head passes them. */
  #order: number[] = []
  #head = 0
  readonly #open = new Set<number>()
  /** Up to here every match was sent or is acknowledged. */
  #frontier: number

  constructor(position: number, above: readonly number[] = []) {
    this.#position = position
    this.#frontier = position
    this.#above = new Set(above)
  }

  get position(): number {
    return this.#position
  }

  /** Acknowledged seqs above the position, ascending. */
  get above(): number[] {
    return [...this.#above].sort((a, b) => a - b)
  }

  get openCount(): number {
    return this.#open.size
  }

  isAcknowledged(seq: number): boolean {
    return seq <= this.#position || this.#above.has(seq)
  }

  /** Forgets what was sent: a new reader begins at the position. */
  restart(): void {
    this.#order = []
    this.#head = 0
    this.#open.clear()
    this.#frontier = this.#position
  }

  /** The next match was sent, or passed over because it is acknowledged already. Ascending only. True if the position moved. */
  passed(seq: number): boolean {
    this.#frontier = Math.max(this.#frontier, seq)
    if (!this.isAcknowledged(seq)) {
      this.#order.push(seq)
      this.#open.add(seq)
      return false
    }
    return this.#settle()
  }

  /** Acknowledges sent items, all or none. Returns whether anything changed. Throws ACK_INVALID. */
  acknowledge(ids: readonly number[]): boolean {
    const fresh = ids.filter((id) => !this.isAcknowledged(id))
    for (const id of fresh)
      if (!this.#open.has(id)) throw new HubError('ACK_INVALID', `item ${id} was not sent on this connection`)
    if (fresh.length === 0) return false
    const settled = new Set(fresh)
    const bound = this.#firstOpen((seq) => !settled.has(seq))
    const above = [...this.#above, ...settled].filter((id) => id > bound).length
    if (above > ABOVE_MAX)
      throw new HubError(
        'ACK_INVALID',
        `more than ${ABOVE_MAX} items would be acknowledged above item ${bound}, which is open`,
      )
    for (const id of settled) {
      this.#open.delete(id)
      this.#above.add(id)
    }
    this.#settle()
    return true
  }

  /** Moves the position to `seq`, everything up to it being acknowledged. Returns whether it moved. */
  advanceTo(seq: number): boolean {
    if (seq <= this.#position) return false
    this.#position = seq
    this.#frontier = Math.max(this.#frontier, seq)
    for (const id of this.#above) if (id <= seq) this.#above.delete(id)
    for (const id of this.#open) {
      if (id > seq) break
      this.#open.delete(id)
    }
    this.#settle()
    return true
  }

  /** Takes in what was acknowledged elsewhere: every match up to `position`, and those of `above`. */
  absorb(position: number, above: readonly number[]): void {
    this.advanceTo(position)
    for (const seq of above) {
      if (this.isAcknowledged(seq)) continue
      this.#open.delete(seq)
      this.#above.add(seq)
    }
    this.#settle()
  }

  /** The first sent seq that is open by `isOpen`, or one past everything sent. */
  #firstOpen(isOpen: (seq: number) => boolean = () => true): number {
    for (let at = this.#head; at < this.#order.length; at++) {
      const seq = this.#order[at]!
      if (this.#open.has(seq) && isOpen(seq)) return seq
    }
    return this.#frontier + 1
  }

  #settle(): boolean {
    while (this.#head < this.#order.length && !this.#open.has(this.#order[this.#head]!)) this.#head++
    if (this.#head > 1024 && this.#head * 2 > this.#order.length) {
      this.#order = this.#order.slice(this.#head)
      this.#head = 0
    }
    const bound = this.#order[this.#head] ?? this.#frontier + 1
    const before = this.#position
    for (const id of this.#above)
      if (id < bound) {
        this.#position = Math.max(this.#position, id)
        this.#above.delete(id)
      }
    return this.#position > before
  }
}
