// Signatures of Fabric identities: ECDSA in strict DER with a low s, so that nobody can write a second signature from the first.
import { type KeyObject, verify } from 'node:crypto'

export type HashFamily = 'sha256' | 'sha3-256'

/** Orders of the curves an identity may have (FIPS 186-5), in hex. */
const ORDERS: Record<string, bigint> = {
  prime256v1: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
  secp384r1: BigInt(`0x${'f'.repeat(48)}c7634d81f4372ddf581a0db248b0a77aecec196accc52973`),
}

/** Why a signature is not good, or undefined if it is. ECDSA on P-256 or P-384 over the hash of the message; Ed25519 over the message. */
export function signatureFault(
  message: Uint8Array,
  signature: Uint8Array,
  key: KeyObject,
  hash: HashFamily,
): string | undefined {
  try {
    if (key.asymmetricKeyType === 'ed25519') return verify(null, message, key, signature) ? undefined : NOT_GOOD
    const order = ORDERS[key.asymmetricKeyDetails?.namedCurve ?? '']
    if (order === undefined) return 'the key is on no curve that Fabric uses'
    const [r, s] = readDerSignature(signature)
    if (r === undefined || s === undefined || r <= 0n || r >= order || s <= 0n || s >= order)
      return 'it is not r and s in strict DER'
    if (s > order / 2n) return 's is not low'
    return verify(hash, message, key, signature) ? undefined : NOT_GOOD
  } catch {
    return NOT_GOOD
  }
}

const NOT_GOOD = 'it was not made by this key over these bytes'

/** SEQUENCE of two INTEGERs, each in its shortest form, nothing behind; empty if it is anything else. */
function readDerSignature(der: Uint8Array): bigint[] {
  if (der.length < 8 || der.length > 106 || der[0] !== 0x30 || der[1] !== der.length - 2) return []
  const values: bigint[] = []
  for (let at = 2; at < der.length; ) {
    const to = at + 2 + (der[at + 1] ?? 0)
    const content = der.subarray(at + 2, to)
    const [first, second] = content
    if (der[at] !== 2 || to > der.length || first === undefined || first >= 0x80) return []
    if (first === 0 && (second ?? 0) < 0x80) return []
    values.push(BigInt(`0x${Buffer.from(content).toString('hex')}`))
    at = to
  }
  return values.length === 2 ? values : []
}
