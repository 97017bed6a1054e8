// The hashes that ledgers use, by name. Keccak is the one of Ethereum, not SHA3-256 of FIPS 202.
import { hash } from 'node:crypto'
import { keccak_256 } from '@noble/hashes/sha3.js'

export const HASHES = ['keccak', 'sha256', 'sm3'] as const
export type HashName = (typeof HASHES)[number]

export const keccak = (bytes: Uint8Array): Buffer => Buffer.from(keccak_256(bytes))

/** 32-byte digest of `bytes`. */
export function digest(name: HashName, bytes: Uint8Array): Buffer {
  return name === 'keccak' ? keccak(bytes) : hash(name, bytes, 'buffer')
}
