// Units in base units: what is counted alike, what weighs, and what stands for itself.
import { expect, it } from 'vitest'
import { trimmed } from '../../../../src/customs/match/paper.ts'
import { sameName } from '../../../../src/customs/match/names.ts'
import { baseQuantity } from '../../../../src/customs/match/units.ts'

it.each([
  ['10', 'DZN', 'piece', '120'],
  ['10', '127', 'piece', '120'],
  ['3', '001', 'piece', '3'],
  ['1.5', '054', 'piece', '1500'],
  ['2.5', 'TNE', 'kg', '2500'],
  ['2.5', '070', 'kg', '2500'],
  ['750', '036', 'kg', '0.75'],
  ['4', '006', 'set', '4'],
  ['4', 'PR', 'pair', '4'],
  ['250', '095', 'cubic metre', '0.25'],
  ['7', 'XYZ', 'XYZ', '7'],
])('%s %s is %s %s', (value, unit, base, amount) => {
  const found = baseQuantity(value, unit)!
  expect([found.base, trimmed(found.amount)]).toEqual([base, amount])
})

it('is nothing if it is no number', () => {
  expect(baseQuantity('ten', 'KGM')).toBeUndefined()
})

it.each([
  ['Example Electronics Viet Nam Co., Ltd.', 'EXAMPLE ELECTRONICS VIET NAM COMPANY LIMITED', true],
  ['Paper Lantern Export', 'Paper Lantern Export (invented)', true],
  ['Công ty Ví Dụ', 'CONG TY VI DU', true],
  ['Example Electronics', 'Sample Electronics', false],
  ['广西示例电子有限公司', 'Guangxi Example Electronics', undefined],
  ['广西示例电子有限公司', '广西示例电子有限公司', true],
])('%s and %s: one name %s', (one, other, same) => {
  expect(sameName(one, other)).toBe(same)
  expect(sameName(other, one)).toBe(same)
})
