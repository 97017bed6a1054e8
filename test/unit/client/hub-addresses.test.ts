// A hub of several processes as its clients see it: two real servers, of which one is gone, breaks off, is busy or has never heard of us.
import { generateKeyPairSync, sign } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type WebSocket, WebSocketServer } from 'ws'
import { FeedClient } from '../../../src/client/feed-client.ts'
import { HubAddresses } from '../../../src/client/hub-addresses.ts'
import { HubClient } from '../../../src/client/hub-client.ts'
import { HubProblem, HubSilent } from '../../../src/client/hub-problem.ts'
import type { MessageFile } from '../../../src/client/compose.ts'
import { clientOf } from '../../../src/client/party-folder.ts'
import { readCompact } from '../../../src/hub/identity/jws.ts'
import type { ClientFrame } from '../../../src/hub/feed/frame.ts'

const HUB = 'urn:hub:cn:operator:test'
const ORIGIN = 'http://hub.test'
const FILE: MessageFile = { payload: 'cA', signatures: [], body: 'Yg' }

type Play = (request: IncomingMessage, response: ServerResponse, body: string) => void

/** One process of the hub: sessions that all of them know, and the rest as the test plays it. */
class Process {
  readonly heard: { path: string; body: string; token: string }[] = []
  play: Play = (_request, response) => say(response, 201, { index: 4, receipt: {} })
  url = ''
  readonly #server: Server
  readonly #sockets: WebSocketServer
  feed: (line: WebSocket) => void = () => {}
  subscribed: { name: string; position: number }[] = []

  constructor() {
    this.#server = createServer((request, response) => void this.#answer(request, response))
    this.#sockets = new WebSocketServer({ server: this.#server, handleProtocols: () => 'hub.feed.v1' })
    this.#sockets.on('connection', (socket) => this.#socket(socket))
  }

