// Proofs of logs are made from all receipts of a block, however the node gives them; receipts that are not the block's are refused.
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Devnet, RpcError } from '../../../../src/crosschain/devnet/index.ts'
import { deployNotary } from '../../../../src/crosschain/ledgers/evm/deploy.ts'
import { topicOf } from '../../../../src/crosschain/ledgers/evm/gateway-events.ts'
import { readHeader } from '../../../../src/crosschain/ledgers/evm/header.ts'
import { proveLog } from '../../../../src/crosschain/ledgers/evm/receipt-proof.ts'
import { evmTransport } from '../../../../src/crosschain/ledgers/evm/transport.ts'
import type { SeenLog, Transport } from '../../../../src/crosschain/transport.ts'
import { kindOf, ledgerPlace, type LedgerPlace, MESSAGE, type PlaceLane } from '../../../support/ledger-place.ts'
import { type FakeNode, fakeNode } from './fake-node.ts'
import { PATIENT } from '../../../support/patience.ts'

/** How many transactions of all accounts wait for a block. */
async function waiting(devnet: Devnet): Promise<number> {
  const counts = devnet.accounts().map(async (account) => {
    const [latest, pending] = await Promise.all(
      ['latest', 'pending'].map(async (tag) =>
        Number(await devnet.request('eth_getTransactionCount', [`0x${account}`, tag])),
      ),
    )
    return pending! - latest!
  })
  return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0)
}

describe('a log of a block with several transactions', () => {
  let place: LedgerPlace
  let lane: PlaceLane
  let node: FakeNode
  let transport: Transport
  let logs: SeenLog[]
  const filter = () => ({ contract: lane.source.contracts.gateway.address, topic: topicOf('Sent') })
  beforeAll(async () => {
    place = await ledgerPlace({ names: ['domestic', 'partner'], blockMs: 100 })
    lane = place.lane('domestic', 'partner')
    const wish = { kind: kindOf('trade.consignment/1'), message: MESSAGE }
    const { transport: direct, deployedAt, devnet } = lane.source
    // No blocks until all of them wait: so they come into one, however slow this machine is.
    devnet.setFault({ halt: true })
    const sent = Promise.all([
      ...Array.from({ length: 6 }, () => place.send(lane, wish)),
      // Beside the packets, something else that makes no such log.
      deployNotary(lane.source.host, '0a'.repeat(20)),
    ])
    await vi.waitFor(async () => expect(await waiting(devnet)).toBe(7), PATIENT)
    devnet.setFault()
    await sent
    logs = await direct.logs(filter(), deployedAt, await direct.head())
  })
  afterAll(() => place.close())
  beforeEach(async () => {
    node = await fakeNode({}, lane.source.devnet)
    const { chainId, contracts } = lane.source
    transport = evmTransport({ urls: [node.url], chainId, contracts, clock: place.nowMs })
  })
  const sequencesProved = async (): Promise<number[]> => {
    const proved: number[] = []
    for (const log of logs) {
      const { receiptsRoot } = readHeader(await transport.header(log.height), 'qbft')
      const { topics, address } = proveLog(receiptsRoot, await transport.logProof(log))
      expect(address).toBe(filter().contract)
      proved.push(Number(`0x${topics[2]}`))
    }
    return proved
  }

  it('is proved for each of them', async () => {
    expect(new Set(logs.map(({ height }) => height)).size).toBe(1)
    expect(await sequencesProved()).toEqual([1, 2, 3, 4, 5, 6])
  })

  it('is proved also by a node that gives receipts one by one only', async () => {
    node.behave['eth_getBlockReceipts'] = () => {
      throw new RpcError(-32601, 'method not found')
    }
    expect(await sequencesProved()).toEqual([1, 2, 3, 4, 5, 6])
    expect(node.asked).toContain('eth_getTransactionReceipt')
  })

  it.each(['status', 'log'] as const)('is refused when the node says another %s', async (receipt) => {
    lane.source.devnet.setFault({ receipt })
    await expect(transport.logProof(logs[0]!)).rejects.toMatchObject({ kind: 'answer' })
    lane.source.devnet.setFault()
  })

  it('is refused when receipts are missing, doubled or in another order', async () => {
    const log = logs.at(-1)!
    const all = (await lane.source.devnet.request('eth_getBlockReceipts', [
      `0x${log.height.toString(16)}`,
    ])) as unknown[]
    expect(all.length).toBeGreaterThan(1)
    for (const some of [all.slice(1), [...all, all[0]], all.toReversed(), [], null, [null], all.map(() => ({}))]) {
      node.behave['eth_getBlockReceipts'] = () => some
      await expect(transport.logProof(log)).rejects.toMatchObject({ kind: 'answer' })
    }
  })

  it('is refused where there is none', async () => {
    const [log] = logs as [SeenLog]
    await expect(transport.logProof({ ...log, logIndex: 5 })).rejects.toMatchObject({ kind: 'answer' })
    await expect(transport.logProof({ ...log, transactionIndex: 99 })).rejects.toMatchObject({ kind: 'answer' })
    await expect(transport.logProof({ ...log, height: 1_000_000 })).rejects.toMatchObject({ kind: 'answer' })
  })

  it('is left out when its transaction does not have it', async () => {
    node.behave['eth_getTransactionReceipt'] = () => null
    expect(await transport.logs(filter(), 0, await transport.head())).toEqual([])
  })
})
