// Receipts: one signature per suite over the root of a group commit answers for every entry in it.
import { toBase64url } from '../values/encoding.ts'
import type { Receipt, ReceiptPayload } from '../journal/journal.ts'
import { leafHash, levelsOf, pathIn } from './merkle.ts'

/** Bytes of a `stored` receipt's payload: JSON in the one member order the hub writes. */
export function receiptPayloadBytes(payload: ReceiptPayload): Buffer {
  const { hub, journal, epoch, index, at, messageCommitment, outcome, registerAt, judgedAt } = payload
  return Buffer.from(
    JSON.stringify({ hub, journal, epoch, index, at, messageCommitment, outcome, registerAt, judgedAt }),
  )
}

/** RFC 6962 root over the receipt payloads of one group commit, 32 bytes. */
export const commitRoot = (payloads: readonly Buffer[]): Buffer => treeOf(payloads).at(-1)![0]!

/** Receipt of the payload at `position` of a group commit; `path` in lower-case hex, lowest sibling first. The list of payloads must not change afterwards. */
export function receiptOf(payloads: readonly Buffer[], position: number, signatures: readonly string[]): Receipt {
  return {
    payload: toBase64url(payloads[position]!),
    index: position,
    size: payloads.length,
    path: pathIn(treeOf(payloads), position).map((node) => node.toString('hex')),
    signatures: [...signatures],
  }
}

/** RFC 6962 hashes of the receipt payloads of one group commit, 32 bytes each. */
export const commitLeaves = (payloads: readonly Buffer[]): Buffer => Buffer.concat([...treeOf(payloads)[0]!])

/** Root over the hashes of a commit's payloads, of which not all need be at hand. */
export const rootOfLeaves = (leaves: Buffer): Buffer => levelsOf(hashesIn(leaves)).at(-1)![0]!

const hashesIn = (leaves: Buffer): Buffer[] =>
  Array.from({ length: leaves.length / HASH_BYTES }, (_, n) => leaves.subarray(n * HASH_BYTES, (n + 1) * HASH_BYTES))

/** The same receipt from its own payload and the hashes of all. Throws if the payload is not the one that was signed for. */
export const receiptFromLeaves = (
  payload: Buffer,
  leaves: Buffer,
  position: number,
  signatures: readonly string[],
): Receipt => receiptsFromLeaves(leaves, signatures)(payload, position)

/** Makes receipts of one group commit from the hashes of all its payloads. What it gives throws if a payload is not the one that was signed for. */
export function receiptsFromLeaves(
  leaves: Buffer,
  signatures: readonly string[],
): (payload: Buffer, position: number) => Receipt {
  const hashes = hashesIn(leaves)
  const levels = levelsOf(hashes)
  return (payload, position) => {
    if (!hashes[position]?.equals(leafHash(payload)))
      throw new Error('an entry of the journal is not the one that its receipt was signed for')
    return {
      payload: toBase64url(payload),
      index: position,
      size: hashes.length,
      path: pathIn(levels, position).map((node) => node.toString('hex')),
      signatures: [...signatures],
    }
  }
}

const HASH_BYTES = 32

// A commit's payloads are asked for once per entry: its tree is made once and goes with the list.
const trees = new WeakMap<readonly Buffer[], readonly (readonly Buffer[])[]>()

function treeOf(payloads: readonly Buffer[]): readonly (readonly Buffer[])[] {
  const known = trees.get(payloads)
  if (known) return known
  const levels = levelsOf(payloads.map(leafHash))
  trees.set(payloads, levels)
  return levels
}
