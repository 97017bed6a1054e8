// Payment against goods through the front door: a bank asks, reserves and pays; nobody pays twice; freight bills; what documents give of one
// another, put on record by customs.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CustomsDeclaration, CustomsMatch, GoodsPayment, HubAlert } from '../../schemas/types.d.ts'
import { matchDocuments } from '../../src/customs/match/index.ts'
import * as border from '../../src/client/demo/border-documents.ts'
import { electronics, release } from '../../src/client/demo/documents.ts'
import { enquire } from '../../src/client/enquiry.ts'
import { matchVerb } from '../../src/client/verbs/match.ts'
import type { Submitted } from '../../src/client/hub-client.ts'
import { ask, expectRefused, expectTaken, post } from '../support/doors.ts'
import { enrol } from '../support/papers.ts'
import { openWorld, type World } from '../support/world.ts'

const [TRADER, CUSTOMS, ABROAD, FIRST, SECOND, BUYER] = [
  'guangxi-exporter',
  'nanning-customs',
  'vietnam-customs',
  'nanning-bank',
  'second-bank',
  'hanoi-importer',
] as const
const CARRIER = 'urn:hub:cn:carrier:bamboo-line-example'
const KIND = 'customs.goods-payment'

let world: World
let serial = 0
let carrier: Awaited<ReturnType<typeof enrol>>

beforeAll(async () => {
  world = await openWorld()
  carrier = await enrol(world, CARRIER, 'cn-p256')
})
afterAll(() => world.close())

const send = async (folder: string, kind: string, to: string[], body: object) =>
  post(world, folder, await world.compose(folder, { kind, to: to.map((one) => world.urn(one)), body }))

async function imported(): Promise<CustomsDeclaration> {
  const declaration = border.fruitImport(world.clock.now(), ++serial)
  expectTaken(await send(TRADER, 'customs.declaration', [CUSTOMS], declaration))
  return declaration
}

async function released(): Promise<CustomsDeclaration> {
  const declaration = await imported()
  expectTaken(await send(CUSTOMS, 'customs.release', [TRADER], release(declaration, world.clock.now() - 1_000)))
  return declaration
}

const reserve = (
  folder: string,
  declaration: CustomsDeclaration,
  paymentId: string,
  amount: string,
  more: Partial<GoodsPayment> = {},
) =>
  send(folder, KIND, [], {
    ...border.reservation(declaration, { paymentId, amount }, world.clock.now()),
    ...more,
  })
const settle = (folder: string, act: 'pay' | 'reverse', paymentId: string) => send(folder, KIND, [], { act, paymentId })

const payable = async (folder: string, { entryId, tradeCoScc: consignee }: CustomsDeclaration, amount = '70200.00') => {
  const question = { entryId, shown: { consignee, declared: { amount, currency: 'USD' } } }
  const { proof } = await enquire(world.client(folder), { enquiry: 'customs.payable', v: 1, question })
  return proof.attestation
}

