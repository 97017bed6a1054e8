// Regulators at the doors: what they see by country, that they say why, and what becomes of it when a right is withdrawn.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { HubClient } from '../../src/client/hub-client.ts'
import type { FeedItem } from '../../src/client/feed-item.ts'
import type { Purpose } from '../../src/hub/supervision/purpose.ts'
import { declared, financing, newDeclaration, releasedDeclaration } from '../support/consignment.ts'
import { ask, expectRefused, expectTaken, post } from '../support/doors.ts'
import { FeedLine } from '../support/feed-line.ts'
import { enrol, enter } from '../support/papers.ts'
import { openWorld, type World } from '../support/world.ts'

const EXPORTER = 'guangxi-exporter'
const CUSTOMS = 'nanning-customs'
const HOME = 'fx-supervision'
const ABROAD = 'urn:hub:vn:regulator:green-river'
const HANOI = 'urn:hub:vn:regulator:west-lake'
let world: World
let abroad: HubClient
beforeAll(async () => {
  world = await openWorld()
  abroad = await regulator(ABROAD, ['*'])
})
afterAll(() => world.close())

/** A regulator of Vietnam with a client of its own. */
async function regulator(party: string, supervises: string[], purpose: Purpose = { code: 'supervision' }) {
  const { client } = await enrol(world, party, 'vn-p256', { supervises })
  const { url, hub, identity } = client
  return new HubClient({ url, hub, identity, purpose, clock: world.clock.now })
}
const register = (party: string, more: object) =>
  enter(world, 'vn', 'hub.party', {
    party,
    name: 'Invented office',
    country: 'VN',
    class: 'regulator',
    state: 'active',
    ...more,
  })
const file = async (body = newDeclaration(world)) =>
  expectTaken(await post(world, EXPORTER, await world.compose(EXPORTER, declared(world, body)))).body.index
async function itemsOf(client: HubClient): Promise<FeedItem[]> {
  return (await client.feed({ limit: 1_000 })).items
}
const itemOf = async (client: HubClient, index: number) => (await itemsOf(client)).find((item) => item.index === index)

describe('views by country', () => {
  it('of a declaration: goods for both sides, prices and names for nobody', async () => {
    const index = await file()
    const [home, other] = [await itemOf(world.client(HOME), index), await itemOf(abroad, index)]
    expect([home!.view, other!.view]).toEqual(['supervision', 'supervision-abroad'])
    for (const item of [home, other]) {
      expect(item!.viewed!.body).toMatchObject({
        items: expect.arrayContaining([expect.objectContaining({ gNo: '1' })]),
      })
      expect(item!.viewed!.masked).toEqual(expect.arrayContaining(['/tradeName', '/items/0/declPrice']))
    }
  })
  it('of a financing told to a bank abroad: there, only that there was an act', async () => {
    const { declaration } = await releasedDeclaration(world)
    const what = { ...financing(world, declaration, 'VIEW-1'), to: [world.urn('hanoi-bank')] }
    const { index } = expectTaken(await post(world, 'nanning-bank', await world.compose('nanning-bank', what))).body
    expect((await itemOf(world.client(HOME), index))!.viewed!.body).toMatchObject({ act: 'apply', currency: 'USD' })
    expect((await itemOf(abroad, index))!.viewed!.body).toEqual({ act: 'apply' })
    expect((await itemOf(world.client('hanoi-bank'), index))!.message).toBeDefined()
  })
  it('a regulator addressed by the sender sees the whole', async () => {
    const to = [world.urn(CUSTOMS), world.urn('customs-supervision')]
    const message = await world.compose(EXPORTER, { ...declared(world), to })
    const { index } = expectTaken(await post(world, EXPORTER, message)).body
    expect((await itemOf(world.client('customs-supervision'), index))!.message).toBeDefined()
  })
})

