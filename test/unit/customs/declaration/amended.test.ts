// What a declaration is when the changes of customs are put into it, and that it does not matter in which order they are given.
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CustomsAmendment, CustomsDeclaration } from '../../../../schemas/types.d.ts'
import { asAmended } from '../../../../src/customs/amended-declaration.ts'
import { matchDocuments } from '../../../../src/customs/match/index.ts'
import { exported, wcoImported } from '../match/consignment.ts'

const filed = exported()
const act = (version: number, changes: Record<string, string>, total?: string): CustomsAmendment => ({
  entryId: filed.entryId,
  version,
  reason: 'x',
  ...(total !== undefined && { newTotal: { amount: total, currency: 'USD' } }),
  changes: Object.entries(changes).map(([path, to]) => ({ path, to })),
})

describe('an amended declaration', () => {
  it('is in the version that its amendments make, and the filed one is as it was', () => {
    const before = structuredClone(filed)
    const amended = asAmended(filed, [act(2, { '/packNo': '604' }), act(3, { '/packNo': '600' })])
    expect(amended).toMatchObject({ version: 3, body: { packNo: '600' } })
    expect(filed).toEqual(before)
    expect(asAmended(filed, [])).toEqual({ version: 1, body: filed })
  })

  it('has the containers as amended: changed, put behind the last, and taken away', () => {
    const containers = (changes: Record<string, string>) => asAmended(filed, [act(2, changes)])?.body.containers
    const id = (at: number) => `/containers/${at}/containerId`
    expect(containers({ [id(0)]: 'TEMU3002105' })).toEqual([{ containerId: 'TEMU3002105' }])
    expect(containers({ [id(1)]: 'TEMU3002105' })).toEqual([
      { containerId: 'CSQU3054383' },
      { containerId: 'TEMU3002105' },
    ])
    expect(containers({ [id(0)]: '' })).toBeUndefined()
    expect(asAmended(filed, [act(2, { [id(2)]: 'TEMU3002105' })])).toBeUndefined()
    const both = [act(2, { [id(1)]: 'TEMU3002105' }), act(3, { [id(0)]: '' }), act(4, { [id(1)]: 'MSCU6639871' })]
    expect(asAmended(filed, both)?.body.containers).toEqual([{ containerId: 'MSCU6639871' }])
  })

  it('keeps the total that customs states where nobody knows which item it changed, and it is compared', () => {
    const amended = asAmended(filed, [act(2, { '/noteS': 'x' }, '310000.00')])!
    expect(amended.total).toEqual({ amount: '310000.00', currency: 'USD' })
    expect(amended.body.items.map(({ declTotal }) => declTotal)).toEqual(['', ''])
    const importDeclaration = { ...wcoImported(), invoiceAmount: { amount: '310000', currency: 'USD' } }
    expect(matchDocuments({ exportDeclaration: amended, importDeclaration }).verdict).toBe('match')
    const { mismatches } = matchDocuments({ exportDeclaration: amended, importDeclaration: wcoImported() })
    expect(mismatches).toMatchObject([
      { field: 'total', hard: true, left: { path: '/items', commercial: 'USD 310000.00' } },
    ])
    expect(asAmended(filed, [{ ...act(2, {}), newTotal: { amount: '1', currency: 'CNY' } }])).toBeUndefined()
  })

  it.each([
    '/items/2/gName',
    '/nothing',
    '/constructor/prototype',
    '/items/0',
    '/items/x/gName',
    '/containers/0/containerNo',
  ])('is none with a change at %s', (path) => {
    expect(asAmended(filed, [act(2, { [path]: 'x' })])).toBeUndefined()
    expect(Object.prototype).not.toHaveProperty('x')
  })
})

const fields = fc.constantFrom('/packNo', '/grossWt', '/noteS', '/trafName', '/items/0/gQty', '/items/1/gQty')
const amendments = fc
  .array(fc.dictionary(fields, fc.integer({ min: 1, max: 9_999 }).map(String), { minKeys: 1 }), { maxLength: 6 })
  .map((all) => all.map((changes, at) => act(at + 2, changes)))

describe('amendments', () => {
  it('give the same in whatever order they are applied', () => {
    fc.assert(
      fc.property(
        amendments.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
        ([inOrder, mixed]) => {
          expect(asAmended(filed, mixed)).toEqual(asAmended(filed, inOrder))
        },
      ),
    )
  })

  it('give a match of documents that are equal once they are amended', () => {
    fc.assert(
      fc.property(amendments, (all) => {
        const amended = asAmended(filed, all)!
        const other: CustomsDeclaration = { ...amended.body }
        const report = matchDocuments({ exportDeclaration: amended, importDeclaration: wcoImported(other) })
        expect(report).toMatchObject({ verdict: 'match', score: 100, mismatches: [] })
        expect(report.documents).toEqual([
          { document: 'exportDeclaration', version: all.length + 1 },
          { document: 'importDeclaration', version: 1 },
        ])
      }),
    )
  })
})
