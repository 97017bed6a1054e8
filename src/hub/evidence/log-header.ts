// A header of a hub's log, for those elsewhere who have pinned its keys: a signed checkpoint with the chain of keys that leads to its
// signatures, the last leaf (which says the time openly), and the proofs that it goes on from earlier ones.
import { HubError } from '../errors.ts'
import { readCertificate } from '../identity/certificate.ts'
import type { Journal } from '../journal/journal.ts'
import { parseStrictJson } from '../message/strict-json.ts'
import { fromBase64url, fromTime, toBase64url } from '../values/encoding.ts'
import { type Checkpoint, noteGeneration, readCheckpoint, verifyCheckpoint } from './checkpoint.ts'
import { check, count, list, members, text } from './form.ts'
import { type KeyRing, readHubKeys } from './hub-keys.ts'
import { leafHash, nodeHash, rootFromPath, verifyConsistency } from './merkle.ts'
import { type MessageFile, readMessageFile } from './message-file.ts'

/** Whom to believe about a log: the hub and its journal, the root that vouches for its keys, and the first `hub.key` (messageCommitment, hex). */
export interface LogPins {
  hub: string
  journal: string
  operatorRoot: Buffer
  genesis: string
}

/** A header whose signatures, keys and time were verified. */
export interface LogHeader extends Checkpoint {
  /** Time of the last entry, as the log says. */
  atMs: number
  /** Ids of the keys that signed it. */
  signers: string[]
  /** messageCommitments of all `hub.key` messages up to those keys, hex, oldest first. */
  generations: string[]
  growth: readonly GrowthProof[]
}
export interface GrowthProof {
  from: number
  path: readonly Buffer[]
}

/** What a hub makes headers from. */
export interface LogSources {
  journal: Journal
  evidence: {
    latest(): { size: number; note: string } | undefined
    at(size: number): Promise<{ size: number; note: string } | undefined>
    inclusion(index: number, size?: number): Promise<{ path: Buffer[] }>
    consistency(from: number, to?: number): Promise<{ path: Buffer[] }>
  }
  hubKeys: { operatorRoot: { der: Buffer }; files: readonly MessageFile[] }
}

const KEYS_MAX = 64
const PATH_MAX = 64
const GROWTH_MAX = 4

/** The header of the log of `size` entries, with proofs that it goes on from the logs of `from` entries. Throws NOT_FOUND for a size without a checkpoint. */
export async function makeLogHeader(
  size: number,
  from: readonly number[],
  { journal, evidence, hubKeys }: LogSources,
): Promise<Buffer> {
  const latest = evidence.latest()
  const kept = latest?.size === size ? latest : await evidence.at(size)
  const [last] = size > 0 ? await journal.read(size - 1, 1) : []
  if (!kept || !last) throw new HubError('NOT_FOUND', `there is no checkpoint of size ${size}`)
  const ring = await readHubKeys(hubKeys.files, readCertificate(hubKeys.operatorRoot.der))
  const used = noteGeneration(readCheckpoint(kept.note), ring) + 1
  const earlier = [...new Set(from)].filter((one) => one > 0 && one < size).slice(0, GROWTH_MAX)
  const growth: GrowthProof[] = []
  for (const one of earlier) growth.push({ from: one, path: (await evidence.consistency(one, size)).path })
  const { path } = await evidence.inclusion(size - 1, size)
  return encode({ note: kept.note, keys: hubKeys.files.slice(0, used), leaf: last.leaf, path, growth })
}

interface HeaderForm {
  note: string
  keys: readonly MessageFile[]
  leaf: Buffer
  path: readonly Buffer[]
  growth: readonly GrowthProof[]
}

const encode = ({ note, keys, leaf, path, growth }: HeaderForm): Buffer =>
  Buffer.from(
    JSON.stringify({
      v: 1,
      note,
      keys,
      last: { leaf: toBase64url(leaf), path: path.map(toBase64url) },
      growth: growth.map((one) => ({ from: one.from, path: one.path.map(toBase64url) })),
    }),
  )

function decode(bytes: Uint8Array): HeaderForm {
  const what = 'the header of the log'
  const form = members(parseStrictJson(bytes), what, ['v', 'note', 'keys', 'last', 'growth'])
  check(form.v === 1, `${what} is of another version`)
  const last = members(form.last, `${what}: last`, ['leaf', 'path'])
  const read: HeaderForm = {
    note: text(form.note, `${what}: note`),
    keys: list(form.keys, `${what}: keys`, KEYS_MAX).map((file, n) => readMessageFile(file, `hub.key ${n}`)),
    leaf: fromBase64url(text(last.leaf, `${what}: leaf`), `${what}: leaf`),
    path: pathOf(last.path, what),
    growth: list(form.growth, `${what}: growth`, GROWTH_MAX).map((one) => {
      const { from, path } = members(one, `${what}: growth`, ['from', 'path'])
      return { from: count(from, `${what}: from`), path: pathOf(path, what) }
    }),
  }
  // One spelling: what could be written in two ways could be changed unnoticed.
  check(encode(read).equals(bytes), `${what} is not in its one spelling`)
  return read
}

