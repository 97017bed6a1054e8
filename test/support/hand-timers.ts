// Time that goes on only by hand, with timers that follow it.

export interface HandTimers {
  clock(): number
  timer(run: () => void, delayMs: number): () => void
  pass(ms: number): void
}

export function handTimers(): HandTimers {
  let nowMs = 1_000_000
  const waiting = new Set<{ atMs: number; run: () => void }>()
  return {
    clock: () => nowMs,
    timer(run, delayMs) {
      const one = { atMs: nowMs + delayMs, run }
      waiting.add(one)
      return () => waiting.delete(one)
    },
    pass(ms) {
      nowMs += ms
      for (const one of [...waiting].toSorted((a, b) => a.atMs - b.atMs))
        if (one.atMs <= nowMs && waiting.delete(one)) one.run()
    },
  }
}
