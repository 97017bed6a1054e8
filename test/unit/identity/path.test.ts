import { describe, expect, it } from 'vitest'
import { AsnConvert } from '@peculiar/asn1-schema'
import { GeneralName, GeneralSubtree, GeneralSubtrees, NameConstraints } from '@peculiar/asn1-x509'
import type { RefusalCode } from '../../../src/hub/errors.ts'
import { generateKeyPair } from '../../../src/hub/identity/issue.ts'
import { verifyPath } from '../../../src/hub/identity/path.ts'
import type { SuiteName } from '../../../src/hub/identity/suite.ts'
import { type Holder, issue, leaf, NOW, root, YEAR_MS } from './authority.ts'

const prove = (path: Holder[], anchors: Holder[], atMs = NOW) =>
  verifyPath({
    path: path.map(({ certificate }) => certificate),
    anchors: anchors.map(({ certificate }) => ({ certificate })),
    atMs,
  })

const refuse = (code: RefusalCode, path: Holder[], anchors: Holder[], atMs = NOW) =>
  expect(prove(path, anchors, atMs)).rejects.toMatchObject({ name: 'HubError', code })

const constraintsExtension = (permitted: GeneralName[], excluded: GeneralName[] = []) => ({
  oid: '2.5.29.30',
  critical: true,
  value: Buffer.from(
    AsnConvert.serialize(
      new NameConstraints({
        ...(permitted.length > 0 && {
          permittedSubtrees: new GeneralSubtrees(permitted.map((base) => new GeneralSubtree({ base }))),
        }),
        ...(excluded.length > 0 && {
          excludedSubtrees: new GeneralSubtrees(excluded.map((base) => new GeneralSubtree({ base }))),
        }),
      }),
    ),
  ),
})

describe('a path that holds', () => {
  it.each<SuiteName>(['ES256', 'EdDSA', 'PS256', 'SM2SM3'])('is proved through an issuing CA in %s', async (alg) => {
    const anchor = await root({ alg, ca: { pathLength: 1 } })
    const sub = await issue({ alg, CN: 'Example Issuing CA', ca: { pathLength: 0 }, issuer: anchor })
    const holder = await leaf(sub, { alg })
    const { leaf: proved, chain } = await prove([holder, sub], [await root(), anchor])
    expect(proved.party).toBe('urn:hub:vn:bank:lotus-bay')
    expect(chain.map(({ fingerprint }) => fingerprint)).toEqual(
      [holder, sub, anchor].map(({ certificate }) => certificate.fingerprint),
    )
    await expect(prove([holder, sub, anchor], [anchor])).resolves.toMatchObject({ chain: { length: 3 } })
    await expect(prove([holder, sub, anchor], [sub])).resolves.toMatchObject({ chain: { length: 2 } })
  })

  it('mixes P-256, Ed25519 and RSA, which are one stack', async () => {
    const anchor = await root({ alg: 'PS256' })
    const sub = await issue({ alg: 'EdDSA', CN: 'Example Issuing CA', ca: {}, issuer: anchor })
    await expect(prove([await leaf(sub), sub], [anchor])).resolves.toMatchObject({ chain: { length: 3 } })
  })

  it('finds the right one of two anchors of the same name', async () => {
    const [first, second] = [await root(), await root()]
    const { chain } = await prove([await leaf(second)], [first, second])
    expect(chain[1]).toBe(second.certificate)
  })

  it('is valid in its first and in its last second', async () => {
    const anchor = await root()
    const holder = await leaf(anchor, { notBeforeMs: NOW, notAfterMs: NOW + 10_000 })
    await prove([holder], [anchor], NOW)
    await prove([holder], [anchor], NOW + 10_999)
    await refuse('CERTIFICATE_NOT_YET_VALID', [holder], [anchor], NOW - 1)
    await refuse('CERTIFICATE_EXPIRED', [holder], [anchor], NOW + 11_000)
  })

  it('uses the SM2 user id entered for an anchor, and only that', async () => {
    const anchor = await root({ alg: 'SM2SM3' })
    const holder = await leaf(anchor, { alg: 'SM2SM3' })
    const { certificate } = anchor
    const under = (userId: string) =>
      verifyPath({ path: [holder.certificate], anchors: [{ certificate, userId }], atMs: NOW })
    await expect(under('1234567812345678')).resolves.toMatchObject({ leaf: holder.certificate })
    await expect(under('another-user-id')).rejects.toMatchObject({ code: 'CERTIFICATE_UNTRUSTED' })
  })
})

