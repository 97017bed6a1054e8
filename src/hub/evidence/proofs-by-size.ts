// Proofs kept for checkpoints of some sizes (timestamps, anchors): durable, found by the first size that covers an entry. Any process may
// read them and add to them: sizes only grow, so what is known of them here stays true, and what others have added is looked for.
import type { Cursors } from '../journal/journal.ts'
import type { Json } from '../journal/heads.ts'

const ROW_SIZES = 1_000
const SIZE_DIGITS = 15

export const sizeKey = (size: number): string => String(size).padStart(SIZE_DIGITS, '0')

export class ProofsBySize {
  readonly #cursors: Cursors
  readonly #space: string
  /** Space of the sizes that have a proof, ascending, so many to a row. */
  readonly #index: string
  #sizes: number[] = []

  private constructor(cursors: Cursors, space: string, index: string) {
    this.#cursors = cursors
    this.#space = space
    this.#index = index
  }

  static async open(cursors: Cursors, space: string, index: string): Promise<ProofsBySize> {
    const proofs = new ProofsBySize(cursors, space, index)
    const rows = await cursors.list(index, '')
    proofs.#sizes = rows.flatMap(({ value }) => value as number[]).toSorted((a, b) => a - b)
    return proofs
  }

  /** The largest size known here to have one; 0 if none has. */
  get lastSize(): number {
    return this.#sizes.at(-1) ?? 0
  }

  /** Takes in what other processes have added. */
  async look(): Promise<void> {
    for (;;) {
      const row = Math.floor(this.#sizes.length / ROW_SIZES)
      const sizes = ((await this.#cursors.get(this.#index, sizeKey(row))) ?? []) as number[]
      this.#take(row, sizes)
      if (sizes.length < ROW_SIZES) return
    }
  }

  /** Rows only get longer, so the longer one is the newer. */
  #take(row: number, sizes: readonly number[]): void {
    const known = this.#sizes.length - row * ROW_SIZES
    if (known >= 0) this.#sizes.push(...sizes.slice(known))
  }

  at(size: number): Promise<Json | undefined> {
    return this.#cursors.get(this.#space, sizeKey(size))
  }

  /** Durable when the promise resolves. Sizes only grow, whichever process adds them; throws RangeError for one that does not. */
  async put(size: number, proof: Json): Promise<void> {
    this.#mustGrow(size)
    await this.#cursors.put(this.#space, sizeKey(size), proof)
    for (;;) {
      const row = Math.floor(this.#sizes.length / ROW_SIZES)
      const before = this.#sizes.slice(row * ROW_SIZES)
      const after = [...before, size]
      if (await this.#cursors.swap(this.#index, sizeKey(row), before.length === 0 ? undefined : before, after))
        return this.#take(row, after)
      const known = this.#sizes.length
      await this.look()
      this.#mustGrow(size)
      if (this.#sizes.length === known) throw new Error(`row ${row} of ${this.#index} is not what it was written as`)
    }
  }

  #mustGrow(size: number): void {
    if (size <= this.lastSize)
      throw new RangeError(`there is a proof for ${this.lastSize} already, none is added for ${size}`)
  }

  /** The first of at least this size. */
  async from(size: number): Promise<{ size: number; proof: Json } | undefined> {
    if (size > this.lastSize) await this.look()
    let [low, high] = [0, this.#sizes.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.#sizes[middle]! < size) low = middle + 1
      else high = middle
    }
    const found = this.#sizes[low]
    if (found === undefined) return undefined
    const proof = await this.at(found)
    if (proof === undefined) throw new Error(`what was kept for the checkpoint of ${found} has been lost`)
    return { size: found, proof }
  }
}
