// The composition: the one file that knows every room. Flat: one thing after the other, closed in the reverse order.
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from './config.ts'
import { accept, type House } from './hub/accept.ts'
import type { Clock } from './hub/clock.ts'
import { makeBundle, messageFileOf } from './hub/evidence/bundle.ts'
import { evidenceFollower } from './hub/evidence/follower.ts'
import { readMessageFile } from './hub/evidence/message-file.ts'
import { compileEnquiries } from './hub/enquiry/enquiry.ts'
import { Misses } from './hub/enquiry/misses.ts'
import { followDue } from './hub/due.ts'
import { followErasures } from './hub/erasure.ts'
import { followExpiries } from './hub/expiry.ts'
import { feedFollower } from './hub/feed/follower.ts'
import { feedItems, type ItemsDeps } from './hub/feed/items.ts'
import { feedSocket } from './hub/feed/socket.ts'
import { Subscriptions } from './hub/feed/subscription.ts'
import { documentRoutes } from './hub/http/documents.ts'
import { enquiryRoutes } from './hub/http/enquiry.ts'
import { dueRoutes } from './hub/http/due.ts'
import { proofRoutes } from './hub/http/proofs.ts'
import { readRoutes, sessionRoutes } from './hub/http/read.ts'
import { healthRoutes, hubServer } from './hub/http/server.ts'
import { submitRoutes } from './hub/http/submit.ts'
import { supervisionRoutes } from './hub/http/supervision.ts'
import { subscriptionRoutes } from './hub/http/subscriptions.ts'
import { type Identities, SeenPaths } from './hub/identity/authenticate.ts'
import { guardedFetch } from './hub/identity/fetch.ts'
import { checkSecrets, HubSigners, secretKey } from './hub/identity/hub-signers.ts'
import { FoldedRegister, followRegister } from './hub/identity/register-fold.ts'
import { Sessions } from './hub/identity/session.ts'
import { startSm2Workers, stopSm2Workers, sm2KnownAnswerTest } from './hub/identity/suites/index.ts'
import { openJournal } from './hub/journal/append.ts'
import type { Cursors, Views } from './hub/journal/journal.ts'
import { lockFolder } from './hub/journal/sqlite-lock.ts'
import { sqliteStore } from './hub/journal/sqlite-store.ts'
import { sqliteCursors, sqliteViews } from './hub/journal/sqlite-views.ts'
import type { JournalStore } from './hub/journal/store.ts'
import { hubKinds } from './hub/kinds/hub-kinds.ts'
import { receiveMessageFile } from './hub/message/decode.ts'
import { parseStrictJson } from './hub/message/strict-json.ts'
import { compileKinds } from './hub/message/validate.ts'
import { receivedOf } from './hub/supervision/received.ts'
import { supervise } from './hub/supervision/supervision.ts'
import { followSignerRevoked } from './hub/revocation/signer-revoked.ts'
import { followSources, type RevocationSources } from './hub/revocation/sources.ts'
import { roomEnquiries, roomKinds } from './rooms.ts'

const VIEW_WAIT_MS = 250
const ERASED_WAIT_MS = 10_000
const EPOCH = 1

export interface Hub {
  house: House
  listen(): Promise<void>
  address(): string
  /** What the sources of revocations last gave, how old it is and what failed. */
  revocationState: RevocationSources['state']
  close(): Promise<void>
}

/** What tests put in place of the process's own. */
export interface Surroundings {
  clock: Clock
  randomness?: (size: number) => Buffer
  store?: JournalStore
  views?: Views
  cursors?: Cursors
}

