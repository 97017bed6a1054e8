// A devnet for tests: its clock stands until told, a contract is compiled once, and viem speaks to it over HTTP.
import { afterAll } from 'vitest'
import { createPublicClient, createWalletClient, defineChain, type Hex, http, parseAbi } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { createDevnet, type Devnet, type DevnetOptions } from '../../../../src/crosschain/devnet/index.ts'
import { compileSources } from '../../../../src/crosschain/ledgers/evm/gateway/compile.ts'

/** 2026-01-01T00:00:00Z. */
export const START_MS = 1_767_225_600_000

const SOURCE = `// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;
contract Book {
  mapping(uint256 => bytes32) public lines;
  event Written(uint256 indexed number, bytes32 line);
  error AlreadyWritten(uint256 number);
  function write(uint256 number, bytes32 line) external {
    if (lines[number] != bytes32(0)) revert AlreadyWritten(number);
    lines[number] = line;
    emit Written(number, line);
  }
  function above(uint256 back) external view returns (bytes32) { return blockhash(block.number - back); }
  function time() external view returns (uint256) { return block.timestamp; }
}`
export const bookAbi = parseAbi([
  'function write(uint256 number, bytes32 line)',
  'function lines(uint256 number) view returns (bytes32)',
  'function above(uint256 back) view returns (bytes32)',
  'function time() view returns (uint256)',
  'event Written(uint256 indexed number, bytes32 line)',
  'error AlreadyWritten(uint256 number)',
])
export const bookCode = compileSources({ 'Book.sol': SOURCE })[0]!.bytecode as Hex

export const lineOf = (n: number): Hex => `0x${n.toString(16).padStart(64, 'a')}`

/** Closed after the test file. */
export async function devnetOf(options: Partial<DevnetOptions> = {}): Promise<Devnet> {
  const devnet = await createDevnet({ name: 'test', chainId: 7201, seed: 'test', clock: () => START_MS, ...options })
  afterAll(() => devnet.close())
  return devnet
}

/** viem over HTTP, in the name of account `n`. */
export function clientsOf(devnet: Devnet, url: string, n = 0) {
  const chain = defineChain({
    id: devnet.chainId,
    name: devnet.name,
    nativeCurrency: { name: 'coin', symbol: 'COIN', decimals: 18 },
    rpcUrls: { default: { http: [url] } },
  })
  const account = privateKeyToAccount(`0x${devnet.accountKey(n).toString('hex')}`)
  const transport = http(url, { retryCount: 0, timeout: 5000 })
  const wallet = createWalletClient({ account, chain, transport })
  const node = createPublicClient({ chain, transport })
  return { account, wallet, node }
}

/** A signed transaction of account `n`, raw. */
export function signed(devnet: Devnet, n: number, nonce: number, more: Record<string, unknown> = {}): Promise<Hex> {
  const account = privateKeyToAccount(`0x${devnet.accountKey(n).toString('hex')}`)
  const price = 'gasPrice' in more ? {} : { maxFeePerGas: 2_000_000_000n, maxPriorityFeePerGas: 0n }
  const plain = { chainId: devnet.chainId, nonce, to: `0x${'22'.repeat(20)}`, value: 1n, gas: 21_000n, ...price }
  return account.signTransaction({ ...plain, ...more } as Parameters<typeof account.signTransaction>[0])
}

/** Block JSON as the node gives it. */
export const blockAt = (devnet: Devnet, height: number, full = false) =>
  devnet.request('eth_getBlockByNumber', [`0x${height.toString(16)}`, full]) as Promise<Record<string, string>>
