// Moves a journal nobody writes any more from one storage to another: entries as they are, sealed contents, commits, cursors, attachments.
// It goes on where an earlier run stopped. Views are not moved: followers rebuild them.
import type { Cursors } from '../journal/journal.ts'
import type { JournalStore, StoredEntry } from '../journal/store.ts'
import { canonical, type StoreReport, verifyStore } from './compare.ts'
import { putCommit } from './put.ts'
import { FILLING, refuseUsed } from './restore.ts'
import { commitsBelow, cursorRows, endOf, entryPages, Erased, type Kept, listed } from './source.ts'

export interface MigrateReport extends StoreReport {
  attachments: number
  /** Entries that an earlier run had moved already. */
  resumedAt: number
}

/** Throws, having changed nothing, if the target holds another journal; and at the end if the two are not the same. */
export async function migrateJournal(
  from: Kept,
  to: Kept,
  onProgress: (entries: number, size: number) => void = () => {},
  /** Marks the source as moved: the two are the same, and the target is about to be opened to hubs. */
  moved: () => void = () => {},
): Promise<MigrateReport> {
  const { size } = await from.store.position()
  const begun = await to.cursors.get(FILLING.space, FILLING.key)
  if (begun === undefined) {
    await refuseUsed(to)
    await to.cursors.put(FILLING.space, FILLING.key, { by: 'migrate' })
  } else if ((begun as { by: string }).by !== 'migrate')
    throw new Error('a backup was being put back into the target; empty it first')
  await to.store.settle()
  const resumedAt = await resumeAt(from.store, to.store)
  const attachments = await moveAttachments(from, to, size)
  await moveCommits(from.store, to.store, resumedAt, size, onProgress)
  await moveCursors(from.cursors, to.cursors)
  const [there, here] = [await verifyStore(to.store), await verifyStore(from.store)]
  if (canonical(there) !== canonical(here))
    throw new Error(`the journals are not the same: ${canonical(here)} was moved, ${canonical(there)} is there`)
  await compareListed(from.store, to.store)
  // From now on no hub starts here: only then may one start there.
  moved()
  await to.cursors.put(FILLING.space, FILLING.key, undefined)
  return { ...there, attachments, resumedAt }
}

/** Where an earlier run stopped; what it moved has to be of this journal. */
async function resumeAt(from: JournalStore, to: JournalStore): Promise<number> {
  const { size } = await to.position()
  if (size === 0) return 0
  const [[here], [there], commit] = await Promise.all([
    from.read(size - 1, 1),
    to.read(size - 1, 1),
    from.commitOf(size - 1),
  ])
  if (!here || !there || !commit || !here.leaf.equals(there.leaf))
    throw new Error(`the target holds ${size} entries that are not the beginning of this journal`)
  return size
}

async function moveAttachments({ store, attachments }: Kept, to: Kept, size: number): Promise<number> {
  const erased = new Erased(store)
  await erased.learn(size)
  let moved = 0
  for await (const page of entryPages(store, size))
    for (const { index, blobs = [] } of page)
      for (const name of blobs) {
        if (erased.has(index)) continue
        const head = await attachments.head(name)
        const data = head && (await attachments.data(name))
        if (!head || !data) throw new Error(`attachment ${name} of entry ${index} is missing in the storage`)
        if (!(await to.attachments.has(name))) await to.attachments.put(name, data, head)
        else await drop(data)
        moved++
      }
  return moved
}

/** Reads nothing of it, and lets go of what it holds open. */
async function drop(data: AsyncIterable<Buffer>): Promise<void> {
  for await (const _ of data) return
}

async function moveCommits(
  from: JournalStore,
  to: JournalStore,
  start: number,
  size: number,
  onProgress: (entries: number, size: number) => void,
): Promise<void> {
  const beside = { certificates: certificatesOf(from), refusals: refusalsOf(from) }
  const begun = start > 0 ? await from.commitOf(start - 1) : undefined
  const first = begun && endOf(begun) > start ? begun.first : start
  for await (const commit of commitsBelow(from, size, first)) {
    // A commit that an earlier run has written the beginning of goes on behind it.
    const begin = Math.max(start, commit.first)
    const entries = await from.read(begin, endOf(commit) - begin)
    const sealed = new Map(
      (await from.filed(entries.map(({ index }) => index))).map((one) => [one.entry.index, one.sealed]),
    )
    const stored = entries.map((entry): StoredEntry => {
      const content = sealed.get(entry.index)
      return { entry, ...(content && { sealed: content }) }
    })
    const done = endOf(commit)
    await putCommit(to, { commit, entries: stored }, beside, done === size)
    onProgress(done, size)
  }
}

/** Rows that an earlier run has copied and that have gone since are removed. */
async function moveCursors(from: Cursors, to: Cursors): Promise<void> {
  for await (const { space, key, value } of cursorRows(from)) await to.put(space, key, value)
  for await (const { space, key } of cursorRows(to))
    if (space !== FILLING.space && (await from.get(space, key)) === undefined) await to.put(space, key, undefined)
}

const certificatesOf = (store: JournalStore) =>
  listed(
    (after, limit) => store.listCertificates(after, limit),
    ({ fingerprint }) => fingerprint,
  )
const refusalsOf = (store: JournalStore) =>
  listed(
    (after, limit) => store.listRefusals(after, limit),
    ({ senderKey }) => senderKey.toString('hex'),
  )

/** What goes beside the commits has to have come along. */
async function compareListed(from: JournalStore, to: JournalStore): Promise<void> {
  const there = certificatesOf(to)
  for await (const { fingerprint, der } of certificatesOf(from)) {
    const { value } = await there.next()
    if (value?.fingerprint !== fingerprint || !value.der.equals(der))
      throw new Error(`certificate ${fingerprint} was not moved`)
  }
  for await (const { senderKey, memo } of refusalsOf(from)) {
    const kept = (await to.refusals([senderKey])).get(senderKey.toString('hex'))
    // A move that was broken off in its last commit: the same refused bytes would be judged anew.
    if (canonical(kept) !== canonical(memo)) throw new Error(`what was refused with entry ${memo.index} was not moved`)
  }
}
