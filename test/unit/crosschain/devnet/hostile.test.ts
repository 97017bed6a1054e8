// Bodies that nobody well-meaning sends: each gets its error, and the node goes on.
import { connect } from 'node:net'
import * as fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Devnet } from '../../../../src/crosschain/devnet/index.ts'
import { devnetOf } from './place.ts'

let devnet: Devnet
let url: string
beforeAll(async () => {
  devnet = await devnetOf({ seed: 'hostile' })
  url = await devnet.listen(0)
})

type Body = NonNullable<RequestInit['body']>
const JSON_TYPE = { 'content-type': 'application/json' }
const post = (body: Body, headers: Record<string, string> = JSON_TYPE) => fetch(url, { method: 'POST', headers, body })
const answer = async (body: Body): Promise<unknown> => (await post(body)).json()
const errorOf = async (question: unknown): Promise<number | undefined> =>
  ((await answer(JSON.stringify(question))) as { error?: { code: number } }).error?.code
const good = { jsonrpc: '2.0', id: 1, method: 'eth_chainId', params: [] }

describe('HTTP', () => {
  it('takes POST of JSON and nothing else', async () => {
    expect((await fetch(url)).status).toBe(405)
    expect((await post(JSON.stringify(good), { 'content-type': 'text/plain' })).status).toBe(415)
    expect((await post(new URLSearchParams({ a: 'b' }), {})).status).toBe(415)
    expect((await post(JSON.stringify(good), { 'content-type': 'application/json; charset=utf-8' })).status).toBe(200)
  })
  it('takes a body of 1 MiB, and not one byte more, announced or not', async () => {
    const padded = (length: number) => JSON.stringify(good).padEnd(length)
    expect(await answer(padded(1024 * 1024))).toMatchObject({ result: '0x1c21' })
    expect((await post(padded(1024 * 1024 + 1))).status).toBe(413)
    const parts = [padded(1024 * 1024), ' ']
    const body = new ReadableStream({
      pull: (stream) => {
        const part = parts.shift()
        if (part === undefined) stream.close()
        else stream.enqueue(Buffer.from(part))
      },
    })
    const unannounced = fetch(url, { method: 'POST', headers: JSON_TYPE, body, duplex: 'half' } as RequestInit)
    expect((await unannounced).status).toBe(413)
  })
  it('listens on the loopback address alone', () => {
    expect(new URL(url).hostname).toBe('127.0.0.1')
  })
  it('is not held up by somebody who sends half a request', async () => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    await new Promise((sent) => socket.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n', sent))
    expect(await errorOf(good)).toBeUndefined()
    socket.destroy()
  })
})

describe('a body', () => {
  it.each([
    ['empty', ''],
    ['of no JSON', '{'],
    ['of two values', '{} {}'],
    ['of bytes that are no UTF-8', Buffer.from([0x22, 0xff, 0x22])],
    ['nested without end', '['.repeat(200_000)],
  ])('%s is a parse error', async (_, body) => {
    expect(await answer(body)).toMatchObject({ id: null, error: { code: -32700 } })
  })
  it('nested deeply is read and refused', async () => {
    const deep = `${'['.repeat(5000)}${']'.repeat(5000)}`
    expect(await answer(`{"jsonrpc":"2.0","id":1,"method":"eth_call","params":[${deep}]}`)).toMatchObject({
      error: { code: -32602 },
    })
  })
  it.each([
    ['a number', 7],
    ['null', null],
    ['of another version', { ...good, jsonrpc: '1.0' }],
    ['without version', { id: 1, method: 'eth_chainId' }],
    ['without method', { jsonrpc: '2.0', id: 1 }],
    ['with a method that is no text', { ...good, method: 7 }],
    ['with an id that is a list', { ...good, id: [1] }],
    ['with a member nobody knows', { ...good, extra: 1 }],
    ['an empty batch', []],
    ['a batch of too many', Array.from({ length: 101 }, () => good)],
  ])('that is %s is no request', async (_, question) => {
    expect(await errorOf(question)).toBe(-32600)
  })
  it.each([['__proto__'], ['constructor'], ['toString'], ['eth_sign'], ['x'.repeat(10_000)]])(
    'that asks for %.20s asks for no method',
    async (method) => {
      expect(await errorOf({ ...good, method })).toBe(-32601)
    },
  )
  it('that is a batch is answered one by one, notifications not at all', async () => {
    const batch = [good, { jsonrpc: '2.0', method: 'eth_chainId' }, 7, { ...good, id: 'x', method: 'nothing' }]
    expect(await answer(JSON.stringify(batch))).toEqual([
      { jsonrpc: '2.0', id: 1, result: '0x1c21' },
      { jsonrpc: '2.0', id: null, error: { code: -32600, message: 'invalid request: it is no object' } },
      { jsonrpc: '2.0', id: 'x', error: { code: -32601, message: 'method nothing not found' } },
    ])
    const silent = await post(JSON.stringify({ jsonrpc: '2.0', method: 'nothing' }))
    expect([silent.status, await silent.text()]).toEqual([204, ''])
  })
})

