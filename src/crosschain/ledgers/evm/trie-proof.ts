// Proofs in a Merkle Patricia trie: from a root to the value at a key, or to the place where it would have to be. Every node given is used,
// in order, and has its one encoding. The library's verifier overlooks nodes that lead nowhere; tests hold this walk against it.
import { keccak } from '../../hash.ts'
import type { Word } from '../../packet.ts'
import { ProofRefused } from '../../proof-refused.ts'
import { readAs } from './header.ts'
import { EMPTY_STRING, readBytes, readItem, readList, RlpFault, type RlpItem } from './rlp.ts'

/** Root of a trie with nothing in it. */
export const EMPTY_ROOT = keccak(EMPTY_STRING).toString('hex')

/** Longest proof that is looked at, and largest node of one: a receipt with its logs. */
const NODES_MAX = 64
const NODE_MAX_BYTES = 8 * 1024 * 1024
const BRANCH = 17
const HASH_BYTES = 32

/**
 * The value at `key` in the trie of `root`; undefined where the trie has none. Keys must be prefix-free, as hashes and RLP numbers are.
 * Throws ProofRefused: PROOF_NODE, or PROOF_TRAILING for nodes that were not needed.
 */
export function proveKey(root: Word, key: Uint8Array, nodes: readonly Uint8Array[]): Uint8Array | undefined {
  if (nodes.length > NODES_MAX) throw new ProofRefused('PROOF_NODE', `more than ${NODES_MAX} nodes`)
  if (root === EMPTY_ROOT && nodes.length === 0) return undefined
  const walk = new Walk(root, nodes)
  const value = readAs('PROOF_NODE', () => walk.to(nibblesOf(key)))
  walk.finish()
  return value
}

class Walk {
  readonly #nodes: readonly Uint8Array[]
  readonly #root: Word
  #used = 0
  constructor(root: Word, nodes: readonly Uint8Array[]) {
    this.#root = root
    this.#nodes = nodes
  }

  to(path: Uint8Array): Uint8Array | undefined {
    let node: RlpItem = this.#next(this.#root)
    for (let at = 0; ; ) {
      // An empty trie, with its one node given.
      if (!node.list && node.payload.length === 0 && this.#used === 1 && at === 0) return undefined
      const items = readList(node, BRANCH)
      const step = items.length === BRANCH ? branch(items, path, at) : shortcut(items, path, at)
      if (step.to === undefined || step.leaf) return step.to && readBytes(step.to)
      at = step.at
      node = this.#follow(step.to)
    }
  }

  finish(): void {
    const left = this.#nodes.length - this.#used
    if (left > 0) throw new ProofRefused('PROOF_TRAILING', `${left} nodes were not needed`)
  }

  /** A child stands in its parent if it is shorter than a hash, else by its hash. */
  #follow(child: RlpItem): RlpItem {
    if (!child.list) return this.#next(Buffer.from(readBytes(child, HASH_BYTES)).toString('hex'))
    if (child.raw.length >= HASH_BYTES) throw new RlpFault('a node stands in its parent that is too long for it')
    return child
  }

  #next(hash: Word): RlpItem {
    const bytes = this.#nodes[this.#used]
    if (bytes === undefined) throw new RlpFault('a node is missing')
    const first = this.#used++ === 0
    if (bytes.length > NODE_MAX_BYTES) throw new RlpFault('a node is too large')
    if (keccak(bytes).toString('hex') !== hash) throw new RlpFault(`node ${this.#used} is not the one its parent names`)
    if (!first && bytes.length < HASH_BYTES) throw new RlpFault('a node is named by hash that is shorter than one')
    return readItem(bytes)
  }
}

/** What a node says about a path: the child to go on with, the value, or nothing there. */
interface Step {
  to?: RlpItem
  at: number
  leaf?: true
}

function branch(items: readonly RlpItem[], path: Uint8Array, at: number): Step {
  const nibble = path[at]
  // A value in a branch is at a key that is the beginning of others.
  if (nibble === undefined || readBytes(items[16]!).length > 0) throw new RlpFault('a key ends in a branch')
  const child = items[nibble]!
  return !child.list && child.payload.length === 0 ? { at } : { to: child, at: at + 1 }
}

/** A leaf or an extension: [path with its flags, value or child]. */
function shortcut(items: readonly RlpItem[], path: Uint8Array, at: number): Step {
  const [flagged, to] = items
  if (flagged === undefined || to === undefined || items.length > 2) throw new RlpFault('a node is of no known form')
  const { leaf, nibbles } = readPath(readBytes(flagged))
  if (!leaf && nibbles.length === 0) throw new RlpFault('an extension leads nowhere')
  const rest = path.subarray(at)
  if (nibbles.some((nibble, index) => index < rest.length && nibble !== rest[index])) return { at }
  // Of two keys none is the beginning of the other.
  if (leaf ? nibbles.length !== rest.length : nibbles.length >= rest.length)
    throw new RlpFault('a key ends before its leaf, or after it')
  return { to, at: at + nibbles.length, ...(leaf && { leaf }) }
}

/** Hex-prefix encoding: the high nibble of the first byte holds the flags leaf (2) and odd (1). */
function readPath(bytes: Uint8Array): { leaf: boolean; nibbles: Uint8Array } {
  const [flags, ...nibbles] = nibblesOf(bytes)
  if (flags === undefined || flags > 3) throw new RlpFault('a path has unknown flags')
  if ((flags & 1) === 0 && nibbles.shift() !== 0) throw new RlpFault('a path is padded with something')
  return { leaf: flags >= 2, nibbles: Uint8Array.from(nibbles) }
}

function nibblesOf(bytes: Uint8Array): Uint8Array {
  const nibbles = new Uint8Array(bytes.length * 2)
  bytes.forEach((byte, at) => {
    nibbles[at * 2] = byte >> 4
    nibbles[at * 2 + 1] = byte & 15
  })
  return nibbles
}
