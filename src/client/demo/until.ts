// What a story waits for.
const WITHIN_MS = 60_000
const LOOK_MS = 100

/** Looks until there is something. Throws with `what` when it has not come within a minute. */
export async function until<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  const giveUpAt = performance.now() + WITHIN_MS
  for (;;) {
    const found = await look()
    if (found !== undefined) return found
    if (performance.now() > giveUpAt) throw new Error(`${what} did not come within ${WITHIN_MS / 1000} s`)
    await new Promise((wake) => setTimeout(wake, LOOK_MS))
  }
}
