// The arithmetic of the log: every proof of every small tree holds, and nothing else passes for one.
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  auditPath,
  leafHash,
  merkleRoot,
  nodeHash,
  rootFromPath,
  verifyConsistency,
} from '../../../src/hub/evidence/merkle.ts'
import { LogTree } from '../../../src/hub/evidence/tree.ts'
import { fakeViews } from './fake-views.ts'

const SIZE = 70
const leaves = Array.from({ length: SIZE }, (_, n) => Buffer.from(`leaf ${n}`))
const hashes = leaves.map(leafHash)
const roots = Array.from({ length: SIZE + 1 }, (_, size) => merkleRoot(hashes.slice(0, size)))

/** RFC 6962 section 2.1 as it is written there, to compare with. */
function mth(list: readonly Buffer[]): Buffer {
  if (list.length === 1) return list[0]!
  let split = 1
  while (split * 2 < list.length) split *= 2
  return nodeHash(mth(list.slice(0, split)), mth(list.slice(split)))
}

const flipped = (bytes: Buffer, at: number): Buffer => {
  const other = Buffer.from(bytes)
  other[at % other.length]! ^= 1
  return other
}

describe('merkle', () => {
  it('is the tree of the standard for every size up to 70', () => {
    for (let size = 1; size <= SIZE; size++) expect(roots[size]).toEqual(mth(hashes.slice(0, size)))
  })

  it('proves every leaf of every tree up to 70, and no leaf at another place', () => {
    for (let size = 1; size <= SIZE; size++)
      for (let index = 0; index < size; index++) {
        const path = auditPath(hashes.slice(0, size), index)
        expect(rootFromPath({ leafHash: hashes[index]!, index, size, path })).toEqual(roots[size])
        for (const other of [index - 1, index + 1, size - 1 - index])
          if (other !== index && other >= 0 && other < size)
            expect(rootFromPath({ leafHash: hashes[index]!, index: other, size, path })).not.toEqual(roots[size])
      }
  })

  it('refuses a path that is longer, shorter or altered', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: SIZE }), fc.nat(), fc.nat(), fc.nat(31), (size, place, which, byte) => {
        const index = place % size
        const path = auditPath(hashes.slice(0, size), index)
        const proof = { leafHash: hashes[index]!, index, size, path }
        const at = which % path.length
        expect(rootFromPath({ ...proof, path: [...path, hashes[0]!] })).toBeUndefined()
        expect(rootFromPath({ ...proof, path: path.slice(1) })).toBeUndefined()
        expect(rootFromPath({ ...proof, path: path.with(at, flipped(path[at]!, byte)) })).not.toEqual(roots[size])
        expect(rootFromPath({ ...proof, path: path.with(at, path[at]!.subarray(1)) })).toBeUndefined()
        expect(rootFromPath({ ...proof, leafHash: flipped(proof.leafHash, byte) })).not.toEqual(roots[size])
      }),
    )
  })

  it('refuses places that are none', () => {
    const proof = { leafHash: hashes[0]!, index: 0, size: 1, path: [] }
    expect(rootFromPath(proof)).toEqual(hashes[0])
    for (const wrong of [
      { index: 1 },
      { index: -1 },
      { index: 0.5 },
      { size: 0 },
      { size: Number.NaN },
      { size: 2 ** 60 },
    ])
      expect(rootFromPath({ ...proof, ...wrong })).toBeUndefined()
    expect(() => auditPath(hashes, SIZE)).toThrow(RangeError)
    expect(() => auditPath([], 0)).toThrow(RangeError)
  })

  it('does not take an inner node for a leaf', () => {
    expect(leafHash(Buffer.concat([hashes[0]!, hashes[1]!]))).not.toEqual(nodeHash(hashes[0]!, hashes[1]!))
  })

  it('refuses consistency that is altered, for every pair of sizes up to 40', async () => {
    const tree = await LogTree.open(fakeViews())
    tree.append(leaves)
    for (let to = 1; to <= 40; to++)
      for (let from = 1; from < to; from++) {
        const path = await tree.consistency(from, to)
        const proof = { from, to, fromRoot: roots[from]!, toRoot: roots[to]!, path }
        expect(verifyConsistency(proof)).toBe(true)
        expect(verifyConsistency({ ...proof, fromRoot: roots[from - 1]! })).toBe(false)
        expect(verifyConsistency({ ...proof, toRoot: roots[to + 1]! })).toBe(false)
        expect(verifyConsistency({ ...proof, path: path.slice(0, -1) })).toBe(false)
        expect(verifyConsistency({ ...proof, path: [...path, hashes[0]!] })).toBe(false)
        path.forEach((node, at) =>
          expect(verifyConsistency({ ...proof, path: path.with(at, flipped(node, from + at)) })).toBe(false),
        )
      }
  })

  it('knows the edges of consistency', () => {
    const [none, one, two] = [roots[0]!, roots[1]!, roots[2]!]
    expect(verifyConsistency({ from: 0, to: 2, fromRoot: none, toRoot: two, path: [] })).toBe(true)
    expect(verifyConsistency({ from: 0, to: 2, fromRoot: one, toRoot: two, path: [] })).toBe(false)
    expect(verifyConsistency({ from: 2, to: 2, fromRoot: two, toRoot: two, path: [] })).toBe(true)
    expect(verifyConsistency({ from: 2, to: 2, fromRoot: one, toRoot: two, path: [] })).toBe(false)
    expect(verifyConsistency({ from: 2, to: 1, fromRoot: two, toRoot: one, path: [] })).toBe(false)
    expect(verifyConsistency({ from: 1.5, to: 2, fromRoot: two, toRoot: one, path: [] })).toBe(false)
  })
})
