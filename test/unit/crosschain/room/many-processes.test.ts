// The ledger room in many processes: one works, all show the same, and one that has slept moves nothing back.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { laneId } from '../../../../src/crosschain/lane.ts'
import { keptHeaders } from '../../../../src/crosschain/kept-headers.ts'
import { readLedgers, writeLedgers } from '../../../../src/crosschain/ledger-fold.ts'
import { openLedgers, type LedgerRoomDeps } from '../../../../src/crosschain/open.ts'
import type { HeaderRecord } from '../../../../src/crosschain/relay/header-store.ts'
import { readShown, type ShownRelay, writeShown } from '../../../../src/crosschain/shown-relay.ts'
import type { Cursors } from '../../../../src/hub/journal/journal.ts'
import { memoryCursors, memoryViews } from '../../../../src/hub/journal/memory-views.ts'
import { openAll, packetOver, SOURCE, termsOf } from './paper.ts'
import { doorOf, received, sent } from './proved.ts'
import { HUB, OFFICE_CN, openRoomWorld, type RoomWorld } from './world.ts'
import { PATIENT } from '../../../support/patience.ts'

const terms = termsOf()
const lane = laneId(terms)

let world: RoomWorld
beforeEach(async () => void (world = await openRoomWorld()))
afterEach(() => world.close())

const raise = (error: unknown): never => {
  throw error
}

describe('the fold in a process that does not write it', () => {
  it('knows lanes by itself, and has reached an entry when its rows are there', async () => {
    const { journal } = world
    const views = memoryViews()
    const reader = await readLedgers({ journal, views, onFault: raise })
    await openAll(world, terms)
    await doorOf(world).enter(...sent(terms, packetOver(terms, 1)))
    await vi.waitFor(() => expect(reader.lane(lane)?.state).toBe('open'), PATIENT)
    expect(await reader.reached(journal.size(), 100)).toBe(false)
    const writer = await writeLedgers({ journal, views, onFault: raise })
    expect(await reader.reached(journal.size(), PATIENT.timeout)).toBe(true)
    expect(await reader.packet(lane, 1)).toMatchObject({ state: 'sent' })
    await writer.close()
    await doorOf(world).enter(...received(terms, packetOver(terms, 1)))
    expect(await reader.reached(journal.size(), 100)).toBe(false)
    const elsewhere = await writeLedgers({ journal, views, onFault: raise })
    expect(await reader.reached(journal.size(), PATIENT.timeout)).toBe(true)
    expect(await reader.packet(lane, 1)).toMatchObject({ state: 'delivered' })
    await Promise.all([elsewhere.close(), reader.close()])
  })

  it('needs no rows of entries that have none', async () => {
    const { journal } = world
    const reader = await readLedgers({ journal, views: memoryViews(), onFault: raise })
    const refused = await world.say('ledger.lane', OFFICE_CN, { lane, act: 'pause', ground: 'for the record' })
    expect(refused).not.toBe('appended')
    expect(await reader.reached(journal.size(), PATIENT.timeout)).toBe(true)
    await reader.close()
  })

  it('begins with the rows of others, and never shows an older state of what it has', async () => {
    const { journal } = world
    const views = memoryViews()
    const writer = await writeLedgers({ journal, views, onFault: raise })
    await openAll(world, terms)
    await world.say('ledger.lane', OFFICE_CN, { lane, act: 'pause', ground: 'for the record' })
    await world.settled()
    await vi.waitFor(async () => expect(await views.cursor('ledgers')).toBe(journal.size()), PATIENT)
    await writer.close()
    // Rows newer than the cursor, as a reader may find them while another process writes.
    await views.apply('ledgers', [], 2)
    const states: string[] = []
    const reader = await readLedgers({ journal, views, onFault: raise })
    reader.onChange(() => void states.push(reader.lane(lane)?.state ?? 'none'))
    await vi.waitFor(() => expect(reader.position()).toBe(journal.size()), PATIENT)
    expect(new Set(states)).toEqual(new Set(['paused']))
    await reader.close()
  })
})

describe('the room', () => {
  const roomDeps = (views = memoryViews()): LedgerRoomDeps =>
    ({
      hub: HUB,
      journal: world.journal,
      clock: () => world.clock.nowMs,
      views,
      cursors: memoryCursors(),
      register: world.register,
      onFault: raise,
    }) as unknown as LedgerRoomDeps

  it('shows the same in all processes while the work goes from one to the other', async () => {
    const deps = roomDeps()
    const rooms = [await openLedgers(deps), await openLedgers(deps)]
    await openAll(world, terms)
    for (let turn = 0; turn < 4; turn++) {
      const work = await rooms[turn % 2]!.work(deps.views)
      await doorOf(world).enter(...sent(terms, packetOver(terms, turn + 1)))
      for (const { view } of rooms) {
        expect(await view.caughtUp()).toBe(true)
        expect(view.lanes().map(({ shown }) => shown)).toMatchObject([{ lane, state: 'open' }])
        expect(await view.packets(lane, 1, 10)).toHaveLength(turn + 1)
      }
      await work.close()
    }
    for (const room of rooms) await room.close()
  })

  it('shows of the relay what the process that relays has written, and that it is silent', async () => {
    vi.useFakeTimers({ now: world.clock.nowMs })
    const [views, clock] = [memoryViews(), Date.now]
    const shown: ShownRelay = { ledgers: { [SOURCE]: { headers: 1, gasUsed: '0' } }, lanes: {} }
    let writes = 0
    const counting = {
      ...views,
      apply: (...write: Parameters<typeof views.apply>) => (writes++, views.apply(...write)),
    }
    const writer = writeShown(() => shown, { views: counting, clock, onFault: raise })
    expect(await readShown({ views, clock })).toBeUndefined()
    await vi.advanceTimersByTimeAsync(5_000)
    expect(writes).toBe(1)
    expect(await readShown({ views, clock })).toEqual(shown)
    shown.ledgers[SOURCE]!.headers = 2
    await vi.advanceTimersByTimeAsync(1_000)
    expect(await readShown({ views, clock })).toEqual(shown)
    await vi.advanceTimersByTimeAsync(60_000)
    expect(await readShown({ views, clock })).toEqual(shown)
    await writer.close()
    await vi.advanceTimersByTimeAsync(60_000)
    expect((await readShown({ views, clock }))!.ledgers[SOURCE]!.fault).toMatch(/no process has relayed for \d+ s/)
    vi.useRealTimers()
  })
})

describe('the highest accepted header', () => {
  const record = (height: number) => ({ height, raw: `raw ${height}` }) as unknown as HeaderRecord

  it('only rises, though a process that has slept puts an older one', async () => {
    const cursors = memoryCursors()
    let sleeping: (() => void) | undefined
    const slow: Cursors = {
      ...cursors,
      async swap(...write) {
        await new Promise<void>((resolve) => (sleeping = resolve))
        return cursors.swap(...write)
      },
    }
    const [stale, store] = [keptHeaders(slow), keptHeaders(cursors)]
    await store.put('chain', 3, record(3))
    const putting = stale.put('chain', 4, record(4))
    await vi.waitFor(() => expect(sleeping).toBeDefined(), PATIENT)
    await store.put('chain', 9, record(9))
    sleeping!()
    expect(await putting).toBe(true)
    expect((await store.last('chain'))!.height).toBe(9)
    expect((await store.get('chain', 4))!.height).toBe(4)
  })
})
