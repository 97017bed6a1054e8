import { afterEach, describe, expect, it } from 'vitest'
import Fastify from 'fastify'
import { WebSocket } from 'ws'
import { connect as connectTcp } from 'node:net'
import { feedSocket } from '../../../src/hub/feed/socket.ts'
import type { FeedSocketDeps } from '../../../src/hub/feed/socket.ts'
import { SOCKET_MAX_BYTES } from '../../../src/hub/feed/send-budget.ts'
import { readFeed } from '../../../src/hub/feed/pull.ts'
import { rowKey } from '../../../src/hub/feed/row.ts'
import { systemFeedClock } from '../../../src/hub/feed/clock.ts'
import { HubError, REFUSALS } from '../../../src/hub/errors.ts'
import { BANK, CUSTOMS, HUB, feedHouse, handClock, namedSessions, to, until } from './feed-house.ts'
import { LONG_MS } from '../../support/patience.ts'

type Frame = Record<string, unknown> & { type: string }

const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close()
})

async function serve(options: Partial<FeedSocketDeps> = {}) {
  const house = feedHouse()
  await house.follower.start()
  const sessions = namedSessions(Date.now)
  sessions.open('bank', BANK)
  sessions.open('customs', CUSTOMS)
  const faults: unknown[] = []
  const app = Fastify()
  app.setErrorHandler((error, _request, reply) => {
    const code = error instanceof HubError ? error.code : 'FAULT'
    return reply.code(REFUSALS[code].status).send({ code })
  })
  const sockets = await feedSocket(app, {
    hub: HUB,
    journal: house.journal,
    views: house.views,
    follower: house.follower,
    items: house.items,
    subscriptions: house.subscriptions,
    sessions,
    clock: systemFeedClock,
    onFault: (fault) => faults.push(fault),
    ...options,
  })
  const url = (await app.listen({ host: '127.0.0.1', port: 0 })).replace('http', 'ws')
  closing.push(() => app.close())
  return { ...house, sessions, sockets, faults, app, url: `${url}/v1/feed/socket` }
}

interface Peer {
  socket: WebSocket
  frames: Frame[]
  closed: { code: number; reason: string } | undefined
  say(frame: unknown): void
  expect(type: string): Promise<Frame>
  items(): Frame[]
}

function dial(url: string, protocol = 'hub.feed.v1'): Peer {
  const socket = new WebSocket(url, protocol, { perMessageDeflate: true })
  let taken = 0
  const peer: Peer = {
    socket,
    frames: [],
    closed: undefined,
    say: (frame) => socket.send(typeof frame === 'string' || Buffer.isBuffer(frame) ? frame : JSON.stringify(frame)),
    async expect(type) {
      // A heartbeat may come between any two frames.
      const beats = (): boolean => type !== 'heartbeat' && peer.frames[taken]?.type === 'heartbeat'
      await until(() => {
        while (beats()) taken++
        return peer.frames.length > taken || peer.closed !== undefined
      })
      const frame = peer.frames[taken++]
      expect(frame?.type, JSON.stringify(frame)).toBe(type)
      return frame!
    },
    items: () => peer.frames.filter((frame) => frame.type === 'item'),
  }
  socket.on('message', (data) => peer.frames.push(JSON.parse(String(data)) as Frame))
  socket.on('close', (code, reason) => (peer.closed = { code, reason: String(reason) }))
  socket.on('error', () => {})
  closing.push(async () => socket.terminate())
  return peer
}

async function enter(url: string, token = 'bank'): Promise<Peer> {
  const peer = dial(url)
  await peer.expect('hello')
  peer.say({ type: 'auth', token })
  await peer.expect('ready')
  return peer
}

