// A packet's life on two gateways: sent, delivered or expired, acknowledged; each once, and nothing in between.
import { beforeEach, describe, expect, it } from 'vitest'
import { kindWord, type Packet, packetCommitment, receiptWord } from '../../../../src/crosschain/packet.ts'
import { LANE, NOBODY, sender, SIGNED, stranger, TIMEOUT_S } from './cast.ts'
import { received } from './events.ts'
import { evmLedger } from './ledger.ts'
import { openPair, type Pair } from './pair.ts'

const receipt = (packet: Packet, outcome: 'delivered' | 'failed' | 'expired'): string =>
  receiptWord(outcome, packetCommitment(packet), Buffer.alloc(32)).toString('hex')

let pair: Pair
beforeEach(async () => {
  pair = await openPair(await evmLedger(7201), await evmLedger(8401))
})
/** The target's clock to `seconds` after the packet's deadline. */
const after = (packet: Packet, seconds: number): Promise<void> => pair.target.ledger.setTime(packet.deadline + seconds)

describe('a packet', () => {
  it('goes from the outbox to the inbox and its receipt comes back', async () => {
    const { packet } = await pair.source.send()
    expect(packet).toMatchObject({ sequence: 1, deadline: pair.source.ledger.nowS() + TIMEOUT_S })
    expect(packet.sender).toBe(sender.address.padStart(64, '0'))
    expect(await pair.source.box('outbox', 1)).toBe(packetCommitment(packet).toString('hex'))
    expect(received(await pair.target.deliver(packet))).toMatchObject({ outcome: 1, acknowledgement: NOBODY })
    expect(await pair.target.box('inbox', 1)).toBe(receipt(packet, 'delivered'))
    expect((await pair.source.acknowledge(packet, 'delivered', NOBODY)).refusal).toBeUndefined()
    expect(await pair.source.box('acknowledged', 1)).toBe(receipt(packet, 'delivered'))
    expect(await pair.source.counters(LANE)).toEqual([1, 0, 1])
    expect(await pair.target.counters(LANE)).toEqual([0, 1, 0])
  })
  it('is numbered densely in its lane', async () => {
    for (const sequence of [1, 2, 3]) expect((await pair.source.send()).packet.sequence).toBe(sequence)
    expect((await pair.source.send({ message: NOBODY })).done.refusal).toBe('EmptyWord')
    expect((await pair.source.send()).packet.sequence).toBe(4)
  })
})

describe('sending', () => {
  it.each([
    ['without a kind', { kind: NOBODY }, 'EmptyWord'],
    ['without a message', { message: NOBODY }, 'EmptyWord'],
    ['for no time', { timeoutS: 0 }, 'BadTimeout'],
    ['for longer than the lane allows', { timeoutS: TIMEOUT_S + 1 }, 'BadTimeout'],
    ['a body of 1025 bytes', { body: new Uint8Array(1025) }, 'BodyTooLong'],
    ['on a lane that is not open', { lane: 'b2'.repeat(32) }, 'NotOpen'],
  ])('is refused %s', async (_, wish, refusal) => {
    expect((await pair.source.send(wish)).done.refusal).toBe(refusal)
    expect(await pair.source.counters()).toEqual([0, 0, 0])
    expect(await pair.source.box('outbox', 1)).toBe(NOBODY)
  })
  it('takes a body of 1024 bytes and the whole of the lane time', async () => {
    expect((await pair.source.send({ body: new Uint8Array(1024), timeoutS: TIMEOUT_S })).done.refusal).toBeUndefined()
  })
  it('is refused at the end that receives', async () => {
    expect((await pair.target.send()).done.refusal).toBe('NotOutbound')
  })
})

describe('delivery', () => {
  it('happens once', async () => {
    const { packet } = await pair.source.send()
    await pair.target.deliver(packet)
    expect((await pair.target.deliver(packet)).refusal).toBe('AlreadyReceived')
    expect(await pair.target.counters()).toEqual([0, 1, 0])
  })
  it('is for this gateway and an open lane alone', async () => {
    const { packet } = await pair.source.send()
    expect((await pair.source.deliver(packet)).refusal).toBe('NotInbound')
    expect((await pair.target.deliver({ ...packet, lane: 'b2'.repeat(32) })).refusal).toBe('NotOpen')
    expect(await pair.target.counters()).toEqual([0, 0, 0])
  })
  it('is refused when anything in the packet is other than what was signed', async () => {
    const { packet } = await pair.source.send({ body: Buffer.from('a') })
    const signatures = pair.target.sign(packet, 'deliver', packetCommitment(packet))
    const others: Partial<Packet>[] = [
      { kind: kindWord('customs.release', 1) },
      { message: '5f'.repeat(32) },
      { sender: NOBODY },
      { receiver: stranger.address.padStart(64, '0') },
      { deadline: packet.deadline + 1 },
      { body: Buffer.from('b') },
      { sequence: 2 },
    ]
    for (const change of others)
      expect((await pair.target.deliver({ ...packet, ...change }, SIGNED, { signatures })).refusal).toBe('NotValidator')
    expect((await pair.target.deliver(packet, SIGNED, { signatures })).refusal).toBeUndefined()
  })
  it('is good in the second of the deadline and not one later', async () => {
    const first = (await pair.source.send()).packet
    const second = (await pair.source.send()).packet
    await after(first, 0)
    expect((await pair.target.deliver(first)).refusal).toBeUndefined()
    await after(second, 1)
    expect((await pair.target.deliver(second)).refusal).toBe('Expired')
    expect(await pair.target.box('inbox', 2)).toBe(NOBODY)
  })
})

