// Commit hashes: what a peer notes beside each block, SHA-256 over count of flags, flags, writes of the valid transactions, and the commit
// hash before. Nobody signs it, but it follows from the rest: whoever changes a flag in a file has to make every later one anew.
import { COMMIT_HASH, type FabricBlock, sha256 } from './block.ts'
import { BlockRefused } from './block-reasons.ts'
import type { BlockFindings, Notes } from './block-report.ts'
import { decode, messages } from './messages.ts'
import { flagsOf, isCalledValid } from './validity-flags.ts'
import { applyWrites, StateNeeded, updateBytes, type Updates, varint } from './writes.ts'

/** `same`: it follows, with writes in it or without; `differs`; `missing` after blocks that have one; `none` before any; `untold`. */
export type CommitHashFinding = 'same' | 'same-empty' | 'differs' | 'missing' | 'none' | 'untold'

/** Follows the commit hashes of one ledger from block to block. */
export class CommitHashes {
  /** What the hash before may have been: as stated and as it should be, so that one damaged hash spoils one block only. */
  #before: Buffer[] = []
  #begun = false

  follow(block: FabricBlock): CommitHashFinding {
    if (block.number === 0) this.#before = [Buffer.alloc(0)]
    const stated = statedHash(block)
    if (!stated) return this.#begun ? 'missing' : 'none'
    const before = this.#before
    this.#begun = true
    this.#before = [stated]
    if (before.length === 0) return 'untold'
    const writes = writesOf(block)
    if (!writes) return 'untold'
    const flags = flagsOf(block)
    const wanted = before.map((hash) => sha256(varint(flags.length), flags, writes, hash))
    if (wanted.some((hash) => hash.equals(stated))) return writes.length > 0 ? 'same' : 'same-empty'
    this.#before.push(wanted[0]!)
    return 'differs'
  }

  /** After a block that cannot be read. */
  lose(): void {
    this.#before = []
  }
}

function statedHash(block: FabricBlock): Buffer | undefined {
  const bytes = block.metadata[COMMIT_HASH]
  if (!bytes || bytes.length === 0) return undefined
  try {
    const value = decode(messages.Metadata, bytes, 'COMMIT_HASH', 'the commit hash').getValue_asU8()
    return Buffer.from(value)
  } catch {
    return Buffer.alloc(0)
  }
}

/** The writes as hashed, or undefined where they cannot be told from the block alone. */
function writesOf(block: FabricBlock): Buffer | undefined {
  const updates: Updates = new Map()
  try {
    for (const [at, envelope] of block.data.entries()) if (isCalledValid(block, at)) applyWrites(updates, envelope, at)
  } catch (cause) {
    if (cause instanceof StateNeeded || cause instanceof BlockRefused) return undefined
    throw cause
  }
  return updateBytes(updates, block.number)
}

/**
 * Turns what was found into reasons. Only where one hash over writes is confirmed does another that differs show a change: until then it
 * may be that this peer hashes by a rule unknown here, which is noted.
 */
export function concludeCommitHashes(
  found: readonly (CommitHashFinding | undefined)[],
  findings: readonly BlockFindings[],
  notes: Notes,
): void {
  if (found.includes('same')) {
    for (const [at, one] of findings.entries()) addFault(one, found[at])
    notes.add(`${found.filter((one) => one?.startsWith('same')).length} commit hashes follow from flags and writes`)
  } else notes.add('cannot tell whether flags were changed in the file: no commit hash over writes is confirmed')
  const untold = found.filter((one) => one === 'untold').length
  if (untold > 0) notes.add(`cannot tell for ${untold} commit hashes: they rest on the state or the hash before`)
}

function addFault(findings: BlockFindings, found: CommitHashFinding | undefined): void {
  if (found === 'differs')
    findings.add(new BlockRefused('COMMIT_HASH', 'it does not follow from flags, writes and the hash before'))
  if (found === 'missing') findings.add(new BlockRefused('COMMIT_HASH', 'it is missing, and blocks before have one'))
}
