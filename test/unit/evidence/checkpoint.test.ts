// Checkpoint notes: the C2SP form, both signatures, and no second spelling.
import { createHash, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto'
import * as fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { noteKeyHash, readCheckpoint, signCheckpoint, verifyCheckpoint } from '../../../src/hub/evidence/checkpoint.ts'
import { HubError } from '../../../src/hub/errors.ts'
import { publicKeyFromSpki, stopSm2Workers } from '../../../src/hub/identity/suites/index.ts'
import { testKey } from './hub-room.ts'

const origin = 'urn:hub:cn:operator:example:journal'
const checkpoint = { origin, size: 1_234, root: createHash('sha256').update('root').digest() }
const ed = testKey('EdDSA')
const sm2 = testKey('SM2SM3')
const keys = [publicKeyFromSpki(ed.spkiDer), publicKeyFromSpki(sm2.spkiDer)]
const note = await signCheckpoint(checkpoint, [ed, sm2])

afterAll(stopSm2Workers)

describe('checkpoint', () => {
  it('is a note of three lines and one signature line per key', () => {
    const lines = note.split('\n')
    expect(lines.slice(0, 4)).toEqual([origin, '1234', checkpoint.root.toString('base64'), ''])
    expect(lines[4]).toMatch(/^\u2014 urn:hub:cn:operator:example:journal [A-Za-z0-9+/]+=*$/)
    expect(lines).toHaveLength(7)
    expect(lines[6]).toBe('')
  })

  it('carries the key hash and Ed25519 signature of the C2SP form', () => {
    const raw = createPublicKey({ key: ed.spkiDer, format: 'der', type: 'spki' })
    const point = Buffer.from(raw.export({ format: 'jwk' }).x!, 'base64url')
    const expected = createHash('sha256')
      .update(`${origin}\n`)
      .update(Buffer.from([1]))
      .update(point)
      .digest()
    const [line] = readCheckpoint(note).signatures
    expect(line!.keyHash).toEqual(expected.subarray(0, 4))
    expect(verify(null, Buffer.from(note.slice(0, note.indexOf('\n\n') + 1)), raw, line!.signature)).toBe(true)
  })

  it('is verified by both keys, in their order, and by no other', async () => {
    const read = await verifyCheckpoint(note, keys)
    expect(read).toMatchObject(checkpoint)
    await expect(verifyCheckpoint(note, keys.toReversed())).rejects.toMatchObject({ code: 'CERTIFICATE_UNKNOWN' })
    await expect(verifyCheckpoint(note, keys.slice(0, 1))).rejects.toMatchObject({ code: 'CERTIFICATE_UNKNOWN' })
    const alone = await signCheckpoint(checkpoint, [ed])
    await expect(verifyCheckpoint(alone, keys)).rejects.toMatchObject({ code: 'SIGNATURE_MISSING' })
    const other = publicKeyFromSpki(testKey('EdDSA').spkiDer)
    await expect(verifyCheckpoint(note, [other, keys[1]!])).rejects.toMatchObject({ code: 'CERTIFICATE_UNKNOWN' })
  })

  it('is refused when any character is another', async () => {
    for (let at = 0; at < note.length; at++) {
      const char = note[at] === 'B' ? 'C' : 'B'
      await expect(verifyCheckpoint(note.slice(0, at) + char + note.slice(at + 1), keys)).rejects.toThrow(HubError)
    }
  })

  it.each([
    ['an extension line', note.replace('\n\n', '\nmore\n\n')],
    ['a size with a zero before it', note.replace('\n1234\n', '\n01234\n')],
    ['no final newline', note.slice(0, -1)],
    ['a blank line at the end', `${note}\n`],
    ['no signature', note.slice(0, note.indexOf('\n\n') + 2)],
    ['windows line ends', note.replaceAll('\n', '\r\n')],
    ['a root of another length', note.replace(checkpoint.root.toString('base64'), 'AAAA')],
    ['nothing', ''],
  ])('does not read a note with %s', (_, wrong) => {
    expect(() => readCheckpoint(wrong)).toThrow(expect.objectContaining({ code: 'ENCODING_NOT_CANONICAL' }))
  })

  it('reads whatever it is given as a note or refuses it', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', '1', '\n', ' ', '\u2014', '=', '+', 'A') }), (text) => {
        try {
          readCheckpoint(text)
        } catch (error) {
          expect(error).toBeInstanceOf(HubError)
        }
      }),
      { numRuns: 3_000 },
    )
  })

  it('has no key hash for suites that do not sign checkpoints', () => {
    expect(() => noteKeyHash(origin, 'ES256', ed.spkiDer)).toThrow(RangeError)
  })

  it('takes a note signed elsewhere by the same rules', async () => {
    const pair = generateKeyPairSync('ed25519')
    const spki = pair.publicKey.export({ format: 'der', type: 'spki' })
    const text = `${origin}\n7\n${checkpoint.root.toString('base64')}\n`
    const id = createHash('sha256').update(`${origin}\n\u0001`).update(spki.subarray(-32)).digest().subarray(0, 4)
    const line = Buffer.concat([id, sign(null, Buffer.from(text), pair.privateKey)]).toString('base64')
    const read = await verifyCheckpoint(`${text}\n\u2014 ${origin} ${line}\n`, [publicKeyFromSpki(spki)])
    expect(read.size).toBe(7)
  })
})
