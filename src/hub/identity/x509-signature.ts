// Signatures inside X.509 structures: DER forms and object identifiers. The issuer's key decides which identifiers may stand there.
import { constants, type KeyObject, sign, verify } from 'node:crypto'
import type { PublicKey, SuiteName } from './suite.ts'
import { publicKeyOf, signBytes, verifySignature } from './suites/index.ts'
import { fromDerSignature, toDerSignature } from './suites/signature-form.ts'

const RSA_PSS = '1.2.840.113549.1.1.10'

/** Identifiers accepted per kind of key; the first is the one used for signing. RSA issuers sign by PKCS #1 v1.5 as X.509 tools do. */
const IDENTIFIERS: Record<SuiteName, readonly string[]> = {
  ES256: ['1.2.840.10045.4.3.2'],
  EdDSA: ['1.3.101.112'],
  PS256: ['1.2.840.113549.1.1.11', '1.2.840.113549.1.1.12', '1.2.840.113549.1.1.13', RSA_PSS],
  SM2SM3: ['1.2.156.10197.1.501'],
}

const RSA_DIGESTS: Record<string, string> = {
  '1.2.840.113549.1.1.11': 'sha256',
  '1.2.840.113549.1.1.12': 'sha384',
  '1.2.840.113549.1.1.13': 'sha512',
}

/** The identifier an issuer with such a key signs under. */
export const signatureIdentifier = (alg: SuiteName): string => IDENTIFIERS[alg][0]!

/** Verifies the signature of a certificate, list or request, off the request thread. False too if the identifier is not one for the key. */
export async function verifyX509(
  bytes: Uint8Array,
  signature: Uint8Array,
  identifier: string,
  key: PublicKey,
): Promise<boolean> {
  if (!IDENTIFIERS[key.alg].includes(identifier)) return false
  if (key.alg === 'PS256' && identifier !== RSA_PSS)
    return verifyPkcs1(RSA_DIGESTS[identifier]!, bytes, signature, key.key)
  if (key.alg === 'PS256' || key.alg === 'EdDSA') return verifySignature(bytes, signature, key)
  const raw = fromDerSignature(signature)
  return raw !== undefined && verifySignature(bytes, raw, key)
}

function verifyPkcs1(digest: string, bytes: Uint8Array, signature: Uint8Array, key: KeyObject): Promise<boolean> {
  return new Promise((resolve, reject) => {
    verify(digest, bytes, { key, padding: constants.RSA_PKCS1_PADDING }, signature, (error, valid) =>
      error ? reject(error) : resolve(valid),
    )
  })
}

/** Signs as an issuer does, under the identifier of its key. */
export async function signX509(bytes: Uint8Array, privateKey: KeyObject): Promise<Buffer> {
  const key = publicKeyOf(privateKey)
  if (key.alg === 'PS256') return sign('sha256', bytes, { key: privateKey, padding: constants.RSA_PKCS1_PADDING })
  const signature = await signBytes(bytes, privateKey, key)
  return key.alg === 'EdDSA' ? signature : toDerSignature(signature)
}
