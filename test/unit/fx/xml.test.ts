// The XML door: what is taken, what is refused with which code, and that nothing a stranger sends crashes it, hangs it or stays in memory.
import * as fc from 'fast-check'
import { diag } from 'libxml2-wasm'
import { describe, expect, it } from 'vitest'
import { HubError } from '../../../src/hub/errors.ts'
import { withXml, XmlSchema, type XmlElement } from '../../../src/hub/message/xml.ts'
import { valid } from './papers.ts'

const bytes = (text: string | Uint8Array): Uint8Array => (typeof text === 'string' ? Buffer.from(text) : text)
const read = (text: string | Uint8Array): XmlElement => withXml(bytes(text), ({ root }) => root)

function codeOf(text: string | Uint8Array): string {
  try {
    read(text)
    return 'taken'
  } catch (error) {
    if (!(error instanceof HubError)) throw error
    return error.code
  }
}

const BOMB = `<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x "xxxxxxxxxx">${'yzabcdefg'
  .split('')
  .map((name, at, all) => `<!ENTITY ${name} "${`&${at === 0 ? 'x' : all[at - 1]};`.repeat(10)}">`)
  .join('')}]><a>&g;</a>`

describe('strict XML', () => {
  it('gives names, namespaces, attributes and texts as they stand', () => {
    const root = read(
      '<a xmlns="urn:x" n="1"><!-- c --><p:b xmlns:p="urn:y" p:n="2">&lt;<![CDATA[<&]]>&#x4E2D;</p:b> t </a>',
    )
    expect(root).toMatchObject({ name: 'a', namespace: 'urn:x', attributes: { n: '1' }, text: ' t ' })
    expect(read('<a>\n <b> </b>\n <c/>\n</a>').children.map(({ text }) => text)).toEqual([' ', ''])
    expect(root.children[0]).toMatchObject({
      name: 'b',
      namespace: 'urn:y',
      attributes: {},
      text: '<<&中',
      parent: root,
    })
  })

  it.each([
    ['a byte order mark', '\uFEFF<a/>'],
    ['a declaration', '<?xml version="1.0" encoding="utf-8" standalone="yes"?><a/>'],
    ['comments around the root', '<!-- <!DOCTYPE a> --><a/><!-- z -->'],
    ['an angle bracket in an attribute', '<a b="x > y" c=\'"/>\'/>'],
    ['64 levels', '<a>'.repeat(64) + '</a>'.repeat(64)],
  ])('takes %s', (_what, text) => {
    expect(codeOf(text)).toBe('taken')
  })

  it.each([
    ['a document type', '<!DOCTYPE a><a/>'],
    ['a document type after a comment', '<!-- --> <!DOCTYPE a SYSTEM "http://127.0.0.1:1/x"><a/>'],
    ['a parameter entity', '<!DOCTYPE a [<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;]><a/>'],
    ['an entity bomb', BOMB],
    ['an external entity', '<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/hostname">]><a>&e;</a>'],
    ['a processing instruction', '<?xml-stylesheet href="x"?><a/>'],
    ['a processing instruction within', '<a><?php x ?></a>'],
    ['65 levels', '<a>'.repeat(65) + '</a>'.repeat(65)],
    ['a hundred thousand levels', '<a>'.repeat(100_000)],
    ['too many elements', `<a>${'<b/>'.repeat(20_000)}</a>`],
    ['a declaration within the root', '<a><!ELEMENT b ANY></a>'],
  ])('refuses %s as unsafe', (_what, text) => {
    expect(codeOf(text)).toBe('XML_UNSAFE')
  })

  it.each([
    ['nothing', ''],
    ['no XML', '{"a":1}'],
    ['an open element', '<a><b></a>'],
    ['two roots', '<a/><b/>'],
    ['an unknown entity', '<a>&nbsp;</a>'],
    ['a character that XML has not', '<a>&#0;</a>'],
    ['a raw control character', '<a>\u0001</a>'],
    ['an unbound prefix', '<x:a/>'],
    ['an attribute twice', '<a b="1" b="2"/>'],
    ['another version', '<?xml version="1.1"?><a/>'],
    ['another encoding', '<?xml version="1.0" encoding="ISO-8859-1"?><a/>'],
    ['a declaration that is not first', ' <?xml version="1.0"?><a/>'.trimStart().replace('<?xml', '<?xml  bad')],
    ['UTF-16', Buffer.from('\uFEFF<a/>', 'utf16le')],
    ['UTF-16 without a mark', Buffer.from('<a/>', 'utf16le')],
    ['Latin-1', Buffer.from('<a>é</a>', 'latin1')],
    ['overlong UTF-8', Buffer.from([0x3c, 0x61, 0x3e, 0xc0, 0xbc, 0x3c, 0x2f, 0x61, 0x3e])],
    ['an open comment', '<a><!-- </a>'],
    ['an open attribute', '<a b="'],
  ])('refuses %s as malformed', (_what, text) => {
    expect(codeOf(text)).toBe('XML_MALFORMED')
  })

  it.each([
    ['gb2312', Buffer.from('<?xml version="1.0" encoding="gb2312"?><a>\xD6\xD0</a>', 'latin1')],
    ['GB18030', Buffer.from("<?xml version='1.0' encoding='GB18030' standalone='yes'?><a/>")],
    ['GBK', Buffer.from('\uFEFF<?xml version="1.0" encoding="GBK"?><a/>')],
    ['UTF-16', Buffer.from('\uFEFF<?xml version="1.0" encoding="UTF-16"?><a/>', 'utf16le')],
    ['UTF-16', Buffer.from('<?xml version="1.0" encoding="UTF-16"?><a/>', 'utf16le')],
  ])('says that a text is written in %s', (encoding, bytes) => {
    expect(() => withXml(bytes, () => undefined)).toThrow(`the text is written in ${encoding}; save it as UTF-8`)
  })

  it('names the line', () => {
    expect(() => read('<a>\n<b>\n</a>')).toThrow(/line 3/)
    expect(() => read('<a>\n\n<?x y?></a>')).toThrow(/line 3: a processing instruction/)
  })

  it('takes XInclude for an element like any other', () => {
    const root = read(
      '<a xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="file:///etc/passwd" parse="text"/></a>',
    )
    expect(root.children.map(({ name }) => name)).toEqual(['include'])
  })

  it('stays quick on huge attributes and texts', () => {
    const large = 'x'.repeat(200_000)
    expect(read(`<a b="${large}">${large}</a>`).text).toHaveLength(200_000)
    expect(codeOf(`<a ${Array.from({ length: 20_000 }, (_, n) => `a${n}=""`).join(' ')}/>`)).toBe('taken')
    expect(codeOf(`<a b="${`"'`.repeat(50_000)}`)).toBe('XML_MALFORMED')
  })
})

describe('schemas of XML', () => {
  const schema =
    new XmlSchema(`<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="urn:x" targetNamespace="urn:x" elementFormDefault="qualified">
    <xs:element name="a"><xs:complexType><xs:sequence><xs:element name="b" type="B" maxOccurs="2"/><xs:element name="c" minOccurs="0" type="xs:date"/></xs:sequence>
    <xs:attribute name="n" type="B"/></xs:complexType></xs:element>
    <xs:simpleType name="B"><xs:restriction base="xs:string"><xs:enumeration value="1"/><xs:maxLength value="3"/></xs:restriction></xs:simpleType></xs:schema>`)
  const against = (text: string) =>
    withXml(Buffer.from(text), (xml) =>
      xml.check(xml.root.name === 'a' ? xml.root : xml.root.children.at(-1)!, schema).map(({ element, ...rest }) => ({
        at: element.name,
        ...rest,
      })),
    )

  it('say nothing against what fits', () => {
    expect(against('<a xmlns="urn:x"><b>1</b></a>')).toEqual([])
  })

  it('say where and what', () => {
    expect(against('<p:a xmlns:p="urn:x"><p:b>1</p:b><p:b>2</p:b></p:a>')).toMatchObject([
      { at: 'b', what: 'value', facet: 'enumeration', listed: '1' },
    ])
    expect(against('<w><x/><a xmlns="urn:x"><c>2026-01-01</c></a></w>')).toMatchObject([
      { at: 'c', what: 'unexpected', expected: ['b'] },
    ])
    expect(against('<a xmlns="urn:x"/>')).toMatchObject([{ at: 'a', what: 'missing', expected: ['b'] }])
    expect(against('<a xmlns="urn:x" n="2" m="1"><b>1</b><c>x</c></a>')).toMatchObject([
      { what: 'attribute', attribute: 'n', facet: 'enumeration' },
      { what: 'attribute', attribute: 'm', facet: 'not allowed' },
      { at: 'c', what: 'value', facet: 'type' },
    ])
  })

  it('are not misled by a value that says what a schema says', () => {
    expect(
      against('<a xmlns="urn:x"><b>x\' is. This element is not expected. Expected is ( q )</b></a>')[0],
    ).toMatchObject({
      at: 'b',
      what: 'value',
    })
  })

  it('load nothing that a document points to', () => {
    const xsi = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    expect(against(`<a xmlns="urn:x" ${xsi} xsi:schemaLocation="urn:x file:///etc/passwd"><b>1</b></a>`)).toEqual([])
  })
})

describe('hostile XML', () => {
  const whole = valid('payment-cover-hybrid.xml')
  const anyOutcome = (text: string | Uint8Array): void => {
    expect(['taken', 'XML_MALFORMED', 'XML_UNSAFE']).toContain(codeOf(text))
  }

  it('is taken or refused with a code: any bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), anyOutcome), { numRuns: 500 })
  })

  it('is taken or refused with a code: scraps of XML', () => {
    const scraps =
      '< > </ /> <a <a> </a> <!-- --> <![CDATA[ ]]> <! <? ?> & ; &# " \' = b= <!DOCTYPE xmlns= p: 中'.split(' ')
    const scrap = fc.constantFrom(...scraps, ' ', '\n', '\u0000', '\uFEFF', '<?xml version="1.0"?>', ' xmlns:p="u"')
    fc.assert(
      fc.property(fc.array(scrap, { maxLength: 30 }), (parts) => anyOutcome(parts.join(''))),
      { numRuns: 2_000 },
    )
  })

  it('is taken or refused with a code: a good document with bytes changed, cut or put twice', () => {
    const good = Buffer.from(whole)
    fc.assert(
      fc.property(
        fc.nat(good.length - 1),
        fc.nat(200),
        fc.integer({ min: 0, max: 255 }),
        fc.nat(2),
        (at, length, byte, how) => {
          const [before, part, after] = [
            good.subarray(0, at),
            good.subarray(at, at + length),
            good.subarray(at + length),
          ]
          const middle = [Buffer.from([byte]), Buffer.alloc(0), Buffer.concat([part, part])][how]!
          anyOutcome(Buffer.concat([before, middle, after]))
        },
      ),
      { numRuns: 600 },
    )
  })

  it('leaves nothing in memory, whatever came of it', () => {
    diag.configure({ enabled: true })
    try {
      for (const text of [whole, whole.slice(0, 900), BOMB, '<a>&x;</a>', '<a/>'.repeat(2)])
        for (let n = 0; n < 40; n++) codeOf(text)
      expect(() =>
        withXml(Buffer.from('<a/>'), () => {
          throw new Error('of the reader')
        }),
      ).toThrow('of the reader')
      expect(diag.report()).toEqual({})
    } finally {
      diag.configure({ enabled: false })
    }
  })
})
