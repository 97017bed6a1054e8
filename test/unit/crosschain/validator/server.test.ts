// The validator's door: strict about what comes in, bounded in what it costs, and a code for every no.
import { once } from 'node:events'
import { connect } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { serveValidator, type ValidatorServerOptions } from '../../../../src/crosschain/validator/server.ts'
import { packetCommitment } from '../../../../src/crosschain/packet.ts'
import { TransportFault } from '../../../../src/crosschain/transport.ts'
import { clearDesk, createDesk, type Desk, openValidator, PARTY } from './desk.ts'

let desk: Desk
let open: Awaited<ReturnType<typeof openValidator>>
let server: Awaited<ReturnType<typeof serveValidator>>
let faults: unknown[]
const serve = async (more: Partial<ValidatorServerOptions> = {}): Promise<void> => {
  faults = []
  const { validator } = open
  const onFault = (error: unknown): void => void faults.push(error)
  server = await serveValidator({ validator, party: PARTY, host: '127.0.0.1', port: 0, onFault, ...more })
}

interface Answer {
  status: number
  headers: Headers
  body: Record<string, unknown>
}
async function ask(path: string, init: RequestInit = {}): Promise<Answer> {
  const response = await fetch(server.url + path, init)
  const body = (await response.json()) as Record<string, unknown>
  return { status: response.status, headers: response.headers, body }
}
const attest = (body: unknown, headers: Record<string, string> = {}): Promise<Answer> =>
  ask('/v1/attest', { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body), headers })
const first = (): object => ({ lane: desk.lane, sequence: 1, act: 'deliver' })

beforeEach(async () => {
  desk = await createDesk()
  open = await openValidator(desk)
  await serve()
})
afterEach(async () => {
  await server.close()
  await open.close()
  clearDesk(desk)
})

describe('answers', () => {
  it('with party, address, epoch, value and signature', async () => {
    const value = await desk.source.send(desk.packet(1))
    const { status, body } = await attest(first())
    const { address } = open.validator
    expect([status, body]).toEqual([200, { party: PARTY, address, epoch: 1, value, signature: expect.any(String) }])
    expect(Buffer.from(body['signature'] as string, 'base64url')).toHaveLength(65)
  })
  it('404 with a time to ask again for what is not there yet, without one for an unknown lane', async () => {
    const missing = await attest(first())
    expect([missing.status, missing.body['code'], missing.headers.get('retry-after')]).toEqual([404, 'NOT_THERE', '1'])
    const unknown = await attest({ ...first(), lane: '0'.repeat(64) })
    expect([unknown.status, unknown.body['code'], unknown.headers.get('retry-after')]).toEqual([
      404,
      'LANE_UNKNOWN',
      null,
    ])
  })
  it('409 for a second value and for a frozen ledger, and reports both', async () => {
    await desk.source.send(desk.packet(1))
    await attest(first())
    const other = desk.packet(1, { message: '77'.repeat(32) })
    const value = packetCommitment(other).toString('hex')
    desk.source.put({ box: 'outbox', key: desk.lane, number: 1 }, value)
    desk.source.sent[0]!.packet = other
    await desk.source.mine()
    expect(await attest(first())).toMatchObject({ status: 409, body: { code: 'SIGNED_OTHERWISE' } })
    const { rlp } = await desk.source.seal(2, new Map())
    desk.source.lies = { header: async () => rlp }
    expect(await attest(first())).toMatchObject({ status: 409, body: { code: 'LEDGER_FROZEN' } })
    expect(faults).toHaveLength(2)
  })
  it('422 with the reason for what is not proved', async () => {
    await desk.source.send(desk.packet(1))
    desk.source.lies = { sent: async () => [{ packet: desk.packet(1, { deadline: 1 }), height: 1 }] }
    expect(await attest(first())).toMatchObject({ status: 422, body: { code: 'SLOT_VALUE' } })
  })
  it('503 when its node is away, hangs or says what cannot be', async () => {
    await desk.source.send(desk.packet(1))
    for (const kind of ['unreachable', 'answer'] as const) {
      desk.source.lies = { head: async () => Promise.reject(new TransportFault(kind, 'no')) }
      const { status, body, headers } = await attest(first())
      expect([status, body['code'], headers.get('retry-after')]).toEqual([503, `NODE_${kind.toUpperCase()}`, '1'])
    }
    desk.source.lies = { head: () => new Promise(() => {}) }
    expect(await attest(first())).toMatchObject({ status: 503, body: { code: 'NODE_TIMEOUT' } })
    desk.source.lies = {}
    expect((await attest(first())).status).toBe(200)
  })
  it('503 when all takes too long; the work goes on and is there for the next to ask', async () => {
    await desk.source.send(desk.packet(1))
    await server.close()
    await serve({ answerMs: 20 })
    let go: () => void = () => {}
    const gate = new Promise<void>((open) => (go = open))
    desk.source.lies = { sent: (...given) => gate.then(() => desk.source.honest().sent(...given)) }
    expect(await attest(first())).toMatchObject({ status: 503, body: { code: 'LATE' } })
    go()
    await server.close()
    await serve()
    expect((await attest(first())).status).toBe(200)
    expect(desk.source.calls.filter((call) => call === 'sent').length).toBeLessThanOrEqual(2)
  })
  it('500 without a word of what it was for a fault of its own, which is reported', async () => {
    desk.source.lies = { sent: async () => Promise.reject(new TypeError('secret')) }
    const { status, body } = await attest(first())
    expect([status, body['code']]).toEqual([500, 'INTERNAL'])
    expect(JSON.stringify(body)).not.toContain('secret')
    expect(faults).toHaveLength(1)
  })
  it('its own state', async () => {
    await desk.source.send(desk.packet(1))
    await attest(first())
    const { address } = open.validator
    const ledgers = { source: { height: 1 }, target: { height: 0 } }
    expect((await ask('/v1/validator')).body).toEqual({ party: PARTY, address, ledgers, signed: 1, alarms: 0 })
  })
})

