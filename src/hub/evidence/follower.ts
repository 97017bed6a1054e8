// Follows the journal and speaks for the log: extends the tree, signs a checkpoint at least once a second while it grows,
// makes it durable before anyone sees it. What it serves is only what a durable checkpoint covers.
import { randomBytes } from 'node:crypto'
import { HubError } from '../errors.ts'
import type { Cursors, Journal, JournalEntry, Views } from '../journal/journal.ts'
import { type CheckpointSigner, readCheckpoint, signCheckpoint } from './checkpoint.ts'
import { leafHash, rootFromPath } from './merkle.ts'
import { requestTimestamp, type TimestampAuthority } from './timestamp-client.ts'
import { LogTree } from './tree.ts'

/** A checkpoint as published: the signed note, and when the hub signed it. */
export interface PublishedCheckpoint {
  size: number
  note: string
  atMs: number
}

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

const SPACE = 'checkpoints'
const TOKENS = 'timestamps'
const LATEST = 'latest'
const SIZE_DIGITS = 15
const PAGE = 2_048
const CHECKPOINT_MS = 500
/** Checkpoints kept one by one; of older ones only those with a timestamp. The log itself answers for every size. */
const KEPT = 1_000
const STAMP_MS = 60_000

/** Opens the tree, compares it with the last checkpoint and starts following. Throws if the log does not continue what was signed. */
export async function evidenceFollower(options: EvidenceOptions): Promise<EvidenceFollower> {
  const intervalMs = options.intervalMs ?? CHECKPOINT_MS
  if (!(intervalMs > 0 && intervalMs <= 1_000)) throw new RangeError('a checkpoint is due at least every 1,000 ms')
  const follower = new EvidenceFollower(options, await LogTree.open(options.views))
  await follower.start(intervalMs)
  return follower
}

export class EvidenceFollower {
  readonly #options: EvidenceOptions
  #tree: LogTree
  #latest: PublishedCheckpoint | undefined
  #kept: number[] = []
  #stampedSize = 0
  #stampDueMs = 0
  #stamping: Promise<void> | undefined
  #work: Promise<void> = Promise.resolve()
  #waiting: { size: number; resolve: (checkpoint: PublishedCheckpoint) => void; reject: (error: Error) => void }[] = []
  #stop: () => void = () => {}
  #closed = false

  constructor(options: EvidenceOptions, tree: LogTree) {
    this.#options = options
    this.#tree = tree
  }

