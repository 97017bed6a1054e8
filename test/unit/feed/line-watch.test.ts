import { expect, it } from 'vitest'
import { LineWatch } from '../../../src/hub/feed/line-watch.ts'

/** A line under a clock that is turned by hand. */
function line(heartbeatMs: number) {
  let nowMs = 1000
  let due: { atMs: number; run: () => void } | undefined
  const seen = { beats: [] as boolean[], dropped: 0, holds: false, writes: 0 }
  const clock = {
    nowMs: () => nowMs,
    after: (delayMs: number, run: () => void) => {
      due = { atMs: nowMs + delayMs, run }
      return () => (due = undefined)
    },
  }
  const watch = new LineWatch(
    { clock, heartbeatMs },
    {
      holds: () => seen.holds,
      writes: () => seen.writes,
      beat: (stuck) => seen.beats.push(stuck),
      drop: () => seen.dropped++,
    },
  )
  const pass = (ms: number): void => {
    const untilMs = nowMs + ms
    while (due && due.atMs <= untilMs) {
      const { atMs, run } = due
      due = undefined
      nowMs = atMs
      run()
    }
    nowMs = untilMs
  }
  return { watch, seen, pass }
}

it('beats at its pace and drops a peer unheard for three beats', () => {
  const { seen, pass } = line(100)
  pass(299)
  expect(seen).toMatchObject({ beats: [false, false], dropped: 0 })
  pass(1)
  expect(seen).toMatchObject({ beats: [false, false], dropped: 1 })
  pass(10_000)
  expect(seen.dropped).toBe(1)
})

it('keeps a peer that gives signs of life', () => {
  const { watch, seen, pass } = line(100)
  for (let n = 0; n < 20; n++) {
    pass(150)
    watch.heard()
  }
  expect(seen.dropped).toBe(0)
  expect(seen.beats).toHaveLength(30)
})

it('drops a peer that speaks but does not read for four beats, and not one that reads now and then', () => {
  const { watch, seen, pass } = line(100)
  const live = (beats: number): void => {
    for (let n = 0; n < beats; n++) {
      watch.heard()
      pass(100)
    }
  }
  seen.holds = true
  live(4)
  seen.holds = false
  live(1)
  seen.holds = true
  live(4)
  expect(seen.dropped).toBe(0)
  expect(seen.beats.slice(0, 5)).toEqual([true, true, true, true, false])
  live(1)
  expect(seen.dropped).toBe(1)
})

it('keeps a slow peer that always has something waiting, as long as something leaves', () => {
  const { watch, seen, pass } = line(100)
  seen.holds = true
  for (let n = 0; n < 40; n++) {
    watch.heard()
    if (n % 4 === 0) seen.writes++
    pass(100)
  }
  expect(seen.dropped).toBe(0)
})

it('does nothing once stopped', () => {
  const { watch, seen, pass } = line(100)
  watch.stop()
  pass(1000)
  expect(seen).toMatchObject({ beats: [], dropped: 0 })
})
