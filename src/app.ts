// The composition: the one file that knows every room. Flat: one thing after the other, closed in the reverse order.
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from './config.ts'
import { openLedgers } from './crosschain/index.ts'
import { accept, acceptProved, type House } from './hub/accept.ts'
import { followAttachments } from './hub/attachments/follower.ts'
import { AttachmentStore } from './hub/attachments/store.ts'
import { gatherAttachments } from './hub/attachments/entry-attachments.ts'
import type { Clock } from './hub/clock.ts'
import { makeBundle, messageFileOf } from './hub/evidence/bundle.ts'
import { readCheckpoint } from './hub/evidence/checkpoint.ts'
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
import { attachmentRoutes } from './hub/http/attachments.ts'
import { documentRoutes } from './hub/http/documents.ts'
import { enquiryRoutes } from './hub/http/enquiry.ts'
import { dueRoutes } from './hub/http/due.ts'
import { adminRoutes } from './hub/http/admin.ts'
import { ledgerRoutes } from './hub/http/ledgers.ts'
import { guardIntake } from './hub/http/intake.ts'
import { metricsRoute } from './hub/http/metrics.ts'
import { ConnectionQuotas, Quotas } from './hub/http/quota.ts'
import { StoreWatch, watchedStore, watchHealth } from './hub/admin/health.ts'
import { operatorState, sourceAges } from './hub/admin/state.ts'
import { Report } from './hub/report.ts'
import { followUnits } from './hub/units.ts'
import { PartySockets } from './hub/feed/party-sockets.ts'
import { proofRoutes } from './hub/http/proofs.ts'
import { readRoutes, sessionRoutes } from './hub/http/read.ts'
import { faultTeller, healthRoutes, hubServer } from './hub/http/server.ts'
import { submitRoutes } from './hub/http/submit.ts'
import { supervisionRoutes } from './hub/http/supervision.ts'
import { subscriptionRoutes } from './hub/http/subscriptions.ts'
import { type Identities, SeenPaths } from './hub/identity/authenticate.ts'
import { guardedFetch } from './hub/identity/fetch.ts'
import { checkSecrets, HubSigners, secretKey } from './hub/identity/hub-signers.ts'
import { FoldedRegister, followRegister } from './hub/identity/register-fold.ts'
import { Sessions } from './hub/identity/session.ts'
import { startSm2Workers, sm2Waiting, stopSm2Workers, sm2KnownAnswerTest } from './hub/identity/suites/index.ts'
import { openJournal } from './hub/journal/append.ts'
import type { Cursors, JournalEntry, SealedContent, Views } from './hub/journal/journal.ts'
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
const UNITS_WAIT_MS = 2_000
const EPOCH = 1

export interface Hub {
  house: House
  listen(): Promise<void>
  address(): string
  /** What the sources of revocations last gave, how old it is and what failed. */
  revocationState: RevocationSources['state']
  /** Destroys attachments nobody has used for a day and none in use; done every hour. Undefined if the journal runs ahead. */
  sweepAttachments(): Promise<number | undefined>
  close(): Promise<void>
}

/** What tests put in place of the process's own. */
export interface Surroundings {
  clock: Clock
  randomness?: (size: number) => Buffer
  store?: JournalStore
  views?: Views
  cursors?: Cursors
  /** Bytes free in the folder of the data. */
  freeBytes?: (folder: string) => number
  /** Takes the lines of the log. */
  log?: { write(line: string): void }
}

