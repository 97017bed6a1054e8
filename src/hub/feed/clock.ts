// Time as the feed's conversations need it: the hour, and being called later. Tests bring their own.

export interface FeedClock {
  nowMs(): number
  /** Calls `run` after `delayMs`. Returns the cancel. */
  after(delayMs: number, run: () => void): () => void
}

export const systemFeedClock: FeedClock = {
  nowMs: () => Date.now(),
  after: (delayMs, run) => {
    const timer = setTimeout(run, delayMs).unref()
    return () => clearTimeout(timer)
  },
}
