import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { readCertificate } from '../../../src/hub/identity/certificate.ts'
import { createCsr, generateKeyPair, issueCrl, issueFromCsr } from '../../../src/hub/identity/issue.ts'
import { verifyPath } from '../../../src/hub/identity/path.ts'
import { publicKeyFromSpki, publicKeyOf, SUITE_NAMES } from '../../../src/hub/identity/suites/index.ts'
import { leaf, NOW, root, YEAR_MS } from './authority.ts'

describe.each(SUITE_NAMES)('a request in %s', (alg) => {
  const subject = { C: 'TH', O: 'Example Rubber Growers', OU: 'Trang', CN: 'Example Desk 4' }
  const party = 'urn:hub:th:trader:example-rubber'

  it('is answered with a certificate for its key and subject, and for the party that the CA decides', async () => {
    const anchor = await root({ alg })
    const { privateKey, spkiDer } = generateKeyPair(alg)
    const csr = await createCsr({ subject, privateKey, party: 'urn:hub:th:bank:somebody-else' })
    const der = await issueFromCsr(csr, {
      issuer: anchor.issuer,
      party,
      notBeforeMs: NOW - 1000,
      notAfterMs: NOW + YEAR_MS,
    })
    const certificate = readCertificate(der)
    expect(certificate.publicKey.spkiDer).toEqual(spkiDer)
    expect(certificate).toMatchObject({
      party,
      country: 'TH',
      subject: 'C=TH, O=Example Rubber Growers, OU=Trang, CN=Example Desk 4',
    })
    await expect(verifyPath({ path: [certificate], anchors: [anchor], atMs: NOW })).resolves.toMatchObject({
      leaf: { party },
    })
  })

  it('is refused when it is not signed with its own key, or is loose DER', async () => {
    const anchor = await root({ alg })
    const { privateKey } = generateKeyPair(alg)
    const csr = await createCsr({ subject, privateKey, party })
    const terms = { issuer: anchor.issuer, party, notBeforeMs: NOW, notAfterMs: NOW + YEAR_MS }
    const at = csr.indexOf(Buffer.from('Example Rubber'))
    const other = Buffer.from(csr)
    other.write('Exempla', at)
    await expect(issueFromCsr(other, terms)).rejects.toMatchObject({ code: 'SIGNATURE_INVALID' })
    await expect(issueFromCsr(Buffer.concat([csr, Buffer.from([0])]), terms)).rejects.toMatchObject({
      code: 'CERTIFICATE_MALFORMED',
    })
    await expect(issueFromCsr(anchor.certificate.der, terms)).rejects.toMatchObject({ name: 'HubError' })
  })
})

describe('a generated key', () => {
  it.each(SUITE_NAMES)('of %s has the public half it says', (alg) => {
    const { privateKey, spkiDer } = generateKeyPair(alg)
    expect(publicKeyOf(privateKey).spkiDer).toEqual(spkiDer)
    expect(publicKeyFromSpki(spkiDer).alg).toBe(alg)
  })
})

const hasOpenssl = spawnSync('openssl', ['version']).status === 0
if (!hasOpenssl) console.warn('SKIPPED: openssl against what we issue. Put openssl 3 on PATH to run it.')

describe.skipIf(!hasOpenssl).each(SUITE_NAMES)('openssl, with what we issue in %s', (alg) => {
  const folder = mkdtempSync(join(tmpdir(), 'hub-issue-'))
  afterAll(() => rmSync(folder, { recursive: true }))
  const pem = (name: string, label: string, der: Buffer) => {
    const file = join(folder, name)
    writeFileSync(
      file,
      `-----BEGIN ${label}-----\n${der.toString('base64').replaceAll(/(.{64})(?=.)/g, '$1\n')}\n-----END ${label}-----\n`,
    )
    return file
  }
  const openssl = (...options: string[]) => spawnSync('openssl', options, { encoding: 'utf8' })
  const distid = alg === 'SM2SM3' ? ['-vfyopt', 'distid:1234567812345678'] : []
  const at = ['-attime', String(NOW / 1000)]

  it('takes the certificate, and not one by another CA of the name', async () => {
    const [anchor, namesake] = [await root({ alg }), await root({ alg })]
    const holder = await leaf(anchor, { alg })
    const file = pem('leaf.pem', 'CERTIFICATE', holder.certificate.der)
    const under = (ca: typeof anchor) =>
      openssl(
        'verify',
        '-x509_strict',
        '-partial_chain',
        ...at,
        ...distid,
        '-CAfile',
        pem('ca.pem', 'CERTIFICATE', ca.certificate.der),
        file,
      )
    expect(under(anchor).stdout).toContain('leaf.pem: OK')
    expect(under(namesake).status).not.toBe(0)
  })

  it('takes the revocation list and the request', async () => {
    const anchor = await root({ alg })
    const list = await issueCrl({
      issuer: anchor.issuer,
      revoked: [{ serialHex: '4a5b', atMs: NOW }],
      thisUpdateMs: NOW,
      nextUpdateMs: NOW + YEAR_MS,
      number: 12,
    })
    const read = openssl('crl', '-noout', '-text', '-in', pem('list.pem', 'X509 CRL', list))
    expect(read.stdout).toMatch(/X509v3 CRL Number:\s+12/)
    expect(read.stdout).toContain('Serial Number: 4A5B')
    const csr = await createCsr({
      subject: { C: 'TH', O: 'Example Growers', CN: 'Example' },
      privateKey: generateKeyPair(alg).privateKey,
      party: 'urn:hub:th:trader:x',
    })
    expect(
      openssl('req', '-noout', '-verify', ...distid, '-in', pem('request.pem', 'CERTIFICATE REQUEST', csr)).status,
    ).toBe(0)
  })
})
