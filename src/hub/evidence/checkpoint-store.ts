// Where checkpoints and their timestamps are kept: durable, and never so many that they outgrow the journal.
import type { Cursors } from '../journal/journal.ts'

/** A checkpoint as published: the signed note, and when the hub signed it. */
export interface PublishedCheckpoint {
  size: number
  note: string
  atMs: number
}

const NOTES = 'checkpoints'
const TOKENS = 'timestamps'
/** Sizes that have a timestamp, ascending, so many to a row. */
const STAMPED = 'stamped-sizes'
const ROW_SIZES = 1_000
const LATEST = 'latest'
const SIZE_DIGITS = 15
/** Checkpoints kept one by one; of older ones only those with a timestamp. The log itself answers for every size. */
const KEPT = 1_000

export class CheckpointStore {
  readonly #cursors: Cursors
  #latest: PublishedCheckpoint | undefined
  #kept: number[] = []
  #stamped: number[] = []

  private constructor(cursors: Cursors) {
    this.#cursors = cursors
  }

  static async open(cursors: Cursors): Promise<CheckpointStore> {
    const store = new CheckpointStore(cursors)
    store.#latest = asCheckpoint(await cursors.get(NOTES, LATEST))
    const sizes = (await cursors.list(NOTES, '0')).map(({ key }) => Number(key))
    store.#kept = sizes.toSorted((a, b) => a - b).slice(-KEPT)
    const rows = await cursors.list(STAMPED, '')
    store.#stamped = rows.flatMap(({ value }) => value as number[]).toSorted((a, b) => a - b)
    return store
  }

  get latest(): PublishedCheckpoint | undefined {
    return this.#latest
  }

  /** The checkpoint of exactly this size, if it is kept. */
  async at(size: number): Promise<PublishedCheckpoint | undefined> {
    return asCheckpoint(await this.#cursors.get(NOTES, keyOf(size)))
  }

  /** Durable, and only then the latest, when the promise resolves. */
  async put(checkpoint: PublishedCheckpoint): Promise<void> {
    await this.#cursors.put(NOTES, keyOf(checkpoint.size), { ...checkpoint })
    await this.#cursors.put(NOTES, LATEST, { ...checkpoint })
    this.#latest = checkpoint
    this.#kept.push(checkpoint.size)
    while (this.#kept.length > KEPT) await this.#drop(this.#kept.shift()!)
  }

  async #drop(size: number): Promise<void> {
    if ((await this.#cursors.get(TOKENS, keyOf(size))) === undefined)
      await this.#cursors.put(NOTES, keyOf(size), undefined)
  }

  /** Keeps the token (DER) over a checkpoint larger than those stamped before, and the checkpoint with it for good. */
  async stamp(checkpoint: PublishedCheckpoint, token: Buffer): Promise<void> {
    const { size } = checkpoint
    if (size <= this.stampedSize) throw new RangeError(`the checkpoint of ${size} is older than the last timestamp`)
    await this.#cursors.put(TOKENS, keyOf(size), token.toString('base64'))
    await this.#cursors.put(NOTES, keyOf(size), { ...checkpoint })
    const row = Math.floor(this.#stamped.length / ROW_SIZES)
    await this.#cursors.put(STAMPED, keyOf(row), [...this.#stamped.slice(row * ROW_SIZES), size])
    this.#stamped.push(size)
  }

  /** Size of the last checkpoint that has a timestamp; 0 if there is none. */
  get stampedSize(): number {
    return this.#stamped.at(-1) ?? 0
  }

  /** The first checkpoint of at least this size that has a timestamp. */
  async stampedFrom(size: number): Promise<{ checkpoint: PublishedCheckpoint; token: Buffer } | undefined> {
    let [low, high] = [0, this.#stamped.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.#stamped[middle]! < size) low = middle + 1
      else high = middle
    }
    const found = this.#stamped[low]
    if (found === undefined) return undefined
    const [checkpoint, token] = await Promise.all([this.at(found), this.#cursors.get(TOKENS, keyOf(found))])
    if (!checkpoint || typeof token !== 'string')
      throw new Error(`the timestamped checkpoint of ${found} has been lost`)
    return { checkpoint, token: Buffer.from(token, 'base64') }
  }
}

const keyOf = (size: number): string => String(size).padStart(SIZE_DIGITS, '0')

function asCheckpoint(value: unknown): PublishedCheckpoint | undefined {
  return typeof value === 'object' && value !== null ? (value as PublishedCheckpoint) : undefined
}
