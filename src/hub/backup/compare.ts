// Verifies what a storage holds, by the ports alone: the root of its leaves, the receipts of its commits, and that its heads are those which
// the movements of its entries leave behind.
import { leafHash, merkleRoot } from '../evidence/merkle.ts'
import { GrowingRoot } from '../evidence/whole-log.ts'
import type { Head, HeadKey } from '../journal/heads.ts'
import type { JournalEntry } from '../journal/journal.ts'
import type { JournalStore } from '../journal/store.ts'
import { commitsBelow, entryPages, listed, wholeSize } from './source.ts'

export interface StoreReport {
  size: number
  /** Of the evidence log, hex. */
  root: string
  heads: number
  commits: number
}

/** Reads everything below `size`, which must be all there is, of a journal nobody writes. Throws naming what is wrong. */
export async function verifyStore(store: JournalStore): Promise<StoreReport> {
  const { size } = await store.position()
  if ((await wholeSize(store)) !== size) throw new Error('the journal ends in the middle of a commit')
  const log = new GrowingRoot()
  const heads = { created: 0, found: 0 }
  for await (const page of entryPages(store, size)) {
    for (const { leaf } of page) log.add(leafHash(leaf))
    await compareHeads(store, page, heads)
  }
  let kept = 0
  for await (const _ of listed(
    (after, limit) => store.listHeads(after, limit),
    ({ key }) => key,
  ))
    kept++
  if (heads.created !== kept || heads.found !== kept)
    throw new Error(
      `the journal keeps ${kept} heads; its entries create ${heads.created} and ${heads.found} are as an entry left them`,
    )
  let commits = 0
  for await (const _ of commitsBelow(store, size)) commits++
  return { size, root: (size === 0 ? merkleRoot([]) : log.root()).toString('hex'), heads: kept, commits }
}

/**
 * A head is what its last movement made it. Which movement is the last is not known on the way, so each is held against the head that is
 * kept: none may be newer than it, exactly one is as new, and then both are the same. Needs no memory, whatever the number of heads.
 */
async function compareHeads(
  store: JournalStore,
  page: readonly JournalEntry[],
  seen: { created: number; found: number },
): Promise<void> {
  const keys = [...new Set(page.flatMap(({ movements }) => movements.map(({ key }) => key)))]
  const heads = keys.length > 0 ? await store.heads(keys) : new Map<HeadKey, Head>()
  for (const { index, movements } of page)
    for (const { key, from, to, value } of movements) {
      const head = heads.get(key)
      if (from === 0) seen.created++
      if (!head || head.version < to) throw new Error(`the head ${key} is older than entry ${index} left it`)
      if (head.version !== to) continue
      if (head.index !== index || canonical(head.value) !== canonical(value))
        throw new Error(`the head ${key} is not what entry ${index} made it`)
      seen.found++
    }
}

/** JSON with members in order: a storage may give them back in another. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  )
}
