// Trie proofs against the library that builds the tries: the same values, and stricter about everything around them.
import { createMerkleProof, createMPT, verifyMerkleProof } from '@ethereumjs/mpt'
import { RLP } from '@ethereumjs/rlp'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { keccak } from '../../../../src/crosschain/hash.ts'
import { EMPTY_ROOT, proveKey } from '../../../../src/crosschain/ledgers/evm/trie-proof.ts'
import { ProofRefused } from '../../../../src/crosschain/proof-refused.ts'
import { reasonOf } from './sample-chain.ts'

const NUMBERS = Array.from({ length: 300 }, (_, n) => n)

/** A trie of `count` values under keys that are hashes, or RLP numbers. */
async function trieOf(count: number, keyOf: (n: number) => Uint8Array, valueBytes = 40) {
  const trie = await createMPT()
  for (const n of NUMBERS.slice(0, count)) await trie.put(keyOf(n), Buffer.alloc(valueBytes, n + 1))
  return {
    root: Buffer.from(trie.root()).toString('hex'),
    proof: (n: number) => createMerkleProof(trie, keyOf(n)),
  }
}
const hashed = (n: number): Uint8Array => keccak(Buffer.of(n & 255, n >> 8))
const numbered = (n: number): Uint8Array => RLP.encode(n)

describe.each([
  ['hashes', hashed],
  ['RLP numbers', numbered],
])('a trie with %s as keys', (_what, keyOf) => {
  it.each([1, 2, 3, 17, 130, 300])('of %i values has each of them proved, and no other', async (count) => {
    const { root, proof } = await trieOf(count, keyOf)
    for (const n of [0, count >> 1, count - 1])
      expect(proveKey(root, keyOf(n), await proof(n))).toEqual(Uint8Array.from(Buffer.alloc(40, n + 1)))
    for (const n of [count, count + 77, 5_000]) {
      const nodes = await proof(n)
      expect(proveKey(root, keyOf(n), nodes)).toBeUndefined()
      expect(await verifyMerkleProof(keyOf(n), nodes, { root: Buffer.from(root, 'hex') })).toBeNull()
    }
  })
})

describe('small values', () => {
  const keyOf = (n: number) => Buffer.of(n, 0, 0, n)
  it('are proved where their nodes stand in the nodes above', async () => {
    const { root, proof } = await trieOf(40, keyOf, 1)
    for (const n of [0, 1, 20, 39]) {
      const nodes = await proof(n)
      // The library lists them a second time, by themselves. Nodes of a ledger do not.
      const inside = nodes.filter((node, at) => at > 0 && node.length < 32)
      expect(inside.length).toBeGreaterThan(0)
      expect(await reasonOf(() => proveKey(root, keyOf(n), nodes))).toBe('PROOF_TRAILING')
      expect(proveKey(root, keyOf(n), nodes.slice(0, -inside.length))).toEqual(Uint8Array.of(n + 1))
    }
  })
})

describe('an empty trie', () => {
  it('has nothing under any key, with its one node or without', () => {
    expect(proveKey(EMPTY_ROOT, hashed(1), [])).toBeUndefined()
    expect(proveKey(EMPTY_ROOT, hashed(1), [Buffer.of(0x80)])).toBeUndefined()
    expect(EMPTY_ROOT).toBe('56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421')
  })
  it('is not shown by the empty proof of another one', async () => {
    const { root } = await trieOf(3, hashed)
    expect(await reasonOf(() => proveKey(root, hashed(1), []))).toBe('PROOF_NODE')
  })
})

describe('a proof', async () => {
  const { root, proof } = await trieOf(300, hashed)
  const nodes = await proof(7)
  const why = (spoilt: readonly Uint8Array[], n = 7) => reasonOf(() => proveKey(root, hashed(n), spoilt))

  it('of another key is refused', async () => {
    expect(await why(await proof(8))).toBe('PROOF_NODE')
  })
  it('under another root is refused', async () => {
    expect(await reasonOf(() => proveKey('0'.repeat(64), hashed(7), nodes))).toBe('PROOF_NODE')
  })
  it('with a node too many is refused, wherever it stands', async () => {
    expect(await why([...nodes, nodes[0]!])).toBe('PROOF_TRAILING')
    expect(await why([...nodes, Buffer.alloc(0)])).toBe('PROOF_TRAILING')
    expect(await why([nodes[0]!, ...nodes])).toBe('PROOF_NODE')
  })
  it('with a node too few, or in another order, is refused', async () => {
    expect(await why(nodes.slice(0, -1))).toBe('PROOF_NODE')
    expect(await why(nodes.slice(1))).toBe('PROOF_NODE')
    expect(await why(nodes.toReversed())).toBe('PROOF_NODE')
  })
  it('with a byte after a node is refused', async () => {
    expect(await why(nodes.map((node) => Buffer.concat([node, Buffer.of(0)])))).toBe('PROOF_NODE')
  })
  it('of more than 64 nodes is not looked at', async () => {
    expect(await why(Array.from({ length: 65 }, () => nodes[0]!))).toBe('PROOF_NODE')
  })
  it('with any byte spoilt is refused', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(nodes.length - 1),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        async (which, at, flip) => {
          const spoilt = nodes.map((node) => Buffer.from(node))
          spoilt[which]![at % spoilt[which]!.length]! ^= flip
          expect(await why(spoilt)).toBe('PROOF_NODE')
        },
      ),
    )
  })
})

