// What is found in codes of documents: of a complete list a code it has not, of any other only one of the wrong form.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import * as lists from '../../../../src/customs/code-lists.ts'
import { openReference, PACKAGED_REFERENCE, referenceList } from '../../../../src/customs/reference/index.ts'

let folder: string
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'reference-'))))
afterEach(() => openReference(PACKAGED_REFERENCE, '2026-11-21'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function keep(list: string, asOf: string, complete: boolean, codes: object): void {
  mkdirSync(join(folder, list), { recursive: true })
  const content = { list, title: `${list} of a test`, source: 'made for a test', asOf, complete, codes }
  writeFileSync(join(folder, list, `${asOf}.json`), JSON.stringify(content))
}

describe('checks', () => {
  it('name the list and the day it is of', () => {
    expect(lists.checkUnit('999')).toEqual({
      code: 'CODE_NOT_LISTED',
      message: '999 is not a code of the list 计量单位 of 2018-08-01.',
      params: { value: '999', list: '计量单位', asOf: '2018-08-01' },
    })
    expect(lists.checkCurrency('XAU')?.params).toEqual({ value: 'XAU', asOf: '2026-01-01' })
    expect(lists.checkCountry('ZZZ')?.params).toEqual({ value: 'ZZZ', asOf: '2026-02-16' })
  })

  it('know the countries that customs has codes of its own for, in its declaration alone', () => {
    for (const code of ['ZZZ', 'ZNM', 'ZUN', 'CHN', 'ZAF'])
      expect(lists.checkDeclaredCountry(code), code).toBeUndefined()
    for (const code of ['VNX', 'zzz', 'ZZ9', 'ZZ', 'XXX', '701', '__proto__'])
      expect(lists.checkDeclaredCountry(code)?.code, code).toBe('COUNTRY_UNKNOWN')
    expect([lists.checkPort('ZZZ000'), lists.checkPort('CHN000')]).toEqual([undefined, undefined])
    for (const code of ['QQQ000', 'ZZZ00', 'ZZ9000']) expect(lists.checkPort(code)?.code, code).toBe('PORT_MALFORMED')
  })

  it('find nothing in a code of the right form when the list is not complete', () => {
    expect(lists.checkDutyNature('402')).toBeUndefined()
    expect(lists.checkDutyNature('4O2')?.code).toBe('CODE_NOT_LISTED')
    expect(lists.checkOffice('7299')).toBeUndefined()
    expect(lists.checkOffice('0001')?.code).toBe('CUSTOMS_OFFICE_UNKNOWN')
    expect(lists.checkOffice('72')?.code).toBe('CUSTOMS_OFFICE_UNKNOWN')
  })

  it('never take a member every object has for a code', () => {
    for (const check of [lists.checkUnit, lists.checkOffice, lists.checkCurrency, lists.checkCountry])
      for (const value of ['constructor', '__proto__', 'toString', ''])
        expect(check(value), value || 'nothing').toBeDefined()
  })

  it.each(['0110', '1210', '1239', '2210', '4019', '9610', '9710', '9810'])('know the supervision mode %s', (mode) => {
    expect(lists.supervisionMode(mode)?.name).toBeTruthy()
  })

  it('still read every list the invalid fixtures of the declaration rest on', () => {
    const bad: [string, (body: Record<string, string>) => unknown][] = [
      ['code-not-listed', ({ trafMode }) => lists.checkTransportMode(trafMode!)],
      ['code-not-listed-package', ({ wrapType }) => lists.checkPackageKind(wrapType!)],
      ['customs-office-unknown', ({ iEPort }) => lists.checkOffice(iEPort!)],
      ['customs-office-unknown-district', ({ iEPort }) => lists.checkOffice(iEPort!)],
      ['release-office', ({ customMaster }) => lists.checkOffice(customMaster!)],
    ]
    for (const [name, check] of bad) {
      const path = new URL(`../../../../fixtures/customs/invalid/${name}.json`, import.meta.url)
      expect(
        check((JSON.parse(readFileSync(path, 'utf8')) as { body: Record<string, string> }).body),
        name,
      ).toBeDefined()
    }
  })
})

describe('a folder somebody keeps', () => {
  it('counts in the newest version that is not after the day, where the packaged one is not newer', () => {
    keep('units', '2017-01-01', true, { '902': { name: '旧' } })
    keep('units', '2026-01-01', true, { '035': { name: '千克', rec20: 'KGM', kilograms: '1' } })
    keep('units', '2026-12-01', true, { '900': { name: '新' } })
    openReference(folder, '2026-11-30')
    expect([lists.checkUnit('035'), lists.checkUnit('001')?.params?.['asOf']]).toEqual([undefined, '2026-01-01'])
    openReference(folder, '2026-12-01')
    expect([lists.checkUnit('900'), lists.checkUnit('035')?.params?.['asOf']]).toEqual([undefined, '2026-12-01'])
    openReference(folder, '2025-12-31')
    expect(lists.checkUnit('001')).toBeUndefined()
    expect(referenceList('limits').asOf).toBe('2019-01-01')
  })

  it('is read once: what is written later counts at the next start', () => {
    openReference(folder, '2026-11-30')
    keep('units', '2026-06-01', true, { '901': { name: '晚' } })
    expect(lists.checkUnit('901')).toBeDefined()
    openReference(folder, '2026-11-30')
    expect(lists.checkUnit('901')).toBeUndefined()
  })

  it('can make a list complete, and then an office that is not in it is found', () => {
    keep('customs-offices', '2026-01-01', true, { '7200': '南宁关区' })
    openReference(folder, '2026-11-30')
    expect(lists.checkOffice('7200')).toBeUndefined()
    expect(lists.checkOffice('7201')?.params).toEqual({ value: '7201', asOf: '2026-01-01' })
  })

  it('is refused whole when one file is not what its name says, and what was in force stays', () => {
    mkdirSync(join(folder, 'limits'), { recursive: true })
    writeFileSync(join(folder, 'limits', '2026-01-01.json'), '{}')
    expect(() => openReference(folder, '2026-11-30')).toThrow(/limits.2026-01-01\.json/)
    expect(lists.checkUnit('001')).toBeUndefined()
  })
})
