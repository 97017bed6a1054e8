// A follower with a clock hands what is due to a courier: a page together, failures apart, and each time once.
import { afterEach, describe, expect, it, vi } from 'vitest'
import { inProcessCouriers } from '../../../src/hub/courier/in-process-courier.ts'
import type { Follower } from '../../../src/hub/journal/follow.ts'
import { memoryStore } from '../../../src/hub/journal/memory-store.ts'
import { memoryViews } from '../../../src/hub/journal/memory-views.ts'
import { followTimed, timeKey } from '../../../src/hub/timed-follower.ts'
import { draft, journalOver } from '../../support/journals.ts'
import { LONG_MS, PATIENT } from '../../support/patience.ts'

let follower: Follower | undefined
afterEach(() => follower?.close())

async function begin(count: number, come: (index: number) => Promise<void>, closed?: () => void) {
  let nowMs = 1_000
  const clock = () => nowMs
  const journal = await journalOver(memoryStore(), clock)
  for (let n = 0; n < count; n++) await journal.append(draft({}))
  const views = memoryViews()
  const removals: number[] = []
  const apply: typeof views.apply = async (view, rows, cursor) => {
    const removed = rows.filter(({ value }) => value === undefined).length
    if (removed > 0) removals.push(removed)
    await views.apply(view, rows, cursor)
  }
  const faults: unknown[] = []
  const couriers = inProcessCouriers({ clock })
  follower = await followTimed({
    view: 'timed',
    journal,
    views: { ...views, range: views.range, get: views.get, cursor: views.cursor, empty: views.empty, apply },
    clock,
    onFault: (error) => faults.push(error),
    rows: (entries) => entries.map(({ index }) => ({ key: timeKey(2_000, index), value: '' })),
    come,
    couriers: (purpose, terms) => {
      const courier = couriers(purpose, terms)
      return { ...courier, close: () => courier.close().then(closed) }
    },
  })
  expect(await follower.reached(count, LONG_MS)).toBe(true)
  return { due: () => (nowMs = 2_000), removals, faults, left: () => views.range('timed', '', '~', 10_000) }
}

describe('what has to happen at a time', () => {
  it('does not happen before it, happens a page at once, and its rows go together', async () => {
    const came: number[] = []
    let now = 0
    let most = 0
    const { due, removals, left } = await begin(500, async (index) => {
      most = Math.max(most, ++now)
      // Long enough for the whole page to be begun.
      await new Promise((resolve) => setTimeout(resolve, 50))
      now--
      came.push(index)
    })
    await new Promise((resolve) => setTimeout(resolve, 600))
    expect(came).toEqual([])
    due()
    await vi.waitFor(async () => expect(await left()).toEqual([]), PATIENT)
    expect(came.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 500 }, (_, n) => n))
    expect(most).toBe(200)
    expect(removals.reduce((sum, count) => sum + count, 0)).toBe(500)
    expect(removals.length).toBeLessThanOrEqual(12)
  })

  it('happens though something else goes wrong again and again, and that when it goes well', async () => {
    const came: number[] = []
    let broken = true
    const { due, faults, left } = await begin(20, async (index) => {
      if (index === 3 && broken) throw new Error('not now')
      came.push(index)
    })
    due()
    await vi.waitFor(() => expect(came).toHaveLength(19), PATIENT)
    await vi.waitFor(() => expect(faults.length).toBeGreaterThanOrEqual(2), PATIENT)
    broken = false
    await vi.waitFor(async () => expect(await left()).toEqual([]), PATIENT)
    expect(came).toHaveLength(20)
  })

  it('is waited for when it is under way as the follower closes, and its courier closes with it', async () => {
    let open = (): void => {}
    let isClosed = false
    const { due, left } = await begin(
      3,
      (index) => (index === 0 ? new Promise<void>((resolve) => (open = resolve)) : Promise.resolve()),
      () => (isClosed = true),
    )
    due()
    await vi.waitFor(async () => expect(await left()).toHaveLength(1), PATIENT)
    const closing = follower!.close()
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(isClosed).toBe(false)
    open()
    await closing
    expect([isClosed, await left()]).toEqual([true, []])
    follower = undefined
  })
})
