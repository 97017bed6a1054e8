// What the gateway's events say.
import { decodeEventLog, getAbiItem, type Hex, toEventSelector } from 'viem'
import { gatewayAbi } from '../../../../src/crosschain/ledgers/evm/gateway/gateway.ts'
import type { Packet, Word } from '../../../../src/crosschain/packet.ts'
import { hex, hexWord } from './cast.ts'
import type { Done } from './ledger.ts'

/** The packet of the one `Sent` event. */
export function sentPacket(done: Done): Packet {
  const { args } = decodeEventLog({ abi: gatewayAbi, eventName: 'Sent', ...theOnly(done, 'Sent') })
  return {
    lane: args.lane.slice(2),
    sequence: Number(args.sequence),
    kind: args.kind.slice(2),
    message: args.message.slice(2),
    sender: args.sender.slice(2),
    receiver: args.receiver.slice(2),
    deadline: Number(args.deadline),
    body: Buffer.from(args.body.slice(2), 'hex'),
  }
}

/** Outcome, commitment and acknowledgement of the one `Received` event. */
export function received(done: Done): { outcome: number; commitment: Word; acknowledgement: Word } {
  const { args } = decodeEventLog({ abi: gatewayAbi, eventName: 'Received', ...theOnly(done, 'Received') })
  return { outcome: args.outcome, commitment: args.commitment.slice(2), acknowledgement: args.acknowledgement.slice(2) }
}

function theOnly(done: Done, name: 'Sent' | 'Received'): { topics: [Hex, ...Hex[]]; data: Hex } {
  const topic = toEventSelector(getAbiItem({ abi: gatewayAbi, name }))
  const logs = done.logs.filter(({ topics }) => hexWord(topics[0]!) === topic)
  if (logs.length !== 1) throw new Error(`${logs.length} events ${name}, refusal ${done.refusal}`)
  return { topics: logs[0]!.topics.map(hexWord) as [Hex, ...Hex[]], data: hex(logs[0]!.data) }
}
