// Trying an act before it is paid for, and naming what a contract refuses with.
import type { Address } from '../../packet.ts'
import { TransportFault } from '../../transport.ts'
import { quantity, readWei } from './answers.ts'
import { refusalName } from './gateway/gateway.ts'
import { NodeFault } from './node-fault.ts'
import type { Rpc } from './rpc.ts'

/** What a transaction does; without `to` it deploys. */
export interface EvmAct {
  to?: Address
  /** Hex with 0x. */
  data: `0x${string}`
}

/** Nobody of ours needs more; a gateway's deployment comes nearest. */
const GAS_MAX = 20_000_000n

/** Gas that the act may use: a fifth more than it used when tried. Throws TransportFault, `reverted` for an act that is doomed. */
export async function tryAct(rpc: Rpc, from: Address, act: EvmAct): Promise<bigint> {
  try {
    const gas = readWei(await rpc.ask('eth_estimateGas', [callOf(from, act)]), 'estimate of gas')
    if (gas > GAS_MAX) throw new TransportFault('answer', `the act is said to need ${gas} gas`)
    return (gas * 6n) / 5n
  } catch (error) {
    throw error instanceof NodeFault ? await reasonOf(error, () => replay(rpc, from, act, 'latest')) : error
  }
}

/** Why an act that stands in a block did nothing, as far as its replay on the state after it tells. */
export async function reversion(rpc: Rpc, from: Address, act: EvmAct, height: number): Promise<TransportFault> {
  const fault = await replay(rpc, from, act, quantity(height))
  return fault instanceof NodeFault ? reverted(fault) : new TransportFault('reverted', 'the act failed in its block')
}

/** The node's words on money; each family has its own. */
export const isAboutFunds = ({ said }: NodeFault): boolean =>
  /insufficient (?:funds|balance)|upfront cost exceeds|gas required exceeds allowance/i.test(said)

async function reasonOf(fault: NodeFault, again: () => Promise<unknown>): Promise<TransportFault> {
  if (fault.data !== undefined && fault.data !== '0x') return reverted(fault)
  if (isAboutFunds(fault)) return new TransportFault('funds', `the account cannot pay: ${fault.said}`, { cause: fault })
  // Some nodes give what the contract returned for calls only.
  const called = await again()
  if (called instanceof NodeFault && isReversion(called)) return reverted(called)
  return isReversion(fault) ? reverted(fault) : fault
}

const replay = (rpc: Rpc, from: Address, act: EvmAct, tag: string): Promise<unknown> =>
  rpc.ask('eth_call', [callOf(from, act), tag]).catch((error: unknown) => error)

const isReversion = ({ rpcCode, said, data }: NodeFault): boolean =>
  rpcCode === 3 || /revert|invalid opcode|out of gas/i.test(said) || (data ?? '0x') !== '0x'

function reverted(fault: NodeFault): TransportFault {
  const code = fault.data === undefined ? undefined : refusalName(Buffer.from(fault.data.slice(2), 'hex'))
  const why = code ?? fault.said
  return new TransportFault('reverted', `the contract refuses: ${why}`, { ...(code && { code }), cause: fault })
}

const callOf = (from: Address, { to, data }: EvmAct): Record<string, string> => ({
  from: `0x${from}`,
  ...(to !== undefined && { to: `0x${to}` }),
  data,
})
