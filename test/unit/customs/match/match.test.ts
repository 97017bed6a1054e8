// The match of documents: what agrees, what does not, what is explained, and what cannot be told.
import { describe, expect, it } from 'vitest'
import type { CustomsDeclaration, MatchReport } from '../../../../schemas/types.d.ts'
import { explainDifference, matchDocuments, type Documents } from '../../../../src/customs/match/index.ts'
import { exported, invoiced, packed, wcoImported } from './consignment.ts'

const whole = (): Required<Documents> => ({
  exportDeclaration: exported(),
  importDeclaration: wcoImported(),
  invoice: invoiced(),
  packingList: packed(),
})
const said = ({ mismatches }: MatchReport) => mismatches.map(({ field, rule }) => `${field} ${rule}`)
const fob = exported()

/** A cancellation in the WCO Data Model: parties and references, no goods. */
const withoutGoods = () => {
  const body = wcoImported()
  delete body.goodsShipment!.items
  return { ...body, functionCode: '13' as const }
}

/** The import side on other terms, at another total. */
const onTerms = (terms: string, total: string) => {
  const body = wcoImported()
  body.goodsShipment!.tradeTerms = { conditionCode: terms }
  return { ...body, invoiceAmount: { amount: total, currency: 'USD' } }
}

describe('documents that agree', () => {
  it('match in everything both say', () => {
    const report = matchDocuments(whole())
    expect(report).toMatchObject({ verdict: 'match', score: 100, mismatches: [], accepted: [], missing: [] })
    expect(report.compared).toBe(report.agreed)
    expect(report.compared).toBeGreaterThan(50)
    // A Chinese and a Latin name are not called different.
    expect(report.notCompared).toEqual([])
  })

  it('does not call names in other scripts different', () => {
    const invoice = invoiced()
    invoice.seller.name = 'Guangxi Example Electronics Co., Ltd.'
    const { verdict, notCompared } = matchDocuments({ ...whole(), invoice })
    expect(verdict).toBe('match')
    expect(new Set(notCompared.map(({ field, rule }) => `${field} ${rule}`))).toEqual(
      new Set(['consignor MATCH_OTHER_SCRIPT']),
    )
  })
})

describe('a mismatch', () => {
  it('of packages is hard, and says both values and why', () => {
    const report = matchDocuments({ ...whole(), importDeclaration: { ...wcoImported(), totalPackageQuantity: '604' } })
    expect(report).toMatchObject({ verdict: 'mismatch' })
    expect(report.mismatches[0]).toEqual({
      field: 'packages',
      rule: 'MATCH_VALUE_DIFFERS',
      hard: true,
      left: { document: 'exportDeclaration', path: '/packNo', value: '640' },
      right: { document: 'importDeclaration', path: '/totalPackageQuantity', value: '604' },
    })
    expect(explainDifference(report.mismatches[0]!, 'en')).toBe(
      'The number of packages is 640 in the export declaration and 604 in the import declaration.',
    )
    expect(explainDifference(report.mismatches[0]!, 'zh')).toBe('件数:出口报关单为 640,进口报关单为 604。')
    // The packing list takes the exporter's side.
    expect(report.mismatches).toHaveLength(2)
    expect(report.score).toBeLessThan(100)
  })

  it.each<[string, (d: CustomsDeclaration) => void, string]>([
    ['quantity', (d) => (d.items[0]!.gQty = '3201'), 'quantity MATCH_VALUE_DIFFERS'],
    ['net mass of a line', (d) => (d.items[1]!.secondQty = '3050'), 'netMass MATCH_BEYOND_TOLERANCE'],
    ['gross mass', (d) => (d.grossWt = '5200'), 'grossMass MATCH_BEYOND_TOLERANCE'],
    ['amount', (d) => (d.items[1]!.declTotal = '43100.00'), 'amount MATCH_BEYOND_TOLERANCE'],
    ['container', (d) => (d.containers![0]!.containerId = 'TEMU3002105'), 'container MATCH_CONTAINER_MISSING'],
    ['reference', (d) => (d.ucr = '6CN450100MA5GX0TE5M0002'), 'ucr MATCH_VALUE_DIFFERS'],
    ['HS code', (d) => (d.items[1]!.codeTs = '8518900000'), 'hs MATCH_VALUE_DIFFERS'],
    ['origin', (d) => (d.items[0]!.originCountry = 'VNM'), 'origin MATCH_VALUE_DIFFERS'],
    ['currency', (d) => d.items.forEach((item) => (item.tradeCurr = 'CNY')), 'currency MATCH_VALUE_DIFFERS'],
  ])('of %s is found', (_name, change, expected) => {
    const declaration = exported()
    change(declaration)
    const report = matchDocuments({ exportDeclaration: exported(), importDeclaration: wcoImported(declaration) })
    expect(said(report)).toContain(expected)
    expect(report.verdict).toBe('mismatch')
  })

  it('of the consignor’s credit code is found wherever two documents have one', () => {
    const report = matchDocuments({ ...whole(), packingList: { ...packed(), consignorScc: '91310000717883402X' } })
    expect(new Set(said(report))).toEqual(new Set(['consignorId MATCH_VALUE_DIFFERS']))
    expect(report.verdict).toBe('mismatch')
  })

  it('of goods that one side alone has is named from that side', () => {
    const declaration = exported()
    declaration.items = declaration.items.slice(0, 1)
    const report = matchDocuments({ exportDeclaration: exported(), importDeclaration: wcoImported(declaration) })
    const item = report.mismatches.find(({ field }) => field === 'item')!
    expect(item).toMatchObject({ left: { path: '/items/1' }, right: { path: '/goodsShipment/items' } })
    expect(explainDifference(item, 'en')).toBe(
      'Nothing in the import declaration answers to 8518300000 无线耳机 6000 006 of the export declaration.',
    )
  })

  it('that is not hard leaves the verdict tolerable', () => {
    const invoice = { ...invoiced(), contractNumber: 'ANOTHER' }
    const report = matchDocuments({ ...whole(), invoice })
    expect(report).toMatchObject({ verdict: 'tolerable' })
    expect(new Set(said(report))).toEqual(new Set(['contractNumber MATCH_VALUE_DIFFERS']))
  })

  it('stands whatever is missing', () => {
    const importDeclaration = { ...wcoImported(), totalPackageQuantity: '604' }
    expect(matchDocuments({ ...whole(), importDeclaration, invoice: 'withheld' }).verdict).toBe('mismatch')
  })
})

