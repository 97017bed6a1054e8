// Links between an entry and the log: its leaf rebuilt from what the bundle shows, and its way to the checkpoint's root.
import { HubError } from '../errors.ts'
import type { ReceiptPayload } from '../journal/journal.ts'
import { fromBase64url, fromTime } from '../values/encoding.ts'
import type { Bundle, EarlierMove } from './bundle-form.ts'
import type { Checkpoint, SignedCheckpoint } from './checkpoint.ts'
import { headBytes, LEAF_PARTS, leafBytes, type LeafPlace, type LeafValues, partBytes, partHash } from './leaf.ts'
import { leafHash, rootFromPath } from './merkle.ts'

const HASH_BYTES = 32
const SALT_BYTES = 16

/** The entry is the leaf at its index: every part opens to what the bundle shows. Throws ENCODING_NOT_CANONICAL or SIGNATURE_INVALID. */
export function verifyInclusion(
  log: Bundle['log'],
  payload: Pick<ReceiptPayload, 'journal' | 'index' | 'at' | 'outcome'>,
  values: LeafValues,
  checkpoint: Checkpoint,
): void {
  const bytes = partBytes(values)
  const parts = LEAF_PARTS.map((name) => partHash(saltOf(log.open[name]), bytes[name]))
  const { closed, path } = splitProof(log.proof, log.heads)
  verifyLeaf(payload, parts, closed, path, checkpoint)
}

/** An earlier leaf moved `head` to `version`; nothing else of that entry is opened. Throws as verifyInclusion. */
export function verifyEarlier(
  earlier: EarlierMove,
  about: { journal: string; head: string; version: number; movedAt: number },
  checkpoint: SignedCheckpoint,
): void {
  const [name, move] = Object.entries(earlier.open)[0]!
  const position = Number(/^heads\/(0|[1-9]\d{0,5})$/.exec(name)?.[1] ?? NaN)
  if (!(position < earlier.heads)) throw mismatch('it opens no head of the entry')
  if (fromTime(earlier.at) === undefined) throw mismatch('its time is not a time')
  if (move.key !== about.head || move.to !== about.version || earlier.index !== about.movedAt)
    throw mismatch('it is not the movement that the refusal names')
  const { closed, path } = splitProof(earlier.proof, LEAF_PARTS.length + earlier.heads - 1)
  const hashes = closed.slice(LEAF_PARTS.length)
  hashes.splice(position, 0, partHash(saltOf(move.salt), headBytes(move)))
  verifyLeaf({ ...earlier, journal: about.journal }, closed.slice(0, LEAF_PARTS.length), hashes, path, checkpoint)
}

function verifyLeaf(place: LeafPlace, parts: string[], heads: string[], path: Buffer[], checkpoint: Checkpoint): void {
  if (place.index >= checkpoint.size)
    throw mismatch(`entry ${place.index} is beyond the checkpoint of ${checkpoint.size}`)
  const leaf = leafHash(leafBytes(place, parts, heads))
  const root = rootFromPath({ leafHash: leaf, index: place.index, size: checkpoint.size, path })
  if (!root?.equals(checkpoint.root)) throw mismatch('the leaf does not lead to the root of the checkpoint')
}

function splitProof(proof: string, closedCount: number): { closed: string[]; path: Buffer[] } {
  const bytes = fromBase64url(proof, 'the log proof')
  if (bytes.length % HASH_BYTES !== 0 || bytes.length / HASH_BYTES < closedCount)
    throw mismatch('the proof has another length')
  const hashes = Array.from({ length: bytes.length / HASH_BYTES }, (_, at) =>
    bytes.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES),
  )
  return { closed: hashes.slice(0, closedCount).map((one) => one.toString('hex')), path: hashes.slice(closedCount) }
}

function saltOf(salt: string): Buffer {
  const bytes = fromBase64url(salt, 'a salt')
  if (bytes.length !== SALT_BYTES) throw mismatch('a salt has another length')
  return bytes
}

const mismatch = (reason: string): HubError => new HubError('SIGNATURE_INVALID', reason)
