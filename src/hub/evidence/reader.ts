// What every process says of the log: checkpoints, proofs, timestamps and anchors, from the stored tiles and the checkpoint store alone,
// whichever process signs. It is told of a checkpoint when it hears of one, and looks for itself now and then.
import type { Wake } from '../cluster/wake.ts'
import { HubError } from '../errors.ts'
import type { Cursors, Views } from '../journal/journal.ts'
import { type CheckpointAnchor, CheckpointStore, type PublishedCheckpoint } from './checkpoint-store.ts'
import { StoredTiles, TilesBehind } from './tiles.ts'
import { TreePaths } from './tree-paths.ts'

export interface ReaderOptions {
  views: Pick<Views, 'get'>
  cursors: Cursors
  wake: Pick<Wake, 'tell' | 'on' | 'onGap'>
  /** Whether checkpoints get time stamps: then it is those that are anchored. */
  stamped: boolean
  /** How often it looks though it has heard nothing. */
  lookEveryMs?: number
  onFault(what: string, error: unknown): void
}

const TOPIC = 'checkpoint'
const LOOK_MS = 500
const TILES_TRIES = 10
const TILES_WAIT_MS = 50

interface Waiting {
  size: number
  resolve(checkpoint: PublishedCheckpoint): void
  reject(error: Error): void
}

export class EvidenceReader {
  readonly #options: ReaderOptions
  readonly #store: CheckpointStore
  readonly #paths: TreePaths
  #waiting: Waiting[] = []
  #looking: Promise<void> | undefined
  #lookingAgain: Promise<void> | undefined
  #stop: () => void = () => {}
  #closed = false

  private constructor(options: ReaderOptions, store: CheckpointStore) {
    this.#options = options
    this.#store = store
    const tiles = new StoredTiles(options.views)
    this.#paths = new TreePaths((row, index, length) => tiles.read(row, index, length))
  }

  static async open(options: ReaderOptions): Promise<EvidenceReader> {
    const reader = new EvidenceReader(options, await CheckpointStore.open(options.cursors))
    reader.#follow()
    return reader
  }

  #follow(): void {
    const { wake, lookEveryMs = LOOK_MS } = this.#options
    const lookUnlooking = (): void => {
      if (!this.#looking) void this.#look()
    }
    const unhear = wake.on(TOPIC, (size) => {
      if (Number(size) > this.#size()) lookUnlooking()
    })
    const unmind = wake.onGap(lookUnlooking)
    const timer = setInterval(lookUnlooking, lookEveryMs).unref()
    this.#stop = () => {
      unhear()
      unmind()
      clearInterval(timer)
    }
  }

  /** Has been published by this process; every other is told. */
  published(checkpoint: PublishedCheckpoint): void {
    this.#store.know(checkpoint)
    this.#settle()
    this.#options.wake.tell(TOPIC, String(checkpoint.size))
  }

  /** The last published checkpoint known here; undefined while the log is empty. */
  latest(): PublishedCheckpoint | undefined {
    return this.#store.latest
  }

  /** The last published checkpoint, whichever process it was published by. */
  async newest(): Promise<PublishedCheckpoint | undefined> {
    await this.look()
    return this.latest()
  }

