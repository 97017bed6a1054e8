// Where accepted headers are kept: appended, never changed. What was believed of a ledger, by which rules, can be looked up for good.
import type { VerifiedHeader } from '../verifier.ts'

/** A header as it was accepted. All of it is JSON. */
export interface HeaderRecord extends VerifiedHeader {
  /** Its bytes, base64url. */
  raw: string
  verdict: 'verified'
  /** Version of the verifier that accepted it. */
  verifier: string
  /** Height of the accepted header it was verified against; absent: the trust root. */
  from?: number
  /** Height of the accepted header with which the set of validators became what it is after this one, or that was taken as the beginning of the same set for its age; absent: the root's set still holds. */
  setSince?: number
  /** Unix seconds of the block that `setSince` names, or of the root. */
  sinceS?: number
}

/** Two sealed headers of one height, base64url. */
export interface HeaderConflict {
  height: number
  one: string
  other: string
}

/** `chain` names a ledger under one trust root: another root is another chain and begins empty. Durable when a promise resolves. */
export interface HeaderStore {
  /** False: the height is taken, by whatever header. */
  put(chain: string, height: number, record: HeaderRecord): Promise<boolean>
  get(chain: string, height: number): Promise<HeaderRecord | undefined>
  /** The highest. */
  last(chain: string): Promise<HeaderRecord | undefined>
  /** Keeps the first conflict of a chain; a second one says no more. */
  keepConflict(chain: string, conflict: HeaderConflict): Promise<void>
  conflict(chain: string): Promise<HeaderConflict | undefined>
}

/** For tests, and for looking at a ledger without keeping anything. */
export function headersInMemory(): HeaderStore {
  const chains = new Map<string, Map<number, HeaderRecord>>()
  const conflicts = new Map<string, HeaderConflict>()
  const lasts = new Map<string, HeaderRecord>()
  return {
    async put(chain, height, record) {
      const heights = chains.get(chain) ?? new Map<number, HeaderRecord>()
      if (heights.has(height)) return false
      chains.set(chain, heights.set(height, structuredClone(record)))
      if (height > (lasts.get(chain)?.height ?? -1)) lasts.set(chain, record)
      return true
    },
    get: async (chain, height) => chains.get(chain)?.get(height),
    last: async (chain) => lasts.get(chain),
    async keepConflict(chain, conflict) {
      if (!conflicts.has(chain)) conflicts.set(chain, conflict)
    },
    conflict: async (chain) => conflicts.get(chain),
  }
}
