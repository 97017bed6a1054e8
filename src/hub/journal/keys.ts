// Keyed hashes: guessable names (declaration numbers, ids) appear in the store and in proofs only as HMAC under the hub's index key.
import { createHmac } from 'node:crypto'
import { BoundedCache } from '../identity/bounded-cache.ts'
import type { HeadKey } from './heads.ts'

/** `<label>:<32 hex>`; each part is length-prefixed so that no two lists of parts collide. */
export function headKey(indexKey: Buffer, label: string, parts: readonly string[]): HeadKey {
  const text = parts.map((part) => `${Buffer.byteLength(part)}:${part}`).join('')
  const mac = createHmac('sha256', indexKey).update(`head\n${label}\n${text}`)
  return `${label}:${mac.digest('hex').slice(0, 32)}`
}

/** Keyed hash of (sender, id), 32 bytes: what makes a message idempotent, also after its envelope is erased. */
export function senderKey(indexKey: Buffer, sender: string, id: string): Buffer {
  return createHmac('sha256', indexKey).update(`sender\n${sender}\n${id}`).digest()
}

/** The same certificates sign again and again, and each name costs a hash; by index key, as one process may hold several journals. */
const signers = new WeakMap<Buffer, BoundedCache<HeadKey>>()
const SIGNERS_MAX = 20_000

/** Keyed hash of a name of a signer's certificate, as `headKey('certificate', ...name)`. */
export function signerKey(indexKey: Buffer, name: readonly string[]): HeadKey {
  const known = signers.get(indexKey) ?? new BoundedCache<HeadKey>(SIGNERS_MAX)
  signers.set(indexKey, known)
  const text = name.join('\n')
  const key = known.get(text) ?? headKey(indexKey, 'certificate', name)
  known.set(text, key)
  return key
}
