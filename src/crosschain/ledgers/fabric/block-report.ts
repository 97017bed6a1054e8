// What is said about a block file: a verdict, a line for each block, and in words what is not proved.
import { BlockRefused, type BlockReason } from './block-reasons.ts'
import type { Count } from './transaction.ts'

export interface BlockLine {
  number: number
  /** As in the header, in hex; empty if the block cannot be read. */
  dataHash: string
  /** Block 0 is signed by nobody. */
  orderer: Count
  endorsements: Count
  /** Of the envelopes that carry a signature. */
  envelopes: Count
  /** Whether the previous hash is that of the block before; true for block 0. */
  link: boolean
  /** A code of BLOCK_REASONS, a colon and what was found; empty for a sound block. */
  reasons: string[]
}

/** `frozen`: two different blocks with one number, each signed by orderers or each a block 0: the ledger has split or its orderers lie. */
export interface BlockFileReport {
  verdict: 'verified' | 'refused' | 'frozen'
  reason?: string
  blocks: BlockLine[]
  notes?: string[]
}

const LINES_MAX = 100
/** A reason for the report; a hostile block cannot make it longer than that. */
const TEXT_MAX = 400

/** How many reasons a report may still give beyond the first of each block, so that no file makes it larger than can be printed. */
export interface ReasonBudget {
  left: number
}
export const REASONS_MAX = 20_000

/** Collects what is found about one block. */
export class BlockFindings {
  readonly line: BlockLine
  readonly #budget: ReasonBudget
  readonly #reasons = new Set<string>()
  readonly #kinds = new Set<BlockReason>()
  constructor(number: number, dataHash: string, budget: ReasonBudget) {
    this.#budget = budget
    const none = () => ({ good: 0, total: 0 })
    this.line = { number, dataHash, orderer: none(), endorsements: none(), envelopes: none(), link: true, reasons: [] }
  }
  /** Runs a check; what it refuses becomes a reason. Says whether it passed. */
  attempt(check: () => void): boolean {
    const fault = faultOf(check)
    if (fault) this.add(fault)
    return fault === undefined
  }
  add(fault: BlockRefused): void {
    const text = fault.message.slice(0, TEXT_MAX)
    this.#kinds.add(fault.reason)
    if (this.#reasons.has(text) || this.#reasons.size >= LINES_MAX) return
    if (this.#reasons.size > 0 && this.#budget.left-- <= 0) return
    this.#reasons.add(text)
    this.line.reasons.push(text)
  }
  has(...reasons: readonly BlockReason[]): boolean {
    return reasons.some((reason) => this.#kinds.has(reason))
  }
}

/** What a check refuses. Anything else that goes wrong in it is hostile input that a library took badly, and a refusal too. */
export function faultOf(check: () => void): BlockRefused | undefined {
  try {
    check()
    return undefined
  } catch (cause) {
    return cause instanceof BlockRefused ? cause : new BlockRefused('BLOCK_MALFORMED', 'it cannot be worked on')
  }
}

/** Notes in their order, each once, up to a bound. */
export class Notes {
  readonly #texts = new Set<string>()
  #left = 0
  add(text: string): void {
    if (this.#texts.has(text)) return
    if (this.#texts.size < LINES_MAX) this.#texts.add(text.slice(0, TEXT_MAX))
    else this.#left++
  }
  list(): string[] {
    return [...this.#texts, ...(this.#left > 0 ? [`${this.#left} more notes are left out`] : [])]
  }
}
