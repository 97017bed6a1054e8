// A day at the hub for those who look at its answers: every operation answers well at least once, and no of each layer is heard.
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { naming } from '../../src/client/answering.ts'
import type { FeedItem } from '../../src/client/feed-item.ts'
import { pdfOf } from '../../src/client/demo/invoice-scan.ts'
import type { Submitted } from '../../src/client/hub-client.ts'
import { laneId } from '../../src/crosschain/lane.ts'
import { toTime } from '../../src/hub/values/encoding.ts'
import { believe, LEDGERS, openLaneOf, OWNERS, say, termsOf, trustOf } from './ledger-acts.ts'
import type { World } from './world.ts'
import { COMES_AGAIN } from './doors.ts'
import { PATIENT } from './patience.ts'

const DAY_MS = 86_400_000
const CASE = '6CN91450100MA5EXAMP19BUSYDAY'
const EXPORTER = 'guangxi-exporter'
const PARTNER = 'vietnam-customs'
const SUPERVISOR = 'customs-supervision'
const fixture = (path: string): Record<string, unknown> =>
  JSON.parse(readFileSync(resolve('fixtures', path), 'utf8')) as Record<string, unknown>

/** Plays the day. Requests go through the global fetch, so that whoever has taken its place sees them all. */
export async function busyDay(world: World): Promise<void> {
  const index = await submitting(world)
  await reading(world, index)
  await answering(world, index)
  await supervising(world, index)
  await attaching(world)
  await connecting(world, index)
  await joining(world)
  await operating(world)
}

const requests = async (world: World, folder: string) => {
  const authorization = `Bearer ${await world.client(folder).token('api')}`
  return async (
    method: string,
    path: string,
    body?: string | Buffer,
    more: Record<string, string> = {},
  ): Promise<Response> => {
    for (;;) {
      const response = await fetch(`${world.url}${path}`, {
        method,
        headers: { authorization, ...(body !== undefined && { 'content-type': 'application/json' }), ...more },
        ...(body !== undefined && { body }),
      })
      // A hub that is only slow asks for the same again.
      if (response.status !== 503) return response
      const { code } = (await response.clone().json()) as { code?: string }
      if (!COMES_AGAIN.has(code)) return response
    }
  }
}

function taken(answer: Submitted): number {
  if (answer.outcome !== 'accepted') throw new Error(JSON.stringify(answer.problem))
  return answer.index
}

async function submitting(world: World): Promise<number> {
  const client = world.client(EXPORTER)
  const ask = await requests(world, EXPORTER)
  const to = [world.urn('nanning-customs'), world.urn(PARTNER)]
  const body = { ...fixture('customs/valid/declaration-electronics.json'), ucr: CASE }
  const dueMs = Date.now() + DAY_MS
  const message = await world.compose(EXPORTER, { kind: 'customs.declaration', to, body, dueMs })
  const index = taken(await client.submit(message))
  await client.submit(message)
  await ask('GET', `/v1/messages?id=${message.envelope.id}`)
  for (const changed of [{ ...body, grossWt: '1', entryId: 'x' }, body])
    await client.submit(await world.compose(EXPORTER, { kind: 'customs.declaration', to, body: changed }))
  await client.submit(await world.compose(EXPORTER, { kind: 'customs.release', to, body: {} }))
  await client.submitBatch([])
  await ask('GET', `/v1/cases/${CASE}`)
  await ask('GET', `/v1/cases/${CASE}?limit=0`)
  await (await requests(world, 'bangkok-bank'))('GET', `/v1/cases/${CASE}`)
  await ask('POST', '/v1/messages', '{}')
  await ask('POST', '/v1/messages', '{', { 'content-type': 'application/hub-message+json' })
  return index
}

async function reading(world: World, index: number): Promise<void> {
  const ask = await requests(world, EXPORTER)
  const paths = [
    `/v1/messages/${index}`,
    `/v1/messages/${index}/bundle`,
    '/v1/messages/999999',
    '/v1/messages/x',
    '/v1/kinds',
    '/v1/feed',
    '/v1/feed?limit=0',
    '/v1/feed?no=1',
    '/v1/feed?name=day&ack=999',
    '/v1/subscriptions',
    '/v1/log/checkpoint',
    '/v1/log/checkpoint?size=7777',
    `/v1/log/inclusion?index=${index}`,
    '/v1/log/inclusion?index=99999',
    '/v1/log/consistency?from=1&to=2',
    '/v1/log/consistency?from=2&to=1',
    '/health/live',
    '/health/ready',
    '/v1/openapi.json',
    '/v1/asyncapi.json',
    '/v1/keys',
  ]

  for (const path of paths) await ask('GET', path)
  await fetch(`${world.url}/v1/feed`)
  for (const wish of ['{"name":"day"}', '{"name":"day"}', '{"name":"-"}']) await ask('POST', '/v1/subscriptions', wish)
  await ask('DELETE', '/v1/subscriptions/day')
  await ask('POST', '/v1/sessions', '{"answer":"a.b.c"}')
}