describe('takes in nothing but names', () => {
  const malformed: [string, () => unknown][] = [
    ['no JSON', () => 'lane'],
    ['nothing', () => ''],
    ['a list', () => [first()]],
    ['null', () => 'null'],
    ['a member twice', () => JSON.stringify(first()).replace('{', '{"sequence":2,')],
    ['a value', () => ({ ...first(), value: '0'.repeat(64) })],
    ['a lane in capitals', () => ({ ...first(), lane: desk.lane.toUpperCase() })],
    ['a lane with 0x', () => ({ ...first(), lane: `0x${desk.lane}` })],
    ['sequence 0', () => ({ ...first(), sequence: 0 })],
    ['a sequence as text', () => ({ ...first(), sequence: '1' })],
    ['half a sequence', () => ({ ...first(), sequence: 1.5 })],
    ['a sequence past what counts', () => JSON.stringify(first()).replace(':1,', ':9007199254740993,')],
    ['another act', () => ({ ...first(), act: 'expire' })],
    ['no act', () => ({ lane: desk.lane, sequence: 1 })],
    ['epoch 0', () => ({ ...first(), epoch: 0 })],
    ['an epoch of millions', () => ({ ...first(), epoch: 1_000_001 })],
  ]
  it.each(malformed)('%s: 400', async (_, body) => {
    const { status } = await attest(body())
    expect(status).toBe(400)
    expect(desk.source.calls).toEqual([])
  })
  it('a long body: 413, whether it says so or not', async () => {
    const long = `{"lane":"${'0'.repeat(5000)}"}`
    expect((await attest(long)).status).toBe(413)
    const chunked = new ReadableStream({
      start(controller) {
        controller.enqueue(Buffer.from(long))
        controller.close()
      },
    })
    const init = { method: 'POST', body: chunked, duplex: 'half' } as RequestInit
    expect((await ask('/v1/attest', init)).status).toBe(413)
  })
  it('another path or method: 404, 405', async () => {
    expect((await ask('/')).status).toBe(404)
    expect((await ask('/v1/attest/..%2f', { method: 'POST' })).status).toBe(404)
    expect((await ask('/v1/attest')).status).toBe(405)
  })
  it('a connection that breaks off in the middle, and goes on', async () => {
    const { port, hostname } = new URL(server.url)
    const socket = connect(Number(port), hostname)
    await once(socket, 'connect')
    socket.write('POST /v1/attest HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n{"lane"')
    socket.destroy()
    await once(socket, 'close')
    expect((await ask('/v1/validator')).status).toBe(200)
    expect(faults).toEqual([])
  })
})

describe('with a token', () => {
  const TOKEN = 'a-token-of-some-length'
  beforeEach(async () => {
    await server.close()
    await serve({ token: TOKEN })
  })
  it('lets in who bears it', async () => {
    await desk.source.send(desk.packet(1))
    expect((await attest(first(), { authorization: `Bearer ${TOKEN}` })).status).toBe(200)
  })
  it('and nobody else', async () => {
    for (const authorization of [undefined, '', 'Bearer', `Bearer ${TOKEN}x`, `bearer ${TOKEN}`, `Basic ${TOKEN}`]) {
      const { status, headers } = await attest(first(), authorization === undefined ? {} : { authorization })
      expect([status, headers.get('www-authenticate')]).toEqual([401, 'Bearer'])
    }
    expect((await ask('/v1/validator')).status).toBe(401)
    expect(desk.source.calls).toEqual([])
  })
})
