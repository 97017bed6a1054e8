// Edges of the rules: times of China, what rounding makes, the limit of one purchase.
import { describe, expect, it } from 'vitest'
import type { EcommerceList } from '../../../../schemas/types.d.ts'
import { compactTime, daysBetween } from '../../../../src/customs/ecommerce/days.ts'
import { shanghaiDay } from '../../../../src/customs/shanghai-day.ts'
import { checkList } from '../../../../src/customs/ecommerce/list-rules.ts'
import { purchase, valid } from './shop.ts'

const codes = (list: unknown): string[] => checkList(list).map(({ code }) => code)

describe('days of China', () => {
  it('begin eight hours before those of UTC', () => {
    expect(shanghaiDay(Date.parse('2026-12-31T15:59:59.999Z'))).toBe('20261231')
    expect(shanghaiDay(Date.parse('2026-12-31T16:00:00.000Z'))).toBe('20270101')
    expect(compactTime('20270101000000')).toBe(Date.parse('2026-12-31T16:00:00.000Z'))
    expect(compactTime('20270101000000001')).toBe(Date.parse('2026-12-31T16:00:00.001Z'))
    expect(daysBetween('20261205', '20270104')).toBe(30)
  })

  it.each([
    '20260230000000',
    '20261131000000',
    '20260101240000',
    '20260101006000',
    '2026010100000',
    '',
    '2026-01-01T000',
  ])('%j is no time', (text) => {
    expect(compactTime(text)).toBeUndefined()
  })
})

describe('the total of a line', () => {
  const line = (change: object): EcommerceList => {
    const { list } = purchase('line', 10_000n)
    return { ...list, items: [{ ...list.items[0]!, ...change }] }
  }

  it.each([
    ['7', '14.29', '100.00', []],
    ['3', '33.33', '100.00', []],
    ['7', '14.29', '99.98', ['LINE_TOTAL_DIFFERS']],
    ['1', '100.00', '100.01', []],
    ['1', '100.00', '100.02', ['LINE_TOTAL_DIFFERS']],
    ['2', '14.28571', '28.57142', []],
  ])('%s times %s is %s: %j', (qty, price, totalPrice, expected) => {
    expect(codes(line({ qty, price, totalPrice }))).toEqual(expected)
  })

  it('of a gift is nothing', () => {
    expect(codes(line({ price: '0', totalPrice: '0' }))).toEqual([])
  })
})

describe('the limit of one purchase', () => {
  const two = (fen: bigint, declTime = '20261105'): string[] => {
    const { list } = purchase('two', fen - 1n)
    const item = list.items[0]!
    const gift = { ...item, gnum: '2', price: '0.01', totalPrice: '0.01' }
    return codes({ ...list, declTime, items: [item, gift] })
  }

  it('is for what is worth more, freight and insurance too', () => {
    expect(two(500_000n)).toEqual([])
    expect(two(500_001n)).toEqual(['SINGLE_LIMIT_EXCEEDED'])
    const { list } = purchase('freight', 500_000n)
    const items = [{ ...list.items[0]!, qty: '2', price: '2500.00' }]
    expect(codes({ ...list, items })).toEqual([])
    expect(codes({ ...list, items, insuredFee: '0.01' })).toEqual(['SINGLE_LIMIT_EXCEEDED'])
  })

  it('does not touch one article, nor days before it was set, nor exports', () => {
    expect(codes(purchase('one', 999_999n).list)).toEqual([])
    expect(two(999_999n, '20181231')).toEqual([])
    expect(two(999_999n, '20190101')).toEqual(['SINGLE_LIMIT_EXCEEDED'])
    const exported = valid<EcommerceList>('list-export')
    expect(codes({ ...exported, items: [{ ...exported.items[0]!, qty: '1000', totalPrice: '12500.00' }] })).toEqual([])
  })
})

describe('codes of companies', () => {
  const { list } = purchase('code', 100n)

  it.each([
    ['ebpCode', 'W011300001', []],
    ['ebpCode', 'EXAMPLE', []],
    ['agentCode', 'W011300001', ['CUSTOMS_REGISTRATION_MALFORMED']],
    ['agentCode', '91310000717883402X', []],
    ['agentCode', '913100007178834021', ['USCC_CHECK_DIGIT']],
    ['assureCode', 'EX-GUARANTEE-1', []],
  ])('%s %s: %j', (field, value, expected) => {
    expect(codes({ ...list, [field]: value })).toEqual(expected)
  })
})
