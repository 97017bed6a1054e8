// Keeps which attachments belong to entries, and sweeps those that belong to none: uploads nobody has used for a day, and what was taken
// for entries that did not come to be. It asks what is owned only after it has caught up with the journal.
import { follow, type Follower } from '../journal/follow.ts'
import type { Journal, Views } from '../journal/journal.ts'
import type { AttachmentStore } from './store.ts'

const VIEW = 'attachments'
const DAY_MS = 86_400_000
const SWEEP_EVERY_MS = 3_600_000
const WAIT_MS = 10_000

export interface AttachmentFollower extends Follower {
  /** Sweeps now; gives how many were destroyed, undefined if the journal could not be caught up with. */
  sweep(): Promise<number | undefined>
}

export async function followAttachments(deps: {
  journal: Journal
  views: Views
  store: AttachmentStore
  clock: () => number
  onFault(error: unknown): void
}): Promise<AttachmentFollower> {
  const { journal, views, store, clock, onFault } = deps
  let saved = await views.cursor(VIEW)
  // Of a store put back to an older state the rows would say nothing of what is written from now on, and the sweep would destroy it.
  if (saved > journal.size()) {
    await views.empty(VIEW)
    saved = 0
  }
  const follower = follow({
    journal,
    from: saved,
    onFault,
    handle: (entries) => {
      const rows = entries.flatMap(({ index, blobs = [] }) => blobs.map((key) => ({ key, value: String(index) })))
      const next = entries.at(-1)!.index + 1
      if (rows.length === 0 && next - saved < 1_000) return
      return views.apply(VIEW, rows, next).then(() => {
        saved = next
      })
    },
  })
  const sweep = async (): Promise<number | undefined> => {
    const beforeMs = clock() - DAY_MS
    if (!(await follower.reached(journal.size(), WAIT_MS))) return undefined
    const staged = await store.staging.sweep(beforeMs)
    return staged + (await store.sweep(beforeMs, async (name) => (await views.get(VIEW, name)) !== undefined))
  }
  let sweeping: Promise<unknown> = Promise.resolve()
  const timer = setInterval(() => {
    sweeping = sweep().catch(onFault)
  }, SWEEP_EVERY_MS).unref()
  return {
    ...follower,
    sweep,
    async close() {
      clearInterval(timer)
      await follower.close()
      await sweeping
    },
  }
}
