// Countries, days and the filling of findings.
import { describe, expect, it } from 'vitest'
import {
  AGREEMENTS,
  alpha2Of,
  alpha3Of,
  countryCodes,
  fillText,
  findingsOf,
  isCompactDate,
  isDate,
  isMember,
  partOf,
  rowsOf,
  textsOf,
} from '../../../src/hub/index.ts'

describe('countries', () => {
  it('are 249, each code of its own, and lead back', () => {
    const codes = countryCodes()
    expect(codes).toHaveLength(249)
    expect(new Set(codes).size).toBe(249)
    expect(codes).toEqual([...codes].sort())
    for (const code of codes) {
      expect(code).toMatch(/^[A-Z]{2}$/)
      expect(alpha3Of(code)).toMatch(/^[A-Z]{3}$/)
      expect(alpha2Of(alpha3Of(code)!)).toBe(code)
    }
  })

  it.each(
    Object.entries({
      CN: 'CHN',
      VN: 'VNM',
      TH: 'THA',
      KH: 'KHM',
      LA: 'LAO',
      MM: 'MMR',
      MY: 'MYS',
      SG: 'SGP',
      ID: 'IDN',
      PH: 'PHL',
      BN: 'BRN',
      TL: 'TLS',
      HK: 'HKG',
      KR: 'KOR',
      AT: 'AUT',
    }),
  )('%s is %s', (two, three) => {
    expect(alpha3Of(two)).toBe(three)
  })

  it.each(['cn', 'QQ', 'XK', '', 'CHN'])('%j is no alpha-2 code', (code) => {
    expect(alpha3Of(code)).toBeUndefined()
  })

  it('belong to agreements one by one', () => {
    expect(AGREEMENTS.ASEAN).toHaveLength(11)
    expect([AGREEMENTS.ATIGA.length, AGREEMENTS.ACFTA.length, AGREEMENTS.RCEP.length]).toEqual([10, 11, 15])
    expect(isMember('ASEAN', 'TL')).toBe(true)
    expect(isMember('RCEP', 'TL')).toBe(false)
    expect(isMember('ACFTA', 'CN')).toBe(true)
    expect(isMember('ATIGA', 'CN')).toBe(false)
    for (const code of Object.values(AGREEMENTS).flat()) expect(alpha3Of(code)).toBeDefined()
  })
})

describe('days', () => {
  it.each(['2024-02-29', '2026-12-31'])('%s is one', (day) => {
    expect(isDate(day)).toBe(true)
    expect(isCompactDate(day.replaceAll('-', ''))).toBe(true)
  })

  it.each(['2026-02-29', '2026-13-01', '2026-00-10', '2026-1-1', '2026-01-01T00:00:00.000Z', ''])(
    '%j is none',
    (day) => {
      expect(isDate(day)).toBe(false)
      expect(isCompactDate(day.replaceAll('-', ''))).toBe(false)
    },
  )
})

describe('findings', () => {
  const finding = findingsOf({ TOO_HEAVY: { en: '{net} is above {gross}.', zh: '{net} 大于 {gross}。' } })

  it('are filled from their params', () => {
    expect(finding('TOO_HEAVY', '/netWt', { net: '2', gross: 1 })).toEqual({
      code: 'TOO_HEAVY',
      path: '/netWt',
      message: '2 is above 1.',
      params: { net: '2', gross: 1 },
    })
    expect(fillText('{net} 大于 {gross}。', { net: '2' })).toBe('2 大于 {gross}。')
    expect(fillText('{toString}')).toBe('{toString}')
  })
})

describe('documents of any shape', () => {
  it('are read as the strings they hold', () => {
    expect(textsOf({ a: 'x', b: 1, c: null })).toEqual({ a: 'x' })
    expect(rowsOf({ rows: [{ a: 'x' }, 5, null, { a: 1 }] }, 'rows')).toEqual([{ a: 'x' }, {}, {}, {}])
    expect(partOf({ part: { a: 'x' } }, 'part')).toEqual({ a: 'x' })
    for (const other of [null, 5, 'x', [], undefined]) {
      expect(textsOf(other)).toEqual({})
      expect(rowsOf(other, 'rows')).toEqual([])
      expect(partOf(other, 'part')).toBeUndefined()
    }
    expect(partOf({}, 'constructor')).toBeUndefined()
  })
})
