// Laws of the payments room: exact arithmetic, values named once, and checks that never throw.
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseXmlDecimal } from '../../../src/fx/amount.ts'
import { restDay } from '../../../src/fx/settlement-days.ts'
import { isStatusReason } from '../../../src/fx/status-reasons.ts'
import {
  decimalOf,
  formatDecimal,
  multiplyDecimals,
  parseDecimal,
  roundDecimal,
  subtractDecimals,
} from '../../../src/hub/index.ts'
import { check, edited, found, kinds, PAYMENT, STATUS, valid } from './papers.ts'

const WHOLE = valid('payment-cny-invoice.xml')
const X = '/Document/FIToFICstmrCdtTrf/CdtTrfTxInf[1]'
const converted = (instructed: string, rate: string, settled: string, more: [string, string][] = []): string[] =>
  found(
    PAYMENT,
    edited(
      WHOLE,
      ['>320000.00</InstdAmt>', `>${instructed}</InstdAmt>`],
      ['>7.1<', `>${rate}<`],
      ['>2272000.00<', `>${settled}<`],
      ...more,
    ),
  )

describe('conversion', () => {
  const cents = fc.integer({ min: 1, max: 10 ** 12 }).map((n) => formatDecimal(decimalOf(n, 2)))
  const rates = fc.integer({ min: 1, max: 999_999_999 }).map((n) => formatDecimal(decimalOf(n, 6)))

  it('is right when rounded to the minor unit, and wrong one minor unit aside', () => {
    fc.assert(
      fc.property(cents, rates, (instructed, rate) => {
        const exact = multiplyDecimals(parseDecimal(instructed)!, parseDecimal(rate)!)
        const settled = roundDecimal(exact, 2, 'half-up')
        fc.pre(settled.digits > 1n)
        expect(converted(instructed, rate, formatDecimal(settled))).toEqual([])
        const aside = formatDecimal(subtractDecimals(settled, decimalOf(1, 2)))
        const off = subtractDecimals(exact, parseDecimal(aside)!)
        const half = off.digits * 2n <= 10n ** BigInt(off.scale - 2)
        expect(converted(instructed, rate, aside)).toEqual(half ? [] : [`CONVERSION_DIFFERS ${X}/IntrBkSttlmAmt`])
      }),
      { numRuns: 60 },
    )
  })

  it('allows for a rate that was rounded to fit its field, and for one quoted the other way round', () => {
    // A bank sells dong at 25278 a dollar; the field has ten decimals.
    expect(converted('5000000000', '0.0000395601', '197800.46')).toEqual([])
    expect(converted('5000000000', '0.0000395601', '198800.46')).toEqual([`CONVERSION_DIFFERS ${X}/IntrBkSttlmAmt`])
    expect(converted('150000', '150', '1000.00')).toEqual([])
    expect(converted('150000', '150', '1000.01')).toEqual([`CONVERSION_DIFFERS ${X}/IntrBkSttlmAmt`])
  })

  it('counts charges of both currencies, and none that it cannot convert', () => {
    const charge = (currency: string, amount: string): string =>
      `<ChrgsInf><Amt Ccy="${currency}">${amount}</Amt><Agt><FinInstnId><BICFI>LOTUVNV1XXX</BICFI></FinInstnId></Agt></ChrgsInf>`
    const charged = (bearer: string, ...charges: string[]): [string, string][] => [
      ['<ChrgBr>DEBT</ChrgBr>', `<ChrgBr>${bearer}</ChrgBr>${charges.join('')}`],
    ]
    const differs = [`CONVERSION_DIFFERS ${X}/IntrBkSttlmAmt`]
    const both = [charge('USD', '10'), charge('CNY', '9.5')]
    expect(converted('1000', '7.1', '7019.50', charged('SHAR', ...both))).toEqual([])
    expect(converted('1000', '7.1', '7100.00', charged('SHAR', ...both))).toEqual(differs)
    expect(converted('1000', '7.1', '7180.50', charged('DEBT', ...both))).toEqual([])
    expect(converted('1000', '7.1', '7100.00', charged('DEBT', ...both))).toEqual([])
    expect(converted('1000', '7.1', '7019.50', charged('DEBT', ...both))).toEqual(differs)
    expect(converted('1000', '7.1', '1.00', charged('SHAR', charge('VND', '100')))).toEqual([])
  })
})

describe('amounts as XML writes them', () => {
  it.each([
    ['1', '1'],
    ['+01.50', '1.50'],
    ['.5', '0.5'],
    ['5.', '5'],
    [' 00 ', '0'],
    ['-0', '0'],
    ['-0.10', '-0.10'],
  ])('%s is %s', (text, value) => {
    expect(formatDecimal(parseXmlDecimal(text)!)).toBe(value)
  })

  it.each(['', '.', '+', '1e3', '1,5', '1 5', '--1', 'NaN', 'INF', '９', '1'.repeat(19)])('%s is none', (text) => {
    expect(parseXmlDecimal(text)).toBeUndefined()
  })
})

describe('settlement days', () => {
  it('rest at weekends in the currencies whose systems do', () => {
    expect(restDay('2026-11-21', 'THB')).toBe('Saturday')
    // China settles on the Saturdays that are made working days; which they are is not known here.
    expect(restDay('2026-11-21', 'CNY')).toBeUndefined()
    expect(restDay('2026-11-22', 'VND')).toBe('Sunday')
    expect(restDay('2026-11-23', 'THB')).toBeUndefined()
    expect(restDay('2026-11-21', 'AED')).toBeUndefined()
    expect(restDay('2026-02-30', 'THB')).toBeUndefined()
  })
})

