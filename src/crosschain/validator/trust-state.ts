// What a validator keeps of its belief in a ledger from one start to the next.
import type { TrustRoot } from '../verifier.ts'

/** A block that was accepted: what was trusted before it, what is trusted after it, its bytes, when (Unix seconds), and which verifier said so. */
export interface AcceptedBlock {
  from: TrustRoot
  trust: TrustRoot
  header: Uint8Array
  atS: number
  verifier: string
}
/** Two sealed headers of one height. */
export interface Equivocation {
  height: number
  one: Uint8Array
  other: Uint8Array
}
/** What has to outlive the process. */
export interface TrustState {
  /** As configured when this state began. */
  root: TrustRoot
  last?: AcceptedBlock
  frozen?: Equivocation
}
/** Where it is kept; `save` resolves when it is durable. */
export interface TrustStore {
  load(): Promise<TrustState | undefined>
  save(state: TrustState): Promise<void>
}
