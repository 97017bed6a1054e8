// Puts commits back into a storage, as the journal would have written them: heads come from the movements, so nothing derived is believed.
import type { Head, HeadKey } from '../journal/heads.ts'
import type { Commit } from '../journal/journal.ts'
import type { JournalStore, ListedRefusal, StoredEntry } from '../journal/store.ts'

/** Rows beside the entries that go with each commit. */
const BESIDE = 256

/** What goes with the commits in any order: a storage writes it in the same act. */
export interface Beside {
  certificates: AsyncIterator<{ fingerprint: string; der: Buffer }>
  refusals: AsyncIterator<ListedRefusal>
}

/** `last`: everything that is left beside goes with it. */
export async function putCommit(
  store: JournalStore,
  { commit, entries }: { commit: Commit; entries: StoredEntry[] },
  beside: Beside,
  last: boolean,
): Promise<void> {
  const most = last ? Number.MAX_SAFE_INTEGER : BESIDE
  const certificates = await take(beside.certificates, most)
  await store.write({
    entries,
    heads: headsOf(entries),
    commit,
    certificates: new Map(certificates.map(({ fingerprint, der }) => [fingerprint, der])),
    refusals: await take(beside.refusals, most),
  })
}

function headsOf(entries: readonly StoredEntry[]): Map<HeadKey, Head> {
  const heads = new Map<HeadKey, Head>()
  for (const { entry } of entries)
    for (const { key, to, value } of entry.movements) heads.set(key, { version: to, index: entry.index, value })
  return heads
}

async function take<T>(rows: AsyncIterator<T>, most: number): Promise<T[]> {
  const taken: T[] = []
  while (taken.length < most) {
    const { done, value } = await rows.next()
    if (done) break
    taken.push(value)
  }
  return taken
}
