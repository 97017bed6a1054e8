import { describe, expect, it } from 'vitest'
import * as fc from 'fast-check'
import { AckWindow } from '../../../src/hub/feed/ack-window.ts'
import { HubError } from '../../../src/hub/errors.ts'

const sent = (window: AckWindow, ...seqs: number[]): AckWindow => {
  for (const seq of seqs) window.passed(seq)
  return window
}
const code = (act: () => unknown): string => {
  try {
    act()
  } catch (refusal) {
    return (refusal as HubError).code
  }
  return 'none'
}

describe('acknowledgements', () => {
  it('move the position only over what is acknowledged without a hole', () => {
    const window = sent(new AckWindow(0), 2, 5, 9)
    window.acknowledge([5])
    expect([window.position, window.above]).toEqual([0, [5]])
    window.acknowledge([2])
    expect([window.position, window.above]).toEqual([5, []])
    window.acknowledge([9])
    expect(window.position).toBe(9)
    expect(window.openCount).toBe(0)
  })

  it('are refused for an item that was not sent, and then none of the frame counts', () => {
    const window = sent(new AckWindow(0), 2, 5)
    expect(code(() => window.acknowledge([2, 3]))).toBe('ACK_INVALID')
    expect(code(() => window.acknowledge([6]))).toBe('ACK_INVALID')
    expect([window.position, window.above, window.openCount]).toEqual([0, [], 2])
  })

  it('may be given again', () => {
    const window = sent(new AckWindow(3), 4, 5, 6)
    expect(window.acknowledge([4, 6])).toBe(true)
    expect(window.acknowledge([4, 6, 1])).toBe(false)
    expect([window.position, window.above]).toEqual([4, [6]])
  })

  it('lie at most 1,024 above the position', () => {
    const window = sent(new AckWindow(0), ...Array.from({ length: 2000 }, (_, n) => n + 1))
    const above = Array.from({ length: 1024 }, (_, n) => n + 2)
    window.acknowledge(above)
    expect(window.above).toHaveLength(1024)
    expect(code(() => window.acknowledge([1026]))).toBe('ACK_INVALID')
    expect(window.above).toHaveLength(1024)
    expect(window.acknowledge([1, 1026])).toBe(true)
    expect([window.position, window.above]).toEqual([1026, []])
  })

  it('above the position survive a new reader, who is spared them', () => {
    const window = new AckWindow(5, [7])
    expect(window.isAcknowledged(7)).toBe(true)
    sent(window, 6, 7)
    window.acknowledge([6])
    expect([window.position, window.above]).toEqual([7, []])
  })

  it('do not carry the position over what a former reader was sent and this one was not yet', () => {
    const window = sent(new AckWindow(0), 1, 2, 3)
    window.acknowledge([3])
    window.restart()
    sent(window, 1)
    window.acknowledge([1])
    expect([window.position, window.above]).toEqual([1, [3]])
  })

  it('do not carry the position over matches that were never sent', () => {
    const window = new AckWindow(5, [9])
    sent(window, 6)
    window.acknowledge([6])
    expect([window.position, window.above]).toEqual([6, [9]])
  })

  it('agree with a plain count over any order of sending and acknowledging', () => {
    const act = fc.oneof(
      { weight: 4, arbitrary: fc.constant({ act: 'send' as const, pick: 0 }) },
      { weight: 3, arbitrary: fc.record({ act: fc.constant('ack' as const), pick: fc.nat() }) },
      { weight: 1, arbitrary: fc.constant({ act: 'restart' as const, pick: 0 }) },
    )
    fc.assert(
      fc.property(
        fc.array(fc.nat({ max: 3 }), { minLength: 5, maxLength: 40 }),
        fc.array(act, { minLength: 20, maxLength: 120 }),
        (steps, acts) => {
          let last = 0
          const matches = steps.map((step) => (last += step + 1))
          const window = new AckWindow(0)
          const done = new Set<number>()
          let next = 0
          let open: number[] = []
          for (const { act, pick } of acts) {
            if (act === 'send' && next < matches.length) {
              const seq = matches[next++]!
              if (!done.has(seq)) open.push(seq)
              window.passed(seq)
            } else if (act === 'ack' && open.length > 0) {
              const seq = open.splice(pick % open.length, 1)[0]!
              done.add(seq)
              window.acknowledge([seq])
            } else if (act === 'restart') {
              window.restart()
              open = []
              next = matches.findIndex((seq) => seq > window.position)
              if (next < 0) next = matches.length
            }
            const sentMatches = matches.slice(0, next)
            const firstOpen = sentMatches.find((seq) => !done.has(seq)) ?? Infinity
            expect(window.position).toBe(sentMatches.filter((seq) => seq < firstOpen).at(-1) ?? 0)
            expect(window.above).toEqual(matches.filter((seq) => done.has(seq) && seq > window.position))
          }
        },
      ),
      { numRuns: 500 },
    )
  })
})
