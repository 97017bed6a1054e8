// Readers of foreign bytes: whatever comes, an answer or a HubError, never another fault and never a long wait.
import * as fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { HubError } from '../../../src/hub/errors.ts'
import { readCertificate } from '../../../src/hub/identity/certificate.ts'
import { checkDer, derWrap } from '../../../src/hub/identity/der.ts'
import { issueCrl } from '../../../src/hub/identity/issue.ts'
import { readCompact, readProtected } from '../../../src/hub/identity/jws.ts'
import { readCrl } from '../../../src/hub/identity/status.ts'
import { publicKeyFromSpki } from '../../../src/hub/identity/suites/index.ts'
import {
  fromDerSignature,
  isInRange,
  ORDER_P256,
  ORDER_SM2,
  toDerSignature,
} from '../../../src/hub/identity/suites/signature-form.ts'
import { toBase64url } from '../../../src/hub/values/encoding.ts'
import { type Holder, issue, leaf, NOW, root } from './authority.ts'

/** True if it was read, false if it was refused as it should be. */
function answered(read: () => unknown): boolean {
  try {
    read()
    return true
  } catch (cause) {
    if (cause instanceof HubError) return false
    throw cause
  }
}

/** Valid bytes with some overwritten, cut out or put in. */
const spoilt = (sources: () => Buffer[]) =>
  fc
    .record({
      source: fc.nat(),
      edits: fc.array(fc.record({ at: fc.nat(), drop: fc.nat({ max: 3 }), put: fc.uint8Array({ maxLength: 3 }) }), {
        minLength: 1,
        maxLength: 4,
      }),
    })
    .map(({ source, edits }) => {
      let bytes = sources()[source % sources().length]!
      for (const { at, drop, put } of edits) {
        const start = at % (bytes.length + 1)
        bytes = Buffer.concat([bytes.subarray(0, start), put, bytes.subarray(start + drop)])
      }
      return bytes
    })

describe('readCertificate', () => {
  let holders: Holder[]
  beforeAll(async () => {
    const [p256, sm2] = [await root(), await root({ alg: 'SM2SM3' })]
    const sub = await issue({
      CN: 'Example Issuing CA',
      ca: { pathLength: 0 },
      issuer: p256,
      permittedDirectories: [{ C: 'VN' }],
    })
    holders = [p256, sm2, sub, await leaf(sub, { dnsNames: ['bank.example'] }), await leaf(sm2, { alg: 'SM2SM3' })]
  })
  const ders = () => holders.map(({ certificate }) => certificate.der)

  it('answers for any bytes', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 400 }),
        (bytes) => void expect(answered(() => readCertificate(bytes))).toBe(false),
      ),
      { numRuns: 5000 },
    )
  })

  it('answers for spoilt certificates, and what it reads is the bytes given', () => {
    fc.assert(
      fc.property(spoilt(ders), (bytes) => {
        if (answered(() => readCertificate(bytes))) expect(readCertificate(bytes).der.equals(bytes)).toBe(true)
      }),
      { numRuns: 5000 },
    )
  })

  it('answers for every cut and every changed byte of a certificate', () => {
    const der = ders()[3]!
    for (let at = 0; at < der.length; at++) {
      expect(answered(() => readCertificate(der.subarray(0, at)))).toBe(false)
      for (const change of [1, 0x20, 0x80, 0xff]) {
        const changed = Buffer.from(der)
        changed[at]! ^= change
        answered(() => readCertificate(changed))
      }
    }
  })

  it('answers for structures nested deep or repeated often', () => {
    let nested: Buffer = Buffer.alloc(0)
    for (let level = 0; level < 400; level++) nested = derWrap(0x30, nested)
    expect(answered(() => readCertificate(nested))).toBe(false)
    expect(answered(() => readCertificate(derWrap(0x30, Buffer.alloc(30_000, Buffer.from('3000', 'hex')))))).toBe(false)
  })

  it('answers for certificates with extensions of any content under the identifiers it knows', async () => {
    const ids = ['2.5.29.14', '2.5.29.15', '2.5.29.17', '2.5.29.19', '2.5.29.30', '2.5.29.35', '2.5.29.37']
    const content = fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc.uint8Array({ maxLength: 30 }).map((inner) => derWrap(0x30, inner)),
      fc.constantFrom(...ids.map(() => derWrap(0x30, derWrap(0xa0, derWrap(0x30))))),
    )
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...ids), content, async (oid, value) => {
        try {
          await issue({ extensions: [{ oid, critical: true, value: Buffer.from(value) }] })
        } catch (cause) {
          expect(cause).toBeInstanceOf(HubError)
        }
      }),
      { numRuns: 300 },
    )
  })
})

