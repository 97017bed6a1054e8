// What customs and the declarant say of a filed declaration: who may say it, what it must name, and what becomes of requests.
import { describe, expect, it } from 'vitest'
import { statusKind } from '../../../../src/customs/status.ts'
import type { Register } from '../../../../src/hub/index.ts'
import { PARTIES, type Sent } from '../fake-views.ts'
import { Declared, kindNamed } from './declared.ts'

const { trader, broker, customsCn, customsCnOther, customsVn, bankA } = PARTIES
const accepted = { result: 'accepted' }

describe('customs.status', () => {
  it('is for the authority the declaration was filed with alone', async () => {
    const declared = await Declared.filed('I')
    const to = [trader]
    expect(await declared.status('ACCEPTED', {}, { from: customsVn, to })).toMatchObject({
      findings: ['AUTHORITY_NOT_COMPETENT'],
    })
    expect(await declared.status('ACCEPTED', {}, { from: customsCnOther, to })).toMatchObject({
      refusal: { code: 'NOT_KNOWN_HERE', rule: 'declaration-known', version: 0 },
    })
    expect(await declared.status('ACCEPTED', {}, { to: [customsVn] })).toMatchObject({
      findings: ['DECLARANT_NOT_ADDRESSED'],
    })
    expect(await declared.status('ACCEPTED', { entryId: '720720261000000999' })).toMatchObject({
      refusal: { code: 'NOT_KNOWN_HERE', version: 0 },
    })
    expect(declared.head.version).toBe(1)
  })

  it('speaks of the version that stands and of what has happened', async () => {
    const declared = await Declared.filed('I')
    expect(await declared.status('ACCEPTED', { version: 2 })).toMatchObject({
      findings: ['DECLARATION_VERSION_DIFFERS'],
    })
    expect(await declared.status('ACCEPTED', { statusAt: '2026-11-20T00:05:00.001Z' })).toMatchObject({
      findings: ['TIME_IN_FUTURE'],
    })
    await declared.amend()
    expect(await declared.status('ACCEPTED')).toMatchObject(accepted)
    expect(declared.head.value).toMatchObject({ state: 'accepted', version: 2 })
  })

  it('queries with a time for the answer', async () => {
    const declared = await Declared.filed('I')
    expect(await declared.status('QUERIED', {}, { due: undefined })).toMatchObject({ findings: ['QUERY_DUE_MISSING'] })
    expect(await declared.act('query')).toMatchObject(accepted)
  })

  it('awaits the declarant of a query: neither other authorities nor the agent who answers for it', async () => {
    const message = (status: string) =>
      ({
        envelope: { to: [trader, broker, customsVn], created: '2026-11-19T00:00:00.000Z' },
        body: { status },
      }) as unknown as Parameters<NonNullable<typeof statusKind.awaits>>[0]
    const parties = (await Declared.filed('I')).world.views.register
    const mandated = (principal: string, agent: string) => principal === trader && agent === broker
    const register = { party: parties.party, mandate: mandated } as unknown as Register
    expect(statusKind.awaits!(message('QUERIED'), register)).toEqual([trader])
    expect(statusKind.awaits!(message('ACCEPTED'), register)).toEqual([])
    const without = { party: parties.party, mandate: () => undefined } as unknown as Register
    expect(statusKind.awaits!(message('QUERIED'), without)).toEqual([trader, broker])
  })

  it('works on a declaration whose content is gone', async () => {
    const declared = await Declared.filed('I')
    declared.world.erase(0)
    expect(await declared.act('inspect')).toMatchObject(accepted)
    expect(await declared.act('seize')).toMatchObject(accepted)
  })
})

