import { X509Certificate } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { readCertificate } from '../../../src/hub/identity/certificate.ts'
import { derWrap } from '../../../src/hub/identity/der.ts'
import { issueCertificate, generateKeyPair } from '../../../src/hub/identity/issue.ts'
import { SUITE_NAMES } from '../../../src/hub/identity/suites/index.ts'
import { issue, leaf, NOW, root, YEAR_MS } from './authority.ts'

const refused = (der: Buffer, why = '') =>
  expect(() => readCertificate(der)).toThrowError(
    expect.objectContaining({ code: 'CERTIFICATE_MALFORMED', detail: expect.stringContaining(why) }),
  )

describe('a certificate', () => {
  it.each(SUITE_NAMES)('in %s is read as it was issued, and as the runtime reads it', async (alg) => {
    const anchor = await root({ alg, ca: { pathLength: 2 } })
    const { certificate } = await leaf(anchor, {
      alg,
      dnsNames: ['bank.example'],
      ipAddresses: ['10.1.2.3'],
      serialHex: '4a5b6c',
    })
    expect(certificate).toMatchObject({
      subject: 'C=VN, O=Example Office of Hoa Lac, CN=Example Bank of Lotus Bay',
      issuer: 'C=VN, O=Example Office of Hoa Lac, CN=Example National Root',
      issuerName: anchor.certificate.subjectName,
      country: 'VN',
      serialHex: '4a5b6c',
      notBeforeMs: NOW - YEAR_MS,
      notAfterMs: NOW + YEAR_MS,
      stack: alg === 'SM2SM3' ? 'sm2' : 'international',
      publicKey: { alg },
      isCa: false,
      keyUsage: { digitalSignature: true, keyCertSign: false, crlSign: false },
      party: 'urn:hub:vn:bank:lotus-bay',
      authorityKeyId: anchor.certificate.subjectKeyId,
      unknownCritical: [],
    })
    expect(certificate.names.slice(1)).toEqual([
      { type: 'uri', text: 'urn:hub:vn:bank:lotus-bay' },
      { type: 'dns', text: 'bank.example' },
      { type: 'ip', text: '10.1.2.3' },
    ])
    expect(anchor.certificate).toMatchObject({
      isCa: true,
      pathLength: 2,
      keyUsage: { digitalSignature: false, keyCertSign: true, crlSign: true },
    })
    const native = new X509Certificate(certificate.der)
    expect(native.fingerprint256.replaceAll(':', '').toLowerCase()).toBe(certificate.fingerprint)
    expect(native.serialNumber.toLowerCase()).toBe(certificate.serialHex)
    expect(native.checkIssued(new X509Certificate(anchor.certificate.der))).toBe(true)
  })

  it('is read once per fingerprint and keeps no hold of the bytes given', async () => {
    const { certificate } = await root()
    const given = Buffer.from(certificate.der)
    expect(readCertificate(given)).toBe(certificate)
    given.fill(0)
    expect(readCertificate(certificate.der)).toBe(certificate)
  })

  it('is refused with bytes behind, cut short, empty, or larger than 32 KiB', async () => {
    const { der } = (await root()).certificate
    refused(Buffer.concat([der, Buffer.from([0])]), 'bytes follow')
    refused(der.subarray(0, -1), 'ends before')
    refused(Buffer.alloc(0))
    refused(Buffer.alloc(40_000), '32 KiB')
  })

  it('is refused in another encoding of the same content', async () => {
    const { der } = (await root()).certificate
    expect(der[1]).toBe(0x82)
    const longLength = Buffer.concat([Buffer.from([0x30, 0x83, 0]), der.subarray(2)])
    refused(longLength, 'shortest form')
    const indefinite = Buffer.concat([Buffer.from([0x30, 0x80]), der.subarray(4), Buffer.from([0, 0])])
    refused(indefinite, 'indefinite')
    const critical = der.indexOf(Buffer.from('0101ff', 'hex'))
    const loose = Buffer.from(der)
    loose[critical + 2] = 1
    refused(loose, 'boolean')
  })

  it('is refused if what is signed and what it says of the signature differ', async () => {
    const { der } = (await root()).certificate
    const other = Buffer.from(der)
    const at = other.lastIndexOf(Buffer.from('2a8648ce3d040302', 'hex'))
    other[at + 7] = 3
    refused(other, 'signature algorithms differ')
  })

  it('is refused if it names two parties or two countries', async () => {
    const keys = generateKeyPair('ES256')
    const dates = { notBeforeMs: NOW, notAfterMs: NOW + YEAR_MS }
    const subject = { C: 'VN', O: 'Example', CN: 'Example' }
    const uri = (text: string) => derWrap(0x86, Buffer.from(text))
    const value = derWrap(0x30, uri('urn:hub:vn:bank:one'), uri('urn:hub:vn:bank:two'))
    refused(
      await issueCertificate({
        subject,
        spkiDer: keys.spkiDer,
        privateKey: keys.privateKey,
        ...dates,
        extensions: [{ oid: '2.5.29.17', critical: false, value }],
      }),
      'more than one party',
    )
    const good = await issueCertificate({
      subject: { ...subject, CN: 'XX' },
      spkiDer: keys.spkiDer,
      privateKey: keys.privateKey,
      ...dates,
    })
    // CN=XX becomes a second C, in subject and issuer.
    const twice = Buffer.from(good.toString('latin1').replaceAll('\u0055\u0004\u0003', '\u0055\u0004\u0006'), 'latin1')
    refused(twice, 'more than one country')
  })

  it('is refused if an extension carries loose DER or more than its value', async () => {
    const extension = (value: string) => ({ oid: '2.5.29.19', critical: true, value: Buffer.from(value, 'hex') })
    await issue({ extensions: [extension('30030101ff')] })
    await expect(issue({ extensions: [extension('3003010101')] })).rejects.toMatchObject({
      code: 'CERTIFICATE_MALFORMED',
    })
    await expect(issue({ extensions: [extension('30030101ff0500')] })).rejects.toMatchObject({
      code: 'CERTIFICATE_MALFORMED',
    })
    await expect(issue({ extensions: [extension('300804060101ff0201ff')] })).rejects.toMatchObject({
      code: 'CERTIFICATE_MALFORMED',
    })
  })

  it('with a key the hub does not use is refused with the reason', async () => {
    const keys = generateKeyPair('ES256')
    const { der } = (await issue({ keys })).certificate
    const at = der.indexOf(keys.spkiDer)
    const other = Buffer.from(der)
    other[at + keys.spkiDer.length - 1]! ^= 1
    refused(other, 'public key')
  })

  it('tells names that differ in case and space only as one, and others apart', async () => {
    const [one, two, three] = await Promise.all(
      ['Example Port', 'EXAMPLE  port', 'Example Ports'].map((O) => issue({ O })),
    )
    expect(one!.certificate.subjectName).toBe(two!.certificate.subjectName)
    expect(one!.certificate.subjectName).not.toBe(three!.certificate.subjectName)
  })
})
