// fixtures/vectors/signing.json, line by line, and against implementations that are not ours: sm-crypto and, where found, openssl.
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { HubError } from '../../src/hub/errors.ts'
import { readCertificate } from '../../src/hub/identity/certificate.ts'
import { generateKeyPair } from '../../src/hub/identity/issue.ts'
import { readProtected, verifyJws } from '../../src/hub/identity/jws.ts'
import { keySigner } from '../../src/hub/identity/signer.ts'
import { publicKeyFromSpki, verifySignature } from '../../src/hub/identity/suites/index.ts'
import { fromDerSignature, toDerSignature } from '../../src/hub/identity/suites/signature-form.ts'

interface Line {
  name: string
  suite: string
  certificate: string
  payload: string
  protected: string
  signature: string
  valid: boolean
  code?: string
  reason?: string
}
const vectors = JSON.parse(readFileSync(new URL('../../fixtures/vectors/signing.json', import.meta.url), 'utf8')) as {
  typ: string
  lines: Line[]
}

/** Only what is used here of a package without types. */
interface SmCrypto {
  sm2: {
    doVerifySignature(
      message: number[],
      signatureHex: string,
      publicKeyHex: string,
      options: { hash: boolean; userId?: string },
    ): boolean
  }
}
const { sm2 } = createRequire(import.meta.url)('sm-crypto') as SmCrypto

const certificateOf = (line: Line) => readCertificate(Buffer.from(line.certificate, 'base64'))
const signedBytes = (line: Line) => Buffer.from(`${line.protected}.${line.payload}`)

async function codeOf(line: Line): Promise<string> {
  try {
    await verifyJws(Buffer.from(line.payload, 'base64url'), line, vectors.typ, certificateOf(line).publicKey)
    return 'valid'
  } catch (cause) {
    if (cause instanceof HubError) return cause.code
    throw cause
  }
}

describe('fixtures/vectors/signing.json', () => {
  it.each(vectors.lines)('$name', async (line) => {
    expect(await codeOf(line)).toBe(line.code ?? 'valid')
    expect(line.valid).toBe(line.code === undefined)
    expect(line.reason === undefined).toBe(line.valid)
  })

  it('has for each suite a good line, and a bad one of each code', () => {
    for (const suite of ['ES256', 'EdDSA', 'PS256', 'SM2SM3']) {
      const codes = new Set(vectors.lines.filter((line) => line.suite === suite).map(({ code = 'valid' }) => code))
      expect([...codes].toSorted()).toEqual([
        'ALGORITHM_MISMATCH',
        'ENCODING_NOT_CANONICAL',
        'SIGNATURE_INVALID',
        'SIGNATURE_TYPE_WRONG',
        'valid',
      ])
    }
  })

  it('names in each header the certificate of its line', () => {
    for (const line of vectors.lines.filter(({ valid }) => valid)) {
      const header = readProtected(line.protected)
      expect(header.fingerprint ?? readCertificate(header.x5c![0]!).fingerprint).toBe(certificateOf(line).fingerprint)
    }
  })
})

/** Lines whose fault, if any, lies in the signature, so that any verifier must agree about them. */
const sm2Lines = vectors.lines.filter(
  (line) =>
    line.suite === 'SM2SM3' &&
    (line.valid || (line.code === 'SIGNATURE_INVALID' && Buffer.from(line.signature, 'base64url').length === 64)),
)

describe('SM2 by another implementation (sm-crypto)', () => {
  it.each(sm2Lines)('agrees: $name', (line) => {
    const publicKey = certificateOf(line).publicKey.spkiDer.subarray(-65).toString('hex')
    expect(
      sm2.doVerifySignature(
        [...signedBytes(line)],
        Buffer.from(line.signature, 'base64url').toString('hex'),
        publicKey,
        { hash: true },
      ),
    ).toBe(line.valid)
  })

  it('takes the line with another user id once it is told that id', () => {
    const line = vectors.lines.find(({ name }) => name === 'SM2SM3: another user id')!
    const publicKey = certificateOf(line).publicKey.spkiDer.subarray(-65).toString('hex')
    const options = { hash: true, userId: 'ALICE123@YAHOO.COM' }
    expect(
      sm2.doVerifySignature(
        [...signedBytes(line)],
        Buffer.from(line.signature, 'base64url').toString('hex'),
        publicKey,
        options,
      ),
    ).toBe(true)
  })
})

