// The client answers the hub's question for the next proof by itself: a feed outlives its sessions on one connection.
import { afterEach, expect, it } from 'vitest'
import Fastify from 'fastify'
import { FeedClient } from '../../../src/client/feed-client.ts'
import { feedSocket } from '../../../src/hub/feed/socket.ts'
import { BANK, HUB, feedHouse, handClock, namedSessions, to } from '../feed/feed-house.ts'

let close = async (): Promise<unknown> => undefined
afterEach(() => close())

it('proves itself again whenever it is asked, and the connection stays', async () => {
  const house = feedHouse()
  await house.follower.start()
  // The hub's clock goes on when a proof has been taken, from one question to the next: on a slow machine no session ends meanwhile.
  const clock = handClock()
  const named = namedSessions(clock.nowMs)
  const sessions = {
    ...named,
    verify: (token: string) => {
      if (proofs < 4) setImmediate(() => clock.pass(90_000))
      return named.verify(token)
    },
  }
  const app = Fastify()
  const { journal, views, follower, items, subscriptions } = house
  const served = { hub: HUB, journal, views, follower, items, subscriptions, sessions, clock, heartbeatMs: 3_600_000 }
  await feedSocket(app, { ...served, onFault: () => {} })
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  let connections = 0
  app.server.on('connection', () => connections++)
  let proofs = 0
  const token = async (): Promise<string> => {
    const name = `session-${++proofs}`
    sessions.open(name, BANK, { forMs: 120_000 })
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
  expect(clock.nowMs()).toBeGreaterThan(120_000)
  expect(connections).toBe(1)
  expect(lines).toEqual([])
})
