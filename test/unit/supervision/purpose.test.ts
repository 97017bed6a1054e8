// Purposes: the header in its one form, and nothing else.
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { HubError } from '../../../src/hub/errors.ts'
import { isPurpose, purposeHeader, PURPOSES, readPurposeHeader } from '../../../src/hub/supervision/purpose.ts'

describe('Hub-Purpose', () => {
  it('is absent, or a code, or a code with a reference', () => {
    expect(readPurposeHeader(undefined)).toBeUndefined()
    expect(readPurposeHeader('audit')).toEqual({ code: 'audit' })
    expect(readPurposeHeader('investigation; ref="CASE 7/2026"')).toEqual({
      code: 'investigation',
      reference: 'CASE 7/2026',
    })
  })
  it.each([
    '',
    'curiosity',
    'Audit',
    'audit;',
    'audit; ref=""',
    'audit; ref=7',
    'audit; ref="a"b"',
    'toString',
    ' audit',
  ])('%j is refused', (header) => {
    expect(() => readPurposeHeader(header)).toThrow(/PURPOSE_REQUIRED/)
  })
  it('given twice is refused', () => {
    expect(() => readPurposeHeader(['audit', 'audit'])).toThrow(/PURPOSE_REQUIRED/)
  })
  it('reads what it writes, and of any text gives a purpose or a refusal', () => {
    const reference = fc.stringMatching(/^[ !#-[\]-~]{1,120}$/)
    fc.assert(
      fc.property(
        fc.constantFrom(...Object.keys(PURPOSES)),
        fc.option(reference, { nil: undefined }),
        (code, given) => {
          const purpose = { code, ...(given !== undefined && { reference: given }) }
          expect(isPurpose(purpose) && readPurposeHeader(purposeHeader(purpose))).toEqual(purpose)
        },
      ),
    )
    fc.assert(
      fc.property(fc.string(), (text) => {
        try {
          expect(isPurpose(readPurposeHeader(text))).toBe(true)
        } catch (refusal) {
          expect((refusal as HubError).code).toBe('PURPOSE_REQUIRED')
        }
      }),
    )
  })
  it('as a value has no other members and never throws', () => {
    expect(isPurpose({ code: 'audit', more: 1 })).toBe(false)
    fc.assert(fc.property(fc.jsonValue(), (value) => void isPurpose(value)))
  })
})
