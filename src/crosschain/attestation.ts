// What a validator signs: one act about one packet on one gateway, under one set of validators. Everything that could make a signature
// good somewhere else is in the digest.
import { secp256k1 } from '@noble/curves/secp256k1.js'
import { keccak } from './hash.ts'
import { type Address, addressWord, asciiWord, countBytes, type Word, wordBytes } from './packet.ts'
import { ProofRefused } from './proof-refused.ts'

/** `deliver`: this packet was sent on the source ledger. `acknowledge`: this receipt word stands on the target ledger. */
export const ACTS = ['deliver', 'acknowledge'] as const
export type Act = (typeof ACTS)[number]

export interface AttestedAct {
  /** Of the ledger where the signature is used. */
  chainId: number
  gateway: Address
  /** Number of the validator set, from 1. */
  epoch: number
  lane: Word
  sequence: number
  act: Act
  /** `deliver`: the packet's commitment. `acknowledge`: the receipt word. */
  value: Word
}

/** The 32 bytes that are signed: Keccak over eight words, no prefix. */
export const attestationDigest = (act: AttestedAct): Buffer =>
  keccak(
    Buffer.concat([
      asciiWord('beibu-hub/attestation/v1'),
      countBytes(act.chainId, 'chainId', 1),
      wordBytes(addressWord(act.gateway), 'gateway'),
      countBytes(act.epoch, 'epoch', 1),
      wordBytes(act.lane, 'lane'),
      countBytes(act.sequence, 'sequence', 1),
      countBytes(ACTS.indexOf(act.act) + 1, 'act', 1),
      wordBytes(act.value, 'value'),
    ]),
  )

/** Signs a digest as ledgers take it: r || s || v, low s, v 27 or 28. `key` is 32 bytes. */
export function signDigest(digest: Uint8Array, key: Uint8Array): Buffer {
  const signature = secp256k1.sign(digest, key, { prehash: false, format: 'recovered', lowS: true })
  return Buffer.concat([signature.subarray(1), Buffer.of(27 + signature[0]!)])
}

/** Address of the one who signed. Throws ProofRefused (SEAL_MALFORMED) for a signature out of form or with high s. `v` is 0, 1, 27 or 28. */
export function recoverAddress(digest: Uint8Array, signature: Uint8Array): Address {
  const v = signature[64]
  if (signature.length !== 65 || v === undefined || ![0, 1, 27, 28].includes(v))
    throw new ProofRefused('SEAL_MALFORMED')
  try {
    const read = secp256k1.Signature.fromBytes(signature.subarray(0, 64), 'compact').addRecoveryBit(v % 27)
    if (read.hasHighS()) throw new ProofRefused('SEAL_MALFORMED', 's is in the upper half')
    return addressOf(read.recoverPublicKey(digest).toBytes(false))
  } catch (cause) {
    throw cause instanceof ProofRefused ? cause : new ProofRefused('SEAL_MALFORMED', (cause as Error).message)
  }
}

/** Address of an uncompressed public key (65 bytes). */
export const addressOf = (publicKey: Uint8Array): Address => keccak(publicKey.subarray(1)).subarray(12).toString('hex')

export const addressOfKey = (key: Uint8Array): Address => addressOf(secp256k1.getPublicKey(key, false))
