// Speaks for the log, in one process at a time: extends the tree, signs a checkpoint at least once a second while it grows, makes it durable
// before anyone sees it. What is served of it, every process reads for itself (reader.ts).
import { randomBytes } from 'node:crypto'
import type { Cursors, Journal, JournalEntry, Views } from '../journal/journal.ts'
import { type CheckpointSigner, readCheckpoint, signCheckpoint } from './checkpoint.ts'
import { CheckpointStore, CheckpointTaken, type PublishedCheckpoint } from './checkpoint-store.ts'
import { leafHash, rootFromPath } from './merkle.ts'
import { requestTimestamp, type TimestampAuthority } from './timestamp-client.ts'
import { TilesBehind, TILES_VIEW } from './tiles.ts'
import { LogTree } from './tree.ts'

export type { PublishedCheckpoint } from './checkpoint-store.ts'

export interface EvidenceOptions {
  journal: Pick<Journal, 'urn' | 'size' | 'current' | 'read' | 'onAppend'>
  /** They refuse writes once the duty is another process's. */
  views: Views
  cursors: Cursors
  /** Ed25519 first, then the SM2 cosigner, as the current `hub.key` names them. Asked for each checkpoint, so that keys can rotate. */
  signers: () => readonly CheckpointSigner[]
  clock: () => number
  /** At most 1,000. */
  intervalMs?: number
  timestamps?: TimestampAuthority
  randomness?: (size: number) => Buffer
  /** Told of each checkpoint once it is durable. */
  published: (checkpoint: PublishedCheckpoint) => void
  /** Told of what failed; the follower goes on. */
  onFault?: (what: string, error: unknown) => void
}

const PAGE = 2_048
const CHECKPOINT_MS = 500
const STAMP_MS = 60_000

/**
 * Opens the tree, compares it with the last checkpoint and starts following; may be opened and closed many times, here and elsewhere. Throws
 * if the log does not continue what was signed.
 */
export async function followEvidence(options: EvidenceOptions): Promise<EvidenceFollower> {
  const intervalMs = options.intervalMs ?? CHECKPOINT_MS
  if (!(intervalMs > 0 && intervalMs <= 1_000)) throw new RangeError('a checkpoint is due at least every 1,000 ms')
  const tree = await openTree(options.views)
  const follower = new EvidenceFollower(options, tree, await CheckpointStore.open(options.cursors))
  await follower.start(intervalMs)
  return follower
}

/** Tiles that are not all there are worth nothing: it begins again. */
async function openTree(views: Views): Promise<LogTree> {
  try {
    return await LogTree.open(views)
  } catch (error) {
    if (!(error instanceof TilesBehind)) throw error
    await views.empty(TILES_VIEW)
    return LogTree.open(views)
  }
}

export class EvidenceFollower {
  readonly #options: EvidenceOptions
  #tree: LogTree
  readonly #checkpoints: CheckpointStore
  #stampDueMs = 0
  #stamping: Promise<void> | undefined
  #work: Promise<void> = Promise.resolve()
  /** The checkpoint that the tree is known to continue. */
  #continued: PublishedCheckpoint | undefined
  #stop: () => void = () => {}
  #turning = false
  #closed = false

  constructor(options: EvidenceOptions, tree: LogTree, checkpoints: CheckpointStore) {
    this.#options = options
    this.#tree = tree
    this.#checkpoints = checkpoints
  }

