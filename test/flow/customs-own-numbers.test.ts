// Numbers of companies through the front door: what the register binds to a party no other party uses first, whoever signs.
import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { composeMessage } from '../../src/client/compose.ts'
import { expectRefused } from '../support/doors.ts'
import { newDeclaration } from '../support/consignment.ts'
import { enrol, enter } from '../support/papers.ts'
import { openWorld, type World } from '../support/world.ts'
import { fixture } from '../unit/customs/ecommerce/shop.ts'

const CUSTOMS = 'nanning-customs'
const OWNER = 'urn:hub:cn:trader:example-owner'
const OTHER = 'urn:hub:cn:trader:example-other'
const MALL = 'urn:hub:cn:platform:example-mall'
const OTHER_MALL = 'urn:hub:cn:platform:example-other'
const IDENTIFIERS = { uscc: '91450100MA5EXAMP19', customs: '4501960001' }

let world: World
const parties = new Map<string, Awaited<ReturnType<typeof enrol>>>()

beforeAll(async () => {
  world = await openWorld()
  const { ebpCode: customs } = fixture('direct').order
  for (const [party, identifiers] of [
    [OWNER, IDENTIFIERS],
    [OTHER, undefined],
    [MALL, { customs }],
    [OTHER_MALL, undefined],
  ] as const)
    parties.set(party, await enrol(world, party, 'cn-p256', identifiers && { identifiers }))
})
afterAll(() => world.close())

async function send(from: string, kind: string, body: object) {
  const { client, identity } = parties.get(from)!
  const { hub } = world.party(CUSTOMS).card
  const message = await composeMessage(
    { hub, v: 1, from, to: [world.urn(CUSTOMS)], kind, body },
    {
      signers: [{ signer: identity.signer, by: { path: [...identity.path] } }],
      randomness: randomBytes,
      clock: world.clock.now,
    },
  )
  const answer = await client.submit(message)
  if (answer.outcome === 'accepted') return 'accepted'
  expect(JSON.stringify(answer.problem)).not.toContain(OWNER)
  return answer.problem.findings?.map(({ code, path }) => `${code} ${path}`) ?? answer.problem.code
}

it('a declaration under the company of another is none, and the number stays free for its owner', async () => {
  const declaration = newDeclaration(world)
  expect(await send(OTHER, 'customs.declaration', declaration)).toEqual([
    'COMPANY_OF_OTHER /tradeCoScc',
    'COMPANY_OF_OTHER /tradeCode',
  ])
  expect(await send(OWNER, 'customs.declaration', declaration)).toBe('accepted')
})

it('an order under the code of another platform is none, and the number stays free for its owner', async () => {
  const { order } = fixture('direct')
  expect(await send(OTHER_MALL, 'customs.ecommerce-order', order)).toEqual(['COMPANY_OF_OTHER /ebpCode'])
  expect(await send(MALL, 'customs.ecommerce-order', order)).toBe('accepted')
})

it('the register takes a number of another party for nobody', async () => {
  const body = { party: OTHER, name: 'Invented other', country: 'CN', class: 'trader', state: 'active' }
  const refused = await enter(world, 'cn', 'hub.party', { ...body, identifiers: IDENTIFIERS })
  expectRefused(refused, 'FINDINGS')
  expect(refused.body.findings?.map(({ code }) => code)).toEqual(['IDENTIFIER_TAKEN', 'IDENTIFIER_TAKEN'])
})