describe('customs.answer', () => {
  it('names the query that stands and leads back to accepted', async () => {
    const declared = await Declared.filed('I')
    await declared.act('query')
    const first = declared.query
    expect(await declared.answer({}, { re: undefined })).toMatchObject({ findings: ['QUERY_NOT_NAMED'] })
    await declared.act('query')
    expect(await declared.answer({}, declared.re(first))).toMatchObject({ findings: ['QUERY_NOT_NAMED'] })
    expect(await declared.answer({ version: 2 })).toMatchObject({ findings: ['DECLARATION_VERSION_DIFFERS'] })
    expect(await declared.answer()).toMatchObject({ ...accepted, judgement: { refers: [0, declared.query] } })
    expect(declared.head.value['state']).toBe('accepted')
    expect(await declared.answer()).toMatchObject({ refusal: { code: 'STATE_CONFLICT' } })
  })

  it('answers the query that stands through an amendment and a refusal, also when its content is gone', async () => {
    const declared = await Declared.filed('I')
    await declared.act('query')
    const query = declared.query!
    await declared.amend()
    await declared.ask('CANCEL')
    await declared.status('REFUSED', { reasons: [{ code: 'REQUEST_UNFOUNDED' }] }, declared.re(declared.request!.index))
    expect(declared.head.value).toMatchObject({ state: 'queried', query, version: 2 })
    declared.world.erase(query)
    expect(await declared.answer()).toMatchObject(accepted)
    expect(declared.head.value).not.toHaveProperty('query')
  })

  it('is for the declarant, or an agent for it', async () => {
    const declared = await Declared.filed('I')
    await declared.act('query')
    expect(await declared.answer({}, { from: broker })).toMatchObject({ refusal: { code: 'NOT_KNOWN_HERE' } })
    expect(await declared.answer({}, { to: [customsVn] })).toMatchObject({
      findings: ['DECLARING_CUSTOMS_NOT_ADDRESSED'],
    })
    expect(await declared.answer({}, { from: broker, for: trader })).toMatchObject(accepted)
  })

  it('of an agent in its own name, who filed it for another, is not the declarant: it is told so', async () => {
    const declared = await Declared.filed('I')
    const other = { ...declared.body, entryId: '720720261000000777' }
    const { world } = declared
    await world.say(kindNamed('customs.declaration'), other, { from: broker, for: trader, to: [customsCn] })
    const status = { entryId: other.entryId, version: 1, status: 'QUERIED', statusAt: '2026-11-19T00:00:00.000Z' }
    const query = { from: customsCn, to: [trader], due: '2026-11-22T00:00:00.000Z' }
    await world.say(kindNamed('customs.status'), status, query)
    const answer = { entryId: other.entryId, version: 1, text: '见附件。' }
    expect(await world.say(kindNamed('customs.answer'), answer, { from: broker, to: [customsCn] })).toMatchObject({
      findings: ['DECLARANT_NOT_SENDER'],
    })
    expect(await world.say(kindNamed('customs.answer'), answer, { from: bankA, to: [customsCn] })).toMatchObject({
      refusal: { code: 'NOT_KNOWN_HERE' },
    })
  })
})

