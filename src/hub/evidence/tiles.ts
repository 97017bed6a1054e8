// The evidence log's tree as it is stored: tiles of 256 hashes, tile row L holding the roots of complete subtrees of 256^L leaves. A stored
// tile only ever grows, so one that has been read answers for every size it covers, whoever writes on meanwhile.
import type { Views } from '../journal/journal.ts'
import { levelsOf } from './merkle.ts'

export const TILES_VIEW = 'evidence.tiles'
export const TILE_WIDTH = 256
export const TILE_HEIGHT = 8
const HASH_BYTES = 32
const CACHED_TILES = 128

/** One tile in memory: its hashes, and for a full one all levels above them up to its root. */
export interface Tile {
  hashes: Buffer[]
  levels?: readonly (readonly Buffer[])[]
}

/** A tile is missing or too short for what was asked: it has been emptied and is not yet written again. */
export class TilesBehind extends Error {
  constructor(key: string) {
    super(`evidence tile ${key} is missing or shorter than the log`)
    this.name = 'TilesBehind'
  }
}

export const tileKey = (row: number, index: number): string => `${row}/${String(index).padStart(12, '0')}`

/** Reads tiles and keeps those used last. */
export class StoredTiles {
  readonly #views: Pick<Views, 'get'>
  readonly #cache = new Map<string, Tile>()

  constructor(views: Pick<Views, 'get'>) {
    this.#views = views
  }

  /** The tile with its first `length` hashes at least; not to be changed. Throws TilesBehind. */
  async read(row: number, index: number, length: number): Promise<Tile> {
    const key = tileKey(row, index)
    const known = this.#cache.get(key)
    if (known && known.hashes.length >= length) {
      this.keep(key, known)
      return known
    }
    const value = await this.#views.get(TILES_VIEW, key)
    const hashes = value === undefined || typeof value === 'string' ? [] : splitHashes(value)
    if (hashes.length < length) throw new TilesBehind(key)
    const tile = hashes.length < TILE_WIDTH ? { hashes } : { hashes, levels: levelsOf(hashes) }
    this.keep(key, tile)
    return tile
  }

  /** Keeps a tile that is stored, as the one used last. */
  keep(key: string, tile: Tile): void {
    this.#cache.delete(key)
    this.#cache.set(key, tile)
    if (this.#cache.size > CACHED_TILES) this.#cache.delete(this.#cache.keys().next().value!)
  }
}

function splitHashes(value: Uint8Array): Buffer[] {
  const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength)
  return Array.from({ length: bytes.length / HASH_BYTES }, (_, at) =>
    bytes.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES),
  )
}
