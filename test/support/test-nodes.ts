// The nodes that a transport is tried on: our devnet as it can be set up, and anvil where it is installed.
import { createDevnet, type DevnetOptions } from '../../src/crosschain/devnet/index.ts'
import { keccak } from '../../src/crosschain/hash.ts'
import { evmVerifier } from '../../src/crosschain/ledgers/evm/verifier.ts'
import { anvilBinary, startAnvil } from './anvil.ts'
import { keyPairs, START_MS } from './ledger-place.ts'

export interface TestNode {
  url: string
  chainId: number
  /** Of five accounts that can pay. */
  keys: Buffer[]
  /** Throws for a header that the chain has not. */
  checkHeader(height: number, header: Uint8Array): Promise<void>
  /** Moves the time of its blocks. */
  advance(seconds: number): Promise<void>
  close(): Promise<void>
}

async function devnetNode(options: Partial<DevnetOptions> = {}): Promise<TestNode> {
  let nowMs = START_MS
  const plain = { name: 'test', chainId: 7201, seed: 'transport test', clock: () => nowMs }
  const devnet = await createDevnet({ ...plain, ...options })
  const trust = devnet.genesis()
  return {
    url: await devnet.listen(0),
    chainId: 7201,
    keys: [0, 1, 2, 3, 4].map((n) => devnet.accountKey(n)),
    checkHeader: async (_, header) => {
      evmVerifier(devnet.consensus).verifyHeader(trust, header, { nowS: nowMs / 1000 })
    },
    async advance(seconds) {
      nowMs += seconds * 1000
      await devnet.mine()
    },
    close: () => devnet.close(),
  }
}

async function anvilNode(binary: string, flags: readonly string[] = []): Promise<TestNode> {
  const pairs = keyPairs('anvil account', 5)
  const anvil = await startAnvil(binary, 31337, { accounts: pairs.map(({ address }) => address), flags })
  return {
    url: anvil.url,
    chainId: 31337,
    keys: pairs.map(({ key }) => key),
    async checkHeader(height, header) {
      const { hash } = (await anvil.ask('eth_getBlockByNumber', `0x${height.toString(16)}`, false)) as { hash: string }
      if (hash !== `0x${keccak(header).toString('hex')}`) throw new Error(`the header is not of ${hash}`)
    },
    async advance(seconds) {
      await anvil.ask('evm_increaseTime', seconds)
      await anvil.ask('evm_mine')
    },
    close: () => anvil.close(),
  }
}

const binary = anvilBinary()
if (binary === undefined) console.warn('anvil is not installed here: the transport is tried on devnets alone')

export const testNodes: { name: string; start(): Promise<TestNode> }[] = [
  { name: 'the devnet (QBFT)', start: () => devnetNode() },
  { name: 'the devnet (IBFT 1, a block every 50 ms)', start: () => devnetNode({ consensus: 'ibft1', blockMs: 50 }) },
  { name: 'the devnet (IBFT 2, free gas)', start: () => devnetNode({ consensus: 'ibft2', baseFeePerGas: 0n }) },
  ...(binary === undefined
    ? []
    : [
        { name: 'anvil', start: () => anvilNode(binary) },
        { name: 'anvil (several transactions in a block)', start: () => anvilNode(binary, ['--block-time', '0.2']) },
        {
          name: 'anvil (free gas, no base fee)',
          start: () => anvilNode(binary, ['--hardfork', 'istanbul', '--gas-price', '0']),
        },
      ]),
]