/** Builds the whole hub. Throws, and serves nothing, if the platform's SM2 is not the standard's or a key is missing. */
export async function buildHub(
  config: Config,
  { clock, randomness = randomBytes, ...stores }: Surroundings,
): Promise<Hub> {
  sm2KnownAnswerTest()
  startSm2Workers(config.sm2Workers)
  mkdirSync(config.data, { recursive: true, mode: 0o700 })
  // A storage handed in is somebody else's to guard.
  const unlock = stores.store ? () => {} : lockFolder(config.data)
  const { hub } = config.seed
  const journalFile = join(config.data, 'journal.sqlite')
  const dataExists = existsSync(journalFile)
  const sealingKey = secretKey(config.keys, 'sealing.key', dataExists)
  const indexKey = secretKey(config.keys, 'index.key', dataExists)
  const app = hubServer({ logLevel: config.logLevel, onFault: () => {}, ...(config.tls && { tls: config.tls }) })
  const onFault = (error: unknown): void => app.log.error({ err: error }, 'a follower failed and will try again')

  // What is kept.
  const cursors = stores.cursors ?? sqliteCursors(join(config.data, 'cursors.sqlite'))
  await checkSecrets(cursors, config.keys, { 'sealing.key': sealingKey, 'index.key': indexKey })
  const hubSigners = new HubSigners(config.keys, config.seed.operatorRoot)
  const genesis = readFileSync(config.keyStatement)
  await hubSigners.begin(readMessageFile(parseStrictJson(genesis), 'the first hub.key'))
  const journal = await openJournal({
    store: stores.store ?? sqliteStore(journalFile),
    hub,
    urn: `${hub}:journal`,
    epoch: EPOCH,
    sealingKey,
    indexKey,
    clock,
    randomness,
    signCommit: (root) => hubSigners.signCommit(root),
  })
  const views = stores.views ?? sqliteViews(join(config.data, 'views.sqlite'))

  // Who may speak.
  const register = new FoldedRegister(config.seed, (label, ...parts) => journal.headKey(label, ...parts))
  const identities: Identities = { hub, hubSigners, register, seen: new SeenPaths() }
  const sessions = new Sessions({ identities, cursors, origin: config.origin, clock, randomness, secret: indexKey })

  // What may be said.
  const received = receivedOf({ journal, views })
  const kinds = compileKinds([...hubKinds({ holdsKey: (id) => hubSigners.holds(id), received }), ...roomKinds])

  // Those who follow the journal.
  let revocation: RevocationSources | undefined
  const registerFollower = await followRegister({
    register,
    journal,
    views,
    onFault,
    onHubKey: async (index) => hubSigners.add(messageFileOf((await journal.content(index))!)),
    onChange: () => {
      sessions.reviewSoon()
      revocation?.lookSoon()
    },
  })
  const rendering: ItemsDeps = {
    journal,
    privacy: {
      kind: (name, version) => kinds.list.find((kind) => kind.name === name && kind.version === version),
      signer: { sign: (payload) => hubSigners.sign(payload, 'hub-view+jws') },
    },
  }
  const items = feedItems(rendering)
  const feed = feedFollower({ journal, views, onFault })
  await feed.start()
  const evidence = await evidenceFollower({
    journal,
    views,
    cursors,
    signers: () => hubSigners.checkpointSigners(),
    clock,
    intervalMs: config.checkpointMs,
    onFault: (what, error) => app.log.error({ err: error }, `evidence: ${what}`),
    ...(config.tsa && { timestamps: config.tsa }),
  })
  const erasures = await followErasures({ journal, views, onFault, forget: (index) => items.forget(index) })
  const own = { hub, journal, clock, randomness, registerAt: () => register.at }
  const expiries = await followExpiries({ ...own, views, onFault })
  const dues = await followDue({ ...own, views, register, onFault })
  const caughtUp = (size: number): Promise<boolean> => registerFollower.reached(size, VIEW_WAIT_MS)
  const signersRevoked = await followSignerRevoked({ ...own, views, register, caughtUp, onFault })
  revocation = await followSources({
    ...own,
    register,
    identities,
    views,
    caughtUp,
    fetch: guardedFetch(config.fetchAllow),
    everyMs: config.revocationMs,
    report: (what, error) => app.log.warn({ err: error }, `revocation: ${what}`),
  })
  const { responders, state: revocationState, close: closeRevocation } = revocation
  identities.responders = responders
  const supervision = await supervise({ ...own, views, cursors, register, feed, kinds: kinds.list, onFault })
  const { readings } = supervision
  const subscriptions = new Subscriptions({
    cursors,
    readings,
    nowMs: clock,
    epoch: journal.epoch,
    viewNames: new Set(['full', ...kinds.list.flatMap(({ views: named }) => Object.keys(named))]),
  })

  // The doors.
  const house: House = {
    identities,
    kinds,
    journal,
    clock,
    caughtUp: (size) => registerFollower.reached(size, VIEW_WAIT_MS),
  }
  const callers = { sessions, identities, clock }
  submitRoutes(app, {
    ...callers,
    house,
    onFault,
    settled: async ({ entry }) => {
      if (entry.kind === 'hub.erasure') await erasures.reached(entry.index + 1, ERASED_WAIT_MS)
    },
  })
  sessionRoutes(app, { sessions })
  const bundle = async (index: number): Promise<string> =>
    JSON.stringify(await makeBundle(index, { journal, evidence, hubKeys: hubSigners }))
  readRoutes(app, {
    ...callers,
    journal,
    kinds,
    items: rendering,
    readings,
    pull: { journal, views, items, subscriptions, readings },
    bundle,
  })
  supervisionRoutes(app, {
    ...callers,
    hub,
    journal,
    views,
    register,
    feed,
    items: rendering,
    supervision,
    bundle,
    sign: (payload, typ) => hubSigners.sign(payload, typ),
    onFault,
  })
  subscriptionRoutes(app, { ...callers, subscriptions, views })
  dueRoutes(app, { ...callers, views, caughtUp: () => dues.reached(journal.size(), VIEW_WAIT_MS) })
  proofRoutes(app, { ...callers, evidence })
  documentRoutes(app)
  enquiryRoutes(app, {
    ...callers,
    answering: {
      hub,
      journal,
      register,
      enquiries: compileEnquiries(roomEnquiries),
      misses: new Misses(cursors, clock),
      clock,
      caughtUp: house.caughtUp,
      sign: (payload, typ, suites) => hubSigners.signIn(payload, typ, suites),
    },
    keys: hubSigners,
  })
  const lagOf = (): Record<string, number> => ({
    register: journal.size() - registerFollower.position(),
    feed: journal.size() - feed.position(),
    evidence: journal.size() - (evidence.latest()?.size ?? 0),
    due: journal.size() - dues.position(),
    signerRevoked: journal.size() - signersRevoked.position(),
  })
  let open = false
  healthRoutes(app, () => ({
    ready: open,
    reasons: open ? [] : ['the hub is starting or closing'],
    hub,
    entries: journal.size(),
    lag: lagOf(),
  }))
  const socketDeps = { hub, journal, views, follower: feed, items, subscriptions, sessions, onFault }
  await feedSocket(app, { ...socketDeps, clock: { nowMs: clock, after: later } })

  return {
    house,
    async listen() {
      await enter(genesis, house)
      for (const file of registerFiles(config.register)) await enter(readFileSync(file), house, file)
      await app.listen({ host: config.host, port: config.port })
      open = true
    },
    address: () => app.listeningOrigin,
    revocationState,
    async close() {
      open = false
      await app.close()
      await closeRevocation()
      await signersRevoked.close()
      await supervision.close()
      await expiries.close()
      await dues.close()
      await erasures.close()
      await evidence.close()
      await feed.close()
      items.close()
      await registerFollower.close()
      await journal.close()
      await views.close()
      await cursors.close()
      unlock()
      await stopSm2Workers()
    },
  }
}

const later = (delayMs: number, run: () => void): (() => void) => {
  const timer = setTimeout(run, delayMs).unref()
  return () => clearTimeout(timer)
}

const registerFiles = (folder: string | undefined): string[] =>
  folder === undefined
    ? []
    : readdirSync(folder)
        .filter((name) => name.endsWith('.json'))
        .sort()
        .map((name) => join(folder, name))

/** Submits a signed file of the operator's at start, by the one way in. What was entered before is a duplicate. */
async function enter(bytes: Buffer, house: House, file = 'the first hub.key'): Promise<void> {
  const { result } = await accept(receiveMessageFile(bytes, house.clock()), house).catch((cause: unknown) => {
    throw new Error(`${file} is not accepted: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
  })
  if (result === 'refused') throw new Error(`${file} is refused by the journal`)
}
