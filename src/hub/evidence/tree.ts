// The evidence log's tree as it grows: only the growing tile of each row stays in memory, so any size of log costs a few tiles.
import type { Views } from '../journal/journal.ts'
import { leafHash, levelsOf } from './merkle.ts'
import { StoredTiles, type Tile, TILE_HEIGHT, TILE_WIDTH, tileKey, TILES_VIEW } from './tiles.ts'
import { TreePaths } from './tree-paths.ts'

export { TILES_VIEW } from './tiles.ts'

export class LogTree {
  readonly #views: Views
  readonly #tiles: StoredTiles
  readonly #paths = new TreePaths((row, index, length) => this.#tile(row, index, length))
  #size = 0
  #stored = 0
  /** The growing tile of each row. */
  #growing: Tile[] = []
  /** Tiles that the view does not hold yet. */
  #unwritten = new Map<string, Tile>()

  private constructor(views: Views) {
    this.#views = views
    this.#tiles = new StoredTiles(views)
  }

  /** Opens the tree at the size its view has reached; 0 when new or emptied. Throws TilesBehind if its tiles do not reach so far. */
  static async open(views: Views): Promise<LogTree> {
    const tree = new LogTree(views)
    tree.#size = tree.#stored = await views.cursor(TILES_VIEW)
    for (let row = 0, nodes = tree.#size; nodes > 0; row++, nodes = Math.floor(nodes / TILE_WIDTH)) {
      const length = nodes % TILE_WIDTH
      const { hashes } =
        length === 0 ? { hashes: [] } : await tree.#tiles.read(row, Math.floor(nodes / TILE_WIDTH), length)
      // A tile may be longer than the cursor says, by a write that was cut off between the two.
      tree.#growing.push({ hashes: hashes.slice(0, length) })
    }
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
    for (const bytes of leaves) this.#add(0, Math.floor(this.#size++ / TILE_WIDTH), leafHash(bytes))
  }

  #add(row: number, index: number, hash: Buffer): void {
    const tile = (this.#growing[row] ??= { hashes: [] })
    tile.hashes.push(hash)
    this.#unwritten.set(tileKey(row, index), tile)
    if (tile.hashes.length < TILE_WIDTH) return
    tile.levels = levelsOf(tile.hashes)
    this.#growing[row] = { hashes: [] }
    this.#add(row + 1, Math.floor(index / TILE_WIDTH), tile.levels[TILE_HEIGHT]![0]!)
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
      if (length === TILE_WIDTH) this.#tiles.keep(key, tile)
    }
  }

  /** Root of the first `size` leaves (all, if not given). Throws RangeError. */
  async root(size = this.#size): Promise<Buffer> {
    this.#within(size)
    return this.#paths.root(size)
  }

  /** As `TreePaths`; throws RangeError also for a size it does not have. */
  async inclusion(index: number, size: number): Promise<Buffer[]> {
    this.#within(size)
    return this.#paths.inclusion(index, size)
  }

  /** As `TreePaths`; throws RangeError also for a size it does not have. */
  async consistency(from: number, to: number): Promise<Buffer[]> {
    this.#within(to)
    return this.#paths.consistency(from, to)
  }

  async #tile(row: number, index: number, length: number): Promise<Tile> {
    const growing = Math.floor(this.#size / TILE_WIDTH ** (row + 1)) === index ? this.#growing[row] : undefined
    return growing ?? this.#unwritten.get(tileKey(row, index)) ?? (await this.#tiles.read(row, index, length))
  }

  #within(size: number): void {
    if (!Number.isSafeInteger(size) || size < 0 || size > this.#size)
      throw new RangeError(`the log has ${this.#size} leaves, not ${size}`)
  }
}
