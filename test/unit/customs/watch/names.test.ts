// The forms by which names and identifiers meet a list: what is the same, what is not, and that nothing in between is guessed.
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formsOf, nameWords, plainIdentifier, plainName } from '../../../../src/customs/watch/names.ts'

describe('plain names', () => {
  it.each([
    ['Công ty TNHH Ví Dụ Đen', 'CONG TY TNHH VI DU DEN'],
    ['ＮＩＧＨＴ Heron-Shipping', 'NIGHT HERON SHIPPING'],
    ['夜鹭示例航运有限公司', '夜鹭示例航运有限公司'],
    ['  Example,  Trading.  ', 'EXAMPLE TRADING'],
    ['—', ''],
  ])('%s', (text, plain) => expect(plainName(text)).toBe(plain))

  it('are plain already when they are made plain again', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => plainName(plainName(text)) === plainName(text)))
  })
})

describe('words', () => {
  it('leave out the legal form and the order', () => {
    expect(nameWords('Night Heron Shipping Co., Ltd.')).toBe(nameWords('SHIPPING, Heron Night (LLC)'))
    expect(nameWords('夜鹭示例航运有限公司')).toBe(nameWords('夜鹭示例航运股份有限公司'))
  })
  it('of another name are others, however near', () => {
    const listed = nameWords('Night Heron Shipping')
    for (const near of [
      'Night Heron',
      'Night Heron Shipping Vietnam',
      'Night Herons Shipping',
      'Knight Heron Shipping',
    ])
      expect(nameWords(near), near).not.toBe(listed)
  })
  it('tell nothing where one word is left', () => {
    for (const short of ['Heron Co., Ltd.', 'Co., Ltd.', '夜鹭公司', '']) expect(nameWords(short), short).toBe('')
  })
})

describe('identifiers', () => {
  it('are letters and digits, and not too few', () => {
    expect(plainIdentifier('imo 9074729')).toBe('IMO9074729')
    expect(plainIdentifier('91450100ma5examp19')).toBe('91450100MA5EXAMP19')
    expect(plainIdentifier('12-34')).toBe('')
  })
  it('and names do not meet one another', () => {
    expect(formsOf('name', 'IMO 9074729')).toEqual([
      { how: 'NAME', form: 'IMO 9074729' },
      { how: 'WORDS', form: '9074729 IMO' },
    ])
    expect(formsOf('identifier', 'IMO 9074729')).toEqual([{ how: 'IDENTIFIER', form: 'IMO9074729' }])
  })
})
