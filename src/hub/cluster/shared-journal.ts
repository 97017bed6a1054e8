// The journal of a hub of several processes: all read it where it is kept, the one that has the lease appends to it, the others have it
// append for them.
import { HubError } from '../errors.ts'
import type { AppendingJournal } from '../journal/append.ts'
import type { Appended, Draft, Filed, Journal, JournalEntry, Receipt, SealedContent } from '../journal/journal.ts'
import type { Head, HeadKey } from '../journal/heads.ts'
import { type Forwarder, forwardTo, NotSent } from './forward-client.ts'
import type { Grown } from './forward-server.ts'
import type { Lease, LeaseHolder } from './lease.ts'
import { RecentKinds } from './recent-kinds.ts'
import type { SealedWire } from './sealed-wire.ts'
import type { Wake } from './wake.ts'

export const APPEND = 'append'
const GREW = 'journal'
/** However little is heard, one looks this often. */
const LOOK_EVERY_MS = 500
/** Between two questions how far the journal is: with many messages on their way in, so many share one. */
const LOOK_APART_MS = 5
/** So long the store is asked instead of a process that has not said it. */
const LOOK_ELSEWHERE_MS = 1_000
/** Of more entries the kinds are not told. */
const KINDS_MAX = 1_000
const ANSWER_MS = 10_000
/** How long a draft waits for somebody to append it when there is nobody, and how often one asks who it is. */
const NOBODY_MS = 1_500
const ASK_EVERY_MS = 150

export interface SharedJournalDeps {
  /** The journal over the shared storage; its `mayAppend` is this one's `mayAppend`. */
  journal: AppendingJournal
  wake: Wake
  wire: SealedWire
  /** Who appends, as the leases say now. */
  writer(): Promise<LeaseHolder | undefined>
  /** Name of this process. */
  process: string
  onFault(error: unknown): void
}

export class SharedJournal implements Journal {
  readonly #deps: SharedJournalDeps
  readonly #stops: (() => void)[] = []
  #lease: Lease | undefined
  #writer: { url: string; forwarder: Forwarder } | undefined
  readonly #kinds = new RecentKinds()
  #looking: Promise<number> | undefined
  #lookNext: Promise<number> | undefined
  #lookedMs = -Infinity
  #lookElsewhereMs = -Infinity

