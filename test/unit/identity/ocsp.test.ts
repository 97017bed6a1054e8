// Answers of responders: what is believed, and everything that is not.
import { OCSPResponseStatus, SingleResponse } from '@peculiar/asn1-ocsp'
import { Extension } from '@peculiar/asn1-x509'
import { OctetString } from '@peculiar/asn1-schema'
import * as fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { checkOcspTimes, ocspRequest, SKEW_MS, verifyOcsp } from '../../../src/hub/identity/ocsp.ts'
import { SUITE_NAMES } from '../../../src/hub/identity/suites/index.ts'
import { answerOcsp, delegateOf, type OcspPaper, responseOf } from '../../support/ocsp-paper.ts'
import { type Holder, issue, leaf, NOW, root } from './authority.ts'

const HOUR_MS = 3_600_000
const NONCE = Buffer.alloc(16, 7)
let anchor: Holder
let holder: Holder
beforeAll(async () => {
  anchor = await root()
  holder = await leaf(anchor)
})

const subject = (userId?: string) => ({
  certificate: holder.certificate,
  issuer: anchor.certificate,
  ...(userId !== undefined && { userId }),
})
const answer = (paper: Partial<OcspPaper> = {}) =>
  answerOcsp(ocspRequest(subject(), NONCE), {
    signer: anchor.issuer,
    thisUpdateMs: NOW - HOUR_MS,
    nextUpdateMs: NOW + HOUR_MS,
    ...paper,
  })
const verified = async (paper: Partial<OcspPaper> = {}) =>
  verifyOcsp(await answer(paper), subject(), NOW, { nonce: NONCE })
const refused = (paper: Partial<OcspPaper>, code: string) => expect(verified(paper)).rejects.toMatchObject({ code })

