// Batches, and the form of every no: NDJSON answered line by line, problem documents of RFC 9457 in the reader's language.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { messageFile, type MessageFile } from '../../src/client/compose.ts'
import { REFUSALS, type RefusalCode } from '../../src/hub/errors.ts'
import { financing, newDeclaration, receivedOne, released } from '../support/consignment.ts'
import { ask, expectRefused, expectTaken, post } from '../support/doors.ts'
import { openWorld, type World } from '../support/world.ts'

const BANK = 'nanning-bank'
const CUSTOMS = 'vietnam-customs'
const NDJSON = { 'content-type': 'application/x-ndjson' }
let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())

interface Line {
  line: number
  status: number
  code?: string
  title?: string
  index?: number
  findings?: { path: string }[]
  receipt?: { payload: string }
}

async function batch(folder: string, lines: readonly (MessageFile | string | Buffer)[], headers: object = {}) {
  const token = await world.client(folder).token('api')
  const body = Buffer.concat(
    lines.flatMap((line) => [
      Buffer.isBuffer(line) ? line : Buffer.from(typeof line === 'string' ? line : JSON.stringify(line)),
      Buffer.from('\n'),
    ]),
  )
  const response = await fetch(`${world.url}/v1/batches`, {
    method: 'POST',
    headers: { ...NDJSON, ...headers, authorization: `Bearer ${token}` },
    body,
  })
  expect(response.headers.get('content-type')).toBe('application/x-ndjson')
  const text = await response.text()
  expect(text.endsWith('\n')).toBe(true)
  return {
    status: response.status,
    lines: text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Line),
  }
}
const file = async (more: object = {}, folder = BANK) =>
  messageFile(await world.compose(folder, { ...receivedOne(world, world.urn(folder)), ...more }))

describe('batches', () => {
  it('are answered one by one, in order, whatever is wrong with a line', async () => {
    const good = await file()
    const reused = messageFile(
      await world.compose(BANK, {
        ...receivedOne(world, world.urn(BANK)),
        id: (JSON.parse(Buffer.from(good.payload, 'base64url').toString()) as { id: string }).id,
      }),
    )
    const { status, lines } = await batch(BANK, [
      good,
      good,
      reused,
      JSON.stringify(good).replace('{', '{"body":"",'),
      Buffer.from('{"payload":"\xff"}', 'latin1'),
      'not json',
      messageFile(await world.compose('second-bank', receivedOne(world, world.urn('second-bank')))),
      await file({ kind: 'weather.forecast' }),
      await file({ body: { feed: 1 } }),
      messageFile(await world.compose(BANK, financing(world, newDeclaration(world), 'B-1'))),
      await file(),
    ])
    expect(status).toBe(200)
    expect(lines.map(({ line }) => line)).toEqual(lines.map((_, n) => n))
    expect(lines.map((one) => one.code ?? one.status)).toEqual([
      201,
      200,
      'MESSAGE_ID_REUSED',
      'JSON_LOSSY',
      'JSON_MALFORMED',
      'JSON_MALFORMED',
      'PARTY_MISMATCH',
      'KIND_UNKNOWN',
      'FINDINGS',
      'NOT_KNOWN_HERE',
      201,
    ])
    for (const { code, status: own } of lines) if (code) expect(own).toBe(REFUSALS[code as RefusalCode].status)
    expect(lines[1]!.receipt!.payload).toBe(lines[0]!.receipt!.payload)
    expect(lines[8]!.findings!.map(({ path }) => path)).toContain('/feed')
  })
  it('keep the order of a sender: a line may rest on the one before', async () => {
    const importer = 'hanoi-importer'
    const declaration = newDeclaration(world)
    const filed = { kind: 'customs.declaration', to: [world.urn(CUSTOMS)], body: declaration }
    expectTaken(await post(world, importer, await world.compose(importer, filed)))
    const to = [world.urn(importer)]
    const { entryId } = declaration
    const amendment = (version: number) => ({
      kind: 'customs.amendment',
      to,
      body: {
        entryId,
        version,
        reason: 'a note is added',
        changes: [{ path: '/noteS', to: String(version) }],
      },
    })
    const acts = [{ ...released(world, declaration), to }, amendment(2), amendment(3)]
    const files = await Promise.all(acts.map(async (act) => messageFile(await world.compose(CUSTOMS, act))))
    const { lines } = await batch(CUSTOMS, files)
    const indexes = lines.map(({ index }) => index!)
    expect(lines.map((one) => one.code ?? one.status)).toEqual([201, 201, 201])
    expect(indexes).toEqual([...indexes].sort((a, b) => a - b))
  })
  it('skip blank lines and need no last line feed', async () => {
    const { lines } = await batch(BANK, [
      '',
      '  \r',
      Buffer.from(`${JSON.stringify(await file())}\n\n${JSON.stringify(await file())}`),
    ])
    expect(lines.map(({ line, status }) => [line, status])).toEqual([
      [0, 201],
      [1, 201],
    ])
  })
  it('without a body are refused', async () => {
    expectRefused(await ask(world, BANK, '/v1/batches', { method: 'POST' }), 'MEDIA_TYPE_UNSUPPORTED')
  })
  it('need a session', async () => {
    expectRefused(await ask(world, undefined, '/v1/batches', { headers: NDJSON, body: '{}' }), 'SESSION_REQUIRED')
  })
  it('speak the reader\u2019s language', async () => {
    const { lines } = await batch(BANK, ['not json'], { 'accept-language': 'zh-CN' })
    expect(lines[0]!.title).toBe(REFUSALS.JSON_MALFORMED.zh)
  })
})