  async listen(): Promise<void> {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
    this.url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  async end(): Promise<void> {
    for (const client of this.#sockets.clients) client.terminate()
    this.#server.closeAllConnections()
    await new Promise((done) => this.#server.close(done))
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = ''
    for await (const chunk of request) body += String(chunk)
    const token = (request.headers.authorization ?? '').replace('Bearer ', '')
    this.heard.push({ path: request.url!, body, token })
    if (request.url !== '/v1/sessions') return this.play(request, response, body)
    const { answer } = JSON.parse(body) as { answer?: string }
    if (answer === undefined) return say(response, 201, { nonce: 'n', hub: HUB, origin: ORIGIN, expires: '' })
    answers.push(answer)
    say(response, 201, { token: `token-${answers.length}`, until: '2999-01-01T00:00:00.000Z' })
  }

  #socket(socket: WebSocket): void {
    const frame = (value: object): void => socket.send(JSON.stringify(value))
    frame({ type: 'hello', protocol: 'hub.feed.v1', hub: HUB, journal: 'j', epoch: 1, heartbeatMs: 10_000 })
    socket.on('message', (data) => {
      const said = JSON.parse(String(data)) as ClientFrame
      if (said.type === 'auth') frame({ type: 'ready', party: 'urn:p', until: '2999-01-01T00:00:00.000Z' })
      if (said.type === 'ack') position = Math.max(position, ...said.ids)
      if (said.type !== 'subscribe') return
      this.subscribed.push({ name: said.name, position })
      frame({ type: 'subscribed', name: said.name, position, above: [], head: 99 })
      this.feed(socket)
    })
  }
}

const say = (response: ServerResponse, status: number, value: object, headers: Record<string, string> = {}): void =>
  void response.writeHead(status, headers).end(JSON.stringify(value))

const problem = (code: string, status: number, retry: string): object => ({ code, status, retry, detail: code })

/** What every process knows: the sessions opened, and how far the subscription is acknowledged. */
let answers: string[]
let position: number
let one: Process
let other: Process
let slept: number[]

beforeEach(async () => {
  answers = []
  slept = []
  position = 0
  one = new Process()
  other = new Process()
  await Promise.all([one.listen(), other.listen()])
})
afterEach(() => Promise.all([one.end(), other.end()]))

const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const identity = {
  party: 'urn:hub:cn:bank:banyan',
  signer: {
    alg: 'ES256' as const,
    sign: async (bytes: Uint8Array) => sign('sha256', bytes, { key: pair.privateKey, dsaEncoding: 'ieee-p1363' }),
  },
  path: [Buffer.from('stands for a certificate')],
}

const client = (attempts = 2): HubClient =>
  new HubClient({
    url: ORIGIN,
    addresses: [`${one.url}/`, other.url],
    hub: HUB,
    identity,
    retry: { attempts },
    jitter: () => 1,
    sleep: async (ms) => void slept.push(ms),
  })

const messages = ({ heard }: Process): string[] =>
  heard.filter(({ path }) => path === '/v1/messages').map(({ body }) => body)

describe('a request to a hub of several addresses', () => {
  it('goes on at the next at once when the first is gone, and stays there', async () => {
    await one.end()
    const hub = client()
    expect(await hub.submitFile(FILE)).toMatchObject({ outcome: 'accepted', index: 4 })
    expect(await hub.submitFile(FILE)).toMatchObject({ outcome: 'accepted' })
    expect(messages(other)).toHaveLength(2)
    expect(slept).toEqual([])
    expect(hub.addresses.current).toBe(other.url)
  })

  it('sends the same bytes to the next when the first breaks off before its answer', async () => {
    one.play = (request) => void request.socket.destroy()
    expect(await client().submitFile(FILE)).toMatchObject({ outcome: 'accepted' })
    expect(messages(one)).toEqual([JSON.stringify(FILE)])
    expect(messages(other)).toEqual(messages(one))
  })

  it('asks the next when the first wants the same bytes later, and waits when all of them do', async () => {
    const busy: Play = (_request, response) =>
      say(response, 503, problem('WRITER_UNREACHABLE', 503, 'same-id'), { 'retry-after': '1' })
    one.play = busy
    let asked = 0
    other.play = (request, response, body) =>
      ++asked === 1 ? busy(request, response, body) : say(response, 200, { index: 4, receipt: {} })
    expect(await client().submitFile(FILE)).toMatchObject({ outcome: 'accepted', duplicate: true })
    expect([messages(one).length, messages(other).length]).toEqual([2, 2])
    expect(slept).toEqual([1_000])
    expect(new Set([...messages(one), ...messages(other)]).size).toBe(1)
  })

  it('believes the no of the first', async () => {
    one.play = (_request, response) => say(response, 422, problem('FINDINGS', 422, 'no'))
    expect(await client().submitFile(FILE)).toMatchObject({ outcome: 'refused', problem: { code: 'FINDINGS' } })
    expect(messages(other)).toEqual([])
  })

  it('names all of them when none answers', async () => {
    const hub = client()
    await hub.token('api')
    await Promise.all([one.end(), other.end()])
    const failed = await hub.submitFile(FILE).catch((error: unknown) => error)
    expect(failed).toBeInstanceOf(HubSilent)
    expect((failed as Error).message).toContain(`${one.url}, ${other.url}: ECONNREFUSED`)
  })

  it('signs its session once, for the origin and not for an address, and shows it to both', async () => {
    const hub = client()
    await hub.kinds()
    await one.end()
    await hub.kinds()
    expect(answers).toHaveLength(1)
    expect(JSON.parse(readCompact(answers[0]!).payload.toString())).toMatchObject({ hub: HUB, origin: ORIGIN })
    expect(other.heard.map(({ path, token }) => [path, token])).toEqual([['/v1/kinds', 'token-1']])
  })

  it('proves itself anew where its session is not known', async () => {
    const hub = client()
    await hub.kinds()
    await one.end()
    other.play = ({ headers }, response) =>
      headers.authorization === 'Bearer token-1'
        ? say(response, 401, problem('SESSION_REQUIRED', 401, 'no'))
        : say(response, 200, { kinds: [] })
    expect(await hub.kinds()).toEqual({ kinds: [] })
    expect(answers).toHaveLength(2)
  })

  it('reads a history at the next when the first is gone, and says where it broke off', async () => {
    const hub = client()
    await hub.token('api')
    await one.end()
    const lines: string[] = []
    other.play = (_request, response) => void response.end('{"a":1}\n{"b":2}\n')
    for await (const line of hub.history()) lines.push(line)
    expect(lines).toEqual(['{"a":1}', '{"b":2}'])
    other.play = ({ socket }, response) => response.write('{"a":1}\n', () => socket.destroy())
    const reading = async (): Promise<void> => {
      for await (const line of hub.history()) lines.push(line)
    }
    await expect(reading()).rejects.toThrow(`the history broke off at ${other.url}`)
    other.play = (_request, response) => say(response, 403, problem('NOT_ALLOWED', 403, 'no'))
    await expect(reading()).rejects.toBeInstanceOf(HubProblem)
  })
})

describe('a feed of a hub of several addresses', () => {
  const item = (socket: WebSocket, seq: number): void =>
    socket.send(
      JSON.stringify({
        type: 'item',
        name: 'desk',
        journal: 'j',
        epoch: 1,
        seq,
        prev: seq - 1,
        index: seq * 10,
        kind: 'k',
        view: 'full',
        withheld: 'erased',
      }),
    )
  const feedOf = (hub: HubClient): FeedClient =>
    new FeedClient({
      url: hub.addresses,
      token: (refused) => hub.token('feed', refused),
      name: 'desk',
      attempts: 2,
      sleep: async (ms) => void slept.push(ms),
    })
  const take = async (feed: FeedClient, count: number): Promise<number[]> => {
    const seqs: number[] = []
    for await (const { seq } of feed) {
      feed.acknowledge(seq)
      if (seqs.push(seq) === count) break
    }
    await feed.close()
    return seqs
  }

  it('resumes its subscription at the next when the first breaks', async () => {
    one.feed = (socket) => {
      item(socket, 1)
      item(socket, 2)
      // The second is acknowledged to nobody: it comes again and is not handed over again.
      setTimeout(() => socket.terminate(), 50)
    }
    other.feed = (socket) => {
      for (let seq = position + 1; seq <= 3; seq++) item(socket, seq)
    }
    expect(await take(feedOf(client()), 3)).toEqual([1, 2, 3])
    expect(one.subscribed).toEqual([{ name: 'desk', position: 0 }])
    expect(other.subscribed).toHaveLength(1)
    expect(answers).toHaveLength(1)
    expect(slept).toEqual([])
  })

  it('connects to the next at once when the first is gone, and gives up when nobody is there', async () => {
    await one.end()
    other.feed = (socket) => item(socket, 1)
    expect(await take(feedOf(client()), 1)).toEqual([1])
    expect(slept).toEqual([])
    await other.end()
    const hub = client(1)
    await expect(take(feedOf(hub), 1)).rejects.toThrow(/ECONNREFUSED/)
    expect(slept).toHaveLength(1)
  })

  it('goes on elsewhere when the hub says that this process is closing', async () => {
    const refused = { code: 'CLOSING', layer: 'hub', who: 'sender', retry: 'same-id', detail: 'closing', fatal: true }
    one.feed = (socket) => socket.send(JSON.stringify({ type: 'error', ...refused }))
    other.feed = (socket) => item(socket, 1)
    expect(await take(feedOf(client()), 1)).toEqual([1])
  })
})

describe('HubAddresses', () => {
  it('moves on once, however many find an address silent', () => {
    const addresses = new HubAddresses(['http://a', 'http://b/', 'http://c'])
    addresses.leave('http://a')
    addresses.leave('http://a')
    expect(addresses.current).toBe('http://b')
    addresses.leave('http://b')
    addresses.leave('http://c')
    expect(addresses.current).toBe('http://a')
    expect([1, 2, 3, 4, 6].map((attempts) => addresses.isRound(attempts))).toEqual([false, false, true, false, true])
  })

  it('is taken from the card of a party, but not beside another url', () => {
    const card = {
      party: identity.party,
      name: 'Example',
      country: 'CN',
      class: 'bank',
      hub: HUB,
      url: ORIGIN,
      addresses: [one.url, other.url],
      certificates: [],
    }
    expect(clientOf({ card, identity }).addresses.all).toEqual([one.url, other.url])
    expect(clientOf({ card, identity }, { url: 'http://other.test/' }).addresses.all).toEqual(['http://other.test'])
  })
})
