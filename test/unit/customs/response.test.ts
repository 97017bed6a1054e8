// What the world says to the answers of the partner customs: who may answer, whom it tells, and in which order outcomes come.
import { readFileSync } from 'node:fs'
import { beforeEach, describe, expect, it } from 'vitest'
import type { CustomsDeclaration, CustomsResponse } from '../../../schemas/types.d.ts'
import { customsKinds } from '../../../src/customs/index.ts'
import type { MessageKind } from '../../../src/hub/index.ts'
import { PARTIES, World, type Sent } from './fake-views.ts'

const body = <T>(file: string): T =>
  JSON.parse(readFileSync(new URL(`../../../fixtures/customs/valid/${file}`, import.meta.url), 'utf8')) as T
const kindOf = <T>(name: string): MessageKind<T> => customsKinds.find((kind) => kind.name === name) as MessageKind<T>
const declarationKind = kindOf<CustomsDeclaration>('customs.declaration')
const responseKind = kindOf<CustomsResponse>('customs.response')
const declaration = body<CustomsDeclaration>('declaration-electronics.json')
const queried = body<CustomsResponse>('response-queried.json')
const { trader, customsCn, customsCnOther, customsVn } = PARTIES
const re = [{ from: trader, id: 'id-0', digest: '00' }]
const answering: Sent = { from: customsVn, to: [trader, customsCn], re }
const OUTCOMES = ['RECEIVED', 'ACCEPTED', 'QUERIED', 'REJECTED', 'CLEARED'] as const

let world: World
const respond = (change: Partial<CustomsResponse> = {}, sent: Partial<Sent> = {}) =>
  world.say(responseKind, { ...queried, ...change }, { ...answering, ...sent })
const key = (country = 'VN') => world.views.key('response', declaration.entryId, country)
const declarationKey = () => world.views.key('declaration', declaration.entryId)
const amendment = body<object>('amendment-transport.json')

beforeEach(async () => {
  world = new World()
  await world.say(declarationKind, declaration, { from: trader, to: [customsCn, customsVn] })
})

describe('customs.response', () => {
  it('answers the declaration it was sent and keeps the outcome of its country', async () => {
    expect(await respond()).toMatchObject({ result: 'accepted', judgement: { refers: [0] } })
    expect(world.heads.get(key())).toMatchObject({ version: 1, value: { state: 'QUERIED', customs: customsVn } })
    expect(world.heads.get(declarationKey())?.version).toBe(1)
  })

  it('is told to its recipients in full, and is shown to supervision without what was found', () => {
    const message = world.message(responseKind, queried, answering)
    expect(responseKind.audience(message, world.views.register)).toEqual([
      { party: trader, view: 'full' },
      { party: customsCn, view: 'full' },
    ])
    expect(responseKind.views).toMatchObject({ supervision: ['public', 'trade'] })
  })

  it('cannot tell of a declaration this hub does not know', async () => {
    expect(await respond({ entryId: '720820260000009999' })).toMatchObject({
      refusal: { code: 'NOT_KNOWN_HERE', rule: 'declaration-known', version: 0 },
    })
  })

  it('does not let a customs that was not sent the declaration learn that there is one', async () => {
    const refusal = { code: 'NOT_KNOWN_HERE', rule: 'declaration-known', version: 0 }
    for (const change of [{}, { entryId: '720820260000009999' }])
      expect(await respond(change, { from: customsCnOther })).toEqual({
        result: 'refused',
        refusal: { ...refusal, key: expect.stringMatching(/^told:/) as string },
        judgement: expect.anything() as unknown,
      })
  })

  it('cannot tell of an erased declaration', async () => {
    world.erase(0)
    expect(await respond()).toMatchObject({ refusal: { code: 'NOT_KNOWN_HERE', key: declarationKey(), version: 1 } })
  })

  it('is not for the customs the declaration was filed with', async () => {
    expect(await respond({}, { from: customsCn })).toMatchObject({ findings: ['RESPONSE_BY_DECLARING_CUSTOMS'] })
  })

  it.each([
    [['DECLARANT_NOT_ADDRESSED'], {}, { to: [customsCn] }],
    [['DECLARING_CUSTOMS_NOT_ADDRESSED'], {}, { to: [trader] }],
    [['DECLARATION_NOT_NAMED'], {}, { re: [] }],
    [['DECLARATION_NOT_NAMED'], {}, { re: [{ ...re[0]!, id: 'id-1' }] }],
    [['DECLARATION_NOT_NAMED'], {}, { re: [{ ...re[0]!, from: customsCn }] }],
    [['TIME_IN_FUTURE'], { respondedAt: '2026-11-05T03:05:00.001Z' }, {}],
    [['MISMATCH_DECLARED_DIFFERS'], { mismatches: [{ path: '/grossWt', code: 'EXCESS', declared: '1' }] }, {}],
    [['MISMATCH_DECLARED_DIFFERS'], { mismatches: [{ path: '/items/40/gName', code: 'EXCESS', declared: '1' }] }, {}],
    [['DECLARANT_NOT_ADDRESSED', 'DECLARING_CUSTOMS_NOT_ADDRESSED', 'DECLARATION_NOT_NAMED'], {}, { to: [], re: [] }],
  ] satisfies [string[], Partial<CustomsResponse>, Partial<Sent>][])('finds %j', async (codes, change, sent) => {
    expect(await respond(change, sent)).toMatchObject({ findings: codes })
    expect(world.heads.get(key())).toBeUndefined()
  })

  it('does not hold what was declared against a declaration that has been amended since', async () => {
    await world.say(kindOf<object>('customs.amendment'), amendment, { from: customsCn, to: [trader] })
    expect(world.heads.get(declarationKey())?.value['version']).toBe(2)
    const mismatches = [{ path: '/grossWt', code: 'EXCESS' as const, declared: '1' }]
    expect(await respond({ mismatches })).toMatchObject({ result: 'accepted' })
  })

  it('may clear what the declaring customs has not released or has cancelled', async () => {
    const cancel = body<object>('cancellation.json')
    await world.say(kindOf<object>('customs.cancellation'), cancel, { from: customsCn, to: [trader] })
    expect(await respond({ outcome: 'CLEARED' })).toMatchObject({ result: 'accepted' })
  })

  const may: Record<string, readonly string[]> = {
    RECEIVED: ['ACCEPTED', 'QUERIED', 'REJECTED', 'CLEARED'],
    ACCEPTED: ['QUERIED', 'REJECTED', 'CLEARED'],
    QUERIED: ['ACCEPTED', 'QUERIED', 'REJECTED', 'CLEARED'],
  }
  it.each(OUTCOMES.flatMap((before) => OUTCOMES.map((after) => [before, after] as const)))(
    'after %s comes %s, or is refused',
    async (before, after) => {
      await respond({ outcome: before })
      const answer = await respond({ outcome: after })
      if (may[before]?.includes(after)) expect(answer).toMatchObject({ result: 'accepted' })
      else
        expect(answer).toMatchObject({
          refusal: { code: 'STATE_CONFLICT', rule: 'response-order', key: key(), version: 1 },
        })
    },
  )
})
