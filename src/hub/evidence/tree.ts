// The evidence log's tree, kept as tiles of 256 hashes: tile row L holds the roots of complete subtrees of 256^L leaves.
// Only the growing tile of each row stays in memory, so any size of log and any old size costs a few tile reads.
import type { Views } from '../journal/journal.ts'
import { leafHash, levelsOf, merkleRoot, nodeHash } from './merkle.ts'

export const TILES_VIEW = 'evidence.tiles'
const WIDTH = 256
const HEIGHT = 8
const HASH_BYTES = 32
const CACHED_TILES = 128

/** One tile in memory: its hashes, and for a full one all levels above them up to its root. */
interface Tile {
  hashes: Buffer[]
  levels?: readonly (readonly Buffer[])[]
}

export class LogTree {
  readonly #views: Views
  #size = 0
  #stored = 0
  /** The growing tile of each row. */
  #growing: Tile[] = []
  /** Tiles that the view does not hold yet. */
  #unwritten = new Map<string, Tile>()
  #cache = new Map<string, Tile>()

  private constructor(views: Views) {
    this.#views = views
  }

  /** Opens the tree at the size its view has reached; 0 when new or emptied. */
  static async open(views: Views): Promise<LogTree> {
    const tree = new LogTree(views)
    tree.#size = tree.#stored = await views.cursor(TILES_VIEW)
    for (let row = 0, nodes = tree.#size; nodes > 0; row++, nodes = Math.floor(nodes / WIDTH))
      tree.#growing.push(nodes % WIDTH === 0 ? { hashes: [] } : await tree.#tile(row, Math.floor(nodes / WIDTH)))
    return tree
  }

  /** Number of leaves. */
  get size(): number {
    return this.#size
  }

  /** Number of leaves that `persist` has written. */
  get stored(): number {
    return this.#stored
  }

  /** Adds leaves by their bytes, in journal order. In memory until `persist`. */
  append(leaves: readonly Uint8Array[]): void {
    for (const bytes of leaves) this.#add(0, Math.floor(this.#size++ / WIDTH), leafHash(bytes))
  }

  #add(row: number, index: number, hash: Buffer): void {
    const tile = (this.#growing[row] ??= { hashes: [] })
    tile.hashes.push(hash)
    this.#unwritten.set(keyOf(row, index), tile)
    if (tile.hashes.length < WIDTH) return
    tile.levels = levelsOf(tile.hashes)
    this.#growing[row] = { hashes: [] }
    this.#add(row + 1, Math.floor(index / WIDTH), tile.levels[HEIGHT]![0]!)
  }

  /** Writes what was appended, with the cursor, in one act. Not to be called again before it has resolved. */
  async persist(): Promise<void> {
    const size = this.#size
    const rows = [...this.#unwritten].map(([key, { hashes }]) => ({
      key,
      tile: hashes.length,
      value: Buffer.concat(hashes),
    }))
    await this.#views.apply(TILES_VIEW, rows, size)
    this.#stored = size
    for (const { key, tile: length } of rows) {
      const tile = this.#unwritten.get(key)!
      if (tile.hashes.length > length) continue
      this.#unwritten.delete(key)
      if (length === WIDTH) this.#remember(key, tile)
    }
  }

  /** Root of the first `size` leaves (all, if not given). */
  async root(size = this.#size): Promise<Buffer> {
    this.#within(size)
    return size === 0 ? merkleRoot([]) : await this.#range(0, size)
  }

  /** Audit path of the leaf at `index` in the tree of `size` leaves, lowest first (RFC 6962 section 2.1.1). Throws RangeError. */
  async inclusion(index: number, size: number): Promise<Buffer[]> {
    this.#within(size)
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
    this.#within(to)
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
    const row = Math.floor(height / HEIGHT)
    const within = height % HEIGHT
    const first = index * 2 ** within
    const tile = await this.#tile(row, Math.floor(first / WIDTH))
    const offset = first % WIDTH
    if (tile.levels) return tile.levels[within]![offset / 2 ** within]!
    return merkleRoot(tile.hashes.slice(offset, offset + 2 ** within))
  }

  async #tile(row: number, index: number): Promise<Tile> {
    const key = keyOf(row, index)
    const growing = Math.floor(this.#size / WIDTH ** (row + 1)) === index ? this.#growing[row] : undefined
    const known = growing ?? this.#unwritten.get(key) ?? this.#cache.get(key)
    if (known) {
      if (this.#cache.delete(key)) this.#cache.set(key, known)
      return known
    }
    const value = await this.#views.get(TILES_VIEW, key)
    if (value === undefined || typeof value === 'string') throw new Error(`evidence tile ${key} is missing`)
    const hashes = splitHashes(value)
    if (hashes.length < WIDTH) return { hashes }
    const tile = { hashes, levels: levelsOf(hashes) }
    this.#remember(key, tile)
    return tile
  }

  #remember(key: string, tile: Tile): void {
    this.#cache.set(key, tile)
    if (this.#cache.size > CACHED_TILES) this.#cache.delete(this.#cache.keys().next().value!)
  }

  #within(size: number): void {
    if (!Number.isSafeInteger(size) || size < 0 || size > this.#size)
      throw new RangeError(`the log has ${this.#size} leaves, not ${size}`)
  }
}

const keyOf = (row: number, index: number): string => `${row}/${String(index).padStart(12, '0')}`

/** Largest power of two below `width`; 1 for a width of 1 or 2. */
function splitOf(width: number): number {
  let split = 1
  while (split * 2 < width) split *= 2
  return split
}

function splitHashes(value: Uint8Array): Buffer[] {
  const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength)
  return Array.from({ length: bytes.length / HASH_BYTES }, (_, at) =>
    bytes.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES),
  )
}
