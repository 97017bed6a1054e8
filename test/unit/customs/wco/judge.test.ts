// What the world says to declarations of partner countries and to ASEAN customs declaration documents.
import * as fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import type { AcddResponse, AseanCustomsDeclarationDocument, WcoDeclaration } from '../../../../schemas/types.d.ts'
import { acddKind } from '../../../../src/customs/wco/acdd.ts'
import { OUTCOMES, type AcddState } from '../../../../src/customs/wco/acdd-head.ts'
import { acddResponseKind } from '../../../../src/customs/wco/acdd-response.ts'
import { wcoDeclarationKind } from '../../../../src/customs/wco/wco-declaration.ts'
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

let world: World
beforeEach(() => {
  world = worldAbroad()
})

describe('customs.wco-declaration', () => {
  const filing = { from: forwarderVn, for: traderVn, to: [customsVn, customsCn] }
  const key = () => world.views.key('wco-declaration', 'VN', declaration.id)
  const file = () => world.say(wcoDeclarationKind, declaration, filing)

  it('claims its number once under the country and moves the case', async () => {
    expect(await file()).toMatchObject({ result: 'accepted' })
    expect(world.heads.get(key())?.value).toMatchObject({
      state: 'declared',
      version: 1,
      from: traderVn,
      customs: customsVn,
    })
    expect(world.heads.get(world.views.key('case', '6VN0200000002EX0001'))?.version).toBe(1)
    expect(await file()).toMatchObject({ refusal: { code: 'ALREADY_CLAIMED', rule: 'declaration-number' } })
  })

  it.each([[[customsCn]], [[customsVn, customsVnOther]]])(
    'is for exactly one customs of the country: %j',
    async (to) => {
      expect(await world.say(wcoDeclarationKind, declaration, { from: traderVn, to })).toMatchObject({
        findings: ['DECLARING_CUSTOMS_MISSING'],
      })
    },
  )

  it('comes from customs itself when it passes on what was filed with it', async () => {
    expect(await world.say(wcoDeclarationKind, declaration, { from: customsVn, to: [customsCn] })).toMatchObject({
      result: 'accepted',
    })
    expect(world.heads.get(key())?.value).toMatchObject({ from: customsVn, customs: customsVn })
  })

  it('is changed and cancelled by the declarant, each moving head and case', async () => {
    await file()
    expect(await world.say(wcoDeclarationKind, change, filing)).toMatchObject({
      result: 'accepted',
      judgement: { refers: [0] },
    })
    expect(world.heads.get(key())).toMatchObject({
      version: 2,
      value: { state: 'declared', version: 2, declaration: 0 },
    })
    expect(await world.say(wcoDeclarationKind, { ...cancellation, functionCode: '13' }, filing)).toMatchObject({
      result: 'accepted',
    })
    expect(world.heads.get(key())).toMatchObject({
      version: 3,
      // The change, not the request, is what stands.
      value: { state: 'declared', version: 2, declaration: 0, standing: 1 },
    })
    expect(await world.say(wcoDeclarationKind, cancellation, filing)).toMatchObject({ result: 'accepted' })
    expect(world.heads.get(key())?.value).toMatchObject({ state: 'cancelled', version: 2 })
    expect(world.heads.get(world.views.key('case', '6VN0200000002EX0001'))?.version).toBe(4)
    expect(await world.say(wcoDeclarationKind, change, filing)).toMatchObject({
      refusal: { code: 'STATE_CONFLICT', rule: 'declaration-state' },
    })
    expect(await file()).toMatchObject({ refusal: { code: 'ALREADY_CLAIMED' } })
  })

  it('says no more to a stranger than that it cannot tell', async () => {
    expect(await world.say(wcoDeclarationKind, change, filing)).toMatchObject({
      refusal: { code: 'NOT_KNOWN_HERE', version: 0 },
    })
    await world.say(wcoDeclarationKind, declaration, { from: traderVn, to: [customsVn, forwarderVn] })
    expect(await world.say(wcoDeclarationKind, change, { from: customsVnOther, to: [customsCn] })).toMatchObject({
      refusal: { code: 'NOT_KNOWN_HERE', rule: 'declaration-known' },
    })
    expect(await world.say(wcoDeclarationKind, change, { from: forwarderVn, to: [customsVn] })).toMatchObject({
      findings: ['WCO_DECLARANT_DIFFERS'],
    })
  })
})

