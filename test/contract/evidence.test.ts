// The log over storages that many processes share: the one that signs may be paused at any write and wake up after another has taken over;
// what is served goes on, every proof verifies, and nothing goes back.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { localWake } from '../../src/hub/cluster/wake.ts'
import { readCheckpoint } from '../../src/hub/evidence/checkpoint.ts'
import { type EvidenceFollower, followEvidence } from '../../src/hub/evidence/follower.ts'
import { leafHash, rootFromPath, verifyConsistency } from '../../src/hub/evidence/merkle.ts'
import { EvidenceReader } from '../../src/hub/evidence/reader.ts'
import { stopSm2Workers } from '../../src/hub/identity/suites/index.ts'
import type { Cursors, Views } from '../../src/hub/journal/journal.ts'
import { memoryCursors, memoryViews } from '../../src/hub/journal/memory-views.ts'
import { freshMongo } from '../support/journals.ts'
import { servicesFor } from '../support/services.ts'
import { draftOf, openRoom, type Room } from '../unit/evidence/hub-room.ts'
import { PATIENT } from '../support/patience.ts'

interface Shared {
  views: Views
  cursors: Cursors
  /** As the holder of a lease has them: a higher fence shuts out the lower ones. */
  fenced(fence: number): Views
  close(): Promise<void>
}

const memory = {
  name: 'memory',
  async open(): Promise<Shared> {
    const views = memoryViews()
    let highest = 0
    const fenced = (fence: number): Views => {
      highest = Math.max(highest, fence)
      const held = <T>(act: () => Promise<T>): Promise<T> =>
        fence < highest ? Promise.reject(new Error('the lease is another process’s')) : act()
      return {
        ...views,
        apply: (...write) => held(() => views.apply(...write)),
        empty: (view) => held(() => views.empty(view)),
      }
    }
    return { views, cursors: memoryCursors(), fenced, close: async () => {} }
  },
}

const services = servicesFor('the log over the protocol of MongoDB')
const mongo = {
  name: 'a store that speaks the protocol of MongoDB',
  async open(): Promise<Shared> {
    const { place, remove } = await freshMongo(services!.mongoUrl)
    const views = place.views()
    return { views, cursors: place.cursors(), fenced: (fence) => views.fenced(fence), close: remove }
  },
}

/** Stops a process at its n-th write from now on, until it is let go. */
function pausing(shared: Shared, fence: number) {
  const gate = { at: Infinity, paused: undefined as (() => void) | undefined }
  const pass = async <T>(write: () => Promise<T>): Promise<T> => {
    if (--gate.at === 0) await new Promise<void>((resolve) => (gate.paused = resolve))
    return write()
  }
  const { cursors } = shared
  const fenced = shared.fenced(fence)
  const views: Views = { ...fenced, apply: (...write) => pass(() => fenced.apply(...write)) }
  const slow: Cursors = {
    ...cursors,
    put: (...write) => pass(() => cursors.put(...write)),
    putNew: (...write) => pass(() => cursors.putNew(...write)),
    swap: (...write) => pass(() => cursors.swap(...write)),
  }
  return { gate, views, cursors: slow }
}

afterAll(stopSm2Workers)

/** Of a turn: the tiles, the note, and the note as the latest. */
const WRITES = 3

describe.each(services ? [memory, mongo] : [memory])('the log of many processes in $name', ({ open }) => {
  let shared: Shared
  let room: Room
  let fence = 0
  const closing: (() => Promise<unknown>)[] = []
  beforeAll(async () => {
    room = await openRoom()
  })
  afterAll(() => room.close())
  // A log is signed when it is opened and when a test says so: a turn of its timer in between would meet the pause in place of that one.
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval'] }))
  afterEach(async () => {
    vi.useRealTimers()
    for (const close of closing.splice(0).toReversed()) await close()
    await shared.close()
  })

  const enter = (count: number) => room.enter(...Array.from({ length: count }, () => draftOf(room.bankA, {})))
  const reader = async (wake = localWake()): Promise<EvidenceReader> => {
    const { views, cursors } = shared
    const one = await EvidenceReader.open({ views, cursors, wake, stamped: false, onFault: (_, error) => fail(error) })
    closing.push(() => one.close())
    return one
  }
  const fail = (error: unknown): never => {
    throw error
  }
  const sign = async (
    here: EvidenceReader,
    over: { views: Views; cursors: Cursors } = { views: shared.fenced(++fence), cursors: shared.cursors },
  ): Promise<EvidenceFollower> => {
    const one = await followEvidence({
      ...over,
      journal: room.journal,
      signers: () => [room.keys.ed25519, room.keys.sm2],
      clock: () => 1,
      intervalMs: 1_000,
      published: (checkpoint) => here.published(checkpoint),
    })
    closing.push(() => one.close())
    return one
  }
  const proved = async (one: EvidenceReader): Promise<number> => {
    const { size, root } = readCheckpoint((await one.newest())!.note)
    for (const index of new Set([0, size >> 1, size - 1])) {
      const [entry] = await room.journal.read(index, 1)
      const proof = await one.inclusion(index, size)
      expect(rootFromPath({ ...proof, leafHash: leafHash(entry!.leaf) })).toEqual(root)
    }
    return size
  }

  it('goes on from process to process, and each serves what the others signed', async () => {
    shared = await open()
    const readers = [await reader(), await reader()]
    let before: { size: number; root: Buffer } | undefined
    for (let turn = 0; turn < 4; turn++) {
      await enter(90)
      const follower = await sign(readers[turn % 2]!)
      for (const one of readers) expect(await proved(one)).toBe(room.journal.size())
      const now = readCheckpoint(readers[0]!.latest()!.note)
      if (before) {
        const { path } = await readers[1]!.consistency(before.size, now.size)
        const [from, to] = [before.size, now.size]
        expect(verifyConsistency({ from, to, fromRoot: before.root, toRoot: now.root, path })).toBe(true)
      }
      before = now
      // Half of them give it back, half are found to have lost it.
      if (turn % 2) await follower.close()
    }
  })

  it('paused at any write of the one that signs, lets nothing it does later be seen', async () => {
    for (let at = 1; at <= WRITES; at++) {
      shared = await open()
      const [here, there] = [await reader(), await reader()]
      const stale = pausing(shared, ++fence)
      const sleeper = await sign(here, stale)
      await enter(40)
      stale.gate.at = at
      const turn = sleeper.step().then(
        () => 'done',
        () => 'refused',
      )
      await expect.poll(() => stale.gate.paused, PATIENT).toBeDefined()
      await enter(30)
      const next = await sign(there)
      const taken = (await there.newest())!
      expect(taken.size, `write ${at}`).toBe(room.journal.size())
      stale.gate.paused!()
      expect(await turn, `write ${at}`).toBe(at === 1 ? 'refused' : 'done')
      expect(await here.newest(), `write ${at}`).toEqual(taken)
      expect(await proved(there), `write ${at}`).toBe(taken.size)
      await enter(10)
      await sleeper.step().catch(() => {})
      await next.step()
      for (const one of [here, there, await reader()])
        expect(await proved(one), `write ${at}`).toBe(room.journal.size())
      for (const close of closing.splice(0).toReversed()) await close()
      if (at < WRITES) await shared.close()
    }
  })
})
