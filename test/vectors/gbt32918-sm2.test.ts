// GB/T 32918.2 and .5: the published example over the recommended curve, and the start-up test built on it.
import { createRequire } from 'node:module'
import { describe, expect, it } from 'vitest'
import { publicKeyFromSpki, sm2KnownAnswerTest, verifySignature } from '../../src/hub/identity/suites/index.ts'

const point =
  '09f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13'
const r = 'f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3'
const s = 'b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa'
const spki = Buffer.from(`3059301306072a8648ce3d020106082a811ccf5501822d03420004${point}`, 'hex')
const message = Buffer.from('message digest')
const signature = Buffer.from(r + s, 'hex')

describe('the published SM2 example', () => {
  it('has the published identity hash', () => {
    expect(publicKeyFromSpki(spki).z?.toString('hex')).toBe(
      'b2e14c5c79c6df5b85f4fe7ed8db7a262b9da7e07ccb0ea9f4747b8ccda8a4f3',
    )
  })

  it('verifies, and no longer with one bit of message, r, s or user id changed', async () => {
    const key = publicKeyFromSpki(spki)
    expect(await verifySignature(message, signature, key)).toBe(true)
    expect(await verifySignature(Buffer.from('message digesu'), signature, key)).toBe(false)
    for (const at of [0, 31, 32, 63]) {
      const changed = Buffer.from(signature)
      changed[at]! ^= 1
      expect(await verifySignature(message, changed, key)).toBe(false)
    }
    expect(await verifySignature(message, signature, publicKeyFromSpki(spki, '1234567812345679'))).toBe(false)
  })

  it('verifies in sm-crypto too', () => {
    const { sm2 } = createRequire(import.meta.url)('sm-crypto') as {
      sm2: {
        doVerifySignature(
          message: string,
          signatureHex: string,
          publicKeyHex: string,
          options: { hash: boolean },
        ): boolean
      }
    }
    expect(sm2.doVerifySignature('message digest', r + s, `04${point}`, { hash: true })).toBe(true)
  })

  it('passes as start-up test', () => {
    expect(() => sm2KnownAnswerTest()).not.toThrow()
  })
})
