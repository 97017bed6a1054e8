// Who was not told of a partner's declaration, or of an ASEAN document, hears of it what it hears of a number that was never filed; who is
// told after all is judged anew, and who was told is answered as before.
import { beforeEach, describe, expect, it } from 'vitest'
import type { AcddResponse, AseanCustomsDeclarationDocument, WcoDeclaration } from '../../../../schemas/types.d.ts'
import { isTold } from '../../../../src/customs/told.ts'
import { acddKind } from '../../../../src/customs/wco/acdd.ts'
import { acddResponseKind } from '../../../../src/customs/wco/acdd-response.ts'
import { wcoDeclarationKind } from '../../../../src/customs/wco/wco-declaration.ts'
import type { Judgement, MessageKind } from '../../../../src/hub/index.ts'
import { decide } from '../../../../src/hub/journal/decide.ts'
import type { Draft } from '../../../../src/hub/journal/journal.ts'
import type { Sent, World } from '../fake-views.ts'
import { ABROAD, fixture, worldAbroad } from './wco-world.ts'

const { forwarderVn, traderVn, customsVn, customsVnOther, customsCn, customsSg, customsKh, customsKhOther, customsMm } =
  ABROAD
const declaration = fixture<WcoDeclaration>('wco-declaration-export')
const change = fixture<WcoDeclaration>('wco-declaration-change')
const cancellation = fixture<WcoDeclaration>('wco-declaration-cancellation')
const document = fixture<AseanCustomsDeclarationDocument>('acdd-export')
const request = fixture<AseanCustomsDeclarationDocument>('acdd-cancellation')
const response = fixture<AcddResponse>('acdd-response-accepted')

const traderOther = 'urn:hub:vn:trader:example-elsewhere'
const customsSgOther = 'urn:hub:sg:customs:elsewhere'

let world: World
beforeEach(() => {
  world = worldAbroad()
  const { register } = world.views
  const more = new Map(
    [traderOther, customsSgOther].map((party) => {
      const [, , country, kind] = party.split(':')
      return [party, { party, country: country!.toUpperCase(), class: kind!, name: party, state: 'active' }]
    }),
  )
  Object.assign(world.views, {
    register: { ...register, party: (urn: string) => more.get(urn) ?? register.party(urn) },
  })
})

/** What the journal makes of a judgement as it stands now. */
const decided = (judgement: Judgement) =>
  decide({ judgement } as unknown as Draft, { get: (key) => world.heads.get(key) })

/** What everybody may see of a refusal: the key is a keyed hash, so nothing but its label can be. */
function seen(answer: object) {
  const { refusal } = answer as { refusal: { key: string } }
  return { ...refusal, key: refusal.key.slice(0, refusal.key.indexOf(':')) }
}
const cannotTell = (rule: string) => ({ code: 'NOT_KNOWN_HERE', rule, key: 'told', version: 0 })

const filing: Sent = { from: forwarderVn, for: traderVn, to: [customsVn, customsCn] }
const sending: Sent = { from: customsSg, to: [customsKh, customsMm] }
const answering: Sent = { from: customsKh, to: [customsSg] }
const file = (sent = filing) => world.say(wcoDeclarationKind, declaration, sent)
const send = () => world.say(acddKind, document, sending)
const declarationKey = () => world.views.key('wco-declaration', 'VN', declaration.id)
const documentKey = () => world.views.key('acdd', 'SG', document.permitNumber)

describe('who was not told', () => {
  const outsiders: Sent[] = [
    { from: customsVnOther, to: [customsCn] },
    { from: traderOther, to: [customsVn] },
    { from: forwarderVn, for: traderOther, to: [customsVn] },
  ]
  it.each(outsiders)('of a declaration hears the same of it as of none, at every time: %j', async (sent) => {
    for (const functionCode of ['1', '4', '5', '13'] as const) {
      const body = { ...change, functionCode }
      expect(seen(await world.say(wcoDeclarationKind, body, sent))).toStrictEqual(cannotTell('declaration-known'))
    }
    const states = [
      () => file(),
      () => world.say(wcoDeclarationKind, change, filing),
      () => world.say(wcoDeclarationKind, cancellation, filing),
      () => world.erase(0),
    ]
    for (const state of states) {
      await state()
      const never = await world.say(wcoDeclarationKind, { ...change, id: 'VN-NEVER-1' }, sent)
      expect(seen(await world.say(wcoDeclarationKind, change, sent))).toStrictEqual(seen(never))
      expect(seen(never)).toStrictEqual(cannotTell('declaration-known'))
    }
  })

  const acts: [string, MessageKind<never>, object, Sent][] = [
    ['cancel', acddKind as MessageKind<never>, request, { from: customsSgOther, to: [customsKh] }],
    ['answer', acddResponseKind as MessageKind<never>, response, { from: customsKhOther, to: [customsSg] }],
    ['answer', acddResponseKind as MessageKind<never>, response, { from: customsSgOther, to: [customsSg] }],
  ]
  it.each(acts)('of a document hears the same of it as of none, at every time: %s', async (_act, kind, body, sent) => {
    const states = [
      send,
      () => world.say(acddResponseKind, response, answering),
      () => world.say(acddKind, request, sending),
      () => world.say(acddResponseKind, { ...response, outcome: 'CANCELLED' as const }, answering),
      () => world.erase(0),
    ]
    for (const state of states) {
      await state()
      const never = await world.say(kind, { ...body, permitNumber: 'NEVER-1' } as never, sent)
      expect(seen(await world.say(kind, body as never, sent))).toStrictEqual(seen(never))
      expect(seen(never)).toStrictEqual(cannotTell('acdd-known'))
    }
    expect(world.heads.get(documentKey())?.value['state']).toBe('cancelled')
  })
})

