// Asking and verifying in one: an answer that is not to our question, or not signed by the hub we trust, is no answer.
import { isDeepStrictEqual } from 'node:util'
import type { AttestationProof } from '../hub/evidence/attestation-file.ts'
import type { EnquiryRequest, HubClient } from './hub-client.ts'
import { verifyAttestationWith } from './trust-file.ts'

/** An answer with its proof; `bytes` is the attestation file to keep. */
export interface Enquired {
  bytes: Buffer
  proof: AttestationProof
}

/** Asks and verifies with a trust file's bytes. Without trust the proof is at most `unknown`. Throws UsageError for a trust file that cannot be used. */
export async function enquire(client: HubClient, asked: EnquiryRequest, trust?: Uint8Array): Promise<Enquired> {
  const bytes = Buffer.from(`${JSON.stringify(await client.enquire(asked), null, 2)}\n`)
  const proof = await verifyAttestationWith(bytes, trust)
  const { attestation } = proof
  const answersUs =
    attestation === undefined ||
    (attestation.enquirer === client.identity.party &&
      attestation.hub === client.hub &&
      attestation.enquiry === asked.enquiry &&
      attestation.version === asked.v &&
      isDeepStrictEqual(attestation.question, asked.question))
  if (answersUs) return { bytes, proof }
  return {
    bytes,
    proof: { proof: 'refused', reason: 'it answers another question than ours', notProved: proof.notProved },
  }
}
