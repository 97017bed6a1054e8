// The log with many processes: one at a time signs, all read, and one that has been paused changes nothing.
import { afterAll, afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { localWake, type Wake } from '../../../src/hub/cluster/wake.ts'
import { readCheckpoint } from '../../../src/hub/evidence/checkpoint.ts'
import { CheckpointStore, CheckpointTaken } from '../../../src/hub/evidence/checkpoint-store.ts'
import { type EvidenceFollower, followEvidence } from '../../../src/hub/evidence/follower.ts'
import { leafHash, rootFromPath } from '../../../src/hub/evidence/merkle.ts'
import { EvidenceReader } from '../../../src/hub/evidence/reader.ts'
import { tileKey, TILES_VIEW } from '../../../src/hub/evidence/tiles.ts'
import { LogTree } from '../../../src/hub/evidence/tree.ts'
import { stopSm2Workers } from '../../../src/hub/identity/suites/index.ts'
import type { Cursors, Views } from '../../../src/hub/journal/journal.ts'
import { fakeCursors, fakeViews } from './fake-views.ts'
import { draftOf, openRoom, type Room } from './hub-room.ts'
import { PATIENT } from '../../support/patience.ts'

afterAll(stopSm2Workers)

const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close()
})

const deaf: Wake = { tell: () => {}, on: () => () => {}, onGap: () => () => {}, close: async () => {} }
const enter = (room: Room, count: number) => room.enter(...Array.from({ length: count }, () => draftOf(room.bankA, {})))

/** Views that refuse writes once their lease is another's, as a duty is handed them. */
function fenced(views: Views): Views & { taken: boolean } {
  const fence = {
    ...views,
    taken: false,
    apply: (...write: Parameters<Views['apply']>) => (fence.taken ? refused() : views.apply(...write)),
    empty: (view: string) => (fence.taken ? refused() : views.empty(view)),
  }
  return fence
}
const refused = () => Promise.reject(new Error('the lease is another process’s'))

async function world() {
  const room = await openRoom()
  const views = fakeViews()
  const cursors = fakeCursors()
  closing.push(() => room.close())
  const reader = async (wake: Wake = deaf, more: { cursors?: Cursors; lookEveryMs?: number } = {}) => {
    const one = await EvidenceReader.open({ views, cursors, wake, stamped: false, onFault: raise, ...more })
    closing.push(() => one.close())
    return one
  }
  const duty = async (here: EvidenceReader, over: Views = views, its: Cursors = cursors) => {
    const one = await followEvidence({
      journal: room.journal,
      views: over,
      cursors: its,
      signers: () => [room.keys.ed25519, room.keys.sm2],
      clock: () => 1,
      intervalMs: 1_000,
      published: (checkpoint) => here.published(checkpoint),
    })
    closing.push(() => one.close())
    return one
  }
  return { room, views, cursors, reader, duty }
}
async function asTimeGoesBy<T>(work: Promise<T>): Promise<T> {
  let done = false
  const settled = (): void => void (done = true)
  work.then(settled, settled)
  // oxlint-disable-next-line no-unmodified-loop-condition -- set when the work has settled
  while (!done) await vi.advanceTimersByTimeAsync(50)
  return work
}
const raise = (_: string, error: unknown): never => {
  throw error
}