describe('customs.goods-payment', () => {
  it('is refused until customs has released the import: cannot tell', async () => {
    expectRefused(await reserve(FIRST, await imported(), 'EARLY-1', '1.00'), 'NOT_KNOWN_HERE')
  })

  it('pays once: the second bank is refused, proves it, and learns nothing of the first', async () => {
    const declaration = await released()
    expectTaken(await reserve(FIRST, declaration, 'FIRST-1', '70200.00'))
    expectTaken(await settle(FIRST, 'pay', 'FIRST-1'))
    const { refusal } = expectRefused(
      await reserve(SECOND, declaration, 'SECOND-1', '0.01'),
      'BALANCE_INSUFFICIENT',
    ).body
    expect(refusal).toMatchObject({ rule: 'payable-balance' })
    const bundle = (await world.client(SECOND).bundle(refusal!.index, 'include')).toString()
    expect(bundle).not.toContain(world.urn(FIRST))
    expect((await ask(world, SECOND, `/v1/messages/${refusal!.index}`)).status).toBe(200)
    // Money that came back can be paid by whoever is asked to.
    expectTaken(await settle(FIRST, 'reverse', 'FIRST-1'))
    expectTaken(await reserve(SECOND, declaration, 'SECOND-1', '70200.00'))
  })

  it('alerts the regulator of foreign exchange to a second payer', async () => {
    const alerts = async () => {
      const { items } = await world.client('fx-supervision').feed({ kinds: ['hub.alert'], limit: 50 })
      return items.map(({ message }) => JSON.parse(Buffer.from(message!.body, 'base64url').toString()) as HubAlert)
    }
    while ((await alerts()).length === 0) await new Promise((resolve) => setTimeout(resolve, 50))
    expect(await alerts()).toMatchObject([{ rule: 'duplicate-financing', party: world.urn(SECOND), kind: KIND }])
    expect(JSON.stringify(await alerts())).not.toContain(world.urn(FIRST))
  })

  it('never exceeds the total, however many ask at once', async () => {
    const declaration = await released()
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, n) => reserve(n % 2 === 0 ? FIRST : SECOND, declaration, `RACE-${n}`, '17550.00')),
    )
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(4)
    for (const answer of answers.filter(({ status }) => status !== 201)) expectRefused(answer, 'BALANCE_INSUFFICIENT')
    expect((await payable(FIRST, declaration))?.facts).toMatchObject({ remaining: { amount: '0.00', currency: 'USD' } })
  })

  it('gives a reservation back when its time has come', async () => {
    const declaration = await released()
    expectTaken(await reserve(FIRST, declaration, 'LATE-1', '70200.00'))
    world.clock.shiftMs += 25 * 3_600_000
    try {
      const state = async () =>
        (await payable(FIRST, declaration))?.facts as { remaining: { amount: string } } | undefined
      while ((await state())?.remaining.amount !== '70200.00') await new Promise((resolve) => setTimeout(resolve, 50))
      expect(expectRefused(await settle(FIRST, 'pay', 'LATE-1'), 'STATE_CONFLICT').body.refusal).toMatchObject({
        rule: 'goods-payment-state',
      })
    } finally {
      world.clock.shiftMs -= 25 * 3_600_000
    }
  })

  it('stands when customs lowers the total below it; nothing more is paid until that is covered', async () => {
    const declaration = await released()
    expectTaken(await reserve(FIRST, declaration, 'LOWER-1', '70200.00'))
    expectTaken(await settle(FIRST, 'pay', 'LOWER-1'))
    const amendment = {
      entryId: declaration.entryId,
      version: 2,
      reasonCode: 'CUSTOMS_FINDING',
      reason: 'the weight found is lower',
      changes: [
        { path: '/items/0/gQty', to: '17000' },
        { path: '/items/0/firstQty', to: '17000' },
        { path: '/items/0/declTotal', to: '66300.00' },
      ],
      newTotal: { amount: '66300.00', currency: 'USD' },
    }
    expectTaken(await send(CUSTOMS, 'customs.amendment', [TRADER], amendment))
    expect((await payable(FIRST, declaration, '66300.00'))?.facts).toMatchObject({ remaining: { amount: '0.00' } })
    expect(await payable(FIRST, declaration)).toMatchObject({ verdict: 'no', facts: { reason: 'amended' } })
    expectRefused(await reserve(SECOND, declaration, 'LOWER-2', '0.01'), 'BALANCE_INSUFFICIENT')
    const returned = [{ entryId: declaration.entryId, amount: '3900.01' }]
    expectTaken(await send(FIRST, KIND, [], { act: 'reverse', paymentId: 'LOWER-1', declarations: returned }))
    expectTaken(await reserve(SECOND, declaration, 'LOWER-3', '0.01'))
  })

  it('is a bank’s to send', async () => {
    expectRefused(await reserve(TRADER, await released(), 'OWN-1', '1.00'), 'KIND_NOT_PERMITTED')
  })
})

