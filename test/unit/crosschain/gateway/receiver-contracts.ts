// The receivers of test/support/contracts, compiled and put on a ledger.
import { readFileSync } from 'node:fs'
import { type Abi, decodeFunctionResult, encodeDeployData, encodeFunctionData, type Hex, parseAbi } from 'viem'
import { compileSources } from '../../../../src/crosschain/ledgers/evm/gateway/compile.ts'
import type { Address } from '../../../../src/crosschain/packet.ts'
import { hexWord, relayer } from './cast.ts'
import type { TestLedger } from './ledger.ts'

export const receiverAbi = parseAbi([
  'function calls() view returns (uint256)',
  'function succeeded() view returns (bool)',
  'function arm(address target, bytes data)',
])

export type ReceiverName = 'Echo' | 'Silent' | 'Reverting' | 'Burning' | 'Meter' | 'Bomb' | 'Reentrant'

/** Compiles them all; deploys one at a time. */
export function receivers(): (ledger: TestLedger, name: ReceiverName, args?: unknown[]) => Promise<Address> {
  const file = new URL('../../../support/contracts/Receivers.sol', import.meta.url)
  const artefacts = compileSources({ 'Receivers.sol': readFileSync(file, 'utf8') })
  return async (ledger, name, args = []) => {
    const { abi, bytecode } = artefacts.find(({ contract }) => contract === name)!
    const data = encodeDeployData({ abi: abi as Abi, bytecode: bytecode as Hex, args })
    return (await ledger.act(relayer, undefined, data)).contract
  }
}

export async function callsOf(ledger: TestLedger, receiver: Address): Promise<number> {
  // Not by the function: some receivers answer every call in their own way.
  return Number(BigInt(hexWord(await ledger.storage(receiver, '00'.repeat(32)))))
}

export async function armed(ledger: TestLedger, receiver: Address, target: Address, data: Hex): Promise<void> {
  const call = encodeFunctionData({ abi: receiverAbi, functionName: 'arm', args: [hexWord(target), data] })
  const done = await ledger.act(relayer, receiver, call)
  if (done.refusal !== undefined) throw new Error(done.refusal)
}

/** Whether what a reentrant receiver called did succeed. */
export async function reenteredWell(ledger: TestLedger, receiver: Address): Promise<boolean> {
  const data = await ledger.read(receiver, encodeFunctionData({ abi: receiverAbi, functionName: 'succeeded' }))
  return decodeFunctionResult({ abi: receiverAbi, functionName: 'succeeded', data })
}
