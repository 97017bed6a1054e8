// The rules of shares on bodies that no schema has bounded yet: time grows with the size of the body and no faster.
import { expect, it } from 'vitest'
import { goods, GROUP_NO, ONE, trade, tradeKind } from './market.ts'

it('thousands of items and parts are looked at once each', () => {
  const items = Array.from({ length: 4000 }, () => goods('1.00', { limitType: 'QUANTITY', hs: '10063020' }))
  const part = { seq: '1', amountCny: '1.00', netKg: '1' }
  const shares = Array.from({ length: 2000 }, () => ({
    filingNo: ONE,
    amountCny: '2.00',
    items: [part, part],
  }))
  const before = process.cpuUsage()
  const found = tradeKind.check(trade('D', ['A'], '4000.00', { groupNo: GROUP_NO, items, shares }))
  // Time of the processor, since others use it as well while this runs.
  const { user, system } = process.cpuUsage(before)
  expect((user + system) / 1000).toBeLessThan(2000)
  expect(found.length).toBeGreaterThan(1000)
})
