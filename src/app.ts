// The composition: stores, who may speak, what may be said, followers, doors. One thing after the other, closed in the reverse order.
import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from './config.ts'
import { openReference } from './customs/index.ts'
import { openDoors } from './doors.ts'
import { openFollowers } from './followers.ts'
import { accept, type House } from './hub/accept.ts'
import { StoreWatch, watchedStore, watchHealth } from './hub/admin/health.ts'
import { AttachmentStore } from './hub/attachments/store.ts'
import { refuseHalfFilled } from './hub/backup/restore.ts'
import type { Clock } from './hub/clock.ts'
import { HubError, REFUSALS } from './hub/errors.ts'
import { readMessageFile } from './hub/evidence/message-file.ts'
import { openCounts } from './counts.ts'
import { guardIntake } from './hub/http/intake.ts'
import { ConnectionQuotas } from './hub/http/quota.ts'
import { faultTeller, hubServer } from './hub/http/server.ts'
import { type Identities, SeenPaths } from './hub/identity/authenticate.ts'
import { checkSecrets, HubSigners, secretKey } from './hub/identity/hub-signers.ts'
import { FoldedRegister } from './hub/identity/register-fold.ts'
import { Sessions } from './hub/identity/session.ts'
import { sm2KnownAnswerTest, startSm2Workers, stopSm2Workers } from './hub/identity/suites/index.ts'
import { epochOf } from './hub/journal/epoch.ts'
import { hubKinds } from './hub/kinds/hub-kinds.ts'
import { receiveMessageFile } from './hub/message/decode.ts'
import { parseStrictJson } from './hub/message/strict-json.ts'
import { compileKinds } from './hub/message/validate.ts'
import { Report } from './hub/report.ts'
import type { RevocationSources } from './hub/revocation/sources.ts'
import { receivedOf } from './hub/supervision/received.ts'
import { toTime } from './hub/values/encoding.ts'
import { type HandedIn, openStores } from './kept.ts'
import { roomKinds } from './rooms.ts'

export interface Hub {
  house: House
  listen(): Promise<void>
  address(): string
  /** What the sources of revocations last gave, how old it is and what failed. */
  revocationState: RevocationSources['state']
  /** Destroys attachments nobody has used for a day and none in use; done every hour. Undefined if the journal runs ahead, or elsewhere. */
  sweepAttachments(): Promise<number | undefined>
  /** Names of the duties that run here; all, if the hub is one process. */
  duties(): string[]
  close(): Promise<void>
}

/** What tests put in place of the process's own. */
export interface Surroundings extends HandedIn {
  clock: Clock
  randomness?: (size: number) => Buffer
  /** Bytes free in the folder of the data. */
  freeBytes?: (folder: string) => number
  /** Takes the lines of the log. */
  log?: { write(line: string): void }
}

/** How long a message that names items of a feed waits for the feed. */
const FEED_WAIT_MS = 2_000

