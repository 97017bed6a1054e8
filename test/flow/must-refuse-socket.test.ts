// WebSocket frames out of protocol: each ends in an error frame that says what was wrong, and in the close code of its sort.
import { request } from 'node:http'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { RefusalCode } from '../../src/hub/errors.ts'
import { declared } from '../support/consignment.ts'
import { expectTaken, post } from '../support/doors.ts'
import { FeedLine } from '../support/feed-line.ts'
import { enter } from '../support/papers.ts'
import { openWorld, type World } from '../support/world.ts'
import { PATIENT } from '../support/patience.ts'

const CUSTOMS = 'nanning-customs'
const PROTOCOL = 4400
const SESSION = 4401
let world: World
let lines: FeedLine[] = []
beforeAll(async () => {
  world = await openWorld()
  expectTaken(await post(world, 'guangxi-exporter', await world.compose('guangxi-exporter', declared(world))))
})
afterAll(() => world.close())
afterEach(() => {
  for (const line of lines) line.socket.terminate()
  lines = []
})

async function open(folder: string | undefined = CUSTOMS): Promise<FeedLine> {
  const line = await FeedLine.open(world, folder && (await world.client(folder).token('feed')))
  lines.push(line)
  return line
}
const stranger = async (): Promise<FeedLine> => {
  const line = await FeedLine.open(world)
  lines.push(line)
  return line
}
async function expectEnd(line: FeedLine, closeCode: number, code: RefusalCode): Promise<void> {
  const end = await line.end()
  expect(end).toMatchObject({ code: closeCode, reason: code, error: { code, fatal: true } })
}

describe('frames that are none', () => {
  it.each<[string, string | Buffer, RefusalCode]>([
    ['unknown type', '{"type":"shout"}', 'FRAME_MALFORMED'],
    ['type of an object\u2019s own', '{"type":"constructor"}', 'FRAME_MALFORMED'],
    ['no type', '{}', 'FRAME_MALFORMED'],
    ['not JSON', 'hello', 'FRAME_MALFORMED'],
    ['not an object', '[]', 'FRAME_MALFORMED'],
    ['binary', Buffer.from('{"type":"heartbeat"}'), 'FRAME_MALFORMED'],
    ['duplicate key', '{"type":"heartbeat","type":"heartbeat"}', 'FRAME_MALFORMED'],
    ['member missing', '{"type":"subscribe","name":"desk"}', 'FRAME_MALFORMED'],
    ['member unknown', '{"type":"heartbeat","loud":true}', 'FRAME_MALFORMED'],
    ['credit below zero', '{"type":"subscribe","name":"desk","credit":-1}', 'FRAME_MALFORMED'],
    ['no ids', '{"type":"ack","name":"desk","ids":[]}', 'FRAME_MALFORMED'],
    ['too large', JSON.stringify({ type: 'auth', token: 'x'.repeat(65_536) }), 'FRAME_TOO_LARGE'],
  ])('%s', async (_name, frame, code) => {
    const line = await open()
    line.send(frame)
    await expectEnd(line, PROTOCOL, code)
  })
  it('too large to be looked at', async () => {
    const line = await open()
    line.send('x'.repeat(1024 * 1024))
    expect([1006, 1009]).toContain((await line.end()).code)
  })
  it('text that is not UTF-8', async () => {
    const line = await open()
    line.socket.send(Buffer.from([0x22, 0xff, 0x22]), { binary: false })
    await expectEnd(line, PROTOCOL, 'FRAME_MALFORMED')
  })
})

