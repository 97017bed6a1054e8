// Two hubs of two countries in this process, each on its own data and clock, believed by one another.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildHub, type Hub } from '../../src/app.ts'
import { composeMessage, type Composition } from '../../src/client/compose.ts'
import type { HubClient, Submitted } from '../../src/client/hub-client.ts'
import { accepted } from '../../src/client/demo/marks.ts'
import { type HubName, type HubPlace, makeTwoHubs } from '../../src/client/demo/two-hubs-world.ts'
import { clientOf, composerOf, openPartyFolder, type PartyFolder } from '../../src/client/party-folder.ts'
import { readConfig } from '../../src/config.ts'
import { laneId, type LaneTerms } from '../../src/crosschain/lane.ts'
import type { LedgerDelivery } from '../../schemas/types.d.ts'

export const OWNERS: Record<HubName, string> = { cn: 'cn-register-office', vn: 'vn-register-office' }
export const OPERATORS: Record<HubName, string> = { cn: 'hub-operator', vn: 'hanoi-operator' }
const NAMES: readonly HubName[] = ['cn', 'vn']

/** A party at one of the hubs. */
export interface Person {
  client: HubClient
  urn: string
  send(what: Omit<Composition, 'hub' | 'from' | 'v'>): Promise<Submitted>
}

export interface TwoHubs {
  places: Record<HubName, HubPlace>
  hubs: Record<HubName, Hub>
  /** Milliseconds by which the clock of each is ahead. */
  shiftMs: Record<HubName, number>
  at(hub: HubName, folder: string): Person
  stop(hub: HubName): Promise<void>
  /** Builds it again on its data. */
  start(hub: HubName): Promise<void>
  /** Both ends sign the same terms at both hubs. */
  open(terms: LaneTerms): Promise<void>
  terms(from: HubName, to: HubName, more?: Partial<LaneTerms>): LaneTerms
  /** What was delivered to a party at a hub, oldest first. */
  deliveries(hub: HubName, folder: string): Promise<{ index: number; body: LedgerDelivery }[]>
  close(): Promise<void>
}

export async function openTwoHubs(env: Record<string, string> = {}): Promise<TwoHubs> {
  const dir = mkdtempSync(join(tmpdir(), 'beibu-two-hubs-'))
  const { hubs: places } = await makeTwoHubs(join(dir, 'hubs'))
  const shiftMs = { cn: 0, vn: 0 }
  const hubs: Partial<Record<HubName, Hub>> = {}
  const start = async (name: HubName): Promise<void> => {
    const config = readConfig({ ...places[name].env, HUB_LOG: 'fatal', HUB_CHECKPOINT_MS: '100', ...env })
    const hub = await buildHub(config, { clock: () => Date.now() + shiftMs[name] })
    await hub.listen()
    hubs[name] = hub
  }
  const at = (hub: HubName, folder: string): Person =>
    personAt(openPartyFolder(join(places[hub].dir, 'parties', folder)), () => Date.now() + shiftMs[hub])
  const stop = async (name: HubName): Promise<void> => {
    await hubs[name]?.close()
    delete hubs[name]
  }
  for (const name of NAMES) await start(name)
  for (const here of NAMES)
    for (const of of NAMES)
      for (const signer of [OWNERS[of], OPERATORS[here]])
        accepted(await at(here, signer).send({ kind: 'ledger.trust', to: [], body: places[of].trust }))
  return {
    places,
    hubs: hubs as Record<HubName, Hub>,
    shiftMs,
    at,
    start,
    stop,
    async open(terms) {
      for (const here of NAMES)
        for (const owner of NAMES) {
          const body = { lane: laneId(terms), act: 'open', terms }
          accepted(await at(here, OWNERS[owner]).send({ kind: 'ledger.lane', to: [], body }))
        }
    },
    terms: (from, to, more = {}) => ({
      name: `lane-${from}-${to}`,
      source: endOf(places[from], at(from, OWNERS[from]).urn),
      target: endOf(places[to], at(to, OWNERS[to]).urn),
      kinds: ['customs.declaration/1'],
      ordered: false,
      timeoutS: 3_600,
      assurance: 'proof',
      threshold: 1,
      operators: 1,
      ratePerHour: 3_600,
      feePayer: at(from, OPERATORS[from]).urn,
      hash: 'sm3',
      ...more,
    }),
    async deliveries(hub, folder) {
      const { items } = await at(hub, folder).client.feed({ kinds: ['ledger.delivery'], limit: 1_000 })
      return items.flatMap(({ index, message }) =>
        message
          ? [{ index, body: JSON.parse(Buffer.from(message.body, 'base64url').toString()) as LedgerDelivery }]
          : [],
      )
    },
    async close() {
      for (const name of NAMES) await stop(name)
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

/** By the clock of the hub it speaks to. */
function personAt(folder: PartyFolder, clock: () => number): Person {
  const { party, hub } = folder.card
  const client = clientOf(folder, { clock })
  return {
    client,
    urn: party,
    send: async (what) =>
      client.submit(await composeMessage({ hub, from: party, v: 1, ...what }, { ...composerOf(folder), clock })),
  }
}

const endOf = ({ ledger, trust }: HubPlace, owner: string) => ({
  ledger,
  chainId: trust.chainId,
  gateway: trust.gateway.address,
  owner,
})

const UNTIL_MS = 60_000

/** What the asking gives once it gives something. */
export async function until<T>(what: string, ask: () => Promise<T | undefined>): Promise<T> {
  for (const giveUpAt = performance.now() + UNTIL_MS; performance.now() < giveUpAt; ) {
    const found = await ask()
    if (found !== undefined) return found
    await new Promise((wake) => setTimeout(wake, 100))
  }
  throw new Error(`${what} did not come`)
}