  /** Part of opening: reads what was signed last and catches up. */
  async start(intervalMs: number): Promise<void> {
    const { journal } = this.#options
    // What another process has appended and signed may not have been heard of here.
    if (this.#tree.size > (await journal.current())) await this.#rebuild()
    await this.#catchUp()
    await this.#compare()
    await this.step()
    const unsubscribe = journal.onAppend((entries) => this.#extend(entries))
    const timer = setInterval(() => this.#tick(), intervalMs)
    this.#stop = () => {
      unsubscribe()
      clearInterval(timer)
    }
  }

  /** A turn that takes longer than the interval is not followed by all those it held up. */
  #tick(): void {
    if (this.#turning) return
    this.#turning = true
    this.step()
      .catch((error) => this.#fault('checkpoint', error))
      .finally(() => (this.#turning = false))
  }

  /** One turn, as the timer does it: catch up, store, sign, publish. Turns follow one another. */
  step(): Promise<void> {
    const turn = this.#work.then(() => (this.#closed ? undefined : this.#turn()))
    this.#work = turn.catch(() => {})
    return turn
  }

  /** Stops following, after a last checkpoint if the log has grown. */
  async close(): Promise<void> {
    if (this.#closed) return
    this.#stop()
    await this.step().catch((error) => this.#fault('checkpoint', error))
    this.#closed = true
    await this.#stamping
  }

  #extend(entries: readonly JournalEntry[]): void {
    // Anything but the very next entries is left to the next turn, which reads the journal.
    if (entries[0]?.index === this.#tree.size) this.#tree.append(entries.map(({ leaf }) => leaf))
  }

  async #catchUp(): Promise<void> {
    while (this.#tree.size < this.#options.journal.size()) {
      const from = this.#tree.size
      const entries = await this.#options.journal.read(from, PAGE)
      if (entries.length === 0) break
      // The subscription may have been faster while this was reading.
      this.#tree.append(entries.filter(({ index }) => index >= this.#tree.size).map(({ leaf }) => leaf))
      if (this.#tree.size - this.#tree.stored >= PAGE) await this.#tree.persist()
      // A log far behind must not keep everything else from running.
      await new Promise(setImmediate)
    }
  }

  async #turn(): Promise<void> {
    if ((await this.#options.views.cursor(TILES_VIEW)) !== this.#tree.stored) await this.#rebuild()
    await this.#catchUp()
    const size = this.#tree.size
    if (this.#tree.stored < size) await this.#tree.persist()
    if (size > (this.#checkpoints.latest?.size ?? 0)) await this.#publish(size)
    this.#beginStamp()
  }

  /** If another process has published meanwhile, nothing is: what it signed is compared first, at the next turn. */
  async #publish(size: number): Promise<void> {
    if (this.#checkpoints.latest !== this.#continued) await this.#compare()
    const checkpoint = await this.#signed(size)
    try {
      await this.#checkpoints.put(checkpoint)
    } catch (error) {
      if (error instanceof CheckpointTaken) return
      throw error
    }
    this.#continued = checkpoint
    this.#options.published(checkpoint)
  }

  /** As it was signed before, if whoever signed it did not come to publish it. */
  async #signed(size: number): Promise<PublishedCheckpoint> {
    const { journal, clock, signers } = this.#options
    const root = await this.#tree.root(size)
    const before = await this.#checkpoints.at(size)
    if (before && !readCheckpoint(before.note).root.equals(root)) throw cutOrChanged(size)
    return before ?? { size, note: await signCheckpoint({ origin: journal.urn, size, root }, signers()), atMs: clock() }
  }

  /** A timestamp never holds up a checkpoint: it is asked for aside, one at a time. */
  #beginStamp(): void {
    const { timestamps, clock } = this.#options
    const latest = this.#checkpoints.latest
    if (
      !timestamps ||
      this.#stamping ||
      !latest ||
      latest.size === this.#checkpoints.stampedSize ||
      clock() < this.#stampDueMs
    )
      return
    const intervalMs = timestamps.intervalMs ?? STAMP_MS
    this.#stamping = this.#stamp(latest, timestamps)
      .then((done) => void (this.#stampDueMs = clock() + (done ? intervalMs : intervalMs / 6)))
      .finally(() => (this.#stamping = undefined))
  }

  async #stamp(checkpoint: PublishedCheckpoint, authority: TimestampAuthority): Promise<boolean> {
    const { randomness = randomBytes } = this.#options
    try {
      const token = await requestTimestamp(Buffer.from(checkpoint.note), randomness(8), authority)
      await this.#checkpoints.stamp(checkpoint, token)
      return true
    } catch (error) {
      this.#fault('timestamp', error)
      return false
    }
  }

  async #rebuild(): Promise<void> {
    await this.#options.views.empty(TILES_VIEW)
    this.#tree = await LogTree.open(this.#options.views)
  }

  /** The log must continue what was signed last; a hub that would sign a second history stops instead. */
  async #compare(): Promise<void> {
    const latest = this.#checkpoints.latest
    if (!latest) return
    const { size, root } = readCheckpoint(latest.note)
    if (size > this.#tree.size) {
      await this.#options.journal.current()
      await this.#catchUp()
    }
    const kept = size <= this.#tree.size && (await this.#tree.root(size)).equals(root)
    if (!kept) {
      await this.#rebuild()
      await this.#catchUp()
      if (size > this.#tree.size || !(await this.#tree.root(size)).equals(root)) throw cutOrChanged(size)
    }
    const [last] = await this.#options.journal.read(size - 1, 1)
    const path = await this.#tree.inclusion(size - 1, size)
    if (last && !rootFromPath({ leafHash: leafHash(last.leaf), index: size - 1, size, path })?.equals(root))
      throw new Error(`entry ${size - 1} of the journal is not the one that was signed`)
    this.#continued = latest
  }

  #fault(what: string, error: unknown): void {
    this.#options.onFault?.(what, error)
  }
}

const cutOrChanged = (size: number): Error =>
  new Error(`the journal does not hold the log of ${size} entries that was signed: it has been cut or changed`)
