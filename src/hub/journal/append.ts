// The journal: one group commit at a time decides, numbers, seals, proves and writes everything that is waiting.
import { randomBytes } from 'node:crypto'
import { receiptFromLeaves, receiptOf, receiptPayloadBytes, receiptsFromLeaves } from '../evidence/receipt.ts'
import { HubError } from '../errors.ts'
import { BoundedCache } from '../identity/bounded-cache.ts'
import { GroupCommit, payloadOf, type Taken } from './group-commit.ts'
import type { Head, HeadKey } from './heads.ts'
import type { Appended, Commit, Draft, Filed, Journal, JournalEntry, Receipt, SealedContent } from './journal.ts'
import { headKey, senderKey } from './keys.ts'
import { RecentContents } from './recent-contents.ts'
import { RecentEntries } from './recent-entries.ts'
import { unpackContent, unpackMessage, unseal } from './seal.ts'
import { type JournalStore, PositionTaken, type ReceiptedEntry } from './store.ts'

export interface JournalOptions {
  store: JournalStore
  /** URN of the hub that writes it. */
  hub: string
  urn: string
  epoch: number
  /** 32 bytes each: wraps content keys; keys the hashes of guessable names. */
  sealingKey: Buffer
  indexKey: Buffer
  clock: () => number
  /** Signs the root of a commit's receipt payloads; one compact JWS per hub key. */
  signCommit(root: { journal: string; epoch: number; root: string; size: number }): Promise<string[]>
  randomness?: (size: number) => Buffer
  /** Most drafts decided in one commit. */
  batchMax?: number
  /** Drafts that may wait; more are refused with OVERLOADED before memory grows. */
  waitingMax?: number
  /** Whether this process is the one that appends; absent: always. Asked before each commit, and again before its answers are given. */
  mayAppend?: () => boolean
}

interface Waiting {
  draft: Draft
  resolve(appended: Appended): void
  reject(error: unknown): void
}

/** A commit as receipts are made from it. */
type ReadCommit = Pick<Commit, 'first' | 'size'> & { receipt: ReturnType<typeof receiptsFromLeaves> }

const CERTIFICATES_MAX = 4_096
/** Times in a row that a batch finds its place taken before it is given up. */
const TAKEN_MAX = 3
/** Most entries told after another process has appended; of more the listeners are told that they are there. */
const TOLD_MAX = 256

/** Opens the journal over a storage. Only one may append to a storage at a time; the unique indexes of a shared one hold it. */
export async function openJournal(options: JournalOptions): Promise<AppendingJournal> {
  const { size, atMs } = await options.store.position()
  return new AppendingJournal(options, size, atMs)
}

export class AppendingJournal implements Journal {
  readonly urn: string
  readonly epoch: number
  readonly #options: JournalOptions
  readonly #store: JournalStore
  readonly #random: (size: number) => Buffer
  readonly #listeners = new Set<(entries: readonly JournalEntry[]) => void>()
  readonly #commits = new Map<number, { commit: Commit; payloads: Buffer[] }>()
  readonly #loading = new Map<number, Promise<{ commit: Commit; payloads: Buffer[] }>>()
  /** First index of the commit that one receipt was made alone of last. */
  #askedLast: number | undefined
  #lastRead: ReadCommit | undefined
  readonly #contents = new RecentContents()
  readonly #entries = new RecentEntries()
  /** The same few certificates come with entry after entry. */
  readonly #ders = new BoundedCache<Buffer>(CERTIFICATES_MAX)
  #size: number
  #atMs: number
  #waiting: Waiting[] = []
  #running: Promise<void> | undefined
  /** Whether size and time are those of the storage; not after a failed write until it has been asked. */
  #sure = true
  #closed = false

  constructor(options: JournalOptions, size: number, atMs: number) {
    this.#options = options
    this.#store = options.store
    this.urn = options.urn
    this.epoch = options.epoch
    this.#random = options.randomness ?? randomBytes
    this.#size = size
    this.#atMs = atMs
  }

