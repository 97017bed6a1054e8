// XML of others in Chinese encodings and in UTF-16: read as what it says, or one clear finding; never as something else.
import { isUtf8 } from 'node:buffer'
import { readFileSync } from 'node:fs'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkBody } from '../../../../src/client/verbs/check.ts'
import { toUtf8 } from '../../../../src/customs/foreign-encoding.ts'
import { readForeign } from '../../../../src/customs/foreign.ts'
import { DECLARATION } from '../../../../src/customs/wco/index.ts'

const bytesOf = (name: string) =>
  readFileSync(new URL(`../../../../fixtures/customs/foreign/${name}.xml`, import.meta.url))
const draft = (name: string) => readForeign(bytesOf(name), DECLARATION)!.reading!.body
const ascii = (encoding: string, inner = '') =>
  `<?xml version="1.0" encoding="${encoding}"?><DecMessage>${inner}</DecMessage>`
const latin = (text: string) => Buffer.from(text, 'latin1')
const wide = (text: string, mark = '\uFEFF') => Buffer.from(mark + text, 'utf16le')
const big = (text: string) => wide(text).swap16()
/** \u5357 (south) as GBK has it. */
const SOUTH = '\xC4\xCF'

describe('what is read', () => {
  it.each(['gbk', 'gb18030', 'utf16le', 'gb2312-container', 'utf16be-container'])('dec-message-%s', (name) => {
    const { verdict, findings, form } = checkBody(DECLARATION, undefined, bytesOf(`dec-message-${name}`))
    const wrong = name.endsWith('container')
    expect([form, verdict]).toEqual(['chinese-dec-message-xml', wrong ? 'findings' : 'ok'])
    expect(findings.map(({ code, path }) => [code, path])).toEqual(
      wrong ? [['CONTAINER_CHECK_DIGIT', '/DecMessage/DecContainers/Container/ContainerId']] : [],
    )
  })

  it('the same in every encoding, letters that only GB 18030 has among them', () => {
    expect(draft('dec-message-gbk')).toMatchObject({
      tradeName: '广西虚构电子有限公司',
      items: [{ gName: '智能手机' }],
    })
    expect(draft('dec-message-utf16le')).toEqual(draft('dec-message-gbk'))
    expect(draft('dec-message-gb18030')).toEqual({ ...(draft('dec-message-gbk') as object), noteS: '示例 𠮷 ế' })
    expect(draft('dec-message-utf16be-container')).toEqual(draft('dec-message-gb2312-container'))
  })

  it.each([
    ['GBK without a Chinese letter', latin(ascii('gbk'))],
    ['UTF-16 without an XML declaration', wide('<DecMessage/>')],
    ['UTF-16 with its order named', big(ascii('UTF-16BE'))],
    ['the names in any case', latin(ascii('Gb18030', SOUTH))],
  ])('%s', (_name, bytes) => expect(readForeign(bytes, DECLARATION)).toMatchObject({ form: 'chinese-dec-message-xml' }))
})

