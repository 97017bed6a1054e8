// Numbers in e-commerce that are of somebody: those of companies nobody else takes first, those of people stand in no reference.
import { beforeEach, describe, expect, it } from 'vitest'
import { BROKER, CARRIER, CUSTOMS, fixture, PAYER, PLATFORM, Shop } from './shop.ts'

const OTHER = {
  order: 'urn:hub:cn:platform:example-other',
  payment: 'urn:hub:cn:payment-institution:example-other',
  logistics: 'urn:hub:cn:logistics:example-other',
  list: 'urn:hub:cn:broker:example-other',
} as const
const OWN = { order: PLATFORM, payment: PAYER, logistics: CARRIER, list: BROKER } as const
const FIELD = { order: 'ebpCode', payment: 'payCode', logistics: 'logisticsCode', list: 'agentCode' } as const
const NAMES = ['order', 'payment', 'logistics', 'list'] as const

let shop: Shop
beforeEach(() => {
  shop = new Shop()
  for (const party of Object.values(OTHER)) shop.world.enter(party)
})

const codeOf = (name: (typeof NAMES)[number]): string =>
  (fixture('direct')[name] as unknown as Record<string, string>)[FIELD[name]]!

const say = (name: (typeof NAMES)[number], from: string, change: object = {}) =>
  shop.say(name, { ...fixture('direct')[name], ...change }, { from, to: [CUSTOMS, BROKER, PAYER] })

describe('the code of a company', () => {
  it.each(NAMES)('%s: is used by its holder alone, and nothing is taken of it by another', async (name) => {
    shop.world.enter(OWN[name], { customs: codeOf(name) })
    const said = await say(name, OTHER[name])
    expect(said.judgement.findings).toContainEqual(
      expect.objectContaining({ code: 'COMPANY_OF_OTHER', path: `/${FIELD[name]}` }),
    )
    expect(JSON.stringify(said.judgement.findings)).not.toContain(OWN[name])
    expect(said.judgement.claims).toEqual([])
    const { list, order, payment, logistics } = fixture('direct')
    expect(await shop.file({ list, order, payment, logistics })).toMatchObject({ result: 'accepted' })
  })

  it.each(NAMES)('%s: who has one uses no other', async (name) => {
    shop.world.enter(OWN[name], { customs: '4501960EX9' })
    const { findings } = (await say(name, OWN[name])).judgement
    expect(findings).toContainEqual(
      expect.objectContaining({ code: 'COMPANY_NOT_AS_REGISTERED', path: `/${FIELD[name]}` }),
    )
  })

  it('is the own one also when an agent files for its holder, and a list may name either', async () => {
    shop.world.enter(PLATFORM, { customs: codeOf('order') })
    const agent = 'urn:hub:cn:platform:example-agent'
    shop.world.enter(agent)
    const { order, payment, logistics, list } = fixture('direct')
    expect(await shop.order(order, { from: agent, for: PLATFORM })).toMatchObject({ result: 'accepted' })
    await shop.payment(payment)
    await shop.logistics(logistics)
    const seller = 'urn:hub:cn:trader:example-seller'
    shop.world.enter(seller, { customs: '4501960EX8' })
    shop.world.enter(BROKER, { customs: list.agentCode })
    expect(await shop.list(list, { for: seller })).toMatchObject({ result: 'accepted' })
  })
})

describe('the payment of an order', () => {
  it("is that of the institution the order was told to: what another files first stands in nobody's way", async () => {
    const bought = fixture('direct')
    expect(await shop.payment(bought.payment, { from: OTHER.payment })).toMatchObject({ result: 'accepted' })
    await shop.order(bought.order)
    await shop.logistics(bought.logistics)
    expect(await shop.list(bought.list)).toMatchObject({ findings: ['THREE_DOCUMENTS_MISSING'] })
    expect(await shop.payment(bought.payment)).toMatchObject({ result: 'accepted' })
    expect(await shop.list(bought.list)).toMatchObject({ result: 'accepted', judgement: { refers: [1, 3, 2] } })
  })

  it('is that of the institution whose code the order names, told or not', async () => {
    const bought = fixture('direct')
    shop.world.enter(PAYER, { customs: bought.order.payCode! })
    await shop.order(bought.order, { to: [BROKER, CUSTOMS, OTHER.payment] })
    await shop.logistics(bought.logistics)
    await shop.payment({ ...bought.payment, payCode: '4501960EX7' }, { from: OTHER.payment })
    expect(await shop.list(bought.list)).toMatchObject({ findings: ['THREE_DOCUMENTS_MISSING'] })
    await shop.payment(bought.payment)
    expect(await shop.list(bought.list)).toMatchObject({ result: 'accepted' })
    expect(await shop.status(bought.list, 'REJECTED')).toMatchObject({ result: 'accepted' })
    expect(await shop.list(bought.list)).toMatchObject({ result: 'accepted' })
  })

  it('may come before its order', async () => {
    const bought = fixture('direct')
    await shop.payment(bought.payment)
    await shop.logistics(bought.logistics)
    await shop.order(bought.order)
    expect(await shop.list(bought.list)).toMatchObject({ result: 'accepted' })
  })
})

describe('the number of a person', () => {
  const NUMBER = fixture('direct').order.buyerIdNumber!

  it.each(['order', 'payment', 'list'] as const)('%s: is no reference on the envelope', async (name) => {
    const body = fixture('direct')[name]
    const sent = { from: OWN[name], to: [CUSTOMS, BROKER], ref: `6CN${NUMBER}` }
    const { findings } = (await shop.say(name, body, sent)).judgement
    expect(findings).toContainEqual({
      code: 'IDENTITY_NUMBER_AS_REFERENCE',
      path: '',
      params: { field: 'ref' },
      message: expect.any(String) as string,
    })
    expect(JSON.stringify(findings)).not.toContain(NUMBER)
  })
})
