// An import through the front door: a broker files it under a mandate and refers to the invoice that is at the hub; customs asks, inspects
// and releases; after that nothing changes it but what customs itself amends or cancels.
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CustomsDeclaration } from '../../schemas/types.d.ts'
import type { ComposedMessage, Composition } from '../../src/client/compose.ts'
import type { ClientIdentity } from '../../src/client/session-keeper.ts'
import { toTime } from '../../src/hub/values/encoding.ts'
import { ask, expectRefused, expectTaken, post, type Answer } from '../support/doors.ts'
import { invoiced, newInvoice } from '../support/invoices.ts'
import { DAY_MS, enrol } from '../support/papers.ts'
import { refusalSeen } from '../support/refusal-seen.ts'
import { openWorld, type World } from '../support/world.ts'

const [TRADER, HOME, ABROAD, SUPPLIER, ELSEWHERE] = [
  'guangxi-exporter',
  'nanning-customs',
  'vietnam-customs',
  'hanoi-importer',
  'thailand-customs',
] as const
const BROKER = 'urn:hub:cn:broker:quick-abacus'
const KINDS = ['customs.declaration', 'customs.answer', 'customs.request']
const CHINA_MS = 8 * 3_600_000
const FIXTURE = JSON.parse(
  readFileSync(new URL('../../fixtures/customs/valid/declaration-import-durian.json', import.meta.url), 'utf8'),
) as CustomsDeclaration

let world: World
let broker: Awaited<ReturnType<typeof enrol>>
let serial = 0

beforeAll(async () => {
  world = await openWorld()
  broker = await enrol(world, BROKER, 'cn-p256')
})
afterAll(() => world.close())

const compactDay = (ms: number): string =>
  toTime(ms + CHINA_MS)
    .slice(0, 10)
    .replaceAll('-', '')

/** An import of today that nobody has filed yet. */
function newImport(change: Partial<CustomsDeclaration> = {}): CustomsDeclaration {
  const now = world.clock.now()
  const entryId = `7207${compactDay(now).slice(0, 4)}1${String(++serial).padStart(9, '0')}`
  const ucr = `6TH0105500000001EX${serial}`
  return {
    ...FIXTURE,
    entryId,
    preEntryId: entryId,
    ucr,
    dDate: compactDay(now),
    ieDate: compactDay(now - DAY_MS),
    ...change,
  }
}

const naming = ({ envelope, commitment }: ComposedMessage) => [
  { from: envelope.from, id: envelope.id, digest: commitment.toString('hex') },
]

const referring = (kind: string, { envelope, commitment }: ComposedMessage) => ({
  kind,
  from: envelope.from,
  id: envelope.id,
  commitment: commitment.toString('hex'),
})

type Said = Partial<Composition> & Pick<Composition, 'kind' | 'body'>

/** Said by the broker for the trader. */
const byBroker = ({ signer, path }: ClientIdentity, what: Said): Promise<ComposedMessage> =>
  world.compose(
    TRADER,
    { to: [world.urn(HOME), world.urn(ABROAD)], ...what, from: BROKER, for: world.urn(TRADER) },
    { signers: [{ signer, by: { path: [...path] } }] },
  )

/** What the hub says to the broker's message: the code of its problem, or the index it has. */
async function broked(
  what: Said,
): Promise<{ message: ComposedMessage; code?: string; findings?: object[]; index?: number }> {
  const message = await byBroker(broker.identity, what)
  const answer = await broker.client.submit(message)
  if (answer.outcome === 'accepted') return { message, index: answer.index }
  const { code, findings } = answer.problem
  return { message, code, ...(findings && { findings }) }
}

const mandate = async (change: object = {}): Promise<Answer> => {
  const now = world.clock.now()
  const period = { from: toTime(now - DAY_MS), until: toTime(now + DAY_MS) }
  const body = { agent: BROKER, kinds: KINDS, ...period, state: 'granted', ...change }
  return post(world, TRADER, await world.compose(TRADER, { kind: 'hub.mandate', body }))
}

/** Said by the customs the declaration was filed with. */
async function byCustoms(
  kind: string,
  body: object,
  more: object = {},
): Promise<{ message: ComposedMessage; answer: Answer }> {
  const to = [world.urn(TRADER), BROKER, world.urn(ABROAD)]
  const message = await world.compose(HOME, { kind, to, body, ...more })
  return { message, answer: await post(world, HOME, message) }
}

const status = (entryId: string, state: string, more: object = {}, sent: object = {}) => {
  const body = { entryId, version: 1, status: state, statusAt: toTime(world.clock.now() - 1_000), ...more }
  return byCustoms('customs.status', body, sent)
}

