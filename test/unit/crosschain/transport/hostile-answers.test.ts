// Whatever JSON a node answers with: a call resolves with what has the right form, or ends in a TransportFault.
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { evmReader } from '../../../../src/crosschain/ledgers/evm/reader.ts'
import { type LedgerReader, TransportFault } from '../../../../src/crosschain/transport.ts'
import { fakeRpc, quantity } from './fake-rpc.ts'

const LANE = 'a1'.repeat(32)
const contract = { address: '0a'.repeat(20), codeHash: '0b'.repeat(32) }
const readerOver = (answer: () => unknown, more: Record<string, () => unknown> = {}): LedgerReader => {
  const methods = ['eth_chainId', 'eth_blockNumber', 'eth_getBlockByNumber', 'eth_getLogs', 'eth_getProof', 'eth_call']
  const receipts = ['eth_getBlockReceipts', 'eth_getTransactionReceipt']
  const say = Object.fromEntries([...methods, ...receipts].map((method) => [method, answer]))
  const contracts = { gateway: contract, notary: contract }
  return evmReader(fakeRpc({ ...say, ...more }), { contracts, deployedAt: 0, scanMs: 1000, clock: () => 0 })
}
const calls: Record<string, (reader: LedgerReader) => Promise<unknown>> = {
  chainId: (reader) => reader.chainId(),
  head: (reader) => reader.head(),
  header: (reader) => reader.header(3),
  counters: (reader) => reader.counters(LANE),
  sent: (reader) => reader.sent(LANE, 1, 5),
  received: (reader) => reader.received(LANE, 1, 5),
  proof: (reader) => reader.proof({ box: 'outbox', key: LANE, number: 1 }, 3),
  logs: (reader) => reader.logs({ contract: contract.address, topic: LANE }, 1, 3),
  logProof: (reader) => reader.logProof({ height: 3, transactionIndex: 0, logIndex: 0 }),
}

const NAMES =
  'number transactions receiptsRoot accountProof storageProof value proof address topics data blockNumber transactionHash transactionIndex logIndex logs status cumulativeGasUsed logsBloom type __proto__'

/** JSON of any kind, with the names and the forms that answers have. */
const answers = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.jsonValue(),
    fc.nat().map(quantity),
    fc.uint8Array({ maxLength: 40 }).map((bytes) => `0x${Buffer.from(bytes).toString('hex')}`),
    fc.constantFrom(`0x${'00'.repeat(32)}`, `0x${'ff'.repeat(32)}`, '0x3', `0x${contract.address}`, `0x${LANE}`),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...NAMES.split(' ')), tie('value')),
  ),
})).value

describe.each(Object.entries(calls))('%s', (_, call) => {
  it('ends in an answer or in a fault of the transport', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(answers, { minLength: 1, maxLength: 6 }), async (given) => {
        let at = 0
        await call(readerOver(() => given[at++ % given.length])).catch((error: unknown) => {
          if (!(error instanceof TransportFault)) throw error
        })
      }),
      { numRuns: 200 },
    )
  })
})

describe('a proof from a node', () => {
  const proof = (answer: unknown) => readerOver(() => answer).proof({ box: 'inbox', key: LANE, number: 1 }, 3)
  const good = { accountProof: ['0x01'], storageProof: [{ key: '0x0', value: '0x5', proof: ['0x02', '0x03'] }] }

  it('is given as it came, with the value as a word', async () => {
    expect(await proof(good)).toEqual({
      value: '5'.padStart(64, '0'),
      proof: { account: [Buffer.of(1)], storage: [Buffer.of(2), Buffer.of(3)] },
    })
  })
  it.each([
    ['nodes without end', { ...good, accountProof: Array.from({ length: 65 }, () => '0x00') }],
    ['two slots', { ...good, storageProof: [...good.storageProof, ...good.storageProof] }],
    ['no slot', { ...good, storageProof: [] }],
    ['a value of 33 bytes', { ...good, storageProof: [{ value: `0x${'1'.repeat(66)}`, proof: [] }] }],
  ])('is refused with %s', async (_, answer) => {
    await expect(proof(answer)).rejects.toMatchObject({ kind: 'answer' })
  })
})