describe('customs.request', () => {
  it('is granted by the act that names it and does what was asked', async () => {
    const declared = await Declared.filed('E')
    await declared.release()
    await declared.ask('AMEND')
    const { index } = declared.request!
    expect(await declared.ask('AMEND')).toMatchObject({ refusal: { code: 'STATE_CONFLICT', rule: 'request-open' } })
    expect(await declared.amend({}, { re: undefined })).toMatchObject({ findings: ['REQUEST_NOT_NAMED'] })
    const other = { changes: [{ path: '/noteS', to: 'x' }] }
    expect(await declared.amend(other)).toMatchObject({ findings: ['AMENDMENT_NOT_AS_REQUESTED'] })
    expect(await declared.amend()).toMatchObject({ ...accepted, judgement: { refers: [0, index] } })
    expect(declared.balance).toEqual(declared.expected)
    expect(await declared.amend()).toMatchObject(accepted)
  })

  it('is refused with a reason, and can be put again', async () => {
    const declared = await Declared.filed('I')
    const refusal = (sent: object) => declared.status('REFUSED', { reasons: [{ code: 'REQUEST_UNFOUNDED' }] }, sent)
    expect(await refusal({})).toMatchObject({ refusal: { code: 'STATE_CONFLICT', rule: 'request-open', version: 0 } })
    await declared.ask('CANCEL')
    const { index } = declared.request!
    expect(await refusal({})).toMatchObject({ findings: ['REQUEST_NOT_NAMED'] })
    expect(await refusal(declared.re(index))).toMatchObject({ ...accepted, judgement: { refers: [0, index] } })
    expect(declared.head.value['state']).toBe('declared')
    expect(await declared.ask('CANCEL')).toMatchObject(accepted)
    expect(await declared.cancel()).toMatchObject(accepted)
  })

  it('for a cancellation stays open through an amendment of customs itself; the end of the declaration ends it', async () => {
    const declared = await Declared.filed('I')
    await declared.ask('CANCEL')
    expect(await declared.amend()).toMatchObject(accepted)
    expect(await declared.cancel({}, { re: undefined })).toMatchObject({ findings: ['REQUEST_NOT_NAMED'] })
    await declared.act('reject')
    const key = declared.world.views.key('declaration-request', declared.body.entryId)
    expect(declared.world.heads.get(key)?.value).toEqual({ state: 'lapsed', act: 'CANCEL' })
  })

  it('for an amendment ends with a cancellation that was not asked for', async () => {
    const declared = await Declared.filed('I')
    await declared.ask('AMEND')
    expect(await declared.cancel()).toMatchObject(accepted)
    const key = declared.world.views.key('declaration-request', declared.body.entryId)
    expect(declared.world.heads.get(key)?.value).toEqual({ state: 'lapsed', act: 'AMEND' })
  })

  it('whose content is gone can be refused, but not granted', async () => {
    const declared = await Declared.filed('I')
    await declared.ask('AMEND')
    const { index } = declared.request!
    declared.world.erase(index)
    expect(await declared.amend()).toMatchObject({ refusal: { code: 'NOT_KNOWN_HERE', rule: 'request-known' } })
    const reasons = { reasons: [{ code: 'DOCUMENTS' }] }
    expect(await declared.status('REFUSED', reasons, declared.re(index))).toMatchObject(accepted)
  })

  it('is about the version and in the currency that stand', async () => {
    const declared = await Declared.filed('E')
    const newTotal = { amount: '1.00', currency: 'EUR' }
    expect(await declared.ask('AMEND', { version: 2, newTotal })).toMatchObject({
      findings: ['DECLARATION_VERSION_DIFFERS', 'CURRENCY_MIXED'],
    })
    declared.world.erase(0)
    expect(await declared.ask('AMEND')).toMatchObject({ refusal: { code: 'NOT_KNOWN_HERE' } })
    expect(await declared.ask('CANCEL')).toMatchObject(accepted)
  })

  it('that comes while customs acts makes the act be looked at again', async () => {
    const declared = await Declared.filed('I')
    const key = declared.world.views.key('declaration-request', declared.body.entryId)
    const acts: [string, object][] = [
      ['customs.cancellation', { reason: '撤销。' }],
      ['customs.amendment', { version: 2, reason: '笔误。', changes: [{ path: '/noteS', to: 'x' }] }],
    ]
    for (const [kind, body] of acts) {
      const sent: Sent = { from: customsCn, to: [trader] }
      const whole = { entryId: declared.body.entryId, ...body }
      const { expects } = await declared.world.judge(kindNamed(kind), whole, sent)
      expect(expects).toContainEqual({ key, version: 0 })
    }
  })
})

describe('a released declaration', () => {
  it('changes by amendment and cancellation alone', async () => {
    const declared = await Declared.filed('I')
    await declared.release()
    const conflict = { refusal: { code: 'STATE_CONFLICT', rule: 'declaration-state', version: 2 } }
    const filing = { from: trader, to: [customsCn] }
    expect(await declared.world.say(kindNamed('customs.declaration'), declared.body, filing)).toMatchObject({
      refusal: { code: 'ALREADY_CLAIMED', rule: 'declaration-number' },
    })
    for (const act of ['accept', 'query', 'inspect', 'inspected', 'reject', 'seize', 'answer', 'release'] as const)
      expect(await declared.act(act), act).toMatchObject(conflict)
    expect(declared.balance).toEqual(declared.expected)
    expect(await declared.amend()).toMatchObject(accepted)
    expect(await declared.cancel({ version: 1 })).toMatchObject({ findings: ['DECLARATION_VERSION_DIFFERS'] })
    expect(await declared.cancel({ version: 2 })).toMatchObject(accepted)
  })
})
