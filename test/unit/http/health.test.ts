// Readiness: a storage that fails to write and followers that stand still are reasons; work that is done is none.
import { describe, expect, it } from 'vitest'
import { FollowerWatch, StoreWatch, watchedStore } from '../../../src/hub/admin/health.ts'
import { memoryStore } from '../../../src/hub/journal/memory-store.ts'
import type { WriteBatch } from '../../../src/hub/journal/store.ts'
import { Report } from '../../../src/hub/report.ts'

const EMPTY: WriteBatch = {
  entries: [],
  heads: new Map(),
  commit: { first: 0, size: 0, rootHex: '', signatures: [] },
  certificates: new Map(),
  refusals: [],
}

describe('the storage', () => {
  it('is a reason from a failed write until one succeeds or it may be tried again', async () => {
    let nowMs = 0
    let broken = true
    const watch = new StoreWatch(() => nowMs)
    const inner = memoryStore()
    const write: typeof inner.write = (batch) => (broken ? Promise.reject(new Error('no room')) : inner.write(batch))
    const store = watchedStore({ ...inner, write }, new Report(), watch)
    expect(watch.reason()).toBeUndefined()
    await expect(store.write(EMPTY)).rejects.toThrow('no room')
    expect(watch.reason()).toContain('failed to write')
    nowMs += 11_000
    expect(watch.reason()).toBeUndefined()
    await expect(store.write(EMPTY)).rejects.toThrow('no room')
    broken = false
    await store.write(EMPTY)
    expect(watch.reason()).toBeUndefined()
  })
})

describe('a follower', () => {
  it('is stuck when it has work and does none for long, and no longer once it moves', () => {
    let nowMs = 0
    const watch = new FollowerWatch(() => nowMs)
    watch.look(5, { feed: 3, due: 5 })
    nowMs += 16_000
    watch.look(5, { feed: 3, due: 5 })
    expect(watch.stuck()).toEqual([{ follower: 'feed', at: 3, sinceMs: 0 }])
    watch.look(5, { feed: 4, due: 5 })
    expect(watch.stuck()).toEqual([])
  })

  it('is not stuck for having had nothing to do', () => {
    let nowMs = 0
    const watch = new FollowerWatch(() => nowMs)
    watch.look(5, { feed: 5 })
    nowMs += 60_000
    watch.look(5, { feed: 5 })
    watch.look(6, { feed: 5 })
    expect(watch.stuck()).toEqual([])
  })

  it("is not stuck here for being another process's now", () => {
    let nowMs = 0
    const watch = new FollowerWatch(() => nowMs)
    watch.look(5, { register: 5, feed: 3 })
    nowMs += 1_000
    watch.look(6, { register: 6 })
    nowMs += 60_000
    watch.look(7, { register: 7 })
    expect(watch.stuck()).toEqual([])
    // It comes back: its time begins anew.
    watch.look(8, { register: 8, feed: 3 })
    expect(watch.stuck()).toEqual([])
  })
})
