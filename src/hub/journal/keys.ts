// Keyed hashes: guessable names (declaration numbers, ids) appear in the store and in proofs only as HMAC under the hub's index key.
import { createHmac } from 'node:crypto'
import type { HeadKey } from './heads.ts'

/** `<label>:<32 hex>`; each part is length-prefixed so that no two lists of parts collide. */
export function headKey(indexKey: Buffer, label: string, parts: readonly string[]): HeadKey {
  const mac = createHmac('sha256', indexKey).update(`head\n${label}\n`)
  for (const part of parts) mac.update(`${Buffer.byteLength(part)}:${part}`)
  return `${label}:${mac.digest('hex').slice(0, 32)}`
}

/** Keyed hash of (sender, id), 32 bytes: what makes a message idempotent, also after its envelope is erased. */
export function senderKey(indexKey: Buffer, sender: string, id: string): Buffer {
  return createHmac('sha256', indexKey).update(`sender\n${sender}\n${id}`).digest()
}
