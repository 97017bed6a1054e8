// Waiting for a follower wherever it runs: here by asking it, elsewhere by its cursor in the shared views.
import type { Follower } from '../journal/follow.ts'
import type { Views } from '../journal/journal.ts'

const LOOK_EVERY_MS = 20

/** Resolves when the follower of a view has handled the entries below `size`; false after `timeoutMs`. */
export async function reachedView(
  options: { here: Pick<Follower, 'reached'> | undefined; views: Pick<Views, 'cursor'>; view: string },
  size: number,
  timeoutMs: number,
): Promise<boolean> {
  const { here, views, view } = options
  if (here) return here.reached(size, timeoutMs)
  const untilMs = performance.now() + timeoutMs
  for (;;) {
    if ((await views.cursor(view)) >= size) return true
    if (performance.now() >= untilMs) return false
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS))
  }
}