describe('parameters', () => {
  const address = `0x${'11'.repeat(20)}`
  it.each([
    ['eth_getBalance', []],
    ['eth_getBalance', [address, 'newest']],
    ['eth_getBalance', [address, '0x00']],
    ['eth_getBalance', [address, 5]],
    ['eth_getBalance', [address, {}]],
    ['eth_getBalance', [`${address}00`, 'latest']],
    ['eth_getBlockByNumber', ['latest', 'yes']],
    ['eth_getBlockByHash', ['0x12', false]],
    ['eth_getTransactionReceipt', [null]],
    ['eth_getProof', [address, 'all', 'latest']],
    ['eth_getProof', [address, [`0x${'1'.repeat(65)}`], 'latest']],
    ['eth_getStorageAt', [address, 'zero', 'latest']],
    ['eth_call', ['0x', 'latest']],
    ['eth_call', [{ to: address, value: '0x' }, 'latest']],
    ['eth_call', [{ to: address, data: '0x1' }, 'latest']],
    ['eth_call', [{ to: address, data: '0x11', input: '0x12' }, 'latest']],
    ['eth_getLogs', [[]]],
    ['eth_getLogs', [{ topics: ['0x1'] }]],
    ['eth_sendRawTransaction', [7]],
  ])('%s of %j are wrong', async (method, params) => {
    expect(await errorOf({ ...good, method, params })).toBe(-32602)
  })
  it('that are no list are wrong', async () => {
    expect(await errorOf({ ...good, params: { a: 1 } })).toBe(-32602)
  })
  it('may ask for much only within bounds', async () => {
    const params = [address, Array(257).fill('0x0'), 'latest']
    expect(await errorOf({ ...good, method: 'eth_getProof', params })).toBe(-32005)
    expect(await errorOf({ ...good, method: 'eth_getBalance', params: [address, `0x${'f'.repeat(64)}`] })).toBe(-32000)
  })
  it('of any kind, to any method, never are a fault of the node', async () => {
    const methods = ['eth_getBalance', 'eth_getLogs', 'eth_getProof', 'eth_call', 'eth_estimateGas', 'eth_feeHistory']
    const method = fc.constantFrom(...methods, 'eth_getBlockByNumber', 'eth_getStorageAt', 'eth_sendRawTransaction')
    const hex = fc.uint8Array({ maxLength: 80 }).map((bytes) => `0x${Buffer.from(bytes).toString('hex')}`)
    const value = fc.oneof(fc.constantFrom<unknown>(address, 'latest', '0x0', {}, { to: address }), hex, fc.jsonValue())
    await fc.assert(
      fc.asyncProperty(method, fc.array(value, { maxLength: 4 }), async (name, params) => {
        const code = await devnet.request(name, params).then(
          () => 0,
          (error: { code?: number }) => error.code,
        )
        expect([0, 3, -32000, -32005, -32602]).toContain(code)
      }),
      { numRuns: 200 },
    )
  })
  it('that loop for ever end when the gas does', async () => {
    // JUMPDEST PUSH1 0 JUMP, run as the making of a contract.
    const call = { data: '0x5b600056', gas: '0x100000' }
    expect(await errorOf({ ...good, method: 'eth_call', params: [call, 'latest'] })).toBe(-32000)
    expect(await errorOf({ ...good, method: 'eth_estimateGas', params: [call] })).toBe(-32000)
  })
})
