// What a lane has carried, read from logs in ranges that the node bears: once, then block by block; what a node leaves out is noticed.
import { encodeAbiParameters, encodeEventTopics, type Hex, numberToHex, pad, parseAbiParameters } from 'viem'
import { beforeEach, describe, expect, it } from 'vitest'
import { gatewayAbi } from '../../../../src/crosschain/ledgers/evm/gateway/gateway.ts'
import { NodeFault } from '../../../../src/crosschain/ledgers/evm/node-fault.ts'
import { evmReader } from '../../../../src/crosschain/ledgers/evm/reader.ts'
import { type LedgerReader, TransportFault } from '../../../../src/crosschain/transport.ts'
import { type FakeRpc, fakeRpc, quantity } from './fake-rpc.ts'

const GATEWAY = '0a'.repeat(20)
const LANE = 'a1'.repeat(32)
const OTHER_LANE = 'a2'.repeat(32)
const word = (byte: string): Hex => `0x${byte.repeat(32)}`
type Log = Record<string, unknown>

function sentLog(sequence: number, height: number, change: Log = {}): Log {
  const [signature] = encodeEventTopics({ abi: gatewayAbi, eventName: 'Sent' })
  const types = parseAbiParameters('bytes32, bytes32, bytes32, bytes32, uint256, bytes')
  return {
    address: `0x${GATEWAY}`,
    topics: [signature, `0x${LANE}`, pad(numberToHex(sequence), { size: 32 })],
    data: encodeAbiParameters(types, [word('01'), word('02'), word('03'), word('04'), 1_800_000_000n, '0xbeef']),
    blockNumber: quantity(height),
    transactionHash: word('77'),
    transactionIndex: '0x0',
    logIndex: quantity(sequence),
    removed: false,
    ...change,
  }
}

function receivedLog(sequence: number, height: number, outcome = 1): Log {
  const [signature] = encodeEventTopics({ abi: gatewayAbi, eventName: 'Received' })
  const data = encodeAbiParameters(parseAbiParameters('uint8, bytes32, bytes32'), [outcome, word('0c'), word('00')])
  return sentLog(sequence, height, { topics: [signature, `0x${LANE}`, pad(numberToHex(sequence), { size: 32 })], data })
}

interface Filter {
  fromBlock: Hex
  toBlock: Hex
  topics: (Hex | null)[]
}
const rangeOf = (filter: unknown): [number, number] => {
  const { fromBlock, toBlock } = filter as Filter
  return [Number(fromBlock), Number(toBlock)]
}

/** A chain that consists of logs. */
interface Chain {
  logs: Log[]
  head: number
  counters: [number, number]
  /** Blocks that one question may span. */
  spanMax: number
}