describe('expiry', () => {
  it('leaves a tombstone that nothing can be delivered over', async () => {
    const { packet } = await pair.source.send()
    await after(packet, 1)
    expect(received(await pair.target.expire(packet))).toMatchObject({ outcome: 3, acknowledgement: NOBODY })
    expect(await pair.target.box('inbox', 1)).toBe(receipt(packet, 'expired'))
    expect((await pair.target.deliver(packet)).refusal).toBe('AlreadyReceived')
    expect((await pair.target.expire(packet)).refusal).toBe('AlreadyReceived')
    expect((await pair.source.acknowledge(packet, 'expired', NOBODY)).refusal).toBeUndefined()
  })
  it('is refused until the deadline has passed', async () => {
    const { packet } = await pair.source.send()
    await after(packet, 0)
    expect((await pair.target.expire(packet)).refusal).toBe('NotExpired')
    expect(await pair.target.counters()).toEqual([0, 0, 0])
  })
  it('is refused after delivery', async () => {
    const { packet } = await pair.source.send()
    await pair.target.deliver(packet)
    await after(packet, 1)
    expect((await pair.target.expire(packet)).refusal).toBe('AlreadyReceived')
    expect(await pair.target.box('inbox', 1)).toBe(receipt(packet, 'delivered'))
  })
  it('of a packet that nobody sent is refused, and the real one takes its place', async () => {
    const { packet } = await pair.source.send()
    const madeUp = { ...packet, deadline: 1, message: 'ee'.repeat(32) }
    expect((await pair.target.expire(madeUp, { epoch: 1, signers: [] })).refusal).toBe('TooFewSignatures')
    const signatures = pair.target.sign(packet, 'deliver', packetCommitment(packet))
    const stolen = await pair.target.act(stranger, pair.target.entryData('expire', madeUp, SIGNED, signatures))
    expect(stolen.refusal).toBe('NotValidator')
    expect((await pair.target.deliver(packet)).refusal).toBeUndefined()
  })
})

describe('acknowledgement', () => {
  it('is kept once', async () => {
    const { packet } = await pair.source.send()
    await pair.source.acknowledge(packet, 'delivered', NOBODY)
    expect((await pair.source.acknowledge(packet, 'delivered', NOBODY)).refusal).toBe('AlreadyAcknowledged')
    expect((await pair.source.acknowledge(packet, 'expired', NOBODY)).refusal).toBe('AlreadyAcknowledged')
    expect(await pair.source.counters()).toEqual([1, 0, 1])
  })
  it('is refused for a packet that was not sent, or is another than was sent', async () => {
    const { packet } = await pair.source.send()
    expect((await pair.source.acknowledge({ ...packet, sequence: 2 }, 'delivered', NOBODY)).refusal).toBe('NotSent')
    expect((await pair.source.acknowledge({ ...packet, deadline: 1 }, 'delivered', NOBODY)).refusal).toBe(
      'WrongCommitment',
    )
    expect((await pair.target.acknowledge(packet, 'delivered', NOBODY)).refusal).toBe('NotSent')
  })
  it('is refused when the signatures are for another outcome, another answer or another act', async () => {
    const { packet } = await pair.source.send()
    const commitment = packetCommitment(packet)
    const values = [
      pair.source.sign(packet, 'acknowledge', receiptWord('failed', commitment, Buffer.alloc(32))),
      pair.source.sign(packet, 'acknowledge', receiptWord('delivered', commitment, Buffer.alloc(32, 1))),
      pair.source.sign(packet, 'deliver', receiptWord('delivered', commitment, Buffer.alloc(32))),
      pair.target.sign(packet, 'acknowledge', receiptWord('delivered', commitment, Buffer.alloc(32))),
    ]
    for (const signatures of values)
      expect((await pair.source.acknowledge(packet, 'delivered', NOBODY, SIGNED, { signatures })).refusal).toBe(
        'NotValidator',
      )
    for (const number of [0, 4, 255])
      expect((await pair.source.acknowledge(packet, 'delivered', NOBODY, SIGNED, { number })).refusal).toBe(
        'BadOutcome',
      )
  })
})
