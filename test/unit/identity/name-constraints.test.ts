// A CA for one party: it names that party and no other, in that one spelling, and what it issues is known for a device.
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { RefusalCode } from '../../../src/hub/errors.ts'
import { checkNameConstraints, isDevice } from '../../../src/hub/identity/name-constraints.ts'
import { verifyPath } from '../../../src/hub/identity/path.ts'
import type { SuiteName } from '../../../src/hub/identity/suite.ts'
import { type Holder, issue, leaf, NOW, root } from './authority.ts'

const PARTY = 'urn:hub:vn:border-group:lychee'
const chainOf = (path: Holder[]) => path.map(({ certificate }) => certificate)
const prove = (path: Holder[], anchor: Holder) =>
  verifyPath({ path: chainOf(path), anchors: [{ certificate: anchor.certificate }], atMs: NOW })
const refuse = (code: RefusalCode, path: Holder[], anchor: Holder) =>
  expect(prove(path, anchor)).rejects.toMatchObject({ name: 'HubError', code })
const partyCa = (anchor: Holder, uris: string[] = [PARTY], alg: SuiteName = 'ES256') =>
  issue({ alg, CN: 'Example phones', ca: { pathLength: 0 }, permittedUris: uris, issuer: anchor })

describe('a CA that may name one party', () => {
  it.each<SuiteName>(['ES256', 'SM2SM3'])('names it in %s, and what it issues is a device', async (alg) => {
    const anchor = await root({ alg, ca: { pathLength: 1 } })
    const sub = await partyCa(anchor, [PARTY], alg)
    const { chain } = await prove([await leaf(sub, { alg, party: PARTY }), sub], anchor)
    expect(isDevice(chain)).toBe(true)
    expect(isDevice((await prove([await leaf(anchor, { alg, party: PARTY })], anchor)).chain)).toBe(false)
  })

  it.each([
    'urn:hub:vn:border-group:mango',
    'urn:hub:vn:border-group:lychee-2',
    'urn:hub:vn:border-group:lychee:phone-1',
    'urn:hub:vn:border-group:lyche',
    'urn:hub:vn:customs:lychee',
    'urn:hub:cn:border-group:lychee',
    'URN:HUB:vn:border-group:lychee',
    'urn:other:vn:border-group:lychee',
    'https://lychee.example/phone',
  ])('does not name %s', async (party) => {
    const anchor = await root()
    const sub = await partyCa(anchor)
    await refuse('CERTIFICATE_NAME_CONSTRAINT', [await leaf(sub, { party }), sub], anchor)
  })

  it('names no host of that name, and one that may name a host names no party', async () => {
    const anchor = await root()
    const hosts = await partyCa(anchor, ['lychee.example'])
    await refuse('CERTIFICATE_NAME_CONSTRAINT', [await leaf(hosts, { party: PARTY }), hosts], anchor)
    const both = await partyCa(anchor, ['lychee.example', PARTY])
    await prove([await leaf(both, { party: PARTY }), both], anchor)
    await prove([await leaf(both, { party: 'https://lychee.example/phone' }), both], anchor)
    await refuse('CERTIFICATE_NAME_CONSTRAINT', [await leaf(both, { party: 'urn:hub:vn:bank:other' }), both], anchor)
  })

  it('does not issue another CA, nor one that would name more', async () => {
    const anchor = await root()
    const sub = await partyCa(anchor)
    const wider = await issue({ CN: 'Example wider', ca: {}, permittedUris: ['urn:hub:vn:bank:other'], issuer: sub })
    await refuse('CERTIFICATE_ISSUER_NOT_CA', [await leaf(wider, { party: PARTY }), wider, sub], anchor)
    const loose = await issue({ CN: 'Example phones', ca: {}, permittedUris: [PARTY], issuer: anchor })
    const below = await issue({ CN: 'Example below', ca: {}, issuer: loose })
    await refuse('CERTIFICATE_NAME_CONSTRAINT', [await leaf(below), below, loose], anchor)
    const { chain } = await prove([await leaf(below, { party: PARTY }), below, loose], anchor)
    expect(isDevice(chain)).toBe(true)
  })

  it('lets through exactly the party, whatever else a certificate may say', async () => {
    const anchor = await root()
    const sub = await partyCa(anchor)
    const holder = await leaf(sub, { party: PARTY })
    const named = (text: string) => ({ ...holder.certificate, names: [{ type: 'uri' as const, text }] })
    const through = (text: string): boolean => {
      try {
        checkNameConstraints([named(text), sub.certificate, anchor.certificate])
        return true
      } catch {
        return false
      }
    }
    const texts = fc.oneof(
      fc.webUrl(),
      fc.string(),
      fc.string().map((text) => PARTY + text),
    )
    fc.assert(fc.property(texts, (text) => through(text) === (text === PARTY)))
  })
})
