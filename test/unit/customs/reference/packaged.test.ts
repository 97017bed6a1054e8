// The reference data that comes with the program: every file is of the form, says where it is from, and agrees with the hub's own tables.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readVersion } from '../../../../src/customs/reference/folder.ts'
import { LISTS } from '../../../../src/customs/reference/forms.ts'
import {
  borderCounties,
  exchangeReady,
  fromRec20,
  kilogramsPer,
  limitOf,
  openReference,
  PACKAGED_REFERENCE,
  referenceList,
  referenceNames,
  toRec20,
} from '../../../../src/customs/reference/index.ts'
import { alpha3Of, countryCodes, minorUnits } from '../../../../src/hub/index.ts'

const today = new Date().toISOString().slice(0, 10)

describe('files', () => {
  it('are one folder for each list there is, and no other', () => {
    expect(readdirSync(PACKAGED_REFERENCE).sort()).toEqual(Object.keys(LISTS).sort())
  })

  it.each(referenceNames())('%s is of the form in every version, none of them of a day to come', (name) => {
    const days = readdirSync(join(PACKAGED_REFERENCE, name)).map((file) => file.replace('.json', ''))
    for (const day of days) expect(readVersion(PACKAGED_REFERENCE, name, day).asOf).toBe(day)
    expect(days.every((day) => day <= today)).toBe(true)
  })

  it('are taken whole at start', () => {
    expect(() => openReference(PACKAGED_REFERENCE, today)).not.toThrow()
  })
})

describe('countries and currencies', () => {
  it('are those the hub knows, with the same codes and decimals', () => {
    const countries = referenceList<{ alpha3: string }>('countries').codes
    expect(Object.keys(countries).sort()).toEqual(countryCodes().sort())
    for (const [alpha2, { alpha3 }] of Object.entries(countries)) expect(alpha3Of(alpha2)).toBe(alpha3)
    const currencies = Object.entries(referenceList<{ decimals: string }>('currencies').codes)
    expect(currencies.length).toBeGreaterThan(150)
    for (const [code, { decimals }] of currencies) expect(String(minorUnits(code))).toBe(decimals)
  })
})

describe('units', () => {
  it('name each a unit of Recommendation 20 that exists, or none', () => {
    for (const [code, { rec20 }] of Object.entries(referenceList<{ rec20?: string }>('units').codes))
      if (rec20 !== undefined) expect(toRec20(rec20), code).toBe(rec20)
  })

  it('go there and back where both sides have the unit', () => {
    expect(toRec20('035')).toBe('KGM')
    expect(fromRec20('KGM')).toBe('035')
    expect(toRec20('KGM')).toBe('KGM')
    expect(fromRec20('035')).toBe('035')
    expect([toRec20('046'), toRec20('999'), fromRec20('ZZZ'), toRec20('ZZZ')]).toEqual(Array(4).fill(undefined))
  })

  it('of mass say what they weigh, exactly, by either code', () => {
    expect([kilogramsPer('035'), kilogramsPer('GRM'), kilogramsPer('TNE'), kilogramsPer('076')]).toEqual([
      '1',
      '0.001',
      '1000',
      '0.45359237',
    ])
    expect([kilogramsPer('MTR'), kilogramsPer('077'), kilogramsPer('?')]).toEqual([undefined, undefined, undefined])
  })
})

describe('limits', () => {
  it.each([
    ['border-resident-day', 800_000n, '2008-11-01'],
    ['ecommerce-single', 500_000n, '2019-01-01'],
    ['ecommerce-year', 2_600_000n, '2019-01-01'],
  ])('%s', (name, amountMinor, asOf) => {
    const limit = limitOf(name)
    expect(limit).toMatchObject({ amountMinor, currency: 'CNY', asOf })
    expect(limit.source).not.toBe('')
  })

  it('that nobody has set are a fault of the caller', () => {
    expect(() => limitOf('toString')).toThrow(/no toString/)
  })
})

describe('places', () => {
  it('are the eight border counties of Guangxi, all toward Viet Nam, and those of Yunnan', () => {
    const guangxi = Object.entries(borderCounties()).filter(([code]) => code.startsWith('45'))
    expect(guangxi.map(([code]) => code)).toEqual('450603 450681 451026 451081 451422 451423 451424 451481'.split(' '))
    expect(guangxi.every(([, { neighbour }]) => neighbour === 'VN')).toBe(true)
    expect(borderCounties()['532823']).toEqual({ name: '勐腊县', neighbour: 'LA' })
  })

  it('exchange declarations from a day on; of a member nobody has announced nothing is known', () => {
    expect([exchangeReady('SG', '20201230'), exchangeReady('SG', '2020-12-31')]).toEqual([false, true])
    expect([exchangeReady('PH', '20220120'), exchangeReady('PH', '20220121')]).toEqual([false, true])
    expect(exchangeReady('VN', '20261121')).toBeUndefined()
  })
})
