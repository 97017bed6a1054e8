// The tiled tree answers as the plain arithmetic does, at every old size, also after being reopened.
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { auditPath, leafHash, merkleRoot, rootFromPath, verifyConsistency } from '../../../src/hub/evidence/merkle.ts'
import { LogTree, TILES_VIEW } from '../../../src/hub/evidence/tree.ts'
import { fakeViews } from './fake-views.ts'

const leaves = Array.from({ length: 70_000 }, (_, n) => Buffer.from(`leaf ${n}`))
const hashes = leaves.map(leafHash)

async function grown(size: number, step: number, views = fakeViews()) {
  const tree = await LogTree.open(views)
  while (tree.size < size) {
    tree.append(leaves.slice(tree.size, Math.min(size, tree.size + step)))
    await tree.persist()
  }
  return { tree, views }
}

describe('LogTree', () => {
  it('gives every root, audit path and consistency path for every size up to 70', async () => {
    const { tree } = await grown(70, 7)
    for (let size = 1; size <= 70; size++) {
      const root = await tree.root(size)
      expect(root).toEqual(merkleRoot(hashes.slice(0, size)))
      for (let index = 0; index < size; index++)
        expect(await tree.inclusion(index, size)).toEqual(auditPath(hashes.slice(0, size), index))
      for (let from = 0; from <= size; from++) {
        const path = await tree.consistency(from, size)
        const fromRoot = merkleRoot(hashes.slice(0, from))
        expect(verifyConsistency({ from, to: size, fromRoot, toRoot: root, path })).toBe(true)
      }
    }
  })

  it.each([255, 256, 257, 511, 512, 65_535, 65_536, 65_537, 70_000])('crosses tile borders at %i', async (size) => {
    const { views } = await grown(size, 4_096)
    const tree = await LogTree.open(views)
    const root = await tree.root()
    expect(tree.size).toBe(size)
    expect(root).toEqual(merkleRoot(hashes.slice(0, size)))
    for (const index of [0, 1, 200, size >> 1, size - 2, size - 1]) {
      const path = await tree.inclusion(index, size)
      expect(rootFromPath({ leafHash: hashes[index]!, index, size, path })).toEqual(root)
    }
    for (const from of [1, 128, 255, size >> 1, size - 1]) {
      const path = await tree.consistency(from, size)
      const fromRoot = merkleRoot(hashes.slice(0, from))
      expect(verifyConsistency({ from, to: size, fromRoot, toRoot: root, path })).toBe(true)
    }
  })

  it('goes on from any stored size as if it had never stopped', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 6 }), async (steps) => {
        const views = fakeViews()
        let size = 0
        for (const step of steps) {
          const tree = await LogTree.open(views)
          expect(tree.size).toBe(size)
          tree.append(leaves.slice(size, (size += step)))
          expect(await tree.root()).toEqual(merkleRoot(hashes.slice(0, size)))
          await tree.persist()
          // Lost with the process: appended, never stored.
          tree.append(leaves.slice(size, size + 3))
        }
      }),
      { numRuns: 60 },
    )
  })

  it('answers while leaves wait to be stored and while they are being stored', async () => {
    const { tree } = await grown(300, 300)
    tree.append(leaves.slice(300, 900))
    const stored = tree.persist()
    tree.append(leaves.slice(900, 1_100))
    await stored
    expect(tree.stored).toBe(900)
    expect(await tree.root(1_000)).toEqual(merkleRoot(hashes.slice(0, 1_000)))
    await tree.persist()
    expect(await tree.inclusion(950, 1_100)).toEqual(auditPath(hashes.slice(0, 1_100), 950))
  })

  it('rebuilds to the same rows when emptied', async () => {
    const { views } = await grown(1_000, 50)
    const rows = await views.range(TILES_VIEW, '', '~', 1_000)
    await views.empty(TILES_VIEW)
    await grown(1_000, 333, views)
    expect(await views.range(TILES_VIEW, '', '~', 1_000)).toEqual(rows)
  })

  it('reads few tiles for a proof', async () => {
    const { views } = await grown(70_000, 4_096)
    const tree = await LogTree.open(views)
    views.reads = 0
    await tree.inclusion(12_345, 66_000)
    expect(views.reads).toBeLessThanOrEqual(4)
  })

  it('says what it does not have', async () => {
    const { tree } = await grown(5, 5)
    await expect(tree.root(6)).rejects.toThrow(RangeError)
    await expect(tree.inclusion(5, 5)).rejects.toThrow(RangeError)
    await expect(tree.inclusion(-1, 5)).rejects.toThrow(RangeError)
    await expect(tree.inclusion(0.5, 5)).rejects.toThrow(RangeError)
    await expect(tree.consistency(6, 5)).rejects.toThrow(RangeError)
  })
})
