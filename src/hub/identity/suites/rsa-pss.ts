// PS256: RSASSA-PSS with SHA-256 and a salt of 32 bytes (RFC 7518 3.5), keys of 2048 to 8192 bits.
import { constants, createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto'
import type { PublicKey } from '../suite.ts'

/** AlgorithmIdentifier rsaEncryption with NULL (RFC 3279 2.3.1). */
const RSA_ENCRYPTION = Buffer.from('300d06092a864886f70d0101010500', 'hex')
const MODULUS_MIN_BITS = 2048
/** Above this one verification costs more than a stranger may ask of the hub. */
const MODULUS_MAX_BITS = 8192
const SALT_BYTES = 32

/** The key, or undefined if the SPKI is not an RSA key. Throws if it is weak, oversized or not in canonical form. */
export function rsaKey(spkiDer: Buffer): PublicKey | undefined {
  if (spkiDer.indexOf(RSA_ENCRYPTION) !== 4 && spkiDer.indexOf(RSA_ENCRYPTION) !== 3) return undefined
  const key = createPublicKey({ key: spkiDer, format: 'der', type: 'spki' })
  if (!key.export({ format: 'der', type: 'spki' }).equals(spkiDer))
    throw new Error('the RSA key is not in canonical DER')
  const { modulusLength = 0, publicExponent = 0n } = key.asymmetricKeyDetails ?? {}
  if (modulusLength < MODULUS_MIN_BITS)
    throw new Error(`the RSA key has ${modulusLength} bits, at least ${MODULUS_MIN_BITS} are needed`)
  if (modulusLength > MODULUS_MAX_BITS)
    throw new Error(`the RSA key has ${modulusLength} bits, at most ${MODULUS_MAX_BITS} are accepted`)
  if (publicExponent < 65537n || publicExponent > 0xffffffffn || publicExponent % 2n === 0n)
    throw new Error('the RSA exponent must be odd, from 65537 to 2^32')
  return { alg: 'PS256', key, spkiDer }
}

const pss = (key: KeyObject) => ({ key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: SALT_BYTES })

/** Verifies on the thread pool. */
export function verifyRsaPss(bytes: Uint8Array, signature: Uint8Array, key: PublicKey): Promise<boolean> {
  if (signature.length !== Math.ceil((key.key.asymmetricKeyDetails?.modulusLength ?? 0) / 8))
    return Promise.resolve(false)
  return new Promise((resolve, reject) => {
    verify('sha256', bytes, pss(key.key), signature, (error, valid) => (error ? reject(error) : resolve(valid)))
  })
}

/** Signs on the thread pool. */
export function signRsaPss(bytes: Uint8Array, key: KeyObject): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    sign('sha256', bytes, pss(key), (error, signature) => (error ? reject(error) : resolve(signature)))
  })
}

export const generateRsa = (): KeyObject => generateKeyPairSync('rsa', { modulusLength: 3072 }).privateKey