describe('feed socket', () => {
  it('says hello, takes an identity, sends items and takes acknowledgements', async () => {
    const hub = await serve()
    hub.journal.write({ audience: to(BANK, CUSTOMS) }, { audience: to(CUSTOMS) }, { audience: to(BANK) })
    const peer = dial(hub.url)
    expect(await peer.expect('hello')).toEqual({
      type: 'hello',
      protocol: 'hub.feed.v1',
      hub: HUB,
      journal: hub.journal.urn,
      epoch: 1,
      heartbeatMs: 20_000,
    })
    peer.say({ type: 'auth', token: 'bank' })
    expect(await peer.expect('ready')).toMatchObject({ party: BANK })
    peer.say({ type: 'subscribe', name: 'desk', credit: 10 })
    expect(await peer.expect('subscribed')).toEqual({
      type: 'subscribed',
      name: 'desk',
      position: 0,
      above: [],
      head: 2,
    })
    const first = await peer.expect('item')
    expect(first).toMatchObject({
      name: 'desk',
      journal: hub.journal.urn,
      epoch: 1,
      seq: 1,
      prev: 0,
      index: 0,
      kind: 'test.note',
      view: 'full',
    })
    const content = (await hub.journal.content(0))!
    expect(first.message).toEqual({
      payload: content.envelope.toString('base64url'),
      signatures: content.signatures,
      body: content.body.toString('base64url'),
    })
    expect(first.receipt).toEqual(await hub.journal.receipt(0))
    expect(await peer.expect('item')).toMatchObject({ seq: 2, prev: 1, index: 2 })
    peer.say({ type: 'ack', name: 'desk', ids: [1, 2] })
    hub.journal.write({ audience: to(BANK) })
    expect(await peer.expect('item')).toMatchObject({ seq: 3, prev: 2, index: 3 })
    peer.say({ type: 'unsubscribe', name: 'desk' })
    await peer.expect('unsubscribed')
    expect((await hub.subscriptions.list(BANK))[0]!.record).toMatchObject({ position: 2, above: [] })
    expect(peer.socket.extensions).toBe('')
    peer.socket.close()
    await until(() => hub.sockets.count() === 0)
    expect(hub.faults).toEqual([])
  })

  it('obeys credit', async () => {
    const hub = await serve()
    hub.journal.write(...Array.from({ length: 20 }, () => ({ audience: to(BANK) })))
    const peer = await enter(hub.url)
    peer.say({ type: 'subscribe', name: 'desk', credit: 3 })
    await until(() => peer.items().length === 3)
    await new Promise((resolve) => setTimeout(resolve, 40))
    expect(peer.items()).toHaveLength(3)
    peer.say({ type: 'credit', name: 'desk', n: 2 })
    await until(() => peer.items().length === 5)
  })

  it('resumes by name on a new connection, whichever way the old one ended', async () => {
    const hub = await serve()
    hub.journal.write(...Array.from({ length: 6 }, () => ({ audience: to(BANK) })))
    const first = await enter(hub.url)
    first.say({ type: 'subscribe', name: 'desk', credit: 4 })
    await until(() => first.items().length === 4)
    first.say({ type: 'ack', name: 'desk', ids: [1, 2, 4] })
    first.say({ type: 'credit', name: 'desk', n: 1 })
    await until(() => first.items().length === 5)
    first.socket.terminate()
    await until(() => hub.sockets.count() === 0)
    const second = await enter(hub.url)
    second.say({ type: 'subscribe', name: 'desk', after: 0, credit: 100 })
    expect(await second.expect('subscribed')).toMatchObject({ position: 2, above: [4], head: 6 })
    await until(() => second.items().length === 3)
    expect(second.items().map((item) => [item.seq, item.prev])).toEqual([
      [3, 2],
      [5, 4],
      [6, 5],
    ])
  })

  it('lets go of everything when a peer is gone', async () => {
    const hub = await serve()
    const heard = new Set<number>()
    const { listen } = hub.follower
    let listeners = 0
    hub.follower.listen = (party, listener) => {
      listeners++
      const unlisten = listen.call(hub.follower, party, (row) => {
        heard.add(row.seq)
        listener(row)
      })
      return () => {
        listeners--
        unlisten()
      }
    }
    const peer = await enter(hub.url)
    peer.say({ type: 'subscribe', name: 'desk', credit: 4 })
    await peer.expect('subscribed')
    expect(listeners).toBe(1)
    peer.socket.terminate()
    await until(() => hub.sockets.count() === 0)
    expect(listeners).toBe(0)
    await hub.subscriptions.remove(BANK, 'desk')
    hub.journal.write({ audience: to(BANK) })
    await hub.follower.reached(1, LONG_MS)
    expect(heard.size).toBe(0)
  })

  it('hands a name over to the newest connection', async () => {
    const hub = await serve()
    hub.journal.write({ audience: to(BANK) })
    const older = await enter(hub.url)
    older.say({ type: 'subscribe', name: 'desk', credit: 10 })
    await until(() => older.items().length === 1)
    const newer = await enter(hub.url)
    newer.say({ type: 'subscribe', name: 'desk', credit: 10 })
    await until(() => newer.items().length === 1 && older.frames.at(-1)?.type === 'error')
    expect(older.frames.at(-1)).toMatchObject({
      type: 'error',
      code: 'SUBSCRIPTION_INVALID',
      fatal: false,
      name: 'desk',
    })
    older.say({ type: 'ack', name: 'desk', ids: [1] })
    hub.journal.write({ audience: to(BANK) })
    await until(() => newer.items().length === 2)
    expect(older.items()).toHaveLength(1)
    expect(older.closed).toBeUndefined()
  })

  it('keeps the feeds of parties apart', async () => {
    const hub = await serve()
    hub.journal.write(
      { audience: to(CUSTOMS) },
      { audience: [{ party: BANK, view: 'supervision' }], body: { note: 7, secret: 'price' } },
    )
    const bank = await enter(hub.url)
    bank.say({ type: 'subscribe', name: 'desk', credit: 10 })
    await until(() => bank.items().length === 1)
    const item = bank.items()[0]!
    expect(item).toMatchObject({
      seq: 1,
      index: 1,
      view: 'supervision',
      viewed: { body: { note: 7 }, masked: ['/secret'] },
    })
    expect(item).not.toHaveProperty('message')
    expect(JSON.stringify(item)).not.toContain('price')
  })

  it('says of the same items that they are gone or withheld as a pull does', async () => {
    const hub = await serve()
    const twelve = Array.from({ length: 12 }, () => ({ audience: to(BANK) }))
    hub.journal.write(...twelve)
    await hub.follower.reached(12, LONG_MS)
    await hub.journal.erase(6)
    hub.items.forget(6)
    // Items 3 to 5 are no longer kept.
    await hub.views.apply(
      'feed',
      [3, 4, 5].map((seq) => ({ key: rowKey(BANK, seq), value: undefined })),
      12,
    )
    const peer = await enter(hub.url)
    peer.say({ type: 'subscribe', name: 'desk', credit: 20 })
    await until(() => peer.items().length === 9)
    const gap = peer.frames.find((frame) => frame.type === 'gap')
    expect(gap).toEqual({ type: 'gap', name: 'desk', from: 3, to: 5, why: 'retention' })
    const pages = [await readFeed(hub, BANK, {}), await readFeed(hub, BANK, { after: 2 })]
    expect(pages.map((page) => page.gap)).toEqual([undefined, { from: 3, to: 5, why: 'retention' }])
    const pulled = pages.flatMap((page) => page.items.map((item) => JSON.parse(item) as Frame))
    expect(peer.items().map(({ type: _type, name: _name, ...item }) => item)).toEqual(pulled)
    expect(pulled.filter((item) => 'withheld' in item)).toMatchObject([{ seq: 7, prev: 6, withheld: 'erased' }])
  })

  it('stops sending to a peer that does not read, and goes on when it does', async () => {
    const hub = await serve()
    const letters = 'x'.repeat(20_000)
    hub.journal.write(...Array.from({ length: 1200 }, () => ({ audience: to(BANK), body: { letters } })))
    const peer = await enter(hub.url)
    peer.say({ type: 'subscribe', name: 'desk', credit: 2000 })
    await peer.expect('subscribed')
    peer.socket.pause()
    const held = (): number => Math.max(...[...hub.app.websocketServer.clients].map((socket) => socket.bufferedAmount))
    await until(() => held() >= SOCKET_MAX_BYTES)
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(held()).toBeLessThan(2 * SOCKET_MAX_BYTES)
    expect(hub.sockets.heldBytes()).toBe(held())
    peer.socket.resume()
    await until(() => peer.items().length === 1200)
    expect(peer.items().map((item) => item.seq)).toEqual(Array.from({ length: 1200 }, (_, n) => n + 1))
    await until(() => hub.sockets.heldBytes() === 0)
  })

  it('goes on over a renewed session and ends with the last one', async () => {
    const clock = handClock()
    const sessions = namedSessions(clock.nowMs)
    const hub = await serve({ clock, sessions, heartbeatMs: 3_600_000 })
    sessions.open('short', BANK, { forMs: 150 })
    sessions.open('longer', BANK, { forMs: 400 })
    const peer = await enter(hub.url, 'short')
    peer.say({ type: 'auth', token: 'longer' })
    const ready = await peer.expect('ready')
    clock.pass(200)
    expect(peer.closed).toBeUndefined()
    clock.pass(200)
    expect(await peer.expect('prove')).toEqual({ type: 'prove', until: ready['until'] })
    expect(await peer.expect('error')).toMatchObject({ code: 'SESSION_ENDED', fatal: true })
    await until(() => peer.closed !== undefined)
    expect(peer.closed).toEqual({ code: 4401, reason: 'SESSION_ENDED' })
  })

  it('closes when the session is ended early', async () => {
    const hub = await serve()
    const peer = await enter(hub.url)
    hub.sessions.end('customs')
    hub.sessions.end('bank')
    expect(await peer.expect('error')).toMatchObject({ code: 'SESSION_ENDED', fatal: true })
    await until(() => peer.closed?.code === 4401)
  })

  it('closes with CLOSING when the hub stops, positions written', async () => {
    const hub = await serve()
    hub.journal.write({ audience: to(BANK) })
    const peer = await enter(hub.url)
    peer.say({ type: 'subscribe', name: 'desk', credit: 10 })
    await until(() => peer.items().length === 1)
    peer.say({ type: 'ack', name: 'desk', ids: [1] })
    peer.say({ type: 'credit', name: 'desk', n: 1 })
    hub.journal.write({ audience: to(BANK) })
    await until(() => peer.items().length === 2)
    await hub.app.close()
    await until(() => peer.closed !== undefined)
    expect(peer.closed).toEqual({ code: 1001, reason: 'CLOSING' })
    expect((await hub.subscriptions.list(BANK))[0]!.record.position).toBe(1)
  })

  it('sends heartbeats and drops a peer that gives no sign of life', async () => {
    const hub = await serve({ heartbeatMs: 40 })
    const peer = await enter(hub.url)
    await until(() => peer.frames.filter((frame) => frame.type === 'heartbeat').length >= 5)
    expect(peer.closed).toBeUndefined()
    const { hostname, port } = new URL(hub.url)
    const dead = connectTcp({ host: hostname, port: Number(port) })
    closing.push(async () => dead.destroy())
    dead.write(
      `GET /v1/feed/socket HTTP/1.1\r\nHost: hub\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: hub.feed.v1\r\n\r\n`,
    )
    dead.on('error', () => {})
    let over = false
    dead.on('close', () => (over = true))
    dead.resume()
    await until(() => over)
    expect(hub.sockets.count()).toBe(1)
  })

  it('says FAULT and closes when the storage fails, and the item comes again later', async () => {
    const hub = await serve()
    const { content } = hub.journal
    hub.journal.content = async () => {
      throw new Error('the disk is gone')
    }
    hub.journal.write({ audience: to(BANK) })
    const peer = await enter(hub.url)
    peer.say({ type: 'subscribe', name: 'desk', credit: 10 })
    await peer.expect('subscribed')
    expect(await peer.expect('error')).toMatchObject({ code: 'FAULT', fatal: true })
    await until(() => peer.closed?.code === 1011)
    expect(hub.faults).toHaveLength(1)
    hub.journal.content = content
    const again = await enter(hub.url)
    again.say({ type: 'subscribe', name: 'desk', credit: 10 })
    await until(() => again.items().length === 1)
  })

  it('is there only for the subprotocol, and has a limit', async () => {
    const hub = await serve({ socketsMax: 1 })
    expect(await refusedUpgrade(hub.url, 'another.v1')).toEqual({ status: 400, code: 'PARAMETER_INVALID' })
    expect(await refusedUpgrade(hub.url, undefined)).toEqual({ status: 400, code: 'PARAMETER_INVALID' })
    await enter(hub.url)
    expect(await refusedUpgrade(hub.url, 'hub.feed.v1')).toEqual({ status: 503, code: 'OVERLOADED' })
    expect((await hub.app.inject({ url: '/v1/feed/socket' })).statusCode).toBe(400)
  })
})

