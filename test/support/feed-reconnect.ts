// A real hub process under load, and subscribers whose lines break at random bytes: nothing may be lost on the way to any of them.
import type { HubClient } from '../../src/client/hub-client.ts'
import { FeedClient } from '../../src/client/feed-client.ts'
import { CuttingProxy } from './cutting-proxy.ts'
import { chanceOf } from './fault-seed.ts'
import { Load, type Outgoing } from './fault-load.ts'
import { mortalHub, type MortalHub } from './fault-process.ts'
import { pause, Traffic, TRAFFIC_PARTIES } from './fault-traffic.ts'
import { FeedSubscriber } from './feed-subscriber.ts'

const PARTIES = ['vietnam-customs', 'hanoi-importer', 'nanning-bank'] as const
const NAMES_EACH = 4
const LANES = 3
/** Behind as far as this, all subscribers together, the load waits: the lines and not the processor are what is tried here. */
const BEHIND_MAX = 3_000
/** Nothing more has come for so long: what is missing then is lost. */
const QUIET_MS = 60_000

/** A run in which less has happened has tried nothing. */
export const ITEMS_MIN = 100
export const DROPS_MIN = 20

/** What a run came to. `lost` counts items that a subscriber never got; `wrong` says what else must not be. */
export interface ReconnectFigures {
  seed: number
  seconds: number
  drops: number
  items: number
  subscribers: number
  duplicates: number
  announced: number
  lost: number
  wrong: string[]
}

/** A reader of the project's own client, which promises each item once. */
interface Reader {
  seqs: number[]
  fault: Error | undefined
  close(): Promise<void>
}

function read(url: string, client: HubClient, name: string): Reader {
  const feed = new FeedClient({ url, name, after: 0, token: (refused) => client.token('feed', refused) })
  const reader: Reader = { seqs: [], fault: undefined, close: async () => {} }
  const reading = (async () => {
    for await (const { seq } of feed) reader.seqs.push(seq)
  })().catch((fault: Error) => void (reader.fault = fault))
  reader.close = async () => {
    await feed.close()
    await reading
  }
  return reader
}

/**
 * Runs for so many seconds, and on a slow machine for longer: until the lines have broken and something has come twice, or nothing would have
 * been tried. Then lets everybody catch up over lines that hold.
 */
export async function reconnectRun(seed: number, seconds: number): Promise<ReconnectFigures> {
  const hub = await mortalHub({ HUB_SM2_WORKERS: '1' })
  try {
    hub.spawn()
    await hub.ready()
    return await underLoad(hub, seed, seconds)
  } finally {
    await hub.remove()
  }
}

async function underLoad(hub: MortalHub, seed: number, seconds: number): Promise<ReconnectFigures> {
  const chance = chanceOf(seed)
  // From the first bytes of the handshake to some dozens of items.
  const proxy = await CuttingProxy.open(hub.url, () => 1 + chance.below(chance.below(4) === 0 ? 2_000 : 150_000))
  const clients = new Map(PARTIES.map((folder) => [folder, hub.client(folder)]))
  const subscribers: { folder: string; subscriber: FeedSubscriber }[] = []
  const readers: { folder: string; reader: Reader }[] = []
  for (const [folder, client] of clients) {
    for (let n = 0; n < NAMES_EACH; n++) {
      const token = (): Promise<string> => client.token('feed')
      const subscriber = new FeedSubscriber({ url: proxy.url, name: `line-${n}`, token, chance: chanceOf(seed + n) })
      subscribers.push({ folder, subscriber })
    }
    readers.push({ folder, reader: read(proxy.url, client, 'client') })
  }
  const heads = new Map<string, number>()
  const look = async (): Promise<void> => {
    for (const [folder, client] of clients) heads.set(folder, (await client.feed({ limit: 1 })).head)
  }
  const missing = (): number =>
    subscribers.reduce((sum, { folder, subscriber }) => sum + heads.get(folder)! - subscriber.items.size, 0) +
    readers.reduce((sum, { folder, reader }) => sum + heads.get(folder)! - reader.seqs.length, 0)
  await look()
  const sum = (member: 'duplicates' | 'announced'): number =>
    subscribers.reduce((total, { subscriber }) => total + subscriber[member], 0)
  const items = (): number => [...heads.values()].reduce((total, head) => total + head, 0)
  const tried = (): boolean => proxy.cuts > DROPS_MIN && sum('duplicates') > 0 && items() > ITEMS_MIN
  const wrong = await load(hub, seed, {
    seconds,
    tried,
    caughtUp: async () => {
      await look()
      while (missing() > BEHIND_MAX) await pause(50)
    },
  })
  proxy.spare()
  await look()
  for (let [least, atMs] = [missing(), Date.now()]; missing() > 0 && Date.now() - atMs < QUIET_MS; await pause(50))
    if (missing() < least) [least, atMs] = [missing(), Date.now()]
  await Promise.all([...subscribers.map((one) => one.subscriber.close()), ...readers.map((one) => one.reader.close())])
  proxy.close()
  for (const { folder, subscriber } of subscribers) wrong.push(...subscriber.wrong.map((what) => `${folder}: ${what}`))
  for (const { folder, reader } of readers) {
    if (reader.fault) wrong.push(`${folder}: ${reader.fault.message}`)
    if (reader.seqs.some((seq, n) => seq !== n + 1))
      wrong.push(`${folder}: its client gave items out of order or twice`)
  }
  return {
    seed,
    seconds,
    drops: proxy.cuts,
    items: items(),
    subscribers: subscribers.length + readers.length,
    duplicates: sum('duplicates'),
    announced: sum('announced'),
    lost: missing(),
    wrong,
  }
}

/** Consignments one after the other on a few lanes; gives what the hub answered wrongly. */
async function load(
  hub: MortalHub,
  seed: number,
  { seconds, tried, caughtUp }: { seconds: number; tried: () => boolean; caughtUp: () => Promise<void> },
): Promise<string[]> {
  const tokens = new Map(TRAFFIC_PARTIES.map((folder) => [folder as string, hub.client(folder)]))
  const sending = new Load(hub.url, 8, (folder) => tokens.get(folder)?.token('api') ?? hub.client(folder).token('api'))
  const traffic = new Traffic(hub, chanceOf(seed + 1_000))
  const untilMs = Date.now() + seconds * 1_000
  const sent = async (message: Outgoing): Promise<void> => {
    while (!(await sending.send(message))) await pause(20)
  }
  const lane = async (): Promise<void> => {
    while (Date.now() < untilMs || !tried()) {
      for (const step of await traffic.consignment()) await Promise.all(step.map(sent))
      await caughtUp()
    }
  }
  await Promise.all(Array.from({ length: LANES }, lane))
  await sending.close()
  return sending.wrong
}
