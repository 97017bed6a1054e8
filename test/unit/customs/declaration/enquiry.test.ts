// What a bank hears of an import, and of declarations that have come to an end.
import { describe, expect, it } from 'vitest'
import { declarationEnquiry } from '../../../../src/customs/enquiry.ts'
import type { EnquiryViews } from '../../../../src/hub/index.ts'
import { commitmentOf, PARTIES } from '../fake-views.ts'
import { Declared } from './declared.ts'

const asked = async (declared: Declared, amount: string) => {
  const { entryId, tradeCoScc } = declared.body
  const views: EnquiryViews = { ...declared.world.views, commitment: async (index) => commitmentOf(index) }
  const shown = { consignor: tradeCoScc, declared: { amount, currency: 'USD' } }
  return declarationEnquiry.answer({ entryId, shown }, views, PARTIES.bankA)
}

describe('customs.declaration as an enquiry', () => {
  it('says of an import what can still be paid', async () => {
    const declared = await Declared.filed('I')
    await declared.act('accept')
    expect(await asked(declared, '70200.00')).toMatchObject({ verdict: 'yes', facts: { state: 'accepted' } })
    await declared.release()
    const remaining = { amount: '70200.00', currency: 'USD' }
    expect(await asked(declared, '70200.00')).toMatchObject({ verdict: 'yes', facts: { state: 'released', remaining } })
    expect(await asked(declared, '70200.01')).toEqual({ verdict: 'unknown' })
  })

  it.each([
    ['reject', 'rejected'],
    ['cancel', 'cancelled'],
    ['seize', 'seized'],
  ] as const)('is answered by no after %s', async (act, reason) => {
    const declared = await Declared.filed('E')
    await declared.act(act)
    expect(await asked(declared, '320000.00')).toMatchObject({ verdict: 'no', facts: { state: reason, reason } })
  })
})
