// What validators sign: one act, good nowhere else, by a key that nobody can make a second signature for.
import { secp256k1 } from '@noble/curves/secp256k1.js'
import * as fc from 'fast-check'
import { keccak256 } from 'viem'
import { privateKeyToAccount, sign } from 'viem/accounts'
import { describe, expect, it } from 'vitest'
import {
  ACTS,
  addressOfKey,
  attestationDigest,
  recoverAddress,
  signDigest,
  type AttestedAct,
} from '../../../../src/crosschain/attestation.ts'
import { ProofRefused } from '../../../../src/crosschain/proof-refused.ts'
import { HubError } from '../../../../src/hub/index.ts'
import { word } from './paper.ts'

const act: AttestedAct = {
  chainId: 7201,
  gateway: '11'.repeat(20),
  epoch: 1,
  lane: word('a'),
  sequence: 7,
  act: 'deliver',
  value: word('b'),
}
const others: Partial<AttestedAct>[] = [
  { chainId: 7202 },
  { gateway: '12'.repeat(20) },
  { epoch: 2 },
  { lane: word('b') },
  { sequence: 8 },
  { act: 'acknowledge' },
  { value: word('a') },
]
const keys = fc.uint8Array({ minLength: 32, maxLength: 32 }).filter((bytes) => secp256k1.utils.isValidSecretKey(bytes))
const digests = fc.uint8Array({ minLength: 32, maxLength: 32 })
const ORDER = secp256k1.Point.Fn.ORDER

describe('the digest of an act', () => {
  it('is the hash of eight words, made by hand here', () => {
    const number = (value: number) => value.toString(16).padStart(64, '0')
    const words = [
      Buffer.from('beibu-hub/attestation/v1').toString('hex').padEnd(64, '0'),
      number(7201),
      '11'.repeat(20).padStart(64, '0'),
      number(1),
      word('a'),
      number(7),
      number(1),
      word('b'),
    ]
    expect(`0x${attestationDigest(act).toString('hex')}`).toBe(keccak256(`0x${words.join('')}`))
  })

  it('depends on every member', () => {
    const digestsOf = [act, ...others.map((other) => ({ ...act, ...other }))].map(attestationDigest)
    expect(new Set(digestsOf.map((digest) => digest.toString('hex'))).size).toBe(others.length + 1)
    expect(others.flatMap(Object.keys).toSorted()).toEqual(Object.keys(act).toSorted())
    expect(ACTS).toEqual(['deliver', 'acknowledge'])
  })

  it.each<[string, Partial<AttestedAct>]>([
    ['chain 0', { chainId: 0 }],
    ['epoch 0', { epoch: 0 }],
    ['sequence 0', { sequence: 0 }],
    ['an act that is none', { act: 'expire' as 'deliver' }],
    ['a gateway of upper-case hex', { gateway: 'AB'.repeat(20) }],
    ['a value of 31 bytes', { value: '01'.repeat(31) }],
  ])('is not made for %s', (_, wrong) => {
    expect(() => attestationDigest({ ...act, ...wrong })).toThrow(HubError)
  })
})

describe('a signature', () => {
  it('is recovered to its signer, and over anything else to somebody else or nobody', () => {
    fc.assert(
      fc.property(keys, digests, digests, (key, digest, other) => {
        const signature = signDigest(digest, key)
        expect(signature.length).toBe(65)
        expect([27, 28]).toContain(signature[64])
        expect(recoverAddress(digest, signature)).toBe(addressOfKey(key))
        if (!Buffer.from(digest).equals(other)) expect(recovered(other, signature)).not.toBe(addressOfKey(key))
      }),
      { numRuns: 30 },
    )
  })

  it('is the one that other software makes, with the address that it says', async () => {
    const key = Buffer.alloc(32, 9)
    const digest = attestationDigest(act)
    const account = privateKeyToAccount(`0x${key.toString('hex')}`)
    expect(`0x${addressOfKey(key)}`).toBe(account.address.toLowerCase())
    const theirs = await sign({
      hash: `0x${digest.toString('hex')}`,
      privateKey: `0x${key.toString('hex')}`,
      to: 'hex',
    })
    expect(`0x${signDigest(digest, key).toString('hex')}`).toBe(theirs)
  })

  it('has one v in two spellings, and no third', () => {
    const digest = attestationDigest(act)
    const signature = signDigest(digest, Buffer.alloc(32, 9))
    const spelled = (v: number) => Buffer.concat([signature.subarray(0, 64), Buffer.of(v)])
    const known = recoverAddress(digest, signature)
    for (let v = 0; v < 256; v++) {
      const found = recovered(digest, spelled(v))
      if (v === signature[64] || v === signature[64]! - 27) expect(found).toBe(known)
      else if (v < 2 || v === 27 || v === 28) expect(found).not.toBe(known)
      else expect(found).toBe('SEAL_MALFORMED')
    }
  })

  it('with s in the upper half is refused, though it would recover to the same key', () => {
    const digest = attestationDigest(act)
    const signature = signDigest(digest, Buffer.alloc(32, 9))
    const s = BigInt(`0x${signature.subarray(32, 64).toString('hex')}`)
    const high = Buffer.from((ORDER - s).toString(16).padStart(64, '0'), 'hex')
    const twin = Buffer.concat([signature.subarray(0, 32), high, Buffer.of(signature[64]! ^ 7)])
    expect(recovered(digest, twin)).toBe('SEAL_MALFORMED')
  })

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['64 bytes', Buffer.alloc(64, 1)],
    ['66 bytes', Buffer.concat([Buffer.alloc(64, 1), Buffer.of(27, 0)])],
    ['r and s of 0', Buffer.concat([Buffer.alloc(64), Buffer.of(27)])],
    ['r of 0', Buffer.concat([Buffer.alloc(32), Buffer.alloc(32, 1), Buffer.of(27)])],
    ['s of 0', Buffer.concat([Buffer.alloc(32, 1), Buffer.alloc(32), Buffer.of(27)])],
    ['r beyond the order', Buffer.concat([Buffer.alloc(32, 0xff), Buffer.alloc(32, 1), Buffer.of(27)])],
    ['r that is no point', Buffer.concat([Buffer.alloc(31), Buffer.of(5), Buffer.alloc(32, 1), Buffer.of(27)])],
  ])('of no form is refused: %s', (_, signature) => {
    expect(recovered(attestationDigest(act), signature)).toBe('SEAL_MALFORMED')
  })

  it('never does anything but recover or be refused', () => {
    fc.assert(
      fc.property(digests, fc.uint8Array({ minLength: 60, maxLength: 70 }), (digest, signature) => {
        expect(recovered(digest, signature)).toMatch(/^([0-9a-f]{40}|SEAL_MALFORMED)$/)
      }),
    )
  })
})

/** The address, or the reason of the refusal; anything else that is thrown fails the test. */
function recovered(digest: Uint8Array, signature: Uint8Array): string {
  try {
    return recoverAddress(digest, signature)
  } catch (error) {
    if (error instanceof ProofRefused) return error.reason
    throw error
  }
}