  constructor(deps: SharedJournalDeps) {
    const { journal, wake, onFault } = deps
    this.#deps = deps
    const look = (): void => void this.current().catch(onFault)
    const timer = setInterval(look, LOOK_EVERY_MS).unref()
    this.#stops.push(
      () => clearInterval(timer),
      wake.on(GREW, (size) => void (Number(size) > this.size() && look())),
      wake.onGap(look),
      journal.onAppend((entries) => {
        const [first] = entries
        if (!first) return
        this.#kinds.keep(
          first.index,
          entries.map(({ kind }) => kind),
        )
        wake.tell(GREW, String(journal.size()))
      }),
    )
  }

  /** This process appends from now on, as long as the lease holds. Throws while the storage does not answer. */
  async begin(lease: Lease): Promise<void> {
    await this.#deps.journal.takeUp()
    this.#lease = lease
  }

  /** Another one does. What waits here is refused, to be sent again. */
  end(): void {
    this.#lease = undefined
  }

  /** Whether this process appends now. */
  mayAppend(): boolean {
    return this.#lease?.held() ?? false
  }

  /** For the drafts of other processes: appended here or not at all. */
  appendHere(draft: Draft): Promise<Appended> {
    if (!this.mayAppend()) return Promise.reject(new HubError('NOT_THE_WRITER', 'this process does not append'))
    return this.#deps.journal.append(draft)
  }

  async append(draft: Draft): Promise<Appended> {
    const givenUp = performance.now() + NOBODY_MS
    for (;;) {
      try {
        return await (this.mayAppend() ? this.#deps.journal.append(draft) : (await this.#forwarder()).append(draft))
      } catch (error) {
        // Certainly not taken: whoever appends now is asked instead.
        if (!(error instanceof NotSent || (error instanceof HubError && error.code === 'NOT_THE_WRITER'))) throw error
        this.#forget()
        if (performance.now() >= givenUp)
          throw new HubError('WRITER_UNREACHABLE', 'nobody appends to the journal just now', {
            cause: error,
            retryAfterS: 1,
          })
        await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS))
      }
    }
  }

  async #forwarder(): Promise<Forwarder> {
    if (this.#writer) return this.#writer.forwarder
    const holder = await this.#deps.writer()
    if (!holder) throw new NotSent('no process has the lease')
    if (holder.process === this.#deps.process) throw new NotSent('this process is about to append')
    this.#writer ??= { url: holder.url, forwarder: forwardTo(holder.url, this.#deps.wire, ANSWER_MS) }
    return this.#writer.forwarder
  }

  #forget(): void {
    this.#writer?.forwarder.close()
    this.#writer = undefined
  }

  /** The leases say that another process appends now. */
  writerIs(url: string | undefined): void {
    if (this.#writer && this.#writer.url !== url) this.#forget()
  }

  size(): number {
    return this.#deps.journal.size()
  }

  /** For the other processes: how far the journal is. Whoever appends knows, and nobody has been told of anything beyond. */
  grown(from: number): Grown | undefined {
    if (!this.mayAppend()) return undefined
    const size = this.size()
    const kinds = size - from <= KINDS_MAX ? this.#kinds.between(from, size) : undefined
    return { size, ...(kinds && { kinds }) }
  }

  /** Who appends knows; the others ask it, or the storage. Whoever asks before the next question is on its way shares it. */
  current(): Promise<number> {
    if (this.mayAppend()) return Promise.resolve(this.size())
    this.#lookNext ??= this.#turn().then(() => {
      this.#lookNext = undefined
      this.#lookedMs = performance.now()
      this.#looking = this.#look()
      return this.#looking
    })
    return this.#lookNext
  }

  /** Resolves when the last question has been answered, and was not asked just now. */
  async #turn(): Promise<void> {
    await this.#looking?.catch(() => 0)
    const restMs = this.#lookedMs + LOOK_APART_MS - performance.now()
    if (restMs > 0) await new Promise((resolve) => setTimeout(resolve, restMs))
  }

  async #look(): Promise<number> {
    const { journal } = this.#deps
    const from = this.size()
    const said = await this.#saidByWriter(from)
    if (!said) return journal.look()
    if (said.kinds) this.#kinds.keep(from, said.kinds)
    return journal.heard(said.size)
  }

  async #saidByWriter(from: number): Promise<Grown | undefined> {
    if (!this.#writer || performance.now() < this.#lookElsewhereMs) return undefined
    const said = await this.#writer.forwarder.grown(from).catch(() => undefined)
    if (!said) this.#lookElsewhereMs = performance.now() + LOOK_ELSEWHERE_MS
    return said
  }

  get urn(): string {
    return this.#deps.journal.urn
  }
  get epoch(): number {
    return this.#deps.journal.epoch
  }
  async read(from: number, limit: number, kinds?: readonly string[]): Promise<JournalEntry[]> {
    const known = kinds && this.#kinds.between(from, this.size())
    if (known && !known.some((kind) => kinds.includes(kind))) return []
    return this.#deps.journal.read(from, limit, kinds)
  }
  content(index: number): Promise<SealedContent | undefined> {
    return this.#deps.journal.content(index)
  }
  receipt(index: number): Promise<Receipt> {
    return this.#deps.journal.receipt(index)
  }
  filed(indexes: readonly number[]): Promise<Filed[]> {
    return this.#deps.journal.filed(indexes)
  }
  head(key: HeadKey): Promise<Head | undefined> {
    return this.#deps.journal.head(key)
  }
  moved(seen: ReadonlyMap<HeadKey, number>): Promise<boolean> {
    return this.#deps.journal.moved(seen)
  }
  find(sender: string, id: string): Promise<JournalEntry | undefined> {
    return this.#deps.journal.find(sender, id)
  }
  headKey(label: string, ...parts: string[]): HeadKey {
    return this.#deps.journal.headKey(label, ...parts)
  }
  forget(index: number): void {
    this.#deps.journal.forget(index)
  }
  erase(index: number): Promise<void> {
    return this.#deps.journal.erase(index)
  }
  onAppend(listener: (entries: readonly JournalEntry[]) => void): () => void {
    return this.#deps.journal.onAppend(listener)
  }

  async close(): Promise<void> {
    for (const stop of this.#stops) stop()
    this.#forget()
    await (this.#lookNext ?? this.#looking)?.catch(() => 0)
    await this.#deps.journal.close()
  }
}
