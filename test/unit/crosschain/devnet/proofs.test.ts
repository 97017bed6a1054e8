// Facts and logs of a devnet are proved by the hub's own verifier, in a block of many and under a state that has since moved on.
import { encodeFunctionData, type Hex, keccak256, parseAbi, toHex } from 'viem'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Devnet } from '../../../../src/crosschain/devnet/index.ts'
import { compileSources } from '../../../../src/crosschain/ledgers/evm/gateway/compile.ts'
import { type RpcReceipt, receiptProof } from '../../../../src/crosschain/ledgers/evm/receipt-proof.ts'
import { mappingSlot } from '../../../../src/crosschain/ledgers/evm/state-proof.ts'
import { evmVerifier } from '../../../../src/crosschain/ledgers/evm/verifier.ts'
import type { InclusionProof, VerifiedHeader } from '../../../../src/crosschain/verifier.ts'
import { clientsOf, devnetOf, signed, START_MS } from './place.ts'

const SOURCE = `// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;
contract Box {
  mapping(bytes32 => mapping(uint256 => bytes32)) public outbox;
  event Sent(bytes32 indexed lane, uint256 number, bytes32 value);
  function put(bytes32 lane, uint256 number, bytes32 value) external {
    outbox[lane][number] = value;
    emit Sent(lane, number, value);
  }
}`
const abi = parseAbi(['function put(bytes32 lane, uint256 number, bytes32 value)'])
const verifier = evmVerifier('qbft')
const lane = 'ab'.repeat(32)
const valueOf = (n: number): string => n.toString(16).padStart(64, 'c')
const bytesOf = (hex: string): Buffer => Buffer.from(hex.slice(2), 'hex')

let devnet: Devnet
let address: string
let codeHash: string
let block: number

beforeAll(async () => {
  devnet = await devnetOf({ seed: 'proofs', accounts: 20, blockMs: 3_600_000 })
  const { bytecode } = compileSources({ 'Box.sol': SOURCE })[0]!
  const deploy = await signed(devnet, 0, 0, { data: bytecode, to: null, value: 0n, gas: 900_000n })
  const hash = await devnet.request('eth_sendRawTransaction', [deploy])
  await devnet.mine()
  const receipt = (await devnet.request('eth_getTransactionReceipt', [hash])) as { contractAddress: Hex }
  address = receipt.contractAddress.slice(2)
  codeHash = keccak256((await devnet.request('eth_getCode', [receipt.contractAddress, 'latest'])) as Hex).slice(2)
  for (let n = 1; n < 20; n++) {
    const data = encodeFunctionData({ abi, functionName: 'put', args: [`0x${lane}`, BigInt(n), `0x${valueOf(n)}`] })
    const raw = await signed(devnet, n, 0, { data, to: receipt.contractAddress, value: 0n, gas: 100_000n })
    await devnet.request('eth_sendRawTransaction', [raw])
  }
  block = await devnet.mine()
  // Moves the state on.
  await devnet.request('eth_sendRawTransaction', [await signed(devnet, 0, 1)])
  await devnet.mine()
})

function verified(height: number): VerifiedHeader {
  const { validators, hash } = devnet.genesis()
  let trust: { height: number; hash?: string; validators: readonly string[] } = { height: 0, hash, validators }
  for (let at = 1; ; at++) {
    const header = verifier.verifyHeader(trust, devnet.header(at), { nowS: START_MS / 1000 })
    if (at === height) return header
    trust = header
  }
}

async function inclusion(number: number, height: number): Promise<InclusionProof> {
  const slot = `0x${mappingSlot({ box: 'outbox', key: lane, number })}`
  const answer = (await devnet.request('eth_getProof', [`0x${address}`, [slot], toHex(height)])) as {
    accountProof: string[]
    storageProof: [{ proof: string[] }]
  }
  return { account: answer.accountProof.map(bytesOf), storage: answer.storageProof[0].proof.map(bytesOf) }
}

describe('a fact', () => {
  it('is proved in the block where it came to be and in later ones, and in none before', async () => {
    const factOf = (number: number) => ({ box: 'outbox', key: lane, number, value: valueOf(number) }) as const
    for (const number of [1, 10, 19])
      for (const height of [block, block + 1])
        await verifier.verifyFact(
          verified(height),
          { address, codeHash },
          factOf(number),
          await inclusion(number, height),
        )
    const early = verifier.verifyFact(
      verified(block - 1),
      { address, codeHash },
      factOf(10),
      await inclusion(10, block - 1),
    )
    await expect(early).rejects.toMatchObject({ reason: 'SLOT_VALUE' })
  })
})

describe('a log', () => {
  it('is proved at its place among nineteen transactions', async () => {
    const receipts = (await devnet.request('eth_getBlockReceipts', [toHex(block)])) as RpcReceipt[]
    expect(receipts).toHaveLength(19)
    for (const transactionIndex of [0, 7, 18]) {
      const { nodes } = await receiptProof(receipts, transactionIndex)
      const log = await verifier.verifyLog(verified(block), { transactionIndex, logIndex: 0, nodes })
      expect([log.address, log.topics[1]]).toEqual([address, lane])
      expect(Buffer.from(log.data).toString('hex')).toContain(valueOf(transactionIndex + 1))
    }
  })
})

describe('questions asked while a block is made', () => {
  it('are answered by the block before, all of them', async () => {
    const before = devnet.head()
    for (let n = 1; n < 20; n++)
      for (let nonce = 1; nonce < 6; nonce++)
        await devnet.request('eth_sendRawTransaction', [await signed(devnet, n, nonce)])
    const made = devnet.mine()
    const { node } = clientsOf(devnet, await devnet.listen(0))
    let asked = 0
    let done = false
    const finished = made.then(() => (done = true))
    // oxlint-disable-next-line no-unmodified-loop-condition -- the block's end sets it
    while (!done) {
      const height = await node.getBlockNumber({ cacheTime: 0 })
      const sent = await node.getTransactionCount({
        address: `0x${devnet.accounts()[3]!}`,
        blockNumber: BigInt(before),
      })
      expect(sent).toBe(1)
      if (height === BigInt(before)) asked++
      await inclusion(5, before)
    }
    await finished
    expect(asked).toBeGreaterThan(0)
    const { transactions } = (await devnet.request('eth_getBlockByNumber', ['latest', false])) as { transactions: [] }
    expect(transactions).toHaveLength(95)
    expect(verified(before + 1).height).toBe(before + 1)
  })
})
