// The raw header is rebuilt from what a node says in JSON; what cannot be a header is refused, and a block of another height.
import { RLP } from '@ethereumjs/rlp'
import { beforeAll, describe, expect, it } from 'vitest'
import { createDevnet, type Devnet } from '../../../../src/crosschain/devnet/index.ts'
import { evmReader } from '../../../../src/crosschain/ledgers/evm/reader.ts'
import { START_MS } from '../../../support/ledger-place.ts'
import { fakeRpc } from './fake-rpc.ts'

type Block = Record<string, unknown>
const contract = { address: '0a'.repeat(20), codeHash: '0b'.repeat(32) }
const headerFrom = (block: unknown, height = 3): Promise<Uint8Array> => {
  const options = { contracts: { gateway: contract }, deployedAt: 0, scanMs: 1000, clock: () => 0 }
  return evmReader(fakeRpc({ eth_getBlockByNumber: () => block }), options).header(height)
}

describe('a header from JSON', () => {
  let devnet: Devnet
  let block: Block
  beforeAll(async () => {
    devnet = await createDevnet({ name: 'test', chainId: 7201, seed: 'header test', clock: () => START_MS })
    for (let n = 0; n < 3; n++) await devnet.mine()
    block = (await devnet.request('eth_getBlockByNumber', ['0x3', false])) as Block
    return () => devnet.close()
  })

  it('is the one that was sealed, byte for byte', async () => {
    expect(Buffer.from(await headerFrom(block)).equals(devnet.header(3))).toBe(true)
  })

  it.each([
    ['another height', { number: '0x4' }],
    ['a height that is no number', { number: 'three' }],
    ['a height beyond all numbers', { number: `0x${'f'.repeat(40)}` }],
    ['no height', { number: undefined }],
    ['a short parent hash', { parentHash: `0x${'11'.repeat(31)}` }],
    ['a long state root', { stateRoot: `0x${'11'.repeat(33)}` }],
    ['a receipts root that is no hex', { receiptsRoot: `0x${'zz'.repeat(32)}` }],
    ['half a byte', { extraData: '0x123' }],
    ['no bloom', { logsBloom: null }],
    ['a short bloom', { logsBloom: '0x00' }],
    ['a number of gas that is no number', { gasUsed: 21_000 }],
    ['a nonce as a number', { nonce: '0x0' }],
    ['a miner of 32 bytes', { miner: `0x${'11'.repeat(32)}` }],
    ['extra data of 100 kB', { extraData: `0x${'11'.repeat(100_000)}` }],
    ['a withdrawals root that is none', { withdrawalsRoot: '0x1' }],
  ])('is refused with %s', async (_, change) => {
    await expect(headerFrom({ ...block, ...change })).rejects.toMatchObject({ kind: 'answer' })
  })

  it.each([null, [], 'block', 7, true])('is refused when the node says %j for a block', async (answer) => {
    await expect(headerFrom(answer)).rejects.toMatchObject({ kind: 'answer' })
  })

  it('has the fields of later forks that are there, in their order, and none that is absent or null', async () => {
    const word = (byte: string): string => `0x${byte.repeat(32)}`
    const later = {
      requestsHash: word('0d'),
      parentBeaconBlockRoot: word('0c'),
      excessBlobGas: '0x0',
      blobGasUsed: '0x5',
      withdrawalsRoot: word('0b'),
      baseFeePerGas: '0x7',
    }
    const fields = async (change: Block): Promise<string[]> => {
      const items = RLP.decode(await headerFrom({ ...block, ...change })) as Uint8Array[]
      return items.slice(15).map((item) => Buffer.from(item).toString('hex'))
    }
    const [b, c, d] = ['0b', '0c', '0d'].map((byte) => byte.repeat(32))
    expect(await fields(later)).toEqual(['07', b, '05', '', c, d])
    expect(await fields({ ...later, requestsHash: undefined, parentBeaconBlockRoot: null })).toEqual([
      '07',
      b,
      '05',
      '',
    ])
    expect(await fields({ baseFeePerGas: undefined })).toEqual([])
  })
})