describe('customs.payable', () => {
  it('answers whoever shows what a holder has, and nobody else', async () => {
    const declaration = await released()
    expect(await payable(SECOND, declaration)).toMatchObject({
      verdict: 'yes',
      facts: { state: 'released', declared: { amount: '70200.00' }, remaining: { amount: '70200.00' } },
    })
    expect(await payable(SECOND, declaration, '70200.01')).toMatchObject({ verdict: 'unknown' })
    expect(await payable(SECOND, { ...declaration, tradeCoScc: '91310000717883402X' })).toMatchObject({
      verdict: 'unknown',
    })
    await expect(payable(TRADER, declaration)).rejects.toMatchObject({ problem: { code: 'READ_NOT_PERMITTED' } })
  })

  it('says that a cancelled declaration is not to be paid', async () => {
    const declaration = await released()
    const body = {
      entryId: declaration.entryId,
      reasonCode: 'OTHER',
      reason: 'the goods were never brought in',
      cancelledAt: new Date(world.clock.now() - 1_000).toISOString(),
      version: 1,
    }
    const taken = await send(CUSTOMS, 'customs.cancellation', [TRADER], body)
    if (taken.status !== 201) throw new Error(JSON.stringify(taken.body))
    expect(await payable(FIRST, declaration)).toMatchObject({ verdict: 'no', facts: { reason: 'cancelled' } })
    expectRefused(await reserve(FIRST, declaration, 'GONE-1', '1.00'), 'STATE_CONFLICT')
  })
})

describe('customs.freight-bill', () => {
  const bill = async (declaration: CustomsDeclaration, billNo: string): Promise<Submitted> => {
    const { signer, path } = carrier.identity
    const message = await world.compose(
      TRADER,
      {
        from: CARRIER,
        kind: 'customs.freight-bill',
        to: [world.urn(TRADER)],
        body: border.freightBill(declaration, billNo, world.clock.now()),
      },
      { signers: [{ signer, by: { path: [...path] } }] },
    )
    return carrier.client.submit(message)
  }

  it('is paid with the goods or by itself, and once', async () => {
    const declaration = await released()
    expect(await bill(declaration, 'FB-1')).toMatchObject({ outcome: 'accepted' })
    expect(await bill(declaration, 'FB-1')).toMatchObject({ problem: { code: 'ALREADY_CLAIMED' } })
    const freightBills: NonNullable<GoodsPayment['freightBills']> = [
      { carrier: CARRIER, billNo: 'FB-1', amount: '1250.40' },
    ]
    expectTaken(await reserve(FIRST, declaration, 'WITH-FREIGHT', '70200.00', { freightBills }))
    const again = await reserve(SECOND, declaration, 'AGAIN', '1.00', { freightBills })
    expectRefused(again, 'BALANCE_INSUFFICIENT')
    expectTaken(await settle(FIRST, 'pay', 'WITH-FREIGHT'))
  })
})