describe('the answer of a responder', () => {
  it.each(SUITE_NAMES)('in %s is believed from the CA and from its delegate, by name and by key', async (alg) => {
    const ca = await root({ alg })
    const of = { certificate: (await leaf(ca, { alg })).certificate, issuer: ca.certificate }
    const delegate = await delegateOf(ca.issuer, { nowMs: NOW })
    for (const [signer, isDelegate] of [[ca.issuer, false] as const, [delegate, true] as const])
      for (const byKey of [false, true]) {
        const paper = { signer, isDelegate, byKey, thisUpdateMs: NOW - HOUR_MS, nextUpdateMs: NOW + HOUR_MS }
        const der = await answerOcsp(ocspRequest(of, NONCE), paper)
        expect(await verifyOcsp(der, of, NOW, { nonce: NONCE })).toMatchObject({
          status: 'good',
          thisUpdateMs: NOW - HOUR_MS,
          nextUpdateMs: NOW + HOUR_MS,
          untilMs: NOW + HOUR_MS,
        })
      }
  })

  it('says revoked with time and reason, and unknown as such', async () => {
    const status = { revokedAtMs: NOW - 2 * HOUR_MS, reason: 1 }
    expect(await verified({ status })).toMatchObject({
      status: 'revoked',
      revokedAtMs: NOW - 2 * HOUR_MS,
      reason: 'keyCompromise',
    })
    expect(await verified({ status: { revokedAtMs: NOW } })).toMatchObject({ reason: 'unspecified' })
    expect(await verified({ status: 'unknown' })).toMatchObject({ status: 'unknown' })
  })

  it('of an SM2 CA with a user id of its own needs that id', async () => {
    const ca = await root({ alg: 'SM2SM3' })
    const of = {
      certificate: (await leaf(ca, { alg: 'SM2SM3' })).certificate,
      issuer: ca.certificate,
      userId: 'office-7',
    }
    const paper = { signer: ca.issuer, thisUpdateMs: NOW, userId: 'office-7' }
    const der = await answerOcsp(ocspRequest(of, NONCE), paper)
    expect(await verifyOcsp(der, of, NOW)).toMatchObject({ status: 'good' })
    const { userId: _own, ...standard } = of
    await expect(verifyOcsp(der, standard, NOW)).rejects.toMatchObject({ code: 'CERTIFICATE_UNTRUSTED' })
  })

  it('is refused from anybody the CA has not certified for it', async () => {
    const other = await root({ CN: 'Example Other Root' })
    const namesake = await root()
    const foreign = await delegateOf(other.issuer, { nowMs: NOW })
    const forged = await delegateOf(namesake.issuer, { nowMs: NOW })
    await refused({ signer: other.issuer }, 'CERTIFICATE_UNTRUSTED')
    await refused({ signer: namesake.issuer }, 'CERTIFICATE_UNTRUSTED')
    await refused({ signer: foreign, isDelegate: true }, 'CERTIFICATE_UNTRUSTED')
    await refused({ signer: forged, isDelegate: true }, 'CERTIFICATE_UNTRUSTED')
    await refused({ signer: holder.issuer, isDelegate: true }, 'CERTIFICATE_USAGE')
    const anything = await delegateOf(anchor.issuer, { nowMs: NOW, usages: ['2.5.29.37.0'] })
    await refused({ signer: anything, isDelegate: true }, 'CERTIFICATE_USAGE')
    const expired = await delegateOf(anchor.issuer, { nowMs: NOW, untilMs: NOW - 2000 })
    await refused({ signer: expired, isDelegate: true }, 'CERTIFICATE_UNTRUSTED')
    const delegate = await delegateOf(anchor.issuer, { nowMs: NOW })
    await refused({ signer: delegate }, 'CERTIFICATE_UNTRUSTED')
    const der = await answer({ signer: delegate, isDelegate: true })
    await expect(verifyOcsp(der, subject(), NOW, { refused: () => true })).rejects.toMatchObject({
      code: 'CERTIFICATE_UNTRUSTED',
    })
  })

  it('below an issuing CA is refused from the root above it', async () => {
    const sub = await issue({ CN: 'Example Issuing CA', ca: {}, issuer: anchor })
    const of = { certificate: (await leaf(sub)).certificate, issuer: sub.certificate }
    const der = await answerOcsp(ocspRequest(of, NONCE), { signer: anchor.issuer, thisUpdateMs: NOW })
    await expect(verifyOcsp(der, of, NOW)).rejects.toMatchObject({ code: 'CERTIFICATE_UNTRUSTED' })
    const own = await answerOcsp(ocspRequest(of, NONCE), { signer: sub.issuer, thisUpdateMs: NOW })
    expect(await verifyOcsp(own, of, NOW)).toMatchObject({ status: 'good' })
  })

  it('is refused about another certificate, of another issuer, or twice', async () => {
    await refused({ serialHex: '0102' }, 'CERTIFICATE_UNTRUSTED')
    const other = await root()
    const der = await answer()
    await expect(verifyOcsp(der, { ...subject(), issuer: other.certificate }, NOW)).rejects.toMatchObject({
      code: 'CERTIFICATE_UNTRUSTED',
    })
    const twice: OcspPaper['change'] = ({ tbsResponseData: data }) => data.responses.push(data.responses[0]!)
    await refused({ change: twice }, 'CERTIFICATE_UNTRUSTED')
  })

  it('is refused with the nonce of another request; without a nonce its times decide', async () => {
    await refused({ nonce: Buffer.alloc(16, 8) }, 'CERTIFICATE_UNTRUSTED')
    expect(await verified({ nonce: 'none' })).toMatchObject({ status: 'good' })
  })

  it('is refused with a critical extension', async () => {
    const critical = new Extension({
      extnID: '1.3.6.1.4.1.99999.9',
      critical: true,
      extnValue: new OctetString([5, 0]),
    })
    await refused(
      { change: ({ tbsResponseData: data }) => (data.responseExtensions = [critical]) },
      'CERTIFICATE_MALFORMED',
    )
    const single: OcspPaper['change'] = ({ tbsResponseData: data }) => {
      data.responses[0] = new SingleResponse({ ...data.responses[0]!, singleExtensions: [critical] as never })
    }
    await refused({ change: single }, 'CERTIFICATE_MALFORMED')
  })

  it.each(['tryLater', 'unauthorized', 'internalError', 'malformedRequest', 'sigRequired'] as const)(
    '%s is no answer: unknown',
    async (name) => {
      await expect(verifyOcsp(responseOf(OCSPResponseStatus[name]), subject(), NOW)).rejects.toMatchObject({
        code: 'CERTIFICATE_STATUS_UNKNOWN',
      })
    },
  )

  it('is refused as loose or oversized DER, whatever is wrong with it', async () => {
    const der = await answer()
    const oversized = Buffer.alloc(70_000)
    for (const loose of [
      Buffer.concat([der, Buffer.from([0])]),
      der.subarray(1),
      Buffer.alloc(0),
      oversized,
      holder.certificate.der,
    ])
      await expect(verifyOcsp(loose, subject(), NOW)).rejects.toMatchObject({ code: 'CERTIFICATE_MALFORMED' })
    await refused({ nextUpdateMs: NOW - HOUR_MS }, 'CERTIFICATE_MALFORMED')
  })

  it('is never believed with one byte of what is signed changed', async () => {
    const der = await answer({ signer: await delegateOf(anchor.issuer, { nowMs: NOW }), isDelegate: true })
    const good = await verifyOcsp(der, subject(), NOW)
    await fc.assert(
      fc.asyncProperty(fc.nat(der.length - 1), fc.integer({ min: 1, max: 255 }), async (at, bits) => {
        const changed = Buffer.from(der)
        changed[at]! ^= bits
        const found = await verifyOcsp(changed, subject(), NOW, { nonce: NONCE }).catch((error: unknown) => error)
        if (found instanceof Error) expect(found.name).toBe('HubError')
        else expect({ ...(found as object), sha256: '' }).toEqual({ ...good, sha256: '' })
      }),
      { numRuns: 400 },
    )
  })

  it('of random bytes is refused with a code', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
        await expect(verifyOcsp(bytes, subject(), NOW)).rejects.toMatchObject({ name: 'HubError' })
      }),
    )
  })
})

describe('the times of an answer', () => {
  const times = async (paper: Partial<OcspPaper>, atMs = NOW) => checkOcspTimes(await verified(paper), atMs)
  const stale = (paper: Partial<OcspPaper>, atMs?: number) =>
    expect(times(paper, atMs)).rejects.toMatchObject({ code: 'CERTIFICATE_STATUS_STALE' })

  it('hold until the next update, and not after it', async () => {
    await times({}, NOW + HOUR_MS)
    await stale({}, NOW + HOUR_MS + 1)
  })
  it('hold for an hour when no next update is named, and for a week at the most', async () => {
    const open = () => answerOcsp(ocspRequest(subject(), NONCE), { signer: anchor.issuer, thisUpdateMs: NOW })
    const { untilMs } = await verifyOcsp(await open(), subject(), NOW)
    expect(untilMs).toBe(NOW + HOUR_MS)
    expect(await verified({ nextUpdateMs: NOW + 10_000 * HOUR_MS })).toMatchObject({
      untilMs: NOW - HOUR_MS + 168 * HOUR_MS,
    })
  })
  it('may run ahead by the five minutes that clocks differ, and no more', async () => {
    await times({ thisUpdateMs: NOW + SKEW_MS })
    await stale({ thisUpdateMs: NOW + SKEW_MS + 1000 })
    await stale({ producedAtMs: NOW + SKEW_MS + 1000 })
  })
})