describe('readCrl', () => {
  it('answers for spoilt lists', async () => {
    const anchor = await root()
    const der = await issueCrl({
      issuer: anchor.issuer,
      revoked: [{ serialHex: '4a5b', atMs: NOW }],
      thisUpdateMs: NOW,
      nextUpdateMs: NOW + 1000,
    })
    await fc.assert(
      fc.asyncProperty(
        spoilt(() => [der]),
        async (bytes) => {
          if (bytes.equals(der)) return
          await expect(readCrl(bytes, anchor.certificate)).rejects.toBeInstanceOf(HubError)
        },
      ),
      { numRuns: 2000 },
    )
  })
})

describe('publicKeyFromSpki', () => {
  it('answers for any bytes and for spoilt keys', async () => {
    const keys = (await Promise.all((['ES256', 'EdDSA', 'PS256', 'SM2SM3'] as const).map((alg) => root({ alg })))).map(
      ({ keys }) => keys.spkiDer,
    )
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array({ maxLength: 120 }),
          spoilt(() => keys),
        ),
        (bytes) => void answered(() => publicKeyFromSpki(bytes)),
      ),
      { numRuns: 3000 },
    )
  })
})

describe('readProtected and readCompact', () => {
  const value = fc.oneof(
    fc.string(),
    fc.constantFrom('ES256', 'hub-message+jws', 'A'.repeat(43)),
    fc.array(fc.string(), { maxLength: 3 }),
    fc.jsonValue(),
  )
  const header = fc.dictionary(fc.constantFrom('alg', 'typ', 'x5t#S256', 'x5c', 'crit', '__proto__'), value)

  it('answer for any text', () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 200 }),
        (text) => void expect(answered(() => readProtected(text))).toBe(false),
      ),
      { numRuns: 5000 },
    )
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), (text) => void answered(() => readCompact(text))),
      { numRuns: 3000 },
    )
  })

  it('answer for headers of any members', () => {
    fc.assert(
      fc.property(
        header,
        (members) => void answered(() => readProtected(toBase64url(Buffer.from(JSON.stringify(members))))),
      ),
      { numRuns: 5000 },
    )
  })

  it('answer for spoilt headers, and give only what the header says', () => {
    const good = () => [Buffer.from(`{"alg":"ES256","typ":"hub-message+jws","x5t#S256":"${'A'.repeat(43)}"}`)]
    fc.assert(
      fc.property(spoilt(good), (bytes) => {
        const text = toBase64url(bytes)
        if (answered(() => readProtected(text)))
          expect(readProtected(text)).toMatchObject({ alg: (JSON.parse(bytes.toString()) as { alg: string }).alg })
      }),
      { numRuns: 5000 },
    )
  })
})

describe('the forms of a signature', () => {
  const raw = fc.uint8Array({ minLength: 64, maxLength: 64 })

  it('are one another, whatever the numbers', () => {
    const leading = fc
      .tuple(fc.nat({ max: 31 }), fc.nat({ max: 31 }), raw)
      .map(([r, s, bytes]) => bytes.fill(0, 0, r).fill(0, 32, 32 + s))
    fc.assert(
      fc.property(leading, (signature) => {
        const der = toDerSignature(signature)
        expect(() => checkDer(der, 'the signature')).not.toThrow()
        expect(fromDerSignature(der)).toEqual(Buffer.from(signature))
      }),
      { numRuns: 3000 },
    )
  })

  it('are read from one DER only', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array({ maxLength: 80 }),
          raw.chain((signature) => spoilt(() => [toDerSignature(signature)])),
        ),
        (der) => {
          const read = fromDerSignature(der)
          if (read !== undefined) expect(toDerSignature(read)).toEqual(Buffer.from(der))
        },
      ),
      { numRuns: 5000 },
    )
  })

  it.each([
    ['P-256', ORDER_P256],
    ['SM2', ORDER_SM2],
  ])('are in range for %s exactly from 1 to n-1', (_curve, order) => {
    const n = BigInt(`0x${order.toString('hex')}`)
    const bytes = (value: bigint) => Buffer.from(value.toString(16).padStart(64, '0'), 'hex')
    const near = fc.oneof(fc.bigInt(0n, 3n), fc.bigInt(n - 3n, n + 3n), fc.bigInt(0n, 2n ** 256n - 1n))
    fc.assert(
      fc.property(near, near, (r, s) => {
        const good = r > 0n && r < n && s > 0n && s < n
        expect(isInRange(Buffer.concat([bytes(r), bytes(s)]), order)).toBe(good)
      }),
      { numRuns: 3000 },
    )
  })
})
