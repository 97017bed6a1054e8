// A whole hub for flow tests: a sandbox with real keys and certificates, the hub in this process, parties that sign for real.
import { createPrivateKey, randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildHub, type Hub, type Surroundings } from '../../src/app.ts'
import {
  composeMessage,
  messageFile,
  type ComposedMessage,
  type Composition,
  type ComposeWith,
} from '../../src/client/compose.ts'
import { HubClient } from '../../src/client/hub-client.ts'
import { clientOf, openPartyFolder, type PartyFolder } from '../../src/client/party-folder.ts'
import { initSandbox } from '../../src/client/sandbox.ts'
import { readConfig, type Config } from '../../src/config.ts'
import { commitRoot, receiptPayloadBytes } from '../../src/hub/evidence/receipt.ts'
import { keySigner } from '../../src/hub/identity/signer.ts'
import { payloadOf } from '../../src/hub/journal/group-commit.ts'
import type { Cursors, JournalEntry } from '../../src/hub/journal/journal.ts'
import { type MongoPlace, openMongo } from '../../src/hub/journal/mongo.ts'
import { sqliteCursors } from '../../src/hub/journal/sqlite-views.ts'
import { freePort } from './free-port.ts'
import { freshDatabase, servicesFor } from './services.ts'

export interface World {
  dir: string
  url: string
  hub: Hub
  config: Config
  /** Milliseconds of the hub's clock; tests may move it, and let it stand at `heldMs` for as long as that is set. */
  clock: { now(): number; shiftMs: number; heldMs?: number | undefined }
  party(folder: string): PartyFolder
  client(folder: string): HubClient
  urn(folder: string): string
  /** Root over the receipt of the first item of a party's feed, hex. */
  firstRoot(party: string): string
  compose(
    folder: string,
    what: Partial<Composition> & Pick<Composition, 'kind' | 'body'>,
    how?: Partial<ComposeWith>,
  ): Promise<ComposedMessage>
  submit(
    folder: string,
    what: Partial<Composition> & Pick<Composition, 'kind' | 'body'>,
  ): ReturnType<HubClient['submit']>
  /** The cursors of its profile, opened once more. */
  cursors(): Promise<Cursors>
  /** Closes the hub and builds it again on the same data. */
  restart(more?: Partial<Surroundings>): Promise<void>
  close(): Promise<void>
}

export async function openWorld(
  options: {
    env?: Record<string, string> | ((sandbox: string, listen: string) => Promise<Record<string, string>>)
    surroundings?: Partial<Surroundings>
  } = {},
): Promise<World> {
  const dir = mkdtempSync(join(tmpdir(), 'beibu-world-'))
  const clock: World['clock'] = { shiftMs: 0, now: () => (clock.heldMs ?? Date.now()) + clock.shiftMs }
  const listen = `127.0.0.1:${await freePort()}`
  await initSandbox(join(dir, 'sandbox'), { listen, randomness: randomBytes, clock: Date.now })
  const env = Object.fromEntries(
    readFileSync(join(dir, 'sandbox', 'hub.env'), 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  )
  const more = typeof options.env === 'function' ? await options.env(join(dir, 'sandbox'), listen) : options.env
  const shared = options.surroundings?.store ? undefined : clusterPlace()
  const config = readConfig({ ...env, HUB_LOG: 'fatal', HUB_CHECKPOINT_MS: '100', ...shared?.env, ...more })
  const firsts = new Map<string, JournalEntry>()
  const remember = (entries: readonly JournalEntry[]): void => {
    for (const entry of entries)
      for (const { party } of entry.audience) if (!firsts.has(party)) firsts.set(party, entry)
  }
  const build = async (more: Partial<Surroundings> = {}): Promise<Hub> => {
    const hub = await buildHub(config, { clock: clock.now, ...options.surroundings, ...more })
    await hub.listen()
    remember(await hub.house.journal.read(0, 100))
    hub.house.journal.onAppend(remember)
    return hub
  }
  const places: MongoPlace[] = []
  const parties = new Map<string, PartyFolder>()
  const clients = new Map<string, HubClient>()
  const world: World = {
    dir,
    url: `http://${listen}`,
    hub: await build(),
    config,
    clock,
    party(folder) {
      let known = parties.get(folder)
      const where = folder.endsWith('register-office') ? 'authorities' : 'parties'
      if (!known) parties.set(folder, (known = openPartyFolder(join(dir, 'sandbox', where, folder))))
      return known
    },
    client(folder) {
      let known = clients.get(folder)
      if (!known) {
        clients.set(folder, (known = clientOf(world.party(folder), { url: world.url, clock: clock.now })))
      }
      return known
    },
    urn: (folder) => world.party(folder).card.party,
    firstRoot(party) {
      const { urn, epoch } = world.hub.house.journal
      const payload = payloadOf(firsts.get(party)!, { hub: config.seed.hub, urn, epoch })
      return commitRoot([receiptPayloadBytes(payload)]).toString('hex')
    },
    compose(folder, what, how = {}) {
      const { card, identity } = world.party(folder)
      return composeMessage(
        { hub: card.hub, v: 1, from: card.party, to: [], ...what },
        {
          signers: [{ signer: identity.signer, by: { path: [...identity.path] } }],
          randomness: randomBytes,
          clock: clock.now,
          ...how,
        },
      )
    },
    async submit(folder, what) {
      return world.client(folder).submit(await world.compose(folder, what))
    },
    async cursors() {
      const { cluster, data } = config
      if (!cluster) return sqliteCursors(join(data, 'cursors.sqlite'))
      const place = await openMongo(cluster.mongoUrl, { database: cluster.database })
      places.push(place)
      return place.cursors()
    },
    async restart(more = {}) {
      await world.hub.close()
      world.hub = await build(more)
      clients.clear()
    },
    async close() {
      await world.hub.close()
      for (const place of places) await place.close()
      await shared?.drop()
      rmSync(dir, { recursive: true, force: true })
    },
  }
  return world
}

/** Where a suite runs on the cluster profile (vitest.config.ts): settings with a database of the world's own. */
function clusterPlace(): { env: Record<string, string>; drop(): Promise<void> } | undefined {
  if (process.env['BEIBU_TEST_PROFILE'] !== 'cluster') return undefined
  const services = servicesFor('flow on the cluster profile')
  if (!services) throw new Error('the cluster profile has no servers')
  const { url, drop } = freshDatabase(services.mongoUrl)
  return {
    env: { HUB_PROFILE: 'cluster', HUB_MONGO_URL: url, HUB_REDIS_URL: services.redisUrl, HUB_PROCESS_NAME: 'one' },
    drop,
  }
}

/** A signer with the key of a PEM file. */
export const signerOf = (pem: string) => keySigner(createPrivateKey(readFileSync(pem)))
export { freePort, messageFile }
