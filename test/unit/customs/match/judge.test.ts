// What the world says to packing lists and to stated matches: the invoice they name, the documents as the hub has them, the report they give.
import { beforeEach, describe, expect, it } from 'vitest'
import type { CustomsMatch, PackingList } from '../../../../schemas/types.d.ts'
import { matchDocuments, matchKinds } from '../../../../src/customs/match/index.ts'
import type { MessageKind } from '../../../../src/hub/index.ts'
import { maskBody } from '../../../../src/hub/privacy/mask.ts'
import { commitmentOf, PARTIES, World, type Sent } from '../fake-views.ts'
import { testFixtures } from '../payment/area-fixtures.ts'
import { exported, invoiced, packed, UCR, wcoImported } from './consignment.ts'
import { put, stated } from './match-world.ts'

const [packingListKind, matchKind] = matchKinds as [MessageKind<PackingList>, MessageKind<CustomsMatch>]
const { trader, bankA, customsCn, customsVn } = PARTIES

let world: World
beforeEach(() => {
  world = new World()
})

describe('fixtures', () => testFixtures(matchKinds))

describe('customs.packing-list', () => {
  const list = (change: (body: PackingList) => void = () => undefined): PackingList => {
    const body = structuredClone(packed())
    change(body)
    return body
  }
  const say = (body: PackingList, from: string = trader) => world.say(packingListKind, body, { from, to: [customsCn] })
  const naming = (id: string, change: (body: PackingList) => void = () => undefined) =>
    list((body) => {
      body.invoice = { ...body.invoice, from: trader, id }
      change(body)
    })

  it('moves its case, whatever it knows of the invoice', async () => {
    expect(await say(list())).toMatchObject({ result: 'accepted', judgement: { refers: [] } })
    expect(world.heads.get(world.views.key('case', UCR))?.value).toEqual({ entries: 1 })
  })

  it('agrees with the invoice it names', async () => {
    const id = put(world, 'tradefinance.invoice', invoiced(), trader, [])
    expect(await say(naming(id))).toMatchObject({ result: 'accepted', judgement: { refers: [0] } })
  })

  it.each<[string, (body: PackingList) => void]>([
    ['PACKING_QUANTITY_DIFFERS', (body) => (body.packages[0]!.contents[0]!.quantity = '3199')],
    ['PACKING_LINE_UNKNOWN', (body) => (body.packages[1]!.contents[0]!.line = '3')],
    ['PACKING_INVOICE_NUMBER_DIFFERS', (body) => (body.invoice.number = 'GXEE-2026/1103')],
    ['PACKING_INVOICE_UNKNOWN', (body) => (body.invoice.id = 'id-77')],
  ])('%s is found', async (code, change) => {
    const id = put(world, 'tradefinance.invoice', invoiced(), trader, [])
    expect(await say(naming(id, change))).toMatchObject({ findings: [code] })
  })

  it('does not learn of an invoice it was not told of, and is not held up by one that is erased', async () => {
    const id = put(world, 'tradefinance.invoice', invoiced(), trader, [])
    expect(await say(naming(id), bankA)).toMatchObject({ findings: ['PACKING_INVOICE_UNKNOWN'] })
    world.erase(0)
    expect(await say(naming(id))).toMatchObject({ result: 'accepted' })
  })
})

describe('customs.match', () => {
  let body: CustomsMatch
  const act = { from: customsCn, to: [trader, customsVn] }

  beforeEach(() => {
    body = stated(world)
  })
  const say = (change: (body: CustomsMatch) => void = () => undefined, sent: Sent = act) => {
    const copy = structuredClone(body)
    change(copy)
    return world.say(matchKind, copy, sent)
  }

  it('is taken when the documents give it, and refers to them', async () => {
    expect(body.report.verdict).toBe('mismatch')
    expect(await say()).toMatchObject({ result: 'accepted', judgement: { refers: [0, 1, 2] } })
    expect(world.heads.get(world.views.key('case', UCR))?.value).toEqual({ entries: 1 })
  })

  it.each<[string, (report: CustomsMatch['report']) => void]>([
    ['verdict', (report) => (report.verdict = 'match')],
    ['score', (report) => (report.score = 100)],
    ['a mismatch left out', (report) => (report.mismatches = report.mismatches.slice(1))],
    ['a value', (report) => (report.mismatches[0]!.right.value = '640')],
  ])('is not taken with another report: %s', async (_name, change) => {
    expect(await say(({ report }) => change(report))).toMatchObject({ findings: ['MATCH_DIFFERS'] })
  })

  it.each<[string, (body: CustomsMatch) => void]>([
    ['a document nobody sent', ({ documents }) => (documents[0]!.id = 'id-99')],
    ['another commitment', ({ documents }) => (documents[0]!.commitment = commitmentOf(9))],
    ['another kind', ({ documents }) => (documents[0]!.kind = 'customs.wco-declaration')],
  ])('cannot tell of %s', async (_name, change) => {
    expect(await say(change)).toMatchObject({ refusal: { code: 'NOT_KNOWN_HERE', rule: 'match-documents-known' } })
  })

  it('cannot tell when a document is erased, or the authority was not told of it', async () => {
    expect(await say(undefined, { from: customsVn, to: [] })).toMatchObject({ refusal: { code: 'NOT_KNOWN_HERE' } })
    world.erase(1)
    expect(await say()).toMatchObject({ refusal: { code: 'NOT_KNOWN_HERE' } })
  })

  it('is of one case, and of the right directions', async () => {
    expect(await say((one) => (one.ucr = '6CN450100MA5GX0TE5M0002'))).toMatchObject({
      findings: ['MATCH_OTHER_CASE', 'MATCH_OTHER_CASE', 'MATCH_OTHER_CASE'],
    })
    const entry = world.entries[0] as { body: { ieFlag: string } }
    entry.body.ieFlag = 'I'
    expect(await say()).toMatchObject({ findings: ['MATCH_DIRECTION'] })
  })

  it('shows goods to both sides, and prices and names at home alone', () => {
    const rows = matchKind.audience(world.message(matchKind, body, act), world.views.register)
    expect(rows).toEqual([
      { party: trader, view: 'full' },
      { party: customsVn, view: 'abroad' },
    ])
    const importDeclaration = { ...wcoImported(), invoiceAmount: { amount: '298765.40', currency: 'USD' } }
    const report = matchDocuments({ exportDeclaration: exported(), importDeclaration, packingList: packed() })
    const shown = JSON.stringify(maskBody({ ...body, report }, matchKind.schema, matchKind.views['abroad']!).body)
    expect(JSON.stringify(report)).toContain('298765.40')
    expect(shown).toContain('/invoiceAmount/amount')
    for (const hidden of ['298765.40', '320000', '广西示例']) expect(shown).not.toContain(hidden)
  })
})