describe('the history of a lane', () => {
  let chain: Chain
  let rpc: FakeRpc
  let nowMs: number
  let reader: LedgerReader
  const logsAsked = (): [number, number][] =>
    rpc.asked.filter(({ method }) => method === 'eth_getLogs').map(({ params }) => rangeOf(params[0]))
  const sequences = async (from: number, to: number): Promise<number[]> =>
    (await reader.sent(LANE, from, to)).map(({ packet }) => packet.sequence)
  const open = (scanMs = 5000): LedgerReader => {
    const contracts = { gateway: { address: GATEWAY, codeHash: '0b'.repeat(32) } }
    return evmReader(rpc, { contracts, deployedAt: 100, scanMs, clock: () => nowMs })
  }
  beforeEach(() => {
    nowMs = 1_000_000
    chain = { logs: [], head: 100, counters: [0, 0], spanMax: 100_000 }
    rpc = fakeRpc({
      eth_blockNumber: () => quantity(chain.head),
      eth_getLogs: ([filter]) => {
        const [from, to] = rangeOf(filter)
        if (to - from >= chain.spanMax) throw new NodeFault('eth_getLogs', { code: -32005, message: 'range too large' })
        const wanted = (filter as Filter).topics
        return chain.logs.filter(({ blockNumber, topics }) => {
          const height = Number(blockNumber)
          return height >= from && height <= to && wanted.every((topic, at) => (topics as Hex[])[at] === topic)
        })
      },
      eth_call: () => {
        const types = parseAbiParameters('uint256, uint256, uint256')
        return encodeAbiParameters(types, [BigInt(chain.counters[0]), BigInt(chain.counters[1]), 0n])
      },
    })
    reader = open()
  })
  const send = (sequence: number, height: number): void => {
    chain.logs.push(sentLog(sequence, height))
    chain.counters[0] = sequence
    chain.head = Math.max(chain.head, height)
  }

  it('gives packets as they were sent, from the block of the contract on', async () => {
    send(1, 105)
    send(2, 107)
    const words = Object.fromEntries(
      ['kind', 'message', 'sender', 'receiver'].map((name, at) => [name, `0${at + 1}`.repeat(32)]),
    )
    const packet = { lane: LANE, ...words, deadline: 1_800_000_000, body: Buffer.from('beef', 'hex') }
    expect(await reader.sent(LANE, 1, 10)).toEqual([
      { packet: { ...packet, sequence: 1 }, height: 105 },
      { packet: { ...packet, sequence: 2 }, height: 107 },
    ])
    expect(logsAsked()[0]).toEqual([100, 107])
    expect(await sequences(2, 2)).toEqual([2])
    expect(await reader.sent(OTHER_LANE, 1, 10).catch((error: unknown) => error)).toMatchObject({ kind: 'answer' })
  })

  it('reads no block twice but the newest few', async () => {
    send(1, 5000)
    await sequences(1, 1)
    rpc.asked.length = 0
    expect(await sequences(1, 1)).toEqual([1])
    expect(logsAsked()).toEqual([[5000, 5000]])
    rpc.asked.length = 0
    send(2, 5010)
    expect(await sequences(2, 2)).toEqual([2])
    expect(logsAsked()[0]![0]).toBeGreaterThan(4950)
  })

  it('asks for fewer blocks at once when the node refuses, and covers them all', async () => {
    chain.spanMax = 7
    for (let n = 1; n <= 40; n++) send(n, 100 + n * 3)
    expect(await sequences(1, 40)).toEqual(Array.from({ length: 40 }, (_, n) => n + 1))
  })

  it('gives up on a node that refuses even one block', async () => {
    send(1, 150)
    chain.spanMax = 0
    await expect(sequences(1, 1)).rejects.toMatchObject({ kind: 'answer', rpcCode: -32005 })
  })

  it('does not wait twice in one call for a node that hangs, and asks for less the next time', async () => {
    send(1, 1500)
    const logs = rpc.say['eth_getLogs']!
    rpc.say['eth_getLogs'] = () => {
      throw new TransportFault('timeout', 'no answer')
    }
    await expect(sequences(1, 1)).rejects.toMatchObject({ kind: 'timeout' })
    expect(logsAsked()).toHaveLength(1)
    rpc.say['eth_getLogs'] = logs
    expect(await sequences(1, 1)).toEqual([1])
    const [first, second] = logsAsked() as [[number, number], [number, number]]
    expect(second[0]).toBe(first[0])
    expect(second[1]).toBeLessThan(first[1])
  })

  it('goes on in the next call where the time of one was over', async () => {
    send(1, 20_000)
    chain.spanMax = 2000
    const logs = rpc.say['eth_getLogs']!
    rpc.say['eth_getLogs'] = async (params) => {
      await new Promise((resolve) => setTimeout(resolve, 5))
      return logs(params)
    }
    reader = open(1)
    let calls = 0
    let found: number[] | undefined
    while (!found && calls++ < 100)
      found = await sequences(1, 1).catch((fault: { kind: string }) => {
        expect(fault.kind).toBe('timeout')
        return undefined
      })
    expect(found).toEqual([1])
    expect(calls).toBeGreaterThan(1)
  })

  it('drops logs that have not the form of an event of this gateway and lane', async () => {
    send(1, 105)
    const topics = sentLog(2, 106)['topics'] as Hex[]
    chain.logs.push(
      sentLog(2, 106, { data: '0x' }),
      sentLog(2, 106, { data: '0xzz' }),
      sentLog(2, 106, { address: `0x${'0f'.repeat(20)}` }),
      sentLog(2, 106, { removed: true }),
      sentLog(2, 106, { transactionHash: null }),
      sentLog(2, 106, { topics: topics.slice(0, 2) }),
      sentLog(2, 106, { topics: [...topics.slice(0, 2), `0x${'f'.repeat(64)}`] }),
      sentLog(2, 106, { topics: [...topics, ...topics] }),
      { blockNumber: '0x6a', topics },
    )
    expect(await sequences(1, 1)).toEqual([1])
  })

  it('a packet without a readable event is a fault, not a packet that does not exist', async () => {
    chain.logs.push(sentLog(1, 105, { data: '0x' }))
    chain.counters = [1, 0]
    chain.head = 106
    await expect(sequences(1, 1)).rejects.toMatchObject({ kind: 'answer' })
  })

  it('notices by the counter that a node has left out a packet, and finds it when the node gives it', async () => {
    send(1, 105)
    send(3, 300)
    await expect(sequences(1, 3)).rejects.toMatchObject({ kind: 'answer' })
    chain.logs.push(sentLog(2, 200))
    await expect(sequences(1, 3), 'the whole history is not read over and over').rejects.toMatchObject({
      kind: 'answer',
    })
    nowMs += 120_000
    expect(await sequences(1, 3)).toEqual([1, 2, 3])
  })

  it('a packet that the node shows no longer is a fault, and looked for again', async () => {
    send(1, 105)
    await sequences(1, 1)
    const [log] = chain.logs.splice(0, 1)
    await expect(sequences(1, 1)).rejects.toMatchObject({ kind: 'answer' })
    chain.logs.push({ ...log, blockNumber: '0x96' })
    chain.head = 160
    expect(await sequences(1, 1)).toEqual([1])
  })

  it('a counter beyond all measure is answered at once', async () => {
    send(1, 105)
    chain.counters = [2 ** 52, 0]
    expect(await sequences(1, 1)).toEqual([1])
    await expect(sequences(1, Number.MAX_SAFE_INTEGER)).rejects.toMatchObject({ kind: 'answer' })
  })

  it('a newest block beyond all measure ends in a fault, and the truth is read afterwards', async () => {
    chain.head = 2 ** 50
    await expect(sequences(1, 1)).rejects.toMatchObject({ kind: 'timeout' })
    chain.head = 104
    send(1, 105)
    expect(await sequences(1, 1)).toEqual([1])
  })

  it('gives receipts in the order of their packets, however they came', async () => {
    chain.logs.push(receivedLog(2, 110, 3), receivedLog(1, 111), receivedLog(4, 112, 2), receivedLog(9, 113, 77))
    chain.counters = [0, 4]
    chain.head = 120
    // The outcome 77 is none: that receipt cannot be read.
    await expect(reader.received(LANE, 1, 10)).rejects.toMatchObject({ kind: 'answer' })
    const some = await reader.received(LANE, 1, 5)
    expect(some.map(({ sequence, outcome }) => [sequence, outcome])).toEqual([
      [1, 'delivered'],
      [2, 'expired'],
      [4, 'failed'],
    ])
  })
})