describe('trust', () => {
  it('is refused without any certificate, and with too many', async () => {
    const anchor = await root()
    const holder = await leaf(anchor)
    await expect(verifyPath({ path: [], anchors: [anchor], atMs: NOW })).rejects.toMatchObject({
      code: 'CERTIFICATE_UNTRUSTED',
    })
    await refuse(
      'CERTIFICATE_UNTRUSTED',
      Array.from({ length: 9 }, () => holder),
      [anchor],
    )
  })

  it('is refused under a CA that is not in the register, and the refusal names the certificate', async () => {
    const holder = await leaf(await root({ CN: 'Example Other Root' }))
    await expect(prove([holder], [await root()])).rejects.toMatchObject({
      code: 'CERTIFICATE_UNTRUSTED',
      detail: expect.stringContaining('CN=Example Bank of Lotus Bay'),
    })
  })

  it('is refused under a CA that only bears the name', async () => {
    await refuse('CERTIFICATE_UNTRUSTED', [await leaf(await root())], [await root()])
  })

  it('is refused when an intermediate only bears the name', async () => {
    const anchor = await root()
    const [real, namesake] = [
      await issue({ CN: 'Example Issuing CA', ca: {}, issuer: anchor }),
      await issue({ CN: 'Example Issuing CA', ca: {}, issuer: anchor }),
    ]
    await refuse('CERTIFICATE_UNTRUSTED', [await leaf(real), namesake], [anchor])
  })

  it('is refused when the key identifier fits and the signature is of another key', async () => {
    const anchor = await root()
    const [real, other] = [await issue({ CN: 'Example Issuing CA', ca: {}, issuer: anchor }), generateKeyPair('ES256')]
    const forged = await issue({
      CN: 'Example Bank',
      usage: 'sign',
      issuer: { ...real, issuer: { certificateDer: real.certificate.der, privateKey: other.privateKey } },
    })
    expect(forged.certificate.authorityKeyId).toBe(real.certificate.subjectKeyId)
    await refuse('CERTIFICATE_UNTRUSTED', [forged, real], [anchor])
  })

  it('is refused when certificates of the path do not follow one another', async () => {
    const anchor = await root()
    const stranger = await issue({ CN: 'Example Issuing CA', ca: {}, issuer: anchor })
    await refuse('CERTIFICATE_UNTRUSTED', [await leaf(anchor), stranger], [anchor])
  })

  it('is refused when SM2 and the international stack are mixed', async () => {
    const anchor = await root({ alg: 'SM2SM3' })
    await refuse('CERTIFICATE_UNTRUSTED', [await leaf(anchor, { alg: 'ES256' })], [anchor])
  })

  it('is not given to an anchor itself', async () => {
    const anchor = await root()
    await refuse('CERTIFICATE_USAGE', [anchor], [anchor])
  })
})

describe('validity', () => {
  it('is asked of every certificate, the anchor too', async () => {
    const old = await root({ notAfterMs: NOW - 5000 })
    await refuse('CERTIFICATE_EXPIRED', [await leaf(old)], [old])
    const anchor = await root()
    const sub = await issue({ CN: 'Example Issuing CA', ca: {}, issuer: anchor, notBeforeMs: NOW + YEAR_MS / 2 })
    await refuse('CERTIFICATE_NOT_YET_VALID', [await leaf(sub), sub], [anchor])
  })
})

describe('the right to issue', () => {
  it.each<SuiteName>(['ES256', 'EdDSA', 'PS256', 'SM2SM3'])(
    'is not with a certificate that is no CA (%s)',
    async (alg) => {
      const anchor = await root({ alg })
      const trader = await leaf(anchor, { alg, CN: 'Example Trader' })
      await refuse('CERTIFICATE_ISSUER_NOT_CA', [await leaf(trader, { alg }), trader], [anchor])
    },
  )

  it('is not with an anchor that is no CA, or without keyCertSign', async () => {
    const plain = await issue({ CN: 'Example Root', usage: 'sign' })
    await refuse('CERTIFICATE_ISSUER_NOT_CA', [await leaf(plain)], [plain])
    const flags = { oid: '2.5.29.15', critical: true, value: Buffer.from('03020780', 'hex') }
    const basic = { oid: '2.5.29.19', critical: true, value: Buffer.from('30030101ff', 'hex') }
    const weak = await issue({ CN: 'Example Root', extensions: [flags, basic] })
    expect(weak.certificate).toMatchObject({ isCa: true, keyUsage: { keyCertSign: false } })
    await refuse('CERTIFICATE_ISSUER_NOT_CA', [await leaf(weak)], [weak])
  })

  it('ends at the path length', async () => {
    const anchor = await root({ ca: { pathLength: 0 } })
    const sub = await issue({ CN: 'Example Issuing CA', ca: {}, issuer: anchor })
    await prove([await leaf(anchor)], [anchor])
    await refuse('CERTIFICATE_ISSUER_NOT_CA', [await leaf(sub), sub], [anchor])
  })
})

