// Mapping between kinds of declarations: what is said is in the draft or among the losses, and a draft fits its kind.
import { readdirSync } from 'node:fs'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ACDD, convert, DECLARATION, targetsOf, WCO } from '../../../../src/customs/wco/index.ts'
import { schemaOf } from '../../../../src/customs/wco/mapping/convert.ts'
import { compileSchema } from '../../../../src/hub/index.ts'
import { fixture } from './wco-world.ts'

const KINDS = [DECLARATION, WCO, ACDD]
const PREFIX: Record<string, string> = { [DECLARATION]: 'declaration-', [WCO]: 'wco-declaration-', [ACDD]: 'acdd-' }
const names = readdirSync(new URL('../../../../fixtures/customs/valid/', import.meta.url)).map((file) =>
  file.replace('.json', ''),
)
const bodies = KINDS.flatMap((kind) =>
  names
    .filter((name) => name.startsWith(PREFIX[kind]!) && !name.startsWith('acdd-response'))
    .flatMap((name) => targetsOf(kind).map((to) => ({ kind, to, name, body: fixture<Record<string, unknown>>(name) }))),
)
const shapes = Object.fromEntries(KINDS.map((kind) => [kind, compileSchema(schemaOf(kind) as Record<string, unknown>)]))
const unfit = (draft: unknown, kind: string) => shapes[kind]!(draft).filter(({ code }) => code !== 'SCHEMA_REQUIRED')

/** Pointers of all texts of a document. */
const leaves = (value: unknown, path = ''): string[] =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([name, one]) => leaves(one, `${path}/${name}`))
    : [path]

const changedAt = (body: unknown, path: string, text: string): unknown => {
  const copy = structuredClone(body)
  const steps = path.slice(1).split('/')
  const last = steps.pop()!
  const holder = steps.reduce((at, name) => (at as Record<string, unknown>)[name], copy) as Record<string, unknown>
  holder[last] = text
  return copy
}

const textAt = (body: unknown, path: string): unknown =>
  path
    .slice(1)
    .split('/')
    .reduce((at, name) => (at as Record<string, unknown>)[name], body)

describe('nothing is dropped in silence', () => {
  it.each(bodies)('$name to $to', ({ kind, to, body }) => {
    const before = convert(body, kind, to)!
    const lost = new Set(before.losses.map(({ path }) => path))
    for (const path of leaves(body)) {
      if (lost.has(path)) continue
      // What is not lost has its effect on the draft: another text makes another draft.
      const other = textAt(body, path) === '7' ? '8' : '7'
      const after = convert(changedAt(body, path, other), kind, to)!
      expect(after, `${path} is neither lost nor used`).not.toEqual(before)
    }
  })

  it.each(bodies)('$name to $to fits but for what is missing', ({ kind, to, body }) => {
    const { document, losses } = convert(body, kind, to)!
    expect(unfit(document, to)).toEqual([])
    for (const { path, why } of losses) expect([path.startsWith('/'), why !== '']).toEqual([true, true])
  })
})

it('takes any JSON for a body, and drafts nothing that does not fit', () => {
  fc.assert(
    fc.property(fc.constantFrom(...bodies), fc.nat(), fc.jsonValue(), ({ kind, to, body }, at, value) => {
      const paths = leaves(body)
      const copy = changedAt(body, paths[at % paths.length]!, value as string)
      expect(unfit(convert(copy, kind, to)!.document, to)).toEqual([])
    }),
    { numRuns: 400 },
  )
  fc.assert(
    fc.property(fc.constantFrom(...bodies), fc.jsonValue(), ({ kind, to }, value) => {
      expect(unfit(convert(value, kind, to)!.document, to)).toEqual([])
    }),
  )
})

