// What the gateway's events say, read strictly. The node may have made them up: their commitments are recomputed by whoever uses them.
import { decodeEventLog, encodeEventTopics, type Hex } from 'viem'
import { PACKET_BODY_MAX, type Packet, type Word } from '../../packet.ts'
import type { ReceivedPacket, SentPacket } from '../../transport.ts'
import { gatewayAbi, outcomeOf } from './gateway/gateway.ts'
import type { NodeLog } from './node-log.ts'

export type LaneEvent = 'Sent' | 'Received'

export const topicOf = (eventName: LaneEvent): Word =>
  encodeEventTopics({ abi: gatewayAbi, eventName })[0]!.slice(2).toLowerCase()

/** The sequence an event is about; undefined for one that cannot be. */
export function sequenceOf({ topics }: NodeLog): number | undefined {
  const [, , sequence] = topics
  return sequence === undefined ? undefined : countOf(BigInt(`0x${sequence}`))
}

/** Undefined for what is no such event, or of another lane. */
export function readSent(log: NodeLog, lane: Word): SentPacket | undefined {
  const args = argsOf(log, 'Sent', lane)
  if (!args) return undefined
  const { kind, message, sender, receiver } = args
  const [sequence, deadline] = [countOf(args.sequence), countOf(args.deadline)]
  const body = Buffer.from(args.body.slice(2), 'hex')
  if (sequence === undefined || deadline === undefined || body.length > PACKET_BODY_MAX) return undefined
  const words = { kind: bare(kind), message: bare(message), sender: bare(sender), receiver: bare(receiver) }
  const packet: Packet = { lane, sequence, ...words, deadline, body }
  return { packet, height: log.height }
}

/** Undefined for what is no such event, or of another lane. */
export function readReceived(log: NodeLog, lane: Word): ReceivedPacket | undefined {
  const args = argsOf(log, 'Received', lane)
  if (!args) return undefined
  const { commitment, acknowledgement } = args
  const [sequence, outcome] = [countOf(args.sequence), outcomeOf(args.outcome)]
  if (sequence === undefined || outcome === undefined) return undefined
  return {
    sequence,
    outcome,
    commitment: bare(commitment),
    acknowledgement: bare(acknowledgement),
    height: log.height,
  }
}

function argsOf<Name extends LaneEvent>({ topics, data }: NodeLog, eventName: Name, lane: Word) {
  if (topics[0] !== topicOf(eventName) || topics[1] !== lane) return undefined
  try {
    const [signature, ...rest] = topics.map((topic): Hex => `0x${topic}`)
    const log = { data: `0x${data.toString('hex')}` as Hex, topics: [signature!, ...rest] as [Hex, ...Hex[]] }
    return decodeEventLog({ abi: gatewayAbi, eventName, strict: true, ...log }).args
  } catch {
    return undefined
  }
}

const bare = (hex: Hex): Word => hex.slice(2).toLowerCase()

const countOf = (value: bigint): number | undefined =>
  value < 1n || value > BigInt(Number.MAX_SAFE_INTEGER) ? undefined : Number(value)
