// What the hub writes of its own about messages: regulators are told of it by their right alone, and nobody is named to those who were not told of the message.
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { HubClient } from '../../src/client/hub-client.ts'
import type { FeedItem } from '../../src/client/feed-item.ts'
import { toTime } from '../../src/hub/values/encoding.ts'
import { parseStrictJson } from '../../src/hub/message/strict-json.ts'
import { declared, financing, newDeclaration, receivedOne, releasedDeclaration } from '../support/consignment.ts'
import { expectRefused, expectTaken, post, signed } from '../support/doors.ts'
import { caOf, enrol, enter, fingerprintOf, paperOf } from '../support/papers.ts'
import { openWorld, type World } from '../support/world.ts'
import { LONG_MS, PATIENT } from '../support/patience.ts'

const MINUTE_MS = 60_000
const [HERE, ABROAD, LATE] = ['cn:regulator:paper-hill', 'vn:regulator:green-river', 'vn:regulator:late-comer'].map(
  (name) => `urn:hub:${name}`,
) as [string, string, string]
const BROKER = 'urn:hub:cn:broker:quick-abacus'
const EXPORTER = 'guangxi-exporter'
let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())

async function regulator(party: string): Promise<HubClient> {
  const ca = party.startsWith('urn:hub:cn:') ? 'cn-p256' : 'vn-p256'
  const { client } = await enrol(world, party, ca, { supervises: ['*'] })
  const { url, hub, identity } = client
  return new HubClient({ url, hub, identity, purpose: { code: 'audit' }, clock: world.clock.now })
}

const itemsOf = async (client: HubClient): Promise<FeedItem[]> => (await client.feed({ limit: 1_000 })).items
const payloadOf = ({ message }: FeedItem): Buffer => Buffer.from(message!.payload, 'base64url')
const envelopeOf = (item: FeedItem) => parseStrictJson(payloadOf(item)) as { to: string[] }
const bodyOf = ({ message }: FeedItem) =>
  JSON.parse(Buffer.from(message!.body, 'base64url').toString()) as Record<string, unknown>
const alertOf = (rule: string) => (item: FeedItem) => item.kind === 'hub.alert' && bodyOf(item)['rule'] === rule

/** Waits for what a follower writes. */
const come = (client: HubClient, wanted: readonly ((item: FeedItem) => boolean)[]): Promise<FeedItem[]> =>
  vi.waitFor(
    async () => {
      const items = await itemsOf(client)
      expect(wanted.map((one) => items.some(one))).toEqual(wanted.map(() => true))
      return items
    },
    { ...PATIENT, interval: 100 },
  )

/** A declaration filed by a broker for the exporter, told to both customs, that wants answers within ten minutes. */
async function filedByAgent(): Promise<number> {
  const { identity, client } = await enrol(world, BROKER, 'cn-p256')
  const [from, until] = [-10, 1_000].map((minutes) => toTime(world.clock.now() + minutes * MINUTE_MS))
  const mandate = { agent: BROKER, kinds: ['customs.declaration'], from, until, state: 'granted' }
  expectTaken(await post(world, EXPORTER, await world.compose(EXPORTER, { kind: 'hub.mandate', body: mandate })))
  const what = {
    ...declared(world, newDeclaration(world)),
    from: BROKER,
    for: world.urn(EXPORTER),
    dueMs: world.clock.now() + 10 * MINUTE_MS,
  }
  const signers = [{ signer: identity.signer, by: { path: [...identity.path] } }]
  const taken = await client.submit(await world.compose(EXPORTER, what, { signers }))
  if (taken.outcome !== 'accepted') throw new Error(taken.problem.code)
  return taken.index
}

/** A reservation that will expire, and another bank refused for it. */
async function financed(): Promise<number> {
  const { declaration } = await releasedDeclaration(world)
  const wanted = financing(world, declaration, 'TOLD-1')
  const body = { ...wanted.body, reserveUntil: toTime(world.clock.now() + 10 * MINUTE_MS) }
  const first = await world.compose('nanning-bank', { ...wanted, body })
  const { index } = expectTaken(await post(world, 'nanning-bank', first)).body
  const second = await world.compose('second-bank', financing(world, declaration, 'TOLD-2'))
  expectRefused(await post(world, 'second-bank', second), 'BALANCE_INSUFFICIENT')
  return index
}

