// The paying account: doomed acts cost nothing, numbers of transactions are kept and found again after a loss, and a node that lies about
// prices or receipts does not get through.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { RpcError } from '../../../../src/crosschain/devnet/index.ts'
import { openDeployer, sendPacket } from '../../../../src/crosschain/ledgers/evm/deploy.ts'
import { evmTransport, type EvmTransportOptions } from '../../../../src/crosschain/ledgers/evm/transport.ts'
import { devnetKey } from '../../../../src/crosschain/devnet/keys.ts'
import type { Packet } from '../../../../src/crosschain/packet.ts'
import type { Transport, TransportFault } from '../../../../src/crosschain/transport.ts'
import { kindOf, type LedgerPlace, ledgerPlace, NO_ANSWER, type PlaceLane } from '../../../support/ledger-place.ts'
import { type FakeNode, fakeNode, hangs } from './fake-node.ts'
import { LONG_MS } from '../../../support/patience.ts'

describe('acts of one account', { timeout: LONG_MS }, () => {
  let place: LedgerPlace
  let lane: PlaceLane
  /** Stands before the target's devnet. */
  let node: FakeNode
  let transport: Transport
  let keys = 4
  beforeAll(async () => {
    place = await ledgerPlace({ names: ['domestic', 'partner'], accounts: 40 })
    lane = place.lane('domestic', 'partner')
  })
  afterAll(() => place.close())
  const open = (more: Partial<EvmTransportOptions> = {}): Transport => {
    const { contracts, chainId, devnet, deployedAt } = lane.target
    const given = { chainId, contracts, deployedAt, key: devnet.accountKey(keys), clock: place.nowMs }
    return evmTransport({ urls: [node.url], timeoutMs: 20_000, confirmMs: 20_000, ...given, ...more })
  }
  /** Does not wait for long for what is lost. */
  const hurried = (more: Partial<EvmTransportOptions> = {}): Transport => open({ confirmMs: 1_500, ...more })
  beforeEach(async () => {
    lane.target.devnet.setFault()
    node = await fakeNode({}, lane.target.devnet)
    // An account of its own for each test, so that none inherits a loss.
    keys++
    transport = open()
  })
  const packet = async (): Promise<Packet> => (await place.send(lane)).packet
  const deliver = (one: Packet, by = transport) => by.deliver(one, place.signDeliver(lane, one))
  const delivered = async (one: Packet): Promise<boolean> =>
    (await lane.target.transport.received(lane.id, one.sequence, one.sequence)).length === 1
  const sends = (): number => node.asked.filter((method) => method === 'eth_sendRawTransaction').length

  it('that a contract would refuse are not handed in, and the refusal has its name', async () => {
    const one = await packet()
    await deliver(one)
    const before = sends()
    await expect(deliver(one)).rejects.toMatchObject({ kind: 'reverted', code: 'AlreadyReceived' })
    await expect(transport.expire(await packet(), { epoch: 7, signatures: [] })).rejects.toMatchObject({
      code: 'UnknownSet',
    })
    expect(sends()).toBe(before)
  })

  it('are refused by name also where the node says why for calls only', async () => {
    const one = await packet()
    await deliver(one)
    node.behave['eth_estimateGas'] = () => {
      throw new RpcError(-32000, 'Execution reverted')
    }
    await expect(deliver(one)).rejects.toMatchObject({ kind: 'reverted', code: 'AlreadyReceived' })
    node.behave['eth_call'] = () => {
      throw new RpcError(-32000, 'Execution reverted')
    }
    const fault = await deliver(one).catch((error: unknown) => error)
    expect(fault).toMatchObject({ kind: 'reverted' })
    expect((fault as TransportFault).code).toBeUndefined()
  })

  it('that fail in their block are named by a replay', async () => {
    const one = await packet()
    const rival = open({ key: lane.target.devnet.accountKey(1) })
    const rivalDelivers = deliver(one, rival)
    await rivalDelivers
    // As it was when it was tried, an instant before the rival's stood in a block.
    node.behave['eth_estimateGas'] = () => '0x30d40'
    await expect(deliver(one)).rejects.toMatchObject({ kind: 'reverted', code: 'AlreadyReceived' })
    expect(sends()).toBe(2)
  })

  it('are refused without money, and nothing is handed in', async () => {
    const poor = open({ key: devnetKey('nobody', 'stranger', 1) })
    await expect(deliver(await packet(), poor)).rejects.toMatchObject({ kind: 'funds' })
    expect(await poor.funds()).toMatchObject({ balance: 0n, enough: false })
    expect(sends()).toBe(0)
    expect(await transport.funds()).toMatchObject({ enough: true })
  })

  it('are refused for money by the node itself', async () => {
    node.behave['eth_sendRawTransaction'] = () => {
      throw new RpcError(-32004, 'Upfront cost exceeds account balance')
    }
    await expect(deliver(await packet())).rejects.toMatchObject({ kind: 'funds' })
    node.behave = {
      eth_estimateGas: () => {
        throw new RpcError(-32000, 'insufficient funds for gas * price + value')
      },
      eth_call: () => '0x',
    }
    await expect(deliver(await packet())).rejects.toMatchObject({ kind: 'funds' })
  })

  it('are refused without an account', async () => {
    const { chainId, contracts } = lane.target
    const reader = evmTransport({ urls: [node.url], chainId, contracts, clock: place.nowMs })
    await expect(deliver(await packet(), reader)).rejects.toMatchObject({ kind: 'funds' })
    await expect(reader.funds()).rejects.toMatchObject({ kind: 'funds' })
  })

  it('that are lost are unconfirmed, and the next one takes effect all the same', async () => {
    const [lost, next] = [await packet(), await packet()]
    transport = hurried()
    lane.target.devnet.setFault({ drop: true })
    await expect(deliver(lost)).rejects.toMatchObject({ kind: 'unconfirmed' })
    lane.target.devnet.setFault()
    await deliver(next)
    await deliver(lost)
    expect([await delivered(lost), await delivered(next)]).toEqual([true, true])
  })

  it('that wait behind a lost one take effect with the next, though they were given up', async () => {
    const [one, other, next] = [await packet(), await packet(), await packet()]
    transport = hurried()
    node.behave['eth_sendRawTransaction'] = () => {
      delete node.behave['eth_sendRawTransaction']
      return `0x${'00'.repeat(32)}`
    }
    const given = await Promise.allSettled([deliver(one), deliver(other)])
    expect(given.map((each) => (each.status === 'rejected' ? each.reason.kind : 'done'))).toEqual([
      'unconfirmed',
      'unconfirmed',
    ])
    await deliver(next)
    const again = await Promise.allSettled([deliver(one), deliver(other)])
    const codes = again.map((each) => (each.status === 'rejected' ? each.reason.code : 'done'))
    expect(codes.toSorted()).toEqual(['AlreadyReceived', 'done'])
    expect(await Promise.all([one, other, next].map(delivered))).toEqual([true, true, true])
  })

  it('find their number again when somebody else has used the account', async () => {
    const packets = [await packet(), await packet(), await packet(), await packet()] as const
    const other = open()
    await deliver(packets[0])
    await deliver(packets[1], other)
    await deliver(packets[2])
    await deliver(packets[3], other)
    expect(await Promise.all(packets.map(delivered))).toEqual([true, true, true, true])
  })

  it('of two writers at once all take effect', async () => {
    const packets = await Promise.all(Array.from({ length: 10 }, packet))
    const [one, other] = [open(), open()]
    await Promise.all(packets.map((each, n) => deliver(each, n % 2 === 0 ? one : other)))
    expect(await Promise.all(packets.map(delivered))).toEqual(packets.map(() => true))
  })

  it('that the node took without saying so are waited for', async () => {
    const one = await packet()
    transport = open({ timeoutMs: 3_000 })
    node.behave['eth_sendRawTransaction'] = async (params) => {
      await lane.target.devnet.request('eth_sendRawTransaction', params)
      return undefined
    }
    const { transaction } = await deliver(one)
    expect(transaction).toMatch(/^[0-9a-f]{64}$/)
    node.behave['eth_sendRawTransaction'] = hangs
    await expect(deliver(await packet(), hurried({ timeoutMs: 3_000 }))).rejects.toMatchObject({ kind: 'unconfirmed' })
  })

  it('are seen as overtaken once another transaction has their number', async () => {
    const one = await packet()
    const patient = open({ confirmMs: 60_000 })
    node.behave['eth_sendRawTransaction'] = () => `0x${'00'.repeat(32)}`
    node.behave['eth_getTransactionCount'] = ([, tag]) => (tag === 'pending' ? '0x0' : '0x1')
    const fault = await deliver(one, patient).catch((error: unknown) => error)
    expect(fault).toMatchObject({ kind: 'unconfirmed' })
    expect((fault as Error).message).toContain('another transaction')
  })

  it('are not believed to be done by the receipt of another transaction', async () => {
    const real = await deliver(await packet())
    node.behave['eth_sendRawTransaction'] = () => `0x${real.transaction}`
    node.behave['eth_getTransactionReceipt'] = () =>
      lane.target.devnet.request('eth_getTransactionReceipt', [`0x${real.transaction}`])
    await expect(deliver(await packet(), hurried())).rejects.toMatchObject({ kind: 'unconfirmed' })
  })

  it('are not paid at any price', async () => {
    const one = await packet()
    node.behave['eth_gasPrice'] = () => '0xde0b6b3a7640000'
    await expect(deliver(one)).rejects.toMatchObject({ kind: 'answer' })
    node.behave = { eth_estimateGas: () => '0xffffffffff' }
    await expect(deliver(one)).rejects.toMatchObject({ kind: 'answer' })
    expect(sends()).toBe(0)
  })

  it('cost nothing, and need no balance, where gas is free', async () => {
    const one = await packet()
    const domestic = lane.source
    node = await fakeNode(
      { eth_gasPrice: () => '0x0', eth_sendRawTransaction: () => `0x${'00'.repeat(32)}` },
      domestic.devnet,
    )
    const sender = openDeployer({
      urls: [node.url],
      chainId: domestic.chainId,
      key: devnetKey('nobody', 'stranger', 2),
      clock: place.nowMs,
      confirmMs: 50,
    })
    const wish = { lane: lane.id, kind: kindOf('trade.consignment/1'), message: one.message, timeoutS: 60 }
    await expect(sendPacket(sender, domestic.contracts.gateway.address, wish)).rejects.toMatchObject({
      kind: 'unconfirmed',
    })
    expect(node.asked).not.toContain('eth_getBalance')
    expect(await sender.account.funds()).toMatchObject({ balance: 0n, enough: true })
  })

  it('acknowledge with the node of the source', async () => {
    const one = await packet()
    await deliver(one)
    const attestation = place.signAcknowledge(lane, one, 'delivered', NO_ANSWER)
    await lane.source.transport.acknowledge(one, 'delivered', NO_ANSWER, attestation)
    await expect(lane.source.transport.acknowledge(one, 'delivered', NO_ANSWER, attestation)).rejects.toMatchObject({
      code: 'AlreadyAcknowledged',
    })
  })
})
