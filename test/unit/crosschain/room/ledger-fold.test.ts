// The fold: what the journal has decided, found by name, and the same however often and from wherever it is read.
import * as fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { signPossession } from '../../../../src/crosschain/kinds/validator.ts'
import { addressOfKey } from '../../../../src/crosschain/attestation.ts'
import { laneId } from '../../../../src/crosschain/lane.ts'
import type { LedgerFold } from '../../../../src/crosschain/ledger-fold.ts'
import { followLedgers } from '../../../support/ledger-fold.ts'
import { toBase64url } from '../../../../src/hub/index.ts'
import type { Journal, Views } from '../../../../src/hub/journal/journal.ts'
import { memoryViews } from '../../../../src/hub/journal/memory-views.ts'
import { draft } from '../../../support/journals.ts'
import { must, openAll, openLane, packetOver, SOURCE, TARGET, termsOf, trust, trustOf, word } from './paper.ts'
import { doorOf, received, sent } from './proved.ts'
import { HUB, OFFICE_CN, OFFICE_VN, openRoomWorld, type RoomWorld } from './world.ts'

let world: RoomWorld
beforeEach(async () => void (world = await openRoomWorld()))
afterEach(() => world.close())

const terms = termsOf()
const second = termsOf({ name: 'second' })
const lane = laneId(terms)

const rowsIn = async (views: Views) =>
  (await views.range('ledgers', '', '~', 100_000)).map(({ key, value }) => [key, String(value)])

/** Another fold of the same journal, up to now. */
async function foldAgain(journal: Journal, views: Views = memoryViews()): Promise<LedgerFold> {
  const faults: unknown[] = []
  const fold = await followLedgers({ journal, views, onFault: (error) => faults.push(error) })
  if (!(await fold.reached(journal.size(), 5_000))) throw new Error('it has not caught up', { cause: faults[0] })
  return fold
}

const openingOf = (of: typeof terms) => ({ lane: laneId(of), act: 'open', terms: of })
const pausing = (n: number) => ({ lane, act: n % 2 ? 'pause' : 'resume', ground: 'for the record' })
const sequenceOf = (n: number) => (n % 4) + 1

/** What can happen, by number; what is not possible is refused and leaves no trace. */
const STEPS: ((n: number) => Promise<unknown>)[] = [
  (n) => world.say('ledger.lane', OFFICE_CN, pausing(n)),
  (n) => world.say('ledger.lane', n % 2 ? OFFICE_CN : OFFICE_VN, openingOf(second)),
  (n) => doorOf(world).enter(...sent(terms, packetOver(terms, sequenceOf(n)))),
  (n) => doorOf(world).enter(...sent(second, packetOver(second, sequenceOf(n)))),
  (n) => doorOf(world).enter(...received(terms, packetOver(terms, sequenceOf(n)), n % 3 ? 'delivered' : 'expired')),
  (n) => doorOf(world).freeze(SOURCE, { why: 'equivocation', one: Buffer.of(n), other: Buffer.of(n, n) }),
  (n) => world.say('ledger.trust', n % 2 ? HUB : OFFICE_CN, trustOf(SOURCE, { sequence: 2 })),
  () => world.journal.append(draft()),
]

