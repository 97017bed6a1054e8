// Nodes that hang, flood, talk nonsense or are of another chain: each is a fault of its kind, and the next node is asked.
import { describe, expect, it } from 'vitest'
import { RpcError } from '../../../../src/crosschain/devnet/index.ts'
import { evmRpc, type NodeEvent, type RpcOptions } from '../../../../src/crosschain/ledgers/evm/rpc.ts'
import { type Behave, type FakeNode, fakeNode, floods, hangs, say, trickles } from './fake-node.ts'

const CHAIN = 7201
const good = { eth_chainId: () => '0x1c21', eth_blockNumber: () => '0x7' }
const node = (behave: Record<string, Behave> = {}): Promise<FakeNode> => fakeNode({ ...good, ...behave })
const rpc = (nodes: readonly { url: string }[], more: Partial<RpcOptions> = {}) =>
  evmRpc({ urls: nodes.map(({ url }) => url), chainId: CHAIN, timeoutMs: 20_000, clock: () => 0, ...more })
/** Of a node that hangs, and long enough for one beside it that answers. */
const SOON = { timeoutMs: 1_000 }
/** Nobody listens there. */
const NOBODY = { url: 'http://127.0.0.1:9' }

describe('a node that fails', () => {
  const kinds: [string, Behave, object][] = [
    ['never answers', hangs, { kind: 'timeout' }],
    ['begins an answer and does not end it', trickles, { kind: 'timeout' }],
    ['answers without end', floods, { kind: 'answer' }],
    ['answers with no JSON', (_, response) => say(response, '<html>welcome</html>'), { kind: 'answer' }],
    ['answers with half of a JSON', (_, response) => say(response, '{"jsonrpc":"2.0","id":1,"res'), { kind: 'answer' }],
    ['answers with null', (_, response) => say(response, 'null'), { kind: 'answer' }],
    ['answers with a list', (_, response) => say(response, '[]'), { kind: 'answer' }],
    ['answers without a result', (_, response) => say(response, '{"jsonrpc":"2.0","id":1}'), { kind: 'answer' }],
    ['answers with HTTP 500', (_, response) => say(response, 'oops', 500), { kind: 'unreachable' }],
    ['answers with HTTP 204', (_, response) => say(response, '', 204), { kind: 'answer' }],
    ['wants a password', (_, response) => say(response, '{}', 401), { kind: 'unreachable' }],
    ['closes the connection', (_, response) => void response.destroy(), { kind: 'unreachable' }],
    [
      'sends us elsewhere',
      (_, response) => void response.writeHead(302, { location: 'http://127.0.0.1:9/' }).end(),
      { kind: 'unreachable' },
    ],
  ]
  it.each(kinds)('%s', async (_, behaviour, fault) => {
    const bad = await node({ eth_blockNumber: behaviour })
    const how = { answerMax: 1_000_000, ...('kind' in fault && fault.kind === 'timeout' && SOON) }
    await expect(rpc([bad], how).ask('eth_blockNumber', [])).rejects.toMatchObject(fault)
    // The same from the beginning.
    const worse = await node({ '*': behaviour, eth_chainId: behaviour })
    await expect(rpc([worse], how).ask('eth_blockNumber', [])).rejects.toMatchObject(fault)
    expect(await rpc([bad, await node()], how).ask('eth_blockNumber', [])).toBe('0x7')
  })

  it('is not there: the next one is asked, and the first again only after a while', async () => {
    let nowMs = 0
    const events: NodeEvent[] = []
    const [first, second] = [await node({ eth_blockNumber: hangs }), await node()]
    const both = rpc([first, second], { ...SOON, clock: () => nowMs, onEvent: (event) => events.push(event) })
    expect(await both.ask('eth_blockNumber', [])).toBe('0x7')
    expect(events).toMatchObject([{ node: new URL(first.url).host, method: 'eth_blockNumber', kind: 'timeout' }])
    first.behave['eth_blockNumber'] = good.eth_blockNumber
    first.asked.length = 0
    await both.ask('eth_blockNumber', [])
    expect(first.asked).toEqual([])
    nowMs = 60_000
    await both.ask('eth_blockNumber', [])
    expect(first.asked).toEqual(['eth_chainId', 'eth_blockNumber'])
  })

  it('has nobody beside it: the fault is told, without what may be secret in its address', async () => {
    const asked = rpc([{ url: `${NOBODY.url}/token-of-ours` }]).ask('eth_blockNumber', [])
    const fault = await asked.catch((error: unknown) => error)
    expect(fault).toMatchObject({ kind: 'unreachable' })
    expect((fault as Error).message).not.toContain('token-of-ours')
  })

  it('is no URL at all', () => {
    expect(() => rpc([{ url: 'nonsense' }])).toThrow(expect.objectContaining({ kind: 'unreachable' }))
    expect(() => rpc([])).toThrow(expect.objectContaining({ kind: 'unreachable' }))
  })
})

describe('a node of another chain', () => {
  it.each(['0x1', '7201', 7201, null, {}, '0x', `0x${'1'.repeat(40)}`])(
    'says %j and is asked nothing else',
    async (said) => {
      const other = await node({ eth_chainId: () => said })
      await expect(rpc([other]).ask('eth_blockNumber', [])).rejects.toMatchObject({ kind: 'answer' })
      expect(other.asked).toEqual(['eth_chainId'])
    },
  )

  it('that takes the place of a right one is noticed when the right one has been away', async () => {
    const moving = await node()
    const one = rpc([moving])
    await one.ask('eth_blockNumber', [])
    moving.behave['eth_blockNumber'] = (_, response) => void response.destroy()
    await expect(one.ask('eth_blockNumber', [])).rejects.toMatchObject({ kind: 'unreachable' })
    moving.behave = { ...good, eth_chainId: () => '0x2' }
    await expect(one.ask('eth_blockNumber', [])).rejects.toMatchObject({ kind: 'answer' })
  })
})

describe('an error that a node gives as its answer', () => {
  it('is told with its code and data, and no other node is asked', async () => {
    const refusing = await node({
      eth_call: () => {
        throw new RpcError(3, 'execution reverted', '0xdeadbeef')
      },
    })
    const other = await node()
    await expect(rpc([refusing, other]).ask('eth_call', [])).rejects.toMatchObject({
      kind: 'answer',
      rpcCode: 3,
      said: 'execution reverted',
      data: '0xdeadbeef',
    })
    expect(other.asked).toEqual([])
  })

  it('counts also when it comes with a status of HTTP', async () => {
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, error: { code: -32000, message: 'no' } })
    const refusing = await node({ eth_call: (_, response) => say(response, body, 500) })
    await expect(rpc([refusing]).ask('eth_call', [])).rejects.toMatchObject({ rpcCode: -32000, said: 'no' })
  })

  it.each([
    ['a text', '"no"'],
    ['a number', '7'],
    ['an empty object', '{}'],
    ['a list', '[1]'],
    ['members of other types', '{"code":"x","message":{},"data":[1]}'],
    ['a message without end', JSON.stringify({ code: -1, message: 'x'.repeat(100_000), data: 'y'.repeat(100_000) })],
  ])('may be %s', async (_, error) => {
    const odd = await node({ eth_call: (_, response) => say(response, `{"jsonrpc":"2.0","id":1,"error":${error}}`) })
    const fault = (await rpc([odd])
      .ask('eth_call', [])
      .catch((thrown: unknown) => thrown)) as Error & { kind: string }
    expect(fault.kind).toBe('answer')
    expect(fault.message.length).toBeLessThan(400)
  })
})
