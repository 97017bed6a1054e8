// What the transport must do on every node: packets sent, proved, delivered, expired and acknowledged, notes noted, logs proved; each proof
// is verified under the header that the same node gave.
import { RLP } from '@ethereumjs/rlp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { attestationDigest, signDigest } from '../../src/crosschain/attestation.ts'
import type { Place } from '../../src/crosschain/fact.ts'
import {
  deployGateway,
  deployNotary,
  type Deployer,
  openDeployer,
  openLane,
  sendPacket,
  signLane,
} from '../../src/crosschain/ledgers/evm/deploy.ts'
import { rangeWord } from '../../src/crosschain/ledgers/evm/gateway/gateway.ts'
import { topicOf } from '../../src/crosschain/ledgers/evm/gateway-events.ts'
import { proveLog } from '../../src/crosschain/ledgers/evm/receipt-proof.ts'
import { proveValue, verifyAbsence } from '../../src/crosschain/ledgers/evm/state-proof.ts'
import { evmTransport } from '../../src/crosschain/ledgers/evm/transport.ts'
import { type Outcome, type Packet, packetCommitment, receiptWord, type Word } from '../../src/crosschain/packet.ts'
import type { Attestation, LedgerContracts, Transport } from '../../src/crosschain/transport.ts'
import { keyPairs, kindOf, NO_ANSWER } from '../support/ledger-place.ts'
import { type TestNode, testNodes } from '../support/test-nodes.ts'

const LANE: Word = 'a1'.repeat(32)
const TIMEOUT_S = 3600
const NOTHING: Word = '0'.repeat(64)
const validators = keyPairs('relay validator', 3)
const signing = validators.slice(0, 2)

/** Two gateways on one node, a lane from the one to the other, and a transport for each end. */
interface Stage {
  node: TestNode
  source: Transport
  target: Transport
  contracts: { source: LedgerContracts; target: LedgerContracts }
  send(timeoutS?: number): Promise<{ packet: Packet; height: number }>
  attest(packet: Packet, act: 'deliver' | 'acknowledge', value: Buffer, signers?: typeof validators): Attestation
}

async function setStage(node: TestNode): Promise<Stage> {
  const { url, chainId } = node
  const reach = { urls: [url], chainId, clock: Date.now, timeoutMs: 20_000, confirmMs: 60_000 }
  const [a, b, relayA, relayB, sender] = node.keys as [Buffer, Buffer, Buffer, Buffer, Buffer]
  const hosts = [a, b].map((key) => openDeployer({ ...reach, key }))
  const by = openDeployer({ ...reach, key: sender })
  const gateways = await Promise.all(hosts.map((host) => gatewayOf(host)))
  const [one, other] = gateways.map(({ address }) => address) as [string, string]
  for (const [at, host] of hosts.entries()) {
    const outbound = at === 0
    const gateway = outbound ? one : other
    const ends = { endA: hosts[0]!.account.address, endB: hosts[1]!.account.address }
    const terms = { peerChainId: chainId, peerGateway: outbound ? other : one, ordered: false, outbound }
    const config = { ...terms, timeoutS: TIMEOUT_S, ...ends, ratePerHour: 0 }
    const [consentA, consentB] = [a, b].map((key) => signLane({ chainId, gateway }, LANE, config, key))
    await openLane(host, gateway, LANE, config, { a: consentA!, b: consentB! })
  }
  const deployedAt = gateways[0]!.height
  const source = { gateway: gateways[0]! }
  const writer = openDeployer({ ...reach, key: relayB }).account.address
  const target = { gateway: gateways[1]!, notary: await deployNotary(hosts[1]!, writer) }
  return {
    node,
    contracts: { source, target },
    source: evmTransport({ ...reach, contracts: source, key: relayA, deployedAt }),
    target: evmTransport({ ...reach, contracts: target, key: relayB, deployedAt }),
    send: (timeoutS = TIMEOUT_S) =>
      sendPacket(by, one, { lane: LANE, kind: kindOf('trade.consignment/1'), message: '5e'.repeat(32), timeoutS }),
    attest(packet, act, value, signers = signing) {
      const gateway = act === 'deliver' ? other : one
      const words = { lane: LANE, sequence: packet.sequence, act, value: value.toString('hex') }
      const digest = attestationDigest({ chainId, gateway, epoch: 1, ...words })
      return { epoch: 1, signatures: signers.map(({ key }) => signDigest(digest, key)) }
    },
  }
}

