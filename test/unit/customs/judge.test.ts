// What the world says to declarations and to the acts of customs: heads, accounts, competence, and what is withheld.
import { readFileSync } from 'node:fs'
import { beforeEach, describe, expect, it } from 'vitest'
import type {
  CustomsAmendment,
  CustomsCancellation,
  CustomsDeclaration,
  CustomsRelease,
} from '../../../schemas/types.d.ts'
import { customsKinds } from '../../../src/customs/index.ts'
import type { MessageKind } from '../../../src/hub/index.ts'
import { PARTIES, World } from './fake-views.ts'

const body = <T>(file: string): T =>
  JSON.parse(readFileSync(new URL(`../../../fixtures/customs/valid/${file}`, import.meta.url), 'utf8')) as T
const [declarationKind, releaseKind, amendmentKind, cancellationKind] = customsKinds as [
  MessageKind<CustomsDeclaration>,
  MessageKind<CustomsRelease>,
  MessageKind<CustomsAmendment>,
  MessageKind<CustomsCancellation>,
]
const declaration = body<CustomsDeclaration>('declaration-electronics.json')
const release = body<CustomsRelease>('release-electronics.json')
const amendment = body<CustomsAmendment>('amendment-total.json')
const cancellation = body<CustomsCancellation>('cancellation.json')
const { trader, broker, customsCn, customsCnOther, customsVn } = PARTIES
const filing = { from: trader, to: [customsCn, customsVn] }
const act = { from: customsCn, to: [trader, customsVn] }

let world: World
const key = () => world.views.key('declaration', declaration.entryId)
const balance = () => world.balance(declaration.entryId, 'USD')
const file = () => world.say(declarationKind, declaration, filing)
const releaseIt = () => world.say(releaseKind, release, act)

beforeEach(() => {
  world = new World()
})

describe('customs.declaration', () => {
  it('claims its number once', async () => {
    expect(await file()).toMatchObject({ result: 'accepted' })
    expect(world.heads.get(key())).toMatchObject({
      version: 1,
      value: { state: 'declared', version: 1, from: trader, customs: customsCn },
    })
    expect(await file()).toMatchObject({
      result: 'refused',
      refusal: { code: 'ALREADY_CLAIMED', rule: 'declaration-number', version: 1 },
    })
  })

  it('belongs to the principal when an agent files it', async () => {
    await world.say(declarationKind, declaration, { from: broker, for: trader, to: [customsCn] })
    expect(world.heads.get(key())?.value['from']).toBe(trader)
    const message = world.message(declarationKind, declaration, { from: broker, for: trader, to: [customsCn] })
    expect(declarationKind.audience(message, world.views.register)).toEqual([
      { party: customsCn, view: 'full' },
      { party: trader, view: 'full' },
    ])
  })

  it.each([[[customsVn]], [[]], [[customsCn, customsCnOther]]])(
    'is for exactly one customs authority at home: %j',
    async (to) => {
      expect(await world.say(declarationKind, declaration, { from: trader, to })).toMatchObject({
        findings: ['DECLARING_CUSTOMS_MISSING'],
      })
    },
  )
})

describe('customs.release', () => {
  it('opens the account with the declared total', async () => {
    await file()
    expect(await releaseIt()).toMatchObject({ result: 'accepted', judgement: { refers: [0] } })
    expect(balance()).toEqual({ net: '32000000', closed: false })
    expect(world.heads.get(key())?.value).toMatchObject({
      state: 'released',
      declaration: 0,
      currency: 'USD',
      totalMinor: '32000000',
    })
  })

  it('cannot tell of a declaration this hub does not know', async () => {
    expect(await releaseIt()).toMatchObject({
      refusal: { code: 'NOT_KNOWN_HERE', key: world.views.key('told', key(), customsCn), version: 0 },
    })
  })

  it('happens once', async () => {
    await file()
    await releaseIt()
    expect(await releaseIt()).toMatchObject({
      refusal: { code: 'STATE_CONFLICT', rule: 'declaration-state', version: 2 },
    })
  })

  it('is for the authority the declaration was filed with alone', async () => {
    await file()
    expect(await world.say(releaseKind, release, { from: customsVn, to: [trader] })).toMatchObject({
      findings: ['AUTHORITY_NOT_COMPETENT'],
    })
    expect(await world.say(releaseKind, release, { from: customsCnOther, to: [trader] })).toMatchObject({
      refusal: { code: 'NOT_KNOWN_HERE', key: world.views.key('told', key(), customsCnOther), version: 0 },
    })
    expect(balance()).toBeUndefined()
  })

  it('cannot tell the total of an erased declaration', async () => {
    await file()
    world.erase(0)
    expect(await releaseIt()).toMatchObject({ refusal: { code: 'NOT_KNOWN_HERE', key: key(), version: 1 } })
  })

  it.each([
    ['DECLARATION_DIFFERS', {}, { re: [{ from: trader, id: 'other', digest: '00' }] }],
    ['CONSIGNOR_DIFFERS', { tradeCoScc: '91310000717883402X' }, {}],
    ['TOTAL_DIFFERS', { declared: { amount: '320000.01', currency: 'USD' } }, {}],
    ['TOTAL_DIFFERS', { declared: { amount: '320000.00', currency: 'CNY' } }, {}],
    ['TIME_IN_FUTURE', { releasedAt: '2026-11-05T03:05:00.001Z' }, {}],
    ['DECLARANT_NOT_ADDRESSED', {}, { to: [customsVn] }],
  ])('%s is found', async (code, change, sent) => {
    await file()
    expect(await world.say(releaseKind, { ...release, ...change }, { ...act, ...sent })).toMatchObject({
      findings: [code],
    })
  })

  it('may name the message it answers', async () => {
    await file()
    const re = [{ from: trader, id: 'id-0', digest: '00' }]
    expect(await world.say(releaseKind, release, { ...act, re })).toMatchObject({ result: 'accepted' })
  })
})