async function answering(world: World, index: number): Promise<void> {
  const partner = world.client(PARTNER)
  const { entryId } = fixture('customs/valid/declaration-electronics.json')
  const item = (await partner.entry(index)) as unknown as FeedItem
  const body = { ...fixture('customs/valid/response-cleared.json'), entryId, respondedAt: toTime(Date.now()) }
  const to = [world.urn(EXPORTER), world.urn('nanning-customs')]
  taken(await world.submit(PARTNER, { kind: 'customs.response', to, re: [naming(item)!], body }))
  for (const state of ['awaited', 'answered'] as const) await world.client(EXPORTER).due({ role: 'await', state })
  await world.client(PARTNER).due({ role: 'answer', state: 'answered' })
  const ask = await requests(world, 'nanning-bank')
  await ask('GET', '/v1/due')
  await ask('GET', '/v1/enquiries')
  const shown = { consignor: '91450100MA5EXAMP19', declared: { amount: '320000.00', currency: 'USD' } }
  await ask(
    'POST',
    '/v1/enquiries',
    JSON.stringify({ enquiry: 'customs.declaration', v: 1, question: { entryId, shown } }),
  )
  await ask('POST', '/v1/enquiries', JSON.stringify({ enquiry: 'customs.declaration', v: 1, question: { entryId } }))
  await ask('POST', '/v1/enquiries', '[]')
}

async function supervising(world: World, index: number): Promise<void> {
  const ask = await requests(world, SUPERVISOR)
  const purpose = { 'hub-purpose': 'audit; ref="case 7"' }
  await ask('GET', `/v1/messages/${index}`)
  await ask('GET', `/v1/messages/${index}`, undefined, purpose)
  await ask('GET', `/v1/messages/${index}/bundle`, undefined, purpose)
  await ask('GET', '/v1/feed', undefined, purpose)
  await ask('GET', '/v1/feed/history', undefined, purpose)
  const partner = world.client(PARTNER)
  const page = await partner.feed()
  const payloads = page.items.map(({ receipt }) => Buffer.from(receipt!.payload, 'base64url'))
  taken(await partner.acknowledge({ epoch: page.epoch, from: 1, payloads }))
  const own = await requests(world, EXPORTER)
  const deliveries = `/v1/messages/${index}/deliveries`
  for (const path of [
    '',
    `/${world.urn(PARTNER)}`,
    `/${world.urn(PARTNER)}/bundle`,
    `/${world.urn('nanning-customs')}`,
    '/nobody',
  ])
    await own('GET', deliveries + path)
  await own('GET', `/v1/messages/${index}/access`)
  // What was read today is anchored when a minute has passed, and told to the reader.
  world.clock.shiftMs += 120_000
  const anchored = await until(async () => {
    const { items } = await world.client(SUPERVISOR).feed({ kinds: ['hub.access'] })
    return items[0]?.index
  })
  await ask('GET', `/v1/access/${anchored}`, undefined, purpose)
  await ask('GET', '/v1/access/0', undefined, purpose)
  const yesterday = toTime(Date.now() - DAY_MS).slice(0, 10)
  await ask('GET', `/v1/feed/completeness?day=${yesterday}`)
  await ask('GET', '/v1/feed/completeness?day=2099-01-01')
}

async function attaching(world: World): Promise<void> {
  const ask = await requests(world, EXPORTER)
  const scan = pdfOf(['An invented page'])
  const sha256 = createHash('sha256').update(scan).digest('hex')
  const type = { 'content-type': 'application/pdf' }
  await ask('PUT', `/v1/attachments/${'0'.repeat(64)}`, scan, type)
  await ask('PUT', `/v1/attachments/${sha256}`, scan, { 'content-type': 'image/png' })
  await ask('PUT', `/v1/attachments/${sha256}`, scan, type)
  await ask('PUT', `/v1/attachments/${sha256}`, scan, type)
  const body = { ...fixture('tradefinance/valid/invoice-electronics.json'), declarations: undefined }
  const attachments = [{ name: 'page.pdf', type: 'application/pdf', bytes: scan }]
  const index = taken(
    await world.submit(EXPORTER, {
      kind: 'tradefinance.invoice',
      to: [world.urn('hanoi-importer')],
      body,
      attachments,
    }),
  )
  await ask('GET', `/v1/messages/${index}/attachments/${sha256}`)
  await ask('GET', `/v1/messages/${index}/attachments/${'1'.repeat(64)}`)
  await ask('GET', `/v1/messages/${index}/bundle?attachments=include`)
}