describe('tolerances', () => {
  it('a mass within one percent is accepted and told', () => {
    const report = matchDocuments({ ...whole(), importDeclaration: wcoImported({ ...fob, grossWt: '5100' }) })
    expect(report).toMatchObject({ verdict: 'tolerable', score: 100, mismatches: [] })
    expect(explainDifference(report.accepted[0]!, 'en')).toBe(
      'The gross mass is 5120.5 KGM in the export declaration and 5100 KGM in the import declaration: within 1 %.',
    )
  })

  it('tonnes are kilograms', () => {
    const importDeclaration = { ...wcoImported(), totalGrossMass: { value: '5.1205', unitCode: 'TNE' } }
    expect(matchDocuments({ ...whole(), importDeclaration }).verdict).toBe('match')
  })

  it('a pair and a set are not compared', () => {
    const invoice = invoiced()
    invoice.itemsShipped[1] = { ...invoice.itemsShipped[1]!, unit: 'PR' }
    delete invoice.itemsShipped[1]!.netWeight
    const { notCompared } = matchDocuments({ exportDeclaration: exported(), importDeclaration: wcoImported(), invoice })
    expect(notCompared.map(({ rule }) => rule)).toContain('MATCH_OTHER_UNIT')
  })

  it('a total may be off by one minor unit for each line', () => {
    expect(matchDocuments({ ...whole(), importDeclaration: onTerms('FOB', '320000.02') }).verdict).toBe('tolerable')
    expect(matchDocuments({ ...whole(), importDeclaration: onTerms('FOB', '320000.03') }).verdict).toBe('mismatch')
  })
})

describe('values on other terms', () => {
  const freight = {
    ...fob,
    feeMark: '3',
    feeRate: '1250.4',
    feeCurr: 'USD',
    insurMark: '3',
    insurRate: '96',
    insurCurr: 'USD',
  }

  it('are explained by stated freight and insurance', () => {
    const report = matchDocuments({ exportDeclaration: freight, importDeclaration: onTerms('CIF', '321346.40') })
    expect(report).toMatchObject({ verdict: 'tolerable', score: 100, mismatches: [] })
    const total = report.accepted.find(({ field }) => field === 'total')!
    expect(total).toMatchObject({ rule: 'MATCH_EXPLAINED_BY_CHARGES', charges: 'freight USD 1250.4, insurance USD 96' })
    expect(explainDifference(total, 'en')).toBe(
      'The total is USD 320000 in the export declaration and USD 321346.40 in the import declaration: explained by freight USD 1250.4, insurance USD 96.',
    )
  })

  it('are explained by an invoice that states them', () => {
    const invoice = invoiced()
    invoice.charges = [{ code: 'FREIGHT', amount: '1250.40' }]
    invoice.totalAmount.amount = '321250.40'
    invoice.tradeTermsConditionsCode = 'CFR'
    const report = matchDocuments({ exportDeclaration: fob, importDeclaration: onTerms('CFR', '321250.40'), invoice })
    expect(report).toMatchObject({ verdict: 'tolerable', mismatches: [] })
  })

  it('are explained where an invoice free on board charges the freight beside its lines', () => {
    const invoice = { ...invoiced(), charges: [{ code: 'FREIGHT' as const, amount: '1250.40' }] }
    invoice.totalAmount = { amount: '321250.40', currency: 'USD' }
    const report = matchDocuments({ exportDeclaration: fob, importDeclaration: wcoImported(), invoice })
    expect(report).toMatchObject({ verdict: 'tolerable', mismatches: [] })
    expect(new Set(report.accepted.map(({ field }) => field))).toEqual(new Set(['total']))
    invoice.totalAmount.amount = '321250.50'
    const wrong = matchDocuments({ exportDeclaration: fob, importDeclaration: wcoImported(), invoice })
    expect(new Set(said(wrong))).toEqual(new Set(['total MATCH_VALUE_UNEXPLAINED']))
  })

  it('are not explained by charges that two documents state differently', () => {
    const invoice = { ...invoiced(), charges: [{ code: 'FREIGHT' as const, amount: '9250.40' }] }
    invoice.totalAmount = { amount: '329250.40', currency: 'USD' }
    const report = matchDocuments({ exportDeclaration: freight, importDeclaration: wcoImported(), invoice })
    expect(said(report)).toContain('freight MATCH_BEYOND_TOLERANCE')
    expect(report.verdict).toBe('mismatch')
  })

  it('are not explained by more or less than that', () => {
    const report = matchDocuments({ exportDeclaration: freight, importDeclaration: onTerms('CIF', '321999.00') })
    expect(said(report)).toEqual(['terms MATCH_VALUE_DIFFERS', 'total MATCH_VALUE_UNEXPLAINED'])
    expect(report.verdict).toBe('mismatch')
  })

  it('are not explained by charges that nobody states', () => {
    const report = matchDocuments({ exportDeclaration: fob, importDeclaration: onTerms('CIF', '321346.40') })
    expect(said(report)).toContain('total MATCH_CHARGES_NOT_STATED')
  })

  it('that include the same are the same terms', () => {
    const report = matchDocuments({ exportDeclaration: fob, importDeclaration: onTerms('FCA', '320000.00') })
    expect(report).toMatchObject({ verdict: 'tolerable', accepted: [{ field: 'terms', rule: 'MATCH_SAME_DELIVERY' }] })
  })
})

