// What the hub refuses because reading it as JSON would lose something, or because it is no JSON: envelope, body, message file, header.
import { afterAll, beforeAll, describe, it } from 'vitest'
import { BANK, deskOf, type Desk } from '../support/desk.ts'
import { expectRefused, post } from '../support/doors.ts'
import { openWorld, type World } from '../support/world.ts'

let world: World
let desk: Desk
beforeAll(async () => {
  world = await openWorld()
  desk = deskOf(world)
})
afterAll(() => world.close())

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
    const message = await desk.rewritten({ envelope: (good) => change(JSON.stringify(good)) })
    expectRefused(await post(world, BANK, message), code)
  })
  it.each(LOSSY)('body: %s', async (_name, change, code) => {
    expectRefused(await post(world, BANK, await desk.rewritten({ body: change })), code)
  })
  it.each(LOSSY)('message file: %s', async (_name, change, code) => {
    expectRefused(await post(world, BANK, change(JSON.stringify({ ...(await desk.file()), to: 1 }))), code)
  })
  it.each(LOSSY.slice(0, 1))('protected header: %s', async (_name, _change, code) => {
    const good = await desk.file()
    const header = Buffer.from(good.signatures[0]!.protected, 'base64url').toString().replace('{', '{"alg":"none",')
    const signatures = [{ ...good.signatures[0]!, protected: Buffer.from(header).toString('base64url') }]
    expectRefused(await post(world, BANK, { ...good, signatures }), code)
  })
})
