// How long tests wait for what must come. The limit is there to end a run in which it never does: on a loaded machine what is right comes late.

/** For `expect.poll` and `vi.waitFor`, whose own limit is a second. Less than vitest gives a test, so that the failure names what was awaited. */
export const PATIENT = { timeout: 25_000 } as const

/** For tests that start processes or make signatures by the hundred, in milliseconds; vitest's own limit is half a minute. */
export const LONG_MS = 240_000
