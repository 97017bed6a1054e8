// EdDSA: Ed25519 (RFC 8032, RFC 8037). Signatures are the 64 bytes R||S.
import { createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto'
import type { PublicKey } from '../suite.ts'

const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex')
const SPKI_BYTES = SPKI_PREFIX.length + 32
const SIGNATURE_BYTES = 64

/** y of the points whose order divides 8, sign bit cleared: under such a "key" one signature fits every message. */
const SMALL_ORDER = new Set([
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
])

/** The key, or undefined if the SPKI is not an Ed25519 key. Throws for a point of small order. */
export function eddsaKey(spkiDer: Buffer): PublicKey | undefined {
  if (spkiDer.length !== SPKI_BYTES || !spkiDer.subarray(0, SPKI_PREFIX.length).equals(SPKI_PREFIX)) return undefined
  const point = Buffer.from(spkiDer.subarray(SPKI_PREFIX.length))
  point[31]! &= 0x7f
  if (SMALL_ORDER.has(point.toString('hex'))) throw new Error('the Ed25519 point is of small order')
  return { alg: 'EdDSA', key: createPublicKey({ key: spkiDer, format: 'der', type: 'spki' }), spkiDer }
}

/** Verifies on the thread pool. */
export function verifyEddsa(bytes: Uint8Array, signature: Uint8Array, key: PublicKey): Promise<boolean> {
  if (signature.length !== SIGNATURE_BYTES) return Promise.resolve(false)
  return new Promise((resolve, reject) => {
    verify(null, bytes, key.key, signature, (error, valid) => (error ? reject(error) : resolve(valid)))
  })
}

/** Signs on the thread pool. */
export function signEddsa(bytes: Uint8Array, key: KeyObject): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    sign(null, bytes, key, (error, signature) => (error ? reject(error) : resolve(signature)))
  })
}

export const generateEddsa = (): KeyObject => generateKeyPairSync('ed25519').privateKey
