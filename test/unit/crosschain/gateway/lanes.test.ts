// Lanes: opened by both ends on the same terms, paused by either, ordered and rated as agreed.
import { beforeEach, describe, expect, it } from 'vitest'
import type { LaneConfig } from '../../../../src/crosschain/ledgers/evm/gateway/gateway.ts'
import { addressWord, type Packet } from '../../../../src/crosschain/packet.ts'
import { endA, endB, LANE, NOBODY, relayer, sender, stranger, TIMEOUT_S } from './cast.ts'
import { received } from './events.ts'
import { deployGate, type Gate } from './gate.ts'
import { evmLedger, START_S } from './ledger.ts'
import { configOf, openPair, type Pair } from './pair.ts'

describe('opening a lane', () => {
  let gate: Gate
  let config: LaneConfig
  beforeEach(async () => {
    gate = await deployGate(await evmLedger(7201), endA)
    config = configOf(gate, true)
  })
  it('takes the signatures of both ends, whoever brings them, and is done once', async () => {
    expect((await gate.openLane(LANE, config)).refusal).toBeUndefined()
    expect((await gate.openLane(LANE, config)).refusal).toBe('AlreadyOpen')
    expect((await gate.openLane(LANE, { ...config, ordered: true })).refusal).toBe('AlreadyOpen')
    expect((await gate.send()).done.refusal).toBeUndefined()
  })
  it.each([
    ['one end signs twice', [endA, endA]],
    ['a stranger signs for the other end', [endA, stranger]],
    ['the ends have changed places', [endB, endA]],
  ])('is refused when %s', async (_, signers) => {
    expect((await gate.openLane(LANE, config, signers)).refusal).toBe('NotAgreed')
    expect((await gate.send()).done.refusal).toBe('NotOpen')
  })
  it.each<[string, Partial<LaneConfig>, string]>([
    ['no peer chain', { peerChainId: 0 }, 'BadTerms'],
    ['no peer gateway', { peerGateway: '00'.repeat(20) }, 'BadTerms'],
    ['no time', { timeoutS: 0 }, 'BadTerms'],
    ['more time than a year', { timeoutS: 366 * 86_400 + 1 }, 'BadTerms'],
    ['an end that is nobody', { endB: '00'.repeat(20) }, 'BadTerms'],
    ['one account at both ends', { endB: endA.address }, 'BadTerms'],
    ['the host at the other end', { outbound: false }, 'NotHost'],
    ['strangers at both ends', { endA: stranger.address, endB: relayer.address }, 'NotHost'],
  ])('is refused with %s', async (_, change, refusal) => {
    expect((await gate.openLane(LANE, { ...config, ...change })).refusal).toBe(refusal)
  })
  it('is refused when the signatures are for other terms, another lane or another gateway', async () => {
    const twin = await deployGate(gate.ledger, endA)
    const signed: [Gate, string, LaneConfig][] = [
      [gate, LANE, { ...config, ordered: true }],
      [gate, LANE, { ...config, ratePerHour: 1 }],
      [gate, 'b2'.repeat(32), config],
      [twin, LANE, config],
    ]
    for (const [at, lane, terms] of signed)
      expect((await gate.openLane(LANE, config, [endA, endB], at.agreement(lane, terms))).refusal).toBe('NotAgreed')
    expect((await gate.openLane(LANE, config)).refusal).toBeUndefined()
  })
  it('is refused for the lane of all zeros', async () => {
    expect((await gate.openLane(NOBODY, config)).refusal).toBe('EmptyWord')
  })
})

