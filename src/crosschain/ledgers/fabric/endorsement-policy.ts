// Endorsement policies as pinned in a configuration: which organisations have to have endorsed, whatever the ledger itself demands.
import { BlockRefused } from './block-reasons.ts'
import { quoted } from './identity.ts'
import { writtenNamespaces } from './writes.ts'

/** An organisation by its MSP id, or so many of a list. */
export type EndorsementPolicy = string | { outOf: number; of: readonly EndorsementPolicy[] }

/** Policies by the name of the chaincode. */
export type EndorsementPolicies = Readonly<Record<string, EndorsementPolicy>>

/** Whether the organisations that endorsed are enough. */
export const isSatisfied = (policy: EndorsementPolicy, endorsed: ReadonlySet<string>): boolean =>
  typeof policy === 'string'
    ? endorsed.has(policy)
    : policy.of.filter((part) => isSatisfied(part, endorsed)).length >= policy.outOf

/**
 * Checks a transaction against the policies of the chaincode it calls and of each whose keys it writes, as peers do: one chaincode may
 * call another. Those without a policy pass. Throws BlockRefused ENDORSEMENT_POLICY.
 */
export function checkPolicies(
  policies: EndorsementPolicies,
  { chaincode, results }: { chaincode: string; results: Uint8Array },
  endorsed: ReadonlySet<string>,
): void {
  if (Object.keys(policies).length === 0) return
  for (const name of new Set([chaincode, ...writtenNamespaces(results)])) {
    const policy = Object.hasOwn(policies, name) ? policies[name] : undefined
    if (policy === undefined || isSatisfied(policy, endorsed)) continue
    const by = [...endorsed].map(quoted).join(', ') || 'nobody'
    throw new BlockRefused('ENDORSEMENT_POLICY', `chaincode ${quoted(name)} is endorsed well by ${by} only`)
  }
}