/** Builds the whole hub. Throws, and serves nothing, if the platform's SM2 is not the standard's or a key is missing. */
export async function buildHub(
  config: Config,
  { clock, randomness = randomBytes, freeBytes, log, ...stores }: Surroundings,
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
  const report = new Report()
  const storeWatch = new StoreWatch(clock)
  const faultAtDoor = faultTeller(report)
  const app = hubServer({
    logLevel: config.logLevel,
    onFault: faultAtDoor,
    ...(log && { log }),
    ...(config.tls && { tls: config.tls }),
  })
  const onFault = (error: unknown): void => {
    report.fault('follower')
    app.log.error({ err: error }, 'a follower failed and will try again')
  }

  // What is kept.
  const cursors = stores.cursors ?? sqliteCursors(join(config.data, 'cursors.sqlite'))
  await checkSecrets(cursors, config.keys, { 'sealing.key': sealingKey, 'index.key': indexKey })
  const hubSigners = new HubSigners(config.keys, config.seed.operatorRoot)
  const genesis = readFileSync(config.keyStatement)
  await hubSigners.begin(readMessageFile(parseStrictJson(genesis), 'the first hub.key'))
  const journal = await openJournal({
    store: watchedStore(stores.store ?? sqliteStore(journalFile), report, storeWatch),
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
  const attachments = new AttachmentStore({
    folder: join(config.data, 'attachments'),
    sealingKey,
    indexKey,
    clock,
    randomness,
    limits: config.uploads,
  })
  await attachments.staging.open()

  // Who may speak.
  const register = new FoldedRegister(config.seed, (label, ...parts) => journal.headKey(label, ...parts))
  const identities: Identities = { hub, hubSigners, register, seen: new SeenPaths() }
  const sessions = new Sessions({ identities, cursors, origin: config.origin, clock, randomness, secret: indexKey })

  // What may be said.
  const received = receivedOf({ journal, views })
  const kinds = compileKinds([
    ...hubKinds({ holdsKey: (id) => hubSigners.holds(id), received, acts: register.acts }),
    ...roomKinds,
  ])

  // Those who follow the journal.
  let revocation: RevocationSources | undefined
  const registerFollower = await followRegister({
    register,
    journal,
    views,
    onFault,
    onHubKey: async (index) => hubSigners.add(messageFileOf((await journal.content(index))!)),
    onChange: ({ index }) => {
      const ended = register.acts.takeEnded(index)
      if (ended !== undefined) sessions.endAll(ended)
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
  const erasures = await followErasures({
    journal,
    views,
    onFault,
    destroy: (blobs) => attachments.erase(blobs),
    forget: (index) => items.forget(index),
  })
  const attachmentsKept = await followAttachments({ journal, views, store: attachments, clock, onFault })
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

  const units = await followUnits({ journal, views, onFault })

  const house: House = {
    identities,
    kinds,
    journal,
    uploads: attachments,
    clock,
    caughtUp: (size) => registerFollower.reached(size, VIEW_WAIT_MS),
  }
  const ledgers = await openLedgers({
    ...own,
    ...(config.ledgers && { config: config.ledgers }),
    views,
    cursors,
    register,
    accept: (message) => acceptProved(message, house),
    checkpoints: {
      anchoredSize: () => evidence.anchoredSize,
      anchorable: () => evidence.anchorable(),
      read: readCheckpoint,
      keep: (checkpoint, anchor) => evidence.keepAnchor(checkpoint, anchor),
    },
    feeds: received,
    report: ({ event, ...what }) => {
      if (event === 'refused' || event === 'frozen' || event === 'funds') app.log.warn(what, `relay: ${event}`)
    },
    // A node that is gone is the partner's outage: told, and not counted as a fault of the hub's followers.
    onFault: (error) => {
      report.fault('ledger')
      app.log.warn({ err: error }, 'work on a ledger failed and will be tried again')
    },
  })

  // What the operator sees, and how much is taken on at a time.
  const positionsOf = (): Record<string, number> => ({
    register: registerFollower.position(),
    feed: feed.position(),
    evidence: evidence.latest()?.size ?? 0,
    due: dues.position(),
    expiry: expiries.position(),
    erasure: erasures.position(),
    attachments: attachmentsKept.position(),
    signerRevoked: signersRevoked.position(),
    units: units.position(),
    ledgers: ledgers.position(),
  })
  const lagOf = (): Record<string, number> =>
    Object.fromEntries(Object.entries(positionsOf()).map(([name, position]) => [name, journal.size() - position]))
  const health = watchHealth({
    data: config.data,
    diskReserveMiB: config.diskReserveMiB,
    clock,
    store: storeWatch,
    size: () => journal.size(),
    positions: positionsOf,
    ...(freeBytes && { freeBytes }),
  })
  const intake = guardIntake(app, {
    limits: config.intake,
    connections: new ConnectionQuotas(config.quotas.connection, clock),
    report,
    loopLagMs: health.loopLagMs,
    stopped: () => health.stopped()[0],
    nowMs: () => performance.now(),
  })
  const quotas = new Quotas({ limits: config.quotas.party, clock, own: (party) => register.acts.quota(party) })
  const stopCounting = journal.onAppend((entries) =>
    report.itemsTold(entries.reduce((sum, { audience }) => sum + audience.length, 0)),
  )

  // The doors.
  const callers = { sessions, identities, clock }
  ledgerRoutes(app, { ...callers, journal, readings, view: ledgers.view })
  submitRoutes(app, {
    ...callers,
    quotas,
    report,
    house,
    onFault: faultAtDoor,
    settled: async ({ entry }) => {
      if (entry.kind === 'hub.erasure') await erasures.reached(entry.index + 1, ERASED_WAIT_MS)
    },
  })
  sessionRoutes(app, { sessions })
  const bundle = async (index: number, withAttachments = false): Promise<string> => {
    const gather = (entry: JournalEntry, content: SealedContent) => gatherAttachments(entry, content, attachments)
    const sources = { journal, evidence, hubKeys: hubSigners, ...(withAttachments && { gather }) }
    return JSON.stringify(await makeBundle(index, sources))
  }
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
    onFault: faultAtDoor,
  })
  subscriptionRoutes(app, { ...callers, subscriptions, views })
  const types = new Set(kinds.list.flatMap((kind) => kind.attachments?.types ?? []))
  attachmentRoutes(app, { ...callers, store: attachments, journal, readings, quotas, types })
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
  let open = false
  healthRoutes(app, () => ({
    ready: open && health.reasons().length === 0,
    reasons: [...(open ? [] : ['the hub is starting or closing']), ...health.reasons()],
    hub,
    entries: journal.size(),
    lag: lagOf(),
  }))
  const socketDeps = { hub, journal, views, follower: feed, items, subscriptions, sessions, onFault }
  const partySockets = new PartySockets(config.quotas.socketsPerParty)
  const sockets = await feedSocket(app, { ...socketDeps, partySockets, clock: { nowMs: clock, after: later } })
  const checkpointAgeMs = (): number => clock() - (evidence.latest()?.atMs ?? clock())
  adminRoutes(app, {
    ...callers,
    hub,
    register,
    views,
    counted: () => units.reached(journal.size(), UNITS_WAIT_MS),
    state: () =>
      operatorState({
        hub,
        entries: () => journal.size(),
        lag: lagOf,
        health,
        register,
        checkpoint: () => {
          const latest = evidence.latest()
          return latest && { size: latest.size, ageMs: checkpointAgeMs() }
        },
        inFlight: () => ({ requests: intake.requests(), bodyBytes: intake.reservedBytes() }),
        sockets: sockets.count,
        sessions: () => sessions.count,
        open: () => open,
      }),
  })
  metricsRoute(app, { report, ...(config.metricsToken !== undefined && { token: config.metricsToken }) })
  report.watch({
    hub_journal_entries: () => journal.size(),
    hub_follower_lag_entries: lagOf,
    hub_checkpoint_age_seconds: () => checkpointAgeMs() / 1000,
    hub_sockets: sockets.count,
    hub_socket_buffered_bytes: sockets.heldBytes,
    hub_sessions: () => sessions.count,
    hub_requests_in_flight: intake.requests,
    hub_body_reserved_bytes: intake.reservedBytes,
    hub_sm2_waiting: sm2Waiting,
    hub_loop_lag_seconds: () => health.loopLagMs() / 1000,
    hub_memory_bytes: () => process.memoryUsage.rss(),
    hub_disk_free_bytes: health.diskFreeBytes,
    hub_revocation_age_seconds: () => sourceAges(revocationState()),
    hub_staged_bytes: () => attachments.staging.bytes,
    hub_ledger_height: () => ledgers.gauges().height,
    hub_ledger_lag_blocks: () => ledgers.gauges().lag,
    hub_ledger_headers: () => ledgers.gauges().headers,
    hub_ledger_gas_used: () => ledgers.gauges().gas,
    hub_ledger_frozen: () => ledgers.gauges().frozen,
    hub_packets: () => ledgers.gauges().packets,
    hub_packet_backlog_seconds: () => ledgers.gauges().backlogS,
    hub_ready: () => (open && health.reasons().length === 0 ? 1 : 0),
  })

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
    sweepAttachments: () => attachmentsKept.sweep(),
    async close() {
      open = false
      // What is being answered is answered; whoever comes now is told to come again.
      await intake.drain(config.closeMs / 2)
      await app.close()
      health.close()
      stopCounting()
      await ledgers.close()
      await closeRevocation()
      await signersRevoked.close()
      await supervision.close()
      await expiries.close()
      await dues.close()
      await units.close()
      await erasures.close()
      await attachmentsKept.close()
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
