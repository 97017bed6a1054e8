// What the hub refuses because of the form of a message: encodings, lossy JSON, address, time, id, attachments, findings, size.
import { randomBytes } from 'node:crypto'
import { request as httpRequest } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { messageFile, type ComposedMessage, type MessageFile } from '../../src/client/compose.ts'
import type { ClientIdentity } from '../../src/client/session-keeper.ts'
import { readCertificate } from '../../src/hub/identity/certificate.ts'
import type { Envelope } from '../../src/hub/message/envelope.ts'
import { declared, newDeclaration, receivedOne } from '../support/consignment.ts'
import { ask, compactOf, expectRefused, expectTaken, post, postHeader, signed } from '../support/doors.ts'
import { DAY_MS } from '../support/papers.ts'
import { openWorld, type World } from '../support/world.ts'

const EXPORTER = 'guangxi-exporter'
const BANK = 'nanning-bank'
const MINUTE_MS = 60_000
let world: World
let bank: ClientIdentity
beforeAll(async () => {
  world = await openWorld()
  bank = world.party(BANK).identity
})
afterAll(() => world.close())

const composed = (more: object = {}): Promise<ComposedMessage> =>
  world.compose(BANK, { ...receivedOne(bank.party), ...more })
const file = async (more: object = {}): Promise<MessageFile> => messageFile(await composed(more))
/** A message of the bank whose envelope or body text is what `change` makes of a good one. */
async function rewritten(change: {
  envelope?: (good: Envelope) => string | Buffer
  body?: (good: string) => string | Buffer
}) {
  const good = await composed()
  const body = Buffer.from(change.body?.(good.body.toString()) ?? good.body)
  const { envelope } = await composed({ body })
  return signed(bank, change.envelope?.(envelope) ?? JSON.stringify(envelope), body)
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
/** The same bytes in another spelling: the last character carries bits that decode to nothing. */
function otherSpelling(text: string): string {
  expect(text.length % 4, 'a text with bits to spare').toBeGreaterThan(1)
  return text.slice(0, -1) + ALPHABET[ALPHABET.indexOf(text.at(-1)!) + 1]
}
/** Tries good files until that member has bits to spare. */
async function spare(of: (good: MessageFile) => string): Promise<MessageFile> {
  for (let n = 0; ; n++) {
    const good = await file({ ref: 'R'.repeat(n + 1), body: { ...receivedOne(bank.party).body, to: 10 ** n } })
    if (of(good).length % 4 > 1) return good
  }
}

describe('non-canonical encodings', () => {
  it('envelope: base64url with bits to spare', async () => {
    const good = await spare(({ payload }) => payload)
    expectRefused(await post(world, BANK, { ...good, payload: otherSpelling(good.payload) }), 'ENCODING_NOT_CANONICAL')
  })
  it.each(['=', ' ', '\n', '+', '/'])('envelope: base64url with %j', async (more) => {
    const good = await file()
    expectRefused(await post(world, BANK, { ...good, payload: good.payload + more }), 'ENCODING_NOT_CANONICAL')
  })
  it('body: base64url with bits to spare', async () => {
    const good = await spare(({ body }) => body)
    expectRefused(await post(world, BANK, { ...good, body: otherSpelling(good.body) }), 'ENCODING_NOT_CANONICAL')
  })
  it('signature: base64url with bits to spare', async () => {
    const good = await file()
    const [{ protected: header, signature }] = good.signatures as [MessageFile['signatures'][number]]
    const signatures = [{ protected: header, signature: otherSpelling(signature) }]
    expectRefused(await post(world, BANK, { ...good, signatures }), 'ENCODING_NOT_CANONICAL')
  })
  it('protected header: base64url with padding', async () => {
    const good = await file()
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
    const good = await file()
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
    const message = await rewritten({
      envelope: (good) => JSON.stringify({ ...good, body: { ...good.body, sha256: good.body.sha256.toUpperCase() } }),
    })
    const { findings } = expectRefused(await post(world, BANK, message), 'ENVELOPE_MALFORMED').body
    expect(findings).toMatchObject([{ code: 'SCHEMA_PATTERN', path: '/body/sha256' }])
  })
  it('hex: an attachment named in upper case', async () => {
    const good = await file({ attachments: [{ name: 'a', type: 'text/plain', bytes: Buffer.from('a') }] })
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
    const { envelopeBytes, body } = await composed()
    const [der] = bank.path as [Buffer]
    expect(der.subarray(0, 2)).toEqual(Buffer.from([0x30, 0x82]))
    expectRefused(
      await post(world, BANK, await signed({ ...bank, path: [change(der)] }, envelopeBytes, body)),
      'CERTIFICATE_MALFORMED',
    )
  })
  it('salt: 16 bytes in another spelling', async () => {
    const message = await rewritten({ envelope: (good) => JSON.stringify({ ...good, salt: otherSpelling(good.salt) }) })
    expectRefused(await post(world, BANK, message), 'ENVELOPE_MALFORMED')
  })
})

describe('lossy JSON', () => {
  const deep = `${'['.repeat(70)}${']'.repeat(70)}`
  const LOSSY: [string, (text: string) => string | Buffer, 'JSON_LOSSY' | 'JSON_MALFORMED'][] = [
    ['duplicate key', (text) => text.replace('{', '{"to":1,'), 'JSON_LOSSY'],
    ['duplicate key, once escaped', (text) => text.replace('{', '{"t\\u006f":1,'), 'JSON_LOSSY'],
    ['__proto__', (text) => text.replace('{', '{"__proto__":{},'), 'JSON_LOSSY'],
    ['unsafe integer', (text) => text.replace('{', '{"x":9007199254740993,'), 'JSON_LOSSY'],
    ['number with too many digits', (text) => text.replace('{', '{"x":0.12345678901234567,'), 'JSON_LOSSY'],
    ['number beyond all doubles', (text) => text.replace('{', '{"x":1e999,'), 'JSON_LOSSY'],
    ['negative zero', (text) => text.replace('{', '{"x":-0,'), 'JSON_LOSSY'],
    ['lone surrogate', (text) => text.replace('{', '{"x":"\\ud800",'), 'JSON_LOSSY'],
    ['depth', (text) => text.replace('{', `{"x":${deep},`), 'JSON_LOSSY'],
    [
      'invalid UTF-8',
      (text) => Buffer.concat([Buffer.from('{"x":"\xff",', 'latin1'), Buffer.from(text.slice(1))]),
      'JSON_MALFORMED',
    ],
    [
      'overlong UTF-8',
      (text) => Buffer.concat([Buffer.from('{"x":"\xc0\xaf",', 'latin1'), Buffer.from(text.slice(1))]),
      'JSON_MALFORMED',
    ],
    ['byte order mark', (text) => `\ufeff${text}`, 'JSON_MALFORMED'],
    ['no JSON at all', () => 'to: everybody', 'JSON_MALFORMED'],
    ['nothing', () => '', 'JSON_MALFORMED'],
  ]
  it.each(LOSSY)('envelope: %s', async (_name, change, code) => {
    const message = await rewritten({ envelope: (good) => change(JSON.stringify(good)) })
    expectRefused(await post(world, BANK, message), code)
  })
  it.each(LOSSY)('body: %s', async (_name, change, code) => {
    expectRefused(await post(world, BANK, await rewritten({ body: change })), code)
  })
  it.each(LOSSY)('message file: %s', async (_name, change, code) => {
    expectRefused(await post(world, BANK, change(JSON.stringify({ ...(await file()), to: 1 }))), code)
  })
  it.each(LOSSY.slice(0, 1))('protected header: %s', async (_name, _change, code) => {
    const good = await file()
    const header = Buffer.from(good.signatures[0]!.protected, 'base64url').toString().replace('{', '{"alg":"none",')
    const signatures = [{ ...good.signatures[0]!, protected: Buffer.from(header).toString('base64url') }]
    expectRefused(await post(world, BANK, { ...good, signatures }), code)
  })
})

describe('envelope', () => {
  it('another hub\u2019s message', async () => {
    expectRefused(await post(world, BANK, await composed({ hub: 'urn:hub:vn:operator:other' })), 'OTHER_HUB')
  })
  it('an unknown member, and every other thing wrong with it at once', async () => {
    const message = await rewritten({
      envelope: (good) => JSON.stringify({ ...good, note: 'x', id: 'one', v: 0, created: '2026-11-02' }),
    })
    const { findings } = expectRefused(await post(world, BANK, message), 'ENVELOPE_MALFORMED').body
    expect(findings!.map(({ path }) => path).sort()).toEqual(['/created', '/id', '/note', '/v'])
  })
  it('a time that does not exist', async () => {
    const message = await rewritten({
      envelope: (good) => JSON.stringify({ ...good, created: '2026-02-30T00:00:00.000Z' }),
    })
    expectRefused(await post(world, BANK, message), 'ENVELOPE_MALFORMED')
  })
  it('the suite SM2SM3 without an SM3 digest', async () => {
    expectRefused(await post(world, BANK, await composed({ suites: ['SM2SM3'] })), 'ENVELOPE_MALFORMED')
  })
  it('created in the future', async () => {
    const createdMs = world.clock.now() + 6 * MINUTE_MS
    expectRefused(await post(world, BANK, await composed({ createdMs })), 'CREATED_IN_FUTURE')
    expectTaken(await post(world, BANK, await composed({ createdMs: world.clock.now() + 4 * MINUTE_MS })))
  })
  it('created too long ago', async () => {
    const createdMs = world.clock.now() - DAY_MS - MINUTE_MS
    expectRefused(await post(world, BANK, await composed({ createdMs })), 'CREATED_TOO_LONG_AGO')
    expectTaken(await post(world, BANK, await composed({ createdMs: world.clock.now() - DAY_MS + MINUTE_MS })))
  })
  it('expires past', async () => {
    const expiresMs = world.clock.now() - 1
    expectRefused(await post(world, BANK, await composed({ expiresMs })), 'MESSAGE_EXPIRED')
  })
  it('id reused for other bytes', async () => {
    const first = await composed()
    expectTaken(await post(world, BANK, first))
    expectRefused(await post(world, BANK, await composed({ id: first.envelope.id })), 'MESSAGE_ID_REUSED')
    expectTaken(await post(world, BANK, first), 200)
  })
  it('id reused for the same words under a new salt', async () => {
    const createdMs = world.clock.now()
    const first = await composed({ createdMs })
    expectTaken(await post(world, BANK, first))
    expectRefused(await post(world, BANK, await composed({ id: first.envelope.id, createdMs })), 'MESSAGE_ID_REUSED')
  })
  it('unknown kind', async () => {
    expectRefused(await post(world, BANK, await composed({ kind: 'weather.forecast' })), 'KIND_UNKNOWN')
  })
  it('unknown version of a kind', async () => {
    expectRefused(await post(world, BANK, await composed({ v: 2 })), 'KIND_VERSION_UNKNOWN')
  })
  it('a header that is not a compact JWS', async () => {
    expectRefused(await postHeader(world, BANK, 'one.two', '{}'), 'ENVELOPE_MALFORMED')
  })
  it('a body of another type than the kind has', async () => {
    expectRefused(await post(world, BANK, await composed({ type: 'application/xml' })), 'MEDIA_TYPE_UNSUPPORTED')
  })
  it('neither a header nor a message file', async () => {
    const body = JSON.stringify(await file())
    expectRefused(
      await ask(world, BANK, '/v1/messages', { headers: { 'content-type': 'application/json' }, body }),
      'MEDIA_TYPE_UNSUPPORTED',
    )
    expectRefused(await ask(world, BANK, '/v1/messages', { method: 'POST' }), 'MEDIA_TYPE_UNSUPPORTED')
  })
})

describe('body and attachments', () => {
  const attachments = [
    { name: 'invoice.txt', type: 'text/plain', bytes: Buffer.from('an invoice') },
    { name: 'list.txt', type: 'text/plain', bytes: Buffer.from('a packing list') },
  ]
  it('another body', async () => {
    const [good, other] = [await file(), await file({ body: { ...receivedOne(bank.party).body, to: 2 } })]
    expectRefused(await post(world, BANK, { ...good, body: other.body }), 'BODY_DIGEST_MISMATCH')
  })
  it('another body of the same length', async () => {
    const good = await file()
    const body = Buffer.from(Buffer.from(good.body, 'base64url').toString().replace('"to":1', '"to":2')).toString(
      'base64url',
    )
    expect(body).not.toBe(good.body)
    expectRefused(await post(world, BANK, { ...good, body }), 'BODY_DIGEST_MISMATCH')
  })
  it('another SM3 digest of the body', async () => {
    const { envelope, body } = await world.compose(EXPORTER, declared(world))
    const { identity } = world.party(EXPORTER)
    const wrong = { ...envelope, body: { ...envelope.body, sm3: '0'.repeat(64) } }
    expectRefused(await post(world, EXPORTER, await signed(identity, wrong, body)), 'BODY_DIGEST_MISMATCH')
  })
  it('a body sent as another type than the envelope says', async () => {
    const good = await file()
    const body = Buffer.from(good.body, 'base64url')
    expectRefused(await postHeader(world, BANK, compactOf(good), body, 'text/plain'), 'BODY_DIGEST_MISMATCH')
    expectTaken(await postHeader(world, BANK, compactOf(good), body))
  })
  it('attachment missing', async () => {
    const good = await file({ attachments })
    expectRefused(await post(world, BANK, { ...good, attachments: good.attachments!.slice(1) }), 'ATTACHMENT_MISSING')
    const { attachments: _, ...none } = good
    expectRefused(await post(world, BANK, none), 'ATTACHMENT_MISSING')
    expectTaken(await post(world, BANK, good))
  })
  it('attachment with another digest', async () => {
    const good = await file({ attachments })
    const [first, second] = good.attachments!
    const changed = [{ ...first!, data: Buffer.from('an Invoice').toString('base64url') }, second!]
    expectRefused(await post(world, BANK, { ...good, attachments: changed }), 'ATTACHMENT_DIGEST_MISMATCH')
  })
  it('attachment that the envelope does not name', async () => {
    const [good, other] = [await file(), await file({ attachments })]
    const more = { ...good, attachments: other.attachments!.slice(0, 1) }
    expectRefused(await post(world, BANK, more), 'ATTACHMENT_DIGEST_MISMATCH')
  })
  it('attachment that came twice', async () => {
    const good = await file({ attachments: attachments.slice(0, 1) })
    const twice = { ...good, attachments: [...good.attachments!, ...good.attachments!] }
    expectRefused(await post(world, BANK, twice), 'ATTACHMENT_DIGEST_MISMATCH')
  })
})

describe('findings', () => {
  it('schema and rule findings come all at once, with JSON Pointers', async () => {
    const good = newDeclaration(world)
    const [first, second] = good.items
    const body = {
      ...good,
      'a/b~c': 1,
      tradeCoScc: '91450100MA5EXAMP10',
      grossWt: 5120.5,
      items: [
        { ...first, codeTs: '8517' },
        { ...second, declTotal: '99.00' },
      ],
    }
    const { findings } = expectRefused(
      await post(world, EXPORTER, await world.compose(EXPORTER, declared(world, body))),
      'FINDINGS',
    ).body
    const found = Object.fromEntries(findings!.map(({ code, path }) => [path, code]))
    expect(found).toMatchObject({
      '/a~1b~0c': 'SCHEMA_ADDITIONAL_PROPERTIES',
      '/grossWt': 'SCHEMA_TYPE',
      '/tradeCoScc': 'USCC_CHECK_DIGIT',
      '/items/1/declTotal': 'ITEM_TOTAL_DIFFERS',
    })
    expect(Object.keys(found).some((path) => path.startsWith('/items/0/codeTs'))).toBe(true)
    for (const { message } of findings!) expect(message).not.toMatch(/^$|\{\w+\}/)
  })
  it('findings of the world at the time of judging', async () => {
    const message = await world.compose(EXPORTER, { ...declared(world), to: [world.urn('vietnam-customs')] })
    const { findings } = expectRefused(await post(world, EXPORTER, message), 'FINDINGS').body
    expect(findings).toMatchObject([{ code: 'DECLARING_CUSTOMS_MISSING' }])
  })
  it('a document with findings is not journaled', async () => {
    const size = world.hub.house.journal.size()
    await post(world, EXPORTER, await world.compose(EXPORTER, declared(world, {})))
    expect(world.hub.house.journal.size()).toBe(size)
  })
})

describe('oversize', () => {
  it('a body larger than its kind has', async () => {
    const body = Buffer.from(`${JSON.stringify(receivedOne(bank.party).body)}${' '.repeat(64 * 1024)}`)
    expectRefused(await post(world, BANK, await composed({ body })), 'TOO_LARGE')
  })
  it('a body larger than any kind has, before it is read', async () => {
    const token = await world.client(BANK).token('api')
    const answer = await new Promise<{ status?: number; text: string }>((resolve, reject) => {
      const headers = {
        authorization: `Bearer ${token}`,
        'content-type': 'application/hub-message+json',
        'content-length': String(25 * 1024 * 1024),
      }
      const request = httpRequest(`${world.url}/v1/messages`, { method: 'POST', headers }, (response) => {
        let text = ''
        response.on('data', (chunk: Buffer) => (text += chunk.toString()))
        response.on('end', () => {
          resolve({ status: response.statusCode!, text })
          request.destroy()
        })
      })
      request.on('error', reject)
      request.flushHeaders()
    })
    expect(answer.status).toBe(413)
    expect(JSON.parse(answer.text)).toMatchObject({ code: 'TOO_LARGE', status: 413 })
  })
  it('an envelope larger than 12 KiB', async () => {
    const envelope = (good: Envelope) => `${JSON.stringify(good)}${' '.repeat(12 * 1024)}`
    expectRefused(await post(world, BANK, await rewritten({ envelope })), 'TOO_LARGE')
  })
  it('an envelope larger than 12 KiB by one byte', async () => {
    const envelope = (good: Envelope) => JSON.stringify(good).padEnd(12 * 1024 + 1)
    expectRefused(await post(world, BANK, await rewritten({ envelope })), 'TOO_LARGE')
    expectTaken(
      await post(world, BANK, await rewritten({ envelope: (good) => JSON.stringify(good).padEnd(12 * 1024) })),
    )
  })
  it('a header larger than 8 KiB', async () => {
    const good = await rewritten({ envelope: (envelope) => JSON.stringify(envelope).padEnd(7 * 1024) })
    expect(compactOf(good).length).toBeGreaterThan(8 * 1024)
    expectRefused(await postHeader(world, BANK, compactOf(good), Buffer.from(good.body, 'base64url')), 'TOO_LARGE')
  })
  it('a header larger than the server reads at all', async () => {
    expectRefused(await postHeader(world, BANK, 'A'.repeat(40 * 1024), '{}'), 'TOO_LARGE')
  })
  it('a protected header larger than 16 KiB', async () => {
    const { envelopeBytes, body } = await composed()
    const path = [randomBytes(16 * 1024)]
    expectRefused(await post(world, BANK, await signed({ ...bank, path }, envelopeBytes, body)), 'ENVELOPE_MALFORMED')
  })
  it('a certificate larger than any is', async () => {
    expect(() => readCertificate(randomBytes(33 * 1024))).toThrow(/CERTIFICATE_MALFORMED/)
  })
  it('more signatures than four', async () => {
    const good = await file()
    const signatures = Array.from({ length: 5 }, () => good.signatures[0]!)
    expectRefused(await post(world, BANK, { ...good, signatures }), 'ENVELOPE_MALFORMED')
  })
  it('a batch of more than a thousand lines', async () => {
    const headers = { 'content-type': 'application/x-ndjson' }
    expectRefused(await ask(world, BANK, '/v1/batches', { headers, body: '{}\n'.repeat(1001) }), 'TOO_LARGE')
  })
})
