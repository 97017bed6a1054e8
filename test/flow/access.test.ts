// What regulators read is written down, told to the sender, and anchored so that nobody rewrites it unnoticed.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { declared } from '../support/consignment.ts'
import { ask, expectRefused, expectTaken, post } from '../support/doors.ts'
import { FeedLine } from '../support/feed-line.ts'
import { openWorld, type World } from '../support/world.ts'
import { ANCHOR_MS } from '../../src/hub/supervision/anchor.ts'
import type { HubAccess } from '../../schemas/types.d.ts'

const EXPORTER = 'guangxi-exporter'
const [READER, OTHER] = ['fx-supervision', 'customs-supervision']
let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())

const file = async () =>
  expectTaken(await post(world, EXPORTER, await world.compose(EXPORTER, declared(world)))).body.index
const readingsOf = async (index: number) => (await world.client(EXPORTER).access(index)).readings

/** The hub.access entries of a reader, once there are `least`. */
async function anchorsOf(folder: string, least: number): Promise<{ index: number; body: HubAccess }[]> {
  for (;;) {
    const { items } = await world.client('hub-operator').feed({ limit: 1_000, kinds: ['hub.access'] })
    const anchors = items.map(({ index, message }) => ({
      index,
      body: JSON.parse(Buffer.from(message!.body, 'base64url').toString()) as HubAccess,
    }))
    const own = anchors.filter(({ body }) => body.reader === world.urn(folder))
    if (own.length >= least) return own
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

describe('the sender of a message', () => {
  it('sees who read it over the socket, by pull, as an entry and in the history; in which view and why', async () => {
    const index = await file()
    expect(await readingsOf(index)).toEqual([])
    const line = await FeedLine.open(world, await world.client(READER).token('feed'))
    const purpose = { code: 'investigation', reference: 'CASE 7' }
    line.send({ type: 'subscribe', name: 'case', after: 0, credit: 500, purpose })
    await line.item(index)
    line.socket.close()
    await world.client(READER).feed({ limit: 1_000 })
    await world.client(READER).entry(index)
    for await (const line of world.client(OTHER).history()) expect(line).not.toBe('')
    const readings = await readingsOf(index)
    expect(readings.map(({ reader, way, purpose: why, view }) => [reader, way, why, view])).toEqual(
      expect.arrayContaining([
        [world.urn(READER), 'subscription', 'investigation', 'supervision'],
        [world.urn(READER), 'pull', 'supervision', 'supervision'],
        [world.urn(READER), 'entry', 'supervision', 'supervision'],
        [world.urn(OTHER), 'history', 'supervision', 'supervision'],
      ]),
    )
    expect(readings).toHaveLength(4)
    // Which case it is stays between the regulator and the operator.
    expect(JSON.stringify(readings)).not.toContain('CASE 7')
  })
  it('sees nobody who did not read it, and is the only one to see', async () => {
    const index = await file()
    await world.client('vietnam-customs').feed({ limit: 1_000 })
    await world.client(READER).feed({ limit: 1_000, kinds: ['customs.release'] })
    expect(await readingsOf(index)).toEqual([])
    expectRefused(await ask(world, 'vietnam-customs', `/v1/messages/${index}/access`), 'NOT_FOUND')
    expectRefused(await ask(world, 'nanning-bank', `/v1/messages/${index}/access`), 'NOT_FOUND')
  })
})

describe('anchors', () => {
  it('go to the regulator and the operator, cover every row, and come once; a changed row contradicts them', async () => {
    const index = await file()
    await world.client(READER).entry(index)
    world.clock.shiftMs += ANCHOR_MS
    const [anchor] = (await anchorsOf(READER, 1)).slice(-1)
    const own = await world.client(READER).feed({ limit: 1_000, kinds: ['hub.access'] })
    expect(own.items.map((item) => item.index)).toContain(anchor!.index)
    expect((await readingsOf(index)).at(-1)).toMatchObject({ anchor: anchor!.index })
    const { body } = await ask(world, 'hub-operator', `/v1/access/${anchor!.index}`)
    const { rows, root } = body as unknown as { rows: { reader: string; purpose: object }[]; root: string }
    expect(root).toBe(anchor!.body.root)
    expect(rows).toHaveLength(anchor!.body.rows)
    expectRefused(await ask(world, EXPORTER, `/v1/access/${anchor!.index}`), 'NOT_FOUND')
    expectRefused(await ask(world, 'hub-operator', `/v1/access/${index}`), 'NOT_FOUND')
  })
  it('do not come of reading anchors', async () => {
    const before = (await anchorsOf(READER, 1)).length
    await world.client(READER).feed({ limit: 1_000, kinds: ['hub.access'] })
    await world.client(OTHER).entry(await file())
    const others = (await anchorsOf(OTHER, 0)).length
    world.clock.shiftMs += ANCHOR_MS
    await anchorsOf(OTHER, others + 1)
    expect(await anchorsOf(READER, 0)).toHaveLength(before)
  })
  it('of rows from before a restart come after it', async () => {
    const index = await file()
    await world.client(OTHER).entry(index)
    await world.restart()
    expect(await readingsOf(index)).toMatchObject([{ reader: world.urn(OTHER), way: 'entry' }])
    const before = (await anchorsOf(OTHER, 0)).length
    await anchorsOf(OTHER, Math.max(before, 2))
    while ((await readingsOf(index)).some(({ anchor }) => anchor === undefined))
      await new Promise((resolve) => setTimeout(resolve, 50))
  })
})