const release = ({ entryId, tradeCoScc }: CustomsDeclaration) =>
  byCustoms('customs.release', { entryId, tradeCoScc, releasedAt: toTime(world.clock.now() - 1_000) })

const head = (label: string, ...parts: string[]) =>
  world.hub.house.journal.head(world.hub.house.journal.headKey(label, ...parts))

describe('a broker', () => {
  it('files for its principal under a mandate that lives and names the kind, and under no other', async () => {
    const what = () => ({ kind: 'customs.declaration', body: newImport() })
    expect(await broked(what())).toMatchObject({ code: 'NO_MANDATE' })
    expectTaken(await mandate({ kinds: ['customs.answer'] }))
    expect(await broked(what())).toMatchObject({ code: 'NO_MANDATE' })
    expectTaken(await mandate({ until: toTime(world.clock.now() - 1) }))
    expect(await broked(what())).toMatchObject({ code: 'NO_MANDATE' })
    expectTaken(await mandate())
    expect(await broked(what())).toMatchObject({ index: expect.any(Number) })
    expectTaken(await mandate({ state: 'revoked' }))
    expect(await broked(what())).toMatchObject({ code: 'NO_MANDATE' })
    expectTaken(await mandate())
  })
})

describe('an import', () => {
  const declaration = () => newImport({ contrNo: 'EX-2026-77' })
  let filed: CustomsDeclaration
  let declared: ComposedMessage
  const invoice = (change: object = {}) => {
    const { charges: _charges, allowances: _allowances, ...goods } = newInvoice(world)
    const line = { description: 'Durian', hsCode: '081060', itemCount: '18000', unit: 'KGM', grossWeight: '19000' }
    return {
      ...goods,
      contractNumber: 'EX-2026-77',
      seller: { lei: 'EXAMPLE0INVENTED0050', name: 'Bamboo Raft Import (invented)', country: 'VN' },
      itemsShipped: [{ ...line, productPrice: '3.9', amount: '70200.00' }],
      totalAmount: { amount: '70200.00', currency: 'USD' },
      ...change,
    }
  }
  const sendInvoice = async (body: object, to = [world.urn(TRADER), BROKER]) => {
    const message = await world.compose(SUPPLIER, invoiced(to, body))
    expectTaken(await post(world, SUPPLIER, message))
    return message
  }

  it('refers to the invoice at the hub: to the very one, told to whoever files, and not saying otherwise', async () => {
    const good = await sendInvoice(invoice())
    const hidden = await sendInvoice(invoice(), [world.urn(TRADER)])
    const other = await sendInvoice(invoice({ contractNumber: 'EX-2026-78' }))
    const file = (message: ComposedMessage, change: object = {}) => {
      const supporting = [{ ...referring('tradefinance.invoice', message), ...change }]
      return broked({ kind: 'customs.declaration', body: { ...declaration(), supporting } })
    }
    expect((await file(hidden)).findings).toMatchObject([{ code: 'SUPPORTING_UNKNOWN', path: '/supporting/0' }])
    expect((await file(good, { commitment: '00'.repeat(32) })).findings).toMatchObject([{ code: 'SUPPORTING_UNKNOWN' }])
    const params = { declared: 'EX-2026-77', supporting: 'EX-2026-78', field: '/contractNumber' }
    expect((await file(other)).findings).toMatchObject([{ code: 'SUPPORTING_DIFFERS', path: '/contrNo', params }])
    filed = { ...declaration(), supporting: [referring('tradefinance.invoice', good)] }
    const taken = await broked({ kind: 'customs.declaration', body: filed })
    declared = taken.message
    const invoiceIndex = (await world.hub.house.journal.find(good.envelope.from, good.envelope.id))!.index
    const [entry] = await world.hub.house.journal.read(taken.index!, 1)
    expect(entry!.refers).toEqual([invoiceIndex])
    expect((await head('declaration', filed.entryId))!.value).toMatchObject({
      state: 'declared',
      from: world.urn(TRADER),
      ieFlag: 'I',
    })
  })

  it('is queried by a time; the broker answers for the one who owes', async () => {
    const question = { question: { text: '请提供付款凭证。', paths: ['/items/0/declPrice'] } }
    expectRefused((await status(filed.entryId, 'QUERIED', question)).answer, 'FINDINGS')
    const query = await status(filed.entryId, 'QUERIED', question, { dueMs: world.clock.now() + DAY_MS })
    const { index } = expectTaken(query.answer).body
    expectRefused((await release(filed)).answer, 'STATE_CONFLICT')
    const wanted = async (state: string) =>
      (await ask(world, TRADER, `/v1/due?role=answer&state=${state}`)).body as unknown as { items: object[] }
    expect((await wanted('awaited')).items).toMatchObject([{ index, party: world.urn(TRADER) }])
    const body = { entryId: filed.entryId, version: 1, text: '见附件。' }
    const answer = (re: object) => broked({ kind: 'customs.answer', body, ...re })
    expect(await answer({})).toMatchObject({ code: 'FINDINGS' })
    expect(await answer({ re: naming(query.message) })).toMatchObject({ index: expect.any(Number) })
    expect((await wanted('awaited')).items).toEqual([])
    expect((await head('declaration', filed.entryId))!.value['state']).toBe('accepted')
  })

  it('is inspected and released, and can be paid for from then on', async () => {
    expectTaken((await status(filed.entryId, 'INSPECTING')).answer)
    expectRefused((await release(filed)).answer, 'STATE_CONFLICT')
    expectTaken((await status(filed.entryId, 'INSPECTED')).answer)
    expectTaken((await release(filed)).answer)
    expect((await head('payable', filed.entryId, 'USD'))!.value).toMatchObject({ net: '7020000', closed: false })
    expect(await head('financeable', filed.entryId, 'USD')).toBeUndefined()
    // Invoices name no consignment; filing, query, answer, inspection and its end, and release do.
    expect((await head('case', filed.ucr!))!.value).toEqual({ entries: 6 })
  })

  it('is then changed by amendment and cancellation alone, and those by customs alone', async () => {
    const { refusal } = expectRefused(
      (await status(filed.entryId, 'REJECTED', { reasons: [{ code: 'DOCUMENTS' }] })).answer,
      'STATE_CONFLICT',
    ).body
    expect(refusal).toMatchObject({ rule: 'declaration-state' })
    expect(await broked({ kind: 'customs.declaration', body: filed })).toMatchObject({ code: 'ALREADY_CLAIMED' })
    const amended = {
      newTotal: { amount: '70000.00', currency: 'USD' },
      changes: [{ path: '/items/0/declTotal', to: '70000.00' }],
    }
    const asked = {
      entryId: filed.entryId,
      version: 1,
      act: 'AMEND',
      reasonCode: 'PRICE_SETTLED',
      reason: '结算。',
      ...amended,
    }
    const request = await broked({ kind: 'customs.request', body: asked })
    expect(request.index).toBeDefined()
    const body = { entryId: filed.entryId, version: 2, reasonCode: 'PRICE_SETTLED', reason: '结算。', ...amended }
    expect(expectRefused((await byCustoms('customs.amendment', body)).answer, 'FINDINGS').body.findings).toMatchObject([
      { code: 'REQUEST_NOT_NAMED' },
    ])
    expectTaken((await byCustoms('customs.amendment', body, { re: naming(request.message) })).answer)
    expect((await head('payable', filed.entryId, 'USD'))!.value).toMatchObject({ net: '7000000', closed: false })
    const cancelled = { entryId: filed.entryId, version: 2, reasonCode: 'DIRECT_RETURN', reason: '直接退运。' }
    expectTaken((await byCustoms('customs.cancellation', cancelled)).answer)
    expect((await head('payable', filed.entryId, 'USD'))!.value).toMatchObject({ net: '0', closed: true })
    expectRefused((await release(filed)).answer, 'STATE_CONFLICT')
  })

  it('is not there for an authority that was not told of it', async () => {
    const said = async (entryId: string) => {
      const body = { entryId, version: 1, status: 'ACCEPTED', statusAt: toTime(world.clock.now() - 1_000) }
      const message = await world.compose(ELSEWHERE, { kind: 'customs.status', to: [world.urn(TRADER)], body })
      return refusalSeen(world, ELSEWHERE, expectRefused(await post(world, ELSEWHERE, message), 'NOT_KNOWN_HERE'))
    }
    expect(await said(filed.entryId)).toEqual(await said('720720261000009999'))
    expect(declared.envelope.to).not.toContain(world.urn(ELSEWHERE))
  })
})

describe('acts at the same time', () => {
  it('of release and rejection one is taken, whichever it is', async () => {
    const body = newImport()
    expect((await broked({ kind: 'customs.declaration', body })).index).toBeDefined()
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, at) =>
        at % 2 === 0 ? release(body) : status(body.entryId, 'REJECTED', { reasons: [{ code: 'DOCUMENTS' }] }),
      ),
    )
    expect(answers.map(({ answer }) => answer.status).sort()).toEqual([201, ...Array<number>(11).fill(409)])
    const { state } = (await head('declaration', body.entryId))!.value
    expect((await head('payable', body.entryId, 'USD')) !== undefined).toBe(state === 'released')
  })
})