/** Believes a ledger, opens a lane, and looks at both as those who may and those who may not. */
async function connecting(world: World, index: number): Promise<void> {
  await say(world, OWNERS.source, 'ledger.trust', trustOf(LEDGERS.source))
  await believe(world, trustOf(LEDGERS.target))
  const lane = await openLaneOf(world, termsOf(world))
  const [owner, other] = [await requests(world, OWNERS.source), await requests(world, EXPORTER)]
  const nowhere = `/v1/lanes/${'0'.repeat(64)}`
  for (const path of ['/v1/ledgers', '/v1/lanes', `/v1/lanes/${lane}`, nowhere]) await other('GET', path)
  for (const path of [`/v1/lanes/${lane}/packets?from=1&limit=10`, `/v1/lanes/${lane}/packets?limit=0`])
    await owner('GET', path)
  for (const path of [`${nowhere}/packets`, `/v1/lanes/${lane}/packets`]) await other('GET', path)
  for (const which of [index, 999_999, 'x']) await other('GET', `/v1/messages/${which}/relayed`)
  const regulator = await requests(world, SUPERVISOR)
  await regulator('GET', `/v1/messages/${index}/relayed`)
  await regulator('GET', `/v1/messages/${index}/relayed`, undefined, { 'hub-purpose': 'audit' })
}

const OWN_LEDGER = 'urn:hub:cn:ledger:busy-hub'

/** Settings of a hub that is an end of lanes to others. */
export async function busyEnv(sandbox: string): Promise<Record<string, string>> {
  const file = join(sandbox, 'busy-ledgers.json')
  writeFileSync(file, JSON.stringify({ ledgers: { [OWN_LEDGER]: { own: true } } }))
  return { HUB_LEDGERS: file }
}

/** A lane to another hub of the same country, by which a declaration goes with its commitment alone. */
async function joining(world: World): Promise<void> {
  const owner = world.urn(OWNERS.source)
  const end = (ledger: string, gateway: string) => ({ ledger, chainId: 1, gateway: gateway.repeat(20), owner })
  const terms = termsOf(world, {
    name: 'to-another-hub',
    source: end(OWN_LEDGER, '44'),
    target: end('urn:hub:cn:ledger:other-hub', '55'),
    threshold: 1,
    operators: 1,
  })
  taken(await world.submit(OWNERS.source, { kind: 'ledger.lane', body: { lane: laneId(terms), act: 'open', terms } }))
  const to = [world.urn('nanning-customs')]
  const body = fixture('customs/valid/declaration-4kb.json')
  taken(await world.submit(EXPORTER, { kind: 'customs.declaration', to, body }))
  const operator = world.client('hub-operator')
  const sent = await until(async () => (await operator.exports()).exports[0]?.index)
  const size = await until(async () => {
    const [, at] = (await operator.checkpoint()).split('\n')
    return Number(at) > sent ? Number(at) : undefined
  })
  const [ask, other] = [await requests(world, 'hub-operator'), await requests(world, EXPORTER)]
  const lane = `/v1/lanes/${laneId(terms)}`
  const paths = [
    `/v1/log/header?size=${size}&from=1,2`,
    '/v1/log/header?size=7777777',
    `${lane}/facts?from=1&to=10`,
    `${lane}/facts/outbox/1?size=${size}`,
    `${lane}/facts/inbox/1?size=${size}`,
    `${lane}/facts/elsewhere/1?size=${size}`,
    `${lane}/deliveries/1`,
    `${lane}/deliveries/9`,
    `/v1/lanes/${'0'.repeat(64)}/facts`,
    '/v1/exports?limit=1',
    '/v1/exports?limit=0',
  ]
  for (const path of paths) await ask('GET', path)
  for (const path of [`${lane}/facts`, `${lane}/deliveries/1`, '/v1/exports']) await other('GET', path)
  const regulator = await requests(world, 'fx-supervision')
  await regulator('GET', '/v1/exports')
  await regulator('GET', '/v1/exports', undefined, { 'hub-purpose': 'audit' })
}

async function operating(world: World): Promise<void> {
  const [operator, other] = [await requests(world, 'hub-operator'), await requests(world, EXPORTER)]
  await operator('GET', '/v1/admin/state')
  await other('GET', '/v1/admin/state')
  const today = toTime(Date.now()).slice(0, 10)
  await operator('GET', `/v1/units?from=${today}`)
  await other('GET', `/v1/units?from=${today}&to=${today}`)
  await other('GET', '/v1/units')
  await fetch(`${world.url}/metrics`)
}

/** What the asking gives once it gives something. */
async function until<T>(ask: () => Promise<T | undefined>): Promise<T> {
  for (const giveUpAt = performance.now() + PATIENT.timeout; performance.now() < giveUpAt; ) {
    const found = await ask()
    if (found !== undefined) return found
    await new Promise((wake) => setTimeout(wake, 50))
  }
  throw new Error('it did not come')
}