const hasOpenssl = spawnSync('openssl', ['version']).status === 0
if (!hasOpenssl) console.warn('SKIPPED: openssl against our signatures. Put openssl 3 on PATH to run it.')

describe.skipIf(!hasOpenssl)('openssl', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hub-signing-'))
  afterAll(() => rmSync(folder, { recursive: true }))
  const put = (name: string, content: string | Uint8Array) => {
    const file = join(folder, name)
    writeFileSync(file, content)
    return file
  }
  const SM2_OPTIONS = ['-digest', 'sm3', '-pkeyopt', 'distid:1234567812345678']
  const verifies = (bytes: Uint8Array, der: Uint8Array, publicPem: string, options: string[]): boolean => {
    const files = [put('bytes', bytes), put('signature', der), put('key.pem', publicPem)] as const
    return (
      spawnSync('openssl', [
        'pkeyutl',
        '-verify',
        '-rawin',
        '-in',
        files[0],
        '-sigfile',
        files[1],
        '-pubin',
        '-inkey',
        files[2],
        ...options,
      ]).status === 0
    )
  }
  const pemOf = (line: Line) => certificateOf(line).publicKey.key.export({ format: 'pem', type: 'spki' }).toString()

  it.each(sm2Lines.filter(({ name }) => !/ (is 0|is n|numbers)$/.test(name)))('agrees: $name', (line) => {
    const der = toDerSignature(Buffer.from(line.signature, 'base64url'))
    expect(verifies(signedBytes(line), der, pemOf(line), SM2_OPTIONS)).toBe(line.valid)
  })

  it.each(vectors.lines.filter((line) => line.valid && line.suite !== 'SM2SM3'))('agrees: $name', (line) => {
    const raw = Buffer.from(line.signature, 'base64url')
    const options = {
      ES256: ['-digest', 'sha256'],
      EdDSA: [],
      PS256: ['-digest', 'sha256', '-pkeyopt', 'rsa_padding_mode:pss', '-pkeyopt', 'rsa_pss_saltlen:32'],
    }[line.suite]!
    expect(verifies(signedBytes(line), line.suite === 'ES256' ? toDerSignature(raw) : raw, pemOf(line), options)).toBe(
      true,
    )
  })

  it('verifies what we sign with its own SM2 key, and we verify what it signs', async () => {
    const key = join(folder, 'own.pem')
    execFileSync(
      'openssl',
      [
        'genpkey',
        '-algorithm',
        'EC',
        '-pkeyopt',
        'ec_paramgen_curve:SM2',
        '-pkeyopt',
        'ec_param_enc:named_curve',
        '-out',
        key,
      ],
      { stdio: 'ignore' },
    )
    const spki = execFileSync('openssl', ['pkey', '-in', key, '-pubout', '-outform', 'DER'])
    const message = Buffer.from('a manifest of fresh lychees')
    const signature = join(folder, 'made')
    for (let time = 0; time < 8; time++) {
      execFileSync('openssl', [
        'pkeyutl',
        '-sign',
        '-rawin',
        '-in',
        put('message', message),
        '-inkey',
        key,
        '-out',
        signature,
        ...SM2_OPTIONS,
      ])
      const raw = fromDerSignature(readFileSync(signature))!
      expect(await verifySignature(message, raw, publicKeyFromSpki(spki))).toBe(true)
      expect(await verifySignature(Buffer.from('another manifest'), raw, publicKeyFromSpki(spki))).toBe(false)
    }
  })

  it('verifies what we sign with a fresh SM2 key', async () => {
    const { privateKey, spkiDer } = generateKeyPair('SM2SM3')
    const message = Buffer.from('a manifest of fresh lychees')
    const pem = publicKeyFromSpki(spkiDer).key.export({ format: 'pem', type: 'spki' }).toString()
    const der = toDerSignature(await keySigner(privateKey).sign(message))
    expect(verifies(message, der, pem, SM2_OPTIONS)).toBe(true)
    expect(verifies(message, der, pem, ['-digest', 'sm3', '-pkeyopt', 'distid:someone-else'])).toBe(false)
  })
})
