// The trust file: whom the verifier believes. It never comes from the bundle it is used on.
import { verifyBundle, type Verdict } from '../hub/evidence/verify.ts'
import { HubError } from '../hub/errors.ts'
import { UsageError } from './usage.ts'

/** Verifies a bundle with a trust file's bytes, or without. Throws UsageError for a trust file or a required link that cannot be used. */
export async function verifyWith(
  bundle: Uint8Array,
  trust: Uint8Array | undefined,
  require: readonly string[] = [],
): Promise<Verdict> {
  try {
    return await verifyBundle(bundle, trust, { require })
  } catch (error) {
    // What is wrong with the bundle is in the verdict; what is thrown is wrong with the question.
    if (error instanceof HubError && error.code === 'PARAMETER_INVALID') throw new UsageError(error.detail)
    throw error
  }
}
