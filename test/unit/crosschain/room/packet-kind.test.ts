// ledger.packet and ledger.receipt: what enters by proof is still judged against its lane, its ledger and what stands already.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { crosschainKinds } from '../../../../src/crosschain/kinds/index.ts'
import { laneId, type LaneTerms } from '../../../../src/crosschain/lane.ts'
import { freeze } from '../../../../src/crosschain/freeze.ts'
import { kindWord, packetCommitment, receiptWord, type Packet } from '../../../../src/crosschain/packet.ts'
import { packetName, type OrderValue, type PacketValue } from '../../../../src/crosschain/state.ts'
import { toBase64url } from '../../../../src/hub/index.ts'
import { GATEWAY_SOURCE, GATEWAY_TARGET, must, NOBODY, openAll, openLane, packetOver, SOURCE } from './paper.ts'
import { TARGET, termsOf, trust, trustOf, word } from './paper.ts'
import { HUB, OFFICE_CN, OFFICE_VN, openRoomWorld, REGULATOR_VN, type RoomWorld } from './world.ts'

let world: RoomWorld
beforeEach(async () => void (world = await openRoomWorld()))
afterEach(() => world.close())

const terms = termsOf()
const lane = laneId(terms)
const packetBody = (packet: Packet, more: object = {}, of: LaneTerms = terms) => ({
  ledger: SOURCE,
  gateway: GATEWAY_SOURCE,
  packet: { ...packet, body: toBase64url(packet.body) },
  commitment: packetCommitment(packet, of.hash).toString('hex'),
  ...more,
})
const receiptBody = (packet: Packet, more: object = {}, of: LaneTerms = terms) => {
  const commitment = packetCommitment(packet, of.hash)
  return {
    ledger: TARGET,
    gateway: GATEWAY_TARGET,
    lane: packet.lane,
    sequence: packet.sequence,
    commitment: commitment.toString('hex'),
    outcome: 'delivered',
    acknowledgement: NOBODY,
    receipt: receiptWord('delivered', commitment, Buffer.from(NOBODY, 'hex'), of.hash).toString('hex'),
    ...more,
  }
}
const send = (packet: Packet, more: object = {}, of = terms) =>
  world.say('ledger.packet', SOURCE, packetBody(packet, more, of))
const receive = (packet: Packet, more: object = {}, of = terms) =>
  world.say('ledger.receipt', TARGET, receiptBody(packet, more, of))
const act = (what: string) => world.say('ledger.lane', OFFICE_CN, { lane, act: what, ground: 'for the record' })
const freezeIt = (ledger: string, of: { lane?: string } = {}) =>
  freeze(
    ledger,
    { why: 'equivocation', one: Buffer.of(1), other: Buffer.of(2), ...of },
    {
      hub: HUB,
      journal: world.journal,
      clock: () => 1,
      randomness: Buffer.alloc,
      registerAt: () => 0,
      fold: world.fold,
      register: world.register,
    },
  )

describe('ledger.packet', () => {
  it.each(['keccak', 'sha256', 'sm3'] as const)('enters by an open lane and is kept as sent (%s)', async (hash) => {
    const of = termsOf({ hash })
    await openAll(world, of)
    const packet = packetOver(of, 4)
    expect(await send(packet, {}, of)).toBe('appended')
    expect(await world.head<PacketValue>('packet', packetName(laneId(of), 4))).toEqual({
      type: 'packet',
      id: packetName(laneId(of), 4),
      kind: packet.kind,
      message: packet.message,
      commitment: packetCommitment(packet, hash).toString('hex'),
      deadline: packet.deadline,
      state: 'sent',
    })
  })

  it('needs a lane that is known and open', async () => {
    await trust(world, trustOf(SOURCE))
    expect(await send(packetOver(terms, 1))).toBe('LANE_UNKNOWN')
    await must(world.say('ledger.lane', OFFICE_CN, { lane, act: 'open', terms }))
    expect(await send(packetOver(terms, 1))).toBe('LANE_NOT_OPEN')
    await must(world.say('ledger.lane', OFFICE_VN, { lane, act: 'open', terms }))
    expect(await send(packetOver(terms, 1))).toBe('appended')
    await act('pause')
    expect(await send(packetOver(terms, 2))).toBe('LANE_NOT_OPEN')
    await act('resume')
    expect(await send(packetOver(terms, 2))).toBe('appended')
    await act('close')
    expect(await send(packetOver(terms, 3))).toBe('LANE_NOT_OPEN')
  })

  it('is of the ledger and gateway of the source end', async () => {
    await openAll(world, terms)
    expect(await send(packetOver(terms, 1), { ledger: TARGET })).toBe('LEDGER_OTHER')
    expect(await send(packetOver(terms, 1), { gateway: GATEWAY_TARGET })).toBe('LEDGER_OTHER')
  })

  it('needs trust in its ledger, both signatures of it, and no freeze', async () => {
    await openLane(world, terms)
    expect(await send(packetOver(terms, 1))).toBe('LEDGER_UNKNOWN')
    await world.say('ledger.trust', OFFICE_CN, trustOf(SOURCE))
    expect(await send(packetOver(terms, 1))).toBe('LEDGER_UNKNOWN')
    await world.say('ledger.trust', HUB, trustOf(SOURCE))
    expect(await send(packetOver(terms, 1))).toBe('appended')
    await freezeIt(SOURCE)
    expect(await send(packetOver(terms, 2))).toBe('LEDGER_FROZEN')
    await trust(world, trustOf(SOURCE, { sequence: 2 }))
    expect(await send(packetOver(terms, 2))).toBe('appended')
  })

  it('is of a kind and version that the lane carries', async () => {
    await openAll(world, terms)
    for (const kind of [kindWord('customs.declaration', 2), kindWord('customs.declaration-copy', 1), word('7')])
      expect(await send(packetOver(terms, 1, { kind }))).toBe('LANE_KIND')
  })

  it('is committed to with the hash of its lane, over all of its members', async () => {
    await openAll(world, terms)
    const packet = packetOver(terms, 1)
    for (const commitment of [packetCommitment(packet, 'sm3').toString('hex'), word('8')])
      expect(await send(packet, { commitment })).toBe('PACKET_COMMITMENT')
    const other = packetBody(packetOver(terms, 1, { receiver: word('1') })).packet
    expect(await send(packet, { packet: other })).toBe('PACKET_COMMITMENT')
  })

  it('has all that is wrong with it told at once', async () => {
    const of = termsOf({ ordered: true })
    await openAll(world, of)
    const wrong = packetOver(of, 2, { kind: word('7') })
    expect(await send(wrong, { commitment: word('8') }, of)).toBe('PACKET_COMMITMENT,LANE_KIND,LANE_ORDER')
  })

  it('comes in its order on an ordered lane, and in any on another', async () => {
    await openAll(world, terms)
    for (const sequence of [5, 2, 9]) expect(await send(packetOver(terms, sequence))).toBe('appended')
    const of = termsOf({ ordered: true })
    await openLane(world, of)
    expect(await send(packetOver(of, 2), {}, of)).toBe('LANE_ORDER')
    for (const sequence of [1, 2]) expect(await send(packetOver(of, sequence), {}, of)).toBe('appended')
    for (const sequence of [1, 2, 4]) expect(await send(packetOver(of, sequence), {}, of)).toBe('LANE_ORDER')
    expect((await world.head<OrderValue>('order', laneId(of)))?.sequence).toBe(2)
  })

  it('is told to the authority of its ledger and to supervisors of that country, not to the other end', async () => {
    await openAll(world, terms)
    await send(packetOver(terms, 1))
    await receive(packetOver(terms, 1))
    const [packet, receipt] = (await world.entries()).slice(-2)
    expect(packet!.audience).toEqual([{ party: OFFICE_CN, view: 'full' }])
    expect(receipt!.audience.map(({ party }) => party)).toEqual([OFFICE_VN, REGULATOR_VN])
    expect(receipt!.refers).toEqual([packet!.index])
  })
})