describe('what comes too early is judged anew once its sender is told', () => {
  it.each([filing, { from: traderVn, to: [customsVn] }, { from: customsVn, to: [customsCn] }])(
    'a change: %j',
    async (sent) => {
      const judgement = await world.judge(wcoDeclarationKind, change, sent)
      expect(decided(judgement)).toMatchObject({ result: 'refused', refusal: { version: 0 } })
      await file()
      expect(decided(judgement)).toEqual({ result: 'stale', key: judgement.refusal!.key })
      expect(await world.say(wcoDeclarationKind, change, sent)).toMatchObject({ result: 'accepted' })
    },
  )

  it('a request to cancel, and an answer', async () => {
    const early = [
      await world.judge(acddKind, request, sending),
      await world.judge(acddResponseKind, response, answering),
    ]
    for (const judgement of early) expect(decided(judgement)).toMatchObject({ result: 'refused' })
    await send()
    for (const judgement of early) expect(decided(judgement)).toEqual({ result: 'stale', key: judgement.refusal!.key })
    expect(await world.say(acddResponseKind, response, answering)).toMatchObject({ result: 'accepted' })
    expect(await world.say(acddKind, request, sending)).toMatchObject({ result: 'accepted' })
  })
})

describe('who was told', () => {
  it('of a declaration is its declarant, the agent that sent it, and the customs it goes to', async () => {
    await file()
    for (const party of [traderVn, forwarderVn, customsVn, customsCn])
      expect(await isTold(world.views, declarationKey(), party)).toBe(true)
    for (const party of [customsVnOther, traderOther])
      expect(await isTold(world.views, declarationKey(), party)).toBe(false)
  })

  it('hears that it is not the one: an agent and another customs always, others as long as the original is there', async () => {
    const byAgent = () => world.say(wcoDeclarationKind, change, { from: forwarderVn, to: [customsVn] })
    const byRecipient = () => world.say(wcoDeclarationKind, change, { from: traderOther, to: [customsVn] })
    await file({ ...filing, to: [customsVn, traderOther] })
    expect(await byAgent()).toMatchObject({ findings: ['WCO_DECLARANT_DIFFERS'] })
    expect(await byRecipient()).toMatchObject({ findings: ['WCO_DECLARANT_DIFFERS'] })
    world.erase(0)
    expect(await byAgent()).toMatchObject({ findings: ['WCO_DECLARANT_DIFFERS'] })
    expect(seen(await byRecipient())).toStrictEqual(cannotTell('declaration-known'))

    world = worldAbroad()
    await file({ from: customsVn, to: [customsVnOther] })
    world.erase(0)
    expect(await world.say(wcoDeclarationKind, change, { from: customsVnOther, to: [customsVn] })).toMatchObject({
      findings: ['WCO_DECLARANT_DIFFERS'],
    })
  })

  it('of a document without a part in it cannot tell, by the document itself, and is not judged again for ever', async () => {
    await send()
    await world.say(acddResponseKind, { ...response, outcome: 'RECEIVED' }, answering)
    const itself = { code: 'NOT_KNOWN_HERE', rule: 'acdd-known', key: documentKey(), version: 2 }
    const byTransit = await world.say(acddResponseKind, response, { from: customsMm, to: [customsSg] })
    expect(byTransit).toMatchObject({ result: 'refused', refusal: itself })
    const elsewhere = await world.say(acddKind, request, { from: customsSg, to: [customsKhOther] })
    expect(elsewhere).toMatchObject({ result: 'refused', refusal: itself })
  })

  it('of two with one number at once hears that the number is taken', async () => {
    const later = [
      await world.judge(wcoDeclarationKind, declaration, filing),
      await world.judge(acddKind, document, sending),
    ]
    await file({ from: traderVn, to: [customsVn] })
    await send()
    expect(later.map((judgement) => judgement.claims[0]!.key)).toEqual([declarationKey(), documentKey()])
    for (const [at, rule] of ['declaration-number', 'acdd-number'].entries()) {
      // Without the case, which both would move.
      const judgement = { ...later[at]!, moves: [] }
      expect(decided(judgement)).toMatchObject({ refusal: { code: 'ALREADY_CLAIMED', rule, version: 1 } })
    }
  })
})
