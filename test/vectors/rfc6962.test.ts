// The tree of the evidence log against the published vectors of Certificate Transparency.
import { describe, expect, it } from 'vitest'
import { auditPath, leafHash, merkleRoot, rootFromPath, verifyConsistency } from '../../src/hub/evidence/merkle.ts'
import { LogTree } from '../../src/hub/evidence/tree.ts'
import { fakeViews } from '../unit/evidence/fake-views.ts'
import vectors from './rfc6962.json' with { type: 'json' }

const bytes = (hex: string): Buffer => Buffer.from(hex, 'hex')
const leaves = vectors.leavesHex.map(bytes)
const hashes = leaves.map(leafHash)
const hexes = (path: readonly Buffer[]): string[] => path.map((node) => node.toString('hex'))

async function tree(): Promise<LogTree> {
  const tree = await LogTree.open(fakeViews())
  tree.append(leaves)
  return tree
}

describe('RFC 6962 vectors', () => {
  it.each(vectors.rootsHex.map((root, size) => ({ size, root })))('root of $size leaves', async ({ size, root }) => {
    expect(merkleRoot(hashes.slice(0, size)).toString('hex')).toBe(root)
    expect((await (await tree()).root(size)).toString('hex')).toBe(root)
  })

  it.each(vectors.inclusion)('inclusion of $index in $size', async ({ index, size, path }) => {
    expect(hexes(auditPath(hashes.slice(0, size), index))).toEqual(path)
    expect(hexes(await (await tree()).inclusion(index, size))).toEqual(path)
    const root = rootFromPath({ leafHash: hashes[index]!, index, size, path: path.map(bytes) })
    expect(root?.toString('hex')).toBe(vectors.rootsHex[size])
  })

  it.each(vectors.consistency)('consistency of $from with $to', async ({ from, to, path }) => {
    expect(hexes(await (await tree()).consistency(from, to))).toEqual(path)
    const [fromRoot, toRoot] = [bytes(vectors.rootsHex[from]!), bytes(vectors.rootsHex[to]!)]
    expect(verifyConsistency({ from, to, fromRoot, toRoot, path: path.map(bytes) })).toBe(true)
  })
})
