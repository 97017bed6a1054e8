// Attacks on the gateway by somebody who has a packet and no signatures, or those of another lane, chain or act.
import { beforeEach, describe, expect, it } from 'vitest'
import { type Packet, packetCommitment, receiptWord } from '../../../../src/crosschain/packet.ts'
import { LANE, NOBODY, TIMEOUT_S } from '../gateway/cast.ts'
import { evmLedger } from '../gateway/ledger.ts'
import { configOf, openPair, type Pair } from '../gateway/pair.ts'

const UNSIGNED = { epoch: 1, signers: [] }
let pair: Pair
let packet: Packet
beforeEach(async () => {
  pair = await openPair(await evmLedger(7201), await evmLedger(8401))
  packet = (await pair.source.send()).packet
})

describe('without any proof', () => {
  it('a packet is neither delivered nor acknowledged', async () => {
    expect((await pair.target.deliver(packet, UNSIGNED)).refusal).toBe('TooFewSignatures')
    expect((await pair.source.acknowledge(packet, 'delivered', NOBODY, UNSIGNED)).refusal).toBe('TooFewSignatures')
    expect((await pair.source.acknowledge(packet, 'expired', NOBODY, UNSIGNED)).refusal).toBe('TooFewSignatures')
    expect(await pair.source.counters()).toEqual([1, 0, 0])
    expect(await pair.target.counters()).toEqual([0, 0, 0])
  })
  it('a packet does not expire, though its deadline has passed', async () => {
    await pair.target.ledger.setTime(packet.deadline + TIMEOUT_S)
    expect((await pair.target.expire(packet, UNSIGNED)).refusal).toBe('TooFewSignatures')
    expect(await pair.target.box('inbox', 1)).toBe(NOBODY)
  })
})

describe('with the true signatures of something else', () => {
  it('a packet is not delivered over a second lane between the same gateways', async () => {
    const aside = 'c3'.repeat(32)
    await pair.source.openLane(aside, configOf(pair.target, true))
    await pair.target.openLane(aside, configOf(pair.source, false))
    const signatures = pair.target.sign(packet, 'deliver', packetCommitment(packet))
    const moved = { ...packet, lane: aside }
    expect((await pair.target.deliver(moved, undefined, { signatures })).refusal).toBe('NotValidator')
    expect(await pair.target.counters(aside)).toEqual([0, 0, 0])
    expect((await pair.target.deliver(packet, undefined, { signatures })).refusal).toBeUndefined()
    expect(await pair.target.counters(LANE)).toEqual([0, 1, 0])
  })
  it('a packet is not delivered to the gateway of the same address on another chain', async () => {
    const twin = await openPair(await evmLedger(7201), await evmLedger(8402))
    expect(twin.target.address).toBe(pair.target.address)
    const signatures = twin.target.sign(packet, 'deliver', packetCommitment(packet))
    expect((await pair.target.deliver(packet, undefined, { signatures })).refusal).toBe('NotValidator')
  })
  it('a delivery does not acknowledge, and an expiry is no delivery', async () => {
    const ofDelivery = pair.source.sign(packet, 'deliver', packetCommitment(packet))
    const acknowledged = await pair.source.acknowledge(packet, 'delivered', NOBODY, undefined, {
      signatures: ofDelivery,
    })
    expect(acknowledged.refusal).toBe('NotValidator')
    const expired = receiptWord('expired', packetCommitment(packet), Buffer.alloc(32))
    const ofExpiry = pair.source.sign(packet, 'acknowledge', expired)
    const delivered = await pair.source.acknowledge(packet, 'delivered', NOBODY, undefined, { signatures: ofExpiry })
    expect(delivered.refusal).toBe('NotValidator')
  })
})
