// Lanes between two hubs: what goes over, once, in the form its grounds allow, and what both logs say of it.
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { command } from '../../src/client/command.ts'
import { FeedClient } from '../../src/client/feed-client.ts'
import * as documents from '../../src/client/demo/documents.ts'
import { accepted } from '../../src/client/demo/marks.ts'
import type { ExportGround } from '../../src/crosschain/export-rule.ts'
import { laneId, type LaneTerms } from '../../src/crosschain/lane.ts'
import { openTwoHubs, OPERATORS, OWNERS, type TwoHubs, until } from '../support/two-hubs.ts'
import { expectHubProblem } from '../support/hub-problem.ts'
import { LONG_MS } from '../support/patience.ts'

const EXPORTER = 'guangxi-exporter'
const PARTNER = 'vietnam-customs'
const contract = (one: ExportGround['class'], more: Partial<ExportGround> = {}): ExportGround => ({
  class: one,
  ground: 'contract',
  reference: 'agreement 7 (invented)',
  ...more,
})
const ALL = (['public', 'trade', 'commercial', 'personal'] as const).map((one) => contract(one))

let hubs: TwoHubs
let serial = 300
const declare = async (): Promise<number> => {
  const exporter = hubs.at('cn', EXPORTER)
  const to = [hubs.at('cn', 'nanning-customs').urn, hubs.at('cn', PARTNER).urn]
  return accepted(
    await exporter.send({ kind: 'customs.declaration', to, body: documents.electronics(Date.now(), ++serial) }),
  )
}
const deliveryOf = (index: number) =>
  until(`the delivery of entry ${index}`, async () =>
    (await hubs.deliveries('vn', PARTNER)).find(({ body }) => body.export.message.index === index),
  )
const receiptOf = (index: number) =>
  until(`the receipt of entry ${index}`, async () =>
    (await hubs.at('cn', EXPORTER).client.relayed(index)).relayed.find(({ receipt }) => receipt !== undefined),
  )
const exportsOf = async (index: number) =>
  (await hubs.at('cn', OPERATORS.cn).client.exports({ limit: 1_000 })).exports.filter(
    (one) => one.export.message.index === index,
  )

let open: LaneTerms | undefined
/** One lane at a time: the one before is closed at both hubs. */
async function only(more: Partial<LaneTerms>): Promise<LaneTerms> {
  if (open)
    for (const here of ['cn', 'vn'] as const)
      await hubs
        .at(here, OWNERS.cn)
        .send({ kind: 'ledger.lane', to: [], body: { lane: laneId(open), act: 'close', ground: 'next' } })
  open = hubs.terms('cn', 'vn', more)
  await hubs.open(open)
  return open
}

beforeAll(async () => {
  hubs = await openTwoHubs()
}, LONG_MS)
afterAll(() => hubs.close())

describe('the command', { timeout: LONG_MS }, () => {
  const run = async (...args: string[]) => {
    const out: string[] = []
    const io = {
      out: (text: string) => void out.push(text),
      progress: () => {},
      env: {},
      stop: new AbortController().signal,
    }
    return { exit: await command(args, io), out: out.join('\n') }
  }
  const folder = (hub: 'cn' | 'vn', name: string) => join(hubs.places[hub].dir, 'parties', name)
  it('writes what is to be signed to believe another hub', async () => {
    const out = join(hubs.places.vn.dir, 'cn.json')
    const { ledger, trust } = hubs.places.cn
    const args = ['--ledger', ledger, '--out', out, '--as', folder('cn', OPERATORS.vn)]
    expect(await run('ledger', 'hub', ...args)).toMatchObject({ exit: 0 })
    expect(JSON.parse(readFileSync(out, 'utf8'))).toEqual(trust)
    expect((await run('ledger', 'hub', '--out', out, '--as', folder('cn', OPERATORS.vn))).exit).toBe(64)
  })
  it('prints the register of exports', async () => {
    await only({ name: 'command', grounds: ALL })
    const index = await declare()
    await until('the export', async () => (await exportsOf(index))[0])
    const { exit, out } = await run('export-register', '--as', folder('cn', OPERATORS.cn))
    expect(exit).toBe(0)
    expect(out).toContain('trade by contract: agreement 7 (invented)')
    expect((await run('export-register', '--as', folder('cn', EXPORTER))).exit).toBe(1)
  })
})

