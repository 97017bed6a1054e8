// The door to the signature suites: a key decides the algorithm, never a header. To add one: a file beside these, a line here.
import type { KeyObject } from 'node:crypto'
import { createPublicKey } from 'node:crypto'
import { HubError } from '../../errors.ts'
import { BoundedCache } from '../bounded-cache.ts'
import { checkDer } from '../der.ts'
import type { PublicKey, SuiteName } from '../suite.ts'
import { ecdsaKey, generateEcdsa, signEcdsa, verifyEcdsa } from './ecdsa.ts'
import { eddsaKey, generateEddsa, signEddsa, verifyEddsa } from './eddsa.ts'
import { generateRsa, rsaKey, signRsaPss, verifyRsaPss } from './rsa-pss.ts'
import { generateSm2, signSm2, sm2Key, verifySm2 } from './sm2.ts'

export { sm2KnownAnswerTest } from './sm2.ts'
export { startSm2Workers, sm2Waiting, stopSm2Workers } from './sm2-pool.ts'

interface Suite {
  keyOf(spkiDer: Buffer, userId?: string): PublicKey | undefined
  verify(bytes: Uint8Array, signature: Uint8Array, key: PublicKey): Promise<boolean>
  sign(bytes: Uint8Array, privateKey: KeyObject, key: PublicKey): Promise<Buffer>
  generate(): KeyObject
}

const SUITES: Record<SuiteName, Suite> = {
  ES256: { keyOf: ecdsaKey, verify: verifyEcdsa, sign: signEcdsa, generate: generateEcdsa },
  EdDSA: { keyOf: eddsaKey, verify: verifyEddsa, sign: signEddsa, generate: generateEddsa },
  PS256: { keyOf: rsaKey, verify: verifyRsaPss, sign: signRsaPss, generate: generateRsa },
  SM2SM3: {
    keyOf: sm2Key,
    verify: verifySm2,
    sign: (bytes, key, { z }) => signSm2(bytes, key, z!),
    generate: generateSm2,
  },
}

export const SUITE_NAMES = Object.keys(SUITES) as SuiteName[]
export const isSuiteName = (name: unknown): name is SuiteName => typeof name === 'string' && Object.hasOwn(SUITES, name)

/** Verifies a signature in its JWS form (r||s, raw Ed25519, PSS); anything malformed is false. */
export function verifySignature(bytes: Uint8Array, signature: Uint8Array, key: PublicKey): Promise<boolean> {
  return SUITES[key.alg].verify(bytes, signature, key)
}

/** Signs with a private key whose public half is given; the JWS form. */
export function signBytes(bytes: Uint8Array, privateKey: KeyObject, key: PublicKey): Promise<Buffer> {
  return SUITES[key.alg].sign(bytes, privateKey, key)
}

/** A fresh private key of the suite. */
export const generatePrivateKey = (alg: SuiteName): KeyObject => SUITES[alg].generate()

const keys = new BoundedCache<PublicKey>(10_000)

/**
 * The public key of a SubjectPublicKeyInfo in DER, bound to the one algorithm it may be used with; `userId` for SM2 only.
 * Throws CERTIFICATE_MALFORMED for any other key: weak RSA, other curves, compressed points, loose DER.
 */
export function publicKeyFromSpki(spkiDer: Uint8Array, userId?: string): PublicKey {
  const name = `${userId ?? ''}/${Buffer.from(spkiDer.buffer, spkiDer.byteOffset, spkiDer.byteLength).toString('latin1')}`
  const known = keys.get(name)
  if (known !== undefined) return known
  const key = readKey(Buffer.from(spkiDer), userId)
  keys.set(name, key)
  return key
}

function readKey(spkiDer: Buffer, userId: string | undefined): PublicKey {
  checkDer(spkiDer, 'the public key')
  try {
    for (const suite of Object.values(SUITES)) {
      const key = suite.keyOf(spkiDer, userId)
      if (key !== undefined) return key
    }
  } catch (cause) {
    throw new HubError('CERTIFICATE_MALFORMED', `the public key cannot be used: ${(cause as Error).message}`, { cause })
  }
  const accepted = 'P-256, Ed25519, RSA or SM2, with uncompressed points'
  throw new HubError('CERTIFICATE_MALFORMED', `the public key is of a kind that is not accepted here; use ${accepted}`)
}

/** The public half of a private key. */
export function publicKeyOf(privateKey: KeyObject): PublicKey {
  return publicKeyFromSpki(createPublicKey(privateKey).export({ format: 'der', type: 'spki' }))
}
