import { beforeAll, describe, expect, it } from 'vitest'
import { generateKeyPair } from '../../../src/hub/identity/issue.ts'
import { compact, readCompact, readProtected, signJws, verifyJws } from '../../../src/hub/identity/jws.ts'
import { type KeySigner, keySigner } from '../../../src/hub/identity/signer.ts'
import { SUITE_NAMES } from '../../../src/hub/identity/suites/index.ts'
import { toBase64url } from '../../../src/hub/values/encoding.ts'

const TYP = 'hub-message+jws'
const payload = Buffer.from('{"v":1}')
const fingerprint = 'ab'.repeat(32)
const thumbprint = Buffer.from(fingerprint, 'hex').toString('base64url')
const encode = (value: unknown) => toBase64url(Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)))
const refused = (code: string, text: string) =>
  expect(() => readProtected(text)).toThrowError(expect.objectContaining({ name: 'HubError', code }))

describe.each(SUITE_NAMES)('a JWS in %s', (alg) => {
  let signer: KeySigner
  beforeAll(() => {
    signer = keySigner(generateKeyPair(alg).privateKey)
  })

  it('is verified, alone and in its compact form', async () => {
    const signature = await signJws(payload, TYP, signer, { fingerprint })
    await verifyJws(payload, signature, TYP, signer.publicKey)
    const read = readCompact(compact(payload, signature))
    expect(read.payload).toEqual(payload)
    await verifyJws(read.payload, read.signature, TYP, signer.publicKey)
    expect(readProtected(signature.protected)).toEqual({ alg, typ: TYP, fingerprint })
  })

  it('is verified with its path in x5c', async () => {
    const path = [Buffer.from('leaf'), Buffer.from('issuer!!')]
    const signature = await signJws(payload, TYP, signer, { path })
    await verifyJws(payload, signature, TYP, signer.publicKey)
    expect(readProtected(signature.protected)).toEqual({ alg, typ: TYP, x5c: path })
  })

  it('is refused for another purpose, key, payload or spelling', async () => {
    const signature = await signJws(payload, TYP, signer, { fingerprint })
    const other = keySigner(generateKeyPair(alg === 'ES256' ? 'EdDSA' : 'ES256').privateKey).publicKey
    const refuse = (code: string, ...[bytes, made, typ, key]: Parameters<typeof verifyJws>) =>
      expect(verifyJws(bytes, made, typ, key)).rejects.toMatchObject({ name: 'HubError', code })
    await refuse('SIGNATURE_TYPE_WRONG', payload, signature, 'hub-session+jws', signer.publicKey)
    await refuse('SIGNATURE_TYPE_WRONG', payload, signature, 'hub-message', signer.publicKey)
    await refuse('ALGORITHM_MISMATCH', payload, signature, TYP, other)
    await refuse('SIGNATURE_INVALID', Buffer.from('{"v":2}'), signature, TYP, signer.publicKey)
    await refuse(
      'ENCODING_NOT_CANONICAL',
      payload,
      { ...signature, signature: `${signature.signature}=` },
      TYP,
      signer.publicKey,
    )
    await refuse(
      'ENCODING_NOT_CANONICAL',
      payload,
      { ...signature, protected: `${signature.protected}=` },
      TYP,
      signer.publicKey,
    )
  })
})

describe('a protected header', () => {
  const good = { alg: 'ES256', typ: TYP, 'x5t#S256': thumbprint }

  it('is read with its members in any order', () => {
    expect(readProtected(encode({ 'x5t#S256': thumbprint, typ: TYP, alg: 'ES256' }))).toEqual({
      alg: 'ES256',
      typ: TYP,
      fingerprint,
    })
  })

  it('is refused with a member it should not have, or without one it needs', () => {
    for (const member of ['crit', 'jku', 'jwk', 'kid', 'b64', 'x5u', ''])
      refused('ENCODING_NOT_CANONICAL', encode({ ...good, [member]: 'x' }))
    for (const member of ['alg', 'typ', 'x5t#S256'])
      refused('ENCODING_NOT_CANONICAL', encode({ ...good, [member]: undefined }))
    refused('ENCODING_NOT_CANONICAL', encode({ ...good, x5c: ['bGVhZg=='] }))
  })

  it('is refused with a member of another type', () => {
    for (const value of [1, null, true, [], {}])
      for (const member of ['alg', 'typ', 'x5t#S256'])
        refused('ENCODING_NOT_CANONICAL', encode({ ...good, [member]: value }))
    for (const value of [[], 'bGVhZg==', {}, [1], [''], Array(5).fill('bGVhZg==')])
      refused('ENCODING_NOT_CANONICAL', encode({ alg: 'ES256', typ: TYP, x5c: value }))
    for (const value of ['', '[]', 'null', '"x"', '1'])
      refused(value === '' ? 'JSON_MALFORMED' : 'ENCODING_NOT_CANONICAL', encode(value))
  })

  it('is refused with a duplicate member, which readers take differently', () => {
    refused('JSON_LOSSY', encode(`{"alg":"ES256","alg":"SM2SM3","typ":"${TYP}","x5t#S256":"${thumbprint}"}`))
  })

  it('is refused in encodings that are not canonical', () => {
    refused('ENCODING_NOT_CANONICAL', `${encode(good)}=`)
    refused('ENCODING_NOT_CANONICAL', encode({ ...good, 'x5t#S256': `${thumbprint}=` }))
    refused('ENCODING_NOT_CANONICAL', encode({ ...good, 'x5t#S256': thumbprint.slice(0, -2) }))
    refused('ENCODING_NOT_CANONICAL', encode({ alg: 'ES256', typ: TYP, x5c: ['bGVhZg'] }))
    refused('ENCODING_NOT_CANONICAL', encode({ alg: 'ES256', typ: TYP, x5c: ['bGVhZ-=='] }))
    refused('ENCODING_NOT_CANONICAL', encode({ alg: 'ES256', typ: TYP, x5c: ['bGVh\nZg=='] }))
  })

  it('is refused when it is larger than 16 KiB', () => {
    refused('ENCODING_NOT_CANONICAL', encode({ ...good, typ: 'x'.repeat(20_000) }))
  })
})

describe('a compact JWS', () => {
  it('is refused unless it has three parts', () => {
    for (const text of ['', 'a', 'a.b', 'a.b.c.d'])
      expect(() => readCompact(text)).toThrowError(expect.objectContaining({ code: 'ENCODING_NOT_CANONICAL' }))
  })
})
