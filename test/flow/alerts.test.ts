// Alerts through the front door: who is told, of what, how often; over restarts and with everything derived thrown away.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { HubAlert } from '../../schemas/types.d.ts'
import { memoryViews } from '../../src/hub/journal/memory-views.ts'
import type { Views } from '../../src/hub/journal/journal.ts'
import { compileSchema } from '../../src/hub/message/schema.ts'
import { readSchemaFile } from '../../src/hub/values/schema-file.ts'
import { QUOTA_ABUSE, REFUSAL_RATE } from '../../src/hub/supervision/alert-rules.ts'
import { declared, financing, newDeclaration, releasedDeclaration } from '../support/consignment.ts'
import { expectRefused, expectTaken, post } from '../support/doors.ts'
import { openWorld, type World } from '../support/world.ts'

const [FIRST, SECOND] = ['nanning-bank', 'second-bank'] as const
const HOUR_MS = 3_600_000
let world: World
let views: Views
beforeAll(async () => {
  views = memoryViews()
  world = await openWorld({ surroundings: { views } })
})
afterAll(() => world.close())

const finance = async (folder: string, declaration: Parameters<typeof financing>[1], id: string, amount?: string) =>
  post(world, folder, await world.compose(folder, financing(world, declaration, id, amount)))
/** Waits until the alerts hold everything up to an entry. */
async function alertedUpTo(index: number): Promise<void> {
  while ((await views.cursor('alerts')) <= index) await new Promise((resolve) => setTimeout(resolve, 10))
}
type Alert = { index: number; body: HubAlert }
async function alertsOf(folder: string): Promise<Alert[]> {
  const { items } = await world.client(folder).feed({ limit: 1_000, kinds: ['hub.alert'] })
  return items.map(({ index, message }) => ({
    index,
    body: JSON.parse(Buffer.from(message!.body, 'base64url').toString()) as HubAlert,
  }))
}
const ofRule = async (rule: HubAlert['rule']) =>
  (await alertsOf('fx-supervision')).filter(({ body }) => body.rule === rule)

describe('duplicate financing', () => {
  it('is told to the regulators of the refused bank: who, which refusal, how often; never who came first', async () => {
    const { declaration } = await releasedDeclaration(world)
    expectTaken(await finance(FIRST, declaration, 'ONE'))
    const refusals: number[] = []
    for (const id of ['TWO', 'THREE'])
      refusals.push(expectRefused(await finance(SECOND, declaration, id), 'BALANCE_INSUFFICIENT').body.refusal!.index)
    await alertedUpTo(refusals[1]!)
    const alerts = (await ofRule('duplicate-financing')).map(({ body }) => body)
    const told = {
      rule: 'duplicate-financing',
      party: world.urn(SECOND),
      kind: 'tradefinance.financing',
      code: 'BALANCE_INSUFFICIENT',
    }
    expect(alerts).toEqual(refusals.map((refusal, n) => ({ ...told, refusal, times: n + 1, entries: [refusal] })))
    expect(JSON.stringify(alerts)).not.toContain(world.urn(FIRST))
    for (const folder of [FIRST, SECOND, 'customs-supervision', 'hub-operator'])
      expect(await alertsOf(folder), folder).toEqual([])
  })
  it('is not what a bank does to itself', async () => {
    const before = (await ofRule('duplicate-financing')).length
    const { declaration } = await releasedDeclaration(world)
    expectTaken(await finance(FIRST, declaration, 'OWN-1'))
    const { refusal } = expectRefused(await finance(FIRST, declaration, 'OWN-2'), 'BALANCE_INSUFFICIENT').body
    await alertedUpTo(refusal!.index)
    expect(await ofRule('duplicate-financing')).toHaveLength(before)
  })
  it('sent again while refused is the same refusal and no further alert', async () => {
    const { declaration } = await releasedDeclaration(world)
    expectTaken(await finance(FIRST, declaration, 'AGAIN-1'))
    const message = await world.compose(SECOND, financing(world, declaration, 'AGAIN-2'))
    const { refusal } = expectRefused(await post(world, SECOND, message), 'BALANCE_INSUFFICIENT').body
    await alertedUpTo(refusal!.index)
    const before = (await ofRule('duplicate-financing')).length
    for (let n = 0; n < 3; n++) expectRefused(await post(world, SECOND, message), 'BALANCE_INSUFFICIENT')
    expect(await ofRule('duplicate-financing')).toHaveLength(before)
  })
})

