// The journal of a hub of several processes: all read it where it is kept, the one that has the lease appends to it, the others have it
// append for them.
import { HubError } from '../errors.ts'
import type { AppendingJournal } from '../journal/append.ts'
import type { Appended, Draft, Filed, Journal, JournalEntry, Receipt, SealedContent } from '../journal/journal.ts'
import type { Head, HeadKey } from '../journal/heads.ts'
import { type Forwarder, forwardTo, NotSent } from './forward-client.ts'
import type { Lease, LeaseHolder } from './lease.ts'
import type { SealedWire } from './sealed-wire.ts'
import type { Wake } from './wake.ts'

export const APPEND = 'append'
const GREW = 'journal'
/** However little is heard, one looks this often. */
const LOOK_EVERY_MS = 500
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
  #looking: Promise<number> | undefined
  #lookNext: Promise<number> | undefined

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
        if (entries.length > 0) wake.tell(GREW, String(journal.size()))
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

  /** Who appends knows; the others ask the storage. Whoever asks while one question is on its way shares the next. */
  current(): Promise<number> {
    if (this.mayAppend()) return Promise.resolve(this.size())
    if (!this.#looking) return this.#look()
    this.#lookNext ??= this.#looking.then(
      () => this.#again(),
      () => this.#again(),
    )
    return this.#lookNext
  }

  #again(): Promise<number> {
    this.#lookNext = undefined
    return this.#look()
  }

  #look(): Promise<number> {
    const looking = this.#deps.journal.look().finally(() => {
      if (this.#looking === looking) this.#looking = undefined
    })
    this.#looking = looking
    return looking
  }

  get urn(): string {
    return this.#deps.journal.urn
  }
  get epoch(): number {
    return this.#deps.journal.epoch
  }
  read(from: number, limit: number, kinds?: readonly string[]): Promise<JournalEntry[]> {
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
    await this.#looking?.catch(() => 0)
    await this.#deps.journal.close()
  }
}