describe('EvidenceReader', () => {
  it('serves in another process what one process has signed, told or not', async () => {
    const { room, reader, duty } = await world()
    const wake = localWake()
    const [here, told, untold] = [await reader(wake), await reader(wake), await reader(deaf, { lookEveryMs: 20 })]
    const follower = await duty(here)
    await enter(room, 300)
    await follower.step()
    expect(here.latest()!.size).toBe(300)
    await expect.poll(() => told.latest()?.size, PATIENT).toBe(300)
    await expect.poll(() => untold.latest()?.size, PATIENT).toBe(300)
    expect(untold.latest()).toEqual(here.latest())
    const { root } = readCheckpoint(told.latest()!.note)
    for (const index of [0, 255, 256, 299]) {
      const [entry] = await room.journal.read(index, 1)
      const proof = await told.inclusion(index)
      expect(rootFromPath({ ...proof, leafHash: leafHash(entry!.leaf) })).toEqual(root)
    }
  })

  it('asks the store at once for a size beyond what it knows', async () => {
    const { room, reader, duty } = await world()
    const [here, other] = [await reader(), await reader(deaf, { lookEveryMs: 60_000 })]
    const follower = await duty(here)
    await enter(room, 5)
    await follower.step()
    expect(other.latest()).toBeUndefined()
    expect((await other.inclusion(2, 5)).path.length).toBe(3)
    await enter(room, 2)
    await follower.step()
    expect(other.latest()!.size).toBe(5)
    expect((await other.newest())!.size).toBe(7)
    await enter(room, 1)
    await follower.step()
    expect((await other.waitFor(8)).size).toBe(8)
    await expect(other.inclusion(0, 9)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  it('asks once for all who ask together', async () => {
    const { cursors, reader } = await world()
    let asked = 0
    const counting: Cursors = { ...cursors, get: (space, key) => ((asked += 1), cursors.get(space, key)) }
    const one = await reader(deaf, { cursors: counting, lookEveryMs: 60_000 })
    asked = 0
    await Promise.all(Array.from({ length: 100 }, () => one.covers(7)))
    expect(asked).toBeLessThanOrEqual(2)
  })

  it('knows of anchors that another process has kept, and none is kept that goes back', async () => {
    const { room, reader, duty } = await world()
    const [one, other] = [await reader(), await reader()]
    const follower = await duty(one)
    for (const count of [3, 2]) {
      await enter(room, count)
      await follower.step()
    }
    const [first, second] = [(await one.at(3))!, (await one.at(5))!]
    const anchor = { ledger: 'urn:hub:cn:ledger:example', evidence: Buffer.from('proof') }
    expect(await other.anchoredSize()).toBe(0)
    await one.keepAnchor(second, anchor)
    expect(await other.anchoredSize()).toBe(5)
    expect(await other.anchoredFrom(1)).toEqual({ checkpoint: second, anchor })
    const late = await reader()
    await expect(late.keepAnchor(first, anchor)).rejects.toThrow(RangeError)
    await expect(other.keepAnchor(second, anchor)).rejects.toThrow(RangeError)
  })

  it('answers again once emptied tiles are written again, and says so meanwhile', async () => {
    // The duty takes no turn by itself, and the half second for which a reader waits goes by when the test says so.
    vi.useFakeTimers({ toFake: ['setInterval'] })
    onTestFinished(() => void vi.useRealTimers())
    const { room, views, reader, duty } = await world()
    const [here, other] = [await reader(), await reader()]
    const follower = await duty(here)
    await enter(room, 20)
    await follower.step()
    await views.empty(TILES_VIEW)
    vi.useFakeTimers({ toFake: ['setTimeout'] })
    await expect(asTimeGoesBy(other.inclusion(3, 20))).rejects.toMatchObject({ code: 'VIEW_BEHIND' })
    const proof = other.inclusion(3, 20)
    await follower.step()
    expect((await asTimeGoesBy(proof)).path.length).toBe(5)
  })
})

describe('the duty of evidence', () => {
  // A log is signed when it is opened and when a test says so: a turn of its timer in between would meet the pause in place of that one.
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval'] }))
  afterEach(() => void vi.useRealTimers())

  it('goes from process to process with no gap and no second history', async () => {
    const { room, reader, duty } = await world()
    const readers = [await reader(localWake()), await reader(localWake())]
    for (let turn = 0; turn < 6; turn++) {
      const follower = await duty(readers[turn % 2]!)
      await enter(room, 100)
      await follower.close()
      for (const one of readers) expect((await one.newest())!.size).toBe((turn + 1) * 100)
    }
    const { size, root } = readCheckpoint(readers[0]!.latest()!.note)
    for (const index of [0, 99, 257, 599]) {
      const [entry] = await room.journal.read(index, 1)
      const proof = await readers[1]!.inclusion(index, size)
      expect(rootFromPath({ ...proof, leafHash: leafHash(entry!.leaf) })).toEqual(root)
    }
  })

  it('publishes nothing that goes back, when it wakes up after another has taken over', async () => {
    const { room, views, cursors, reader, duty } = await world()
    const [one, other] = [await reader(), await reader()]
    const fence = fenced(views)
    let paused: (() => void) | undefined
    let pausing = false
    const slow: Cursors = {
      ...cursors,
      async swap(...write) {
        if (pausing) await new Promise<void>((resolve) => (paused = resolve))
        return cursors.swap(...write)
      },
    }
    const stale = await duty(one, fence, slow)
    await enter(room, 4)
    pausing = true
    const turn = stale.step()
    await expect.poll(() => paused, PATIENT).toBeDefined()
    // Its tiles are written, its checkpoint is signed, and then it stops for a while.
    fence.taken = true
    await enter(room, 3)
    await duty(other)
    const published = other.latest()!
    expect(published.size).toBe(7)
    pausing = false
    paused!()
    await turn
    expect(one.latest()).toBeUndefined()
    expect(await one.newest()).toEqual(published)
    expect((await other.newest())!).toEqual(published)
    await enter(room, 1)
    await expect(stale.step()).rejects.toThrow('another process')
    expect((await other.newest())!).toEqual(published)
  })

  it('publishes the note that another has signed for the same size, and so stamps what is kept', async () => {
    const { room, cursors, reader, duty } = await world()
    const here = await reader()
    const broken: Cursors = { ...cursors, swap: () => Promise.reject(new Error('cut off')) }
    await enter(room, 3)
    await expect(duty(here, undefined, broken)).rejects.toThrow('cut off')
    const signed = (await here.at(3))!
    expect(here.latest()).toBeUndefined()
    await duty(here)
    expect(here.latest()).toEqual(signed)
  })

  it('does not go on from a checkpoint of another log that was published meanwhile', async () => {
    const { room, cursors, reader, duty } = await world()
    const here = await reader()
    const follower = await duty(here)
    const other = await openRoom()
    closing.push(() => other.close())
    await enter(other, 2)
    await other.evidence.step()
    await enter(room, 2)
    const foreign = await CheckpointStore.open(cursors)
    await foreign.put({ ...other.evidence.latest()! })
    await enter(room, 1)
    await follower.step()
    await expect(follower.step()).rejects.toThrow(/cut or changed/)
    expect((await here.newest())!.size).toBe(2)
  })

  it('begins where the cursor of its tiles is, though a write was cut off between tiles and cursor', async () => {
    const { room, views, reader, duty } = await world()
    const here = await reader()
    const follower: EvidenceFollower = await duty(here)
    await enter(room, 10)
    await follower.close()
    await enter(room, 5)
    const entries = await room.journal.read(0, 20)
    const row = Buffer.concat(entries.map(({ leaf }) => leafHash(leaf)))
    await views.apply(TILES_VIEW, [{ key: tileKey(0, 0), value: row }], 10)
    const expected = await LogTree.open(fakeViews())
    expected.append(entries.map(({ leaf }) => leaf))
    await duty(here)
    expect(readCheckpoint(here.latest()!.note)).toMatchObject({ size: 15, root: await expected.root() })
  })

  it('begins anew when tiles are shorter than their cursor says', async () => {
    const { room, views, reader, duty } = await world()
    const here = await reader()
    const follower = await duty(here)
    await enter(room, 10)
    await follower.close()
    const { path } = await here.inclusion(4, 10)
    await views.apply(TILES_VIEW, [{ key: tileKey(0, 0), value: Buffer.alloc(64) }], 10)
    await duty(here)
    const fresh = await reader()
    expect((await fresh.inclusion(4, 10)).path).toEqual(path)
  })
})

describe('CheckpointStore', () => {
  it('lets one of many put, and tells the others', async () => {
    const cursors = fakeCursors()
    const [one, other] = [await CheckpointStore.open(cursors), await CheckpointStore.open(cursors)]
    await one.put({ size: 2, note: 'two', atMs: 1 })
    await expect(other.put({ size: 3, note: 'three', atMs: 1 })).rejects.toThrow(CheckpointTaken)
    expect(other.latest).toEqual({ size: 2, note: 'two', atMs: 1 })
    await other.put({ size: 4, note: 'four', atMs: 1 })
    await expect(one.put({ size: 3, note: 'three again', atMs: 1 })).rejects.toThrow(CheckpointTaken)
    expect(await one.look()).toMatchObject({ size: 4 })
  })
})
