// Spoilt WebSocket bytes into the door of a real hub: handshakes, frames, continuations. The hub goes on serving everybody else.
import { randomBytes } from 'node:crypto'
import { connect, type Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { FEED_PROTOCOL } from '../../src/hub/feed/frame.ts'
import { dice, SEED, spoil } from '../support/fuzz.ts'
import { openWorld, type World } from '../support/world.ts'

const CONNECTIONS = 3_000
const AT_A_TIME = 50
const LINGER_MS = 25

let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())

const HANDSHAKE = Buffer.from(
  `GET /v1/feed/socket HTTP/1.1\r\nHost: hub.example\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
    `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\n` +
    `Sec-WebSocket-Protocol: ${FEED_PROTOCOL}\r\n\r\n`,
)

/** A masked frame of a client (RFC 6455 section 5.2). */
function framed(opcode: number, payload: Buffer, final = true): Buffer {
  const mask = Buffer.from('0a1b2c3d', 'hex')
  const head =
    payload.length < 126
      ? Buffer.from([(final ? 0x80 : 0) | opcode, 0x80 | payload.length])
      : Buffer.from([(final ? 0x80 : 0) | opcode, 0x80 | 126, payload.length >> 8, payload.length & 255])
  return Buffer.concat([head, mask, payload.map((byte, at) => byte ^ mask[at % 4]!)])
}

/** Sends the bytes on a connection of its own and waits a moment for what the hub does about them; it may close at any point. */
function throwAt(port: number, bytes: Buffer, upgraded: boolean): Promise<void> {
  return new Promise((done) => {
    const socket: Socket = connect(port, '127.0.0.1')
    socket.on('error', () => {})
    socket.on('close', () => done())
    socket.on('data', () => {})
    if (!upgraded) socket.end(bytes)
    else {
      socket.write(HANDSHAKE)
      socket.once('data', () => socket.write(bytes))
    }
    setTimeout(() => socket.destroy(), LINGER_MS + (upgraded ? LINGER_MS : 0))
  })
}

describe('the socket door', () => {
  it('stands any bytes, before and after the handshake, while others are served', async () => {
    const token = await world.client('vietnam-customs').token('feed')
    const texts = [
      JSON.stringify({ type: 'auth', token }),
      JSON.stringify({ type: 'subscribe', name: 'noise', credit: 5 }),
      JSON.stringify({ type: 'ack', name: 'noise', ids: [1] }),
    ].map((text) => Buffer.from(text))
    const streams = [
      Buffer.concat(texts.map((text) => framed(1, text))),
      Buffer.concat([
        framed(1, texts[0]!, false),
        framed(0, texts[1]!),
        framed(9, Buffer.alloc(0)),
        framed(8, Buffer.from([3, 232])),
      ]),
      Buffer.concat([
        framed(2, randomBytes(300)),
        framed(10, Buffer.alloc(125)),
        framed(1, Buffer.alloc(70_000, 0x61)),
      ]),
    ]
    const quiet = new WebSocket(`${world.url.replace('http', 'ws')}/v1/feed/socket`, FEED_PROTOCOL)
    const heard: string[] = []
    quiet.on('message', (data: Buffer) => heard.push((JSON.parse(data.toString()) as { type: string }).type))
    await new Promise((open) => quiet.once('open', open))
    quiet.send(JSON.stringify({ type: 'auth', token }))

    const roll = dice(SEED)
    const port = Number(new URL(world.url).port)
    for (let run = 0; run < CONNECTIONS; run += AT_A_TIME)
      await Promise.all(
        Array.from({ length: AT_A_TIME }, () => {
          const upgraded = roll(8) > 0
          return throwAt(port, spoil(upgraded ? streams : [HANDSHAKE], roll), upgraded)
        }),
      )

    expect((await fetch(`${world.url}/health/ready`)).status).toBe(200)
    expect(quiet.readyState).toBe(WebSocket.OPEN)
    expect(heard).toContain('ready')
    expect(heard).not.toContain('error')
    quiet.close()
  }, 120_000)
})
