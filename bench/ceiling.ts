// The signature ceiling: how many messages of a suite one core can verify if it does nothing else.
import { createVerify, verify } from 'node:crypto'
import type { BenchParty } from './parties.ts'
import { toDerSignature } from '../src/hub/identity/suites/signature-form.ts'

/** Bytes of the signing input of a declaration in header form, about. */
const INPUT_BYTES = 1_000

/** Verifications per second on one core, measured on this thread for `seconds`. */
export async function verificationsPerSecond({ signer }: BenchParty, seconds: number): Promise<number> {
  const bytes = Buffer.alloc(INPUT_BYTES, 'declaration')
  const signature = await signer.sign(bytes)
  const { key, z } = signer.publicKey
  const der = toDerSignature(signature)
  const once = z
    ? () => createVerify('sm3').update(z).update(bytes).verify(key, der)
    : () => verify('sha256', bytes, { key, dsaEncoding: 'ieee-p1363' }, signature)
  let count = 0
  const startMs = performance.now()
  for (; performance.now() - startMs < seconds * 1000; count++)
    if (!once()) throw new Error('a signature of the bench does not verify')
  return count / ((performance.now() - startMs) / 1000)
}
