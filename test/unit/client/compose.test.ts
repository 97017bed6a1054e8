// Composing: the bytes of a message and the two forms it travels in, read back by the hub's own strict decoding.
import { createHash, generateKeyPairSync, sign } from 'node:crypto'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  composeMessage,
  type ComposeWith,
  type Composition,
  headerForm,
  messageFile,
  uuidV7,
} from '../../../src/client/compose.ts'
import { verifyJws } from '../../../src/hub/identity/jws.ts'
import type { Signer } from '../../../src/hub/identity/suite.ts'
import { publicKeyFromSpki } from '../../../src/hub/identity/suites/index.ts'
import { checkDigests, receiveHeaderForm, receiveMessageFile } from '../../../src/hub/message/decode.ts'

const NOW_MS = Date.UTC(2026, 4, 7, 8, 9, 10, 11)
const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const key = publicKeyFromSpki(pair.publicKey.export({ type: 'spki', format: 'der' }))
const es256: Signer = {
  alg: 'ES256',
  sign: (bytes) => Promise.resolve(sign('sha256', bytes, { key: pair.privateKey, dsaEncoding: 'ieee-p1363' })),
}
/** Stands for an SM2 signer where only the envelope is looked at. */
const sm2: Signer = { alg: 'SM2SM3', sign: () => Promise.resolve(Buffer.alloc(64, 7)) }

const by = { fingerprint: 'ab'.repeat(32) }
const how = (...signers: Signer[]): ComposeWith => ({
  signers: signers.map((signer) => ({ signer, by })),
  randomness: (size) => Buffer.alloc(size, 0xff),
  clock: () => NOW_MS,
})
const what: Composition = {
  hub: 'urn:hub:cn:operator:test',
  kind: 'customs.declaration',
  v: 1,
  from: 'urn:hub:cn:trader:lantern',
  to: ['urn:hub:cn:customs:example'],
  body: { a: '雨' },
}

describe('composeMessage', () => {
  it('makes an envelope of the time and randomness given, and nothing else', async () => {
    const { envelope, envelopeBytes, body } = await composeMessage(what, how(es256))
    expect(envelope).toEqual({
      v: 1,
      hub: what.hub,
      id: '019e017b-c87b-7fff-bfff-ffffffffffff',
      kind: what.kind,
      from: what.from,
      to: what.to,
      created: '2026-05-07T08:09:10.011Z',
      salt: '_____________________w',
      body: {
        sha256: createHash('sha256').update('{"a":"雨"}').digest('hex'),
        bytes: 11,
        type: 'application/json',
      },
    })
    expect(JSON.parse(envelopeBytes.toString())).toEqual(envelope)
    expect(body.toString()).toBe('{"a":"雨"}')
  })

  it('signs the envelope bytes with typ hub-message+jws', async () => {
    const { envelopeBytes, signatures } = await composeMessage(what, how(es256))
    await expect(verifyJws(envelopeBytes, signatures[0]!, 'hub-message+jws', key)).resolves.toBeUndefined()
  })

  it('adds the SM3 digest of the body when SM2 signs, and names all suites when more than one does', async () => {
    const { envelope } = await composeMessage(what, how(es256, sm2))
    expect(envelope.body.sm3).toBe(createHash('sm3').update('{"a":"雨"}').digest('hex'))
    expect(envelope.suites).toEqual(['ES256', 'SM2SM3'])
  })

  it('keeps the bytes of a body as they are, whatever they are', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        const message = await composeMessage({ ...what, body: bytes, type: 'application/xml' }, how(es256))
        expect(message.body.equals(bytes)).toBe(true)
        expect(message.envelope.body.bytes).toBe(bytes.length)
      }),
      { numRuns: 50 },
    )
  })

  it('writes the optional members only when they are wanted', async () => {
    const re = [{ from: what.from, id: '019e017b-c87b-7fff-bfff-ffffffffffff', digest: 'cd'.repeat(32) }]
    const { envelope } = await composeMessage(
      { ...what, for: 'urn:hub:cn:trader:principal', ref: '6CN1', re, expiresMs: NOW_MS + 1, dueMs: NOW_MS + 2 },
      how(es256),
    )
    expect(envelope).toMatchObject({
      for: 'urn:hub:cn:trader:principal',
      ref: '6CN1',
      re,
      expires: '2026-05-07T08:09:10.012Z',
      due: '2026-05-07T08:09:10.013Z',
    })
  })
})

describe('the forms a message travels in', () => {
  it('the header form is read back by the hub to the same commitment', async () => {
    const message = await composeMessage(what, how(es256))
    const form = headerForm(message)!
    const received = receiveHeaderForm({ compactJws: form.header, body: form.body, mediaType: form.type }, NOW_MS)
    expect(received.commitment.equals(message.commitment)).toBe(true)
    expect(() => checkDigests(received)).not.toThrow()
  })

  it('the message file is read back with its attachments', async () => {
    const attachments = [{ name: 'invoice.pdf', type: 'application/pdf', bytes: Buffer.from('%PDF-made-up') }]
    const message = await composeMessage({ ...what, attachments }, how(es256, sm2))
    const received = receiveMessageFile(JSON.stringify(messageFile(message)), NOW_MS)
    expect(received.commitment.equals(message.commitment)).toBe(true)
    expect(received.signatures).toHaveLength(2)
    expect(received.attachments[0]!.bytes.toString()).toBe('%PDF-made-up')
    expect(() => checkDigests(received)).not.toThrow()
  })

  it('there is no header form with two signatures, with attachments, or over 6 KB', async () => {
    const attachments = [{ name: 'a', type: 'text/plain', bytes: Buffer.from('a') }]
    const to = Array.from({ length: 60 }, (_, at) => `urn:hub:cn:customs:${'x'.repeat(60)}${at}`)
    expect(headerForm(await composeMessage(what, how(es256, es256)))).toBeUndefined()
    expect(headerForm(await composeMessage({ ...what, attachments }, how(es256)))).toBeUndefined()
    expect(headerForm(await composeMessage({ ...what, to }, how(es256)))).toBeUndefined()
    expect(headerForm(await composeMessage(what, how(es256)))).toBeDefined()
  })
})

describe('uuidV7', () => {
  it('has version 7, the RFC variant and the time in front, so that ids sort by time', () => {
    fc.assert(
      fc.property(fc.nat(2 ** 45), fc.nat(2 ** 45), fc.uint8Array({ minLength: 10, maxLength: 10 }), (a, b, random) => {
        const [first, second] = [a, b].map((ms) => uuidV7(ms, () => Buffer.from(random)))
        expect(first).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
        expect(Number.parseInt(first!.slice(0, 13).replace('-', ''), 16)).toBe(a)
        expect(Math.sign(first!.localeCompare(second!))).toBe(Math.sign(a - b))
      }),
    )
  })
})
