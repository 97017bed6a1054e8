// Check digits: each example of the standards, and what is typed wrong: a digit altered, lower case, a trailing space, full-width digits.
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as hub from '../../../src/hub/index.ts'
import type { IdentifierCheck } from '../../../src/hub/index.ts'

interface Vectors {
  name: string
  check: IdentifierCheck
  good: string[]
  /** A text with one character altered, and the code that says so. */
  altered: [string, string][]
}

const VECTORS: Vectors[] = [
  {
    name: 'CONTAINER',
    check: hub.checkContainer,
    good: ['CSQU3054383', 'TEMU3002105', 'APZU4812090', 'NARU3472484'],
    altered: [
      ['CSQU3054384', 'CONTAINER_CHECK_DIGIT'],
      ['CSQU3054283', 'CONTAINER_CHECK_DIGIT'],
      ['MAEU6543210', 'CONTAINER_CHECK_DIGIT'],
      ['CONU1234567', 'CONTAINER_CHECK_DIGIT'],
      ['CSQX3054383', 'CONTAINER_MALFORMED'],
    ],
  },
  {
    name: 'LEI',
    check: hub.checkLei,
    good: ['254900GXASEAN0000046'],
    altered: [
      ['254900GXASEAN0000047', 'LEI_CHECK_DIGIT'],
      ['254900GXASEAN0010046', 'LEI_CHECK_DIGIT'],
      ['111100T8BM49ADCSAO64', 'LEI_CHECK_DIGIT'],
    ],
  },
  {
    name: 'BIC',
    check: hub.checkBic,
    good: ['ABOCCNBJXXX', 'ABOCCNBJ'],
    altered: [
      ['ABOCQQBJXXX', 'BIC_COUNTRY_UNKNOWN'],
      ['ABOC1NBJXXX', 'BIC_MALFORMED'],
      ['ABOCCNBJXX', 'BIC_MALFORMED'],
    ],
  },
  {
    name: 'IBAN',
    check: hub.checkIban,
    good: ['TL380080012345678910157'],
    altered: [
      ['TL390080012345678910157', 'IBAN_CHECK_DIGIT'],
      ['TL380080012345678910167', 'IBAN_CHECK_DIGIT'],
      ['TL38008001234567891015', 'IBAN_LENGTH'],
      ['CN380080012345678910157', 'IBAN_COUNTRY_UNKNOWN'],
    ],
  },
  {
    name: 'UETR',
    check: hub.checkUetr,
    good: ['8a562c67-ca16-48ba-b074-65581be6f001'],
    altered: [
      ['8a562c67-ca16-18ba-b074-65581be6f001', 'UETR_MALFORMED'],
      ['8a562c67-ca16-48ba-c074-65581be6f001', 'UETR_MALFORMED'],
      ['8a562c67ca1648bab07465581be6f001', 'UETR_MALFORMED'],
      ['8A562C67-CA16-48BA-B074-65581BE6F001', 'UETR_MALFORMED'],
    ],
  },
  {
    name: 'USCC',
    check: hub.checkUscc,
    good: ['91310000717883402X', '91450100MA5GX0TE5M'],
    altered: [
      ['913100007178834021', 'USCC_CHECK_DIGIT'],
      ['91310000717883502X', 'USCC_CHECK_DIGIT'],
      ['91450100MA5GX0TESM', 'USCC_MALFORMED'],
      ['91310000717883402', 'USCC_MALFORMED'],
    ],
  },
  {
    name: 'RESIDENT_ID',
    check: hub.checkResidentId,
    good: ['450681199001010012'],
    altered: [
      ['450681199001010013', 'RESIDENT_ID_CHECK_DIGIT'],
      ['450681199002300012', 'RESIDENT_ID_DATE'],
      ['45068119900101001', 'RESIDENT_ID_MALFORMED'],
    ],
  },
  {
    name: 'CUSTOMS_REGISTRATION',
    check: hub.checkCustomsRegistration,
    good: ['4501960001', '45019600AB'],
    altered: [
      ['450196000', 'CUSTOMS_REGISTRATION_MALFORMED'],
      ['A501960001', 'CUSTOMS_REGISTRATION_MALFORMED'],
    ],
  },
  {
    name: 'CUSTOMS_OFFICE',
    check: hub.checkCustomsOffice,
    good: ['7200'],
    altered: [
      ['72A0', 'CUSTOMS_OFFICE_MALFORMED'],
      ['720', 'CUSTOMS_OFFICE_MALFORMED'],
    ],
  },
  {
    name: 'ENTRY_ID',
    check: hub.checkEntryId,
    good: ['720020261000012345', '72002026E000012345'],
    altered: [
      ['720020262000012345', 'ENTRY_ID_MALFORMED'],
      ['72002026100001234', 'ENTRY_ID_MALFORMED'],
    ],
  },
  {
    name: 'TARIFF_LINE',
    check: hub.checkTariffLine,
    good: ['0810600000'],
    altered: [
      ['0010600000', 'TARIFF_CHAPTER_UNKNOWN'],
      ['081060000', 'TARIFF_LINE_MALFORMED'],
    ],
  },
  {
    name: 'HS',
    check: hub.checkHs,
    good: ['081060', '08106000', '0810600000'],
    altered: [
      ['771060', 'TARIFF_CHAPTER_UNKNOWN'],
      ['08106', 'HS_MALFORMED'],
    ],
  },
  {
    name: 'LOCODE',
    check: hub.checkLocode,
    good: ['CNNNG', 'VNHPH'],
    altered: [
      ['QQNNG', 'LOCODE_COUNTRY_UNKNOWN'],
      ['CNNN1', 'LOCODE_MALFORMED'],
      ['CNNN', 'LOCODE_MALFORMED'],
    ],
  },
  {
    name: 'IMO',
    check: hub.checkImo,
    good: ['9074729', '9321483'],
    altered: [
      ['9074728', 'IMO_CHECK_DIGIT'],
      ['9074829', 'IMO_CHECK_DIGIT'],
      ['IMO9074729', 'IMO_MALFORMED'],
    ],
  },
  {
    name: 'AWB',
    check: hub.checkAirWaybill,
    good: ['784-12345675', '78412345675'],
    altered: [
      ['784-12345676', 'AWB_CHECK_DIGIT'],
      ['784-12345775', 'AWB_CHECK_DIGIT'],
      ['784 12345675', 'AWB_MALFORMED'],
    ],
  },
  {
    name: 'GTIN',
    check: hub.checkGtin,
    good: ['06901234567892'],
    altered: [
      ['06901234567893', 'GTIN_CHECK_DIGIT'],
      ['06901235567892', 'GTIN_CHECK_DIGIT'],
      ['6901234567892', 'GTIN_MALFORMED'],
    ],
  },
  {
    name: 'GLN',
    check: hub.checkGln,
    good: ['6901234000009'],
    altered: [
      ['6901234000008', 'GLN_CHECK_DIGIT'],
      ['690123400000', 'GLN_MALFORMED'],
    ],
  },
  {
    name: 'SSCC',
    check: hub.checkSscc,
    good: ['069012345000000011'],
    altered: [
      ['069012345000000012', 'SSCC_CHECK_DIGIT'],
      ['06901234500000001', 'SSCC_MALFORMED'],
    ],
  },
  {
    name: 'UCR',
    check: hub.checkUcr,
    good: ['6CN450100MA5GX0TE5M0001', '6CN45-1'],
    altered: [
      ['6QQ450100MA5GX0TE5M0001', 'UCR_COUNTRY_UNKNOWN'],
      ['CN450100MA5GX0TE5M0001', 'UCR_MALFORMED'],
      [`6CN${'1'.repeat(33)}`, 'UCR_MALFORMED'],
    ],
  },
]