describe('a paused lane', () => {
  let pair: Pair
  let packet: Packet
  beforeEach(async () => {
    pair = await openPair(await evmLedger(7201), await evmLedger(8401))
    packet = (await pair.source.send()).packet
  })
  it.each([
    ['A', endA],
    ['B', endB],
  ])('is paused by end %s, and then neither sends nor delivers', async (_, end) => {
    expect((await pair.source.pause(end)).refusal).toBeUndefined()
    expect((await pair.target.pause(end)).refusal).toBeUndefined()
    expect((await pair.source.send()).done.refusal).toBe('Paused')
    expect((await pair.target.deliver(packet)).refusal).toBe('Paused')
    expect((await pair.target.pause(end)).refusal).toBe('AlreadyPaused')
    await pair.target.resume(end)
    expect((await pair.target.deliver(packet)).refusal).toBeUndefined()
  })
  it('still takes expiries and acknowledgements, which say what has happened', async () => {
    await pair.source.pause(endA)
    await pair.target.pause(endA)
    await pair.target.ledger.setTime(packet.deadline + 1)
    expect((await pair.target.expire(packet)).refusal).toBeUndefined()
    expect((await pair.source.acknowledge(packet, 'expired', NOBODY)).refusal).toBeUndefined()
  })
  it('is resumed by the end that paused it, and only when both have', async () => {
    await pair.source.pause(endA)
    expect((await pair.source.resume(endB)).refusal).toBe('NotPaused')
    await pair.source.pause(endB)
    await pair.source.resume(endA)
    expect((await pair.source.send()).done.refusal).toBe('Paused')
    await pair.source.resume(endB)
    expect((await pair.source.send()).done.refusal).toBeUndefined()
  })
  it('is no matter of strangers, and other lanes are not paused with it', async () => {
    expect((await pair.source.pause(stranger)).refusal).toBe('NotAnEnd')
    expect((await pair.source.resume(sender)).refusal).toBe('NotAnEnd')
    expect((await pair.source.pause(endA, 'b2'.repeat(32))).refusal).toBe('NotOpen')
    const other = 'c3'.repeat(32)
    await pair.source.openLane(other, configOf(pair.target, true))
    await pair.source.pause(endA)
    expect((await pair.source.send({ lane: other })).done.refusal).toBeUndefined()
  })
})

describe('an ordered lane', () => {
  let pair: Pair
  beforeEach(async () => {
    pair = await openPair(await evmLedger(7201), await evmLedger(8401), { ordered: true })
  })
  it('takes packets in their order alone', async () => {
    const [first, second, third] = [
      (await pair.source.send()).packet,
      (await pair.source.send()).packet,
      (await pair.source.send()).packet,
    ]
    expect((await pair.target.deliver(second)).refusal).toBe('OutOfOrder')
    expect((await pair.target.deliver(first)).refusal).toBeUndefined()
    expect((await pair.target.deliver(third)).refusal).toBe('OutOfOrder')
    expect((await pair.target.deliver(second)).refusal).toBeUndefined()
    expect((await pair.target.deliver(third)).refusal).toBeUndefined()
  })
  it('goes on over an expired and over a failed packet', async () => {
    const noContract = addressWord(stranger.address)
    const expired = (await pair.source.send({ timeoutS: 60 })).packet
    const failed = (await pair.source.send({ receiver: noContract })).packet
    const last = (await pair.source.send()).packet
    await pair.target.ledger.setTime(expired.deadline + 1)
    expect((await pair.target.deliver(failed)).refusal).toBe('OutOfOrder')
    expect(received(await pair.target.expire(expired)).outcome).toBe(3)
    expect(received(await pair.target.deliver(failed)).outcome).toBe(2)
    expect(received(await pair.target.deliver(last)).outcome).toBe(1)
  })
  it('takes expiries in their order alone', async () => {
    await pair.source.send()
    const { packet } = await pair.source.send({ timeoutS: 1 })
    await pair.target.ledger.setTime(packet.deadline + 1)
    expect((await pair.target.expire(packet)).refusal).toBe('OutOfOrder')
  })
})

describe('a rated lane', () => {
  it('lets an hour of packets out at once, and then one each time its share of the hour has passed', async () => {
    const { source } = await openPair(await evmLedger(7201), await evmLedger(8401), { ratePerHour: 6 })
    const send = async (): Promise<string | undefined> => (await source.send()).done.refusal
    for (let n = 0; n < 6; n++) expect(await send()).toBeUndefined()
    expect(await send()).toBe('TooFast')
    await source.ledger.setTime(START_S + 599)
    expect(await send()).toBe('TooFast')
    await source.ledger.setTime(START_S + 600)
    expect(await send()).toBeUndefined()
    expect(await send()).toBe('TooFast')
    await source.ledger.setTime(START_S + 600 + TIMEOUT_S * 100)
    for (let n = 0; n < 6; n++) expect(await send()).toBeUndefined()
    expect(await send()).toBe('TooFast')
    expect(await source.counters()).toEqual([13, 0, 0])
  })
})
