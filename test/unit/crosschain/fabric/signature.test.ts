// Signatures of identities: one encoding for one signature, and only the lower of the two that a key can make.
import { generateKeyPairSync, sign } from 'node:crypto'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { signatureFault } from '../../../../src/crosschain/ledgers/fabric/signature.ts'
import { signLow } from '../../../support/fabric-organisations.ts'

const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const message = Buffer.from('a block')
const faultOf = (signature: Uint8Array, key = keys.publicKey) => signatureFault(message, signature, key, 'sha256')

describe('signatures of Fabric identities', () => {
  it('are good with a low s, whichever r and s come out', () => {
    for (let i = 0; i < 50; i++) expect(faultOf(signLow(message, keys.privateKey))).toBeUndefined()
  })

  it('are refused with the high s that verifies as well', () => {
    expect(faultOf(signLow(message, keys.privateKey, true))).toBe('s is not low')
  })

  it('are refused by another key, over another message, and in another encoding', () => {
    const good = signLow(message, keys.privateKey)
    const other = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    expect(faultOf(good, other.publicKey)).toContain('not made by this key')
    expect(signatureFault(Buffer.from('another'), good, keys.publicKey, 'sha256')).toContain('not made by this key')
    const raw = sign('sha256', message, { key: keys.privateKey, dsaEncoding: 'ieee-p1363' })
    for (const bad of [raw, Buffer.concat([good, Buffer.from([0])]), good.subarray(0, -1), Buffer.alloc(0)])
      expect(faultOf(bad)).toContain('strict DER')
    const padded = Buffer.concat([Buffer.from([0x30, good[1]! + 1, 2, good[3]! + 1, 0]), good.subarray(4)])
    expect(faultOf(padded)).toContain('strict DER')
  })

  it('are refused with any byte changed', () => {
    const good = signLow(message, keys.privateKey)
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.integer({ min: 1, max: 255 }), (at, mask) => {
        expect(faultOf(good.with(at, good[at]! ^ mask))).toBeDefined()
      }),
    )
  })

  it('are taken on P-384 and as Ed25519, and on no other curve', () => {
    const larger = generateKeyPairSync('ec', { namedCurve: 'P-384' })
    const found = Array.from({ length: 12 }, () =>
      faultOf(sign('sha256', message, larger.privateKey), larger.publicKey),
    )
    expect(new Set(found)).toEqual(new Set([undefined, 's is not low']))
    const edwards = generateKeyPairSync('ed25519')
    expect(faultOf(sign(null, message, edwards.privateKey), edwards.publicKey)).toBeUndefined()
    const koblitz = generateKeyPairSync('ec', { namedCurve: 'secp256k1' })
    expect(faultOf(sign('sha256', message, koblitz.privateKey), koblitz.publicKey)).toContain('no curve')
  })
})
