// The API documents say what the hub does: every route is in them, every answer is one they promise, every frame is of its schema.
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Validator } from '@seriousme/openapi-schema-validator'
import Ajv from 'ajv'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { WebSocket } from 'ws'
import { clientFrames, frameSchema } from '../../docs/api/asyncapi.ts'
import { FEED_PROTOCOL, readFrame } from '../../src/hub/feed/frame.ts'
import { busyDay, busyEnv } from '../support/busy-day.ts'
import { AnswerCheck, asyncApi, compilerOf, openApi } from '../support/api-document.ts'
import { dice, SEED } from '../support/fuzz.ts'
import { openWorld, type World } from '../support/world.ts'
import { LONG_MS } from '../support/patience.ts'

const SRC = resolve(import.meta.dirname, '../../src')

/** Routes as the source registers them: `get /v1/...`. Parameters in the spelling of OpenAPI. */
function routesInSource(): string[] {
  const found = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .flatMap((name) => {
      const text = readFileSync(join(SRC, name), 'utf8')
      return [...text.matchAll(/app\.(get|post|put|delete)(?:<[^(]*>)?\(\s*'(\/[^']*)'/g)].map(
        ([, method, path]) => `${method} ${path!.replaceAll(/:(\w+)/g, '{$1}')}`,
      )
    })
  return [...found, 'get /v1/openapi.json', 'get /v1/asyncapi.json'].sort()
}

describe('the documents themselves', () => {
  it('are valid OpenAPI 3.1 and AsyncAPI 3.0', async () => {
    expect(
      await new Validator().validate(structuredClone(openApi) as unknown as Record<string, unknown>),
    ).toMatchObject({ valid: true })
    const specification = JSON.parse(
      readFileSync(resolve('node_modules/@asyncapi/specs/schemas/3.0.0-without-$id.json'), 'utf8'),
    ) as object
    const ajv = new Ajv.default({ strict: false, allErrors: false, logger: false, validateFormats: false })
    const validate = ajv.compile(specification)
    expect(validate(asyncApi), JSON.stringify(validate.errors)).toBe(true)
  })

  it('name every route of the source, and no other', () => {
    const documented = Object.entries(openApi.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path}`),
    )
    expect(documented.sort()).toEqual(routesInSource())
  })
})

describe('frames', () => {
  it('are read exactly when their schema allows them', () => {
    const compile = compilerOf(asyncApi)
    const schemas = Object.entries(clientFrames).map(([type, frame]) => ({
      type,
      allows: compile(frameSchema(type, frame)),
    }))
    const pieces = [
      1,
      0,
      -1,
      1.5,
      '',
      'desk',
      'a b',
      [],
      [1],
      ['x'],
      {},
      { kinds: ['customs.release'] },
      { kinds: [] },
      null,
      true,
    ]
    const members = ['name', 'token', 'credit', 'after', 'ids', 'n', 'filter', 'view', 'purpose', 'more']
    const roll = dice(SEED)
    for (let run = 0; run < 20_000; run++) {
      const { type, allows } = schemas[roll(schemas.length)]!
      const wanted = Object.keys(clientFrames[type]!.members).map((name) => name.replace('?', ''))
      const chosen = [...wanted.filter(() => roll(5) > 0), ...(roll(6) === 0 ? [members[roll(members.length)]!] : [])]
      const frame = { type, ...Object.fromEntries(chosen.map((name) => [name, pieces[roll(pieces.length)]])) }
      let read = true
      try {
        readFrame(Buffer.from(JSON.stringify(frame)))
      } catch {
        read = false
      }
      expect(allows(frame), JSON.stringify(frame)).toBe(read)
    }
  })
})

describe('answers of a hub', () => {
  const check = new AnswerCheck()
  let world: World
  beforeAll(async () => {
    vi.stubGlobal('fetch', check.watch(fetch))
    world = await openWorld({ env: busyEnv })
  })
  afterAll(async () => {
    await world.close()
    vi.unstubAllGlobals()
  })
  afterEach(() => expect(check.faults).toEqual([]))

  it(
    'are those the document promises, good and bad',
    async () => {
      await busyDay(world)
      const operations = Object.values(openApi.paths).flatMap((methods) => Object.values(methods))
      const silent = operations
        .filter(({ operationId }) => ![...check.seen].some((one) => new RegExp(`^${operationId} 2`).test(one)))
        .map(({ operationId }) => operationId)
      expect(silent, 'operations that have not answered well once').toEqual([])
    },
    LONG_MS,
  )

  it(
    'frames of the socket are of their schemas',
    async () => {
      const compile = compilerOf(asyncApi)
      const validators = new Map(
        Object.entries(asyncApi.channels.feed.messages)
          .filter(([key]) => key.startsWith('hub-'))
          .map(([, { name, payload }]) => [name, compile(payload)]),
      )
      const seen = await talk(world)
      for (const frame of seen) {
        const allows = validators.get(frame.type)
        expect(allows?.(frame), `${JSON.stringify(allows?.errors)} in ${JSON.stringify(frame).slice(0, 400)}`).toBe(
          true,
        )
      }
      expect([...new Set(seen.map(({ type }) => type))].sort()).toEqual(
        expect.arrayContaining(['hello', 'ready', 'subscribed', 'item', 'error', 'unsubscribed']),
      )
    },
    LONG_MS,
  )
})

/** One conversation with a yes and a no. */
async function talk(world: World): Promise<{ type: string }[]> {
  const socket = new WebSocket(`${world.url.replace('http', 'ws')}/v1/feed/socket`, FEED_PROTOCOL)
  const frames: { type: string }[] = []
  const waiting: { type: string; done(): void }[] = []
  socket.on('message', (data: Buffer) => {
    const frame = JSON.parse(data.toString()) as { type: string }
    frames.push(frame)
    for (const one of waiting.filter(({ type }) => type === frame.type)) one.done()
  })
  const hear = (type: string): Promise<void> => new Promise((done) => waiting.push({ type, done }))
  const say = (frame: object) => socket.send(JSON.stringify(frame))
  await hear('hello')
  const token = await world.client('vietnam-customs').token('feed')
  say({ type: 'auth', token })
  await hear('ready')
  say({ type: 'subscribe', name: 'desk', credit: 10 })
  await hear('item')
  say({ type: 'ack', name: 'desk', ids: [99] })
  await hear('error')
  say({ type: 'unsubscribe', name: 'desk' })
  await hear('unsubscribed')
  socket.close()
  return frames
}
