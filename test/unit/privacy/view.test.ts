import { describe, expect, it } from 'vitest'
import { generateKeyPairSync } from 'node:crypto'
import { compact, readCompact, signJws, verifyJws } from '../../../src/hub/identity/jws.ts'
import { keySigner } from '../../../src/hub/identity/signer.ts'
import { canonicalJson } from '../../../src/hub/privacy/canonical.ts'
import { signedView } from '../../../src/hub/privacy/view.ts'
import type { ViewInput } from '../../../src/hub/privacy/view.ts'

const FROM = 'urn:hub:cn:trader:red-kite-exports'
const TO = ['urn:hub:vn:customs:coral-gate']
const INPUT = {
  journal: 'urn:hub:journal:test',
  entry: {
    index: 12,
    atMs: Date.parse('2026-03-02T01:00:00.000Z'),
    kind: 'test.note',
    commitment: Buffer.alloc(32, 0xab),
  },
  envelope: {
    v: 1,
    hub: 'urn:hub:cn:operator:test-hub',
    id: '019c0000-0000-7000-8000-000000000000',
    kind: 'test.note',
    from: FROM,
    to: TO,
    ref: 'UCR-1',
    created: '2026-03-02T00:59:00.000Z',
    salt: 'AAAAAAAAAAAAAAAAAAAAAA',
    body: { sha256: '00'.repeat(32), bytes: 2, type: 'application/json' },
  },
  body: Buffer.from('{"price":"12.50","note":"中文"}'),
  kind: {
    type: 'application/json',
    schema: { properties: { price: { 'x-class': 'commercial' }, note: { 'x-class': 'trade' } } },
    views: { supervision: ['public', 'trade'] as const },
  },
  viewName: 'supervision',
  signer: { sign: async (payload: Buffer) => `h.${payload.toString('base64url')}.s` },
} satisfies ViewInput

describe('masked views', () => {
  it('say by whom, of what and what is left out, and show no more of the envelope than they must', async () => {
    const { jws, ...content } = await signedView(INPUT)
    expect(content).toEqual({
      view: { name: 'supervision', by: 'hub', of: 'ab'.repeat(32) },
      journal: INPUT.journal,
      index: 12,
      at: '2026-03-02T01:00:00.000Z',
      kind: 'test.note',
      from: FROM,
      to: TO,
      created: '2026-03-02T00:59:00.000Z',
      ref: 'UCR-1',
      body: { note: '中文' },
      masked: ['/price'],
    })
    const payload = Buffer.from(jws.split('.')[1]!, 'base64url').toString()
    expect(payload).toBe(canonicalJson(content))
    expect(JSON.parse(payload)).toEqual(content)
    expect(payload).not.toContain(INPUT.envelope.salt)
    expect(payload).not.toContain('12.50')
  })

  it.each([
    ['a view the kind does not define', { ...INPUT, viewName: 'other' }],
    ['a view named as a member of every object', { ...INPUT, viewName: 'constructor' }],
    ['a kind this hub does not have', { ...INPUT, kind: undefined }],
    [
      'a body that is not JSON',
      { ...INPUT, kind: { ...INPUT.kind, type: 'application/xml' }, body: Buffer.from('<a>12.50</a>') },
    ],
  ])('show nothing of the body for %s', async (_what, input) => {
    const view = await signedView(input)
    expect(view).not.toHaveProperty('body')
    expect(view.masked).toEqual([''])
  })

  it('show a body that is read into the shape of its schema like any other', async () => {
    const read = (bytes: Uint8Array) => ({
      body: { price: /<p>(.*)<\/p>/.exec(Buffer.from(bytes).toString())![1]!, note: 'of the reader' },
      findings: [],
    })
    const body = Buffer.from('<a><p>12.50</p></a>')
    const view = await signedView({ ...INPUT, kind: { ...INPUT.kind, type: 'application/xml', read }, body })
    expect(view).toMatchObject({ body: { note: 'of the reader' }, masked: ['/price'] })
  })
})

describe('signatures of views', () => {
  it('are of typ hub-view+jws and nothing else', async () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const hubKey = keySigner(privateKey)
    const sign = async (payload: Buffer, typ: string): Promise<string> =>
      compact(payload, await signJws(payload, typ, hubKey, { fingerprint: '00'.repeat(32) }))
    const { jws, ...content } = await signedView({ ...INPUT, signer: { sign } })
    const { payload, signature } = readCompact(jws)
    expect(JSON.parse(payload.toString())).toEqual(content)
    await verifyJws(payload, signature, 'hub-view+jws', hubKey.publicKey)
    await expect(verifyJws(payload, signature, 'hub-message+jws', hubKey.publicKey)).rejects.toThrow(
      'SIGNATURE_TYPE_WRONG',
    )
  })
})

describe('canonical JSON', () => {
  it('sorts members by code units and writes values as ECMAScript does', () => {
    const value = {
      b: [true, null, { z: 1, a: 2 }],
      a: 'é\n\u0007"',
      '\u{1F600}': 1,
      '\uFB33': 2,
      '10': 0,
      '9': 1e21,
      u: undefined,
      n: -0.5,
    }
    expect(canonicalJson(value)).toBe(
      '{"10":0,"9":1e+21,"a":"é\\n\\u0007\\"","b":[true,null,{"a":2,"z":1}],"n":-0.5,"😀":1,"\uFB33":2}',
    )
  })
})
