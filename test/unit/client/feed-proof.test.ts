// The client answers the hub's question for the next proof by itself: a feed outlives its sessions on one connection.
import { afterEach, expect, it } from 'vitest'
import Fastify from 'fastify'
import { FeedClient } from '../../../src/client/feed-client.ts'
import { systemFeedClock } from '../../../src/hub/feed/clock.ts'
import { feedSocket } from '../../../src/hub/feed/socket.ts'
import { BANK, HUB, feedHouse, namedSessions, to } from '../feed/feed-house.ts'

let close = async (): Promise<unknown> => undefined
afterEach(() => close())

it('proves itself again whenever it is asked, and the connection stays', async () => {
  const house = feedHouse()
  await house.follower.start()
  const sessions = namedSessions(Date.now)
  const app = Fastify()
  const { journal, views, follower, items, subscriptions } = house
  const served = { hub: HUB, journal, views, follower, items, subscriptions, sessions, clock: systemFeedClock }
  await feedSocket(app, { ...served, onFault: () => {} })
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  let connections = 0
  app.server.on('connection', () => connections++)
  let proofs = 0
  const token = async (): Promise<string> => {
    const name = `session-${++proofs}`
    sessions.open(name, BANK, { forMs: 2_000 })
    // The fourth proof is followed by an item, long after the first session has ended.
    if (proofs === 4) journal.write({ audience: to(BANK) })
    return name
  }
  const lines: string[] = []
  const feed = new FeedClient({ url, token, name: 'desk', tell: (line) => lines.push(line) })
  close = async () => {
    await feed.close()
    await app.close()
  }
  for await (const item of feed) {
    expect(item.seq).toBe(1)
    break
  }
  expect(proofs).toBe(4)
  expect(connections).toBe(1)
  expect(lines).toEqual([])
})