describe('problem documents', () => {
  const CASES: [RefusalCode, (headers: Record<string, string>) => ReturnType<typeof ask>][] = [
    ['NOT_FOUND', (headers) => ask(world, BANK, '/v1/nothing', { headers })],
    ['NOT_FOUND', (headers) => ask(world, BANK, '/v1/messages/99999999', { headers })],
    ['PARAMETER_INVALID', (headers) => ask(world, BANK, '/v1/messages/one', { headers })],
    ['PARAMETER_INVALID', (headers) => ask(world, BANK, '/v1/feed?after=-1', { headers })],
    ['SESSION_REQUIRED', (headers) => ask(world, undefined, '/v1/feed', { headers })],
    ['JSON_MALFORMED', (headers) => post(world, BANK, 'x', headers)],
    ['FINDINGS', async (headers) => post(world, BANK, await file({ body: {} }), headers)],
    [
      'NOT_KNOWN_HERE',
      async (headers) =>
        post(
          world,
          BANK,
          await world.compose(BANK, financing(world, newDeclaration(world), `C-${Math.random()}`)),
          headers,
        ),
    ],
  ]
  it.each(CASES)('%s has code, layer, who and retry, and a title in Chinese or English', async (code, send) => {
    const { body } = expectRefused(await send({ 'accept-language': 'en' }), code)
    expect(body).toMatchObject({ type: `urn:beibu-hub:refusal:${code}` })
    for (const language of ['zh', 'zh-CN,zh;q=0.9,en;q=0.8', 'zh-Hans', 'de, zh;q=0.5'])
      expect((await send({ 'accept-language': language })).body.title, language).toBe(REFUSALS[code].zh)
    for (const language of ['', 'en-US', 'de', 'en, zh', 'zh;q=0.1, en;q=0.9', 'zh;q=0'])
      expect((await send({ 'accept-language': language })).body.title, language).toBe(REFUSALS[code].en)
  })
  it('name the request', async () => {
    const [one, other] = await Promise.all([1, 2].map(() => post(world, BANK, 'x')))
    const id = (answer: unknown) => (answer as { body: { requestId: string } }).body.requestId
    expect(id(one)).toMatch(/^[0-9a-f-]{36}$/)
    expect(id(one)).not.toBe(id(other))
  })
})