/** Builds the whole hub. Throws, and serves nothing, if the platform's SM2 is not the standard's or a key is missing. */
export async function buildHub(
  config: Config,
  { clock: ownClock, randomness = randomBytes, freeBytes, log, ...handedIn }: Surroundings,
): Promise<Hub> {
  sm2KnownAnswerTest()
  startSm2Workers(config.sm2Workers)
  const { hub } = config.seed
  const report = new Report()
  const faultAtDoor = faultTeller(report)
  const app = hubServer({
    logLevel: config.logLevel,
    onFault: faultAtDoor,
    ...(log && { log }),
    ...(config.tls && { tls: config.tls }),
  })

  // What documents are checked by, before any is.
  if (config.reference) openReference(config.reference, toTime(ownClock()).slice(0, 10))

  // What is kept.
  const stores = await openStores(config, ownClock, handedIn)
  const { clock, cursors, views } = stores
  await refuseHalfFilled(cursors)
  const storeWatch = new StoreWatch(clock)
  const sealingKey = secretKey(config.keys, 'sealing.key', stores.began)
  const indexKey = secretKey(config.keys, 'index.key', stores.began)
  await checkSecrets(cursors, config.keys, { 'sealing.key': sealingKey, 'index.key': indexKey })
  const hubSigners = new HubSigners(config.keys, config.seed.operatorRoot)
  const genesis = readFileSync(config.keyStatement)
  await hubSigners.begin(readMessageFile(parseStrictJson(genesis), 'the first hub.key'))
  const shared = await stores.share(
    {
      store: watchedStore(stores.store, report, storeWatch),
      hub,
      urn: `${hub}:journal`,
      epoch: await epochOf(cursors),
      sealingKey,
      indexKey,
      randomness,
      signCommit: (root) => hubSigners.signCommit(root),
    },
    (what, error) => {
      report.fault(what)
      app.log.error({ err: error }, `${what} failed and will be tried again`)
    },
  )
  const { journal } = shared
  const attachments = new AttachmentStore({
    ...stores.attachments({ sealingKey, indexKey, randomness }),
    sealingKey,
    indexKey,
    clock,
    randomness,
    limits: config.uploads,
  })
  await attachments.staging.open()

  // Who may speak, and what may be said.
  const register = new FoldedRegister(config.seed, (label, ...parts) => journal.headKey(label, ...parts))
  const identities: Identities = { hub, hubSigners, register, seen: new SeenPaths() }
  let registerReached = async (_size: number): Promise<boolean> => false
  const sessions = new Sessions({
    identities,
    cursors,
    origin: config.origin,
    clock,
    randomness,
    secret: indexKey,
    ...(shared.redis && {
      shared: {
        caughtUp: async (size?: number) => {
          const now = await journal.current()
          return registerReached(size ?? now)
        },
      },
    }),
  })
  let feedsReached = async (_size: number): Promise<boolean> => false
  const received = receivedOf({ journal, views, fed: async () => feedsReached(await journal.current()) })
  const kinds = compileKinds([
    ...hubKinds({ holdsKey: (id) => hubSigners.holds(id), received, acts: register.acts }),
    ...roomKinds,
  ])

  const followers = await openFollowers({
    config,
    stores,
    shared,
    register,
    identities,
    sessions,
    hubSigners,
    kinds,
    received,
    attachments,
    randomness,
    report,
    log: app.log,
  })
  const { house } = followers
  registerReached = house.caughtUp
  feedsReached = (size) => followers.feed.reached(size, FEED_WAIT_MS)

  // How much is taken on at a time, and the doors.
  const health = watchHealth({
    data: config.data,
    diskReserveMiB: config.diskReserveMiB,
    clock,
    store: storeWatch,
    size: () => journal.size(),
    positions: followers.positions,
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
  const counts = openCounts({ config, shared, register, clock })
  const stopCounting = journal.onAppend((entries) =>
    report.itemsTold(entries.reduce((sum, { audience }) => sum + audience.length, 0)),
  )
  let open = false
  await openDoors(app, {
    config,
    stores,
    shared,
    house,
    sessions,
    hubSigners,
    attachments,
    followers,
    health,
    intake,
    ...counts,
    report,
    isOpen: () => open,
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
    revocationState: followers.revocationState,
    sweepAttachments: followers.sweepAttachments,
    duties: () => shared.duties.names(),
    async close() {
      open = false
      // What is being answered is answered; whoever comes now is told to come again.
      await intake.drain(config.closeMs / 2)
      await app.close()
      health.close()
      stopCounting()
      await counts.close()
      await shared.leave()
      await followers.close()
      await shared.close()
      await stores.close()
      await stopSm2Workers()
    },
  }
}

const registerFiles = (folder: string | undefined): string[] =>
  folder === undefined
    ? []
    : readdirSync(folder)
        .filter((name) => name.endsWith('.json'))
        .sort()
        .map((name) => join(folder, name))

const ENTERED_WITHIN_MS = 60_000
const ENTER_AGAIN_MS = 200

/**
 * Submits a signed file of the operator's at start, by the one way in. What was entered before is a duplicate. Processes that start
 * together may find nobody who appends yet, or one another's entries not followed yet: the same bytes are sent again.
 */
async function enter(bytes: Buffer, house: House, file = 'the first hub.key'): Promise<void> {
  for (const giveUpAtMs = performance.now() + ENTERED_WITHIN_MS; ; ) {
    try {
      const { result } = await accept(receiveMessageFile(bytes, house.clock()), house)
      if (result === 'refused') throw new Error('the journal refuses it')
      return
    } catch (cause) {
      const comesAgain = cause instanceof HubError && REFUSALS[cause.code].retry === 'same-id'
      if (!comesAgain || performance.now() > giveUpAtMs)
        throw new Error(`${file} is not accepted: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
    }
    await new Promise((again) => setTimeout(again, ENTER_AGAIN_MS))
  }
}
