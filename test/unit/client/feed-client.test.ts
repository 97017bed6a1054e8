// The feed client against a hub played by the test over a real socket: chain, resume, acknowledgements, credit.
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type WebSocket, WebSocketServer } from 'ws'
import { FeedClient, FeedGap } from '../../../src/client/feed-client.ts'
import { FeedBroken, FeedRefused } from '../../../src/client/feed-connection.ts'
import type { ClientFrame } from '../../../src/hub/feed/frame.ts'

type Frame = Record<string, unknown>

/** What the test lets the hub do once a subscriber has subscribed. */
type Play = (line: Line, connection: number) => void

class Line {
  readonly heard: ClientFrame[] = []
  readonly #socket: WebSocket
  constructor(socket: WebSocket) {
    this.#socket = socket
  }
  say(frame: Frame): void {
    this.#socket.send(JSON.stringify(frame))
  }
  item(seq: number, prev: number): void {
    this.say({
      type: 'item',
      name: 'desk',
      journal: 'j',
      epoch: 1,
      seq,
      prev,
      index: seq * 10,
      kind: 'k',
      view: 'full',
      withheld: 'erased',
    })
  }
  cut(): void {
    this.#socket.terminate()
  }
}

let server: WebSocketServer
let lines: Line[]
let position: number
let play: Play
let feed: FeedClient
let told: string[]
let refusals: string[]

beforeEach(async () => {
  server = new WebSocketServer({ port: 0, host: '127.0.0.1', handleProtocols: () => 'hub.feed.v1' })
  lines = []
  position = 0
  told = []
  refusals = []
  server.on('connection', (socket) => {
    const line = new Line(socket)
    lines.push(line)
    line.say({ type: 'hello', protocol: 'hub.feed.v1', hub: 'urn:h', journal: 'j', epoch: 1, heartbeatMs: 10_000 })
    socket.on('message', (data) => {
      const frame = JSON.parse(String(data)) as ClientFrame
      line.heard.push(frame)
      if (frame.type === 'auth') line.say({ type: 'ready', party: 'urn:p', until: '2999-01-01T00:00:00.000Z' })
      if (frame.type !== 'subscribe') return
      line.say({ type: 'subscribed', name: 'desk', position, above: [], head: 99 })
      play(line, lines.length)
    })
  })
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  feed = new FeedClient({
    url: `http://127.0.0.1:${port}`,
    token: (refused) => {
      if (refused !== undefined) refusals.push(refused)
      return Promise.resolve('secret-token')
    },
    name: 'desk',
    kinds: ['k'],
    credit: 4,
    attempts: 3,
    sleep: () => Promise.resolve(),
    tell: (line) => told.push(line),
  })
})

afterEach(async () => {
  await feed.close()
  for (const client of server.clients) client.terminate()
  server.close()
})

async function take(count: number): Promise<number[]> {
  const seqs: number[] = []
  for await (const item of feed) {
    seqs.push(item.seq)
    feed.acknowledge(item.seq)
    if (seqs.length === count) break
  }
  return seqs
}

const acked = (line: Line): number[] => line.heard.flatMap((frame) => (frame.type === 'ack' ? frame.ids : []))

describe('FeedClient', () => {
  it('says who it is, subscribes under its name, and hands over items in order', async () => {
    play = (line) => {
      line.item(2, 0)
      line.item(5, 2)
    }
    expect(await take(2)).toEqual([2, 5])
    await feed.close()
    const [auth, subscribe] = lines[0]!.heard
    expect(auth).toEqual({ type: 'auth', token: 'secret-token' })
    expect(subscribe).toEqual({ type: 'subscribe', name: 'desk', credit: 4, filter: { kinds: ['k'] } })
    expect(acked(lines[0]!)).toEqual([2, 5])
  })

  it('resumes after a broken line and hands over what comes again only once', async () => {
    play = (line, connection) => {
      if (connection === 1) {
        line.item(1, 0)
        line.item(2, 1)
        setTimeout(() => line.cut(), 30)
      } else {
        // The acknowledgements of the first connection were lost: the hub begins at 0 again.
        line.item(1, 0)
        line.item(2, 1)
        line.item(3, 2)
      }
    }
    expect(await take(3)).toEqual([1, 2, 3])
    await feed.close()
    expect(acked(lines[1]!)).toEqual([1, 2, 3])
    expect(told[0]).toMatch(/connecting again$/)
  })

  it('notices an item that is missing', async () => {
    play = (line) => {
      line.item(1, 0)
      line.item(7, 4)
    }
    await expect(take(2)).rejects.toThrow(FeedGap)
  })

  it('notices that the first item does not follow the position it was told', async () => {
    position = 10
    play = (line) => line.item(14, 12)
    await expect(take(1)).rejects.toThrow('item 14 follows 12, but the last one received is 10')
  })

  it('goes on behind a gap that was announced', async () => {
    play = (line) => {
      line.item(1, 0)
      line.say({ type: 'gap', name: 'desk', from: 2, to: 6, why: 'retention' })
      line.item(7, 6)
    }
    expect(await take(2)).toEqual([1, 7])
    expect(told).toEqual(['items 2 to 6 are gone at the hub (retention)'])
  })

  it('gives credit back as items are taken', async () => {
    play = (line) => [1, 2, 3, 4].forEach((seq) => line.item(seq, seq - 1))
    expect(await take(4)).toEqual([1, 2, 3, 4])
    await feed.close()
    expect(lines[0]!.heard.filter((frame) => frame.type === 'credit')).toEqual([
      { type: 'credit', name: 'desk', n: 2 },
      { type: 'credit', name: 'desk', n: 2 },
    ])
  })

  it('proves itself anew when its session has ended, and tells a refusal of the subscription', async () => {
    play = (line, connection) => {
      if (connection === 1) line.say({ type: 'error', code: 'SESSION_ENDED', detail: 'over', fatal: true })
      else
        line.say({ type: 'error', code: 'SUBSCRIPTION_INVALID', detail: 'no such filter', fatal: false, name: 'desk' })
    }
    const failed = await take(1).catch((error: unknown) => error)
    expect(failed).toBeInstanceOf(FeedRefused)
    expect((failed as FeedRefused).code).toBe('SUBSCRIPTION_INVALID')
    expect(lines).toHaveLength(2)
    expect(refusals).toEqual(['secret-token'])
  })

  it('gives up when nobody listens any more', async () => {
    play = (line) => {
      line.item(1, 0)
      server.close()
      setTimeout(() => line.cut(), 20)
    }
    await expect(take(2)).rejects.toThrow(FeedBroken)
  })

  it('does not acknowledge the item whose reader failed', async () => {
    play = (line) => {
      line.item(1, 0)
      line.item(2, 1)
    }
    const read = async (): Promise<void> => {
      for await (const item of feed) if (item.seq === 2) throw new Error('disk full')
    }
    await expect(read()).rejects.toThrow('disk full')
    await feed.close()
    expect(acked(lines[0]!)).toEqual([1])
  })
})