describe('customs.amendment', () => {
  it('moves the account by the difference', async () => {
    await file()
    await releaseIt()
    expect(await world.say(amendmentKind, amendment, act)).toMatchObject({ result: 'accepted' })
    expect(balance()).toEqual({ net: '30270000', closed: false })
    expect(world.heads.get(key())?.value).toMatchObject({
      state: 'released',
      version: 2,
      totalMinor: '30270000',
      declaration: 0,
    })
  })

  it('before release changes what release will open', async () => {
    await file()
    expect(await world.say(amendmentKind, amendment, act)).toMatchObject({ result: 'accepted' })
    expect(balance()).toBeUndefined()
    const amended = { ...release, declared: amendment.newTotal! }
    expect(await world.say(releaseKind, amended, act)).toMatchObject({ result: 'accepted', judgement: { refers: [0] } })
    expect(balance()).toEqual({ net: '30270000', closed: false })
  })

  it('without a new total leaves the account alone', async () => {
    await file()
    await releaseIt()
    const { newTotal: _, ...rest } = amendment
    const change = { ...rest, changes: [{ path: '/noteS', to: 'x' }] }
    expect(await world.say(amendmentKind, change, act)).toMatchObject({
      result: 'accepted',
      judgement: { accounts: [] },
    })
    expect(balance()).toEqual({ net: '32000000', closed: false })
  })

  it('counts versions and keeps the currency', async () => {
    await file()
    expect(await world.say(amendmentKind, { ...amendment, version: 3 }, act)).toMatchObject({
      findings: ['AMENDMENT_VERSION'],
    })
    const euro = { ...amendment, newTotal: { amount: '1.00', currency: 'EUR' } }
    expect(await world.say(amendmentKind, euro, act)).toMatchObject({ findings: ['CURRENCY_MIXED'] })
  })

  it('needs the total of the declaration', async () => {
    await file()
    world.erase(0)
    expect(await world.say(amendmentKind, amendment, act)).toMatchObject({
      refusal: { code: 'NOT_KNOWN_HERE', version: 1 },
    })
  })
})

describe('customs.cancellation', () => {
  it('closes the account with the total as it stands', async () => {
    await file()
    await releaseIt()
    await world.say(amendmentKind, amendment, act)
    expect(await world.say(cancellationKind, cancellation, act)).toMatchObject({ result: 'accepted', shortfalls: [] })
    expect(balance()).toEqual({ net: '0', closed: true })
    expect(world.heads.get(key())?.value['state']).toBe('cancelled')
  })

  it('works on a declaration whose content is erased, before and after release', async () => {
    await file()
    await releaseIt()
    world.erase(0)
    expect(await world.say(cancellationKind, cancellation, act)).toMatchObject({ result: 'accepted' })
    const other = { ...declaration, entryId: '720820260000000999' }
    const { index } = (await world.say(declarationKind, other, filing)) as { index: number }
    world.erase(index)
    expect(await world.say(cancellationKind, { ...cancellation, entryId: other.entryId }, act)).toMatchObject({
      result: 'accepted',
      judgement: { accounts: [] },
    })
  })

  it('ends the declaration: nothing comes after it', async () => {
    await file()
    await world.say(cancellationKind, cancellation, act)
    for (const answer of [
      await releaseIt(),
      await world.say(amendmentKind, amendment, act),
      await world.say(cancellationKind, cancellation, act),
    ])
      expect(answer).toMatchObject({ refusal: { code: 'STATE_CONFLICT', version: 2 } })
    expect(await file()).toMatchObject({ refusal: { code: 'ALREADY_CLAIMED' } })
  })
})
