// Answers without a network: what each method says, in a table that the test changes.
import type { Rpc } from '../../../../src/crosschain/ledgers/evm/rpc.ts'
import { NodeFault } from '../../../../src/crosschain/ledgers/evm/node-fault.ts'

export type Say = (params: readonly unknown[]) => unknown

export interface FakeRpc extends Rpc {
  say: Record<string, Say>
  asked: { method: string; params: readonly unknown[] }[]
  count(method: string): number
}

export function fakeRpc(say: Record<string, Say>): FakeRpc {
  const rpc: FakeRpc = {
    say,
    asked: [],
    count: (method) => rpc.asked.filter((one) => one.method === method).length,
    async ask(method, params) {
      rpc.asked.push({ method, params })
      const told = rpc.say[method]
      if (!told) throw new NodeFault(method, { code: -32601, message: 'method not found' })
      return told(params)
    },
  }
  return rpc
}

export const quantity = (value: number | bigint): string => `0x${value.toString(16)}`
