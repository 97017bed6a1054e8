// What a gateway says of itself when called, as the node tells it.
import { decodeFunctionResult, encodeFunctionData, type Hex } from 'viem'
import type { Address, Word } from '../../packet.ts'
import { type LaneCounters, TransportFault } from '../../transport.ts'
import { quantity, readBytes, readCount } from './answers.ts'
import { gatewayAbi } from './gateway/gateway.ts'
import type { Rpc } from './rpc.ts'

/** 64 members, and what is around them. */
const MEMBERS_ANSWER_MAX = 4_096

/** Counters of a lane in the state of a block; all zero for a lane that is not open. */
export async function countersAt(rpc: Rpc, gateway: Address, lane: Word, tag: string): Promise<LaneCounters> {
  const call = { abi: gatewayAbi, functionName: 'counters' } as const
  const data = encodeFunctionData({ ...call, args: [`0x${lane}`] })
  const answer = await callAt(rpc, gateway, data, tag, 96)
  const [sent, received, acknowledged] = decodeFunctionResult({ ...call, data: answer }).map((count) =>
    readCount(quantity(count), 'counter'),
  )
  return { sent: sent!, received: received!, acknowledged: acknowledged! }
}

/** Number of the validator set in force, from 1. */
export async function epochOf(rpc: Rpc, gateway: Address): Promise<number> {
  const call = { abi: gatewayAbi, functionName: 'epoch' } as const
  const answer = await callAt(rpc, gateway, encodeFunctionData(call), 'latest', 32)
  return readCount(quantity(decodeFunctionResult({ ...call, data: answer })), 'epoch')
}

/** Members of a validator set at a gateway, as the node says. */
export async function membersOf(rpc: Rpc, gateway: Address, epoch: number): Promise<Address[]> {
  const call = { abi: gatewayAbi, functionName: 'setOf' } as const
  const data = encodeFunctionData({ ...call, args: [BigInt(epoch)] })
  const answer = readBytes(await rpc.ask('eth_call', [{ to: `0x${gateway}`, data }, 'latest']), 'set of validators')
  if (answer.length > MEMBERS_ANSWER_MAX) throw new TransportFault('answer', 'the set of validators is longer than any')
  try {
    const [members] = decodeFunctionResult({ ...call, data: `0x${answer.toString('hex')}` })
    return members.map((address) => address.slice(2).toLowerCase())
  } catch (cause) {
    throw new TransportFault('answer', 'the node gives no set of validators', { cause })
  }
}

async function callAt(rpc: Rpc, gateway: Address, data: Hex, tag: string, length: number): Promise<Hex> {
  const answer = await rpc.ask('eth_call', [{ to: `0x${gateway}`, data }, tag])
  return `0x${readBytes(answer, 'answer of the gateway', length).toString('hex')}`
}
