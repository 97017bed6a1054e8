// Roots and paths of the evidence log at any size, from tiles wherever they are: any old size costs a few tiles.
import { merkleRoot, nodeHash } from './merkle.ts'
import { TILE_HEIGHT, TILE_WIDTH, type Tile } from './tiles.ts'

/** Gives a tile with its first `length` hashes at least. */
export type TileOf = (row: number, index: number, length: number) => Promise<Tile>

export class TreePaths {
  readonly #tile: TileOf

  constructor(tile: TileOf) {
    this.#tile = tile
  }

  /** Root of the first `size` leaves. */
  async root(size: number): Promise<Buffer> {
    return size === 0 ? merkleRoot([]) : await this.#range(0, size)
  }

  /** Audit path of the leaf at `index` in the tree of `size` leaves, lowest first (RFC 6962 section 2.1.1). Throws RangeError. */
  async inclusion(index: number, size: number): Promise<Buffer[]> {
    if (!Number.isSafeInteger(index) || index < 0 || index >= size)
      throw new RangeError(`no leaf ${index} in a tree of ${size}`)
    const path: Buffer[] = []
    for (let start = 0, end = size; end - start > 1; ) {
      const middle = start + splitOf(end - start)
      path.unshift(index < middle ? await this.#range(middle, end) : await this.#range(start, middle))
      if (index < middle) end = middle
      else start = middle
    }
    return path
  }

  /** Path that shows the tree of `to` leaves to begin with that of `from` (RFC 6962 section 2.1.2). Throws RangeError. */
  async consistency(from: number, to: number): Promise<Buffer[]> {
    if (!Number.isSafeInteger(from) || from < 0 || from > to) throw new RangeError(`no tree of ${from} within ${to}`)
    const path: Buffer[] = []
    if (from === 0 || from === to) return path
    let [start, end] = [0, to]
    while (end !== from) {
      const middle = start + splitOf(end - start)
      path.unshift(from <= middle ? await this.#range(middle, end) : await this.#range(start, middle))
      if (from <= middle) end = middle
      else start = middle
    }
    // The old tree as a whole needs no mention; a right part of it does.
    return start === 0 ? path : [await this.#range(start, end), ...path]
  }

  /** Hash of the leaves from `start` to before `end`: a left-aligned subtree of some size of the tree. */
  async #range(start: number, end: number): Promise<Buffer> {
    const width = end - start
    const split = splitOf(width)
    if (width === 1 || split * 2 === width) return this.#node(Math.log2(width), start / width)
    return nodeHash(await this.#range(start, start + split), await this.#range(start + split, end))
  }

  /** Node number `index` among the complete subtrees of 2^height leaves. */
  async #node(height: number, index: number): Promise<Buffer> {
    const within = height % TILE_HEIGHT
    const first = index * 2 ** within
    const offset = first % TILE_WIDTH
    const tile = await this.#tile(
      Math.floor(height / TILE_HEIGHT),
      Math.floor(first / TILE_WIDTH),
      offset + 2 ** within,
    )
    if (tile.levels) return tile.levels[within]![offset / 2 ** within]!
    return merkleRoot(tile.hashes.slice(offset, offset + 2 ** within))
  }
}

/** Largest power of two below `width`; 1 for a width of 1 or 2. */
function splitOf(width: number): number {
  let split = 1
  while (split * 2 < width) split *= 2
  return split
}
