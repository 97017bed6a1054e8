// Single window: documents at the hub are referred to; they must be there, told to the sender, and say the same.
import { describe, expect, it } from 'vitest'
import type { CommercialInvoice, CustomsDeclaration, PackingList } from '../../../../schemas/types.d.ts'
import { declarationKind } from '../../../../src/customs/declaration.ts'
import { compareSupporting } from '../../../../src/customs/supporting-compare.ts'
import type { MessageKind } from '../../../../src/hub/index.ts'
import { nothingWanted } from '../../../../src/hub/index.ts'
import { commitmentOf, PARTIES, World } from '../fake-views.ts'
import { bodyOf } from './declared.ts'

const { trader, broker, customsCn, bankA } = PARTIES
const declaration = bodyOf<CustomsDeclaration>('declaration-import-durian.json')
const filing = { from: trader, to: [customsCn] }

/** What a supporting document says that the declaration says too. */
const invoice = {
  invoiceNumber: 'EX-126',
  contractNumber: 'FCG-TH-126',
  totalAmount: { amount: '70200.00', currency: 'USD' },
  itemsShipped: [{ grossWeight: '10000' }, { grossWeight: '9000.0' }],
} as unknown as CommercialInvoice
const packing = {
  ucr: declaration.ucr,
  totalPackages: '1000',
  totalGrossKg: '19000.000',
} as unknown as PackingList

const kindOf = (name: string) => ({ name, judge: async () => nothingWanted() }) as unknown as MessageKind<object>
const told = { from: broker, to: [trader] }

async function worldWith(...documents: [string, object, object?][]) {
  const world = new World()
  world.nowMs = Date.parse('2026-11-10T03:00:00.000Z')
  for (const [kind, body, sent] of documents) await world.say(kindOf(kind), body, { ...told, ...sent })
  const reference = (index: number) => ({
    from: world.filed[index]!.from,
    id: world.filed[index]!.id,
    commitment: commitmentOf(index),
  })
  const supporting = documents.map(([kind], at) => ({ kind, ...reference(at) }))
  return { world, supporting, reference }
}

const INVOICE: [string, object] = ['tradefinance.invoice', invoice]
const PACKING: [string, object] = ['customs.packing-list', packing]

describe('documents a declaration refers to', () => {
  it('become what it is about', async () => {
    const { world, supporting } = await worldWith(INVOICE, PACKING)
    expect(await world.say(declarationKind, { ...declaration, supporting }, filing)).toMatchObject({
      result: 'accepted',
      judgement: { refers: [0, 1] },
    })
  })

  it.each([
    ['of another kind', { kind: 'customs.packing-list' }],
    ['of another commitment', { commitment: commitmentOf(99) }],
    ['of another sender', { from: bankA }],
    ['of another id', { id: 'none' }],
  ])('are unknown when they are %s', async (_what, change) => {
    const { world, supporting } = await worldWith(INVOICE)
    const named = [{ ...supporting[0]!, ...change }]
    const said = await world.say(declarationKind, { ...declaration, supporting: named }, filing)
    expect(said).toMatchObject({ findings: ['SUPPORTING_UNKNOWN'] })
    expect(said.judgement.findings[0]).toMatchObject({ path: '/supporting/0' })
  })

  it('are unknown to a sender who was not told of them, or saw them in part alone', async () => {
    const { world, supporting } = await worldWith(['tradefinance.invoice', invoice, { to: [bankA] }])
    expect(await world.say(declarationKind, { ...declaration, supporting }, filing)).toMatchObject({
      findings: ['SUPPORTING_UNKNOWN'],
    })
    const shown = await worldWith(INVOICE)
    const { told: whole } = shown.world.views
    shown.world.views.told = async (...named) => {
      const message = await whole(...named)
      return message && { ...message, view: 'supervision' }
    }
    expect(
      await shown.world.say(declarationKind, { ...declaration, supporting: shown.supporting }, filing),
    ).toMatchObject({ findings: ['SUPPORTING_UNKNOWN'] })
  })

  it('whose content is gone cannot be compared: nobody can tell', async () => {
    const { world, supporting } = await worldWith(INVOICE)
    world.erase(0)
    expect(await world.say(declarationKind, { ...declaration, supporting }, filing)).toMatchObject({
      refusal: { code: 'NOT_KNOWN_HERE', rule: 'supporting-known', version: 0 },
    })
  })

  it('may be the export declaration of the goods, here or of the other side, not an import', async () => {
    const exported = { ...bodyOf<CustomsDeclaration>('declaration-electronics.json') }
    const { world, reference } = await worldWith(
      ['customs.declaration', exported],
      ['customs.wco-declaration', { ucr: declaration.ucr }],
      ['customs.declaration', declaration],
      ['tradefinance.invoice', invoice],
    )
    const say = (at: number, entryId: string) =>
      world.say(declarationKind, { ...declaration, entryId, exportDeclaration: reference(at) }, filing)
    expect(await say(0, '720720261000000801')).toMatchObject({ result: 'accepted', judgement: { refers: [0] } })
    expect(await say(1, '720720261000000802')).toMatchObject({ result: 'accepted', judgement: { refers: [1] } })
    expect(await say(2, '720720261000000803')).toMatchObject({ findings: ['SUPPORTING_UNKNOWN'] })
    expect(await say(3, '720720261000000804')).toMatchObject({ findings: ['SUPPORTING_UNKNOWN'] })
  })
})

