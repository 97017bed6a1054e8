// The ways of packets in rows: shown by every process, kept beyond a restart, and no more of them than agreed.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { keepTimelines, readTimeline } from '../../../../src/crosschain/relay/kept-timelines.ts'
import type { TimelineStep } from '../../../../src/crosschain/relay/timeline.ts'
import type { Views } from '../../../../src/hub/journal/journal.ts'
import { memoryViews } from '../../../../src/hub/journal/memory-views.ts'

const LANE = 'ab'.repeat(32)
const LEDGER = 'urn:hub:cn:ledger:example'
const sent = (height: number): TimelineStep => ({ step: 'sent', ledger: LEDGER, height })
const written: TimelineStep = {
  step: 'written',
  act: 'deliver',
  ledger: LEDGER,
  transaction: 'cd'.repeat(32),
  height: 7,
  gasUsed: 123_456_789_012_345_678n,
}

let views: Views
let faults: unknown[]
beforeEach(() => {
  views = memoryViews()
  faults = []
  vi.useFakeTimers()
})
afterEach(() => vi.useRealTimers())

const open = (over = views, most = 100) =>
  keepTimelines({ views: over, most, writeEveryMs: 500, onFault: (error) => faults.push(error) })
const keys = async (): Promise<string[]> => (await views.range('ledger-ways', '', '~', 1_000)).map(({ key }) => key)

describe('kept timelines', () => {
  it('are read by other processes soon after they were noted, just as they are here', async () => {
    const ways = await open()
    ways.note(LANE, 1, sent(3))
    ways.note(LANE, 1, { step: 'entered', entry: 9 })
    ways.note(LANE, 1, written)
    expect(await readTimeline(views, LANE, 1)).toBeUndefined()
    await vi.advanceTimersByTimeAsync(500)
    expect(await readTimeline(views, LANE, 1)).toEqual(ways.get(LANE, 1))
    expect((await readTimeline(views, LANE, 1))!.steps.at(-1)).toEqual(written)
    expect(await readTimeline(views, LANE, 2)).toBeUndefined()
    await ways.close()
  })

  it('go on after a restart where they were, and a step that comes again is no second one', async () => {
    const first = await open()
    first.note(LANE, 1, sent(3))
    first.note(LANE, 1, written)
    await first.close()
    const next = await open()
    expect(next.get(LANE, 1)!.steps).toEqual([sent(3), written])
    next.note(LANE, 1, sent(3))
    next.note(LANE, 1, { step: 'acknowledged', ledger: LEDGER })
    await next.close()
    expect((await readTimeline(views, LANE, 1))!.steps.map(({ step }) => step)).toEqual([
      'sent',
      'written',
      'acknowledged',
    ])
  })

  it('are written only when something is new', async () => {
    let writes = 0
    const counting: Views = { ...views, apply: (...write) => ((writes += 1), views.apply(...write)) }
    const ways = await open(counting)
    for (let turn = 0; turn < 10; turn++) {
      ways.note(LANE, 1, sent(3))
      await vi.advanceTimersByTimeAsync(500)
    }
    await ways.close()
    expect(writes).toBe(1)
  })

  it('are as many as agreed, in rows as in memory', async () => {
    const ways = await open(views, 3)
    for (const sequence of [1, 2, 3, 4, 5]) {
      ways.note(LANE, sequence, sent(sequence))
      await vi.advanceTimersByTimeAsync(500)
    }
    await ways.close()
    expect((await keys()).map((key) => Number(key.split('/')[1]))).toEqual([3, 4, 5])
    expect(ways.get(LANE, 2)).toBeUndefined()
  })

  it('are written later when they could not be written, and told of', async () => {
    let broken = true
    const failing: Views = {
      ...views,
      apply: (...write) => (broken ? Promise.reject(new Error('the lease is gone')) : views.apply(...write)),
    }
    const ways = await open(failing)
    ways.note(LANE, 1, sent(3))
    await vi.advanceTimersByTimeAsync(500)
    expect(faults).toHaveLength(1)
    broken = false
    await vi.advanceTimersByTimeAsync(500)
    expect((await readTimeline(views, LANE, 1))!.steps).toEqual([sent(3)])
    await ways.close()
  })
})