describe('the fold', () => {
  it('knows lanes, ledgers and validators as they stand, with the entry that moved them last', async () => {
    const key = Buffer.alloc(32, 5)
    await openAll(world, terms)
    const possession = toBase64url(signPossession(OFFICE_CN, key))
    await must(world.say('ledger.validator', OFFICE_CN, { address: addressOfKey(key), state: 'active', possession }))
    await world.settled()
    expect(world.fold.lanes()).toEqual([expect.objectContaining({ id: lane, terms, state: 'open', index: 5 })])
    expect(world.fold.lane(lane)?.value.signed).toEqual(['source', 'target'])
    expect(world.fold.ledgers().map(({ id, index }) => [id, index])).toEqual([
      [SOURCE, 1],
      [TARGET, 3],
    ])
    expect(world.fold.ledger(SOURCE)?.trust).toEqual(trustOf(SOURCE))
    expect(world.fold.validators()).toEqual([
      { type: 'validator', id: addressOfKey(key), party: OFFICE_CN, state: 'active', index: 6 },
    ])
    for (const unknown of [word('0'), '', 'constructor']) {
      expect(world.fold.lane(unknown)).toBeUndefined()
      expect(world.fold.ledger(unknown)).toBeUndefined()
      expect(await world.fold.packet(unknown, 1)).toBeUndefined()
    }
  })

  it('joins a packet to its receipt', async () => {
    await openAll(world, terms)
    const { index: entry } = await doorOf(world).enter(...sent(terms, packetOver(terms, 3)))
    await world.settled()
    expect(await world.fold.packet(lane, 3)).toMatchObject({ state: 'sent', entry })
    expect(await world.fold.packet(lane, 3)).not.toHaveProperty('receipt')
    const { index: receipt } = await doorOf(world).enter(...received(terms, packetOver(terms, 3), 'failed'))
    await world.settled()
    expect(await world.fold.packet(lane, 3)).toMatchObject({ state: 'failed', entry, receipt })
  })

  it('lists the packets of one lane by sequence, from any of them on', async () => {
    await openAll(world, terms)
    await openLane(world, second)
    await world.settled()
    for (const sequence of [11, 2, 100, 9]) await doorOf(world).enter(...sent(terms, packetOver(terms, sequence)))
    await doorOf(world).enter(...sent(second, packetOver(second, 5)))
    await world.settled()
    const listed = async (from: number, limit: number) =>
      (await world.fold.packets(lane, from, limit)).map(({ id }) => Number(id.split('/')[1]))
    expect(await listed(1, 10)).toEqual([2, 9, 11, 100])
    expect(await listed(9, 2)).toEqual([9, 11])
    expect(await listed(101, 2)).toEqual([])
  })

  it('finds all packets that stand for a message, over whatever lane', async () => {
    await openAll(world, terms)
    await openLane(world, second)
    await world.settled()
    await doorOf(world).enter(...sent(terms, packetOver(terms, 1)))
    await doorOf(world).enter(...sent(second, packetOver(second, 1)))
    await doorOf(world).enter(...sent(terms, packetOver(terms, 2, { message: word('d') })))
    await world.settled()
    const lanes = (await world.fold.packetsOf(word('e'))).map(({ id }) => id.split('/')[0])
    expect(lanes.toSorted()).toEqual([lane, laneId(second)].toSorted())
    expect(await world.fold.packetsOf(word('d'))).toHaveLength(1)
    expect(await world.fold.packetsOf(word('c'))).toEqual([])
  })

  it('tells of changes of lanes, ledgers and validators, and of nothing else', async () => {
    let told = 0
    const stop = world.fold.onChange(() => told++)
    await openAll(world, terms)
    expect(told).toBeGreaterThan(0)
    const before = told
    await doorOf(world).enter(...sent(terms, packetOver(terms, 1)))
    await world.journal.append(draft())
    await world.settled()
    expect(told).toBe(before)
    stop()
    await world.say('ledger.lane', OFFICE_CN, { lane, act: 'pause', ground: 'for the record' })
    await world.settled()
    expect(told).toBe(before)
    expect(world.fold.lane(lane)?.state).toBe('paused')
  })

  it('gives the same rows when it is built from nothing, at once or in two lives, whatever has happened', async () => {
    const steps = fc.array(fc.tuple(fc.nat(STEPS.length - 1), fc.nat(11)), { minLength: 5, maxLength: 25 })
    await fc.assert(
      fc.asyncProperty(steps, fc.double({ min: 0, max: 1, noNaN: true }), async (chosen, cut) => {
        await world.close()
        world = await openRoomWorld()
        await openAll(world, terms)
        const halfway = memoryViews()
        const early = Math.floor(chosen.length * cut)
        for (const [at, [step, n]] of chosen.entries()) {
          if (at === early) await (await foldAgain(world.journal, halfway)).close()
          await STEPS[step]!(n).catch(() => {})
        }
        await world.settled()
        const fresh = memoryViews()
        const folds = [await foldAgain(world.journal, fresh), await foldAgain(world.journal, halfway)]
        for (const fold of folds) {
          expect(fold.lanes()).toEqual(world.fold.lanes())
          expect(fold.ledgers()).toEqual(world.fold.ledgers())
          await fold.close()
        }
        expect(await rowsIn(fresh)).toEqual(await rowsIn(world.views))
        expect(await rowsIn(halfway)).toEqual(await rowsIn(world.views))
        expect(world.faults).toEqual([])
      }),
      { numRuns: 15 },
    )
  })

  it('goes on after a fault of its storage, and loses nothing', async () => {
    await openAll(world, terms)
    await doorOf(world).enter(...sent(terms, packetOver(terms, 1)))
    await doorOf(world).enter(...received(terms, packetOver(terms, 1)))
    await world.settled()
    const [views, faults] = [memoryViews(), [] as unknown[]]
    let failures = 2
    const failing: Views = {
      ...views,
      async apply(...change) {
        if (failures-- > 0) throw new Error('the disk is full')
        return views.apply(...change)
      },
    }
    const fold = await followLedgers({ journal: world.journal, views: failing, onFault: (error) => faults.push(error) })
    expect(await fold.reached(world.journal.size(), 5_000)).toBe(true)
    await fold.close()
    expect(faults).toHaveLength(2)
    expect(await rowsIn(views)).toEqual(await rowsIn(world.views))
  })

  it('begins anew when its rows are of a journal longer than this one', async () => {
    const other = await openRoomWorld()
    await openAll(other, second)
    for (let n = 0; n < 20; n++)
      await other.say('ledger.trust', n % 2 ? HUB : OFFICE_CN, trustOf(SOURCE, { sequence: 2, chainId: n + 1 }))
    await other.settled()
    await trust(world, trustOf(SOURCE))
    const fold = await foldAgain(world.journal, other.views)
    expect(fold.lanes()).toEqual([])
    expect(fold.ledger(SOURCE)).toEqual(world.fold.ledger(SOURCE))
    await fold.close()
    await other.close()
  })
})
