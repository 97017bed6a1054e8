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

/** Another process has published meanwhile: what the log was signed to be has to be looked at again. */
export class CheckpointTaken extends Error {
  constructor(size: number) {
    super(`another process has published a checkpoint; that of ${size} entries is not`)
    this.name = 'CheckpointTaken'
  }
}

export class CheckpointStore {
  readonly #cursors: Cursors
  readonly #stamps: ProofsBySize
  readonly #anchors: ProofsBySize
  #latest: PublishedCheckpoint | undefined
  #kept: number[] | undefined

  private constructor(cursors: Cursors, stamps: ProofsBySize, anchors: ProofsBySize) {
    this.#cursors = cursors
    this.#stamps = stamps
    this.#anchors = anchors
  }

  static async open(cursors: Cursors): Promise<CheckpointStore> {
    const stamps = await ProofsBySize.open(cursors, 'timestamps', 'stamped-sizes')
    const anchors = await ProofsBySize.open(cursors, 'anchors', 'anchored-sizes')
    const store = new CheckpointStore(cursors, stamps, anchors)
    await store.look()
    return store
  }

  /** The latest as last looked at, or put. */
  get latest(): PublishedCheckpoint | undefined {
    return this.#latest
  }

  /** Reads the latest, by whichever process it was published. It never goes back. */
  async look(): Promise<PublishedCheckpoint | undefined> {
    const found = asCheckpoint(await this.#cursors.get(NOTES, LATEST))
    if (found) this.know(found)
    return this.#latest
  }

  /** Takes it for the latest, if it is larger than the one known. */
  know(published: PublishedCheckpoint): void {
    if (published.size > (this.#latest?.size ?? 0)) this.#latest = published
  }

  /** The checkpoint of exactly this size, if it is kept. */
  async at(size: number): Promise<PublishedCheckpoint | undefined> {
    return asCheckpoint(await this.#cursors.get(NOTES, sizeKey(size)))
  }

  /**
   * Durable, and only then the latest, when the promise resolves. One of the same size that is kept already must be the same one. Throws
   * CheckpointTaken if the latest is not the one known here any more; then that one is known.
   */
  async put(checkpoint: PublishedCheckpoint): Promise<void> {
    const { size } = checkpoint
    const before = this.#latest
    const isNew = await this.#cursors.putNew(NOTES, sizeKey(size), asJson(checkpoint))
    // Two notes may say the same and be signed apart; what is stamped must be what is kept.
    if (!isNew && (await this.at(size))?.note !== checkpoint.note) throw new CheckpointTaken(size)
    if (!(await this.#cursors.swap(NOTES, LATEST, before && asJson(before), asJson(checkpoint)))) {
      await this.look()
      throw new CheckpointTaken(size)
    }
    this.#latest = checkpoint
    await this.#keep(size)
  }

  /** Of those kept one by one the oldest go. Only the process that publishes does this. */
  async #keep(size: number): Promise<void> {
    if (!this.#kept) {
      const sizes = (await this.#cursors.list(NOTES, '0')).map(({ key }) => Number(key))
      this.#kept = sizes.toSorted((a, b) => a - b).slice(-KEPT - 1)
    } else this.#kept.push(size)
    while (this.#kept.length > KEPT) await this.#drop(this.#kept.shift()!)
  }

  async #drop(size: number): Promise<void> {
    const proofs = await Promise.all([this.#stamps.at(size), this.#anchors.at(size)])
    if (proofs.every((proof) => proof === undefined)) await this.#cursors.put(NOTES, sizeKey(size), undefined)
  }

  /** Keeps the token (DER) over a checkpoint larger than those stamped before, and the checkpoint with it for good. */
  async stamp(checkpoint: PublishedCheckpoint, token: Buffer): Promise<void> {
    await this.#cursors.putNew(NOTES, sizeKey(checkpoint.size), asJson(checkpoint))
    await this.#stamps.put(checkpoint.size, token.toString('base64'))
  }

  /**
   * Keeps where a checkpoint larger than those anchored before stands, and the checkpoint with it for good: in the proof too, as the process
   * that publishes may be another one, just about to drop it.
   */
  async anchor(checkpoint: PublishedCheckpoint, { ledger, evidence }: CheckpointAnchor): Promise<void> {
    const { size, note, atMs } = checkpoint
    await this.#anchors.put(size, { ledger, evidence: evidence.toString('base64'), note, atMs })
    await this.#cursors.putNew(NOTES, sizeKey(size), asJson(checkpoint))
  }

  /** Takes in which checkpoints others have stamped and anchored. */
  async lookAtProofs(): Promise<void> {
    await Promise.all([this.#stamps.look(), this.#anchors.look()])
  }

  /** Size of the last checkpoint known here to have a timestamp; 0 if there is none. */
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
    const { ledger, evidence, note, atMs } = found.proof as unknown as AnchorRow
    const token = await this.#stamps.at(found.size)
    return {
      checkpoint: note === undefined ? await this.#mustHave(found.size) : { size: found.size, note, atMs: atMs! },
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

/** Anchors from before they kept their checkpoint are without it. */
interface AnchorRow {
  ledger: string
  evidence: string
  note?: string
  atMs?: number
}

/** Members always in the same order: what is swapped is compared. */
const asJson = ({ size, note, atMs }: PublishedCheckpoint): { size: number; note: string; atMs: number } => ({
  size,
  note,
  atMs,
})

function asCheckpoint(value: unknown): PublishedCheckpoint | undefined {
  return typeof value === 'object' && value !== null ? (value as PublishedCheckpoint) : undefined
}
