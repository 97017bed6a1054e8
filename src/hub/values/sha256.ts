// SHA-256 as bytes, for the many short hashes that are made of every message.
import { hash } from 'node:crypto'

/** SHA-256 of some bytes, 32 bytes. By way of a string: asked for bytes, the platform makes memory of its own for each, which takes longer. */
export const sha256 = (bytes: Uint8Array): Buffer => Buffer.from(hash('sha256', bytes, 'binary'), 'latin1')
