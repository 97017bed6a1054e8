// Follows a feed for as long as wanted: each item once and in order to the reader, at least once from the hub.
// Resumes by the subscription's name, acknowledges what the reader is done with, and notices when an item is missing.
import { REFUSALS, type RefusalCode } from '../hub/errors.ts'
import { FeedBroken, FeedConnection, FeedRefused, type IncomingFrame, type ItemFrame } from './feed-connection.ts'
import type { Purpose } from '../hub/supervision/purpose.ts'
import type { FeedItem } from './feed-item.ts'
import { HubAddresses } from './hub-addresses.ts'
import { HubSilent } from './hub-problem.ts'

export interface FeedClientOptions {
  /** Address of the hub, or its addresses: when one breaks or asks to come again, the next is connected to and the subscription resumes there. */
  url: string | HubAddresses
  /** Gives a bearer token for feeds; `refused` is one the hub no longer takes. */
  token: (refused?: string) => Promise<string>
  /** Name of the durable subscription. */
  name: string
  /** Where a new name begins; counts only once. */
  after?: number
  kinds?: readonly string[]
  /** Why a regulator reads; kept with the name. */
  purpose?: Purpose | undefined
  /** How many items may be under way, unasked. */
  credit?: number
  stop?: AbortSignal
  /** Told when the line breaks, comes back, or a gap is announced. */
  tell?: (line: string) => void
  clock?: () => number
  sleep?: (ms: number) => Promise<void>
  /** How often in a row it tries to connect, at each address, before giving up: 8 times at first, without end once it was connected. */
  attempts?: number
}

/** An item is missing that the hub did not announce as missing. */
export class FeedGap extends Error {
  constructor(name: string, last: number, item: FeedItem) {
    super(`feed ${name}: item ${item.seq} follows ${item.prev}, but the last one received is ${last}`)
    this.name = 'FeedGap'
  }
}

const CREDIT = 256
const ATTEMPTS_AT_FIRST = 8
/** The hub has at most this many items open per subscription, so nothing older can come again. */
const DONE_MAX = 131_072

/** Async iterable of FeedItem. An item is acknowledged when the reader comes back for the next, or by `acknowledge`. Throws FeedGap, FeedRefused, FeedBroken. */
export class FeedClient implements AsyncIterable<FeedItem> {
  readonly #options: FeedClientOptions
  readonly #addresses: HubAddresses
  readonly #credit: number
  readonly #done = new Set<number>()
  /** Sent on the connection at hand and not acknowledged there. */
  readonly #open = new Set<number>()
  #connection: FeedConnection | undefined
  /** Where it was made. */
  #address = ''
  /** The token given last, and one that was refused. */
  #token: string | undefined
  #refused: string | undefined
  /** Newest seq handed to the reader. */
  #last: number | undefined
  /** Newest seq received on the connection at hand. */
  #chain = 0
  #above: ReadonlySet<number> = new Set()
  #owed = 0
  #acks: number[] = []
  #flushing = false
  #closed = false

