// Hostile XML in place of declarations: refused with a code, or bounded findings; and good files spoilt byte by byte.
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { foreignForms, readForeign } from '../../src/customs/foreign.ts'
import { HubError } from '../../src/hub/errors.ts'
import { dice, SEED, spoil } from '../support/fuzz.ts'

const FOLDER = new URL('../../fixtures/customs/foreign/', import.meta.url)
const good = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.xml'))
  .map((name) => readFileSync(new URL(name, FOLDER)))
const KINDS = [...new Set(foreignForms.flatMap(({ kinds }) => kinds))]
const RUNS = 3_000
const TIMEOUT_MS = 120_000

const declaration = (inner: string, before = '') =>
  `${before}<Declaration><FunctionCode>9</FunctionCode>${inner}</Declaration>`
const read = (text: string | Buffer, kind = 'customs.wco-declaration') => readForeign(Buffer.from(text), kind)
const refusal = (text: string | Buffer): string => {
  try {
    read(text)
    return 'read'
  } catch (thrown) {
    if (!(thrown instanceof HubError)) throw thrown
    return thrown.code
  }
}

describe('hostile XML', () => {
  it.each([
    [
      'entities that grow',
      declaration('&c;', '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;"><!ENTITY c "&b;&b;&b;">]>'),
      'XML_UNSAFE',
    ],
    [
      'an entity from outside',
      declaration('&x;', '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]>'),
      'XML_UNSAFE',
    ],
    ['a document type without entities', declaration('', '<!DOCTYPE Declaration>'), 'XML_UNSAFE'],
    ['an entity that is not declared', declaration('<TypeCode>&x;</TypeCode>'), 'XML_MALFORMED'],
    ['a style sheet', declaration('', '<?xml-stylesheet href="x.xsl"?>'), 'XML_UNSAFE'],
    ['depth', declaration('<a>'.repeat(5_000) + '</a>'.repeat(5_000)), 'XML_UNSAFE'],
    [
      'a quarter of a million items',
      declaration(`<GoodsShipment>${'<GovernmentAgencyGoodsItem/>'.repeat(250_000)}</GoodsShipment>`),
      'XML_UNSAFE',
    ],
    [
      'a million items',
      declaration(`<GoodsShipment>${'<GovernmentAgencyGoodsItem/>'.repeat(1_000_000)}</GoodsShipment>`),
      'TOO_LARGE',
    ],
    ['size', declaration(`<TypeCode>${'x'.repeat(17 * 1024 * 1024)}</TypeCode>`), 'TOO_LARGE'],
    [
      'a prefix that is not declared',
      '<n:Declaration><n:FunctionCode>9</n:FunctionCode></n:Declaration>',
      'XML_MALFORMED',
    ],
    ['two roots', `${declaration('')}${declaration('')}`, 'XML_MALFORMED'],
    ['the same attribute twice', declaration('<TypeCode a="1" a="2">A</TypeCode>'), 'XML_MALFORMED'],
    ['version 1.1', declaration('', '<?xml version="1.1"?>'), 'XML_MALFORMED'],
    ['another encoding by name', declaration('', '<?xml version="1.0" encoding="UTF-7"?>'), 'XML_MALFORMED'],
  ])('%s', (_, text, code) => expect(refusal(text)).toBe(code), TIMEOUT_MS)

  it('another encoding in fact', () => {
    expect(refusal(Buffer.from(declaration(''), 'utf16le'))).toBe('XML_MALFORMED')
    // 南 in GBK
    const gbk = Buffer.concat([
      Buffer.from('<DecMessage><DecHead><TradeName>'),
      Buffer.from('c4cf', 'hex'),
      Buffer.from('</TradeName></DecHead></DecMessage>'),
    ])
    expect(refusal(gbk)).toBe('XML_MALFORMED')
  })

  it('huge attributes and texts are told shortly or not at all', () => {
    const text = 'y'.repeat(1024 * 1024)
    const { reading } = read(declaration(`<TypeCode note="${text}">${text}</TypeCode><Other a="${text}"/>`))!
    expect(JSON.stringify(reading).length).toBeLessThan(2_000)
    expect(reading!.unread).toEqual(['/Declaration/TypeCode/@note', '/Declaration/Other'])
  })

  it('names of a stranger namespace do not hide one another: what is read once is told the second time', () => {
    const { reading } = read(
      '<Declaration xmlns="urn:a" xmlns:b="urn:b"><b:FunctionCode>1</b:FunctionCode><FunctionCode>9</FunctionCode></Declaration>',
    )!
    expect(reading!.body).toEqual({ functionCode: '1' })
    expect(reading!.unread).toEqual(['/Declaration/FunctionCode[2]'])
  })

  it(
    'items beyond 999 are one finding, and the rest is read',
    () => {
      const item = (n: number) =>
        `<GovernmentAgencyGoodsItem><SequenceNumeric>${n}</SequenceNumeric><Origin><CountryCode>YY</CountryCode></Origin></GovernmentAgencyGoodsItem>`
      const many = Array.from({ length: 12_000 }, (_, at) => item(at + 1)).join('')
      const { reading } = read(
        declaration(`<GoodsItemQuantity>12000</GoodsItemQuantity><GoodsShipment>${many}</GoodsShipment>`),
      )!
      expect(reading!.findings.filter(({ code }) => code === 'WCO_ITEMS_TOO_MANY')).toHaveLength(1)
      expect((reading!.body as { goodsShipment: { items: unknown[] } }).goodsShipment.items).toHaveLength(999)
      const { reading: mapped } = read(declaration(`<GoodsShipment>${many}</GoodsShipment>`), 'customs.declaration')!
      expect((mapped!.body as { items: unknown[] }).items).toHaveLength(50)
    },
    TIMEOUT_MS,
  )

  it(
    'a hundred and fifty thousand elements of no known name are counted, not listed',
    () => {
      const { reading } = read(declaration('<x>1</x>'.repeat(150_000)))!
      expect(reading!.unread).toHaveLength(1_001)
      expect(reading!.unread.at(-1)).toBe('149000 more')
    },
    TIMEOUT_MS,
  )
})

it(
  'spoilt files: findings with codes and paths, or a refusal with a code',
  () => {
    const roll = dice(SEED)
    for (let run = 0; run < RUNS; run++) {
      const bytes = spoil(good, roll)
      const kind = KINDS[roll(KINDS.length)]!
      try {
        const file = readForeign(bytes, kind)
        for (const { code, path, message } of file?.reading?.findings ?? []) {
          expect(code).toMatch(/^[A-Z][A-Z0-9_]+$/)
          expect(path).toMatch(/^(?:\/|$)/)
          expect(message).not.toBe('')
        }
      } catch (thrown) {
        expect((thrown as { code?: string }).code, `input ${run}: ${bytes.toString('hex').slice(0, 2_000)}`).toMatch(
          /^XML_|^TOO_LARGE$/,
        )
      }
    }
  },
  TIMEOUT_MS,
)
