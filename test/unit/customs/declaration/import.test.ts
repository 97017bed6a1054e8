// Imports: the account that their release opens, days of lateness, and the case that every act moves.
import { describe, expect, it } from 'vitest'
import { lateDays } from '../../../../src/customs/declaration-dates.ts'
import { PARTIES } from '../fake-views.ts'
import { Declared, kindNamed } from './declared.ts'

const { trader, customsCn, customsVn } = PARTIES
const accepted = { result: 'accepted' }

describe('an import', () => {
  it('opens what can be paid, moved by amendment and closed by cancellation', async () => {
    const declared = await Declared.filed('I')
    expect(declared.head.value).toMatchObject({ state: 'declared', ieFlag: 'I' })
    await declared.release()
    expect(declared.balance).toEqual({ net: '7020000', closed: false })
    expect(declared.otherAccount).toBeUndefined()
    await declared.amend()
    expect(declared.balance).toEqual({ net: '7020100', closed: false })
    await declared.cancel()
    expect(declared.balance).toEqual({ net: '0', closed: true })
    expect(declared.otherAccount).toBeUndefined()
  })

  it.each([
    [0, '20261110', '20261109'],
    [0, '20261110', '20261027'],
    [1, '20261110', '20261026'],
    [0, '20261110', '20261112'],
    [4, '20270105', '20261218'],
    [351, '20261110', '20251110'],
    [0, '20261310', '20251110'],
  ])('is %i days late when declared on %s and imported on %s', (days, dDate, ieDate) => {
    expect(lateDays({ ieFlag: 'I', dDate, ieDate })).toBe(days)
    expect(lateDays({ ieFlag: 'E', dDate, ieDate })).toBe(0)
    expect(lateDays({ ieFlag: 'I', dDate })).toBe(0)
  })

  it('that is late is released with its days of lateness said', async () => {
    const declared = await Declared.filed('I', { ieDate: '20261025' })
    expect(await declared.release()).toMatchObject({ findings: ['LATE_DAYS_MISSING'] })
    expect(await declared.release({ lateDays: 3 })).toMatchObject({ findings: ['LATE_DAYS_ABOVE'] })
    expect(await declared.release({ lateDays: 0 })).toMatchObject(accepted)
  })

  it('that is not late, and an export, has none to say', async () => {
    for (const ieFlag of ['I', 'E'] as const)
      expect(await (await Declared.filed(ieFlag)).release({ lateDays: 1 })).toMatchObject({
        findings: ['LATE_DAYS_ABOVE'],
      })
  })

  it('of amended dates is for customs to count', async () => {
    const declared = await Declared.filed('I', { ieDate: '20261025' })
    await declared.amend()
    expect(await declared.release()).toMatchObject(accepted)
  })
})

describe('the case of a consignment', () => {
  const entries = (declared: Declared) =>
    declared.world.heads.get(declared.world.views.key('case', declared.body.ucr ?? ''))?.value['entries']

  it('is moved by every act on the declaration, also when its content is gone', async () => {
    const declared = await Declared.filed('I')
    expect(declared.head.value['caseKey']).toBe(declared.world.views.key('case', declared.body.ucr!))
    expect(entries(declared)).toBe(1)
    declared.world.erase(0)
    for (const act of ['query', 'answer', 'request', 'inspect', 'inspected', 'cancel'] as const) {
      if (act === 'cancel')
        declared.world.heads.delete(declared.world.views.key('declaration-request', declared.body.entryId))
      if (act === 'request') expect(await declared.ask('CANCEL')).toMatchObject(accepted)
      else expect(await declared.act(act), act).toMatchObject(accepted)
    }
    expect(entries(declared)).toBe(7)
  })

  it('is moved by release, amendment and the answer of the partner customs', async () => {
    const declared = await Declared.filed('I')
    await declared.release()
    await declared.amend()
    const response = { entryId: declared.body.entryId, outcome: 'RECEIVED', respondedAt: '2026-11-19T00:00:00.000Z' }
    const sent = { from: customsVn, to: [trader, customsCn], ...declared.re(0) }
    expect(await declared.world.say(kindNamed('customs.response'), response, sent)).toMatchObject(accepted)
    expect(entries(declared)).toBe(4)
  })

  it('is none for a declaration without a reference', async () => {
    const declared = await Declared.filed('E')
    await declared.release()
    expect(declared.head.value).not.toHaveProperty('caseKey')
    expect([...declared.world.heads.keys()].filter((key) => key.startsWith('case:'))).toEqual([])
  })
})
