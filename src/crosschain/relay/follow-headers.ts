// Comes after a ledger's newest block: header by header while close behind, in jumps when far. The last accepted one is looked at again
// each time, so that a second sealed block in its place is found.
import { ProofRefused, type ProofReason } from '../proof-refused.ts'
import type { LedgerReader } from '../transport.ts'
import type { VerifiedHeader } from '../verifier.ts'
import type { Frozen, HeaderChain } from './header-chain.ts'

export interface FollowOptions {
  /** Up to so many blocks behind, none is left out. */
  nearMax?: number
  /** Headers asked for in one turn. */
  stepsMax?: number
  /** Only some heights have headers: the newest is asked for, and shows that it goes on from the last accepted one. */
  sparse?: boolean
}

export type Followed = { verified: VerifiedHeader | undefined; newlyVerified: number } | Frozen

const NEAR_MAX = 32
const STEPS_MAX = 256
/** A nearer block may still be shown where a far one is refused for these. */
const TOO_FAR: readonly ProofReason[] = ['SET_OVERLAP', 'SET_CHANGE', 'SEAL_FOREIGN', 'SEAL_QUORUM', 'TRUSTING_PERIOD']

/** As far as one turn goes; `verified` may be below `head`. Throws ProofRefused or TransportFault. */
export async function followHeaders(
  chain: HeaderChain,
  reader: Pick<LedgerReader, 'header'>,
  head: number,
  { nearMax = NEAR_MAX, stepsMax = STEPS_MAX, sparse = false }: FollowOptions = {},
): Promise<Followed> {
  const take = async (height: number) => chain.accept(await reader.header(height), height)
  const before = await chain.last()
  if (sparse) return followSparse(chain, reader, head, before)
  if (before) {
    const again = await take(before.height)
    if (again.result === 'frozen') return again
  }
  let verified = before
  let aim = 0
  /** Of blocks refused next to the verified one: one further on may be shown by the rule for gaps. */
  let past = 0
  let newlyVerified = 0
  for (let steps = 0; steps < stepsMax; steps++) {
    const low = verified?.height ?? chain.root.height
    if (low >= head) break
    if (aim <= low) aim = head - low > nearMax ? head : low + 1
    try {
      const taken = await take(aim)
      if (taken.result === 'frozen') return taken
      verified = taken.header
      newlyVerified++
      past = 0
    } catch (error) {
      if (!isTooFar(error)) throw error
      if (aim === low + 1 || past > 0) past = Math.max(past, 1) + 1
      if (low + past > head) throw error
      aim = low + (past > 0 ? past : Math.floor((aim - low) / 2))
    }
  }
  return { verified, newlyVerified }
}

/** A header of the same height again is compared with the one that stands. */
async function followSparse(
  chain: HeaderChain,
  reader: Pick<LedgerReader, 'header'>,
  head: number,
  before: VerifiedHeader | undefined,
): Promise<Followed> {
  const low = before?.height ?? chain.root.height
  if (head < low || head === 0) return { verified: before, newlyVerified: 0 }
  const taken = await chain.accept(await reader.header(head, low), head)
  if (taken.result === 'frozen') return taken
  return { verified: taken.header, newlyVerified: taken.result === 'verified' ? 1 : 0 }
}

const isTooFar = (error: unknown): boolean => error instanceof ProofRefused && TOO_FAR.includes(error.reason)
