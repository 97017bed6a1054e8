// Metered units: exact, the same after the views are emptied, the caller's own, and all of them for the operator.
import { afterAll, beforeAll, expect, it } from 'vitest'
import { memoryViews } from '../../src/hub/journal/memory-views.ts'
import { unitsOf, type Units, type UnitsRow } from '../../src/hub/units.ts'
import { financing, releasedDeclaration } from '../support/consignment.ts'
import { ask, expectRefused, expectTaken, post } from '../support/doors.ts'
import { openWorld, type World } from '../support/world.ts'

let world: World
let day: string
beforeAll(async () => {
  // The day on which its first entries are made, should it end meanwhile.
  day = new Date().toISOString().slice(0, 10)
  world = await openWorld()
})
afterAll(() => world.close())

const rowsOf = async (folder: string): Promise<UnitsRow[]> => {
  const tomorrow = new Date(Date.parse(day) + 86_400_000).toISOString().slice(0, 10)
  return (await world.client(folder).units({ from: day, to: tomorrow })).rows
}
const total = (rows: readonly UnitsRow[], kind: string, name: keyof Units): number =>
  rows.filter((row) => row.kind === kind).reduce((sum, row) => sum + row[name], 0)

it('counts what was sent, told and refused, and a rebuild counts the same', async () => {
  const { declaration, index } = await releasedDeclaration(world)
  const first = await world.compose('nanning-bank', financing(world, declaration, 'METER-1'))
  expectTaken(await post(world, 'nanning-bank', first))
  expectTaken(await post(world, 'nanning-bank', first), 200)
  const second = await world.compose('second-bank', financing(world, declaration, 'METER-2'))
  expect((await post(world, 'second-bank', second)).status).toBe(409)

  const [entry] = await world.hub.house.journal.read(index, 1)
  const content = (await world.hub.house.journal.content(index))!
  const exporter = await rowsOf('guangxi-exporter')
  expect(total(exporter, 'customs.declaration', 'messages')).toBe(1)
  expect(total(exporter, 'customs.declaration', 'bytes')).toBe(content.envelope.length + content.body.length)
  expect(entry!.sent).toEqual({ bytes: content.envelope.length + content.body.length, attachmentBytes: 0 })
  const bank = await rowsOf('nanning-bank')
  expect(total(bank, 'tradefinance.financing', 'messages')).toBe(1)
  const other = await rowsOf('second-bank')
  expect(total(other, 'tradefinance.financing', 'messages')).toBe(0)
  expect(total(other, 'tradefinance.financing', 'refusals')).toBe(1)
  expect(other.every(({ party }) => party === world.urn('second-bank'))).toBe(true)

  const all = await rowsOf('hub-operator')
  expect(all).toEqual(expect.arrayContaining([...exporter, ...bank, ...other]))
  const entries = await world.hub.house.journal.read(0, world.hub.house.journal.size())
  const sum = entries.flatMap(unitsOf).reduce((items, { add }) => items + (add.items ?? 0), 0)
  expect(all.reduce((items, row) => items + row.items, 0)).toBe(sum)

  await world.restart({ views: memoryViews() })
  expect(await rowsOf('hub-operator')).toEqual(all)
})

it('pages, and refuses what is no range of days', async () => {
  const all = await rowsOf('hub-operator')
  const paged: UnitsRow[] = []
  for (let after: string | undefined; ; ) {
    const next = after === undefined ? '' : `&after=${encodeURIComponent(after)}`
    const page = (await ask(world, 'hub-operator', `/v1/units?from=${day}&limit=2${next}`)).body as unknown as {
      rows: UnitsRow[]
      next?: string
    }
    paged.push(...page.rows)
    if (page.next === undefined) break
    after = page.next
  }
  expect(paged).toEqual(all.filter((row) => row.day === day))
  for (const query of [
    '',
    '?from=2026-02-30',
    `?from=${day}&to=2020-01-01`,
    `?from=2020-01-01&to=${day}`,
    `?from=${day}&limit=0`,
  ])
    expectRefused(await ask(world, 'nanning-bank', `/v1/units${query}`), 'PARAMETER_INVALID')
  const spied = `${world.urn('nanning-bank')} ${day}`
  const answer = await world.client('second-bank').units({ from: day, after: spied })
  expect(answer.rows.every(({ party }) => party === world.urn('second-bank'))).toBe(true)
})
