// The watch through the front door: lists of sanctions, who is told of a hit, what the enquiry says, and declarations split under a limit.
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CustomsDeclaration, SanctionsList, SupervisionAlert } from '../../schemas/types.d.ts'
import { newDeclaration } from '../support/consignment.ts'
import { ask, expectRefused, expectTaken, post } from '../support/doors.ts'
import { openWorld, type World } from '../support/world.ts'
import { LONG_MS, PATIENT } from '../support/patience.ts'

const [EXPORTER, HOME, ABROAD, BANK] = [
  'guangxi-exporter',
  'nanning-customs',
  'vietnam-customs',
  'nanning-bank',
] as const
const SUPERVISOR = 'customs-supervision'
const LISTED = 'Night Heron Shipping Co., Ltd. (invented)'
let world: World
beforeAll(async () => {
  world = await openWorld()
}, LONG_MS)
afterAll(() => world.close())

const fixture = <T>(file: string): T =>
  JSON.parse(readFileSync(new URL(`../../fixtures/customs/valid/${file}`, import.meta.url), 'utf8')) as T
const time = (shiftMs: number): string => new Date(world.clock.now() + shiftMs).toISOString()
const send = async (folder: string, kind: string, body: object, to: string[] = []) =>
  post(world, folder, await world.compose(folder, { kind, to: to.map((one) => world.urn(one)), body }))

const alertsOf = async (folder: string): Promise<{ index: number; body: SupervisionAlert }[]> => {
  const { items } = await world.client(folder).feed({ limit: 1_000, kinds: ['customs.alert'] })
  return items.map(({ index, message }) => ({
    index,
    body: JSON.parse(Buffer.from(message!.body, 'base64url').toString()) as SupervisionAlert,
  }))
}
const alerted = async (folder: string, rule: SupervisionAlert['rule'], count = 1): Promise<SupervisionAlert[]> => {
  const found = async () => (await alertsOf(folder)).filter(({ body }) => body.rule === rule)
  await expect.poll(async () => (await found()).length, PATIENT).toBe(count)
  return (await found()).map(({ body }) => body)
}
const enquire = async (name: string) => {
  const { signatures } = await world.client(BANK).enquire({ enquiry: 'customs.sanctions', v: 1, question: { name } })
  return JSON.parse(Buffer.from(signatures[0]!.split('.')[1]!, 'base64url').toString()) as {
    verdict: string
    facts?: { hits: object[]; lists: object[] }
  }
}

