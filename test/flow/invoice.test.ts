// Invoices through the front door: shown to buyer and bank, their number once however written, filed by the seller or its agent.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CommercialInvoice } from '../../schemas/types.d.ts'
import { toTime } from '../../src/hub/values/encoding.ts'
import { releasedDeclaration } from '../support/consignment.ts'
import { ask, expectRefused, expectTaken, post } from '../support/doors.ts'
import { invoiced, newInvoice } from '../support/invoices.ts'
import { enrol } from '../support/papers.ts'
import { openWorld, type World } from '../support/world.ts'

const [SELLER, BUYER, BANK] = ['guangxi-exporter', 'hanoi-importer', 'nanning-bank'] as const
let world: World

beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())

const show = async (change: Partial<CommercialInvoice> = {}, more: object = {}) =>
  post(
    world,
    SELLER,
    await world.compose(SELLER, {
      ...invoiced([world.urn(BUYER), world.urn(BANK)], newInvoice(world, change)),
      ...more,
    }),
  )

describe('tradefinance.invoice', () => {
  it('is shown in full to buyer and bank, and to supervision without prices and names', async () => {
    const bytes = Buffer.from('%PDF-1.7 an invented scan')
    const attachments = [{ name: 'invoice.pdf', type: 'application/pdf', bytes }]
    const { index } = expectTaken(await show({}, { attachments })).body
    for (const folder of [BUYER, BANK]) {
      const { message } = (await ask(world, folder, `/v1/messages/${index}`)).body as unknown as {
        message: { body: string }
      }
      expect(Buffer.from(message.body, 'base64url').toString()).toContain('320000.00')
    }
    const { items } = await world.client('fx-supervision').feed({ kinds: ['tradefinance.invoice'], limit: 10 })
    expect(items).toMatchObject([{ index, view: 'supervision' }])
    const shown = JSON.stringify(items)
    expect(shown).toContain('91450100MA5EXAMP19')
    for (const hidden of ['320000.00', '广西示例电子有限公司', 'Viet Nam Co', '86.5'])
      expect(shown).not.toContain(hidden)
  })

  it('takes a number once among many at once, whichever way it is written', async () => {
    const spellings = ['race 2026/1', 'RACE-2026-1', 'ＲＡＣＥ２０２６１', 'Race.2026.1', 'race20261']
    const answers = await Promise.all(
      Array.from({ length: 15 }, (_, n) => show({ invoiceNumber: spellings[n % spellings.length]! })),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array<number>(14).fill(409)])
    for (const answer of answers.filter(({ status }) => status === 409))
      expect(expectRefused(answer, 'ALREADY_CLAIMED').body.refusal).toMatchObject({ rule: 'invoice-number' })
  })

  it('names a released declaration of the seller, and of nobody else', async () => {
    const { declaration } = await releasedDeclaration(world)
    const declarations: NonNullable<CommercialInvoice['declarations']> = [{ entryId: declaration.entryId }]
    expectTaken(await show({ declarations }))
    const seller = { uscc: '91310000717883402X', name: 'Somebody else (invented)', country: 'CN' }
    const { findings } = expectRefused(await show({ declarations, seller }), 'FINDINGS').body
    expect(findings).toMatchObject([{ code: 'SELLER_NOT_CONSIGNOR', path: '/declarations/0/entryId' }])
  })

  it('is filed by an agent under a live mandate alone', async () => {
    const broker = 'urn:hub:cn:broker:brass-abacus'
    const { identity, client } = await enrol(world, broker, 'cn-p256')
    const compose = () =>
      world.compose(
        SELLER,
        { ...invoiced([world.urn(BANK)], newInvoice(world)), from: broker, for: world.urn(SELLER) },
        { signers: [{ signer: identity.signer, by: { path: [...identity.path] } }] },
      )
    expect(await client.submit(await compose())).toMatchObject({ problem: { code: 'NO_MANDATE' } })
    const [from, until] = [-60_000, 3_600_000].map((ms) => toTime(world.clock.now() + ms))
    const mandate = { agent: broker, kinds: ['tradefinance.invoice'], from, until, state: 'granted' }
    expectTaken(await post(world, SELLER, await world.compose(SELLER, { kind: 'hub.mandate', body: mandate })))
    const taken = await client.submit(await compose())
    if (taken.outcome !== 'accepted') throw new Error(taken.problem.code)
    expect((await ask(world, SELLER, `/v1/messages/${taken.index}`)).status).toBe(200)
  })

  it('is not for a bank to send', async () => {
    const message = await world.compose(BANK, invoiced([world.urn(BUYER)], newInvoice(world)))
    expectRefused(await post(world, BANK, message), 'KIND_NOT_PERMITTED')
  })
})