  /** Part of opening: reads what was signed last and catches up. */
  async start(intervalMs: number): Promise<void> {
    const { cursors, journal } = this.#options
    this.#latest = asCheckpoint(await cursors.get(SPACE, LATEST))
    this.#kept = (await cursors.list(SPACE, '0')).map(({ key }) => Number(key)).toSorted((a, b) => a - b)
    if (this.#tree.size > journal.size()) await this.#rebuild()
    await this.#catchUp()
    await this.#compare()
    const unsubscribe = journal.onAppend((entries) => this.#extend(entries))
    const timer = setInterval(() => void this.step().catch((error) => this.#fault('checkpoint', error)), intervalMs)
    this.#stop = () => {
      unsubscribe()
      clearInterval(timer)
    }
    await this.step()
  }

  /** The last published checkpoint; undefined while the log is empty. */
  latest(): PublishedCheckpoint | undefined {
    return this.#latest
  }

  /** The first checkpoint of at least this size that has a timestamp, with its token (DER). */
  async stampedFrom(size: number): Promise<{ checkpoint: PublishedCheckpoint; token: Buffer } | undefined> {
    const least = keyOf(size)
    // Keys sort as numbers: look among those that share the most digits first, so that few rows are read.
    for (let digits = SIZE_DIGITS - 1; digits >= 0; digits--) {
      const rows = await this.#options.cursors.list(TOKENS, least.slice(0, digits))
      const [first] = rows.filter(({ key }) => key >= least).toSorted((a, b) => (a.key < b.key ? -1 : 1))
      if (!first) continue
      const checkpoint = await this.at(Number(first.key))
      if (checkpoint) return { checkpoint, token: Buffer.from(first.value as string, 'base64') }
    }
    return undefined
  }

  /** The checkpoint that was published at exactly this size. */
  async at(size: number): Promise<PublishedCheckpoint | undefined> {
    return asCheckpoint(await this.#options.cursors.get(SPACE, keyOf(size)))
  }

  /** Resolves with the first checkpoint of at least this size. Rejects with VIEW_BEHIND when closed. */
  waitFor(size: number): Promise<PublishedCheckpoint> {
    if (this.#latest && this.#latest.size >= size) return Promise.resolve(this.#latest)
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
    }
  }

  async #turn(): Promise<void> {
    if ((await this.#options.views.cursor('evidence.tiles')) !== this.#tree.stored) await this.#rebuild()
    await this.#catchUp()
    const size = this.#tree.size
    if (this.#tree.stored < size) await this.#tree.persist()
    if (size > (this.#latest?.size ?? 0)) await this.#publish(size)
    this.#beginStamp()
  }

  async #publish(size: number): Promise<void> {
    const { journal, cursors, clock, signers } = this.#options
    const note = await signCheckpoint({ origin: journal.urn, size, root: await this.#tree.root(size) }, signers())
    const checkpoint = { size, note, atMs: clock() }
    await cursors.put(SPACE, keyOf(size), { ...checkpoint })
    await cursors.put(SPACE, LATEST, { ...checkpoint })
    this.#latest = checkpoint
    this.#kept.push(size)
    while (this.#kept.length > KEPT) await this.#drop(this.#kept.shift()!)
    const ready = this.#waiting.filter((waiter) => waiter.size <= size)
    this.#waiting = this.#waiting.filter((waiter) => waiter.size > size)
    for (const { resolve } of ready) resolve(checkpoint)
  }

  async #drop(size: number): Promise<void> {
    const { cursors } = this.#options
    if ((await cursors.get(TOKENS, keyOf(size))) === undefined) await cursors.put(SPACE, keyOf(size), undefined)
  }

  /** A timestamp never holds up a checkpoint: it is asked for aside, one at a time. */
  #beginStamp(): void {
    const { timestamps, clock } = this.#options
    const latest = this.#latest
    if (!timestamps || this.#stamping || !latest || latest.size === this.#stampedSize || clock() < this.#stampDueMs)
      return
    const intervalMs = timestamps.intervalMs ?? STAMP_MS
    this.#stamping = this.#stamp(latest, timestamps)
      .then((done) => void (this.#stampDueMs = clock() + (done ? intervalMs : intervalMs / 6)))
      .finally(() => (this.#stamping = undefined))
  }

  async #stamp(checkpoint: PublishedCheckpoint, authority: TimestampAuthority): Promise<boolean> {
    const { cursors, randomness = randomBytes } = this.#options
    try {
      const token = await requestTimestamp(Buffer.from(checkpoint.note), randomness(8), authority)
      await cursors.put(TOKENS, keyOf(checkpoint.size), token.toString('base64'))
      await cursors.put(SPACE, keyOf(checkpoint.size), { ...checkpoint })
      this.#stampedSize = checkpoint.size
      return true
    } catch (error) {
      this.#fault('timestamp', error)
      return false
    }
  }

  async #rebuild(): Promise<void> {
    await this.#options.views.empty('evidence.tiles')
    this.#tree = await LogTree.open(this.#options.views)
  }

  /** The log must continue what was signed last; a hub that would sign a second history stops instead. */
  async #compare(): Promise<void> {
    if (!this.#latest) return
    const { size, root } = readCheckpoint(this.#latest.note)
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
    return this.#latest?.size ?? 0
  }

  #mustHave(size: number): void {
    if (!Number.isSafeInteger(size) || size < 0 || size > this.#published())
      throw new HubError('NOT_FOUND', `the log has ${this.#published()} entries under a checkpoint, not ${size}`)
  }

  #fault(what: string, error: unknown): void {
    this.#options.onFault?.(what, error)
  }
}

const keyOf = (size: number): string => String(size).padStart(SIZE_DIGITS, '0')

const closing = (): HubError => new HubError('CLOSING', 'the hub is closing; no further checkpoint will be signed')

function asCheckpoint(value: unknown): PublishedCheckpoint | undefined {
  return typeof value === 'object' && value !== null ? (value as PublishedCheckpoint) : undefined
}
