// What the hub refuses because of what a message says of itself: address, time, id, kind, digests, attachments; and its findings.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { declared, newDeclaration, receivedOne } from '../support/consignment.ts'
import { BANK, deskOf, type Desk } from '../support/desk.ts'
import { ask, compactOf, expectRefused, expectTaken, post, postHeader, signed } from '../support/doors.ts'
import { DAY_MS } from '../support/papers.ts'
import { openWorld, type World } from '../support/world.ts'

const EXPORTER = 'guangxi-exporter'
const MINUTE_MS = 60_000
let world: World
let desk: Desk
beforeAll(async () => {
  world = await openWorld()
  desk = deskOf(world)
})
afterAll(() => world.close())

describe('envelope', () => {
  it('another hub\u2019s message', async () => {
    expectRefused(await post(world, BANK, await desk.composed({ hub: 'urn:hub:vn:operator:other' })), 'OTHER_HUB')
  })
  it('an unknown member, and every other thing wrong with it at once', async () => {
    const message = await desk.rewritten({
      envelope: (good) => JSON.stringify({ ...good, note: 'x', id: 'one', v: 0, created: '2026-11-02' }),
    })
    const { findings } = expectRefused(await post(world, BANK, message), 'ENVELOPE_MALFORMED').body
    expect(findings!.map(({ path }) => path).sort()).toEqual(['/created', '/id', '/note', '/v'])
  })
  it('a time that does not exist', async () => {
    const message = await desk.rewritten({
      envelope: (good) => JSON.stringify({ ...good, created: '2026-02-30T00:00:00.000Z' }),
    })
    expectRefused(await post(world, BANK, message), 'ENVELOPE_MALFORMED')
  })
  it('the suite SM2SM3 without an SM3 digest', async () => {
    expectRefused(await post(world, BANK, await desk.composed({ suites: ['SM2SM3'] })), 'ENVELOPE_MALFORMED')
  })
  it('created in the future', async () => {
    const createdMs = world.clock.now() + 6 * MINUTE_MS
    expectRefused(await post(world, BANK, await desk.composed({ createdMs })), 'CREATED_IN_FUTURE')
    expectTaken(await post(world, BANK, await desk.composed({ createdMs: world.clock.now() + 4 * MINUTE_MS })))
  })
  it('created too long ago', async () => {
    const createdMs = world.clock.now() - DAY_MS - MINUTE_MS
    expectRefused(await post(world, BANK, await desk.composed({ createdMs })), 'CREATED_TOO_LONG_AGO')
    expectTaken(await post(world, BANK, await desk.composed({ createdMs: world.clock.now() - DAY_MS + MINUTE_MS })))
  })
  it('expires past', async () => {
    const expiresMs = world.clock.now() - 1
    expectRefused(await post(world, BANK, await desk.composed({ expiresMs })), 'MESSAGE_EXPIRED')
  })
  it('id reused for other bytes', async () => {
    const first = await desk.composed()
    expectTaken(await post(world, BANK, first))
    expectRefused(await post(world, BANK, await desk.composed({ id: first.envelope.id })), 'MESSAGE_ID_REUSED')
    expectTaken(await post(world, BANK, first), 200)
  })
  it('id reused for the same words under a new salt', async () => {
    const createdMs = world.clock.now()
    const first = await desk.composed({ createdMs })
    expectTaken(await post(world, BANK, first))
    expectRefused(
      await post(world, BANK, await desk.composed({ id: first.envelope.id, createdMs })),
      'MESSAGE_ID_REUSED',
    )
  })
  it('unknown kind', async () => {
    expectRefused(await post(world, BANK, await desk.composed({ kind: 'weather.forecast' })), 'KIND_UNKNOWN')
  })
  it('unknown version of a kind', async () => {
    expectRefused(await post(world, BANK, await desk.composed({ v: 2 })), 'KIND_VERSION_UNKNOWN')
  })
  it('a header that is not a compact JWS', async () => {
    expectRefused(await postHeader(world, BANK, 'one.two', '{}'), 'ENVELOPE_MALFORMED')
  })
  it('a body of another type than the kind has', async () => {
    expectRefused(await post(world, BANK, await desk.composed({ type: 'application/xml' })), 'MEDIA_TYPE_UNSUPPORTED')
  })
  it('neither a header nor a message file', async () => {
    const body = JSON.stringify(await desk.file())
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
    const [good, other] = [
      await desk.file(),
      await desk.file({ body: { ...receivedOne(world, desk.bank.party).body, to: 2 } }),
    ]
    expectRefused(await post(world, BANK, { ...good, body: other.body }), 'BODY_DIGEST_MISMATCH')
  })
  it('another body of the same length', async () => {
    const good = await desk.file()
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
    const good = await desk.file()
    const body = Buffer.from(good.body, 'base64url')
    expectRefused(await postHeader(world, BANK, compactOf(good), body, 'text/plain'), 'BODY_DIGEST_MISMATCH')
    expectTaken(await postHeader(world, BANK, compactOf(good), body))
  })
  it('attachment missing', async () => {
    const good = await desk.file({ attachments })
    expectRefused(await post(world, BANK, { ...good, attachments: good.attachments!.slice(1) }), 'ATTACHMENT_MISSING')
    const { attachments: _, ...none } = good
    expectRefused(await post(world, BANK, none), 'ATTACHMENT_MISSING')
  })
  it('attachments that the kind does not take', async () => {
    const { findings } = expectRefused(await post(world, BANK, await desk.file({ attachments })), 'FINDINGS').body
    expect(findings!.map(({ code, path }) => `${code} ${path}`)).toEqual([
      'ATTACHMENT_NOT_ALLOWED /attachments/0/type',
      'ATTACHMENT_NOT_ALLOWED /attachments/1/type',
    ])
  })
  it('attachment with another digest', async () => {
    const good = await desk.file({ attachments })
    const [first, second] = good.attachments!
    const changed = [{ ...first!, data: Buffer.from('an Invoice').toString('base64url') }, second!]
    expectRefused(await post(world, BANK, { ...good, attachments: changed }), 'ATTACHMENT_DIGEST_MISMATCH')
  })
  it('attachment that the envelope does not name', async () => {
    const [good, other] = [await desk.file(), await desk.file({ attachments })]
    const more = { ...good, attachments: other.attachments!.slice(0, 1) }
    expectRefused(await post(world, BANK, more), 'ATTACHMENT_DIGEST_MISMATCH')
  })
  it('attachment that came twice', async () => {
    const good = await desk.file({ attachments: attachments.slice(0, 1) })
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
