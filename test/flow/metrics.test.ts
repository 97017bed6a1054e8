// GET /metrics: what happened is counted, no party is named, and not everybody may look.
import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { METRICS } from '../../src/hub/report.ts'
import { declared, newDeclaration } from '../support/consignment.ts'
import { ask, expectRefused, expectTaken, post } from '../support/doors.ts'
import { believe, LEDGERS, openLaneOf, termsOf, trustOf } from '../support/ledger-acts.ts'
import { openWorld, type World } from '../support/world.ts'

const TOKEN = randomBytes(24).toString('base64url')
let world: World
beforeAll(async () => {
  world = await openWorld({
    env: async (sandbox) => {
      const file = join(sandbox, 'metrics.token')
      writeFileSync(file, `${TOKEN}\n`)
      return { HUB_METRICS_TOKEN: file }
    },
  })
})
afterAll(() => world.close())

const scrape = async (token?: string) =>
  fetch(`${world.url}/metrics`, token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } })

/** The value of a series by its name and labels. */
const valueOf = (text: string, series: string): number | undefined => {
  const line = text.split('\n').find((one) => one.startsWith(`${series} `))
  return line === undefined ? undefined : Number(line.slice(series.length + 1))
}

it('is for the one with the token', async () => {
  for (const token of [undefined, 'wrong', `${TOKEN}x`, await world.client('hub-operator').token('api')])
    expect((await scrape(token)).status).toBe(401)
  const answer = await scrape(TOKEN)
  expect(answer.status).toBe(200)
  expect(answer.headers.get('content-type')).toContain('text/plain; version=0.0.4')
})

it('counts what happened', async () => {
  const message = await world.compose('hanoi-importer', declared(world))
  expectTaken(await post(world, 'hanoi-importer', message))
  expectTaken(await post(world, 'hanoi-importer', message), 200)
  const wrong = await world.compose('hanoi-importer', declared(world, { ...newDeclaration(world), entryId: 'x' }))
  expectRefused(await post(world, 'hanoi-importer', wrong), 'FINDINGS')
  expectRefused(await ask(world, undefined, '/v1/feed'), 'SESSION_REQUIRED')
  const text = await (await scrape(TOKEN)).text()
  expect(valueOf(text, 'hub_accepted_total{kind="customs.declaration"}')).toBe(1)
  expect(valueOf(text, 'hub_duplicates_total')).toBe(1)
  expect(valueOf(text, 'hub_findings_total{kind="customs.declaration"}')).toBe(1)
  expect(valueOf(text, 'hub_refused_total{code="FINDINGS"}')).toBe(1)
  expect(valueOf(text, 'hub_refused_total{code="SESSION_REQUIRED"}')).toBeGreaterThan(0)
  expect(valueOf(text, 'hub_journal_entries')).toBe(world.hub.house.journal.size())
  expect(valueOf(text, 'hub_ready')).toBe(1)
  expect(valueOf(text, 'hub_commit_entries_sum')).toBeGreaterThanOrEqual(world.hub.house.journal.size())
  for (const name of Object.keys(METRICS)) expect(text, name).toContain(`# TYPE ${name} `)
})

it('shows of ledgers whether they are frozen, by country and name, and no height where none is connected', async () => {
  await believe(world, trustOf(LEDGERS.source))
  await openLaneOf(world, termsOf(world))
  await ask(world, 'hanoi-importer', '/v1/ledgers')
  const text = await (await scrape(TOKEN)).text()
  expect(valueOf(text, 'hub_ledger_frozen{ledger="cn/domestic"}')).toBe(0)
  for (const name of ['height', 'lag_blocks', 'headers', 'gas_used']) expect(text).not.toContain(`hub_ledger_${name}{`)
  expect(text).not.toContain('hub_packet_backlog_seconds{')
  expect(valueOf(text, 'hub_follower_lag_entries{follower="ledgers"}')).toBe(0)
})

it('names no party and no path that was asked for', async () => {
  await ask(world, 'hanoi-importer', '/v1/messages?id=01890000-0000-7000-8000-00000000abcd&from=secret-party')
  const text = await (await scrape(TOKEN)).text()
  expect(text).not.toContain('urn:hub')
  expect(text).not.toContain('secret-party')
  expect(text).toContain('route="/v1/messages"')
})
