// The evidence follower: checkpoints durable before they are seen, proofs for every size, and no second history.
import { afterAll, describe, expect, it } from 'vitest'
import { readCheckpoint, verifyCheckpoint } from '../../../src/hub/evidence/checkpoint.ts'
import { evidenceFollower } from '../../support/evidence-alone.ts'
import { leafHash, rootFromPath, verifyConsistency } from '../../../src/hub/evidence/merkle.ts'
import { TILES_VIEW } from '../../../src/hub/evidence/tree.ts'
import { publicKeyFromSpki, stopSm2Workers } from '../../../src/hub/identity/suites/index.ts'
import type { Cursors } from '../../../src/hub/journal/journal.ts'
import { fakeCursors, fakeViews } from './fake-views.ts'
import { draftOf, openRoom, type Room } from './hub-room.ts'

afterAll(stopSm2Workers)

const enter = (room: Room, count: number) => room.enter(...Array.from({ length: count }, () => draftOf(room.bankA, {})))
const keysOf = ({ keys }: Room) => [keys.ed25519, keys.sm2].map(({ spkiDer }) => publicKeyFromSpki(spkiDer))

describe('evidenceFollower', () => {
  it('signs a checkpoint when the log has grown, and only then', async () => {
    const room = await openRoom()
    expect(room.evidence.latest()).toBeUndefined()
    await enter(room, 3)
    await room.evidence.step()
    const first = room.evidence.latest()!
    expect(first.size).toBe(3)
    expect((await verifyCheckpoint(first.note, keysOf(room))).origin).toBe(room.journal.urn)
    await room.evidence.step()
    expect(room.evidence.latest()).toBe(first)
    await enter(room, 2)
    await room.evidence.step()
    expect(room.evidence.latest()!.size).toBe(5)
    expect(await room.evidence.at(3)).toEqual(first)
    expect(await room.evidence.at(4)).toBeUndefined()
    await room.close()
  })

  it('proves entries and growth under any published size', async () => {
    const room = await openRoom()
    const roots = new Map<number, Buffer>()
    for (const count of [1, 2, 5, 9]) {
      await enter(room, count)
      await room.evidence.step()
      const { size, root } = readCheckpoint(room.evidence.latest()!.note)
      roots.set(size, root)
    }
    for (const [size, root] of roots) {
      for (let index = 0; index < size; index++) {
        const [entry] = await room.journal.read(index, 1)
        const proof = await room.evidence.inclusion(index, size)
        expect(rootFromPath({ ...proof, leafHash: leafHash(entry!.leaf) })).toEqual(root)
      }
      for (const [to, toRoot] of roots)
        if (size <= to)
          expect(verifyConsistency({ ...(await room.evidence.consistency(size, to)), fromRoot: root, toRoot })).toBe(
            true,
          )
    }
    await enter(room, 1)
    for (const wrong of [
      room.evidence.inclusion(17, 17),
      room.evidence.inclusion(0, 18),
      room.evidence.consistency(3, 2),
    ])
      await expect(wrong).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await room.close()
  })

  it('lets people wait for a checkpoint, and tells them when there will be none', async () => {
    const room = await openRoom({ intervalMs: 20 })
    const waiting = room.evidence.waitFor(2)
    await enter(room, 2)
    expect((await waiting).size).toBeGreaterThanOrEqual(2)
    expect((await room.evidence.waitFor(1)).size).toBe(2)
    const never = room.evidence.waitFor(10)
    await room.close()
    await expect(never).rejects.toMatchObject({ code: 'CLOSING' })
    await expect(room.evidence.waitFor(10)).rejects.toMatchObject({ code: 'CLOSING' })
  })

  it('shows no checkpoint that is not durable', async () => {
    const cursors = fakeCursors()
    let held: (() => void)[] = []
    let holding = false
    const hold = (): Promise<void> | undefined =>
      holding ? new Promise<void>((resolve) => held.push(resolve)) : undefined
    const slow: Cursors = {
      ...cursors,
      async put(...write) {
        await hold()
        await cursors.put(...write)
      },
      async putNew(...write) {
        await hold()
        return cursors.putNew(...write)
      },
      async swap(...write) {
        await hold()
        return cursors.swap(...write)
      },
    }
    const room = await openRoom({ cursors: slow })
    await enter(room, 1)
    await room.evidence.step()
    holding = true
    await enter(room, 1)
    const turn = room.evidence.step()
    while (held.length === 0) await new Promise(setImmediate)
    expect(room.evidence.latest()!.size).toBe(1)
    expect(await room.evidence.at(2)).toBeUndefined()
    holding = false
    for (const release of held) release()
    held = []
    await turn
    expect(room.evidence.latest()!.size).toBe(2)
    await room.close()
  })

  it('goes on where it stopped, and rebuilds what was emptied, to the same proofs', async () => {
    const views = fakeViews()
    const cursors = fakeCursors()
    const room = await openRoom({ views, cursors })
    await enter(room, 300)
    await room.evidence.step()
    const { note } = room.evidence.latest()!
    const { path } = await room.evidence.inclusion(123, 300)
    await room.evidence.close()
    await enter(room, 2)
    const open = () =>
      evidenceFollower({
        journal: room.journal,
        views,
        cursors,
        signers: () => [room.keys.ed25519, room.keys.sm2],
        clock: () => 0,
      })
    for (const emptied of [false, true]) {
      if (emptied) await views.empty(TILES_VIEW)
      const again = await open()
      expect(again.latest()!.size).toBe(302)
      expect((await again.at(300))!.note).toBe(note)
      expect((await again.inclusion(123, 300)).path).toEqual(path)
      await again.close()
    }
  })

  it('heals when its tiles are emptied while it runs', async () => {
    const views = fakeViews()
    const room = await openRoom({ views })
    await enter(room, 260)
    await room.evidence.step()
    const { path } = await room.evidence.inclusion(5, 260)
    await views.empty(TILES_VIEW)
    await room.evidence.step()
    await enter(room, 3)
    await room.evidence.step()
    expect(room.evidence.latest()!.size).toBe(263)
    expect((await room.evidence.inclusion(5, 260)).path).toEqual(path)
    expect(await views.cursor(TILES_VIEW)).toBe(263)
    await room.close()
  })

  it('does not sign a second history', async () => {
    const views = fakeViews()
    const cursors = fakeCursors()
    const room = await openRoom({ views, cursors })
    await enter(room, 4)
    await room.evidence.step()
    await room.evidence.close()
    const open = (journal: Room['journal']) =>
      evidenceFollower({ journal, views, cursors, signers: () => [room.keys.ed25519, room.keys.sm2], clock: () => 0 })
    const cut = {
      ...proxy(room.journal),
      size: () => 3,
      current: async () => 3,
      read: (from: number, limit: number) => room.journal.read(from, Math.min(limit, 3 - from)),
    }
    await expect(open(cut)).rejects.toThrow(/cut or changed/)
    await views.empty(TILES_VIEW)
    const other = await openRoom()
    await enter(other, 5)
    await expect(open(other.journal)).rejects.toThrow(/cut or changed/)
    const again = await open(room.journal)
    expect(again.latest()!.size).toBe(4)
    await again.close()
    await other.close()
  })

  it('reports what fails and goes on', async () => {
    const faults: string[] = []
    const cursors = fakeCursors()
    let failing = false
    const room = await openRoom({
      intervalMs: 10,
      onFault: (what, error) => faults.push(`${what}: ${(error as Error).message}`),
      cursors: {
        ...cursors,
        async putNew(space, key, value) {
          if (failing) throw new Error('disk full')
          return cursors.putNew(space, key, value)
        },
      },
    })
    failing = true
    await enter(room, 1)
    while (faults.length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
    expect(faults[0]).toBe('checkpoint: disk full')
    expect(room.evidence.latest()).toBeUndefined()
    failing = false
    expect((await room.evidence.waitFor(1)).size).toBe(1)
    await room.close()
  })

  it('does not take an interval above a second', async () => {
    await expect(openRoom({ intervalMs: 1_001 })).rejects.toThrow(RangeError)
  })
})

const proxy = (journal: Room['journal']): Room['journal'] =>
  ({ urn: journal.urn, epoch: journal.epoch, onAppend: () => () => {} }) as unknown as Room['journal']
