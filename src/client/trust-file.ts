// The trust file: whom the verifier believes. It never comes from the bundle it is used on.
import { type AttestationProof, verifyAttestationFile } from '../hub/evidence/attestation-file.ts'
import type { LedgerProofs } from '../hub/evidence/ledger-links.ts'
import { verifyBundle, type Verdict } from '../hub/evidence/verify.ts'
import { HubError } from '../hub/errors.ts'
import { type Link, LINKS } from '../hub/evidence/walk.ts'
import { UsageError } from './usage.ts'

/** Verifies a bundle with a trust file's bytes, or without. Throws UsageError for a trust file that cannot be used. */
export async function verifyWith(
  bundle: Uint8Array,
  trust: Uint8Array | undefined,
  require: readonly string[] = [],
  attachments: readonly Uint8Array[] = [],
): Promise<Verdict> {
  return verifyBundle(bundle, trust, { require, attachments, ledgers: knowingLedgers }).catch(asUsage)
}

/** What verifies proofs of ledgers takes its time to load: most bundles have none. */
export const knowingLedgers = async (): Promise<LedgerProofs> =>
  (await import('../crosschain/ledger-proofs.ts')).ledgerProofs()

/** Verifies a saved answer to an enquiry in the same way. */
export async function verifyAttestationWith(
  attestation: Uint8Array,
  trust: Uint8Array | undefined,
): Promise<AttestationProof> {
  return verifyAttestationFile(attestation, trust).catch(asUsage)
}

/** What is wrong with the evidence is in the verdict; what is thrown is wrong with the question. */
function asUsage(error: unknown): never {
  if (error instanceof HubError && error.code === 'PARAMETER_INVALID') throw new UsageError(error.detail)
  throw error
}

/** The names given, if all are links of the evidence. Throws UsageError that lists them. */
export function checkLinks(names: readonly string[]): readonly Link[] {
  const unknown = names.find((name) => !LINKS.includes(name as Link))
  if (unknown !== undefined)
    throw new UsageError(`--require: there is no link ${unknown}; there are: ${LINKS.join(', ')}`)
  return names as readonly Link[]
}
