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
