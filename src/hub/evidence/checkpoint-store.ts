// Where checkpoints, their timestamps and their anchors are kept: durable, and never so many that they outgrow the journal.
import type { Cursors } from '../journal/journal.ts'
import { ProofsBySize, sizeKey } from './proofs-by-size.ts'

/** A checkpoint as published: the signed note, and when the hub signed it. */
export interface PublishedCheckpoint {
  size: number
  note: string
  atMs: number
}

/** Where a checkpoint stands on a ledger: its URN, and the proof. */
export interface CheckpointAnchor {
  ledger: string
  evidence: Buffer
}

const NOTES = 'checkpoints'
const LATEST = 'latest'
/** Checkpoints kept one by one; of older ones only those with a timestamp or an anchor. The log itself answers for every size. */
const KEPT = 1_000

export class CheckpointStore {
  readonly #cursors: Cursors
  readonly #stamps: ProofsBySize
  readonly #anchors: ProofsBySize
  #latest: PublishedCheckpoint | undefined
  #kept: number[] = []

  private constructor(cursors: Cursors, stamps: ProofsBySize, anchors: ProofsBySize) {
    this.#cursors = cursors
    this.#stamps = stamps
    this.#anchors = anchors
  }

  static async open(cursors: Cursors): Promise<CheckpointStore> {
    const stamps = await ProofsBySize.open(cursors, 'timestamps', 'stamped-sizes')
    const anchors = await ProofsBySize.open(cursors, 'anchors', 'anchored-sizes')
    const store = new CheckpointStore(cursors, stamps, anchors)
    store.#latest = asCheckpoint(await cursors.get(NOTES, LATEST))
    const sizes = (await cursors.list(NOTES, '0')).map(({ key }) => Number(key))
    store.#kept = sizes.toSorted((a, b) => a - b).slice(-KEPT)
    return store
  }

  get latest(): PublishedCheckpoint | undefined {
    return this.#latest
  }

  /** The checkpoint of exactly this size, if it is kept. */
  async at(size: number): Promise<PublishedCheckpoint | undefined> {
    return asCheckpoint(await this.#cursors.get(NOTES, sizeKey(size)))
  }

  /** Durable, and only then the latest, when the promise resolves. */
  async put(checkpoint: PublishedCheckpoint): Promise<void> {
    await this.#cursors.put(NOTES, sizeKey(checkpoint.size), { ...checkpoint })
    await this.#cursors.put(NOTES, LATEST, { ...checkpoint })
    this.#latest = checkpoint
    this.#kept.push(checkpoint.size)
    while (this.#kept.length > KEPT) await this.#drop(this.#kept.shift()!)
  }

  async #drop(size: number): Promise<void> {
    const proofs = await Promise.all([this.#stamps.at(size), this.#anchors.at(size)])
    if (proofs.every((proof) => proof === undefined)) await this.#cursors.put(NOTES, sizeKey(size), undefined)
  }

  /** Keeps the token (DER) over a checkpoint larger than those stamped before, and the checkpoint with it for good. */
  async stamp(checkpoint: PublishedCheckpoint, token: Buffer): Promise<void> {
    await this.#cursors.put(NOTES, sizeKey(checkpoint.size), { ...checkpoint })
    await this.#stamps.put(checkpoint.size, token.toString('base64'))
  }

  /** Keeps where a checkpoint larger than those anchored before stands, and the checkpoint with it for good. */
  async anchor(checkpoint: PublishedCheckpoint, { ledger, evidence }: CheckpointAnchor): Promise<void> {
    await this.#cursors.put(NOTES, sizeKey(checkpoint.size), { ...checkpoint })
    await this.#anchors.put(checkpoint.size, { ledger, evidence: evidence.toString('base64') })
  }

  /** Size of the last checkpoint that has a timestamp; 0 if there is none. */
  get stampedSize(): number {
    return this.#stamps.lastSize
  }

  get anchoredSize(): number {
    return this.#anchors.lastSize
  }

  /** The first checkpoint of at least this size that has a timestamp. */
  async stampedFrom(size: number): Promise<{ checkpoint: PublishedCheckpoint; token: Buffer } | undefined> {
    const found = await this.#stamps.from(size)
    return (
      found && { checkpoint: await this.#mustHave(found.size), token: Buffer.from(found.proof as string, 'base64') }
    )
  }

  /** The first checkpoint of at least this size that has an anchor; with its timestamp where it has one. */
  async anchoredFrom(
    size: number,
  ): Promise<{ checkpoint: PublishedCheckpoint; anchor: CheckpointAnchor; token?: Buffer } | undefined> {
    const found = await this.#anchors.from(size)
    if (!found) return undefined
    const { ledger, evidence } = found.proof as { ledger: string; evidence: string }
    const token = await this.#stamps.at(found.size)
    return {
      checkpoint: await this.#mustHave(found.size),
      anchor: { ledger, evidence: Buffer.from(evidence, 'base64') },
      ...(typeof token === 'string' && { token: Buffer.from(token, 'base64') }),
    }
  }

  async #mustHave(size: number): Promise<PublishedCheckpoint> {
    const checkpoint = await this.at(size)
    if (!checkpoint) throw new Error(`the checkpoint of ${size} has been lost`)
    return checkpoint
  }
}

function asCheckpoint(value: unknown): PublishedCheckpoint | undefined {
  return typeof value === 'object' && value !== null ? (value as PublishedCheckpoint) : undefined
}