describe('purposes', () => {
  const bare = () =>
    new HubClient({ url: abroad.url, hub: abroad.hub, identity: abroad.identity, clock: world.clock.now })
  it('pull, entry and history are refused to a regulator without one', async () => {
    const index = await file()
    const client = bare()
    const code = { problem: { code: 'PURPOSE_REQUIRED', status: 400 } }
    await expect(client.feed()).rejects.toMatchObject(code)
    await expect(client.feed({ name: 'desk' })).rejects.toMatchObject(code)
    await expect(client.entry(index)).rejects.toMatchObject(code)
    await expect(client.history().next()).rejects.toMatchObject(code)
  })
  it('are asked of regulators alone', async () => {
    expect((await world.client('nanning-bank').feed()).items.length).toBeGreaterThan(0)
  })
  it('a subscription keeps its own, and never takes another', async () => {
    const subscribe = async (wish: object) =>
      ask(world, HOME, '/v1/subscriptions', { body: JSON.stringify({ name: 'case', ...wish }) })
    expectRefused(await subscribe({}), 'PURPOSE_REQUIRED')
    expectRefused(await subscribe({ purpose: { code: 'curiosity' } }), 'PURPOSE_REQUIRED')
    const purpose = { code: 'investigation', reference: 'CASE 7' }
    const made = await subscribe({ purpose })
    expect([made.status, made.body]).toMatchObject([201, { purpose }])
    expect((await subscribe({})).status).toBe(200)
    expectRefused(await subscribe({ purpose: { code: 'audit' } }), 'SUBSCRIPTION_INVALID')
    const { body } = await ask(world, HOME, '/v1/subscriptions')
    expect(body).toMatchObject({ subscriptions: [{ name: 'case', purpose }] })
  })
  it('the socket says so and goes on', async () => {
    const line = await FeedLine.open(world, await world.client(HOME).token('feed'))
    line.send({ type: 'subscribe', name: 'socket', credit: 10 })
    expect(await line.frame('error')).toMatchObject({ code: 'PURPOSE_REQUIRED', fatal: false, name: 'socket' })
    line.send({ type: 'subscribe', name: 'socket', credit: 10, purpose: { code: 'statistics' } })
    expect(await line.frame('subscribed')).toMatchObject({ name: 'socket' })
    line.send({ type: 'subscribe', name: 'bad', credit: 10, purpose: { code: 'statistics', why: 'x' } })
    while (!line.ended) await new Promise((resolve) => line.socket.once('close', resolve))
    expect(line.frames.at(-1)).toMatchObject({ code: 'FRAME_MALFORMED' })
  })
})

describe('a withdrawn right', () => {
  it('turns what was seen by it into withheld items that keep their place; direct items stay; the past is not filled in later', async () => {
    const client = await regulator(HANOI, ['customs.declaration', 'hub.refusal'])
    const before = await file()
    const direct = expectTaken(
      await post(
        world,
        EXPORTER,
        await world.compose(EXPORTER, {
          ...declared(world),
          to: [world.urn(CUSTOMS), world.urn('vietnam-customs'), HANOI],
        }),
      ),
    ).body.index
    const seen = await itemsOf(client)
    expect(seen.find(({ index }) => index === before)!.viewed).toBeDefined()

    expectTaken(await register(HANOI, { supervises: ['customs.release'] }))
    const during = await file()
    const after = await itemsOf(client)
    const item = after.find(({ index }) => index === before)!
    expect(item).toMatchObject({ withheld: 'right-withdrawn', view: 'none' })
    expect(item.viewed ?? item.message).toBeUndefined()
    expect(item.seq).toBe(seen.find(({ index }) => index === before)!.seq)
    expect(after.find(({ index }) => index === direct)!.message).toBeDefined()
    expect(after.map(({ seq }) => seq)).toEqual(after.map((_, n) => n + 1))
    expect(await client.entry(before)).toMatchObject({ withheld: 'right-withdrawn' })
    expect((await client.history().next()).value).toContain('"seq":1')

    // The right comes back: what was there is seen again, what happened meanwhile is not inserted.
    expectTaken(await register(HANOI, { supervises: ['customs.declaration'] }))
    const back = await itemsOf(client)
    expect(back.find(({ index }) => index === before)!.viewed).toBeDefined()
    expect(back.map(({ index }) => index)).not.toContain(during)
  })
  it('is one that the register entry takes away altogether, also from messages on their way', async () => {
    const party = 'urn:hub:vn:regulator:red-river'
    const client = await regulator(party, ['customs.declaration'])
    const before = await file()
    expectTaken(await register(party, {}))
    const after = await file()
    const items = await itemsOf(client)
    expect(items.find(({ index }) => index === before)).toMatchObject({ withheld: 'right-withdrawn' })
    expect(items.map(({ index }) => index)).not.toContain(after)
  })
  it('over the socket too', async () => {
    const party = 'urn:hub:vn:regulator:black-river'
    const client = await regulator(party, ['customs.declaration'])
    const index = await file()
    expectTaken(await register(party, { supervises: [] }))
    const line = await FeedLine.open(world, await client.token('feed'))
    line.send({ type: 'subscribe', name: 'desk', after: 0, credit: 50, purpose: { code: 'audit' } })
    expect(await line.item(index)).toMatchObject({ withheld: 'right-withdrawn', view: 'none' })
    line.socket.close()
  })
})
