// The strict reader of JSON: gives what JSON.parse gives or refuses, and refuses exactly what would lose something.
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { HubError } from '../../../src/hub/errors.ts'
import { parseStrictJson } from '../../../src/hub/message/strict-json.ts'

const codeOf = (input: Uint8Array | string): string => {
  try {
    parseStrictJson(input)
    return 'read'
  } catch (error) {
    if (error instanceof HubError) return error.code
    throw error
  }
}
/** Values that JSON carries without loss: safe integers, short fractions, whole text. */
const faithful = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constant(null),
    fc.boolean(),
    fc.maxSafeInteger().filter((n) => !Object.is(n, -0)),
    fc.string({ unit: 'grapheme' }).filter((text) => text.isWellFormed()),
    fc.array(tie('value')),
    fc.dictionary(
      fc.string({ unit: 'grapheme' }).filter((key) => key !== '__proto__' && key.isWellFormed()),
      tie('value'),
    ),
  ),
})).value

describe('parseStrictJson', () => {
  it('reads back every faithful value, from text and from bytes, however it is spaced', () => {
    fc.assert(
      fc.property(faithful, fc.constantFrom(0, 1, 2), (value, indent) => {
        const text = JSON.stringify(value, null, indent)
        expect(parseStrictJson(text)).toEqual(JSON.parse(text))
        expect(parseStrictJson(Buffer.from(text))).toEqual(JSON.parse(text))
      }),
    )
  })
  it('gives what JSON.parse gives or refuses with a code, on any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const code = codeOf(bytes)
        expect(['read', 'JSON_MALFORMED', 'JSON_LOSSY']).toContain(code)
        if (code === 'read') expect(parseStrictJson(bytes)).toEqual(JSON.parse(Buffer.from(bytes).toString()))
      }),
      { numRuns: 1_000 },
    )
  })
  it('is not led astray by any text made of the characters that matter to it', () => {
    const unit = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      '"',
      '\\',
      ':',
      ',',
      'u',
      'd',
      '8',
      '0',
      '-',
      '1',
      'e',
      '.',
      ' ',
      'a',
    )
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 40 }), (text) => {
        expect(['read', 'JSON_MALFORMED', 'JSON_LOSSY']).toContain(codeOf(text))
      }),
      { numRuns: 5_000 },
    )
  })
  it('says that a text begins with a byte order mark, or is not UTF-8', () => {
    const marked = /begins with a byte order mark; save it as UTF-8 without one/
    expect(() => parseStrictJson('\uFEFF{}')).toThrow(marked)
    expect(() => parseStrictJson(Buffer.from('\uFEFF{}'))).toThrow(marked)
    expect(() => parseStrictJson(Buffer.from('\uFEFF{}', 'utf16le'))).toThrow(/is written in UTF-16; save it as UTF-8/)
    expect(() => parseStrictJson(Buffer.from('{"a":"\xE9"}', 'latin1'))).toThrow(/not valid UTF-8/)
  })
  it.each(['{"residentIdNo":450681190001010011}', '{"450681190001010011":1,"450681190001010011":2}'])(
    'repeats no identity number of a person: %s',
    (text) => {
      expect(() => parseStrictJson(text)).toThrow(/…/)
      expect(() => parseStrictJson(text)).not.toThrow(/450681190001010011/)
    },
  )

  it('finds a key that occurs twice at any depth, also when spelled otherwise', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...'abé水😀"\\/\n ') }),
        faithful,
        fc.nat(20),
        (key, value, depth) => {
          const escaped = [...key]
            .flatMap((c) => c.split(''))
            .map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)
          const twice = `{${JSON.stringify(key)}:${JSON.stringify(value)},"${escaped.join('')}":1}`
          expect(codeOf('[{"in":'.repeat(depth) + twice + '}]'.repeat(depth))).toBe('JSON_LOSSY')
        },
      ),
    )
  })
  it.each([
    '9007199254740993',
    '-9007199254740993',
    '1e400',
    '-0',
    '0.1234567890123456',
    '1e-400',
    '[1.00000000000000001]',
    '{"a":[{"b":12345678901234567890}]}',
    '"\\ud800"',
    '"\\udc00\\ud800"',
    '{"\\ud800":1}',
    '"a\\\\\\ud800"',
  ])('refuses %s', (text) => {
    expect(JSON.parse(text)).toBeDefined()
    expect(codeOf(text)).toBe('JSON_LOSSY')
  })
  it.each([
    '0',
    '-1',
    '9007199254740991',
    '0.5',
    '1.25e3',
    '1E2',
    '"\\ud83d\\ude00"',
    '"\\\\ud800"',
    '"\u{1f600}"',
    '" \\" {}[],"',
  ])('reads %s', (text) => {
    expect(parseStrictJson(text)).toEqual(JSON.parse(text))
  })
  it('reads 64 levels and no more', () => {
    expect(codeOf('['.repeat(64) + ']'.repeat(64))).toBe('read')
    expect(codeOf('['.repeat(65) + ']'.repeat(65))).toBe('JSON_LOSSY')
    expect(codeOf('{"a":'.repeat(65) + '1' + '}'.repeat(65))).toBe('JSON_LOSSY')
  })
})
