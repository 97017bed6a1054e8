// Group commits on MongoDB: each lies in the document of its first entry, and may have fewer entries than it was made for.
import type { Collection } from 'mongodb'
import type { Commit } from './journal.ts'
import { bufferOf, type EntryDocument } from './mongo-entry.ts'

const COMMITTED = { first: 1, size: 1, commit: 1 } as const
type Committed = Pick<EntryDocument, '_id' | 'first' | 'size' | 'commit'>

export async function commitOf(entries: Collection<EntryDocument>, index: number): Promise<Commit | undefined> {
  const entry = await entries.findOne<Committed>({ _id: index }, { projection: COMMITTED })
  if (!entry) return undefined
  const { first, size } = entry
  const ends = await entries
    .find<Committed>({ _id: { $in: [first, first + size - 1] } }, { projection: COMMITTED })
    .toArray()
  const begun = ends.find(({ _id }) => _id === first)
  if (!begun) throw new Error(`the journal store lacks the group commit of entry ${index}`)
  const whole = ends.some(({ _id, first: its }) => _id === first + size - 1 && its === first)
  return commitIn(begun, whole ? size : await keptOf(entries, first, size))
}

/** Commits that begin at `from` or later, in order. */
export async function commitsFrom(entries: Collection<EntryDocument>, from: number, limit: number): Promise<Commit[]> {
  const begun = await entries
    .find<Committed>(
      { _id: { $gte: from }, commit: { $exists: true } },
      { projection: COMMITTED, batchSize: limit + 1 },
    )
    .sort({ _id: 1 })
    .limit(limit + 1)
    .toArray()
  return Promise.all(
    begun.slice(0, limit).map(async (document, n) => {
      const { first, size } = document
      const next = begun[n + 1]
      return commitIn(document, next ? next.first - first : await keptOf(entries, first, size))
    }),
  )
}

async function keptOf(entries: Collection<EntryDocument>, first: number, size: number): Promise<number> {
  const range = { _id: { $gte: first, $lt: first + size } }
  const there = await entries.find<Committed>(range, { projection: { first: 1 }, batchSize: size + 1 }).toArray()
  return there.filter((entry) => entry.first === first).length
}

function commitIn({ _id, first, size, commit }: Committed, kept: number): Commit {
  if (!commit) throw new Error(`entry ${_id} of the journal store begins a group commit and has none`)
  const { root, signatures, leaves } = commit
  return {
    first,
    size,
    rootHex: root,
    signatures,
    ...(leaves && { leaves: bufferOf(leaves) }),
    ...(kept < size && { kept }),
  }
}