describe('usage', () => {
  it('of the leaf must allow signing messages', async () => {
    const anchor = await root()
    await refuse('CERTIFICATE_USAGE', [await leaf(anchor, { usage: 'tls-server' })], [anchor])
    await prove([await leaf(anchor, { usage: 'tls-client' })], [anchor])
    const encipher = { oid: '2.5.29.15', critical: true, value: Buffer.from('03020520', 'hex') }
    await refuse(
      'CERTIFICATE_USAGE',
      [await issue({ CN: 'Example Bank', issuer: anchor, extensions: [encipher] })],
      [anchor],
    )
    await refuse('CERTIFICATE_USAGE', [await issue({ CN: 'Example Issuing CA', ca: {}, issuer: anchor })], [anchor])
  })

  it('is refused for an unknown critical extension anywhere, and not for one that is not critical', async () => {
    const anchor = await root()
    const unknown = (critical: boolean) => ({
      oid: '1.3.6.1.4.1.99999.7.7',
      critical,
      value: Buffer.from('0500', 'hex'),
    })
    await prove([await leaf(anchor, { extensions: [unknown(false)] })], [anchor])
    await refuse('CERTIFICATE_USAGE', [await leaf(anchor, { extensions: [unknown(true)] })], [anchor])
    const sub = await issue({ CN: 'Example Issuing CA', ca: {}, issuer: anchor, extensions: [unknown(true)] })
    await refuse('CERTIFICATE_USAGE', [await leaf(sub), sub], [anchor])
  })
})

describe('name constraints', () => {
  it('keep a CA to the directories it may name, case and space apart', async () => {
    const anchor = await root()
    const sub = await issue({
      CN: 'Example Group CA',
      ca: {},
      issuer: anchor,
      permittedDirectories: [{ C: 'VN', O: 'Example Group' }],
    })
    await prove([await leaf(sub, { O: 'Example Group' }), sub], [anchor])
    await prove([await leaf(sub, { O: 'EXAMPLE  group ' }), sub], [anchor])
    await refuse('CERTIFICATE_NAME_CONSTRAINT', [await leaf(sub, { O: 'Example Rival' }), sub], [anchor])
    await refuse('CERTIFICATE_NAME_CONSTRAINT', [await leaf(sub, { C: 'TH', O: 'Example Group' }), sub], [anchor])
  })

  it('bind below a CA that is itself within them, and are those of the anchor too', async () => {
    const anchor = await root({ permittedDirectories: [{ C: 'VN' }] })
    const sub = await issue({ CN: 'Example Issuing CA', ca: {}, issuer: anchor })
    await prove([await leaf(sub), sub], [anchor])
    await refuse('CERTIFICATE_NAME_CONSTRAINT', [await leaf(sub, { C: 'CN' }), sub], [anchor])
  })

  const cases: [string, GeneralName[], GeneralName[], Partial<Parameters<typeof leaf>[1]>, boolean][] = [
    ['a host below', [new GeneralName({ dNSName: 'port.example' })], [], { dnsNames: ['berth.port.example'] }, true],
    [
      'a host that only ends alike',
      [new GeneralName({ dNSName: 'port.example' })],
      [],
      { dnsNames: ['airport.example'] },
      false,
    ],
    [
      'an excluded host',
      [],
      [new GeneralName({ dNSName: 'port.example' })],
      { dnsNames: ['berth.port.example'] },
      false,
    ],
    [
      'an excluded host with a final dot',
      [],
      [new GeneralName({ dNSName: 'port.example' })],
      { dnsNames: ['berth.port.example.'] },
      false,
    ],
    [
      'a host beside an excluded one',
      [],
      [new GeneralName({ dNSName: 'port.example' })],
      { dnsNames: ['bank.example'] },
      true,
    ],
    [
      'a URN under a permitted URI host',
      [new GeneralName({ uniformResourceIdentifier: 'bank.example' })],
      [],
      {},
      false,
    ],
    [
      'a URN under an excluded URI host',
      [],
      [new GeneralName({ uniformResourceIdentifier: 'bank.example' })],
      {},
      false,
    ],
    [
      'an address while addresses are constrained',
      [new GeneralName({ iPAddress: '10.0.0.0/8' })],
      [],
      { ipAddresses: ['10.1.2.3'] },
      false,
    ],
    ['no address while addresses are constrained', [new GeneralName({ iPAddress: '10.0.0.0/8' })], [], {}, true],
  ]
  it.each(cases)('%s', async (_what, permitted, excluded, change, good) => {
    const anchor = await root()
    const sub = await issue({
      CN: 'Example Issuing CA',
      ca: {},
      issuer: anchor,
      extensions: [constraintsExtension(permitted, excluded)],
    })
    const holder = await leaf(sub, change)
    if (good) await prove([holder, sub], [anchor])
    else await refuse('CERTIFICATE_NAME_CONSTRAINT', [holder, sub], [anchor])
  })

  it('of a form with minimum or maximum are not read', async () => {
    const anchor = await root()
    const subtree = new GeneralSubtree({ base: new GeneralName({ dNSName: 'port.example' }), minimum: 1 })
    const extension = {
      oid: '2.5.29.30',
      critical: true,
      value: Buffer.from(
        AsnConvert.serialize(new NameConstraints({ permittedSubtrees: new GeneralSubtrees([subtree]) })),
      ),
    }
    await expect(
      issue({ CN: 'Example Issuing CA', ca: {}, issuer: anchor, extensions: [extension] }),
    ).rejects.toMatchObject({ code: 'CERTIFICATE_MALFORMED' })
  })
})