describe('nodes that a forger has hashed right', () => {
  /** A trie of one node, whatever it is: its hash is its root. */
  const alone = (node: unknown, key = hashed(1)) => {
    const bytes = RLP.encode(node as Uint8Array)
    return reasonOf(() => proveKey(keccak(bytes).toString('hex'), key, [bytes]))
  }
  const value = Buffer.alloc(40, 1)
  const path = (flags: number, ...rest: Uint8Array[]) => Buffer.concat([Buffer.of(flags), ...rest])

  it('are taken in their one form', async () => {
    expect(await alone([path(0x20, hashed(1)), value])).toBeUndefined()
  })
  it.each<[string, unknown]>([
    ['of three members', [path(0x20, hashed(1)), value, value]],
    ['of one member', [path(0x20, hashed(1))]],
    ['of no members', []],
    ['with unknown flags', [path(0x40, hashed(1)), value]],
    ['with padding that says something', [path(0x21, hashed(1)), value]],
    ['with a path longer than the key', [path(0x20, hashed(1), Buffer.of(0)), value]],
    ['with no path at all', [Buffer.alloc(0), value]],
    ['with an extension that leads nowhere', [Buffer.of(0), value]],
    ['with a value in a branch', [...Array.from({ length: 16 }, () => Buffer.alloc(0)), value]],
    ['with a child that is no hash', Array.from({ length: 17 }, (_, at) => Buffer.alloc(at === 16 ? 0 : 31))],
    ['with a child too long to stand there', Array.from({ length: 17 }, (_, at) => (at === 16 ? '' : [value, value]))],
    ['that are a string', value],
  ])('%s are refused', async (_what, node) => {
    expect(await alone(node)).toBe('PROOF_NODE')
  })
  /** A branch with one child on the way to the key, and that child's own bytes. */
  const above = (child: unknown, leaf: Uint8Array) => {
    const items = Array.from({ length: 17 }, (_, at): unknown => (at === hashed(1)[0]! >> 4 ? child : ''))
    const bytes = RLP.encode(items as Uint8Array[])
    return [bytes, ...(leaf.length > 0 ? [leaf] : [])]
  }
  /** The leaf for what is left of the key after one nibble. */
  const leafOf = (kept: Uint8Array, key = hashed(1)) =>
    [Buffer.concat([Buffer.of(0x30 | (key[0]! & 15)), key.subarray(1)]), kept] as const
  const prove = (nodes: readonly Uint8Array[], key = hashed(1)) =>
    reasonOf(() => proveKey(keccak(nodes[0]!).toString('hex'), key, nodes))

  it('stand in their parent when they are short, and only then', async () => {
    const [long, short] = [
      RLP.encode([...leafOf(value)]),
      RLP.encode([...leafOf(Buffer.of(9), hashed(1).subarray(0, 20))]),
    ]
    expect(await prove(above(keccak(long), long))).toBeUndefined()
    expect(await prove(above(leafOf(value), Buffer.alloc(0)))).toBe('PROOF_NODE')
    expect(short.length).toBeLessThan(32)
    expect(await prove(above(keccak(short), short), hashed(1).subarray(0, 20))).toBe('PROOF_NODE')
    expect(await prove(above(RLP.decode(short), Buffer.alloc(0)), hashed(1).subarray(0, 20))).toBeUndefined()
  })
  it('with an extension of no length before the leaf are refused', async () => {
    const leaf = RLP.encode([path(0x20, hashed(1)), value])
    expect(await prove([RLP.encode([Buffer.of(0), keccak(leaf)]), leaf])).toBe('PROOF_NODE')
  })
  it('whose key ends before ours, or after it, are refused', async () => {
    const shorter = RLP.encode([path(0x20, hashed(1).subarray(0, 31)), value])
    expect(await prove([shorter])).toBe('PROOF_NODE')
    expect(await prove([RLP.encode([path(0x20, hashed(1)), value])], hashed(1).subarray(0, 31))).toBe('PROOF_NODE')
    expect(await prove([RLP.encode([path(0, hashed(1)), keccak(shorter)]), shorter])).toBe('PROOF_NODE')
  })
  it('with the value as a list are refused', async () => {
    expect(await alone([path(0x20, hashed(1)), [value]])).toBe('PROOF_NODE')
  })
  it('of any content give a value, nothing, or a refusal', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 120 }), (bytes) => {
        try {
          const found = proveKey(keccak(bytes).toString('hex'), Buffer.of(1), [bytes])
          expect(found === undefined || found instanceof Uint8Array).toBe(true)
        } catch (error) {
          expect(error).toBeInstanceOf(ProofRefused)
        }
      }),
      { numRuns: 500 },
    )
  })
})