describe('series and shares', () => {
  it('refused for balance five times within an hour is quota abuse, once', async () => {
    world.clock.shiftMs += 2 * HOUR_MS
    const { declaration } = await releasedDeclaration(world)
    let last = 0
    for (let n = 0; n < QUOTA_ABUSE.count; n++)
      last = expectRefused(await finance(FIRST, declaration, `PROBE-${n}`, '900000.00'), 'BALANCE_INSUFFICIENT').body
        .refusal!.index
    await alertedUpTo(last)
    const own = (await ofRule('quota-abuse')).filter(({ body }) => 'party' in body && body.party === world.urn(FIRST))
    expect(own).toMatchObject([{ body: { count: QUOTA_ABUSE.count, entries: { length: QUOTA_ABUSE.count } } }])
  })
  it('most of what a bank sends refused is told', async () => {
    world.clock.shiftMs += 2 * HOUR_MS
    const { declaration } = await releasedDeclaration(world)
    expectTaken(await finance(FIRST, declaration, 'RATE'))
    const claim = async () =>
      expectRefused(await finance(FIRST, declaration, 'RATE', '1.00'), 'ALREADY_CLAIMED').body.refusal!.index
    let last = 0
    for (let n = 0; n < REFUSAL_RATE.count; n++) last = await claim()
    await alertedUpTo(last)
    expect(await ofRule('refusal-rate')).toMatchObject([
      { body: { party: world.urn(FIRST), count: REFUSAL_RATE.count, of: REFUSAL_RATE.count + 1 } },
    ])
  })
  it('answers overdue three times within a week are told', async () => {
    // Long enough for all three to be taken before it, however slowly.
    const dueMs = world.clock.now() + 10 * 60_000
    for (let n = 0; n < 3; n++) {
      const what = { ...declared(world, newDeclaration(world)), dueMs }
      expectTaken(await post(world, 'guangxi-exporter', await world.compose('guangxi-exporter', what)))
    }
    world.clock.shiftMs += 11 * 60_000
    // Each customs house is told of to the regulators of its own country; Vietnam has none here.
    const written = async () =>
      (await world.hub.house.journal.read(0, 10_000)).filter(({ kind }) => kind === 'hub.overdue')
    while ((await written()).length < 6) await new Promise((resolve) => setTimeout(resolve, 20))
    await alertedUpTo((await written()).at(-1)!.index)
    expect(await ofRule('overdue')).toMatchObject([{ body: { party: world.urn('nanning-customs'), count: 3 } }])
  })
})

describe('alerts', () => {
  it('have the form of their rule, name their evidence, and are alerted on by none', async () => {
    const shape = compileSchema(readSchemaFile('hub/alert.v1.json'))
    const entries = await world.hub.house.journal.read(0, 10_000)
    for (const { index, body } of await alertsOf('fx-supervision')) {
      expect(shape(body), `alert ${index}`).toEqual([])
      for (const one of 'entries' in body ? body.entries : [])
        expect(['hub.refusal', 'hub.overdue'], `evidence of ${index}`).toContain(entries[one]!.kind)
    }
  })
  it('are the same after a restart with everything derived thrown away', async () => {
    const { journal } = world.hub.house
    const before = (await journal.read(0, 10_000)).filter(({ kind }) => kind === 'hub.alert')
    const size = journal.size()
    views = memoryViews()
    await world.restart({ views })
    const last = (await world.hub.house.journal.read(0, 10_000)).findLast(({ kind }) => kind === 'hub.refusal')!
    await alertedUpTo(last.index)
    const after = (await world.hub.house.journal.read(0, 10_000)).filter(({ kind }) => kind === 'hub.alert')
    expect(after).toEqual(before)
    // What was read before the restart is anchored after it.
    const more = await world.hub.house.journal.read(size, 100)
    expect(more.filter(({ kind }) => kind !== 'hub.access')).toEqual([])
  })
})
