// ledger.lane: two owners, one set of terms, and who may do what in which state.
import * as fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { laneId } from '../../../../src/crosschain/lane.ts'
import { laneState, type LaneValue } from '../../../../src/crosschain/state.ts'
import { freeze } from '../../../../src/crosschain/freeze.ts'
import { openLane, SOURCE, termsOf } from './paper.ts'
import type { JournalEntry } from '../../../../src/hub/index.ts'
import { HUB, OFFICE_CN, OFFICE_VN, openRoomWorld, REGULATOR_VN, type RoomWorld } from './world.ts'

let world: RoomWorld
const terms = termsOf()
const lane = laneId(terms)
const opening = { lane, act: 'open', terms }

beforeEach(async () => void (world = await openRoomWorld()))
afterEach(() => world.close())

const act = (from: string, what: 'pause' | 'resume' | 'close') =>
  world.say('ledger.lane', from, { lane, act: what, ground: 'a ground for the record' })
const state = async () => {
  const value = await world.head<LaneValue>('lane', lane)
  return value && laneState(value)
}
const freezeLane = async (n = 1) => {
  await world.settled()
  const deps = { hub: HUB, journal: world.journal, clock: () => 1, randomness: Buffer.alloc, registerAt: () => 0 }
  const found = { why: 'packet-differs' as const, lane, one: Buffer.of(n), other: Buffer.of(n, n) }
  await freeze(SOURCE, found, { ...deps, fold: world.fold, register: world.register })
}

