// What the hub refuses because a value is not in its one spelling: base64url, hex, DER, protected headers.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { MessageFile } from '../../src/client/compose.ts'
import { receivedOne } from '../support/consignment.ts'
import { BANK, deskOf, type Desk } from '../support/desk.ts'
import { compactOf, expectRefused, post, postHeader, signed } from '../support/doors.ts'
import { openWorld, type World } from '../support/world.ts'

let world: World
let desk: Desk
beforeAll(async () => {
  world = await openWorld()
  desk = deskOf(world)
})
afterAll(() => world.close())

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
/** The same bytes in another spelling: the last character carries bits that decode to nothing. */
function otherSpelling(text: string): string {
  expect(text.length % 4, 'a text with bits to spare').toBeGreaterThan(1)
  return text.slice(0, -1) + ALPHABET[ALPHABET.indexOf(text.at(-1)!) + 1]
}
/** Tries good files until that member has bits to spare. */
async function spare(of: (good: MessageFile) => string): Promise<MessageFile> {
  for (let n = 0; ; n++) {
    const good = await desk.file({
      ref: 'R'.repeat(n + 1),
      body: { ...receivedOne(world, desk.bank.party).body, to: 10 ** n },
    })
    if (of(good).length % 4 > 1) return good
  }
}

describe('non-canonical encodings', () => {
  it('envelope: base64url with bits to spare', async () => {
    const good = await spare(({ payload }) => payload)
    expectRefused(await post(world, BANK, { ...good, payload: otherSpelling(good.payload) }), 'ENCODING_NOT_CANONICAL')
  })
  it.each(['=', ' ', '\n', '+', '/'])('envelope: base64url with %j', async (more) => {
    const good = await desk.file()
    expectRefused(await post(world, BANK, { ...good, payload: good.payload + more }), 'ENCODING_NOT_CANONICAL')
  })
  it('body: base64url with bits to spare', async () => {
    const good = await spare(({ body }) => body)
    expectRefused(await post(world, BANK, { ...good, body: otherSpelling(good.body) }), 'ENCODING_NOT_CANONICAL')
  })
  it('signature: base64url with bits to spare', async () => {
    const good = await desk.file()
    const [{ protected: header, signature }] = good.signatures as [MessageFile['signatures'][number]]
    const signatures = [{ protected: header, signature: otherSpelling(signature) }]
    expectRefused(await post(world, BANK, { ...good, signatures }), 'ENCODING_NOT_CANONICAL')
  })
  it('protected header: base64url with padding', async () => {
    const good = await desk.file()
    const signatures = good.signatures.map((one) => ({ ...one, protected: `${one.protected}=` }))
    expectRefused(await post(world, BANK, { ...good, signatures }), 'ENCODING_NOT_CANONICAL')
  })
  it('header form: base64url with bits to spare', async () => {
    const good = await spare(({ payload }) => payload)
    const jws = compactOf({ ...good, payload: good.payload }).split('.')
    jws[1] = otherSpelling(jws[1]!)
    expectRefused(
      await postHeader(world, BANK, jws.join('.'), Buffer.from(good.body, 'base64url')),
      'ENCODING_NOT_CANONICAL',
    )
  })
  it.each<[string, (header: Record<string, unknown>) => object]>([
    ['x5c with a line break', (header) => ({ ...header, x5c: (header['x5c'] as string[]).map((one) => `${one}\n`) })],
    ['x5c and x5t#S256 together', (header) => ({ ...header, 'x5t#S256': 'A'.repeat(43) })],
    ['an unknown member', (header) => ({ ...header, crit: ['b64'], b64: false })],
    ['an empty x5c', (header) => ({ ...header, x5c: [] })],
  ])('protected header: %s', async (_name, change) => {
    const good = await desk.file()
    const header = JSON.parse(Buffer.from(good.signatures[0]!.protected, 'base64url').toString()) as Record<
      string,
      unknown
    >
    const signatures = [
      { ...good.signatures[0]!, protected: Buffer.from(JSON.stringify(change(header))).toString('base64url') },
    ]
    expectRefused(await post(world, BANK, { ...good, signatures }), 'ENCODING_NOT_CANONICAL')
  })
  it('hex: a digest of the envelope in upper case', async () => {
    const message = await desk.rewritten({
      envelope: (good) => JSON.stringify({ ...good, body: { ...good.body, sha256: good.body.sha256.toUpperCase() } }),
    })
    const { findings } = expectRefused(await post(world, BANK, message), 'ENVELOPE_MALFORMED').body
    expect(findings).toMatchObject([{ code: 'SCHEMA_PATTERN', path: '/body/sha256' }])
  })
  it('hex: an attachment named in upper case', async () => {
    const good = await desk.file({ attachments: [{ name: 'a', type: 'text/plain', bytes: Buffer.from('a') }] })
    const attachments = good.attachments!.map((one) => ({ ...one, sha256: one.sha256.toUpperCase() }))
    expectRefused(await post(world, BANK, { ...good, attachments }), 'ENVELOPE_MALFORMED')
  })
  it.each<[string, (der: Buffer) => Buffer]>([
    ['a byte behind it', (der) => Buffer.concat([der, Buffer.alloc(1)])],
    ['a length not in its shortest form', (der) => Buffer.concat([Buffer.from([0x30, 0x83, 0]), der.subarray(2)])],
    [
      'a length of indefinite form',
      (der) => Buffer.concat([Buffer.from([0x30, 0x80]), der.subarray(4), Buffer.alloc(2)]),
    ],
    ['its end missing', (der) => der.subarray(0, -1)],
  ])('DER: a certificate with %s', async (_name, change) => {
    const { envelopeBytes, body } = await desk.composed()
    const [der] = desk.bank.path as [Buffer]
    expect(der.subarray(0, 2)).toEqual(Buffer.from([0x30, 0x82]))
    expectRefused(
      await post(world, BANK, await signed({ ...desk.bank, path: [change(der)] }, envelopeBytes, body)),
      'CERTIFICATE_MALFORMED',
    )
  })
  it('salt: 16 bytes in another spelling', async () => {
    const message = await desk.rewritten({
      envelope: (good) => JSON.stringify({ ...good, salt: otherSpelling(good.salt) }),
    })
    expectRefused(await post(world, BANK, message), 'ENVELOPE_MALFORMED')
  })
})
