import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { issueCrl, type Issuer } from '../../../src/hub/identity/issue.ts'
import type { RegisteredCa } from '../../../src/hub/identity/register.ts'
import { derChildren, derElement, derWrap } from '../../../src/hub/identity/der.ts'
import { listedRevocations } from '../../../src/hub/identity/revocation-list.ts'
import { readCrl, statusOf } from '../../../src/hub/identity/status.ts'
import { signX509 } from '../../../src/hub/identity/x509-signature.ts'
import { SUITE_NAMES } from '../../../src/hub/identity/suites/index.ts'
import { type Holder, issue, leaf, NOW, root, YEAR_MS } from './authority.ts'

const HOUR_MS = 3_600_000
const crl = (issuer: Issuer, change: Partial<Parameters<typeof issueCrl>[0]> = {}) =>
  issueCrl({ issuer, revoked: [], thisUpdateMs: NOW - HOUR_MS, nextUpdateMs: NOW + HOUR_MS, number: 7, ...change })

/** A list made by hand, as the issuing library takes minutes for one of this length: every entry says keyCompromise and since when. */
async function longList(anchor: Holder, entries: number): Promise<Buffer> {
  const hex = (text: string): Buffer => Buffer.from(text, 'hex')
  const utc = (text: string): Buffer => derWrap(0x17, Buffer.from(text))
  const extension = (oid: string, value: Buffer): Buffer => derWrap(0x30, hex(oid), derWrap(0x04, value))
  const why = derWrap(
    0x30,
    extension('0603551d15', hex('0a0101')),
    extension('0603551d18', derWrap(0x18, Buffer.from('20260101000000Z'))),
  )
  const revoked = Array.from({ length: entries }, (_, n) =>
    derWrap(0x30, derWrap(0x02, hex(`40${n.toString(16).padStart(8, '0')}`)), utc('260201000000Z'), why),
  )
  const { tbs } = anchor.certificate
  const whole = derElement(tbs, 0, tbs.length)
  // Of a root its own name stands in the fourth place, after version, serial number and signature.
  const [, , algorithm, name] = derChildren(tbs, whole.from, whole.to).map(({ start, to }) => tbs.subarray(start, to))
  const times = [utc('260302070000Z'), utc('260302090000Z')]
  const signed = derWrap(0x30, hex('020101'), algorithm!, name!, ...times, derWrap(0x30, ...revoked))
  const signature = await signX509(signed, anchor.keys.privateKey)
  return derWrap(0x30, signed, algorithm!, derWrap(0x03, hex('00'), signature))
}

describe('a revocation list', () => {
  it.each(SUITE_NAMES)('in %s is read with its CA, and names what it revokes', async (alg) => {
    const anchor = await root({ alg })
    const [bad, good] = [await leaf(anchor, { alg, serialHex: '00f1e2d3' }), await leaf(anchor, { alg })]
    const der = await crl(anchor.issuer, { revoked: [{ serialHex: bad.certificate.serialHex, atMs: NOW - HOUR_MS }] })
    const list = await readCrl(der, anchor.certificate)
    expect(list).toMatchObject({
      thisUpdateMs: NOW - HOUR_MS,
      nextUpdateMs: NOW + HOUR_MS,
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    })
    expect(list.serials.has(bad.certificate.serialHex)).toBe(true)
    expect(list.serials.has(good.certificate.serialHex)).toBe(false)
    const changed = Buffer.from(der)
    changed[changed.length - 3]! ^= 1
    await expect(readCrl(changed, anchor.certificate)).rejects.toMatchObject({ name: 'HubError' })
  })

  it('is refused of another CA, of the same name or not, and of one that may not sign lists', async () => {
    const [anchor, namesake, other] = [await root(), await root(), await root({ CN: 'Example Other Root' })]
    await expect(readCrl(await crl(namesake.issuer), anchor.certificate)).rejects.toMatchObject({
      code: 'CERTIFICATE_UNTRUSTED',
    })
    await expect(readCrl(await crl(other.issuer), anchor.certificate)).rejects.toMatchObject({
      code: 'CERTIFICATE_UNTRUSTED',
    })
    const trader = await leaf(anchor)
    await expect(readCrl(await crl(trader.issuer), trader.certificate)).rejects.toMatchObject({
      code: 'CERTIFICATE_USAGE',
    })
  })

  it('is refused when it says of itself that it covers only a part', async () => {
    const anchor = await root()
    const part = { oid: '2.5.29.28', critical: true, value: Buffer.from('30038101ff', 'hex') }
    await expect(readCrl(await crl(anchor.issuer, { extensions: [part] }), anchor.certificate)).rejects.toMatchObject({
      code: 'CERTIFICATE_MALFORMED',
    })
  })

  it('of a whole country is read: 60,000 revocations, with reasons and times', async () => {
    const anchor = await root()
    const listed = 60_000
    const der = await longList(anchor, listed)
    const list = await readCrl(der, anchor.certificate)
    expect(list.serials.size).toBe(listed)
    const { revocations, issuerName } = listedRevocations(der)
    expect(issuerName).toBe(anchor.certificate.subjectName)
    expect(revocations[7]).toEqual({
      serialHex: '4000000007',
      revokedAtMs: Date.parse('2026-02-01T00:00:00.000Z'),
      invalidFromMs: Date.parse('2026-01-01T00:00:00.000Z'),
      reason: 'keyCompromise',
    })
  })

  it('is never taken with one byte changed, and random bytes are refused with a code', async () => {
    const anchor = await root()
    const der = await crl(anchor.issuer, { revoked: [{ serialHex: '4001', atMs: NOW - HOUR_MS }] })
    const refused = async (bytes: Uint8Array): Promise<void> => {
      await expect(readCrl(bytes, anchor.certificate)).rejects.toMatchObject({ name: 'HubError' })
    }
    await fc.assert(
      fc.asyncProperty(fc.nat(der.length - 1), fc.integer({ min: 1, max: 255 }), async (at, bits) => {
        const changed = Buffer.from(der)
        changed[at]! ^= bits
        await refused(changed)
      }),
      { numRuns: 300 },
    )
    await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), refused))
  })

  it('is refused as loose DER', async () => {
    const anchor = await root()
    const der = await crl(anchor.issuer)
    for (const loose of [
      Buffer.concat([der, Buffer.from([0])]),
      der.subarray(1),
      Buffer.alloc(0),
      anchor.certificate.der,
    ])
      await expect(readCrl(loose, anchor.certificate)).rejects.toMatchObject({ code: 'CERTIFICATE_MALFORMED' })
  })

  it('of an SM2 CA with its own user id needs that id', async () => {
    const anchor = await root({ alg: 'SM2SM3' })
    const der = await crl(anchor.issuer)
    await expect(readCrl(der, anchor.certificate, 'another-user-id')).rejects.toMatchObject({
      code: 'CERTIFICATE_UNTRUSTED',
    })
    await expect(readCrl(der, anchor.certificate, '1234567812345678')).resolves.toMatchObject({ serials: new Set() })
  })
})