describe('lines', () => {
  it('that one side has split are compared together', () => {
    const split = exported()
    const [first, second] = split.items as [CustomsDeclaration['items'][number], CustomsDeclaration['items'][number]]
    split.items = [
      { ...first, gQty: '1200', firstQty: '1200', secondQty: '600', declTotal: '103800.00' },
      second,
      { ...first, gNo: '3', gQty: '2000', firstQty: '2000', secondQty: '1000', declTotal: '173000.00' },
    ]
    const report = matchDocuments({ exportDeclaration: split, importDeclaration: wcoImported() })
    expect(report).toMatchObject({ verdict: 'match' })
    expect(report.pairs).toContainEqual({
      left: 'exportDeclaration',
      right: 'importDeclaration',
      leftLines: ['/items/0', '/items/2'],
      rightLines: ['/goodsShipment/items/0'],
      by: 'HS_MERGED',
    })
  })

  it('of a packing list go by the lines of the invoice', () => {
    const { pairs } = matchDocuments(whole())
    expect(
      pairs.filter(({ left, right }) => left === 'invoice' && right === 'packingList').map(({ by }) => by),
    ).toEqual(['LINE', 'LINE'])
  })
})

describe('sentences', () => {
  it('say every difference whole, in both languages', () => {
    const declaration = exported()
    declaration.items = [{ ...declaration.items[0]!, gQty: '1', tradeCurr: 'CNY', gUnit: '006', firstUnit: '006' }]
    declaration.containers = [{ containerId: 'TEMU3002105' }]
    const invoice = { ...invoiced(), seller: { ...invoiced().seller, name: 'Guangxi Example' } }
    const report = matchDocuments({
      ...whole(),
      invoice,
      importDeclaration: { ...wcoImported({ ...declaration, grossWt: '5100' }), totalPackageQuantity: '9' },
    })
    const all = [...report.mismatches, ...report.accepted, ...report.notCompared]
    const rules = new Set(all.map(({ rule }) => rule))
    for (const rule of [
      'MATCH_OTHER_CURRENCY',
      'MATCH_OTHER_UNIT',
      'MATCH_OTHER_SCRIPT',
      'MATCH_CONTAINER_MISSING',
      'MATCH_ITEM_UNPAIRED',
      'MATCH_WITHIN_TOLERANCE',
    ])
      expect(rules).toContain(rule)
    for (const difference of all)
      for (const language of ['en', 'zh'] as const) {
        const sentence = explainDifference(difference, language)
        expect(sentence).not.toMatch(/\{\w+\}|withheld|未提供|undefined/)
      }
  })
})

describe('cannot tell', () => {
  it.each<[string, Documents, string[]]>([
    ['without the import declaration', { exportDeclaration: exported() }, ['importDeclaration']],
    ['with it withheld', { exportDeclaration: exported(), importDeclaration: 'withheld' }, ['importDeclaration']],
    ['with a named invoice withheld', { ...whole(), invoice: 'withheld' }, ['invoice']],
    ['when one declares no goods', { exportDeclaration: exported(), importDeclaration: withoutGoods() }, []],
    ['with nothing', {}, ['exportDeclaration', 'importDeclaration']],
  ])('%s', (_name, documents, missing) => {
    expect(matchDocuments(documents)).toMatchObject({ verdict: 'unknown', missing })
  })
})
