// The events of a lane at its gateway, by their sequences: where they are is looked up in the index, what they say is asked for anew.
import type { Clock } from '../../../hub/index.ts'
import type { Address, Word } from '../../packet.ts'
import { type LedgerReader, TransportFault } from '../../transport.ts'
import { quantity } from './answers.ts'
import { type LaneEvent, readReceived, readSent, topicOf } from './gateway-events.ts'
import { countersAt } from './gateway-views.ts'
import { laneIndex } from './lane-index.ts'
import { logsIn, type LogSpan, type NodeLog, SPAN_MAX } from './node-log.ts'
import type { Rpc } from './rpc.ts'

export interface LaneEventsOptions {
  gateway: Address
  /** Height below which the gateway has no history. */
  deployedAt: number
  /** Longest reading of a lane's history in one call. */
  scanMs: number
  span: LogSpan
  clock: Clock
  head(): Promise<number>
}

type Read<T> = (log: NodeLog, lane: Word) => T | undefined

export function laneEvents(rpc: Rpc, options: LaneEventsOptions): Pick<LedgerReader, 'sent' | 'received'> {
  const { gateway, span } = options
  const count = async (lane: Word, event: LaneEvent, height: number): Promise<number> => {
    const { sent, received } = await countersAt(rpc, gateway, lane, quantity(height))
    return event === 'Sent' ? sent : received
  }
  const index = laneIndex({ rpc, count, ...options })

  /** Readable events at the given heights, by sequence. */
  const eventsAt = async <T>(
    event: LaneEvent,
    lane: Word,
    heights: ReadonlyMap<number, number>,
    read: Read<T>,
    sequenceIn: (one: T) => number,
  ): Promise<Map<number, T>> => {
    const found = new Map<number, T>()
    const query = { address: gateway, topics: [topicOf(event), lane] }
    for (const [first, last] of stretches([...heights.values()]))
      for await (const { logs } of logsIn(rpc, span, query, first, last))
        for (const one of logs.map((log) => read(log, lane)))
          if (one !== undefined && heights.has(sequenceIn(one))) found.set(sequenceIn(one), one)
    return found
  }

  const reader =
    <T>(event: LaneEvent, read: Read<T>, sequenceIn: (one: T) => number) =>
    async (lane: Word, from: number, to: number): Promise<T[]> => {
      const heights = await index.heights(lane, event, from, to)
      const found = await eventsAt(event, lane, heights, read, sequenceIn)
      const lost = [...heights.keys()].filter((sequence) => !found.has(sequence))
      index.drop(lane, event, lost)
      if (lost.length > 0) throw new TransportFault('answer', `the node no longer shows packet ${lost[0]} of the lane`)
      return [...found.values()].sort((a, b) => sequenceIn(a) - sequenceIn(b))
    }
  return {
    sent: reader('Sent', readSent, ({ packet }) => packet.sequence),
    received: reader('Received', readReceived, ({ sequence }) => sequence),
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
