// The arithmetic of the evidence log: RFC 6962 trees over SHA-256. Pure, so hub, verifier and tests share one copy.
import { sha256 } from '../values/sha256.ts'

const LEAF = Buffer.from([0])
const EMPTY_ROOT = sha256(Buffer.alloc(0))

/** Hash of a leaf: SHA-256(0x00 || bytes), 32 bytes (RFC 6962 section 2.1). */
export const leafHash = (bytes: Uint8Array): Buffer => sha256(Buffer.concat([LEAF, bytes]))

/** Hash of an inner node: SHA-256(0x01 || left || right), 32 bytes (RFC 6962 section 2.1). */
export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  const input = Buffer.allocUnsafe(65)
  input[0] = 1
  input.set(left, 1)
  input.set(right, 33)
  return sha256(input)
}

/** Root over leaf hashes; of none it is SHA-256 of nothing (RFC 6962 section 2.1). */
export function merkleRoot(leafHashes: readonly Buffer[]): Buffer {
  return leafHashes.length === 0 ? EMPTY_ROOT : levelsOf(leafHashes).at(-1)![0]!
}

/** Sibling hashes from the leaf at `index` up to the root, lowest first (RFC 6962 section 2.1.1). Throws RangeError outside the tree. */
export function auditPath(leafHashes: readonly Buffer[], index: number): Buffer[] {
  return pathIn(levelsOf(leafHashes), index)
}

/** The same path out of levels made before, for callers that want many of one tree. */
export function pathIn(levels: readonly (readonly Buffer[])[], index: number): Buffer[] {
  if (!Number.isSafeInteger(index) || index < 0 || index >= levels[0]!.length)
    throw new RangeError(`no leaf ${index} in a tree of ${levels[0]!.length}`)
  const path: Buffer[] = []
  let at = index
  for (const level of levels) {
    const sibling = level[at % 2 === 0 ? at + 1 : at - 1]
    if (sibling) path.push(sibling)
    at = Math.floor(at / 2)
  }
  return path
}

/** Levels from leaves to root. An odd last node moves up unchanged, which gives RFC 6962's split at the largest power of two. */
export function levelsOf(leafHashes: readonly Buffer[]): (readonly Buffer[])[] {
  const levels = [leafHashes]
  for (let level = leafHashes; level.length > 1; ) {
    const next: Buffer[] = []
    for (let at = 0; at < level.length; at += 2) {
      const right = level[at + 1]
      next.push(right ? nodeHash(level[at]!, right) : level[at]!)
    }
    levels.push(next)
    level = next
  }
  return levels
}

/** Root that the path leads to from the leaf at `index` of a tree of `size`; undefined if the path cannot belong there (too long, too short, a hash not of 32 bytes). */
export function rootFromPath(proof: {
  leafHash: Buffer
  index: number
  size: number
  path: readonly Buffer[]
}): Buffer | undefined {
  const { index, size, path } = proof
  if (!isCount(index) || !isCount(size) || index >= size) return undefined
  if (proof.leafHash.length !== 32 || path.some((node) => node.length !== 32)) return undefined
  let node = proof.leafHash
  let at = index
  let last = size - 1
  let used = 0
  for (; last > 0; at = half(at), last = half(last)) {
    if (at % 2 === 0 && at === last) continue
    const sibling = path[used++]
    if (!sibling) return undefined
    node = at % 2 === 0 ? nodeHash(node, sibling) : nodeHash(sibling, node)
  }
  return used === path.length ? node : undefined
}

/** Whether the tree of `to` leaves begins with the tree of `from` leaves (RFC 6962 section 2.1.2; verification as in RFC 9162 section 2.1.4.2). */
export function verifyConsistency(proof: {
  from: number
  to: number
  fromRoot: Buffer
  toRoot: Buffer
  path: readonly Buffer[]
}): boolean {
  const { from, to, fromRoot, toRoot, path } = proof
  if (!isCount(from) || !isCount(to) || from > to || path.some((node) => node.length !== 32)) return false
  if (from === to) return path.length === 0 && fromRoot.equals(toRoot)
  if (from === 0) return path.length === 0 && fromRoot.equals(EMPTY_ROOT)
  return growsFrom(from, to, fromRoot, toRoot, path)
}

function growsFrom(from: number, to: number, fromRoot: Buffer, toRoot: Buffer, path: readonly Buffer[]): boolean {
  let at = from - 1
  let last = to - 1
  for (; at % 2 === 1; at = half(at)) last = half(last)
  // A `from` that is a power of two is a whole subtree: its root is known and left out of the path.
  let used = at === 0 ? 0 : 1
  const start = at === 0 ? fromRoot : path[0]
  if (!start) return false
  let old = start
  let grown = start
  for (; last > 0; at = half(at), last = half(last)) {
    if (at % 2 === 0 && at === last) continue
    const node = path[used++]
    if (!node) return false
    if (at % 2 === 1) old = nodeHash(node, old)
    grown = at % 2 === 1 ? nodeHash(node, grown) : nodeHash(grown, node)
  }
  return used === path.length && old.equals(fromRoot) && grown.equals(toRoot)
}

const half = (n: number): number => Math.floor(n / 2)
const isCount = (n: number): boolean => Number.isSafeInteger(n) && n >= 0
