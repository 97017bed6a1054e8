// What was rendered or opened of an entry does not stay in the memory of any process once the entry is erased. The process that erases is
// one of them; each of the others hears of it by the journal.
import { follow, type Follower } from '../journal/follow.ts'
import type { Journal } from '../journal/journal.ts'
import type { Items } from './items.ts'

/** Follows the erasures from the size the journal has now: a process that has just begun has nothing of earlier ones in memory. */
export const followForgetting = (deps: {
  journal: Journal
  items: Pick<Items, 'forget'>
  onFault(error: unknown): void
}): Follower => {
  const { journal, items, onFault } = deps
  return follow({
    journal,
    from: journal.size(),
    kinds: ['hub.erasure'],
    onFault,
    handle(entries) {
      for (const { outcome, refers } of entries)
        for (const index of outcome === 'accepted' ? refers : []) {
          items.forget(index)
          journal.forget(index)
        }
    },
  })
}
