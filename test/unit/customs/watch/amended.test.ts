// What is left of a declaration when the changes of customs are put into it, and when nothing can be said of it any more.
import { describe, expect, it } from 'vitest'
import { asAmended } from '../../../../src/customs/amended-declaration.ts'
import { goods } from './watch-place.ts'

const one = goods('30000.00', '10000')
const two = { ...one, items: [one.items[0]!, { ...one.items[0]!, gNo: '2' }] }
const act = (changes: Record<string, string>, total?: string) => ({
  entryId: one.entryId,
  version: 2,
  reason: 'x',
  ...(total !== undefined && { newTotal: { amount: total, currency: 'USD' } }),
  changes: Object.entries(changes).map(([path, to]) => ({ path, to })),
})

const amended = (...given: Parameters<typeof asAmended>) => asAmended(...given)?.body

describe('an amended declaration', () => {
  it('has the changes in their order, and the filed one is as it was', () => {
    const before = structuredClone(one)
    const body = amended(one, [act({ '/trafName': 'A', '/items/0/gQty': '1' }), act({ '/trafName': 'B' })])
    expect([body?.trafName, body?.items[0]?.gQty]).toEqual(['B', '1'])
    expect(one).toEqual(before)
  })
  it('loses a field that is emptied, unless it must have one', () => {
    expect(amended(one, [act({ '/trafName': 'A' }), act({ '/trafName': '' })])).not.toHaveProperty('trafName')
    expect(amended(one, [act({ '/overseasTraderName': '' })])).toBeUndefined()
  })
  it('has the total that customs states last: of one item its value, of several nobody knows whose', () => {
    expect(amended(one, [act({ '/noteS': 'x' }, '40000'), act({ '/noteS': 'y' })])?.items[0]?.declTotal).toBe('40000')
    expect(amended(two, [act({ '/noteS': 'x' }, '40000')])?.items.map((item) => item.declTotal)).toEqual(['', ''])
    const stated = act({ '/items/0/declTotal': '10000.00' }, '40000')
    expect(amended(two, [stated])?.items.map((item) => item.declTotal)).toEqual(['10000.00', '30000.00'])
  })
  it('is none where the changes leave no declaration', () => {
    expect(amended(one, [act({ '/items/1/gName': 'x' })])).toBeUndefined()
    expect(amended(one, [act({ '/items/0/codeTs': 'x' })])).toBeUndefined()
  })
})