describe('status', () => {
  const chainOf = (...holders: Holder[]) => holders.map(({ certificate }) => certificate)
  const entry = (holder: Holder, change: Partial<RegisteredCa> = {}): RegisteredCa => ({
    certificate: holder.certificate,
    classes: [],
    status: 'register',
    ...change,
  })
  const find =
    (...entries: RegisteredCa[]) =>
    (fingerprint: string) =>
      entries.find(({ certificate }) => certificate.fingerprint === fingerprint)
  const register = (...revoked: Holder[]) => ({
    at: 42,
    revoked: (fingerprint: string) =>
      revoked.some(({ certificate }) => certificate.fingerprint === fingerprint)
        ? { atMs: NOW, reason: 'key compromise' }
        : undefined,
  })
  const list = (serials: string[], nextUpdateMs = NOW + HOUR_MS) => ({
    thisUpdateMs: NOW - HOUR_MS,
    nextUpdateMs,
    sha256: '12'.repeat(32),
    serials: new Set(serials),
  })

  it('is good by the register, and revoked by it for the certificate or any above', async () => {
    const anchor = await root()
    const sub = await issue({ CN: 'Example Issuing CA', ca: {}, issuer: anchor })
    const holder = await leaf(sub)
    const chain = chainOf(holder, sub, anchor)
    expect(statusOf(chain, find(entry(anchor)), register(), NOW)).toEqual([
      { fingerprint: holder.certificate.fingerprint, status: 'good', source: 'register', registerAt: 42 },
      { fingerprint: sub.certificate.fingerprint, status: 'good', source: 'register', registerAt: 42 },
    ])
    const states = (...revoked: Holder[]) =>
      statusOf(chain, find(entry(anchor)), register(...revoked), NOW).map(({ status }) => status)
    expect(states(holder)).toEqual(['revoked', 'good'])
    expect(states(sub)).toEqual(['revoked', 'revoked'])
    expect(states(anchor)).toEqual(['revoked', 'revoked'])
  })

  it('is good, revoked or stale by a list, with what it is known from', async () => {
    const anchor = await root()
    const holder = await leaf(anchor)
    const { serialHex } = holder.certificate
    const by = (serials: string[], nextUpdateMs?: number) =>
      statusOf(
        chainOf(holder, anchor),
        find(entry(anchor, { status: 'crl', crl: list(serials, nextUpdateMs) })),
        register(),
        NOW,
      )
    const evidence = {
      source: 'crl',
      crlSha256: '12'.repeat(32),
      thisUpdate: '2026-03-02T07:00:00.000Z',
      registerAt: 42,
    }
    expect(by([])).toMatchObject([{ ...evidence, status: 'good', nextUpdate: '2026-03-02T09:00:00.000Z' }])
    expect(by([serialHex])).toMatchObject([{ ...evidence, status: 'revoked' }])
    expect(by([], NOW)).toMatchObject([{ status: 'good' }])
    expect(by([], NOW - 1)).toMatchObject([{ ...evidence, status: 'stale' }])
    expect(by([serialHex], NOW - YEAR_MS)).toMatchObject([{ status: 'revoked' }])
  })

  it('is unknown while a CA that promised a list has none', async () => {
    const anchor = await root()
    const holder = await leaf(anchor)
    expect(statusOf(chainOf(holder, anchor), find(entry(anchor, { status: 'crl' })), register(), NOW)).toMatchObject([
      { status: 'unknown', source: 'none' },
    ])
    expect(statusOf(chainOf(holder, anchor), find(), register(), NOW)).toMatchObject([
      { status: 'unknown', source: 'none' },
    ])
  })

  it('below a CA without an entry is unknown when the one above goes by a list: a list covers its own issuer only', async () => {
    const anchor = await root()
    const sub = await issue({ CN: 'Example Issuing CA', ca: {}, issuer: anchor })
    const found = statusOf(
      chainOf(await leaf(sub), sub, anchor),
      find(entry(anchor, { status: 'crl', crl: list([]) })),
      register(),
      NOW,
    )
    expect(found.map(({ status }) => status)).toEqual(['unknown', 'good'])
  })
})