  constructor(options: FeedClientOptions) {
    this.#options = options
    this.#addresses = typeof options.url === 'string' ? new HubAddresses([options.url]) : options.url
    this.#credit = options.credit ?? CREDIT
    options.stop?.addEventListener('abort', () => void this.close(), { once: true })
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<FeedItem, void, void> {
    while (!this.#ended()) {
      const item = await this.#nextItem()
      if (item === undefined) continue
      yield item
      this.acknowledge(item.seq)
    }
  }

  /** The next item that is new to the reader, or undefined when the connection has to be made again or we are closing. */
  async #nextItem(): Promise<FeedItem | undefined> {
    try {
      const connection = await this.#connected()
      try {
        return this.#sort(await connection.next())
      } catch (error) {
        if (this.#ended() || !this.#mayComeBack(error)) throw error
        this.#options.tell?.(`${(error as Error).message}; connecting again`)
        await this.#drop()
        return undefined
      }
    } catch (error) {
      if (this.#ended()) return undefined
      throw error
    }
  }

  /** The reader is done with an item; the hub will not send it again. */
  acknowledge(seq: number): void {
    this.#done.add(seq)
    if (this.#done.size > DONE_MAX) this.#done.delete(this.#done.values().next().value!)
    if (!this.#open.delete(seq)) return
    this.#acks.push(seq)
    if (this.#flushing) return
    this.#flushing = true
    setImmediate(() => this.#flush())
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#flush()
    const connection = this.#connection
    this.#connection = undefined
    await connection?.close()
  }

  #ended(): boolean {
    return this.#closed || this.#options.stop?.aborted === true
  }

  async #connected(): Promise<FeedConnection> {
    if (this.#connection !== undefined) return this.#connection
    const sleep = this.#options.sleep ?? ((ms) => new Promise((wake) => setTimeout(wake, ms)))
    const attempts = this.#options.attempts ?? (this.#last === undefined ? ATTEMPTS_AT_FIRST : Infinity)
    const { all } = this.#addresses
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#subscribe()
      } catch (error) {
        if (this.#ended() || attempt >= attempts * all.length || !this.#mayComeBack(error)) throw error
        if (this.#addresses.isRound(attempt)) await sleep(Math.min(5_000, 50 * 2 ** (attempt / all.length)))
      }
    }
  }

  async #subscribe(): Promise<FeedConnection> {
    const { name, after, kinds, purpose, clock } = this.#options
    this.#address = this.#addresses.current
    const connection = await FeedConnection.open(this.#address, () => this.#proof(), clock ?? Date.now)
    const wish = {
      name,
      credit: this.#credit,
      ...(after === undefined ? {} : { after }),
      ...(kinds === undefined ? {} : { filter: { kinds: [...kinds] } }),
      ...(purpose === undefined ? {} : { purpose }),
    }
    const { position, above } = await connection.subscribe(wish).catch(async (error: unknown) => {
      await connection.close()
      throw error
    })
    this.#open.clear()
    this.#acks = []
    this.#owed = 0
    // On a new connection the chain begins at the position; what we saw above it comes again.
    this.#chain = position
    this.#above = new Set(above)
    this.#last ??= position
    this.#connection = connection
    return connection
  }

  async #proof(): Promise<string> {
    this.#token = await this.#options.token(this.#refused)
    this.#refused = undefined
    return this.#token
  }

  /** Whether another connection may help, and where. A session that the hub no longer takes is not shown to it again. */
  #mayComeBack(error: unknown): boolean {
    if (error instanceof FeedRefused && SESSION_OVER.has(error.code)) {
      this.#refused = this.#token
      return true
    }
    if (!mayComeBack(error)) return false
    this.#addresses.leave(this.#address)
    return true
  }

  async #drop(): Promise<void> {
    const connection = this.#connection
    this.#connection = undefined
    await connection?.close()
  }

  /** Gives the item if it is new to the reader. */
  #sort(frame: IncomingFrame): FeedItem | undefined {
    if (frame.type === 'item') return this.#sortItem(frame)
    if (frame.type === 'gap') {
      this.#options.tell?.(`items ${frame.from} to ${frame.to} are gone at the hub (${frame.why})`)
      this.#chain = frame.to
      this.#last = frame.why === 'epoch' ? frame.to : Math.max(this.#last ?? 0, frame.to)
    }
    if (frame.type === 'error') {
      if (frame.fatal || frame.name === this.#options.name) throw new FeedRefused(frame)
      this.#options.tell?.(`${frame.code}: ${frame.detail}`)
    }
    return undefined
  }

  #sortItem({ type: _type, name, ...item }: ItemFrame): FeedItem | undefined {
    if (item.prev !== this.#chain && !(item.prev > this.#chain && this.#above.has(item.prev)))
      throw new FeedGap(name, this.#chain, item)
    this.#chain = item.seq
    this.#open.add(item.seq)
    this.#grant()
    if (this.#done.has(item.seq)) this.acknowledge(item.seq)
    if (item.seq <= this.#last!) return undefined
    this.#last = item.seq
    return item
  }

  /** Credit is given back as items are taken out, half a window at a time. */
  #grant(): void {
    if (++this.#owed * 2 < this.#credit) return
    this.#connection?.send({ type: 'credit', name: this.#options.name, n: this.#owed })
    this.#owed = 0
  }

  #flush(): void {
    this.#flushing = false
    if (this.#acks.length === 0) return
    this.#connection?.send({ type: 'ack', name: this.#options.name, ids: this.#acks })
    this.#acks = []
  }
}

const SESSION_OVER: ReadonlySet<string> = new Set(['SESSION_ENDED', 'SESSION_REQUIRED'])

/** The line broke, or the hub asks to come again (closing, busy, catching up). */
function mayComeBack(error: unknown): boolean {
  if (error instanceof FeedBroken || error instanceof HubSilent) return true
  if (!(error instanceof FeedRefused)) return false
  return Object.hasOwn(REFUSALS, error.code) && REFUSALS[error.code as RefusalCode].retry === 'same-id'
}
