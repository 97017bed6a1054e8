// ES256: ECDSA on P-256 with SHA-256 (RFC 7518 3.4). Signatures are r||s; high s is valid.
import { createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto'
import type { PublicKey } from '../suite.ts'
import { isInRange, ORDER_P256 } from './signature-form.ts'

/** SPKI header of an uncompressed P-256 point (RFC 5480). */
const SPKI_PREFIX = Buffer.from('3059301306072a8648ce3d020106082a8648ce3d03010703420004', 'hex')
const SPKI_BYTES = SPKI_PREFIX.length + 64

/** The key, or undefined if the SPKI is not a P-256 key. Throws if the point is not on the curve. */
export function ecdsaKey(spkiDer: Buffer): PublicKey | undefined {
  if (spkiDer.length !== SPKI_BYTES || !spkiDer.subarray(0, SPKI_PREFIX.length).equals(SPKI_PREFIX)) return undefined
  return { alg: 'ES256', key: createPublicKey({ key: spkiDer, format: 'der', type: 'spki' }), spkiDer }
}

/** Verifies r||s on the thread pool. */
export function verifyEcdsa(bytes: Uint8Array, signature: Uint8Array, key: PublicKey): Promise<boolean> {
  if (!isInRange(signature, ORDER_P256)) return Promise.resolve(false)
  return new Promise((resolve, reject) => {
    verify('sha256', bytes, { key: key.key, dsaEncoding: 'ieee-p1363' }, signature, (error, valid) =>
      error ? reject(error) : resolve(valid),
    )
  })
}

/** Signs on the thread pool; gives r||s. */
export function signEcdsa(bytes: Uint8Array, key: KeyObject): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    sign('sha256', bytes, { key, dsaEncoding: 'ieee-p1363' }, (error, signature) =>
      error ? reject(error) : resolve(signature),
    )
  })
}

export const generateEcdsa = (): KeyObject => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