describe('customs.acdd', () => {
  const sending: Sent = { from: customsSg, to: [customsKh] }
  const answering: Sent = { from: customsKh, to: [customsSg] }
  const key = () => world.views.key('acdd', 'SG', document.permitNumber)
  const send = () => world.say(acddKind, document, sending)
  const answer = (outcome: AcddResponse['outcome'], sent = answering) =>
    world.say(acddResponseKind, { ...response, outcome }, sent)
  const state = () => world.heads.get(key())?.value['state']

  it('claims its number once and moves the case', async () => {
    expect(await send()).toMatchObject({ result: 'accepted' })
    expect(world.heads.get(key())?.value).toMatchObject({ state: 'sent', from: customsSg, to: customsKh })
    expect(world.heads.get(world.views.key('case', document.ucr!))?.version).toBe(1)
    expect(await send()).toMatchObject({ refusal: { code: 'ALREADY_CLAIMED', rule: 'acdd-number' } })
  })

  it.each([
    [['ACDD_SENDER_COUNTRY'], { from: customsMm, to: [customsKh] }],
    [['ACDD_RECEIVER_MISSING'], { from: customsSg, to: [customsMm] }],
    [['ACDD_RECEIVER_MISSING'], { from: customsSg, to: [customsKh, customsKhOther] }],
  ])('%j is found', async (findings, sent) => {
    expect(await world.say(acddKind, document, sent)).toMatchObject({ findings })
  })

  it('is not for goods that leave in another season', async () => {
    const late = { ...document, departureDate: '2026-12-20' }
    expect(await world.say(acddKind, late, sending)).toMatchObject({ findings: ['ACDD_DEPARTURE_TOO_FAR'] })
  })

  it('cannot tell of a country that the list does not have, and refuses before the exchange began', async () => {
    const toChina = { ...document, importCountry: 'CN', portOfDischarge: 'CNQZH' }
    expect(await world.say(acddKind, toChina, { from: customsSg, to: [customsCn] })).toMatchObject({
      refusal: { code: 'NOT_KNOWN_HERE', rule: 'exchange-ready' },
    })
    world.nowMs = Date.parse('2020-12-01T00:00:00.000Z')
    const early = { ...document, departureDate: '2020-12-02' }
    expect(await world.say(acddKind, early, sending)).toMatchObject({
      findings: ['ACDD_NOT_EXCHANGE_READY', 'ACDD_NOT_EXCHANGE_READY'],
    })
  })

  it('is answered by the customs it was sent to alone', async () => {
    expect(await answer('ACCEPTED')).toMatchObject({ refusal: { code: 'NOT_KNOWN_HERE', version: 0 } })
    await send()
    expect(await answer('ACCEPTED', { from: customsKhOther, to: [customsSg] })).toMatchObject({
      refusal: { code: 'NOT_KNOWN_HERE', rule: 'acdd-known' },
    })
    expect(await answer('ACCEPTED', { from: customsKh, to: [customsMm] })).toMatchObject({
      findings: ['ACDD_SENDER_NOT_ADDRESSED'],
    })
    expect(
      await world.say(acddResponseKind, { ...response, respondedAt: '2026-11-06T00:00:00.000Z' }, answering),
    ).toMatchObject({ findings: ['TIME_IN_FUTURE'] })
    expect(await world.say(acddResponseKind, response, answering)).toMatchObject({
      result: 'accepted',
      judgement: { refers: [0] },
    })
    expect(state()).toBe('accepted')
    expect(world.heads.get(world.views.key('case', document.ucr!))?.version).toBe(2)
  })

  it('is cancelled when both sides say so', async () => {
    expect(await world.say(acddKind, request, sending)).toMatchObject({
      refusal: { code: 'NOT_KNOWN_HERE', version: 0 },
    })
    await send()
    expect(await answer('CANCELLED')).toMatchObject({ refusal: { code: 'STATE_CONFLICT', rule: 'acdd-state' } })
    expect(await world.say(acddKind, request, { from: customsSg, to: [customsKhOther] })).toMatchObject({
      refusal: { code: 'NOT_KNOWN_HERE' },
    })
    expect(await world.say(acddKind, request, sending)).toMatchObject({ result: 'accepted' })
    expect(state()).toBe('cancelling')
    expect(await answer('ACCEPTED')).toMatchObject({ refusal: { code: 'STATE_CONFLICT' } })
    expect(await answer('CANCELLED')).toMatchObject({ result: 'accepted' })
    expect(state()).toBe('cancelled')
    expect(await world.say(acddKind, request, sending)).toMatchObject({ refusal: { code: 'STATE_CONFLICT' } })
  })

  it('never leaves the table, and a final state is final', async () => {
    const acts = ['cancel', ...Object.keys(OUTCOMES)] as ('cancel' | AcddResponse['outcome'])[]
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom(...acts), { maxLength: 12 }), async (said) => {
        world = worldAbroad()
        world.nowMs = Date.parse('2026-11-05T03:00:00.000Z')
        await send()
        let before: AcddState = 'sent'
        for (const act of said) {
          const done = act === 'cancel' ? await world.say(acddKind, request, sending) : await answer(act)
          const after = state() as AcddState
          const may =
            act === 'cancel'
              ? ['sent', 'received', 'accepted', 'queried'].includes(before)
              : OUTCOMES[act].from.includes(before)
          expect('result' in done && done.result === 'accepted').toBe(may)
          expect(after).toBe(may ? (act === 'cancel' ? 'cancelling' : OUTCOMES[act].to) : before)
          if (before === 'rejected' || before === 'cancelled') expect(after).toBe(before)
          before = after
        }
      }),
      { numRuns: 100 },
    )
  })
})
