// In which block each packet of a lane stands, as the node's logs say: read once from where the contract was deployed, then block by
// block. Kept in memory; after a restart it is read again. What a node left out is noticed by the lane's counter and looked for anew.
import type { Clock } from '../../../hub/index.ts'
import type { Address, Word } from '../../packet.ts'
import { TransportFault } from '../../transport.ts'
import { type LaneEvent, sequenceOf, topicOf } from './gateway-events.ts'
import { logsIn, type LogSpan } from './node-log.ts'
import type { Rpc } from './rpc.ts'

export interface LaneIndexOptions {
  rpc: Rpc
  gateway: Address
  span: LogSpan
  /** Height below which the gateway has no history. */
  deployedAt: number
  /** Longest reading in one call; the next call goes on where it ended. */
  scanMs: number
  clock: Clock
  head(): Promise<number>
  /** How many events of the lane there have to be at a height. */
  count(lane: Word, event: LaneEvent, height: number): Promise<number>
}

export interface LaneIndex {
  /** Heights of the events from..to that there are, by sequence. Throws TransportFault, `timeout` while there is more to read. */
  heights(lane: Word, event: LaneEvent, from: number, to: number): Promise<Map<number, number>>
  /** Forgets what has turned out to be untrue. */
  drop(lane: Word, event: LaneEvent, sequences: readonly number[]): void
}

interface Track {
  heights: Map<number, number>
  /** Next block to read. */
  next: number
  againAtMs: number
  reading?: Promise<number>
}

/** Blocks that are read once more each time: a node behind the others gives fewer logs than there are, and no error. */
const OVERLAP = 16
const AGAIN_MS = 60_000
const EVENTS_MAX = 5_000_000

export function laneIndex(options: LaneIndexOptions): LaneIndex {
  const { deployedAt, clock, count } = options
  const tracks = new Map<string, Track>()
  const trackOf = (lane: Word, event: LaneEvent): Track => {
    const name = `${event}/${lane}`
    const track = tracks.get(name) ?? { heights: new Map(), next: deployedAt, againAtMs: 0 }
    tracks.set(name, track)
    return track
  }
  const read = (track: Track, lane: Word, event: LaneEvent): Promise<number> => {
    track.reading ??= readOn(options, track, lane, event).finally(() => {
      delete track.reading
    })
    return track.reading
  }
  return {
    async heights(lane, event, from, to) {
      const track = trackOf(lane, event)
      if (holds(track, from, to)) return within(track, from, to)
      const height = await read(track, lane, event)
      if (holds(track, from, to)) return within(track, from, to)
      const there = await count(lane, event, height)
      const lacks = (): boolean => isShort(track, event, there, from, to)
      if (lacks() && clock() >= track.againAtMs) {
        track.againAtMs = clock() + AGAIN_MS
        track.next = deployedAt
        await read(track, lane, event)
      }
      if (lacks()) throw new TransportFault('answer', `the node does not show all ${there} ${event} events of the lane`)
      return within(track, from, to)
    },
    drop(lane, event, sequences) {
      const track = trackOf(lane, event)
      for (const sequence of sequences) track.heights.delete(sequence)
    },
  }
}

/** Reads up to the newest block and gives its height. */
async function readOn(
  { rpc, gateway, span, deployedAt, scanMs, head }: LaneIndexOptions,
  track: Track,
  lane: Word,
  event: LaneEvent,
): Promise<number> {
  const late = AbortSignal.timeout(scanMs)
  const newest = await head()
  // The newest block may be lower than before, after a lie or from a node behind the others.
  const from = Math.max(deployedAt, Math.min(track.next, newest + 1) - OVERLAP)
  const query = { address: gateway, topics: [topicOf(event), lane] }
  for await (const { upTo, logs } of logsIn(rpc, span, query, from, newest)) {
    for (const log of logs) {
      const sequence = sequenceOf(log)
      if (sequence !== undefined) track.heights.set(sequence, log.height)
    }
    if (track.heights.size > EVENTS_MAX)
      throw new TransportFault('answer', 'the node shows too many events of one lane')
    track.next = Math.max(track.next, upTo + 1)
    if (late.aborted && upTo < newest)
      throw new TransportFault('timeout', `the lane's history is read up to block ${upTo} of ${newest}`)
  }
  return newest
}

/** Packets are sent one after the other; receipts come in any order, so only their number tells. */
function isShort(track: Track, event: LaneEvent, there: number, from: number, to: number): boolean {
  if (event === 'Received') return track.heights.size < there
  const last = Math.min(to, there)
  return within(track, from, last).size < last - from + 1
}

const holds = ({ heights }: Track, from: number, to: number): boolean => {
  if (to - from >= heights.size) return false
  for (let sequence = from; sequence <= to; sequence++) if (!heights.has(sequence)) return false
  return true
}

function within({ heights }: Track, from: number, to: number): Map<number, number> {
  const found = new Map<number, number>()
  if (to - from >= heights.size) {
    for (const [sequence, height] of heights) if (sequence >= from && sequence <= to) found.set(sequence, height)
  } else
    for (let sequence = from; sequence <= to; sequence++) {
      const height = heights.get(sequence)
      if (height !== undefined) found.set(sequence, height)
    }
  return found
}