describe('what is said where', () => {
  it('a Chinese export becomes an ASEAN document, with codes of the other side', () => {
    const { document, losses, missing } = convert(fixture('declaration-electronics'), DECLARATION, ACDD)!
    expect(document).toMatchObject({
      permitNumber: '720820260000000101',
      exportCountry: 'CN',
      importCountry: 'VN',
      exporterId: '4501960001',
      departureDate: '2026-11-03',
      outwardTransportMode: '3',
      items: [{ hsCode: '851713' }, { hsCode: '851830' }],
    })
    expect(missing.map(({ path }) => path)).toEqual(expect.arrayContaining(['/portOfDischarge', '/consigneeAddress']))
    expect(losses).toContainEqual({
      path: '/items/0/codeTs',
      value: '8517130000',
      why: 'the first six digits are taken; the others are national',
    })
  })

  it('what is commercial is told as lost without its value', () => {
    const { losses } = convert(fixture('declaration-electronics'), DECLARATION, ACDD)!
    const price = losses.find(({ path }) => path === '/items/0/declTotal')
    expect(price).toEqual({ path: '/items/0/declTotal', why: 'the target has no place for it' })
  })

  it('a Chinese declaration comes back from the data model as far as the data model goes', () => {
    const body = fixture<Record<string, unknown>>('declaration-electronics')
    const there = convert(body, DECLARATION, WCO)!
    expect(there.missing).toEqual([])
    const { document } = convert(there.document, WCO, DECLARATION)!
    const same =
      'entryId ieFlag customMaster dDate ieDate tradeCode tradeName agentCode agentName trafMode trafName billNo contrNo'
    for (const name of `${same} tradeCountry transMode packNo wrapType markNo`.split(' '))
      expect([name, document[name]]).toEqual([name, body[name]])
    expect(document).toMatchObject({
      containers: [{ containerId: 'CSQU3054383' }],
      grossWt: '5120.5',
      netWt: '4608',
      items: [
        {
          gNo: '1',
          codeTs: '8517130000',
          declTotal: '276800.00',
          tradeCurr: 'USD',
          originCountry: 'CHN',
          destinationCountry: 'VNM',
          dutyMode: '1',
        },
        { gNo: '2', codeTs: '8518300000', gQty: '6000', gUnit: '006' },
      ],
    })
  })

  it('an export of the partner becomes an ASEAN document and the draft of an import', () => {
    const acdd = convert(fixture('wco-declaration-export'), WCO, ACDD)!
    expect(acdd.document).toMatchObject({
      exportCountry: 'VN',
      importCountry: 'CN',
      portOfDischarge: 'CNQZH',
      departureDate: '2026-11-06',
      declaringAgentId: 'VN0200000001',
      ucr: '6VN0200000002EX0001',
      items: [
        { hsCode: '081060', hsQuantity: '12000', hsQuantityUnit: 'KGM', originCountry: 'VN' },
        { hsCode: '080450', hsQuantity: '7500.5', hsQuantityUnit: 'KGM' },
      ],
    })
    expect(acdd.missing).toEqual([])
    const chinese = convert(acdd.document, ACDD, DECLARATION)!
    expect(chinese.document).toMatchObject({
      ieFlag: 'I',
      tradeCountry: 'VNM',
      overseasTraderName: 'Example Fruit Viet Nam Co., Ltd.',
      trafMode: '2',
      items: [
        { gNo: '1', firstQty: '12000', firstUnit: '035', originCountry: 'VNM', destinationCountry: 'CHN' },
        { gNo: '2' },
      ],
    })
    expect(chinese.losses).toContainEqual(
      expect.objectContaining({ path: '/items/0/hsCode', why: 'a tariff line of China has ten digits' }),
    )
    const other = convert(acdd.document, ACDD, WCO)!
    expect(other.document).toMatchObject({
      typeCode: 'IM',
      goodsItemQuantity: '2',
      goodsShipment: {
        items: [{ previousDocuments: [{ typeCode: '830', id: 'VN-EX-2026-000317', lineNumeric: '1' }] }, {}],
      },
    })
  })

  it('of a declaration that was filed abroad neither number nor declarant nor tariff line becomes one of China', () => {
    const body = changedAt(
      fixture('wco-declaration-export'),
      '/goodsShipment/items/0/classifications/1/id',
      '0810600000',
    )
    const { document, losses } = convert(body, WCO, DECLARATION)!
    expect(document).toMatchObject({ ieFlag: 'I', tradeCode: '4501960002', tradeName: '广西示例果业有限公司' })
    for (const name of ['entryId', 'customMaster', 'dDate', 'agentName']) expect(document).not.toHaveProperty(name)
    expect(document).not.toHaveProperty('items.0.codeTs')
    expect(losses).toContainEqual({
      path: '/id',
      value: 'VN-EX-2026-000317',
      why: 'the declaration was not filed in China',
    })
  })

  it('eight digits are an AHTN code of a member alone', () => {
    const hsOf = (country: string) => {
      const body = fixture<{ goodsShipment: { exportCountryId: string; items: { classifications: object[] }[] } }>(
        'wco-declaration-export',
      )
      body.goodsShipment.exportCountryId = country
      body.goodsShipment.items[0]!.classifications.shift()
      return (convert(body, WCO, ACDD)!.document['items'] as { hsCode: string }[])[0]!.hsCode
    }
    expect([hsOf('VN'), hsOf('NL')]).toEqual(['08106000', '081060'])
  })

  it('masses come in kilograms', () => {
    const body = changedAt(fixture('wco-declaration-export'), '/totalGrossMass', '') as Record<string, unknown>
    body['totalGrossMass'] = { value: '21.45', unitCode: 'TNE' }
    expect(convert(body, WCO, DECLARATION)!.document['grossWt']).toBe('21450.00')
  })
})

describe('countries that customs has codes of its own for', () => {
  it.each([WCO, ACDD])('are lost on the way to %s', (to) => {
    const body = fixture<Record<string, unknown>>('declaration-import-origin-unknown')
    expect(convert({ ...body, tradeCountry: 'ZZZ' }, DECLARATION, to)!.losses).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ path: '/items/0/originCountry', value: 'ZZZ' }),
        expect.objectContaining({ path: '/tradeCountry', value: 'ZZZ' }),
      ]),
    )
  })
})
