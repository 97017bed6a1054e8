// Reads the journal out of a backup, commit by commit, and holds its parts against one another: every entry in its place, every receipt under
// the root that was signed, every content with its entry, no key of an erased one.
import { leafHash } from '../evidence/merkle.ts'
import { commitRoot, receiptPayloadBytes, rootOfLeaves } from '../evidence/receipt.ts'
import { payloadOf } from '../journal/group-commit.ts'
import type { Commit, JournalEntry } from '../journal/journal.ts'
import type { Sealed } from '../journal/seal.ts'
import type { StoredEntry } from '../journal/store.ts'
import { endOf } from './source.ts'
import { toTime } from '../values/encoding.ts'
import { Frames } from './frames.ts'
import type { Manifest } from './manifest.ts'
import * as record from './records.ts'

/** One group commit as it is put back. */
export interface ReadCommit {
  commit: Commit
  entries: StoredEntry[]
  payloads: Buffer[]
}

/** A bit for each entry. */
class Bits {
  readonly #bytes: Buffer
  constructor(size: number) {
    this.#bytes = Buffer.alloc(Math.ceil(size / 8))
  }
  set(index: number): void {
    this.#bytes[index >> 3]! |= 1 << (index & 7)
  }
  has(index: number): boolean {
    return ((this.#bytes[index >> 3] ?? 0) & (1 << (index & 7))) !== 0
  }
}

/** Throws PartDamaged at the first thing that is wrong, at the latest after the last commit. */
export async function* readCommits(folder: string, manifest: Manifest): AsyncGenerator<ReadCommit> {
  const entries = new Frames(folder, 'entries', manifest, record.entryIn)
  const commits = new Frames(folder, 'commits', manifest, record.commitIn)
  const contents = new Frames(folder, 'contents', manifest, record.indexedIn)
  const keys = new Frames(folder, 'content-keys', manifest, record.indexedIn)
  const keyed = new Bits(manifest.size)
  const all = [entries, commits, contents, keys]
  try {
    let next = 0
    let lastMs = 0
    for await (const commit of commits) {
      if (commit.first !== next) throw commits.damaged(`the commit of entry ${next} is missing`)
      const read: StoredEntry[] = []
      for (; next < endOf(commit); next++) {
        const entry = await entries.take()
        if (!entry) throw entries.damaged(`entry ${next} is missing`)
        const wrong = placeFault(entry, next, lastMs, manifest)
        if (wrong) throw entries.damaged(wrong)
        lastMs = entry.atMs
        const sealed = await sealedOf(next, contents, keys)
        if (sealed) keyed.set(next)
        if (entry.kind === 'hub.erasure' && entry.outcome === 'accepted')
          for (const index of entry.refers)
            if (keyed.has(index)) throw keys.damaged(`it holds the key of entry ${index}, which was erased`)
        read.push({ entry, ...(sealed && { sealed }) })
      }
      const payloads = read.map(({ entry }) => receiptPayloadBytes(payloadOf(entry, placeOf(manifest))))
      if (rootOf(commit, payloads).toString('hex') !== commit.rootHex)
        throw commits.damaged(`the receipts of entries ${commit.first} to ${next - 1} are not those that were signed`)
      yield { commit, entries: read, payloads }
    }
    if (next !== manifest.size) throw commits.damaged(`it ends after ${next} of ${manifest.size} entries`)
    for (const part of all) await part.end()
  } finally {
    for (const part of all) await part.close()
  }
}

export const placeOf = ({ hub, journal, epoch }: Manifest): { hub: string; urn: string; epoch: number } => ({
  hub,
  urn: journal,
  epoch,
})

/** What of an entry is said again in its leaf has to be the same. */
function placeFault(entry: JournalEntry, index: number, lastMs: number, { journal }: Manifest): string | undefined {
  if (entry.index !== index) return `entry ${index} is missing`
  if (entry.atMs < lastMs) return `entry ${index} is older than the one before`
  const front = `{"v":1,"journal":${JSON.stringify(journal)},"index":${index},"at":"${toTime(entry.atMs)}","outcome":"${entry.outcome}",`
  if (entry.leaf.toString('utf8', 0, Buffer.byteLength(front)) !== front)
    return `entry ${index} is not the one of its leaf`
  return undefined
}

/** Content and key of an entry; of one that was erased meanwhile there is a content without a key, which nobody needs. */
async function sealedOf(
  index: number,
  contents: Frames<{ index: number; bytes: Buffer }>,
  keys: Frames<{ index: number; bytes: Buffer }>,
): Promise<Sealed | undefined> {
  const key = (await keys.peek())?.index === index ? await keys.take() : undefined
  const content = (await contents.peek())?.index === index ? await contents.take() : undefined
  if (key && !content) throw contents.damaged(`the content of entry ${index} is missing`)
  // A frame shares the memory of the whole chunk it was read in.
  return key && content && { content: Buffer.from(content.bytes), wrappedKey: Buffer.from(key.bytes) }
}

/** An attachment out of a backup; `data` has to be read to its end before the next one is asked for. */
export interface ReadAttachment {
  name: string
  head: Buffer
  data: AsyncIterable<Buffer>
}

/** The attachments that were not erased meanwhile, in the order of the entries that own them. */
export async function* readAttachments(folder: string, manifest: Manifest): AsyncGenerator<ReadAttachment> {
  const pieces = new Frames(folder, 'attachments', manifest, (frame) => frame)
  const heads = new Frames(folder, 'attachment-keys', manifest, record.headIn)
  const entries = new Frames(folder, 'entries', manifest, record.entryIn)
  async function* data(): AsyncGenerator<Buffer> {
    for (;;) {
      const piece = await pieces.take()
      if (!piece) throw pieces.damaged('an attachment has no end')
      if (piece.length === 0) return
      yield piece
    }
  }
  try {
    for await (const { index, blobs = [] } of entries)
      for (const name of blobs) {
        const next = await pieces.peek()
        if (!next?.equals(record.nameFrame(name))) {
          if ((await heads.peek())?.name === name)
            throw pieces.damaged(`attachment ${name} of entry ${index} is missing`)
          continue
        }
        await pieces.take()
        const head = (await heads.peek())?.name === name ? await heads.take() : undefined
        const bytes = data()
        if (head) yield { name, head: Buffer.from(head.head), data: bytes }
        for await (const _ of bytes) void _
      }
    for (const part of [pieces, heads]) await part.end()
  } finally {
    for (const part of [pieces, heads, entries]) await part.close()
  }
}

/** Of a commit that was cut short the hashes of all payloads are kept; those that are here have to be among them. */
function rootOf({ kept, leaves }: Commit, payloads: readonly Buffer[]): Buffer {
  if (kept === undefined || !leaves) return commitRoot(payloads)
  const here = Buffer.concat(payloads.map(leafHash))
  return here.equals(leaves.subarray(0, here.length)) ? rootOfLeaves(leaves) : Buffer.alloc(0)
}