const gatewayOf = (host: Deployer) =>
  deployGateway(host, {
    host: host.account.address,
    setDelayS: 600,
    validators: validators.map(({ address }) => address),
    threshold: 2,
  })

describe.each(testNodes)('transport on $name', ({ start }) => {
  let stage: Stage
  beforeAll(async () => {
    stage = await setStage(await start())
  })
  afterAll(() => stage?.node.close())

  /** Proves what stands at a place in the state of the newest block, with a header that the node has sealed. */
  const proved = async (transport: Transport, contracts: LedgerContracts, place: Place): Promise<Word> => {
    const height = await transport.head()
    const header = await transport.header(height)
    await stage.node.checkHeader(height, header)
    const { value, proof } = await transport.proof(place, height)
    const contract = place.box === 'outbox' || place.box === 'inbox' ? contracts.gateway : contracts.notary!
    const shown = proveValue({ stateRoot: rootOf(header, 3) }, contract, place, proof)
    expect(value).toBe(shown)
    return shown
  }
  const inboxWord = (packet: Packet, outcome: Outcome): Word =>
    receiptWord(outcome, packetCommitment(packet), Buffer.alloc(32)).toString('hex')
  const deliver = (packet: Packet, signers = signing) =>
    stage.target.deliver(packet, stage.attest(packet, 'deliver', packetCommitment(packet), signers))

  it('shows a packet as it was sent, and proves it in the outbox', async () => {
    const { packet, height } = await stage.send()
    const { sequence } = packet
    expect(await stage.source.sent(LANE, sequence, sequence)).toEqual([{ packet, height }])
    expect(await proved(stage.source, stage.contracts.source, { box: 'outbox', key: LANE, number: sequence })).toBe(
      packetCommitment(packet).toString('hex'),
    )
  })

  it('proves that there is nothing where nothing was sent', async () => {
    const place: Place = { box: 'outbox', key: LANE, number: 1_000_000 }
    const height = await stage.source.head()
    const { value, proof } = await stage.source.proof(place, height)
    expect(value).toBe(NOTHING)
    const stateRoot = rootOf(await stage.source.header(height), 3)
    verifyAbsence({ stateRoot }, stage.contracts.source.gateway, place, proof)
    expect(await stage.source.sent(LANE, 1_000_000, 1_000_001)).toEqual([])
  })

  it('delivers by two signatures of three, proves the receipt, and takes the packet once only', async () => {
    const { packet } = await stage.send()
    const { sequence } = packet
    const { height, gasUsed, transaction } = await deliver(packet)
    expect(gasUsed).toBeGreaterThan(50_000n)
    expect(transaction).toMatch(/^[0-9a-f]{64}$/)
    const commitment = packetCommitment(packet).toString('hex')
    expect(await stage.target.received(LANE, sequence, sequence)).toEqual([
      { sequence, outcome: 'delivered', commitment, acknowledgement: NO_ANSWER, height },
    ])
    expect(await proved(stage.target, stage.contracts.target, { box: 'inbox', key: LANE, number: sequence })).toBe(
      inboxWord(packet, 'delivered'),
    )
    await expect(deliver(packet)).rejects.toMatchObject({ kind: 'reverted', code: 'AlreadyReceived' })
  })

  it('names the refusal of an act that is doomed, and spends nothing on it', async () => {
    const { packet } = await stage.send()
    const { balance } = await stage.target.funds()
    await expect(deliver(packet, validators.slice(0, 1))).rejects.toMatchObject({
      kind: 'reverted',
      code: 'TooFewSignatures',
    })
    expect((await stage.target.funds()).balance).toBe(balance)
  })

  it('expires a packet after its deadline, not before', async () => {
    const { packet } = await stage.send(60)
    const attestation = stage.attest(packet, 'deliver', packetCommitment(packet))
    await expect(stage.target.expire(packet, attestation)).rejects.toMatchObject({ code: 'NotExpired' })
    await stage.node.advance(120)
    await expect(deliver(packet)).rejects.toMatchObject({ code: 'Expired' })
    await stage.target.expire(packet, attestation)
    const [receipt] = await stage.target.received(LANE, packet.sequence, packet.sequence)
    expect(receipt).toMatchObject({ outcome: 'expired', acknowledgement: NO_ANSWER })
    const place: Place = { box: 'inbox', key: LANE, number: packet.sequence }
    expect(await proved(stage.target, stage.contracts.target, place)).toBe(inboxWord(packet, 'expired'))
  })

  it('tells the source what became of its packet, once', async () => {
    const { packet } = await stage.send()
    const before = await stage.source.counters(LANE)
    const attestation = stage.attest(packet, 'acknowledge', Buffer.from(inboxWord(packet, 'delivered'), 'hex'))
    await stage.source.acknowledge(packet, 'delivered', NO_ANSWER, attestation)
    await expect(stage.source.acknowledge(packet, 'delivered', NO_ANSWER, attestation)).rejects.toMatchObject({
      code: 'AlreadyAcknowledged',
    })
    expect(await stage.source.counters(LANE)).toEqual({ ...before, acknowledged: before.acknowledged + 1 })
  })

  it('notes checkpoints and ranges that can be proved', async () => {
    const [origin, feed, checkpoint, root] = ['0a', '0b', '0c', '0d'].map((byte) => byte.repeat(32)) as [
      Word,
      Word,
      Word,
      Word,
    ]
    await stage.target.anchor(origin, 7, checkpoint)
    await expect(stage.target.anchor(origin, 7, checkpoint)).rejects.toMatchObject({ code: 'AlreadyNoted' })
    await stage.target.range(feed, 1, 5, root)
    await expect(stage.target.range(feed, 7, 9, root)).rejects.toMatchObject({ code: 'NotDense' })
    const at = (place: Place) => proved(stage.target, stage.contracts.target, place)
    expect(await at({ box: 'anchors', key: origin, number: 7 })).toBe(checkpoint)
    expect(await at({ box: 'ranges', key: feed, number: 5 })).toBe(rangeWord(feed, 1, 5, root).toString('hex'))
  })

  it('hands in many acts of one account side by side, and proves the log of each', async () => {
    const from = await stage.target.head()
    const sent = await Promise.all(Array.from({ length: 8 }, () => stage.send()))
    const packets = sent.map(({ packet }) => packet).sort((a, b) => a.sequence - b.sequence)
    const done = await Promise.all(packets.map((packet) => deliver(packet)))
    const filter = { contract: stage.contracts.target.gateway.address, topic: topicOf('Received') }
    const logs = await stage.target.logs(filter, from + 1, await stage.target.head())
    expect(logs.map(({ height }) => height)).toEqual(done.map(({ height }) => height).sort((a, b) => a - b))
    const proofs = await Promise.all(
      logs.map(async (log) => {
        const receiptsRoot = rootOf(await stage.target.header(log.height), 5)
        return proveLog(receiptsRoot, await stage.target.logProof(log))
      }),
    )
    expect(proofs.every(({ address, topics }) => address === filter.contract && topics[0] === filter.topic)).toBe(true)
    expect(proofs.map(({ topics }) => Number(`0x${topics[2]}`)).sort((a, b) => a - b)).toEqual(
      packets.map(({ sequence }) => sequence),
    )
  })

  it('reads the whole lane anew after a restart', async () => {
    const { node, contracts } = stage
    const { sent, received } = await stage.target.counters(LANE).then(async (target) => ({
      received: target.received,
      sent: (await stage.source.counters(LANE)).sent,
    }))
    const fresh = (of: LedgerContracts): Transport =>
      evmTransport({ urls: [node.url], chainId: node.chainId, contracts: of, clock: Date.now })
    const packets = await fresh(contracts.source).sent(LANE, 1, sent + 5)
    expect(packets.map(({ packet }) => packet.sequence)).toEqual(Array.from({ length: sent }, (_, n) => n + 1))
    expect(await fresh(contracts.target).received(LANE, 1, sent)).toHaveLength(received)
  })

  it('knows the chain, and an account with money on it', async () => {
    expect(await stage.source.chainId()).toBe(stage.node.chainId)
    expect(await stage.source.funds()).toMatchObject({ enough: true })
  })
})

/** A root in a raw header: 3 of the state, 5 of the receipts. */
const rootOf = (header: Uint8Array, field: 3 | 5): Word =>
  Buffer.from((RLP.decode(header) as Uint8Array[])[field]!).toString('hex')
