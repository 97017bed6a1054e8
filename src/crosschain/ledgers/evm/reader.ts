// Reading a ledger of the EVM family through its nodes.
import { decodeFunctionResult, encodeFunctionData, type Hex } from 'viem'
import type { Clock } from '../../../hub/index.ts'
import { BOXES, type Place } from '../../fact.ts'
import type { Address, Word } from '../../packet.ts'
import {
  type LaneCounters,
  type LedgerContracts,
  type LedgerReader,
  type SeenLog,
  TransportFault,
} from '../../transport.ts'
import { quantity, readBytes, readCount, readList, readObject, readWei } from './answers.ts'
import { blockAt, headerOf, receiptsRootOf } from './block-answer.ts'
import { receiptsOf } from './block-receipts.ts'
import { gatewayAbi } from './gateway/gateway.ts'
import { type LaneEvent, readReceived, readSent, topicOf } from './gateway-events.ts'
import { laneIndex } from './lane-index.ts'
import { logsIn, type LogSpan, type NodeLog, SPAN_MAX } from './node-log.ts'
import { receiptProof } from './receipt-proof.ts'
import type { Rpc } from './rpc.ts'
import { seenLogs } from './seen-logs.ts'
import { mappingSlot } from './state-proof.ts'

export interface ReaderOptions {
  contracts: LedgerContracts
  deployedAt: number
  /** Longest reading of a lane's history in one call. */
  scanMs: number
  clock: Clock
}

const SPAN_AT_FIRST = 1_000
const NODES_MAX = 64

export function evmReader(rpc: Rpc, { contracts, deployedAt, scanMs, clock }: ReaderOptions): LedgerReader {
  const gateway = contracts.gateway.address
  const span: LogSpan = { blocks: SPAN_AT_FIRST }
  const head = async (): Promise<number> => readCount(await rpc.ask('eth_blockNumber', []), 'head')
  const index = laneIndex({
    rpc,
    gateway,
    span,
    deployedAt,
    scanMs,
    clock,
    head,
    async count(lane, event, height) {
      const { sent, received } = await countersAt(rpc, gateway, lane, quantity(height))
      return event === 'Sent' ? sent : received
    },
  })
  /** The events from..to of a lane, ascending, each once. */
  const events = async <T>(
    event: LaneEvent,
    lane: Word,
    [from, to]: readonly [number, number],
    read: (log: NodeLog, lane: Word) => T | undefined,
    sequenceIn: (one: T) => number,
  ): Promise<T[]> => {
    const heights = await index.heights(lane, event, from, to)
    const found = new Map<number, T>()
    const query = { address: gateway, topics: [topicOf(event), lane] }
    for (const [first, last] of stretches([...heights.values()])) {
      for await (const { logs } of logsIn(rpc, span, query, first, last))
        for (const one of logs.map((log) => read(log, lane)))
          if (one !== undefined && heights.has(sequenceIn(one))) found.set(sequenceIn(one), one)
    }
    const lost = [...heights.keys()].filter((sequence) => !found.has(sequence))
    index.drop(lane, event, lost)
    if (lost.length > 0) throw new TransportFault('answer', `the node no longer shows packet ${lost[0]} of the lane`)
    return [...found.values()].sort((a, b) => sequenceIn(a) - sequenceIn(b))
  }
  return {
    chainId: async () => readCount(await rpc.ask('eth_chainId', []), 'chain id'),
    head,
    header: async (height) => headerOf(await blockAt(rpc, height)),
    counters: (lane) => countersAt(rpc, gateway, lane, 'latest'),
    sent: (lane, from, to) => events('Sent', lane, [from, to], readSent, ({ packet }) => packet.sequence),
    received: (lane, from, to) => events('Received', lane, [from, to], readReceived, ({ sequence }) => sequence),
    proof: (place, height) => stateProof(rpc, contracts, place, height),
    logs: async ({ contract, topic }, from, to) => {
      const found: SeenLog[] = []
      for await (const { logs } of logsIn(rpc, span, { address: contract, topics: [topic] }, from, to))
        found.push(...(await seenLogs(rpc, logs)))
      return found
    },
    async logProof({ height, transactionIndex, logIndex }) {
      const block = await blockAt(rpc, height)
      const receipts = await receiptsOf(rpc, block)
      if (receipts[transactionIndex]?.logs[logIndex] === undefined)
        throw new TransportFault('answer', `the node shows no log ${logIndex} of transaction ${transactionIndex}`)
      const { root, nodes } = await receiptProof(receipts, transactionIndex)
      if (root !== receiptsRootOf(block))
        throw new TransportFault('answer', `the receipts of block ${height} do not come to its receipts root`)
      return { transactionIndex, logIndex, nodes }
    },
  }
}

/** Number of the validator set in force at a gateway, as the node says. */
export async function epochOf(rpc: Rpc, gateway: Address): Promise<number> {
  const call = { abi: gatewayAbi, functionName: 'epoch' } as const
  const answer = await rpc.ask('eth_call', [{ to: `0x${gateway}`, data: encodeFunctionData(call) }, 'latest'])
  const bytes = readBytes(answer, 'epoch', 32).toString('hex')
  return readCount(quantity(decodeFunctionResult({ ...call, data: `0x${bytes}` as Hex })), 'epoch')
}

async function countersAt(rpc: Rpc, gateway: Address, lane: Word, tag: string): Promise<LaneCounters> {
  const call = { abi: gatewayAbi, functionName: 'counters' } as const
  const data = encodeFunctionData({ ...call, args: [`0x${lane}`] })
  const answer = await rpc.ask('eth_call', [{ to: `0x${gateway}`, data }, tag])
  const bytes = readBytes(answer, 'counters', 96).toString('hex')
  const [sent, received, acknowledged] = decodeFunctionResult({ ...call, data: `0x${bytes}` as Hex }).map((count) =>
    readCount(quantity(count), 'counter'),
  )
  return { sent: sent!, received: received!, acknowledged: acknowledged! }
}

async function stateProof(
  rpc: Rpc,
  contracts: LedgerContracts,
  place: Place,
  height: number,
): ReturnType<LedgerReader['proof']> {
  const contract = contracts[BOXES[place.box].contract]
  if (!contract) throw new TransportFault('answer', `no ${BOXES[place.box].contract} contract is known there`)
  const slot = mappingSlot(place)
  const params = [`0x${contract.address}`, [`0x${slot}`], quantity(height)]
  const { accountProof, storageProof } = readObject(await rpc.ask('eth_getProof', params), 'proof')
  const [first] = readList(storageProof, 'storage proof', 1)
  const { value, proof } = readObject(first, 'storage proof')
  const nodes = (list: unknown): Buffer[] => readList(list, 'proof', NODES_MAX).map((node) => readBytes(node, 'node'))
  return {
    value: readWei(value, 'value of a slot').toString(16).padStart(64, '0'),
    proof: { account: nodes(accountProof), storage: nodes(proof) },
  }
}

/** Ranges of blocks that cover all heights, none longer than a node may give at once. */
function stretches(heights: readonly number[]): [number, number][] {
  const ranges: [number, number][] = []
  for (const height of heights.toSorted((a, b) => a - b)) {
    const last = ranges.at(-1)
    if (last && height - last[0] < SPAN_MAX) last[1] = height
    else ranges.push([height, height])
  }
  return ranges
}