const fullWidth = (text: string) => text.replace(/\d/g, (digit) => String.fromCharCode(0xff10 + Number(digit)))
const spoilt = (text: string) =>
  [`${text} `, ` ${text}`, `${text}\n`, '', fullWidth(text), text.toLowerCase()].filter((other) => other !== text)

describe.each(VECTORS)('$name', ({ name, check, good, altered }) => {
  it.each(good)('%s is right', (text) => {
    expect(check(text)).toBeUndefined()
  })

  it.each(altered)('%s is %s', (text, code) => {
    expect(check(text)?.code).toBe(code)
  })

  it.each(good.flatMap(spoilt))('%j is malformed', (text) => {
    expect(check(text)?.code).toBe(`${name}_MALFORMED`)
  })

  it('never throws, and knows its own codes', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.constantFrom(...good).map((text) => text.slice(1) + text[0]),
        ),
        (text) => {
          const flaw = check(text)
          if (flaw) expect(hub.identifierCodes).toHaveProperty(flaw.code)
        },
      ),
    )
  })
})

describe('one digit altered, at every position', () => {
  // Schemes whose arithmetic finds every single altered digit. (ISO 6346, IMO and air waybill numbers cannot.)
  it.each(VECTORS.filter(({ name }) => ['LEI', 'IBAN', 'USCC', 'RESIDENT_ID', 'GTIN', 'GLN', 'SSCC'].includes(name)))(
    '$name',
    ({ check, good }) => {
      for (const text of good)
        for (let at = 0; at < text.length; at++)
          for (const digit of '0123456789')
            if (/\d/.test(text[at]!) && digit !== text[at])
              expect(check(text.slice(0, at) + digit + text.slice(at + 1)), `${text} at ${at}`).toBeDefined()
    },
  )
})

it('says nothing of a resident identity number that would repeat it', () => {
  for (const text of ['450681199001010013', '450681199002300012', '45068119900101001x'])
    expect(JSON.stringify(hub.checkResidentId(text))).not.toMatch(/\d{6}/)
})

it('reads the parts of a declaration number', () => {
  expect(hub.parseEntryId('720020261000012345')).toEqual({
    office: '7200',
    year: '2026',
    direction: 'import',
    serial: '000012345',
  })
  expect(hub.parseEntryId('72002026E000012345')?.direction).toBe('export')
  expect(hub.parseEntryId(7200)).toBeUndefined()
})

describe('a wrong check digit', () => {
  it('is told with the number it is about, unless it is one of a person or an account', () => {
    expect(hub.checkContainer('CSQU3054384')).toMatchObject({
      message: 'The check digit of the container number CSQU3054384 should be 3.',
      params: { value: 'CSQU3054384', expected: 3 },
    })
    expect(hub.checkUscc('913100007178834021')).toMatchObject({
      message: 'The check character of the unified social credit code 913100007178834021 should be X.',
      params: { value: '913100007178834021', expected: 'X' },
    })
    expect(hub.checkResidentId('450681199001010013')?.params).toBeUndefined()
    expect(hub.checkIban('TL390080012345678910157')?.params).toBeUndefined()
  })

  it.each(['450681199001010012', '450681199001010013', '11010120130230001X'])(
    'does not repeat a number of a person in the field of a company: %s',
    (text) => {
      expect(JSON.stringify(hub.checkUscc(text) ?? {})).not.toContain(text.slice(0, 14))
    },
  )
})