  /** Whether a published checkpoint is of at least this size; the store is asked if none known here is. */
  async covers(size: number): Promise<boolean> {
    if (this.#size() < size) await this.look()
    return this.#size() >= size
  }

  /** The checkpoint that was published at exactly this size, if it is still kept. */
  at(size: number): Promise<PublishedCheckpoint | undefined> {
    return this.#store.at(size)
  }

  /** Resolves with a checkpoint of at least this size. Rejects with CLOSING when closed. */
  waitFor(size: number): Promise<PublishedCheckpoint> {
    const latest = this.latest()
    if (latest && latest.size >= size) return Promise.resolve(latest)
    if (this.#closed) return Promise.reject(closing())
    void this.#look()
    return new Promise((resolve, reject) => this.#waiting.push({ size, resolve, reject }))
  }

  /** Audit path of an entry in the log of `size` (the latest checkpoint, if not given). Throws NOT_FOUND, or VIEW_BEHIND while tiles are rebuilt. */
  async inclusion(index: number, size = this.#size()): Promise<{ index: number; size: number; path: Buffer[] }> {
    await this.#mustHave(size)
    if (!Number.isSafeInteger(index) || index < 0 || index >= size)
      throw new HubError('NOT_FOUND', `the log of ${size} entries has no entry ${index}`)
    return { index, size, path: await whole(() => this.#paths.inclusion(index, size)) }
  }

  /** Path that shows the log of `to` to begin with that of `from`. Throws as `inclusion`. */
  async consistency(from: number, to = this.#size()): Promise<{ from: number; to: number; path: Buffer[] }> {
    await this.#mustHave(to)
    if (!Number.isSafeInteger(from) || from < 0 || from > to)
      throw new HubError('NOT_FOUND', `the log of ${to} entries does not hold one of ${from}`)
    return { from, to, path: await whole(() => this.#paths.consistency(from, to)) }
  }

  /** The first checkpoint of at least this size that has a timestamp, with its token (DER). */
  stampedFrom(size: number): ReturnType<CheckpointStore['stampedFrom']> {
    return this.#store.stampedFrom(size)
  }

  /** The first checkpoint of at least this size that has an anchor on a ledger. */
  anchoredFrom(size: number): ReturnType<CheckpointStore['anchoredFrom']> {
    return this.#store.anchoredFrom(size)
  }

  /** Size of the last checkpoint that has an anchor, whichever process has kept it; 0 if there is none. */
  async anchoredSize(): Promise<number> {
    await this.#store.lookAtProofs()
    return this.#store.anchoredSize
  }

  /** What is best anchored next: with time stamps, the last that has one. */
  async anchorable(): Promise<PublishedCheckpoint | undefined> {
    if (!this.#options.stamped) return this.newest()
    await this.#store.lookAtProofs()
    return (await this.#store.stampedFrom(this.#store.stampedSize))?.checkpoint
  }

  /** Keeps where a published checkpoint stands on a ledger. Throws RangeError if a larger one, or this one, has an anchor already. */
  keepAnchor(checkpoint: PublishedCheckpoint, anchor: CheckpointAnchor): Promise<void> {
    return this.#store.anchor(checkpoint, anchor)
  }

  /** Asks the store for the latest checkpoint; those who ask while it is being asked share the next answer. */
  look(): Promise<void> {
    if (!this.#looking) {
      this.#looking = this.#store
        .look()
        .then(() => this.#settle())
        .finally(() => (this.#looking = undefined))
      return this.#looking
    }
    this.#lookingAgain ??= this.#looking
      .catch(() => {})
      .then(() => {
        this.#lookingAgain = undefined
        return this.look()
      })
    return this.#lookingAgain
  }

  /** Stops looking. Whoever waits is told that it is closing. */
  async close(): Promise<void> {
    this.#closed = true
    this.#stop()
    await this.#looking?.catch(() => {})
    for (const { reject } of this.#waiting.splice(0)) reject(closing())
  }

  #look(): Promise<void> {
    return this.look().catch((error: unknown) => this.#options.onFault('look for a checkpoint', error))
  }

  #settle(): void {
    const latest = this.latest()
    if (!latest) return
    const ready = this.#waiting.filter(({ size }) => size <= latest.size)
    this.#waiting = this.#waiting.filter(({ size }) => size > latest.size)
    for (const { resolve } of ready) resolve(latest)
  }

  #size(): number {
    return this.latest()?.size ?? 0
  }

  async #mustHave(size: number): Promise<void> {
    if (!Number.isSafeInteger(size) || size < 0 || !(await this.covers(size)))
      throw new HubError('NOT_FOUND', `the log has ${this.#size()} entries under a checkpoint, not ${size}`)
  }
}

/** Tiles that have been emptied are written again soon. */
async function whole<T>(read: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await read()
    } catch (error) {
      if (!(error instanceof TilesBehind)) throw error
      if (tries === TILES_TRIES)
        throw new HubError('VIEW_BEHIND', 'the tree of the log is being rebuilt', { cause: error })
    }
    await new Promise((resolve) => setTimeout(resolve, TILES_WAIT_MS))
  }
}

const closing = (): HubError => new HubError('CLOSING', 'the hub is closing; no further checkpoint will be signed')