describe('status reasons', () => {
  it('are codes of the list', () => {
    for (const code of ['AC01', 'AC04', 'AM04', 'AM09', 'BE04', 'RR04']) expect(isStatusReason(code)).toBe(true)
    for (const code of ['', 'ac01', 'AC99', 'constructor']) expect(isStatusReason(code)).toBe(false)
  })
})

describe('regulatory reporting', () => {
  const unreported = edited(WHOLE, ['<Cd>CGODDR</Cd>', ''])
  it('is asked for CNY across the border of mainland China, and of nobody else', () => {
    expect(found(PAYMENT, unreported)).toEqual([`REGULATORY_CODE_MISSING ${X}/RgltryRptg[1]/Dtls[1]/Cd`])
    const hongKong = edited(unreported, ['BNYNCNB1XXX', 'BNYNHKH1XXX'])
    expect(found(PAYMENT, hongKong)).toEqual([])
    const within = edited(unreported, ['LOTUVNV1XXX', 'OSMACNB1XXX'])
    expect(found(PAYMENT, within)).toEqual([])
    const dollars = edited(
      unreported,
      ['<XchgRate>7.1</XchgRate>', ''],
      ['Ccy="CNY">2272000.00', 'Ccy="USD">320000.00'],
    )
    expect(found(PAYMENT, dollars)).toEqual([])
  })
})

describe('the date of a document', () => {
  const dated = (content: string): string[] =>
    found(PAYMENT, edited(WHOLE, ['<RltdDt>2026-10-20<', `<RltdDt>${content}<`]))
  it.each(['2026-10-20', ' 2026-10-20+08:00 ', '<Dt>2026-10-20</Dt>', '<Tp><Cd>ISDT</Cd></Tp><Dt>2026-10-20</Dt>'])(
    'may be %s',
    (content) => {
      expect(dated(content)).toEqual([])
    },
  )
  it.each(['', '2026-02-30', '<Tp><Cd>ISDT</Cd></Tp>', '2026-10-20<Dt>2026-10-20</Dt>', '<Dt>2026</Dt>'])(
    'is not %s',
    (content) => {
      const at = `${X}/RmtInf/Strd[1]/RfrdDocInf[1]/RltdDt`
      expect(dated(content)).toEqual([`VALUE_MALFORMED ${at}${content.startsWith('<Dt>') ? '/Dt' : ''}`])
    },
  )
})

describe('addresses', () => {
  const lines: [string, string][] = [
    ['<StrtNm>Made-up Quay</StrtNm>', ''],
    ['<BldgNb>8</BldgNb>', ''],
    ['<TwnNm>Ha Noi</TwnNm>', ''],
  ]
  it('may be unstructured in what was created before 14 November 2026, and by local services', () => {
    const old = edited(WHOLE, ...lines)
    expect(found(PAYMENT, old)).toEqual([`ADDRESS_NOT_STRUCTURED ${X}/Dbtr/PstlAdr`])
    expect(found(PAYMENT, edited(old, ['<CreDt>2026-11-16', '<CreDt>2026-11-13']))).toEqual([])
    expect(found(PAYMENT, edited(old, ['swift.cbprplus.03', 'local.transfer.01']))).toEqual([])
  })
})

describe('checks', () => {
  it('never throw on any JSON', () => {
    fc.assert(
      fc.property(fc.constantFrom(...kinds.list), fc.jsonValue(), (kind, value) => {
        expect(Array.isArray(kind.check(value))).toBe(true)
      }),
    )
  })

  it('never throw when an element is renamed, emptied or filled with anything', () => {
    const names = [...new Set([...WHOLE.matchAll(/<(\w+)>/g)].map((match) => match[1]!))]
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.nat(2), fc.string({ maxLength: 40 }), (name, how, text) => {
        const escaped = text.replace(/[&<>]|[^\x20-\x7E]/g, '.')
        const leaf = new RegExp(`<${name}>[^<]*</${name}>`)
        const content = leaf.test(WHOLE) ? leaf : new RegExp(`<${name}>[^]*?</${name}>`)
        const xml = [
          () => WHOLE.replaceAll(`<${name}>`, '<Wrong>').replaceAll(`</${name}>`, '</Wrong>'),
          () => WHOLE.replace(content, ''),
          () => WHOLE.replace(content, () => `<${name}>${escaped}</${name}>`),
        ][how]!()
        const { findings } = check(PAYMENT, xml)
        expect(new Set(findings.map(({ path }) => path)).size, JSON.stringify(findings)).toBe(findings.length)
      }),
      { numRuns: 400 },
    )
  })

  it('stay bounded on a document that is wrong in each of its elements', () => {
    const transactions = '<CdtTrfTxInf><PmtId/></CdtTrfTxInf>'.repeat(6_000)
    const { findings } = check(PAYMENT, WHOLE.replace(/<CdtTrfTxInf>[^]*<\/CdtTrfTxInf>/, transactions))
    expect(findings).toHaveLength(201)
    expect(findings.at(-1)!.code).toBe('MORE_FINDINGS')
  })

  it('say of another message of ISO 20022 only that it is another', () => {
    expect(found(STATUS, WHOLE)).toEqual(['DOCUMENT_OTHER /Document'])
    expect(found(PAYMENT, valid('payment-status-settled.xml'))).toEqual(['DOCUMENT_OTHER /Document'])
  })
})