describe('ledger.receipt', () => {
  it.each(['delivered', 'failed', 'expired'] as const)('says what became of a packet: %s', async (outcome) => {
    await openAll(world, terms)
    const packet = packetOver(terms, 1)
    await send(packet)
    const receipt = receiptWord(outcome, packetCommitment(packet), Buffer.from(word('9'), 'hex')).toString('hex')
    expect(await receive(packet, { outcome, acknowledgement: word('9'), receipt })).toBe('appended')
    expect(await world.head<PacketValue>('packet', packetName(lane, 1))).toMatchObject({
      state: outcome,
      acknowledgement: word('9'),
    })
  })

  it('is for a packet that has entered, and comes once', async () => {
    await openAll(world, terms)
    expect(await receive(packetOver(terms, 1))).toBe('PACKET_UNKNOWN')
    await send(packetOver(terms, 1))
    expect(await receive(packetOver(terms, 1))).toBe('appended')
    expect(await receive(packetOver(terms, 1))).toBe('PACKET_UNKNOWN')
  })

  it('is over the packet that entered, its outcome and the answer', async () => {
    await openAll(world, terms)
    await send(packetOver(terms, 1))
    const other = packetOver(terms, 1, { deadline: 1 })
    expect(await receive(other)).toBe('PACKET_COMMITMENT')
    expect(await receive(packetOver(terms, 1), { outcome: 'failed' })).toBe('PACKET_COMMITMENT')
    expect(await receive(packetOver(terms, 1), { acknowledgement: word('9') })).toBe('PACKET_COMMITMENT')
  })

  it('is of the ledger and gateway of the target end', async () => {
    await openAll(world, terms)
    await send(packetOver(terms, 1))
    expect(await receive(packetOver(terms, 1), { ledger: SOURCE })).toBe('LEDGER_OTHER')
    expect(await receive(packetOver(terms, 1), { gateway: GATEWAY_SOURCE })).toBe('LEDGER_OTHER')
  })

  it.each(['pause', 'close'])('comes in after a %s, for what is under way has to end', async (what) => {
    await openAll(world, terms)
    await send(packetOver(terms, 1))
    await act(what)
    expect(await receive(packetOver(terms, 1))).toBe('appended')
  })

  it('does not come in by a lane or a ledger that is frozen', async () => {
    await openAll(world, terms)
    await send(packetOver(terms, 1))
    await freezeIt(TARGET)
    expect(await receive(packetOver(terms, 1))).toBe('LEDGER_FROZEN')
    await trust(world, trustOf(TARGET, { sequence: 2 }))
    await freezeIt(SOURCE, { lane })
    expect(await receive(packetOver(terms, 1))).toBe('LANE_NOT_OPEN')
  })
})

describe('what a ledger or the hub says', () => {
  it('is sent by no class of party, so that no signature can take the place of the proof', () => {
    const senders = Object.fromEntries(crosschainKinds.map((kind) => [kind.name, kind.senders]))
    for (const name of ['packet', 'receipt', 'event', 'freeze']) expect(senders[`ledger.${name}`]).toEqual([])
    for (const name of ['lane', 'trust', 'validator']) expect(senders[`ledger.${name}`]).not.toEqual([])
  })
})
