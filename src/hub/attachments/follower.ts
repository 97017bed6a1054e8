// Keeps which attachments belong to entries, and sweeps those that belong to none: uploads nobody has used for a day, and what was taken
// for entries that did not come to be. It asks what is owned only after it has caught up with the journal.
import type { Couriers } from '../courier/courier.ts'
import { inProcessCouriers } from '../courier/in-process-courier.ts'
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
  /** Absent: a courier within this process. */
  couriers?: Couriers
}): Promise<AttachmentFollower> {
  const { journal, views, store, clock, onFault, couriers = inProcessCouriers({ clock }) } = deps
  let saved = await views.cursor(VIEW)
  // Of a store put back to an older state the rows would say nothing of what is written from now on, and the sweep would destroy it.
  if (saved > (await journal.current())) {
    await views.empty(VIEW)
    saved = 0
  }
  const follower = follow({
    journal,
    from: saved,
    onFault,
    handle: async (entries) => {
      const rows = entries.flatMap(({ index, blobs = [] }) => blobs.map((key) => ({ key, value: String(index) })))
      const next = entries.at(-1)!.index + 1
      if (rows.length === 0 && next - saved < 1_000) return
      if (rows.length > 0) await store.own(rows.map(({ key }) => key))
      await views.apply(VIEW, rows, next)
      saved = next
    },
  })
  /** Of a view that is being rebuilt nothing is believed to be nobody's. */
  const isOwned = async (name: string, size: number): Promise<boolean> =>
    (await views.get(VIEW, name)) !== undefined || (await views.cursor(VIEW)) < size
  const sweep = async (): Promise<number | undefined> => {
    const beforeMs = clock() - DAY_MS
    const size = await journal.current()
    if (!(await follower.reached(size, WAIT_MS))) return undefined
    // Whoever has lost the turn to do this is told so here.
    await views.apply(VIEW, [], (saved = follower.position()))
    const staged = await store.staging.sweep(beforeMs)
    return staged + (await store.sweep(beforeMs, (name) => isOwned(name, size)))
  }
  const courier = couriers('attachments', { concurrencyPerQueue: 1 })
  const run = async (): Promise<void> => {
    try {
      await sweep()
    } catch (error) {
      onFault(error)
      throw error
    }
  }
  const offer = (): boolean => courier.offer({ id: 'unowned/sweep', queue: 'sweeps', priority: 0, run })
  const timer = setInterval(offer, SWEEP_EVERY_MS).unref()
  return {
    ...follower,
    sweep,
    async close() {
      clearInterval(timer)
      await follower.close()
      await courier.close()
    },
  }
}
