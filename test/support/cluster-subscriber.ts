// A subscriber of a hub of several processes, from the first item on, over every fault.
import { FeedClient } from '../../src/client/feed-client.ts'
import type { FeedItem } from '../../src/client/feed-item.ts'
import type { MortalCluster } from './mortal-cluster.ts'
import type { MortalProcess } from './mortal-process.ts'

export interface Subscriber {
  folder: string
  items: FeedItem[]
  /** Losses that the hub announced. */
  announced: string[]
  /** The feed is broken for good: an item is missing that was not announced, or the hub refuses. */
  fault: Error | undefined
  close(): Promise<void>
}

/** Reads a named subscription, beginning at `at`; each item is acknowledged when it is read. */
export function subscribe(cluster: MortalCluster, folder: string, name: string, at?: MortalProcess): Subscriber {
  const client = cluster.client(folder, at)
  const subscriber: Subscriber = { folder, items: [], announced: [], fault: undefined, close: async () => {} }
  const tell = (line: string): void => void (line.includes('are gone') && subscriber.announced.push(line))
  const token = (refused?: string): Promise<string> => client.token('feed', refused)
  const feed = new FeedClient({ url: client.addresses, token, name, after: 0, tell, purpose: client.purpose })
  const read = async (): Promise<void> => {
    for await (const item of feed) subscriber.items.push(item)
  }
  const reading = read().catch((error: Error) => void (subscriber.fault = error))
  subscriber.close = async () => {
    await feed.close()
    await reading
  }
  return subscriber
}