/** Something signed by a certificate that is found to have been stolen before. */
async function doubtful(): Promise<void> {
  const party = world.urn('nanning-bank')
  const own = await paperOf(party, caOf(world, 'cn-p256'))
  const { envelopeBytes, body } = await world.compose('nanning-bank', receivedOne(world, party))
  expectTaken(await post(world, 'nanning-bank', await signed(own, envelopeBytes, body)))
  expectTaken(
    await enter(world, 'cn', 'hub.revocation', {
      fingerprint: fingerprintOf(own.path[0]!),
      party,
      reason: 'keyCompromise',
      revokedAt: toTime(world.clock.now()),
      invalidFrom: toTime(world.clock.now() - MINUTE_MS),
    }),
  )
}

async function paused(): Promise<void> {
  const what = { party: world.urn('second-bank') }
  for (const act of ['pause', 'resume']) {
    const message = { kind: 'hub.admin', body: { act, what, reason: 'exercise' } }
    expectTaken(await post(world, 'hub-operator', await world.compose('hub-operator', message)))
  }
}

describe('what the hub itself writes', () => {
  it('is seen by regulators by their right, named to nobody anew, and withheld when the right is withdrawn', {
    timeout: LONG_MS,
  }, async () => {
    const [here, abroad] = [await regulator(HERE), await regulator(ABROAD)]
    const asked = await filedByAgent()
    const reserved = await financed()
    await doubtful()
    await paused()
    // One more regulator comes after all of it, before the hub tells what became of it.
    const late = await regulator(LATE)
    world.clock.shiftMs += 12 * MINUTE_MS
    const of = (kind: string, entry?: number) => (item: FeedItem) =>
      item.kind === kind && (entry === undefined || bodyOf(item)['entry'] === entry)
    const kinds = ['hub.refusal', 'hub.admin', 'hub.party'].map((kind) => of(kind))
    const seen = await come(here, [
      ...kinds,
      of('hub.expiry', reserved),
      of('hub.overdue', asked),
      alertOf('duplicate-financing'),
      alertOf('signer-revoked'),
    ])
    const overdue = (await come(abroad, [of('hub.overdue', asked)])).filter(of('hub.overdue', asked))
    // The principal is told, and to those abroad who saw the declaration without it it is not named.
    for (const item of overdue) {
      expect(envelopeOf(item).to).toEqual([BROKER, bodyOf(item)['party']])
      expect(payloadOf(item).toString() + JSON.stringify(bodyOf(item))).not.toContain(world.urn(EXPORTER))
    }
    const [index] = overdue.map((item) => item.index)
    await come(world.client(EXPORTER), [(item) => item.index === index])
    // No party learns from an address which regulators look on.
    for (const item of seen.filter(({ kind }) => ['hub.refusal', 'hub.overdue', 'hub.expiry'].includes(kind)))
      expect(envelopeOf(item).to.filter((party) => party.includes(':regulator:'))).toEqual([])
    expect((await itemsOf(late)).filter(of('hub.overdue'))).toEqual([])

    const own = (item: FeedItem): boolean => item.kind === 'hub.party' && bodyOf(item)['party'] === HERE
    const body = { party: HERE, name: 'Invented office', country: 'CN', class: 'regulator', state: 'active' }
    expectTaken(await enter(world, 'cn', 'hub.party', { ...body, supervises: [] }))
    const after = new Map((await itemsOf(here)).map((item) => [item.index, item]))
    for (const item of seen)
      if (own(item) || item.kind === 'hub.access' || item.kind === 'hub.completeness')
        expect(after.get(item.index)!.message, `own entry ${item.index}`).toBeDefined()
      else
        expect(after.get(item.index), `${item.kind} ${item.index}`).toMatchObject({
          withheld: 'right-withdrawn',
          view: 'none',
        })
  })
})