describe('frames at the wrong time', () => {
  it.each([
    { type: 'subscribe', name: 'desk', credit: 1 },
    { type: 'ack', name: 'desk', ids: [1] },
    { type: 'credit', name: 'desk', n: 1 },
    { type: 'unsubscribe', name: 'desk' },
  ])('$type before auth', async (frame) => {
    const line = await stranger()
    line.send(frame)
    await expectEnd(line, PROTOCOL, 'FRAME_OUT_OF_ORDER')
  })
  it.each([
    { type: 'ack', name: 'other', ids: [1] },
    { type: 'credit', name: 'other', n: 1 },
    { type: 'unsubscribe', name: 'other' },
  ])('$type for a name that is not subscribed', async (frame) => {
    const line = await open()
    line.send(frame)
    await expectEnd(line, PROTOCOL, 'FRAME_OUT_OF_ORDER')
  })
  it('subscribe twice', async () => {
    const line = await open()
    line.send({ type: 'subscribe', name: 'twice', credit: 0 })
    line.send({ type: 'subscribe', name: 'twice', credit: 0 })
    await expectEnd(line, PROTOCOL, 'FRAME_OUT_OF_ORDER')
  })
  it('ack of an item that was not sent; the line goes on', async () => {
    const line = await open()
    line.send({ type: 'subscribe', name: 'unsent', after: 0, credit: 0 })
    line.send({ type: 'ack', name: 'unsent', ids: [1] })
    expect(await line.frame('error')).toMatchObject({ code: 'ACK_INVALID', fatal: false, name: 'unsent' })
    line.send({ type: 'credit', name: 'unsent', n: 1 })
    expect(await line.frame('item')).toMatchObject({ seq: 1 })
    line.send({ type: 'ack', name: 'unsent', ids: [1, 99] })
    await expect.poll(() => line.frames.filter(({ code }) => code === 'ACK_INVALID').length, PATIENT).toBe(2)
    expect(line.ended).toBeUndefined()
  })
  it('without credit nothing is sent', async () => {
    const line = await open()
    line.send({ type: 'subscribe', name: 'poor', after: 0, credit: 0 })
    await line.frame('subscribed')
    await new Promise((resolve) => setTimeout(resolve, 200))
    expect(line.frames.filter(({ type }) => type === 'item')).toEqual([])
  })
  it.each([
    ['more credit than there is', { credit: 65_537 }],
    ['a position beyond the newest item', { after: 9_999_999, credit: 1 }],
  ])('%s; the line goes on', async (_name, wish) => {
    const line = await open()
    line.send({ type: 'subscribe', name: `bad-${Object.keys(wish).length}`, ...wish })
    expect(await line.frame('error')).toMatchObject({ code: 'SUBSCRIPTION_INVALID', fatal: false })
    expect(line.ended).toBeUndefined()
  })
  it('a subscription under another filter than it was made with', async () => {
    const line = await open()
    line.send({ type: 'subscribe', name: 'filtered', after: 0, credit: 0, filter: { kinds: ['customs.release'] } })
    await line.frame('subscribed')
    line.send({ type: 'unsubscribe', name: 'filtered' })
    await line.frame('unsubscribed')
    line.send({ type: 'subscribe', name: 'filtered', credit: 0, filter: { kinds: ['customs.declaration'] } })
    expect(await line.frame('error')).toMatchObject({ code: 'SUBSCRIPTION_INVALID', fatal: false })
  })
})

describe('who is at the other end', () => {
  it('a token of nobody', async () => {
    const line = await stranger()
    line.send({ type: 'auth', token: 'A'.repeat(43) })
    await expectEnd(line, SESSION, 'SESSION_REQUIRED')
  })
  it('a token proved for another purpose', async () => {
    const line = await stranger()
    line.send({ type: 'auth', token: await world.client(CUSTOMS).token('api') })
    await expectEnd(line, SESSION, 'SESSION_FOREIGN')
  })
  it('a token of another party on an open line', async () => {
    const line = await open()
    line.send({ type: 'auth', token: await world.client('vietnam-customs').token('feed') })
    await expectEnd(line, SESSION, 'SESSION_FOREIGN')
  })
  it('a token that ended', async () => {
    const token = await world.client(CUSTOMS).token('feed')
    const line = await stranger()
    world.clock.shiftMs = 16 * 60_000
    try {
      line.send({ type: 'auth', token })
      await expectEnd(line, SESSION, 'SESSION_ENDED')
    } finally {
      world.clock.shiftMs = 0
    }
    await world.restart()
  })
  it('a party suspended while its line is open, told within five seconds', async () => {
    const line = await open('bangkok-bank')
    const body = { party: world.urn('bangkok-bank'), name: 'x', country: 'TH', class: 'bank', state: 'suspended' }
    expectTaken(await enter(world, 'th', 'hub.party', body))
    const sentMs = Date.now()
    await expectEnd(line, SESSION, 'SESSION_ENDED')
    expect(Date.now() - sentMs).toBeLessThan(5_000)
  })
})

describe('upgrades', () => {
  const upgrade = (protocol: string | undefined) =>
    new Promise<{ status: number; body: { code?: string } }>((resolve, reject) => {
      const headers = {
        connection: 'Upgrade',
        upgrade: 'websocket',
        'sec-websocket-version': '13',
        'sec-websocket-key': Buffer.alloc(16).toString('base64'),
        ...(protocol !== undefined && { 'sec-websocket-protocol': protocol }),
      }
      const asked = request(`${world.url}/v1/feed/socket`, { headers, agent: false }, (response) => {
        let text = ''
        response.on('data', (chunk: Buffer) => (text += chunk.toString()))
        response.on('end', () => resolve({ status: response.statusCode!, body: JSON.parse(text) as { code?: string } }))
      })
      asked.on('upgrade', () => reject(new Error('the hub has upgraded')))
      asked.on('error', reject)
      asked.end()
    })
  it.each([undefined, 'hub.feed.v0', 'chat', 'hub.feed.v1x'])('wrong subprotocol: %s', async (protocol) => {
    expect(await upgrade(protocol)).toMatchObject({ status: 400, body: { code: 'PARAMETER_INVALID' } })
  })
})