function refusedUpgrade(url: string, protocol: string | undefined): Promise<{ status: number; code: string }> {
  const socket = new WebSocket(url, protocol)
  return new Promise((resolve, reject) => {
    socket.on('open', () => reject(new Error('the upgrade was not refused')))
    socket.on('error', () => {})
    socket.on('unexpected-response', (_request, response) => {
      let text = ''
      response.on('data', (chunk) => (text += String(chunk)))
      response.on('end', () =>
        resolve({ status: response.statusCode!, code: (JSON.parse(text) as { code: string }).code }),
      )
    })
  })
}

describe('frames out of protocol', () => {
  const subscribe = { type: 'subscribe', name: 'desk', credit: 1 }
  /** What is said after entering as the bank, the code it is answered with, and the close code. */
  const fatal: [string, unknown[], string, number][] = [
    ['not JSON', ['hello'], 'FRAME_MALFORMED', 4400],
    ['a JSON array', ['[]'], 'FRAME_MALFORMED', 4400],
    ['a duplicate member', ['{"type":"credit","name":"desk","n":1,"n":2}'], 'FRAME_MALFORMED', 4400],
    [
      'a number that does not survive',
      ['{"type":"credit","name":"desk","n":12345678901234567890}'],
      'FRAME_MALFORMED',
      4400,
    ],
    ['an unknown type', [{ type: 'publish' }], 'FRAME_MALFORMED', 4400],
    ['a type of the prototype', [{ type: 'constructor' }], 'FRAME_MALFORMED', 4400],
    ['an unknown member', [{ ...subscribe, shout: true }], 'FRAME_MALFORMED', 4400],
    ['a member missing', [{ type: 'subscribe', name: 'desk' }], 'FRAME_MALFORMED', 4400],
    ['a name out of form', [{ ...subscribe, name: '../desk' }], 'FRAME_MALFORMED', 4400],
    ['a negative credit', [{ ...subscribe, credit: -1 }], 'FRAME_MALFORMED', 4400],
    ['a fractional id', [subscribe, { type: 'ack', name: 'desk', ids: [1.5] }], 'FRAME_MALFORMED', 4400],
    ['no ids', [subscribe, { type: 'ack', name: 'desk', ids: [] }], 'FRAME_MALFORMED', 4400],
    ['a filter out of form', [{ ...subscribe, filter: { kinds: [] } }], 'FRAME_MALFORMED', 4400],
    ['a binary frame', [Buffer.from(JSON.stringify(subscribe))], 'FRAME_MALFORMED', 4400],
    ['more than 64 KB', [`{"type":"heartbeat"${' '.repeat(64 * 1024)}}`], 'FRAME_TOO_LARGE', 4400],
    ['a frame only the hub sends', [{ type: 'item', name: 'desk' }], 'FRAME_MALFORMED', 4400],
    ['credit without a subscription', [{ type: 'credit', name: 'desk', n: 1 }], 'FRAME_OUT_OF_ORDER', 4400],
    ['acknowledging without a subscription', [{ type: 'ack', name: 'desk', ids: [1] }], 'FRAME_OUT_OF_ORDER', 4400],
    ['unsubscribing without a subscription', [{ type: 'unsubscribe', name: 'desk' }], 'FRAME_OUT_OF_ORDER', 4400],
    ['subscribing to a name twice', [subscribe, subscribe], 'FRAME_OUT_OF_ORDER', 4400],
    ['an unknown token', [{ type: 'auth', token: 'nobody' }], 'SESSION_REQUIRED', 4401],
    ['the token of another party', [{ type: 'auth', token: 'customs' }], 'SESSION_FOREIGN', 4401],
    ['a session for another purpose', [{ type: 'auth', token: 'api' }], 'SESSION_FOREIGN', 4401],
    ['a session that is over', [{ type: 'auth', token: 'late' }], 'SESSION_ENDED', 4401],
  ]

  it.each(fatal)('%s', async (_what, said, code, closeCode) => {
    const hub = await serve()
    hub.sessions.open('api', BANK, { purpose: 'api' })
    hub.sessions.open('late', BANK, { forMs: -1 })
    const peer = await enter(hub.url)
    for (const frame of said) peer.say(frame)
    await until(() => peer.closed !== undefined)
    expect(peer.frames.at(-1)).toMatchObject({ type: 'error', code, fatal: true })
    expect(peer.closed).toEqual({ code: closeCode, reason: code })
    expect(hub.faults).toEqual([])
  })

  it('invalid UTF-8', async () => {
    const hub = await serve()
    const peer = await enter(hub.url)
    peer.socket.send(Buffer.from([0x22, 0xff, 0x22]), { binary: false })
    expect(await peer.expect('error')).toMatchObject({ code: 'FRAME_MALFORMED', fatal: true })
  })

  it('a frame beyond everything is cut off', async () => {
    const hub = await serve()
    const peer = await enter(hub.url)
    peer.say('x'.repeat(300 * 1024))
    await until(() => peer.closed !== undefined)
    expect(peer.closed!.code).toBe(1009)
    await until(() => hub.sockets.count() === 0)
    expect(hub.faults).toEqual([])
  })

  it('a frame before auth, and no auth at all', async () => {
    const patient = await serve()
    const early = dial(patient.url)
    await early.expect('hello')
    early.say(subscribe)
    expect(await early.expect('error')).toMatchObject({ code: 'FRAME_OUT_OF_ORDER', fatal: true })
    const hurried = await serve({ authMs: 100 })
    const mute = dial(hurried.url)
    await mute.expect('hello')
    expect(await mute.expect('error')).toMatchObject({ code: 'SESSION_REQUIRED', fatal: true })
    await until(() => mute.closed?.code === 4401)
  })

  it('what concerns one subscription is refused without ending the conversation', async () => {
    const hub = await serve()
    hub.journal.write({ audience: to(BANK) })
    await hub.follower.reached(1, LONG_MS)
    const peer = await enter(hub.url)
    const refused = async (frame: Record<string, unknown>, code: string): Promise<void> => {
      peer.say(frame)
      expect(await peer.expect('error')).toMatchObject({ code, fatal: false, name: frame.name })
    }
    await refused({ ...subscribe, after: 2 }, 'SUBSCRIPTION_INVALID')
    await refused({ ...subscribe, credit: 65_537 }, 'SUBSCRIPTION_INVALID')
    peer.say(subscribe)
    await peer.expect('subscribed')
    await peer.expect('item')
    await refused({ type: 'ack', name: 'desk', ids: [2] }, 'ACK_INVALID')
    await refused({ type: 'credit', name: 'desk', n: 65_537 }, 'SUBSCRIPTION_INVALID')
    peer.say({ type: 'unsubscribe', name: 'desk' })
    await peer.expect('unsubscribed')
    await refused({ ...subscribe, filter: { kinds: ['test.other'] } }, 'SUBSCRIPTION_INVALID')
    for (let n = 0; n < 16; n++) {
      peer.say({ ...subscribe, name: `desk-${n}`, credit: 0 })
      await peer.expect('subscribed')
    }
    await refused({ ...subscribe, name: 'desk-16' }, 'SUBSCRIPTION_INVALID')
    expect(peer.closed).toBeUndefined()
  })

  it('a flood that breaks the protocol is ended at once', async () => {
    const hub = await serve()
    const peer = await enter(hub.url)
    for (let n = 0; n < 3000; n++) peer.say({ type: 'credit', name: 'desk', n: 1 })
    await until(() => peer.closed !== undefined)
    expect(peer.closed).toEqual({ code: 4400, reason: 'FRAME_OUT_OF_ORDER' })
    expect(peer.frames.filter((frame) => frame.type === 'error')).toHaveLength(1)
    await until(() => hub.sockets.count() === 0)
  })

  it('a flood of frames is worked off in order', async () => {
    const hub = await serve()
    hub.journal.write(...Array.from({ length: 3000 }, () => ({ audience: to(BANK) })))
    const peer = await enter(hub.url)
    peer.say({ ...subscribe, credit: 0 })
    for (let n = 0; n < 3000; n++) peer.say({ type: 'credit', name: 'desk', n: 1 })
    await until(() => peer.items().length === 3000)
    peer.say({ type: 'unsubscribe', name: 'desk' })
    await until(() => peer.frames.at(-1)!.type === 'unsubscribed')
  })
})