describe('sanctions', () => {
  let list: number
  const named = (overseasTraderName: string): CustomsDeclaration => ({ ...newDeclaration(world), overseasTraderName })

  it('cannot be told without a list', async () => {
    expect(await enquire(LISTED)).toMatchObject({ verdict: 'unknown' })
  })

  it('are entered by a regulator and by nobody else', async () => {
    const body: SanctionsList = {
      ...fixture<SanctionsList>('sanctions-list-example.json'),
      issuedAt: time(-1_000),
      staleAfter: time(86_400_000),
    }
    expect((await send(BANK, 'customs.sanctions-list', body)).status).toBe(403)
    list = expectTaken(await send(SUPERVISOR, 'customs.sanctions-list', body, [HOME])).body.index
    const repeated = await send(SUPERVISOR, 'customs.sanctions-list', body, [HOME])
    expectRefused(repeated, 'FINDINGS')
    expect(repeated.body.findings?.map(({ code }) => code)).toEqual(['SANCTIONS_NOT_NEWER'])
  })

  it('are told to customs and the supervisors of the country whose list it is', async () => {
    const index = expectTaken(await send(EXPORTER, 'customs.declaration', named(LISTED), [HOME, ABROAD])).body.index
    expectTaken(await send(EXPORTER, 'customs.declaration', named('Night Heron Trading'), [HOME, ABROAD]))
    for (const folder of [HOME, SUPERVISOR]) {
      const alerts = await alerted(folder, 'SANCTIONS_HIT')
      expect(alerts, folder).toMatchObject([
        {
          country: 'CN',
          entries: [index],
          list: { name: 'EXAMPLE-SANCTIONS', entry: list },
          matches: [{ role: 'consignee', path: '/overseasTraderName', how: 'NAME', listed: 'EX-0001' }],
        },
      ])
      expect(JSON.stringify(alerts)).not.toMatch(/heron/i)
    }
    for (const folder of [EXPORTER, ABROAD, BANK]) expect(await alertsOf(folder), folder).toEqual([])
  })

  it('are answered to a bank that asks', async () => {
    expect(await enquire('night heron SHIPPING')).toMatchObject({ verdict: 'no' })
    expect(await enquire(LISTED.toUpperCase())).toMatchObject({ verdict: 'yes' })
    const asked = { enquiry: 'customs.sanctions', v: 1, question: { name: LISTED } }
    expectRefused(
      await ask(world, EXPORTER, '/v1/enquiries', {
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(asked),
      }),
      'READ_NOT_PERMITTED',
    )
  })

  it('are told of a name that customs amends into a declaration', async () => {
    const body = named('Night Heron Trading')
    const index = expectTaken(await send(EXPORTER, 'customs.declaration', body, [HOME, ABROAD])).body.index
    const change = { path: '/overseasTraderName', from: 'Night Heron Trading', to: LISTED }
    const amendment = { entryId: body.entryId, version: 2, reason: 'a slip', changes: [change] }
    const amended = expectTaken(await send(HOME, 'customs.amendment', amendment, [EXPORTER])).body.index
    expect((await alerted(SUPERVISOR, 'SANCTIONS_HIT', 2))[1]).toMatchObject({ entries: [index, amended] })
  })

  it('of a stale list are unknown, and that is said', async () => {
    // Long enough for the list to be taken before it, however slowly.
    const staleAfter = time(4_000)
    const next = {
      ...fixture<SanctionsList>('sanctions-list-example.json'),
      version: 'short',
      issuedAt: time(0),
      staleAfter,
    }
    expectTaken(await send(SUPERVISOR, 'customs.sanctions-list', next, [HOME]))
    await expect.poll(() => time(0) > staleAfter, PATIENT).toBe(true)
    const index = expectTaken(await send(EXPORTER, 'customs.declaration', named(LISTED), [HOME, ABROAD])).body.index
    expect(await alerted(HOME, 'LIST_STALE')).toMatchObject([{ why: 'STALE', list: { name: 'EXAMPLE-SANCTIONS' } }])
    expect(await alerted(HOME, 'SANCTIONS_HIT', 2)).toHaveLength(2)
    expect(await enquire(LISTED)).toMatchObject({ verdict: 'unknown' })

    const renewed = { ...next, version: 'renewed', issuedAt: time(0), staleAfter: time(86_400_000) }
    const entry = expectTaken(await send(SUPERVISOR, 'customs.sanctions-list', renewed, [HOME])).body.index
    const hits = await alerted(HOME, 'SANCTIONS_HIT', 3)
    expect(hits[2]).toMatchObject({ entries: [index], list: { version: 'renewed', entry } })
    expect((await alerted(HOME, 'LIST_STALE', 2))[1]).toMatchObject({ why: 'RENEWED', entries: [index] })
    expect(await enquire(LISTED)).toMatchObject({ verdict: 'yes' })
  })
})

describe('alerts', () => {
  const serial = { last: 500 }
  /** Garlic worth 592.50 dollars, in a declaration of its own. */
  const small = (): CustomsDeclaration => {
    const body = fixture<CustomsDeclaration>('declaration-garlic.json')
    const item = { ...body.items[0]!, gQty: '500', firstQty: '500', declTotal: '592.50' }
    const entryId = body.entryId.slice(0, 9) + String(serial.last++).padStart(9, '0')
    const { tradeCoScc, tradeCode } = newDeclaration(world)
    return { ...body, tradeCoScc, tradeCode, entryId, packNo: '50', grossWt: '515', netWt: '500', items: [item] }
  }

  it('of declarations split under a limit name all of them, once', async () => {
    const entries: number[] = []
    for (let n = 0; n < 4; n++)
      entries.push(expectTaken(await send(EXPORTER, 'customs.declaration', small(), [HOME])).body.index)
    const [alert] = await alerted(SUPERVISOR, 'SPLIT_DECLARATIONS')
    expect(alert).toMatchObject({ hs: '0703', entries: entries.slice(0, 3) })
    expect(alert!.figures).toContainEqual({ name: 'total', value: '1777.50', unit: 'USD' })
  })

  it('are the hub’s to write', async () => {
    const alert = fixture<SupervisionAlert>('alert-split.json')
    expect((await send(HOME, 'customs.alert', alert)).status).toBe(403)
  })

  it('are the same after a restart', async () => {
    const before = await alertsOf(SUPERVISOR)
    await world.restart()
    expectTaken(await send(EXPORTER, 'customs.declaration', newDeclaration(world), [HOME]))
    await expect.poll(async () => (await alertsOf(SUPERVISOR)).length, PATIENT).toBe(before.length)
    expect(await alertsOf(SUPERVISOR)).toEqual(before)
  })
})
