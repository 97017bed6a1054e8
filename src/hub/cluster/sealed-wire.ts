// What processes of one hub say to one another is sealed with a key that all of them hold: authentic, private, and bound to its question.
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'

const SALT_BYTES = 32
const COUNTER_BYTES = 12
const TAG_BYTES = 16
const HEAD_BYTES = SALT_BYTES + COUNTER_BYTES
const KEYS_MAX = 256

/** One end of the wire. Each end seals under a key of its own, made of the shared secret and a salt of its own, so that no number is used twice. */
export class SealedWire {
  readonly #secret: Buffer
  readonly #salt = randomBytes(SALT_BYTES)
  readonly #keys = new Map<string, Buffer>()
  #count = 0n

  /** `secret`: 32 bytes that only processes of this hub have. */
  constructor(secret: Buffer) {
    this.#secret = secret
  }

  /** AES-256-GCM: salt, counter, ciphertext, tag. `about` is what the other end must know too (the question an answer belongs to). */
  seal(plain: Uint8Array, about: Uint8Array): Buffer {
    const counter = Buffer.alloc(COUNTER_BYTES)
    counter.writeBigUInt64BE(this.#count++, COUNTER_BYTES - 8)
    const cipher = createCipheriv('aes-256-gcm', this.#keyOf(this.#salt), counter).setAAD(about)
    const body = cipher.update(plain)
    cipher.final()
    return Buffer.concat([this.#salt, counter, body, cipher.getAuthTag()])
  }

  /** Undefined if it was not sealed by a process of this hub, or for something else. */
  open(bytes: Buffer, about: Uint8Array): Buffer | undefined {
    if (bytes.length < HEAD_BYTES + TAG_BYTES) return undefined
    const key = this.#keyOf(bytes.subarray(0, SALT_BYTES))
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(SALT_BYTES, HEAD_BYTES), {
      authTagLength: TAG_BYTES,
    })
    decipher.setAAD(about).setAuthTag(bytes.subarray(bytes.length - TAG_BYTES))
    try {
      return Buffer.concat([decipher.update(bytes.subarray(HEAD_BYTES, bytes.length - TAG_BYTES)), decipher.final()])
    } catch {
      return undefined
    }
  }

  #keyOf(salt: Buffer): Buffer {
    const name = salt.toString('base64')
    const known = this.#keys.get(name)
    if (known) return known
    const key = Buffer.from(hkdfSync('sha256', this.#secret, salt, 'hub processes', 32))
    // Anybody can send a salt; what it costs is bounded.
    if (this.#keys.size >= KEYS_MAX) this.#keys.clear()
    this.#keys.set(name, key)
    return key
  }
}

/** The question an answer is bound to: the salt and counter it was sealed with, which are its alone. */
export const questionOf = (sealed: Buffer): Buffer => sealed.subarray(0, HEAD_BYTES)