describe('over a lane between hubs', { timeout: LONG_MS }, () => {
  it('goes the message as it was signed, where there is a ground for all that is in it', async () => {
    await only({ name: 'all', grounds: ALL })
    const index = await declare()
    const { body } = await deliveryOf(index)
    expect(body.export).toMatchObject({ form: 'body', withheld: [] })
    const sent = (await hubs.at('cn', EXPORTER).client.entry(index)) as { message: { payload: string; body: string } }
    expect(body.message).toMatchObject({ payload: sent.message.payload, body: sent.message.body })
    expect(await receiptOf(index)).toMatchObject({ state: 'delivered', assurance: 'proof' })
    expect(await exportsOf(index)).toHaveLength(1)
  })
  it('goes the commitment alone once a ground has run out', async () => {
    const until = '2026-01-01T00:00:00.000Z'
    await only({ name: 'run-out', grounds: ALL.map((one) => ({ ...one, until })) })
    const index = await declare()
    const { body } = await deliveryOf(index)
    expect(body).not.toHaveProperty('message')
    expect(body).not.toHaveProperty('viewed')
    expect(body.export).toMatchObject({ form: 'commitment', classes: [], grounds: [] })
  })
  it('goes nothing that was said before the lane was open, and each message once though the follower begins anew', async () => {
    const before = await declare()
    await only({ name: 'once', grounds: [contract('public'), contract('trade')] })
    const index = await declare()
    await deliveryOf(index)
    await hubs.stop('cn')
    for (const end of ['', '-wal', '-shm'])
      rmSync(join(hubs.places.cn.dir, 'data', `views.sqlite${end}`), { force: true })
    await hubs.start('cn')
    const after = await declare()
    expect((await deliveryOf(after)).body.export.packet.sequence).toBe(2)
    expect(await exportsOf(index)).toHaveLength(1)
    const over = (await hubs.deliveries('vn', PARTNER)).map(({ body }) => body.export)
    expect(over.filter(({ packet }) => packet.lane === laneId(open!)).map(({ message }) => message.index)).toEqual([
      index,
      after,
    ])
    expect(over.some(({ message, packet }) => message.index === before && packet.lane === laneId(open!))).toBe(false)
  })
  it('goes what was said while the other hub was away, when it is back', async () => {
    await only({ name: 'away', grounds: ALL })
    await hubs.stop('vn')
    const index = await declare()
    await until('the export', async () => (await exportsOf(index))[0])
    await hubs.start('vn')
    expect((await deliveryOf(index)).body.export.form).toBe('body')
    expect(await receiptOf(index)).toMatchObject({ state: 'delivered' })
  })
  it('goes nothing after its deadline: the target says so in its log, and the source has it proved', async () => {
    await only({ name: 'late', grounds: ALL, timeoutS: 60 })
    await hubs.stop('vn')
    const index = await declare()
    await until('the export', async () => (await exportsOf(index))[0])
    // Both, for hubs whose clocks are far apart open no sessions with one another; the target judges by its own.
    hubs.shiftMs.cn = hubs.shiftMs.vn = 120_000
    await hubs.start('vn')
    expect(await receiptOf(index)).toMatchObject({ state: 'expired' })
    expect((await hubs.deliveries('vn', PARTNER)).some(({ body }) => body.export.message.index === index)).toBe(false)
  })
})