describe('ledger.lane', () => {
  it('is open when both ends have signed, and not before', async () => {
    expect(await world.say('ledger.lane', OFFICE_CN, opening)).toBe('appended')
    expect(await state()).toBe('proposed')
    expect(await world.say('ledger.lane', OFFICE_VN, opening)).toBe('appended')
    expect(await state()).toBe('open')
  })

  it('is not opened by one end signing twice, nor once more when it is open', async () => {
    await world.say('ledger.lane', OFFICE_CN, opening)
    expect(await world.say('ledger.lane', OFFICE_CN, opening)).toBe('LANE_STATE')
    expect(await state()).toBe('proposed')
    await world.say('ledger.lane', OFFICE_VN, opening)
    expect(await world.say('ledger.lane', OFFICE_VN, opening)).toBe('LANE_STATE')
  })

  it('with other terms is another lane, and its id cannot be borrowed', async () => {
    await world.say('ledger.lane', OFFICE_CN, opening)
    const other = termsOf({ timeoutS: 7_200 })
    expect(await world.say('ledger.lane', OFFICE_VN, { lane, act: 'open', terms: other })).toBe('LANE_ID_DIFFERS')
    expect(await world.say('ledger.lane', OFFICE_VN, { lane: laneId(other), act: 'open', terms: other })).toBe(
      'appended',
    )
    expect(await state()).toBe('proposed')
  })

  it('may be signed by one party that owns both ends', async () => {
    const own = termsOf({ target: { ...terms.target, ledger: 'urn:hub:cn:ledger:example-second', owner: OFFICE_CN } })
    expect(await world.say('ledger.lane', OFFICE_CN, { lane: laneId(own), act: 'open', terms: own })).toBe('appended')
    expect(laneState((await world.head<LaneValue>('lane', laneId(own)))!)).toBe('open')
  })

  it('is for its owners alone', async () => {
    expect(await world.say('ledger.lane', HUB, opening)).toBe('LANE_NOT_OWNER')
    await openLane(world, terms)
    expect(await act(HUB, 'close')).toBe('LANE_NOT_OWNER')
    for (const what of ['pause', 'resume', 'close'] as const)
      expect(await act(REGULATOR_VN, what)).toBe('LANE_NOT_OWNER')
    expect(await state()).toBe('open')
  })

  it('is paused by the operator of the hub, who can do no more', async () => {
    await openLane(world, terms)
    expect(await act(HUB, 'pause')).toBe('appended')
    expect(await state()).toBe('paused')
    expect(await act(OFFICE_CN, 'resume')).toBe('LANE_STATE')
    expect(await act(HUB, 'resume')).toBe('appended')
    expect(await state()).toBe('open')
  })

  it('must exist before anything else can be done to it', async () => {
    for (const what of ['pause', 'resume', 'close'] as const) expect(await act(OFFICE_CN, what)).toBe('LANE_UNKNOWN')
  })

  it('is resumed by the side that paused it, and by no other', async () => {
    await openLane(world, terms)
    expect(await act(OFFICE_CN, 'pause')).toBe('appended')
    expect(await state()).toBe('paused')
    expect(await act(OFFICE_CN, 'pause')).toBe('LANE_STATE')
    expect(await act(OFFICE_VN, 'resume')).toBe('LANE_STATE')
    expect(await act(OFFICE_VN, 'pause')).toBe('appended')
    expect(await act(OFFICE_CN, 'resume')).toBe('appended')
    expect(await state()).toBe('paused')
    expect(await act(OFFICE_VN, 'resume')).toBe('appended')
    expect(await state()).toBe('open')
    expect(await act(OFFICE_VN, 'resume')).toBe('LANE_STATE')
  })

  it('cannot be paused or resumed before it is open', async () => {
    await world.say('ledger.lane', OFFICE_CN, opening)
    expect(await act(OFFICE_CN, 'pause')).toBe('LANE_STATE')
    expect(await act(OFFICE_VN, 'resume')).toBe('LANE_STATE')
  })

  it('is closed by either end, for good', async () => {
    await openLane(world, terms)
    expect(await act(OFFICE_VN, 'close')).toBe('appended')
    expect(await state()).toBe('closed')
    for (const what of ['pause', 'resume', 'close'] as const) expect(await act(OFFICE_CN, what)).toBe('LANE_STATE')
    expect(await world.say('ledger.lane', OFFICE_CN, opening)).toBe('LANE_STATE')
  })

  it('goes on after a freeze when both ends have said so, and not when one says it twice', async () => {
    await openLane(world, terms)
    await freezeLane()
    expect(await state()).toBe('frozen')
    expect(await act(OFFICE_CN, 'pause')).toBe('LANE_STATE')
    expect(await act(OFFICE_CN, 'resume')).toBe('appended')
    expect(await act(OFFICE_CN, 'resume')).toBe('LANE_STATE')
    expect(await state()).toBe('frozen')
    expect(await act(OFFICE_VN, 'resume')).toBe('appended')
    expect(await state()).toBe('open')
  })

  it('is still paused after a freeze that came while it was', async () => {
    await openLane(world, terms)
    await act(OFFICE_CN, 'pause')
    await freezeLane()
    await act(OFFICE_CN, 'resume')
    await act(OFFICE_VN, 'resume')
    expect(await state()).toBe('paused')
    expect(await act(OFFICE_CN, 'resume')).toBe('appended')
    expect(await state()).toBe('open')
  })

  it('is not let go on by the operator after a freeze', async () => {
    await openLane(world, terms)
    await freezeLane()
    for (const what of ['pause', 'resume'] as const) expect(await act(HUB, what)).toBe('LANE_STATE')
    await act(OFFICE_CN, 'resume')
    expect(await act(HUB, 'resume')).toBe('LANE_STATE')
    expect(await state()).toBe('frozen')
  })

  it('is open only while nobody stands in its way, whoever has done what', async () => {
    const steps = fc.array(
      fc.record({
        who: fc.constantFrom(OFFICE_CN, OFFICE_VN, HUB),
        what: fc.constantFrom('open', 'open', 'pause', 'resume', 'freeze', 'close'),
      }),
      { maxLength: 14 },
    )
    await fc.assert(
      fc.asyncProperty(steps, fc.boolean(), async (taken, begun) => {
        await world.close()
        world = await openRoomWorld()
        const [signed, pausing, releasing] = [new Set<string>(), new Set<string>(), new Set<string>()]
        let [frozen, closed, freezes] = [false, false, 0]
        if (begun) {
          await openLane(world, terms)
          for (const owner of [OFFICE_CN, OFFICE_VN]) signed.add(owner)
        }
        for (const { who, what } of taken) {
          if (what === 'freeze') {
            if (signed.size === 0) continue
            await freezeLane(++freezes)
            frozen = true
            releasing.clear()
            continue
          }
          const said = what === 'open' ? await world.say('ledger.lane', who, opening) : await act(who, what)
          if (said !== 'appended') continue
          if (what === 'open') signed.add(who)
          else if (what === 'pause') pausing.add(who)
          else if (what === 'close') closed = true
          else if (frozen) releasing.add(who)
          else pausing.delete(who)
          if (releasing.size === 2) {
            frozen = false
            releasing.clear()
          }
          expect([signed, releasing].every((owners) => !owners.has(HUB))).toBe(true)
        }
        const free = signed.size === 2 && pausing.size === 0 && !frozen && !closed
        expect((await state()) === 'open').toBe(free)
      }),
      { numRuns: 60 },
    )
  })

  it('tells both owners of its terms, and of a later act those it is addressed to', async () => {
    await openLane(world, terms)
    const paused = { lane, act: 'pause', ground: 'a ground for the record' }
    expect(await world.say('ledger.lane', OFFICE_CN, paused, [OFFICE_VN])).toBe('appended')
    const told = (await world.entries()).map(({ audience }) => audience.map(({ party }) => party))
    expect(told).toHaveLength(3)
    for (const parties of told) expect(parties).toEqual(expect.arrayContaining([OFFICE_CN, OFFICE_VN]))
  })

  it('is seen by the supervisors of both countries from the first signature on', async () => {
    await world.say('ledger.lane', OFFICE_CN, opening)
    const [{ audience }] = (await world.entries()) as [JournalEntry]
    expect(audience).toContainEqual(expect.objectContaining({ party: REGULATOR_VN, by: 'supervision' }))
  })
})
