// The front door: what a gateway holds enters once, with the same bytes whoever brings it, and only what is proved can contradict it.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readEvidence } from '../../../../src/crosschain/evidence.ts'
import { laneId } from '../../../../src/crosschain/lane.ts'
import { packetCommitment } from '../../../../src/crosschain/packet.ts'
import { ProofRefused } from '../../../../src/crosschain/proof-refused.ts'
import { laneState, packetName, type LaneValue, type PacketValue } from '../../../../src/crosschain/state.ts'
import { HubError } from '../../../../src/hub/index.ts'
import { must, openAll, openLane, packetOver, SOURCE, termsOf, trust, trustOf, word } from './paper.ts'
import { doorOf, headerAt, received, sent } from './proved.ts'
import { appendingBy, HUB, OFFICE_CN, openRoomWorld, type RoomWorld } from './world.ts'

let world: RoomWorld
beforeEach(async () => void (world = await openRoomWorld()))
afterEach(() => world.close())

const terms = termsOf()
const lane = laneId(terms)
const packet = packetOver(terms, 1)

/** What an attempt is refused with: the reason of a proof, or the code of the hub and its findings. */
async function refusal(attempt: Promise<unknown>): Promise<string> {
  try {
    await attempt
    return 'none'
  } catch (error) {
    if (error instanceof ProofRefused) return error.reason
    if (!(error instanceof HubError)) throw error
    return [error.code, ...(error.findings ?? []).map(({ code }) => code)].join(' ')
  }
}