describe('at the doors', { timeout: LONG_MS }, () => {
  it('the other hub is handed what the register says, and nobody else is handed anything', async () => {
    const terms = await only({ name: 'doors', grounds: [contract('public'), contract('trade')] })
    const index = await declare()
    await deliveryOf(index)
    const ask = async (folder: string, path: string) => {
      const { client } = hubs.at('cn', folder)
      const headers = { authorization: `Bearer ${await client.token('api')}` }
      const answer = await fetch(`${hubs.places.cn.url}/v1/lanes/${laneId(terms)}${path}`, { headers })
      return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
    }
    expect(await ask(OPERATORS.vn, '/deliveries/1')).toMatchObject({ status: 200, body: { form: 'view' } })
    for (const folder of [EXPORTER, PARTNER, OWNERS.vn, OPERATORS.cn])
      expect(await ask(folder, '/deliveries/1')).toMatchObject({ status: 403, body: { code: 'READ_NOT_PERMITTED' } })
    for (const folder of [EXPORTER, PARTNER]) expect(await ask(folder, '/facts')).toMatchObject({ status: 403 })
    expect(await ask(OPERATORS.vn, '/deliveries/2')).toMatchObject({ status: 404 })
  })
  it('a party abroad is shown that there is a message at a hub that says its country, and no bundle', async () => {
    const index = await declare()
    const { client } = hubs.at('cn', PARTNER)
    expect(await client.entry(index)).toMatchObject({ view: 'abroad', viewed: { masked: [''] } })
    await expectHubProblem(client.bundle(index), 'READ_NOT_PERMITTED')
    expect(await hubs.at('cn', 'nanning-customs').client.entry(index)).toHaveProperty('message')
    const { items } = await client.feed({ kinds: ['customs.declaration'], limit: 1_000 })
    expect(items.map(({ view, message }) => [view, message])).toContainEqual(['abroad', undefined])
    expect(items.every(({ view }) => view === 'abroad')).toBe(true)
    const feed = new FeedClient({
      url: client.url,
      token: (refused) => client.token('feed', refused),
      name: 'desk',
      after: 0,
    })
    for await (const item of feed) {
      if (item.kind !== 'customs.declaration') continue
      expect([item.view, item.message]).toEqual(['abroad', undefined])
      if (item.index === index) break
    }
    await feed.close()
  })
  it('the register of exports is for this country alone', async () => {
    for (const folder of [EXPORTER, OPERATORS.vn, 'vn-supervision', 'customs-supervision'])
      await expectHubProblem(hubs.at('cn', folder).client.exports(), 'READ_NOT_PERMITTED')
    expect((await hubs.at('cn', 'fx-supervision').client.exports()).exports.length).toBeGreaterThan(0)
  })
})

describe('retention', { timeout: LONG_MS }, () => {
  it('withdraws at both ends what the terms say, not before, and not what never went', async () => {
    await only({ name: 'kept', grounds: ALL, retention: { sourceS: 600, targetS: 900 } })
    const nowMs = (): number => Date.now() + hubs.shiftMs.cn
    /** Sets the clocks of both: so much after a moment, however long what came in between has taken. */
    const moveTo = (sinceMs: number, ms: number): void =>
      void (hubs.shiftMs.cn = hubs.shiftMs.vn = sinceMs + ms - Date.now())
    const begunMs = nowMs()
    const index = await declare()
    const { index: there } = await deliveryOf(index)
    await receiptOf(index)
    const doneMs = nowMs()
    const erased = async (hub: 'cn' | 'vn', folder: string, at: number) =>
      (await hubs.at(hub, folder).client.entry(at))['withheld'] === 'erased' ? true : undefined
    moveTo(begunMs, 590_000)
    await new Promise((wake) => setTimeout(wake, 1_000))
    const kept = [await erased('cn', EXPORTER, index), await erased('vn', PARTNER, there)]
    expect(nowMs() - begunMs, 'looked at before its end').toBeLessThan(600_000)
    expect(kept).toEqual([undefined, undefined])
    moveTo(doneMs, 605_000)
    await until('the end of the declaration at home', () => erased('cn', EXPORTER, index))
    const abroad = await erased('vn', PARTNER, there)
    expect(nowMs() - begunMs, 'looked at before its end abroad').toBeLessThan(900_000)
    expect(abroad).toBe(undefined)
    moveTo(doneMs, 905_000)
    await until('its end abroad', () => erased('vn', PARTNER, there))
    expect(await exportsOf(index)).toHaveLength(1)
  })
})