  size(): number {
    return this.#size
  }

  async current(): Promise<number> {
    return this.#size
  }

  /** Asks the storage how far the journal has got, for processes that do not append: those who follow are told when there is more. */
  async look(): Promise<number> {
    const { size } = await this.#store.position()
    return this.heard(size)
  }

  /** The journal is known to be so far; those who follow are told when there is more. */
  heard(size: number): number {
    // While a commit is under way the journal itself knows better.
    if (!this.#running && size > this.#size) {
      this.#size = size
      for (const listener of this.#listeners) listener([])
    }
    return Math.max(size, this.#size)
  }

  /** Before this process begins to append: completes what another has left undone, and learns where the journal stands. Throws while the storage does not answer. */
  async takeUp(): Promise<void> {
    this.#sure = await this.#recover()
    if (!this.#sure) throw new HubError('OVERLOADED', 'the journal storage does not answer')
  }

  append(draft: Draft): Promise<Appended> {
    if (this.#closed) return Promise.reject(new HubError('CLOSING', 'the journal is closed'))
    if (this.#waiting.length >= (this.#options.waitingMax ?? 4096))
      return Promise.reject(new HubError('OVERLOADED', 'too many messages wait for the journal'))
    return new Promise((resolve, reject) => {
      this.#waiting.push({ draft, resolve, reject })
      this.#running ??= this.#run()
    })
  }

  /** Commits follow one another; batches form by themselves while one is being written. */
  async #run(): Promise<void> {
    await new Promise(setImmediate)
    let taken = 0
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, this.#options.batchMax ?? 256)
      try {
        this.#sure ||= await this.#recover()
        if (!this.#sure) throw new HubError('OVERLOADED', 'the journal storage does not answer')
        this.#mustAppend()
        await this.#commit(batch)
        taken = 0
      } catch (error) {
        this.#sure = await this.#recover()
        // Nothing was answered: what has become of them is found by their ids when they are decided again.
        if (error instanceof PositionTaken && ++taken <= TAKEN_MAX) this.#waiting.unshift(...batch)
        else for (const { reject } of batch) reject(error instanceof PositionTaken ? notTheWriter(error) : error)
      }
    }
    this.#running = undefined
  }

  #mustAppend(): void {
    if (this.#options.mayAppend?.() === false) throw notTheWriter()
  }

  /**
   * After a failed write the storage alone knows where it stands: the write may have taken effect before it failed, and then those who
   * follow the journal have to be told of it. False while the storage does not answer.
   */
  async #recover(): Promise<boolean> {
    try {
      await this.#store.settle()
      const { size, atMs } = await this.#store.position()
      const more = size - this.#size
      const entries = more > 0 && more <= TOLD_MAX ? await this.#store.read(this.#size, more) : []
      this.#size = size
      this.#atMs = Math.max(this.#atMs, atMs)
      if (more > 0) for (const listener of this.#listeners) listener(entries)
      return true
    } catch {
      return false
    }
  }

  async #commit(batch: Waiting[]): Promise<void> {
    const group = new GroupCommit(this.#options, this.#random, this.#size, Math.max(this.#atMs, this.#options.clock()))
    await group.load(batch.map(({ draft }) => draft))
    const answers = batch.map(({ draft }) => group.take(draft))
    let receipts: (position: number) => Receipt = () => {
      throw new Error('an empty commit has no receipts')
    }
    if (group.entries.length > 0) {
      const { commit, payloads, write } = await group.seal()
      await this.#store.write(write)
      this.#size = commit.first + commit.size
      this.#atMs = group.atMs
      this.#remember(commit, payloads)
      receipts = (position) => receiptOf(payloads, position, commit.signatures)
      for (const [n, content] of group.contents.entries()) this.#contents.keep(group.entries[n]!.entry.index, content)
      const entries = group.entries.map(({ entry }) => entry)
      this.#entries.keep(entries)
      for (const listener of this.#listeners) listener(entries)
    }
    // What was written after the turn to append had ended is in the journal, but who has it now may not know of it yet.
    this.#mustAppend()
    const first = this.#size - group.entries.length
    await Promise.all(
      batch.map(async ({ resolve, reject }, n) => {
        try {
          resolve(await this.#answer(answers[n]!, first, receipts, group))
        } catch (error) {
          reject(error)
        }
      }),
    )
  }

  async #answer(
    taken: Taken,
    first: number,
    receipts: (position: number) => Receipt,
    group: GroupCommit,
  ): Promise<Appended> {
    if (taken.result === 'stale' || taken.result === 'id-reused') return taken
    const { index, result } = taken
    if (index >= first) return { result, entry: group.entries[index - first]!.entry, receipt: receipts(index - first) }
    const [entry] = await this.#store.read(index, 1)
    return { result, entry: entry!, receipt: await this.receipt(index) }
  }

  async read(from: number, limit: number, kinds?: readonly string[]): Promise<JournalEntry[]> {
    return this.#entries.read(this.#size, from, limit, kinds) ?? this.#store.read(from, limit, kinds)
  }

  async content(index: number): Promise<SealedContent | undefined> {
    const recent = this.#contents.get(index)
    if (recent) return recent
    const sealed = await this.#store.sealed(index)
    if (!sealed) return undefined
    const bytes = unseal(sealed, this.#options.sealingKey, `${this.urn}#${index}`)
    const certificates = new Map<string, Buffer>()
    for (const fingerprint of certificatesNamed(bytes)) {
      const der = this.#ders.get(fingerprint) ?? (await this.#store.certificate(fingerprint))
      if (!der) throw new Error(`the journal store lacks certificate ${fingerprint}`)
      this.#ders.set(fingerprint, der)
      certificates.set(fingerprint, der)
    }
    return unpackContent(bytes, (fingerprint) => certificates.get(fingerprint)!)
  }

  async receipt(index: number): Promise<Receipt> {
    const known = this.#known(index)
    const alone = known ? undefined : await this.#receiptAlone(index)
    if (alone) return alone
    const { commit, payloads } = known ?? (await this.#commitOf(index))
    return receiptOf(payloads, index - commit.first, commit.signatures)
  }

  async filed(indexes: readonly number[]): Promise<Filed[]> {
    const recent = indexes.map((index) => this.#filedLately(index))
    const older = indexes.filter((_, n) => !recent[n])
    if (older.length === 0) return recent as Filed[]
    const read = new Map((await this.#store.filed(older)).map((one) => [one.entry.index, one]))
    const receipts = await this.#receiptsOf(older, read)
    return indexes.map((index, n) => {
      if (recent[n]) return recent[n]
      const sealed = read.get(index)?.sealed
      const bytes = sealed && unseal(sealed, this.#options.sealingKey, `${this.urn}#${index}`)
      return { ...(bytes && { message: unpackMessage(bytes) }), receipt: receipts.get(index)! }
    })
  }

  #filedLately(index: number): Filed | undefined {
    const message = this.#contents.get(index)
    const known = message && this.#known(index)
    return known && { message, receipt: receiptOf(known.payloads, index - known.commit.first, known.commit.signatures) }
  }

  /** Each commit is read once for all its entries; only of those asked for is the payload made. */
  async #receiptsOf(
    indexes: readonly number[],
    read: ReadonlyMap<number, { entry: ReceiptedEntry }>,
  ): Promise<Map<number, Receipt>> {
    const receipts = new Map<number, Receipt>()
    for (const index of [...indexes].sort((a, b) => a - b)) {
      const entry = read.get(index)?.entry
      const commit = entry && (await this.#readCommit(index))
      const payload = entry && receiptPayloadBytes(payloadOf(entry, this.#options))
      receipts.set(index, commit ? commit.receipt(payload!, index - commit.first) : await this.receipt(index))
    }
    return receipts
  }

  /** The commit of an entry by the hashes kept of it; the last one is at hand, since a feed goes from each entry to the next. */
  async #readCommit(index: number): Promise<ReadCommit | undefined> {
    const last = this.#lastRead
    if (last && last.first <= index && index < last.first + last.size) return last
    const commit = await this.#store.commitOf(index)
    if (!commit?.leaves) return undefined
    const { first, size, leaves, signatures, kept = size } = commit
    return (this.#lastRead = { first, size: kept, receipt: receiptsFromLeaves(leaves, signatures) })
  }

  #known(index: number): { commit: Commit; payloads: Buffer[] } | undefined {
    for (const known of this.#commits.values())
      if (known.commit.first <= index && index < known.commit.first + known.commit.size) return known
    return undefined
  }

  /** The first time a commit is asked about, one receipt is made without reading its other entries; asked again, they will be wanted too. */
  async #receiptAlone(index: number): Promise<Receipt | undefined> {
    const commit = await this.#store.commitOf(index)
    if (!commit?.leaves || (commit.first === this.#askedLast && commit.kept === undefined)) return undefined
    this.#askedLast = commit.first
    const [entry] = await this.#store.read(index, 1)
    const payload = receiptPayloadBytes(payloadOf(entry!, this.#options))
    return receiptFromLeaves(payload, commit.leaves, index - commit.first, commit.signatures)
  }

  async #commitOf(index: number): Promise<{ commit: Commit; payloads: Buffer[] }> {
    const commit = await this.#store.commitOf(index)
    if (!commit) throw new HubError('NOT_FOUND', `the journal has no entry ${index}`)
    // A feed that is read on asks for many receipts of one commit at a time.
    const loading = this.#loading.get(commit.first) ?? this.#load(commit)
    this.#loading.set(commit.first, loading)
    return loading.finally(() => this.#loading.delete(commit.first))
  }

  async #load(commit: Commit): Promise<{ commit: Commit; payloads: Buffer[] }> {
    const entries = await this.#store.read(commit.first, commit.size)
    const payloads = entries.map((entry) => receiptPayloadBytes(payloadOf(entry, this.#options)))
    return this.#remember(commit, payloads)
  }

  /** Recent commits are asked for again by feeds and retries. */
  #remember(commit: Commit, payloads: Buffer[]): { commit: Commit; payloads: Buffer[] } {
    if (this.#commits.size >= 64) this.#commits.delete(this.#commits.keys().next().value!)
    const known = { commit, payloads }
    this.#commits.set(commit.first, known)
    return known
  }

  async head(key: HeadKey): Promise<Head | undefined> {
    return (await this.#store.heads([key])).get(key)
  }

  moved(seen: ReadonlyMap<HeadKey, number>): Promise<boolean> {
    return this.#store.moved(seen)
  }

  async find(sender: string, id: string): Promise<JournalEntry | undefined> {
    const key = senderKey(this.#options.indexKey, sender, id)
    const hit = (await this.#store.bySender([key])).get(key.toString('hex'))
    return hit && (await this.#store.read(hit.index, 1))[0]
  }

  headKey(label: string, ...parts: string[]): HeadKey {
    return headKey(this.#options.indexKey, label, parts)
  }

  forget(index: number): void {
    this.#contents.forget(index)
  }

  erase(index: number): Promise<void> {
    this.forget(index)
    return this.#store.eraseKey(index)
  }

  onAppend(listener: (entries: readonly JournalEntry[]) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  async close(): Promise<void> {
    this.#closed = true
    await this.#running
    await this.#store.close()
  }
}

const notTheWriter = (cause?: unknown): HubError =>
  new HubError('WRITER_UNREACHABLE', 'this process does not append any more', { cause, retryAfterS: 1 })

/** Fingerprints named in packed content, so that they can be loaded before it is unpacked. */
function certificatesNamed(bytes: Buffer): Set<string> {
  const header = JSON.parse(bytes.toString('utf8', 4, 4 + bytes.readUInt32BE(0))) as {
    certificates: string[][]
    refused?: { certificates: string[][] }
  }
  return new Set([...header.certificates, ...(header.refused?.certificates ?? [])].flat())
}
