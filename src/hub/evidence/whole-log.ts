// The whole log, verified offline: every leaf hashed again, every checkpoint's root and signatures, one history from the first entry on.
// Leaves come as lines of their own bytes, so that a log of any length is read as a stream.
import { HubError } from '../errors.ts'
import { readCertificate } from '../identity/certificate.ts'
import { fromBase64url } from '../values/encoding.ts'
import { noteGeneration, readCheckpoint, verifyCheckpoint } from './checkpoint.ts'
import { check } from './form.ts'
import { type KeyRing, readHubKeys } from './hub-keys.ts'
import { leafHash, nodeHash } from './merkle.ts'
import type { MessageFile } from './message-file.ts'
import { readTrust, type Trust } from './trust.ts'
import { reasonOf } from './walk.ts'

/** What the hub has signed of its log: checkpoints as notes, and the chain of its keys. */
export interface LogStatement {
  notes: readonly string[]
  keys: readonly MessageFile[]
  operatorRoot: string
}

/** `entries` leaves were read, `covered` of them lie under a checkpoint. `unknown`: sound in itself, but no trust was given for that hub. */
export interface LogVerdict {
  verdict: 'verified' | 'refused' | 'unknown'
  entries: number
  covered: number
  checkpoints: number
  reason?: string
  trustSha256?: string
}

/** The root of a log that only grows: roots of complete subtrees, largest first (RFC 6962 section 2.1). */
export class GrowingRoot {
  #size = 0
  #peaks: Buffer[] = []

  get size(): number {
    return this.#size
  }

  add(leaf: Buffer): void {
    let node = leaf
    for (let size = this.#size++; size % 2 === 1; size = (size - 1) / 2) node = nodeHash(this.#peaks.pop()!, node)
    this.#peaks.push(node)
  }

  /** Of at least one leaf. */
  root(): Buffer {
    return this.#peaks.reduceRight((right, left) => nodeHash(left, right))
  }
}

/** Verifies leaves, in order from the first, against everything the hub has signed. Throws PARAMETER_INVALID only for a trust file it cannot use. */
export async function verifyWholeLog(
  leaves: AsyncIterable<readonly Buffer[]>,
  statement: LogStatement,
  trust?: Trust | Uint8Array,
): Promise<LogVerdict> {
  const anchors = trust === undefined ? undefined : readTrust(trust)
  const seen = { entries: 0, covered: 0, checkpoints: 0 }
  const about = anchors && { trustSha256: anchors.sha256 }
  try {
    const root = readCertificate(fromBase64url(statement.operatorRoot, 'the operator root'))
    const ring = await readHubKeys(statement.keys, root)
    const marks = await marksOf(statement.notes, ring)
    await walk(leaves, `${ring.hub}:journal`, marks, seen)
    if (anchors === undefined || anchors.hub !== ring.hub)
      return { verdict: 'unknown', ...seen, reason: 'no trust was given for this hub', ...about }
    if (!anchors.operatorRoot.der.equals(root.der))
      throw new HubError('CERTIFICATE_UNTRUSTED', 'its operator root is not the one that is trusted')
    return { verdict: 'verified', ...seen, ...about }
  } catch (error) {
    return { verdict: 'refused', ...seen, reason: reasonOf(error), ...about }
  }
}

/** Sizes with the root that was signed for them, ascending. Two roots for one size are two histories. */
async function marksOf(notes: readonly string[], ring: KeyRing): Promise<{ size: number; root: Buffer }[]> {
  check(notes.length > 0, 'there is no checkpoint to hold the log against')
  const marks = new Map<number, Buffer>()
  for (const note of notes) {
    const generation = ring.generations[noteGeneration(readCheckpoint(note), ring)]!
    const { origin, size, root } = await verifyCheckpoint(
      note,
      generation.checkpoint.map(({ key }) => key),
    )
    check(origin === `${ring.hub}:journal`, `the checkpoint of ${size} entries is of another log`)
    check(
      size <= ring.limit(generation.checkpoint.map(({ id }) => id)),
      `the checkpoint of ${size} was signed with a key no longer good`,
    )
    check(marks.get(size)?.equals(root) ?? true, `two roots were signed for the log of ${size} entries`)
    marks.set(size, root)
  }
  return [...marks].map(([size, root]) => ({ size, root })).toSorted((a, b) => a.size - b.size)
}

async function walk(
  leaves: AsyncIterable<readonly Buffer[]>,
  journal: string,
  marks: readonly { size: number; root: Buffer }[],
  seen: { entries: number; covered: number; checkpoints: number },
): Promise<void> {
  const growing = new GrowingRoot()
  let before = ''
  for await (const page of leaves)
    for (const leaf of page) {
      before = timeOf(leaf, journal, growing.size, before)
      growing.add(leafHash(leaf))
      seen.entries = growing.size
      const mark = marks[seen.checkpoints]
      if (mark?.size !== growing.size) continue
      check(mark.root.equals(growing.root()), `the log of ${mark.size} entries is not the one that was signed`)
      seen.covered = mark.size
      seen.checkpoints++
    }
  const missing = marks[seen.checkpoints]
  check(missing === undefined, `the log ends after ${seen.entries} entries; one of ${missing?.size} was signed`)
}

const TIME_CHARACTERS = 24

/** A leaf begins with its place, and its time is not before the one of the leaf before. Gives the time. */
function timeOf(leaf: Buffer, journal: string, index: number, before: string): string {
  const start = `{"v":1,"journal":"${journal}","index":${index},"at":"`
  check(leaf.toString('latin1', 0, start.length) === start, `leaf ${index} is not of that place in this log`)
  const at = leaf.toString('latin1', start.length, start.length + TIME_CHARACTERS)
  check(at >= before, `leaf ${index} is older than the one before`)
  return at
}

const LINE_FEED = 10

/** The lines of a file or stream, many at a time; a last line without its end counts too. */
export async function* linesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer[]> {
  let rest: Buffer = Buffer.alloc(0)
  for await (const chunk of chunks) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    const lines: Buffer[] = []
    let from = 0
    for (let to = bytes.indexOf(LINE_FEED); to >= 0; from = to + 1, to = bytes.indexOf(LINE_FEED, from))
      lines.push(bytes.subarray(from, to))
    rest = bytes.subarray(from)
    if (rest.length > LEAF_MAX_BYTES) throw new HubError('TOO_LARGE', 'a line of the log is longer than any leaf')
    if (lines.length > 0) yield lines
  }
  if (rest.length > 0) yield [rest]
}

const LEAF_MAX_BYTES = 1024 * 1024
