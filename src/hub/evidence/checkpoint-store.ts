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
const LATEST = 'latest'
const SIZE_DIGITS = 15
/** Checkpoints kept one by one; of older ones only those with a timestamp. The log itself answers for every size. */
const KEPT = 1_000

export class CheckpointStore {
  readonly #cursors: Cursors
  #latest: PublishedCheckpoint | undefined
  #kept: number[]

  private constructor(cursors: Cursors, latest: PublishedCheckpoint | undefined, kept: number[]) {
    this.#cursors = cursors
    this.#latest = latest
    this.#kept = kept
  }

  static async open(cursors: Cursors): Promise<CheckpointStore> {
    const sizes = (await cursors.list(NOTES, '0')).map(({ key }) => Number(key))
    const latest = asCheckpoint(await cursors.get(NOTES, LATEST))
    return new CheckpointStore(cursors, latest, sizes.toSorted((a, b) => a - b).slice(-KEPT))
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
    const stamped = (await this.#cursors.get(TOKENS, keyOf(size))) !== undefined
    if (!stamped) await this.#cursors.put(NOTES, keyOf(size), undefined)
  }

  /** Keeps the token (DER) over a checkpoint, and the checkpoint with it for good. */
  async stamp(checkpoint: PublishedCheckpoint, token: Buffer): Promise<void> {
    await this.#cursors.put(TOKENS, keyOf(checkpoint.size), token.toString('base64'))
    await this.#cursors.put(NOTES, keyOf(checkpoint.size), { ...checkpoint })
  }

  /** The first checkpoint of at least this size that has a timestamp. */
  async stampedFrom(size: number): Promise<{ checkpoint: PublishedCheckpoint; token: Buffer } | undefined> {
    const least = keyOf(size)
    // Keys sort as numbers: look among those that share the most digits first, so that few rows are read.
    for (let digits = SIZE_DIGITS - 1; digits >= 0; digits--) {
      const rows = await this.#cursors.list(TOKENS, least.slice(0, digits))
      const [first] = rows.filter(({ key }) => key >= least).toSorted((a, b) => (a.key < b.key ? -1 : 1))
      const checkpoint = first && (await this.at(Number(first.key)))
      if (checkpoint) return { checkpoint, token: Buffer.from(first.value as string, 'base64') }
    }
    return undefined
  }
}

const keyOf = (size: number): string => String(size).padStart(SIZE_DIGITS, '0')

function asCheckpoint(value: unknown): PublishedCheckpoint | undefined {
  return typeof value === 'object' && value !== null ? (value as PublishedCheckpoint) : undefined
}