const pathOf = (value: unknown, what: string): Buffer[] =>
  list(value, `${what}: path`, PATH_MAX).map((node) => fromBase64url(text(node, `${what}: node`), `${what}: node`))

/** Size that a header says its log has; nothing is verified. Throws HubError for bytes that are no header. */
export const sizeOfLogHeader = (bytes: Uint8Array): number => readCheckpoint(decode(bytes).note).size

/** Verifies all of a header but that it goes on from an earlier one. Throws HubError with the reason. */
export async function verifyLogHeader(bytes: Uint8Array, pins: LogPins): Promise<LogHeader> {
  const { note, keys, leaf, path, growth } = decode(bytes)
  const ring = await readHubKeys(keys, readCertificate(pins.operatorRoot))
  check(ring.hub === pins.hub, `the keys are of ${ring.hub}, trusted is ${pins.hub}`)
  check(
    ring.generations[0]!.commitment === pins.genesis,
    'the chain of keys begins with another hub.key than the pinned one',
  )
  const { checkpoint, signers } = await verifyNote(note, pins, ring)
  const atMs = timeOf(leaf, path, checkpoint)
  const { origin, size, root } = checkpoint
  const generations = ring.generations.map(({ commitment }) => commitment)
  return { origin, size, root, atMs, signers, generations, growth }
}

async function verifyNote(note: string, pins: LogPins, ring: KeyRing) {
  const read = readCheckpoint(note)
  check(read.origin === pins.journal, `the checkpoint is of ${read.origin}, trusted is ${pins.journal}`)
  const generation = noteGeneration(read, ring)
  const keys = ring.generations[generation]!.checkpoint
  const checkpoint = await verifyCheckpoint(
    note,
    keys.map(({ key }) => key),
  )
  const signers = keys.map(({ id }) => id)
  check(read.size <= ring.limit(signers), 'the checkpoint was signed with a key that was no longer good')
  check(generation + 1 === ring.generations.length, 'the header carries hub.key entries that nothing in it rests on')
  return { checkpoint, signers }
}

/** The last leaf stands in the log and says when it was written. */
function timeOf(leaf: Buffer, path: readonly Buffer[], { origin, size, root }: Checkpoint): number {
  const found = rootFromPath({ leafHash: leafHash(leaf), index: size - 1, size, path })
  if (!found?.equals(root)) throw new HubError('SIGNATURE_INVALID', 'the last leaf does not lead to the root')
  const said = JSON.parse(leaf.toString()) as { journal?: unknown; index?: unknown; at?: unknown }
  check(said.journal === origin && said.index === size - 1, 'the last leaf is of another entry')
  const atMs = typeof said.at === 'string' ? fromTime(said.at) : undefined
  check(atMs !== undefined, 'the last leaf has no time')
  return atMs
}

/**
 * Whether the log of a header goes on from an earlier one: `grows`; `differs`, shown by the proof itself to begin with another history; or
 * `unproved`, when no proof for that size is with it or the one there is leads nowhere.
 */
export function growthFrom(
  { size, root, growth }: LogHeader,
  earlier: { size: number; root: Buffer },
): 'grows' | 'differs' | 'unproved' {
  if (earlier.size === 0) return 'grows'
  if (earlier.size === size) return earlier.root.equals(root) ? 'grows' : 'differs'
  const proof = growth.find(({ from }) => from === earlier.size)
  if (!proof) return 'unproved'
  const { from, path } = proof
  if (verifyConsistency({ from, to: size, fromRoot: earlier.root, toRoot: root, path })) return 'grows'
  return beginsWith({ from, to: size, root, path }) ? 'differs' : 'unproved'
}

/** Root of the first `from` leaves of a log, where the path shows one; a power of two is left out of its own path. */
function beginsWith(proof: { from: number; to: number; root: Buffer; path: readonly Buffer[] }): Buffer | undefined {
  const [start, ...rest] = proof.path
  let at = proof.from - 1
  let last = proof.to - 1
  for (; at % 2 === 1; at = Math.floor(at / 2)) last = Math.floor(last / 2)
  if (at === 0 || !start || proof.path.some((node) => node.length !== 32)) return undefined
  let [old, grown, used] = [start, start, 0]
  for (; last > 0; at = Math.floor(at / 2), last = Math.floor(last / 2)) {
    if (at % 2 === 0 && at === last) continue
    const node = rest[used++]
    if (!node) return undefined
    if (at % 2 === 1) old = nodeHash(node, old)
    grown = at % 2 === 1 ? nodeHash(node, grown) : nodeHash(grown, node)
  }
  return used === rest.length && grown.equals(proof.root) ? old : undefined
}
