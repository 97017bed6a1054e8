// Carries out what `hub.erasure` entries say: the content key of the entry is destroyed. Idempotent, so it may be done again after a crash.
import { follow, type Follower } from './journal/follow.ts'
import type { Journal, Views } from './journal/journal.ts'

export const ERASURE_VIEW = 'erasure'

export async function followErasures(deps: {
  journal: Journal
  views: Views
  /** Destroys what the entry owns outside the journal; idempotent. */
  destroy(blobs: readonly string[]): Promise<void>
  /** Called after the key is gone, so that nothing opened before stays in memory. */
  forget(index: number): void
  onFault(error: unknown): void
}): Promise<Follower> {
  const { journal, views, destroy, forget, onFault } = deps
  let saved = await views.cursor(ERASURE_VIEW)
  return follow({
    journal,
    from: saved,
    onFault,
    handle: (entries) => {
      const erasures = entries.filter(({ kind, outcome }) => kind === 'hub.erasure' && outcome === 'accepted')
      const next = entries.at(-1)!.index + 1
      if (erasures.length === 0 && next - saved < 1_000) return
      return (async () => {
        for (const { refers } of erasures)
          for (const index of refers) {
            await journal.erase(index)
            const [entry] = await journal.read(index, 1)
            if (entry?.blobs) await destroy(entry.blobs)
            forget(index)
          }
        saved = next
        await views.apply(ERASURE_VIEW, [], next)
      })()
    },
  })
}
