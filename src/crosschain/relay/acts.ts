// What the relay does for one packet, one act at a time. Each can be cut off anywhere and done again: the hub knows a packet it has, a
// gateway one it has written.
import type { ActDeps, Case } from './case.ts'
import { enterPacket, enterReceipt } from './enter-acts.ts'
import type { RelayAct } from './plan.ts'
import { acknowledge, writeAtTarget } from './write-acts.ts'

/** Throws ProofRefused, TransportFault, HubError or NotAttested. What is done is noted. */
export const perform: Record<RelayAct, (on: Case, deps: ActDeps) => Promise<void>> = {
  enterPacket,
  deliver: (on, deps) => writeAtTarget('deliver', on, deps),
  expire: (on, deps) => writeAtTarget('expire', on, deps),
  enterReceipt,
  acknowledge,
}