describe('customs.match', () => {
  const ucr = '6CN450100MA5EXAMP19-0001'

  it('is taken when the documents give it; goods are shown abroad, names are not', async () => {
    const declaration = { ...electronics(world.clock.now(), 70_001), ucr }
    const wrong = border.partnerImport(declaration, '604', world.clock.now())
    const list = border.packingList(declaration, world.clock.now())
    const papers = [
      ['exportDeclaration', TRADER, 'customs.declaration', [CUSTOMS, ABROAD], declaration],
      ['importDeclaration', BUYER, 'customs.wco-declaration', [ABROAD, CUSTOMS], wrong],
      ['packingList', TRADER, 'customs.packing-list', [CUSTOMS], list],
    ] as const
    const documents: CustomsMatch['documents'] = []
    for (const [name, folder, kind, to, body] of papers) {
      const message = await world.compose(folder, { kind, to: to.map((one) => world.urn(one)), body })
      expectTaken(await post(world, folder, message))
      documents.push(border.asNamed(name, message))
    }
    const report = matchDocuments({ exportDeclaration: declaration, importDeclaration: wrong, packingList: list })
    expect(report.mismatches.map(({ field }) => field)).toEqual(['packages', 'packages'])
    const state = (body: CustomsMatch) => send(CUSTOMS, 'customs.match', [TRADER, ABROAD], body)
    const { findings } = expectRefused(
      await state({ ucr, documents, report: { ...report, mismatches: [] } }),
      'FINDINGS',
    ).body
    expect(findings).toMatchObject([{ code: 'MATCH_DIFFERS', path: '/report' }])
    // Vietnam's customs was not told of the packing list.
    const other = await send(ABROAD, 'customs.match', [], { ucr, documents, report })
    expectRefused(other, 'NOT_KNOWN_HERE')
    const { index } = expectTaken(await state({ ucr, documents, report })).body
    const { items } = await world.client(ABROAD).feed({ kinds: ['customs.match'], limit: 5 })
    expect(items).toMatchObject([{ index, view: 'abroad' }])
    const shown = JSON.stringify(items)
    expect(shown).toContain('/totalPackageQuantity')
    expect(shown).not.toContain('广西示例')
  })

  it('is of a declaration as customs has amended it, and the same offline byte for byte', async () => {
    const filed = { ...electronics(world.clock.now(), 70_002), ucr }
    const partner = border.partnerImport(filed, '604', world.clock.now())
    const declared = await world.compose(TRADER, {
      kind: 'customs.declaration',
      to: [CUSTOMS, ABROAD].map((one) => world.urn(one)),
      body: filed,
    })
    const other = await world.compose(BUYER, {
      kind: 'customs.wco-declaration',
      to: [ABROAD, CUSTOMS].map((one) => world.urn(one)),
      body: partner,
    })
    expectTaken(await post(world, TRADER, declared))
    expectTaken(await post(world, BUYER, other))
    const amendment = {
      entryId: filed.entryId,
      version: 2,
      reasonCode: 'CUSTOMS_FINDING',
      reason: '查验件数不符',
      changes: [{ path: '/packNo', from: filed.packNo, to: '604' }],
    }
    const acted = await world.compose(CUSTOMS, {
      kind: 'customs.amendment',
      to: [world.urn(TRADER)],
      body: amendment,
    })
    expectTaken(await post(world, CUSTOMS, acted))
    const named = border.asNamed('exportDeclaration', declared)
    const documents = [named, border.asNamed('importDeclaration', other)]
    const state = (body: CustomsMatch, folder: string = CUSTOMS) => send(folder, 'customs.match', [TRADER], body)

    // As filed it is outdated; customs abroad was not told of the amendment.
    const report = matchDocuments({ exportDeclaration: filed, importDeclaration: partner })
    const refused = expectRefused(await state({ ucr, documents, report }), 'FINDINGS').body.findings
    expect(refused).toMatchObject([{ code: 'MATCH_OUTDATED', path: '/documents/0' }])
    expect(refused?.[0]?.message).toContain('in version 1; customs has amended it, and version 2 stands')
    expectRefused(await state({ ucr, documents, report }, ABROAD), 'NOT_KNOWN_HERE')

    const { from, id, commitment } = border.asNamed('exportDeclaration', acted)
    const amended = { ...named, amendments: [{ version: 2, from, id, commitment }] }
    const offline = await matched({ export: filed, 'export-amendment': amendment, import: partner })
    expect(offline).toMatchObject({ verdict: 'match', documents: [{ version: 2 }, { version: 1 }] })
    expectTaken(await state({ ucr, documents: [amended, documents[1]!], report: offline }))
  })

  /** The report of `beibu match`. */
  async function matched(papers: Record<string, object>): Promise<CustomsMatch['report']> {
    const dir = mkdtempSync(join(tmpdir(), 'beibu-match-'))
    const args = Object.entries(papers).flatMap(([name, body]) => {
      writeFileSync(join(dir, name), JSON.stringify(body))
      return [`--${name}`, join(dir, name)]
    })
    const out: string[] = []
    const { signal } = new AbortController()
    const io = { out: (line: string) => void out.push(line), progress() {}, env: {}, stop: signal }
    await matchVerb.run([...args, '--json'], io)
    rmSync(dir, { recursive: true })
    const { unread, ...report } = JSON.parse(out.join('\n')) as CustomsMatch['report'] & { unread: unknown[] }
    expect(unread).toEqual([])
    return report
  }
})