describe('the front door', () => {
  it('takes a fact in once, whatever proof it comes with the second time', async () => {
    await openAll(world, terms)
    const door = doorOf(world)
    const first = await door.enter(...sent(terms, packet))
    expect(first.result).toBe('entered')
    expect(await door.enter(...sent(terms, packet, 1))).toEqual({ result: 'known', index: first.index })
    const receipt = await door.enter(...received(terms, packet))
    expect(receipt.result).toBe('entered')
    expect(await door.enter(...received(terms, packet, 'delivered', 1))).toEqual({ ...receipt, result: 'known' })
    expect((await world.entries()).filter(({ by }) => by === 'ledger-proof')).toHaveLength(2)
  })

  it('keeps the first proof beside the entry, and no signature', async () => {
    await openAll(world, terms)
    const [fact, evidence] = sent(terms, packet)
    const { index } = await doorOf(world).enter(fact, evidence)
    await doorOf(world).enter(...sent(terms, packet, 1))
    const content = (await world.journal.content(index))!
    expect(content.signatures).toEqual([])
    const { headers, ...state } = evidence
    expect(readEvidence(content.evidence!)).toEqual({ family: 'evm/qbft', headers, state })
  })

  it('makes the same bytes on any day and by any proof', async () => {
    const other = await openRoomWorld()
    other.clock.nowMs += 3_600_000
    const commitments = await Promise.all(
      [world, other].map(async (one, nonce) => {
        await openAll(one, terms)
        const packetIn = await doorOf(one).enter(...sent(terms, packet, nonce))
        const receiptIn = await doorOf(one).enter(...received(terms, packet, 'failed', nonce))
        const entries = await one.entries()
        return [packetIn, receiptIn].map(({ index }) => entries[index]!.commitment.toString('hex'))
      }),
    )
    await other.close()
    expect(commitments[0]).toEqual(commitments[1])
    expect(commitments[0]![0]).not.toBe(commitments[0]![1])
  })

  it('knows what has entered also when the lane stands still or the trust is gone', async () => {
    await openAll(world, terms)
    const door = doorOf(world)
    const { index } = await door.enter(...sent(terms, packet))
    await must(world.say('ledger.lane', OFFICE_CN, { lane, act: 'close', ground: 'for the record' }))
    await door.freeze(SOURCE, { why: 'equivocation', one: Buffer.of(1), other: Buffer.of(2) })
    await world.settled()
    expect(await door.enter(...sent(terms, packet))).toEqual({ result: 'known', index })
  })

  it('takes nothing in that is not proved', async () => {
    await openAll(world, terms)
    const before = world.journal.size()
    const [fact, evidence] = sent(terms, packet)
    const ofAnother = sent(terms, packetOver(terms, 2))[1]
    expect(await refusal(doorOf(world).enter(fact, ofAnother))).toBe('SLOT_VALUE')
    const unread = { ...evidence, headers: [Buffer.from('no header')] }
    expect(await refusal(doorOf(world).enter(fact, unread))).toBe('HEADER_MALFORMED')
    const ofTarget = received(terms, packet)[1]
    expect(await refusal(doorOf(world).enter(fact, ofTarget))).toBe('SLOT_VALUE')
    expect(world.journal.size()).toBe(before)
  })

  it.each(['seal-only', 'claimed'] as const)('takes nothing in at %s where the lane demands more', async (worth) => {
    const of = termsOf({ assurance: 'signed-block' })
    await openAll(world, of)
    const [fact, evidence] = sent(of, packetOver(of, 1))
    const weak = { ...evidence, headers: [headerAt(7, worth)] }
    expect(await refusal(doorOf(world).enter(fact, weak))).toBe('ASSURANCE')
    const enough = { ...evidence, headers: [headerAt(7, 'signed-block')] }
    expect((await doorOf(world).enter(fact, enough)).result).toBe('entered')
  })

  it('needs a lane it knows and a ledger that is trusted', async () => {
    expect(await refusal(doorOf(world).enter(...sent(terms, packet)))).toBe('NOT_FOUND')
    await openLane(world, terms)
    await world.settled()
    expect(await refusal(doorOf(world).enter(...sent(terms, packet)))).toBe('LEDGER')
    await trust(world, trustOf(SOURCE))
    await world.settled()
    expect((await doorOf(world).enter(...sent(terms, packet))).result).toBe('entered')
  })

  it('takes nothing in when another gateway is trusted than the one the lane ends at', async () => {
    await openAll(world, terms)
    await trust(world, trustOf(SOURCE, { sequence: 2, gateway: { address: '44'.repeat(20), codeHash: word('c') } }))
    await world.settled()
    expect(await refusal(doorOf(world).enter(...sent(terms, packet)))).toBe('LEDGER')
  })

  it('calls it a difference only when the other packet is proved too', async () => {
    await openAll(world, terms)
    const door = doorOf(world)
    const { index } = await door.enter(...sent(terms, packet))
    const other = packetOver(terms, 1, { receiver: word('1') })
    const [fact] = sent(terms, other)
    expect(await refusal(door.enter(fact, sent(terms, packet)[1]))).toBe('SLOT_VALUE')
    expect(await door.enter(...sent(terms, other))).toEqual({ result: 'differs', index })
    await door.enter(...received(terms, packet))
    expect((await door.enter(...received(terms, packet, 'expired'))).result).toBe('differs')
    const lying = received(terms, packet, 'failed')[0]
    expect(await refusal(door.enter(lying, received(terms, packet)[1]))).toBe('SLOT_VALUE')
    const value = await world.head<PacketValue>('packet', packetName(lane, 1))
    expect(value).toMatchObject({ state: 'delivered', commitment: packetCommitment(packet).toString('hex') })
  })

  it('asks for the proof of a difference also when the hub has not come to it', async () => {
    await openAll(world, terms)
    const { index } = await doorOf(world).enter(...sent(terms, packet))
    const busy = doorOf(world, {
      accept: async () => {
        throw new HubError('VIEW_BEHIND', 'the register lags behind')
      },
    })
    const other = packetOver(terms, 1, { receiver: word('1') })
    expect(await refusal(busy.enter(sent(terms, other)[0], sent(terms, packet)[1]))).toBe('SLOT_VALUE')
    expect(await busy.enter(...sent(terms, other))).toEqual({ result: 'differs', index })
    expect(await refusal(busy.enter(...sent(terms, packetOver(terms, 2))))).toBe('VIEW_BEHIND')
  })

  it('calls it no difference when the hub refuses a packet that stands for the first time', async () => {
    const of = termsOf({ ordered: true })
    await openAll(world, of)
    expect(await refusal(doorOf(world).enter(...sent(of, packetOver(of, 2))))).toBe('FINDINGS LANE_ORDER')
  })

  it('refuses a deadline beyond all time like any other lie', async () => {
    await openAll(world, terms)
    const before = world.journal.size()
    for (const deadline of [
      253_402_300_800 + terms.timeoutS,
      8_640_000_000_001 + terms.timeoutS,
      Number.MAX_SAFE_INTEGER,
    ])
      expect(await refusal(doorOf(world).enter(...sent(terms, packetOver(terms, 1, { deadline }))))).toBe(
        'CREATED_IN_FUTURE',
      )
    expect(world.journal.size()).toBe(before)
  })

  it('takes one of two that come at once, and knows the other or finds it differs', async () => {
    await openAll(world, terms)
    const door = doorOf(world)
    const twice = await Promise.all([0, 1].map((nonce) => door.enter(...sent(terms, packet, nonce))))
    expect(twice.map(({ result }) => result).toSorted()).toEqual(['entered', 'known'])
    expect(twice[0]!.index).toBe(twice[1]!.index)
    const [one, other] = [packetOver(terms, 2), packetOver(terms, 2, { deadline: packet.deadline - 1 })]
    const both = await Promise.allSettled([one, other].map((which) => door.enter(...sent(terms, which))))
    expect(both.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    const again = await Promise.all([one, other].map((which) => door.enter(...sent(terms, which))))
    expect(again.map(({ result }) => result).toSorted()).toEqual(['differs', 'known'])
  })

  it('judges again what a pause or a freeze has overtaken before it is in', async () => {
    await openAll(world, terms)
    const door = doorOf(world)
    const once = (what: () => Promise<unknown>) => {
      world.beforeAppend = async () => {
        world.beforeAppend = undefined
        await what()
      }
    }
    once(() => world.say('ledger.lane', OFFICE_CN, { lane, act: 'pause', ground: 'for the record' }))
    expect(await refusal(door.enter(...sent(terms, packet)))).toBe('FINDINGS LANE_NOT_OPEN')
    await world.say('ledger.lane', OFFICE_CN, { lane, act: 'resume', ground: 'for the record' })
    once(() => door.freeze(SOURCE, { why: 'equivocation', one: Buffer.of(1), other: Buffer.of(2) }))
    expect(await refusal(door.enter(...sent(terms, packet)))).toBe('FINDINGS LEDGER_FROZEN')
  })

  it('is entered also when the lane moves meanwhile without standing still', async () => {
    await openAll(world, terms)
    world.beforeAppend = async () => {
      world.beforeAppend = undefined
      for (const act of ['pause', 'resume'])
        await must(world.say('ledger.lane', OFFICE_CN, { lane, act, ground: 'for the record' }))
    }
    expect((await doorOf(world).enter(...sent(terms, packet))).result).toBe('entered')
  })
})

describe('a freeze', () => {
  const lie = { why: 'equivocation', one: Buffer.from('one header'), other: Buffer.from('another') }
  const state = async () => laneState((await world.head<LaneValue>('lane', lane))!)
  const frozen = async (ledger = SOURCE) =>
    ((await world.head('ledger', ledger)) as { frozen?: true } | undefined)?.frozen

  it('is written once, whoever finds it and in whatever order the two are named', async () => {
    await openAll(world, terms)
    const door = doorOf(world)
    const index = await door.freeze(SOURCE, lie)
    expect(await door.freeze(SOURCE, { ...lie, one: lie.other, other: lie.one })).toBe(index)
    world.clock.nowMs += 60_000
    expect(await doorOf(world, { randomness: (size) => Buffer.alloc(size, 9) }).freeze(SOURCE, lie)).toBe(index)
    expect((await world.entries()).filter(({ kind }) => kind === 'ledger.freeze')).toHaveLength(1)
    expect(await frozen()).toBe(true)
  })

  it('is written once by many at the same time', async () => {
    await openAll(world, terms)
    const door = doorOf(world)
    const indexes = await Promise.all(Array.from({ length: 4 }, () => door.freeze(SOURCE, lie)))
    expect(new Set(indexes).size).toBe(1)
    expect(await frozen()).toBe(true)
  })

  it('once ended is not brought back by the same two headers', async () => {
    await openAll(world, terms)
    const index = await doorOf(world).freeze(SOURCE, lie)
    await trust(world, trustOf(SOURCE, { sequence: 2 }))
    expect(await doorOf(world).freeze(SOURCE, lie)).toBe(index)
    expect(await frozen()).toBeUndefined()
    await doorOf(world).freeze(SOURCE, { ...lie, other: Buffer.from('a third') })
    expect(await frozen()).toBe(true)
  })

  it('of a ledger is told to the owners of all its lanes and to who supervises them, with both headers', async () => {
    await openAll(world, terms)
    const index = await doorOf(world).freeze(SOURCE, lie)
    const entry = (await world.entries())[index]!
    expect(entry.audience.map(({ party }) => party)).toEqual(
      expect.arrayContaining([OFFICE_CN, terms.target.owner, 'urn:hub:vn:regulator:example-supervisor']),
    )
    const body = JSON.parse((await world.journal.content(index))!.body.toString())
    expect([body.one, body.other].map((text) => Buffer.from(text, 'base64url').toString()).toSorted()).toEqual([
      'another',
      'one header',
    ])
    expect(entry).toMatchObject({ by: 'hub', kind: 'ledger.freeze' })
  })

  it('of one lane leaves the ledger and its other lanes open', async () => {
    await openAll(world, terms)
    const second = termsOf({ name: 'second' })
    await openLane(world, second)
    await world.settled()
    const index = await doorOf(world).freeze(SOURCE, { ...lie, lane })
    expect(JSON.parse((await world.journal.content(index))!.body.toString())).toMatchObject({
      why: 'packet-differs',
      lane,
    })
    expect(await state()).toBe('frozen')
    expect(await frozen()).toBeUndefined()
    expect((await doorOf(world).enter(...sent(second, packetOver(second, 1)))).result).toBe('entered')
  })

  it('of a lane that is not there is refused', async () => {
    expect(await refusal(doorOf(world).freeze(SOURCE, { ...lie, lane }))).toBe('NOT_FOUND')
  })

  it('takes effect also when what it freezes moves meanwhile', async () => {
    await openAll(world, terms)
    let moved = false
    const journal = appendingBy(world.journal, async (draft) => {
      if (!moved) await must(world.say('ledger.lane', OFFICE_CN, { lane, act: 'pause', ground: 'for the record' }))
      moved = true
      return world.journal.append(draft)
    })
    await doorOf(world, { journal }).freeze(SOURCE, { ...lie, lane })
    expect(await world.head<LaneValue>('lane', lane)).toMatchObject({ frozen: true, paused: ['source'] })
  })

  it('gives up after some tries, and says so', async () => {
    await openAll(world, terms)
    const journal = appendingBy(world.journal, async () => ({ result: 'stale', key: 'k' }))
    expect(await refusal(doorOf(world, { journal }).freeze(SOURCE, lie))).toBe('CONTENDED')
    expect(await frozen()).toBeUndefined()
  })

  it('of a ledger nobody has trusted yet ends with the first trust that both have signed', async () => {
    await doorOf(world).freeze(SOURCE, lie)
    await world.say('ledger.trust', HUB, trustOf(SOURCE))
    expect(await frozen()).toBe(true)
    await world.say('ledger.trust', OFFICE_CN, trustOf(SOURCE))
    expect(await frozen()).toBeUndefined()
  })
})
