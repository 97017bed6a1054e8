// Cross-border e-commerce through the front door: three documents and their list, what supervision sees, and a year's limit that a hundred
// lists at once do not pass.
import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { composeMessage } from '../../src/client/compose.ts'
import type { HubClient } from '../../src/client/hub-client.ts'
import type { ClientIdentity } from '../../src/client/session-keeper.ts'
import { shanghaiDay } from '../../src/customs/shanghai-day.ts'
import { enrol } from '../support/papers.ts'
import { openWorld, type World } from '../support/world.ts'
import { fixture, purchase, type Purchase } from '../unit/customs/ecommerce/shop.ts'
import { LONG_MS } from '../support/patience.ts'

interface Party {
  urn: string
  identity: ClientIdentity
  client: HubClient
}
type Role = 'platform' | 'payment-institution' | 'logistics' | 'broker'

let world: World
const parties = new Map<Role, Party>()
const other = 'urn:hub:cn:broker:example-stranger'
const MANY = {
  HUB_QUOTA_MESSAGES: '100000',
  HUB_QUOTA_MIB: '1000',
  HUB_QUOTA_REFUSED: '100000',
  HUB_QUOTA_ATTEMPTS: '100000',
}

beforeAll(async () => {
  world = await openWorld({ env: MANY })
  for (const role of ['platform', 'payment-institution', 'logistics', 'broker'] as const) {
    const urn = `urn:hub:cn:${role}:example-one`
    parties.set(role, { urn, ...(await enrol(world, urn, 'cn-p256')) })
  }
})
afterAll(() => world.close())

async function send({ urn, identity, client }: Party, kind: string, to: string[], body: object) {
  const { hub } = world.party('nanning-customs').card
  const message = await composeMessage(
    { hub, v: 1, from: urn, to, kind: `customs.ecommerce-${kind}`, body },
    {
      signers: [{ signer: identity.signer, by: { path: [...identity.path] } }],
      randomness: randomBytes,
      clock: world.clock.now,
    },
  )
  const answer = await client.submit(message)
  return answer.outcome === 'accepted' ? answer.index : answer.problem
}

const role = (name: Role): Party => parties.get(name)!
const everybody = (): string[] => [role('broker').urn, world.urn('nanning-customs')]
const today = (bought: Purchase): Purchase => ({
  ...bought,
  list: { ...bought.list, declTime: shanghaiDay(world.clock.now()) },
})

async function tell({ order, payment, logistics }: Purchase) {
  return [
    await send(role('platform'), 'order', [...everybody(), role('payment-institution').urn], order),
    await send(role('payment-institution'), 'payment', everybody(), payment),
    await send(role('logistics'), 'logistics', everybody(), logistics),
  ]
}
const list = (body: object) => send(role('broker'), 'list', [world.urn('nanning-customs')], body)

async function status(bought: Purchase, outcome: string, more: object = {}) {
  const { orderNo, ebpCode } = bought.list
  const returnTime = `${shanghaiDay(world.clock.now() - 86_400_000)}235959000`
  return world.submit('nanning-customs', {
    kind: 'customs.ecommerce-status',
    to: [role('broker').urn],
    body: { orderNo, ebpCode, outcome, returnTime, ...more },
  })
}

describe('three documents and a list', () => {
  it('are taken, released, and seen by supervision without prices and people', async () => {
    const bought = today(fixture('direct'))
    for (const index of [...(await tell(bought)), await list(bought.list)]) expect(index).toEqual(expect.any(Number))
    expect(await status(bought, 'RELEASED', { invtNo: '72002026I000000001' })).toMatchObject({ outcome: 'accepted' })
    const kinds = ['order', 'payment', 'logistics', 'list'].map((name) => `customs.ecommerce-${name}`)
    const { items } = await world.client('fx-supervision').feed({ kinds, limit: 10 })
    expect(items.map(({ view }) => view)).toEqual(['supervision', 'supervision', 'supervision', 'supervision'])
    const shown = JSON.stringify(items)
    for (const open of ['泰国椰子粉', 'EX-ORDER-1', '2106909090']) expect(shown).toContain(open)
    for (const hidden of [
      '450681199001010012',
      '示例订购人甲',
      '示例路',
      '00000000001',
      '665.15',
      '180.00',
      'EX-PAY-1',
    ])
      expect(shown).not.toContain(hidden)
  })

  it('say what differs, and to a stranger only that nothing is there', async () => {
    const bought = today(purchase('differs', 50_000n))
    bought.payment.amountPaid = '499.99'
    bought.logistics.consignee = '示例收件人乙'
    await tell(bought)
    const problem = await list(bought.list)
    expect(problem).toMatchObject({
      code: 'FINDINGS',
      findings: [
        { code: 'LIST_CONSIGNEE_DIFFERS', params: { document: 'logistics', field: 'consignee' } },
        { code: 'LIST_PAID_DIFFERS', params: { ordered: '500.00', paid: '499.99' } },
      ],
    })
    expect(JSON.stringify(problem)).not.toContain('示例收件人乙')
    const stranger = { urn: other, ...(await enrol(world, other, 'cn-p256')) }
    const ask = async (body: object) => {
      const answer = await send(stranger, 'list', [world.urn('nanning-customs')], body)
      return typeof answer === 'object' ? answer.findings : answer
    }
    const nothing = await ask(today(purchase('never', 50_000n)).list)
    expect(nothing).toHaveLength(3)
    expect(await ask(bought.list)).toEqual(nothing)
  })
})

describe('a year', () => {
  const COUNT = 100
  const EACH = 50_000n
  const buyer = '450681199001010039'

  it(
    'is never passed by a hundred lists at once, and what comes back can be used again',
    async () => {
      const all = Array.from({ length: COUNT }, (_, n) => today(purchase(`race-${n}`, EACH, buyer)))
      await Promise.all(all.map(tell))
      const answers = await Promise.all(all.map((bought) => list(bought.list)))
      const taken = all.filter((_, at) => typeof answers[at] === 'number')
      expect(taken).toHaveLength(Number(2_600_000n / EACH))
      for (const answer of answers.filter((one) => typeof one === 'object'))
        expect(answer).toMatchObject({ code: 'BALANCE_INSUFFICIENT', refusal: { rule: 'ecommerce-annual-limit' } })
      expect(await status(taken[0]!, 'CANCELLED')).toMatchObject({ outcome: 'accepted' })
      const late = all.filter((_, at) => typeof answers[at] !== 'number')
      const again = await Promise.all(late.map((bought) => list(bought.list)))
      expect(again.filter((one) => typeof one === 'number')).toHaveLength(1)
    },
    LONG_MS,
  )
})
