// Work that is looked at every so often, one turn at a time, with growing patience after a fault.

const PATIENCE_MAX_MS = 60_000

export interface Rounds {
  /** Looks at once, and resolves when that turn is over; a fault is told, not thrown. Once closed it looks no more. */
  now(): Promise<void>
  /** Why the last turn failed; undefined if it did not. */
  fault(): unknown
  close(): Promise<void>
}

export function rounds(options: { turn(): Promise<void>; everyMs: number; onFault(error: unknown): void }): Rounds {
  const { turn, everyMs, onFault } = options
  let running: Promise<void> | undefined
  let timer: NodeJS.Timeout | undefined
  let closed = false
  let failures = 0
  let fault: unknown
  const run = async (): Promise<void> => {
    try {
      await turn()
      failures = 0
      fault = undefined
    } catch (error) {
      failures++
      fault = error
      onFault(error)
    }
  }
  const now = (): Promise<void> => {
    clearTimeout(timer)
    if (closed) return running ?? Promise.resolve()
    running ??= run().finally(() => {
      running = undefined
      if (!closed)
        timer = setTimeout(now, Math.min(everyMs * 2 ** Math.min(failures, 10), Math.max(everyMs, PATIENCE_MAX_MS)))
    })
    return running
  }
  timer = setTimeout(now, 0)
  return {
    now,
    fault: () => fault,
    async close() {
      closed = true
      clearTimeout(timer)
      await running
    },
  }
}