describe('one finding about the whole', () => {
  it.each<[string, Buffer, string]>([
    ['UTF-8 that says GBK', Buffer.from(ascii('GBK', '南宁')), 'the XML declaration says GBK, the bytes are UTF-8'],
    ['UTF-8 with a mark that says GBK', Buffer.from(`\uFEFF${ascii('GBK')}`), 'says GBK, the byte order mark UTF-8'],
    ['UTF-8 that says UTF-16', Buffer.from(ascii('utf-16')), 'the XML declaration says utf-16, the bytes are not'],
    ['GBK that says UTF-8', latin(ascii('UTF-8', SOUTH)), 'the text is not valid UTF-8'],
    ['GBK that says nothing', latin(`<DecMessage>${SOUTH}</DecMessage>`), 'the text is not valid UTF-8'],
    ['UTF-16 that says GBK', wide(ascii('GBK')), 'says GBK, the byte order mark UTF-16LE'],
    ['UTF-16 that says UTF-8', big(ascii('UTF-8')), 'says UTF-8, the byte order mark UTF-16BE'],
    ['UTF-16 that says the other order', wide(ascii('UTF-16BE')), 'says UTF-16BE, the byte order mark UTF-16LE'],
    ['UTF-16 without a mark', wide(ascii('UTF-16'), ''), 'the text is written in UTF-16; save it as UTF-8'],
    ['UTF-32', Buffer.concat([latin('\xFF\xFE\0\0'), latin('<\0\0\0')]), 'the text is written in UTF-32'],
    [
      'half a letter at the end',
      latin(`${ascii('GBK')}\xC4`),
      'the XML declaration says GBK, but the text is not valid GBK',
    ],
    ['half a letter before a tag', latin(ascii('GB2312', '\xC4')), 'but the text is not valid GB2312'],
    ['a byte that is none', latin(ascii('GB18030', '\xFF')), 'but the text is not valid GB18030'],
    ['four bytes that are no letter', latin(ascii('GB18030', '\xE3\x32\x9A\x36')), 'but the text is not valid GB18030'],
    ['half a unit', Buffer.concat([wide(ascii('UTF-16')), latin('<')]), 'the byte order mark says UTF-16LE, but'],
    ['half a pair', wide(ascii('UTF-16', '\uD842')), 'but the text is not valid UTF-16LE'],
    ['overlong UTF-8', latin(ascii('UTF-8', '\xC0\xBC')), 'the text is not valid UTF-8'],
    ['UTF-7', latin(ascii('UTF-7', '+ADw-')), 'the text is written in UTF-7; save it as UTF-8'],
    ['Big5', latin(ascii('Big5', '\xAB\x6E')), 'the text is written in Big5; save it as UTF-8'],
    ['a name nobody knows', latin(ascii('x-gbk.1')), 'the text is written in x-gbk.1; save it as UTF-8'],
  ])('%s', (_name, bytes, said) => {
    const { verdict, findings } = checkBody(DECLARATION, undefined, bytes)
    expect([verdict, findings]).toEqual([
      'findings',
      [{ code: 'XML_MALFORMED', path: '', message: expect.stringContaining(said) }],
    ])
  })

  it.each([
    ['GBK', (text: string) => latin(text)],
    ['UTF-16', wide],
  ])('entities and document types in %s', (name, bytes) => {
    for (const text of [
      `<?xml version="1.0" encoding="${name}"?><!DOCTYPE a [<!ENTITY b "c">]><DecMessage>&b;</DecMessage>`,
      `<?xml version="1.0" encoding="${name}"?><!DOCTYPE a SYSTEM "file:///etc/hostname"><DecMessage/>`,
      `${ascii(name)}<?xml-stylesheet href="x.xsl"?>`,
    ])
      expect(checkBody(DECLARATION, undefined, bytes(text)).findings.map(({ code }) => code)).toEqual(['XML_UNSAFE'])
  })
})

describe('laws', () => {
  it('no letter of two bytes holds a sign of XML', () => {
    const decoder = new TextDecoder('gb18030', { fatal: true })
    for (let lead = 0x81; lead <= 0xfe; lead++)
      for (let trail = 0; trail <= 0xff; trail++) {
        let text = ''
        try {
          text = decoder.decode(Uint8Array.of(lead, trail))
        } catch {
          continue
        }
        expect(text).not.toMatch(/[\0-\x7F]/)
      }
  })

  it('any text in UTF-16 is read as it was written', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.boolean(), (text, isBig) => {
        const bytes = isBig ? big(`<a>${text}`) : wide(`<a>${text}`)
        expect(Buffer.from(toUtf8(bytes)).toString()).toBe(`<a>${text}`)
      }),
    )
  })

  it('any bytes that say they are GBK are UTF-8 afterwards, or a finding', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (noise) => {
        try {
          const bytes = toUtf8(Buffer.concat([latin(ascii('GBK')), noise]))
          expect(isUtf8(bytes)).toBe(true)
          expect(Buffer.from(bytes).toString()).toContain('encoding="UTF-8"')
        } catch (error) {
          expect(error).toMatchObject({ code: 'XML_MALFORMED' })
        }
      }),
      { numRuns: 500 },
    )
  })
})
