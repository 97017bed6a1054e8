// A subscriber of the story: keeps what its feed brings, with the time it came, and lets the story wait for something.
import { FeedClient } from '../feed-client.ts'
import type { FeedItem } from '../feed-item.ts'
import type { HubClient } from '../hub-client.ts'

export interface Seen {
  item: FeedItem
  atMs: number
}

export class Watcher {
  readonly items: Seen[] = []
  readonly #feed: FeedClient
  readonly #waiting = new Set<() => void>()
  readonly #reading: Promise<void>
  #fault: Error | undefined

  constructor(client: HubClient, name: string) {
    const { addresses: url, purpose } = client
    this.#feed = new FeedClient({ url, token: (refused) => client.token('feed', refused), name, after: 0, purpose })
    this.#reading = this.#read().catch((error: Error) => void (this.#fault = error))
  }

  /** The first item that fits, waiting for it if need be. Throws when it has not come in time or the feed failed. */
  async find(what: string, fits: (item: FeedItem) => boolean, withinMs = 10_000): Promise<Seen> {
    const late = AbortSignal.timeout(withinMs)
    for (;;) {
      const seen = this.items.find(({ item }) => fits(item))
      if (seen !== undefined) return seen
      if (this.#fault !== undefined) throw new Error(`waiting for ${what}: ${this.#fault.message}`)
      if (late.aborted) throw new Error(`${what} did not come within ${withinMs} ms`)
      await this.#change(late)
    }
  }

  async close(): Promise<void> {
    await this.#feed.close()
    await this.#reading
  }

  async #read(): Promise<void> {
    for await (const item of this.#feed) {
      this.items.push({ item, atMs: performance.now() })
      for (const wake of this.#waiting) wake()
    }
  }

  #change(late: AbortSignal): Promise<void> {
    return new Promise((done) => {
      const wake = (): void => {
        this.#waiting.delete(wake)
        late.removeEventListener('abort', wake)
        done()
      }
      this.#waiting.add(wake)
      late.addEventListener('abort', wake)
    })
  }
}
