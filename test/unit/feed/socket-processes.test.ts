// Sockets of a hub of two processes: a party connects to one, then to the other, and is told in both what it needs to know.
import Fastify from 'fastify'
import { afterEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { localWake } from '../../../src/hub/cluster/wake.ts'
import { systemFeedClock } from '../../../src/hub/feed/clock.ts'
import { feedFollower } from '../../../src/hub/feed/follower.ts'
import { feedItems } from '../../../src/hub/feed/items.ts'
import { SharedFeed } from '../../../src/hub/feed/shared-feed.ts'
import { feedSocket } from '../../../src/hub/feed/socket.ts'
import { Subscriptions } from '../../../src/hub/feed/subscription.ts'
import { BANK, feedHouse, HUB, namedSessions, to, until } from './feed-house.ts'

type Frame = Record<string, unknown> & { type: string }

const closing: (() => Promise<unknown> | unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close()
})

async function hub() {
  const { journal, views, cursors, privacy } = feedHouse()
  const wake = localWake()
  const faults: unknown[] = []
  const onFault = (fault: unknown): void => void faults.push(fault)
  const sessions = namedSessions(Date.now)
  sessions.open('bank', BANK)
  const serve = async (process: string): Promise<{ url: string; feed: SharedFeed }> => {
    const feed = new SharedFeed({ views, journal, wake, onFault })
    await feed.start()
    const subscriptions = new Subscriptions({
      cursors,
      nowMs: Date.now,
      epoch: 1,
      viewNames: new Set(['full']),
      shared: { process, wake },
    })
    const app = Fastify()
    const items = feedItems({ journal, privacy })
    const doors = { hub: HUB, journal, views, items, sessions, clock: systemFeedClock, onFault }
    await feedSocket(app, { ...doors, follower: feed, subscriptions })
    const url = (await app.listen({ host: '127.0.0.1', port: 0 })).replace('http', 'ws')
    closing.push(
      () => feed.close(),
      () => subscriptions.close(),
      () => app.close(),
    )
    return { url: `${url}/v1/feed/socket`, feed }
  }
  const [a, b] = [await serve('a'), await serve('b')]
  const follower = feedFollower({ journal, views, told: (...written) => a.feed.written(...written) })
  await follower.start()
  closing.push(() => follower.close())
  return { journal, cursors, faults, a: a.url, b: b.url }
}

/** A connection with a session, past `ready`. */
async function dial(url: string) {
  const socket = new WebSocket(url, 'hub.feed.v1')
  const frames: Frame[] = []
  socket.on('message', (data) => frames.push(JSON.parse((data as Buffer).toString()) as Frame))
  closing.push(() => socket.terminate())
  await new Promise((resolve) => socket.once('open', resolve))
  const say = (frame: object): void => socket.send(JSON.stringify(frame))
  const next = async (type: string): Promise<Frame> => {
    const isIt = (frame: Frame): boolean => frame.type === type
    await until(() => frames.some(isIt))
    return frames.splice(frames.findIndex(isIt), 1)[0]!
  }
  const subscribe = async (name = 'desk'): Promise<Frame> => {
    say({ type: 'subscribe', name, credit: 100 })
    return next('subscribed')
  }
  const items = async (count: number): Promise<unknown[]> =>
    Promise.all(Array.from({ length: count }, async () => (await next('item'))['seq']))
  await next('hello')
  say({ type: 'auth', token: 'bank' })
  await next('ready')
  return { socket, frames, say, next, subscribe, items }
}

describe('a party that connects to another process', () => {
  it('goes on there, and the connection before is told and goes on with the rest', async () => {
    const { journal, faults, a, b } = await hub()
    const first = await dial(a)
    expect(await first.subscribe()).toMatchObject({ position: 0 })
    journal.write({ audience: to(BANK) }, { audience: to(BANK) }, { audience: to(BANK) })
    expect(await first.items(3)).toEqual([1, 2, 3])
    first.say({ type: 'ack', name: 'desk', ids: [1, 2] })
    // An answer to something else shows that the acknowledgement has been worked off.
    await first.subscribe('other')

    const second = await dial(b)
    expect(await second.subscribe()).toMatchObject({ position: 2, above: [] })
    expect(await first.next('error')).toMatchObject({ code: 'SUBSCRIPTION_INVALID', fatal: false, name: 'desk' })
    expect(await second.items(1)).toEqual([3])

    // Late: it is not taken, and the connection stands.
    first.say({ type: 'ack', name: 'desk', ids: [3] })
    journal.write({ audience: to(BANK) })
    expect(await second.items(1)).toEqual([4])
    expect(await first.items(4)).toEqual([1, 2, 3, 4])
    expect(first.frames).toEqual([])

    second.say({ type: 'ack', name: 'desk', ids: [3] })
    second.say({ type: 'unsubscribe', name: 'desk' })
    await second.next('unsubscribed')
    expect(await first.subscribe()).toMatchObject({ position: 3 })
    expect(await first.items(1)).toEqual([4])
    expect(faults).toEqual([])
  })
  it('finds what it acknowledged where its first connection broke off without a word', async () => {
    const { journal, cursors, a, b } = await hub()
    const first = await dial(a)
    await first.subscribe()
    journal.write({ audience: to(BANK) }, { audience: to(BANK) })
    await first.items(2)
    first.say({ type: 'ack', name: 'desk', ids: [1] })
    await until(() => first.socket.bufferedAmount === 0)
    await first.subscribe('other')
    first.socket.terminate()
    const second = await dial(b)
    expect(await second.subscribe()).toMatchObject({ position: 1 })
    expect(await second.items(1)).toEqual([2])
    expect(await cursors.get('subscriptions', `${BANK}/desk`)).toMatchObject({ position: 1, holder: 'b/1' })
  })
})
