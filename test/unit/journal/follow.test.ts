// A follower far behind a storage that answers at once: everything else goes on running meanwhile.
import { describe, expect, it } from 'vitest'
import { follow } from '../../../src/hub/journal/follow.ts'
import type { Journal, JournalEntry } from '../../../src/hub/journal/journal.ts'

const SIZE = 5_000

describe('a follower far behind', () => {
  it('lets timers run before it has caught up, and catches up all the same', async () => {
    const journal = {
      size: () => SIZE,
      read: async (from: number, limit: number) =>
        Array.from({ length: Math.min(limit, SIZE - from) }, (_, n) => ({ index: from + n }) as JournalEntry),
      onAppend: () => () => {},
    } as unknown as Journal
    const follower = follow({ journal, from: 0, handle: () => {}, onFault: () => {}, batchMax: 10 })
    const position = await new Promise<number>((resolve) => setImmediate(() => resolve(follower.position())))
    expect(position).toBeLessThan(SIZE)
    expect(await follower.reached(SIZE, 10_000)).toBe(true)
    await follower.close()
  })
})

describe('a follower that lets entries wait for more', () => {
  const entriesOf = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, n) => ({ index: from + n }) as JournalEntry)

  async function house(lingerMs: number) {
    let size = 0
    let tell = (_entries: readonly JournalEntry[]): void => {}
    const reads: number[] = []
    const journal = {
      size: () => size,
      read: async (from: number, limit: number) => {
        reads.push(from)
        return entriesOf(from, Math.min(size, from + limit))
      },
      onAppend: (listener: typeof tell) => {
        tell = listener
        return () => {}
      },
    } as unknown as Journal
    const handled: number[][] = []
    const handle = (entries: readonly JournalEntry[]): void => void handled.push(entries.map(({ index }) => index))
    const follower = follow({ journal, from: 0, handle, onFault: () => {}, lingerMs, batchMax: 4 })
    const append = (count: number): void => {
      const from = size
      size += count
      tell(entriesOf(from, size))
    }
    // It has looked once and found nothing.
    await new Promise(setImmediate)
    return { follower, append, handled, reads }
  }

  it('handles them together and without reading them again, at once when somebody waits', async () => {
    const { follower, append, handled, reads } = await house(600_000)
    append(1)
    append(2)
    expect(await follower.reached(3, 10_000)).toBe(true)
    expect({ handled, reads }).toEqual({ handled: [[0, 1, 2]], reads: [] })
    await follower.close()
  })

  it('handles them at once when a batch is full, and after its time', async () => {
    const full = await house(600_000)
    full.append(2)
    full.append(2)
    await new Promise(setImmediate)
    expect(full.handled).toEqual([[0, 1, 2, 3]])
    await full.follower.close()
    const timed = await house(1)
    timed.append(1)
    while (timed.handled.length === 0) await new Promise((resolve) => setTimeout(resolve, 1))
    expect(timed.follower.position()).toBe(1)
    await timed.follower.close()
  })

  it('leaves to the next start what waits when it is closed', async () => {
    const { follower, append, handled } = await house(600_000)
    append(1)
    await follower.close()
    expect({ handled, position: follower.position() }).toEqual({ handled: [], position: 0 })
  })
})
