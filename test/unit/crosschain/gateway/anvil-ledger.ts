// A second EVM under the contracts in tests: anvil, started by its binary on a free port and ended with the test.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Hex } from 'viem'
import { refusalName } from '../../../../src/crosschain/ledgers/evm/gateway/gateway.ts'
import type { TestLedger } from './ledger.ts'

/** Where the binary for this machine is; undefined: not installed. */
export function anvilPath(): string | undefined {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const arch = process.arch === 'x64' ? 'amd64' : process.arch
  const packages = join(dirname(createRequire(import.meta.url).resolve('viem/package.json')), '..')
  const path = join(packages, '@foundry-rs', `anvil-${platform}-${arch}`, 'bin', 'anvil')
  return existsSync(path) ? path : undefined
}

interface Receipt {
  status: Hex
  gasUsed: Hex
  contractAddress: Hex | null
  logs: { address: Hex; topics: Hex[]; data: Hex }[]
}

/** Gas costs nothing and anybody may act: what is looked at is the contract. */
export async function anvilLedger(path: string, chainId: number): Promise<TestLedger> {
  const free = ['--gas-price', '0', '--block-base-fee-per-gas', '0', '--disable-min-priority-fee']
  const flags = ['--port', '0', '--host', '127.0.0.1', '--chain-id', `${chainId}`, '--auto-impersonate', ...free]
  const child = spawn(path, [...flags, '--accounts', '1', '--hardfork', 'paris'], {
    stdio: ['ignore', 'pipe', 'ignore'],
    // Should a test end without closing it.
    timeout: 900_000,
  })
  const url = await new Promise<string>((resolve, reject) => {
    let text = ''
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`anvil ended with ${code}`)))
    child.stdout.on('data', (bytes: Buffer) => {
      text += bytes.toString()
      const address = /Listening on (\S+)/.exec(text)?.[1]
      if (address) resolve(`http://${address}`)
    })
  })
  const ask = async <T>(method: string, ...params: unknown[]): Promise<T> => {
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })
    const answer = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
    const { result, error } = (await answer.json()) as { result: T; error?: { message: string; data?: Hex } }
    if (error) throw new Error(refusalName(Buffer.from((error.data ?? '0x').slice(2), 'hex')) ?? error.message)
    return result
  }
  // It answers with the hash before its block is made.
  const receiptOf = async (hash: Hex): Promise<Receipt> => {
    for (let tries = 0; tries < 1000; tries++) {
      const receipt = await ask<Receipt | null>('eth_getTransactionReceipt', hash)
      if (receipt) return receipt
      await sleep(5)
    }
    throw new Error(`no receipt of ${hash}`)
  }
  let nowS = await ask<{ timestamp: Hex }>('eth_getBlockByNumber', 'latest', false).then((b) => Number(b.timestamp))
  // Blocks of one second apart, so that the clock is the test's alone.
  await ask('anvil_setBlockTimestampInterval', 1)
  return {
    chainId,
    nowS: () => nowS,
    async setTime(timestampS) {
      await ask('evm_setNextBlockTimestamp', timestampS)
      await ask('evm_mine')
      nowS = timestampS
    },
    async act(from, to, data, gas = 5_000_000) {
      const request = {
        from: `0x${from.address}`,
        data,
        gasPrice: '0x0',
        gas: `0x${gas.toString(16)}`,
        ...(to && { to: `0x${to}` }),
      }
      const hash = await ask<Hex>('eth_sendTransaction', request)
      const receipt = await receiptOf(hash)
      nowS = Number((await ask<{ timestamp: Hex }>('eth_getBlockByNumber', 'latest', false)).timestamp)
      const good = receipt.status === '0x1'
      const trace = good
        ? undefined
        : await ask<{ output?: Hex }>('debug_traceTransaction', hash, { tracer: 'callTracer' })
      const output = Buffer.from((trace?.output ?? '0x').slice(2), 'hex')
      return {
        refusal: good ? undefined : (refusalName(output) ?? 'reverted'),
        gasUsed: Number(receipt.gasUsed),
        logs: receipt.logs.map(({ address, topics, data }) => ({
          address: address.slice(2),
          topics: topics.map((topic) => topic.slice(2)),
          data: Buffer.from(data.slice(2), 'hex'),
        })),
        contract: (receipt.contractAddress ?? '0x').slice(2),
      }
    },
    read: (to, data) => ask<Hex>('eth_call', { to: `0x${to}`, data }, 'latest'),
    storage: async (address, slot) =>
      (await ask<Hex>('eth_getStorageAt', `0x${address}`, `0x${slot}`, 'latest')).slice(2).padStart(64, '0'),
    code: async (address) => Buffer.from((await ask<Hex>('eth_getCode', `0x${address}`, 'latest')).slice(2), 'hex'),
    async close() {
      child.removeAllListeners('exit')
      const ended = new Promise((resolve) => child.once('exit', resolve))
      child.kill()
      await ended
    },
  }
}
