// A thousand readers that have stopped reading cost the hub no more memory than it says, and nobody else an item.
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { FeedClient } from '../../src/client/feed-client.ts'
import { SOCKET_MAX_BYTES, SOCKETS_MAX_BYTES } from '../../src/hub/feed/send-budget.ts'
import { declared } from '../support/consignment.ts'
import { StalledReaders } from '../support/stalled-readers.ts'
import { unixEntrance, type UnixEntrance } from '../support/unix-entrance.ts'
import { openWorld, type World } from '../support/world.ts'
import { LONG_MS } from '../support/patience.ts'

const PARTIES = ['guangxi-exporter', 'nanning-customs', 'vietnam-customs', 'hanoi-importer'] as const
const STALLED_EACH = 250
const MESSAGES = 75
/** Longest item of this test; a socket may go over its share by one, since the item that passes the line is still sent. */
const ITEM_MAX_BYTES = 10_000
/** What a thousand sockets, their sessions and the messages of this test take besides, and what the collector has not yet given back. */
const OTHER_MAX_BYTES = 96 * 1024 * 1024

let world: World
let entrance: UnixEntrance
let stalled: StalledReaders
beforeAll(async () => {
  world = await openWorld()
  entrance = await unixEntrance(world.url, join(world.dir, 'hub.sock'))
  stalled = new StalledReaders()
})
afterAll(async () => {
  stalled?.close()
  entrance?.close()
  await world?.close()
})

const held = (): number[] => [...entrance.sockets].map((socket) => socket.writableLength)
const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0)

/** Reads a feed to the end of what is in it. */
async function readAll(folder: string, items: number): Promise<number[]> {
  const client = world.client(folder)
  const feed = new FeedClient({ url: world.url, name: 'healthy', after: 0, token: () => client.token('feed') })
  const seqs: number[] = []
  for await (const { seq } of feed) {
    seqs.push(seq)
    if (seqs.length === items) break
  }
  await feed.close()
  return seqs
}

it(
  '1,000 stalled sockets stay within the stated memory, the others get everything, and the stalled go on later',
  async () => {
    for (const folder of PARTIES) {
      const token = await world.client(folder).token('feed')
      const lines = Array.from({ length: STALLED_EACH }, (_, n) => ({ token, name: `stalled-${n}` }))
      await stalled.open(`ws+unix://${entrance.path}:/v1/feed/socket`, lines)
    }
    const before = process.memoryUsage().rss
    const heads = new Map<string, number>()
    for (const folder of PARTIES) heads.set(folder, (await world.client(folder).feed({ limit: 1 })).head + MESSAGES)
    const reading = Promise.all(PARTIES.map((folder) => readAll(folder, heads.get(folder)!)))
    for (let n = 0; n < MESSAGES; n++) {
      const declaration = declared(world)
      await world.submit('guangxi-exporter', { ...declaration, to: [...declaration.to, world.urn('hanoi-importer')] })
    }
    // Read while a thousand others do not read.
    for (const [n, seqs] of (await reading).entries())
      expect(seqs).toEqual(Array.from({ length: heads.get(PARTIES[n]!)! }, (_, at) => at + 1))
    // The healthy ones have everything; the hub may still be at filling the lines of the others.
    const stalling = (): number => held().filter((one) => one > 0).length
    await expect.poll(stalling, { timeout: LONG_MS / 4 }).toBe(PARTIES.length * STALLED_EACH)
    const bytes = held()
    const grown = process.memoryUsage().rss - before
    process.stdout.write(
      `feed-stalled: ${bytes.filter((one) => one > 0).length} stalled, ${sum(bytes)} bytes held, RSS grew by ${grown}\n`,
    )
    expect(bytes.filter((one) => one > 0).length, 'sockets that really stall').toBe(PARTIES.length * STALLED_EACH)
    expect(Math.max(...bytes)).toBeLessThan(SOCKET_MAX_BYTES + ITEM_MAX_BYTES)
    expect(sum(bytes)).toBeLessThan(SOCKETS_MAX_BYTES + PARTIES.length * STALLED_EACH * ITEM_MAX_BYTES)
    expect(grown).toBeLessThan(SOCKETS_MAX_BYTES + OTHER_MAX_BYTES)
    // Nobody was dropped, and who reads again gets the rest, in order.
    expect(await stalled.openCount()).toBe(PARTIES.length * STALLED_EACH)
    const items = heads.get(PARTIES[0])!
    for (const seqs of await stalled.read(20, items))
      expect(seqs).toEqual(Array.from({ length: items }, (_, at) => at + 1))
  },
  LONG_MS,
)
