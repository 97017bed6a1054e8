// Proofs kept for checkpoints of some sizes (timestamps, anchors): durable, found by the first size that covers an entry.
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

  /** The largest size that has one; 0 if none has. */
  get lastSize(): number {
    return this.#sizes.at(-1) ?? 0
  }

  at(size: number): Promise<Json | undefined> {
    return this.#cursors.get(this.#space, sizeKey(size))
  }

  /** Durable when the promise resolves. Sizes only grow. */
  async put(size: number, proof: Json): Promise<void> {
    if (size <= this.lastSize)
      throw new RangeError(`there is a proof for ${this.lastSize} already, none is added for ${size}`)
    await this.#cursors.put(this.#space, sizeKey(size), proof)
    const row = Math.floor(this.#sizes.length / ROW_SIZES)
    await this.#cursors.put(this.#index, sizeKey(row), [...this.#sizes.slice(row * ROW_SIZES), size])
    this.#sizes.push(size)
  }

  /** The first of at least this size. */
  async from(size: number): Promise<{ size: number; proof: Json } | undefined> {
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