describe('what they say', () => {
  const differences = (documents: { kind: string; body: unknown }[], change: Partial<CustomsDeclaration> = {}) =>
    compareSupporting({ ...declaration, ...change }, documents).map(({ code, path, params }) => {
      expect(code).toBe('SUPPORTING_DIFFERS')
      return [path, params!['declared'], params!['supporting'], params!['field']]
    })
  const invoiced = (change: object = {}) => ({ kind: 'tradefinance.invoice', body: { ...invoice, ...change } })
  const packed = (change: object = {}) => ({ kind: 'customs.packing-list', body: { ...packing, ...change } })

  it('agrees', () => {
    expect(differences([invoiced(), packed()])).toEqual([])
    expect(differences([])).toEqual([])
  })

  it.each([
    [invoiced({ contractNumber: 'FCG-TH-127' }), ['/contrNo', 'FCG-TH-126', 'FCG-TH-127', '/contractNumber']],
    [
      invoiced({ totalAmount: { amount: '70200.01', currency: 'USD' } }),
      ['/items', 'USD 70200.00', 'USD 70200.01', '/totalAmount'],
    ],
    [
      invoiced({ totalAmount: { amount: '70200.00', currency: 'THB' } }),
      ['/items', 'USD 70200.00', 'THB 70200.00', '/totalAmount'],
    ],
    [invoiced({ itemsShipped: [{ grossWeight: '18999' }] }), ['/grossWt', '19000', '18999', '/itemsShipped']],
    [packed({ totalPackages: '999' }), ['/packNo', '1000', '999', '/totalPackages']],
    [packed({ totalGrossKg: '19000.5' }), ['/grossWt', '19000', '19000.5', '/totalGrossKg']],
    [packed({ ucr: '6TH1' }), ['/ucr', declaration.ucr, '6TH1', '/ucr']],
  ])('differs, each field by itself: %#', (document, expected) => {
    expect(differences([document])).toEqual([expected])
  })

  it('is added up over invoices, by currency', () => {
    const half = invoiced({ totalAmount: { amount: '35100.00', currency: 'USD' }, itemsShipped: [{}] })
    expect(differences([half, half])).toEqual([])
    const baht = invoiced({ totalAmount: { amount: '1.00', currency: 'THB' }, itemsShipped: [{}] })
    expect(differences([half, half, baht])).toEqual([
      ['/items', 'USD 70200.00', 'USD 70200.00, THB 1.00', '/totalAmount'],
    ])
  })

  it('is not said where one side is silent', () => {
    const { contrNo: _contract, ucr: _ucr, ...silent } = declaration
    expect(compareSupporting(silent as CustomsDeclaration, [invoiced(), packed()])).toEqual([])
    expect(differences([invoiced({ contractNumber: undefined, itemsShipped: [{ grossWeight: '1' }, {}] })])).toEqual([])
  })
})
