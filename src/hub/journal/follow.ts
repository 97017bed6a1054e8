// The loop of a follower: reads on from its cursor, in order, never over a missing index; stops on close and goes on after a fault.
import type { Journal, JournalEntry } from './journal.ts'

export interface Follower {
  /** Index + 1 of the last entry handled. */
  position(): number
  /** Resolves when entries below `size` are handled; false after `timeoutMs`. */
  reached(size: number, timeoutMs: number): Promise<boolean>
  close(): Promise<void>
}

/**
 * Follows a journal from `from`. With `kinds` only entries of these are read, and what lies between them is passed over. `handle` gets entries in order and must be idempotent by index: it does its work and saves its cursor.
 * A fault is reported and the same entries come again after `retryMs`. With `lingerMs`, entries wait that long for more to come with them,
 * unless somebody waits for them: for views that nobody reads at once, a write for each commit is a waste.
 */
export function follow(options: {
  journal: Journal
  from: number
  /** `next` is the position once they are handled: behind the last of them, or further on with `kinds`; then there may be no entry at all. */
  handle(entries: readonly JournalEntry[], next: number): Promise<void> | void
  kinds?: readonly string[]
  onFault(error: unknown): void
  batchMax?: number
  retryMs?: number
  lingerMs?: number
}): Follower {
  const { journal, handle, kinds, onFault, batchMax = 256, retryMs = 200, lingerMs = 0 } = options
  let position = options.from
  let closed = false
  let running: Promise<void> | undefined
  let timer: NodeJS.Timeout | undefined
  let lingering: NodeJS.Timeout | undefined
  let held: JournalEntry[] = []
  const waiting = new Set<{ size: number; resolve(reached: boolean): void }>()

  const settle = (): void => {
    for (const waiter of waiting)
      if (position >= waiter.size || closed) {
        waiting.delete(waiter)
        waiter.resolve(position >= waiter.size)
      }
  }
  /** What comes next and where it ends: from memory if it begins where reading has got to. */
  const nextOf = async (
    fresh?: readonly JournalEntry[],
  ): Promise<{ entries: readonly JournalEntry[]; after: number }> => {
    const size = journal.size()
    if (fresh?.[0]?.index === position)
      return {
        entries: kinds ? fresh.filter(({ kind }) => kinds.includes(kind)) : fresh,
        after: fresh.at(-1)!.index + 1,
      }
    const entries = await journal.read(position, batchMax, kinds)
    const last = entries.at(-1)?.index ?? position - 1
    // Fewer than were asked for: there are no more of these kinds below the size it had before.
    return { entries, after: kinds && entries.length < batchMax ? Math.max(size, last + 1) : last + 1 }
  }
  const run = async (fresh?: readonly JournalEntry[]): Promise<void> => {
    let next = fresh
    // oxlint-disable-next-line no-unmodified-loop-condition -- close() sets it meanwhile
    while (!closed && position < journal.size()) {
      const { entries, after } = await nextOf(next)
      next = undefined
      if (after === position) return
      await handle(entries, after)
      position = after
      settle()
      // A storage that answers without waiting would let nothing else run until a follower far behind had caught up.
      if (journal.size() - position >= batchMax) await new Promise(setImmediate)
    }
  }
  const wake = (fresh?: readonly JournalEntry[]): void => {
    if (closed || running || timer) return
    running = run(fresh)
      .catch((error: unknown) => {
        onFault(error)
        timer = setTimeout(() => {
          timer = undefined
          wake()
        }, retryMs)
      })
      .finally(() => {
        running = undefined
        settle()
        if (position < journal.size()) wake()
      })
  }
  const wakeNow = (): void => {
    clearTimeout(lingering)
    lingering = undefined
    const fresh = held
    held = []
    wake(fresh)
  }
  const told = (fresh: readonly JournalEntry[]): void => {
    if (lingerMs === 0) return wake(fresh)
    if (closed || running || timer) return
    // In one row, or they are read again.
    if (held.length > 0 && held.at(-1)!.index + 1 !== fresh[0]?.index) held = []
    held.push(...fresh)
    if (waiting.size > 0 || held.length >= batchMax) wakeNow()
    else lingering ??= setTimeout(wakeNow, lingerMs)
  }
  const stop = journal.onAppend(told)
  wake()
  return {
    position: () => position,
    reached(size, timeoutMs) {
      if (position >= size) return Promise.resolve(true)
      return new Promise((resolve) => {
        const waiter = { size, resolve }
        waiting.add(waiter)
        if (lingering) wakeNow()
        setTimeout(() => {
          if (waiting.delete(waiter)) resolve(false)
        }, timeoutMs).unref()
      })
    },
    async close() {
      closed = true
      stop()
      clearTimeout(timer)
      clearTimeout(lingering)
      await running
      settle()
    },
  }
}
