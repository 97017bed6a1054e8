// Follows the journal and speaks for the log: extends the tree, signs a checkpoint at least once a second while it grows,
// makes it durable before anyone sees it. What it serves is only what a durable checkpoint covers.
import { randomBytes } from 'node:crypto'
import { HubError } from '../errors.ts'
import type { Cursors, Journal, JournalEntry, Views } from '../journal/journal.ts'
import { type CheckpointSigner, readCheckpoint, signCheckpoint } from './checkpoint.ts'
import { type CheckpointAnchor, CheckpointStore, type PublishedCheckpoint } from './checkpoint-store.ts'
import { leafHash, rootFromPath } from './merkle.ts'
import { requestTimestamp, type TimestampAuthority } from './timestamp-client.ts'
import { LogTree, TILES_VIEW } from './tree.ts'

export type { PublishedCheckpoint } from './checkpoint-store.ts'

export interface EvidenceOptions {
  journal: Journal
  views: Views
  cursors: Cursors
  /** Ed25519 first, then the SM2 cosigner, as the current `hub.key` names them. Asked for each checkpoint, so that keys can rotate. */
  signers: () => readonly CheckpointSigner[]
  clock: () => number
  /** At most 1,000. */
  intervalMs?: number
  timestamps?: TimestampAuthority
  randomness?: (size: number) => Buffer
  /** Told of what failed; the follower goes on. */
  onFault?: (what: string, error: unknown) => void
}

export type Evidence = EvidenceFollower

const PAGE = 2_048
const CHECKPOINT_MS = 500
const STAMP_MS = 60_000

/** Opens the tree, compares it with the last checkpoint and starts following. Throws if the log does not continue what was signed. */
export async function evidenceFollower(options: EvidenceOptions): Promise<EvidenceFollower> {
  const intervalMs = options.intervalMs ?? CHECKPOINT_MS
  if (!(intervalMs > 0 && intervalMs <= 1_000)) throw new RangeError('a checkpoint is due at least every 1,000 ms')
  const follower = new EvidenceFollower(
    options,
    await LogTree.open(options.views),
    await CheckpointStore.open(options.cursors),
  )
  await follower.start(intervalMs)
  return follower
}

export class EvidenceFollower {
  readonly #options: EvidenceOptions
  #tree: LogTree
  readonly #checkpoints: CheckpointStore
  #stampDueMs = 0
  #stamping: Promise<void> | undefined
  #work: Promise<void> = Promise.resolve()
  #waiting: { size: number; resolve: (checkpoint: PublishedCheckpoint) => void; reject: (error: Error) => void }[] = []
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
    if (this.#tree.size > journal.size()) await this.#rebuild()
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

  /** The last published checkpoint; undefined while the log is empty. */
  latest(): PublishedCheckpoint | undefined {
    return this.#checkpoints.latest
  }

  /** The first checkpoint of at least this size that has a timestamp, with its token (DER). */
  stampedFrom(size: number): ReturnType<CheckpointStore['stampedFrom']> {
    return this.#checkpoints.stampedFrom(size)
  }

  /** The first checkpoint of at least this size that has an anchor on a ledger. */
  anchoredFrom(size: number): ReturnType<CheckpointStore['anchoredFrom']> {
    return this.#checkpoints.anchoredFrom(size)
  }

  /** Size of the last checkpoint that has an anchor; 0 if there is none. */
  get anchoredSize(): number {
    return this.#checkpoints.anchoredSize
  }

  /** Keeps where a published checkpoint stands on a ledger. Anchors come in the order of their sizes. */
  keepAnchor(checkpoint: PublishedCheckpoint, anchor: CheckpointAnchor): Promise<void> {
    return this.#checkpoints.anchor(checkpoint, anchor)
  }

  /** What is best anchored next: with time stamps, the last that has one. */
  async anchorable(): Promise<PublishedCheckpoint | undefined> {
    if (!this.#options.timestamps) return this.latest()
    return (await this.#checkpoints.stampedFrom(this.#checkpoints.stampedSize))?.checkpoint
  }

  /** The checkpoint that was published at exactly this size, if it is still kept. */
  at(size: number): Promise<PublishedCheckpoint | undefined> {
    return this.#checkpoints.at(size)
  }

  /** Resolves with the first checkpoint of at least this size. Rejects with CLOSING when closed. */
  waitFor(size: number): Promise<PublishedCheckpoint> {
    if (this.#checkpoints.latest && this.#checkpoints.latest.size >= size)
      return Promise.resolve(this.#checkpoints.latest)
    if (this.#closed) return Promise.reject(closing())
    return new Promise((resolve, reject) => this.#waiting.push({ size, resolve, reject }))
  }

  /** Audit path of an entry in the log of `size` (the latest checkpoint, if not given). Throws NOT_FOUND. */
  async inclusion(index: number, size = this.#published()): Promise<{ index: number; size: number; path: Buffer[] }> {
    this.#mustHave(size)
    if (!Number.isSafeInteger(index) || index < 0 || index >= size)
      throw new HubError('NOT_FOUND', `the log of ${size} entries has no entry ${index}`)
    return { index, size, path: await this.#tree.inclusion(index, size) }
  }

  /** Path that shows the log of `to` to begin with that of `from`. Throws NOT_FOUND. */
  async consistency(from: number, to = this.#published()): Promise<{ from: number; to: number; path: Buffer[] }> {
    this.#mustHave(to)
    if (!Number.isSafeInteger(from) || from < 0 || from > to)
      throw new HubError('NOT_FOUND', `the log of ${to} entries does not hold one of ${from}`)
    return { from, to, path: await this.#tree.consistency(from, to) }
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
    for (const { reject } of this.#waiting.splice(0)) reject(closing())
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

  async #publish(size: number): Promise<void> {
    const { journal, clock, signers } = this.#options
    const note = await signCheckpoint({ origin: journal.urn, size, root: await this.#tree.root(size) }, signers())
    const checkpoint = { size, note, atMs: clock() }
    await this.#checkpoints.put(checkpoint)
    const ready = this.#waiting.filter((waiter) => waiter.size <= size)
    this.#waiting = this.#waiting.filter((waiter) => waiter.size > size)
    for (const { resolve } of ready) resolve(checkpoint)
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
    if (!this.#checkpoints.latest) return
    const { size, root } = readCheckpoint(this.#checkpoints.latest.note)
    const kept = size <= this.#tree.size && (await this.#tree.root(size)).equals(root)
    if (!kept) {
      await this.#rebuild()
      await this.#catchUp()
      if (size > this.#tree.size || !(await this.#tree.root(size)).equals(root))
        throw new Error(
          `the journal does not hold the log of ${size} entries that was signed: it has been cut or changed`,
        )
    }
    const [last] = await this.#options.journal.read(size - 1, 1)
    const path = await this.#tree.inclusion(size - 1, size)
    if (last && !rootFromPath({ leafHash: leafHash(last.leaf), index: size - 1, size, path })?.equals(root))
      throw new Error(`entry ${size - 1} of the journal is not the one that was signed`)
  }

  #published(): number {
    return this.#checkpoints.latest?.size ?? 0
  }

  #mustHave(size: number): void {
    if (!Number.isSafeInteger(size) || size < 0 || size > this.#published())
      throw new HubError('NOT_FOUND', `the log has ${this.#published()} entries under a checkpoint, not ${size}`)
  }

  #fault(what: string, error: unknown): void {
    this.#options.onFault?.(what, error)
  }
}

const closing = (): HubError => new HubError('CLOSING', 'the hub is closing; no further checkpoint will be signed')
