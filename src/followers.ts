// Those who follow the journal. What every process needs of them it reads for itself; the work is done by the process that has the duty.
import type { Config } from './config.ts'
import { CASES_VIEW, followCases, followWatch } from './customs/index.ts'
import { openLedgers } from './crosschain/index.ts'
import { acceptProved, type House } from './hub/accept.ts'
import { followAttachments } from './hub/attachments/follower.ts'
import type { AttachmentStore } from './hub/attachments/store.ts'
import { LeaseLost } from './hub/cluster/lease.ts'
import { reachedView } from './hub/cluster/reached.ts'
import { followDue } from './hub/due.ts'
import { DUE_VIEW } from './hub/due-list.ts'
import { ERASURE_VIEW, followErasures } from './hub/erasure.ts'
import { messageFileOf } from './hub/evidence/bundle.ts'
import { readCheckpoint } from './hub/evidence/checkpoint.ts'
import { followEvidence } from './hub/evidence/follower.ts'
import { EvidenceReader } from './hub/evidence/reader.ts'
import { followExpiries } from './hub/expiry.ts'
import { feedFollower } from './hub/feed/follower.ts'
import { followForgetting } from './hub/feed/forgetting.ts'
import { feedItems, type ItemsDeps } from './hub/feed/items.ts'
import { SharedFeed } from './hub/feed/shared-feed.ts'
import { Subscriptions } from './hub/feed/subscription.ts'
import type { HubLog } from './hub/http/server.ts'
import type { Identities, Responders } from './hub/identity/authenticate.ts'
import { guardedFetch } from './hub/identity/fetch.ts'
import type { HubSigners } from './hub/identity/hub-signers.ts'
import { type FoldedRegister, followRegister } from './hub/identity/register-fold.ts'
import type { Sessions } from './hub/identity/session.ts'
import type { Kinds } from './hub/message/validate.ts'
import type { Report } from './hub/report.ts'
import { RespondersElsewhere } from './hub/revocation/responders-elsewhere.ts'
import { followSignerRevoked } from './hub/revocation/signer-revoked.ts'
import { followSources } from './hub/revocation/sources.ts'
import type { Received } from './hub/supervision/received.ts'
import { keepReadings, superviseJournal } from './hub/supervision/supervision.ts'
import { followUnits, UNITS_VIEW } from './hub/units.ts'
import type { Shared, Stores } from './kept.ts'

const VIEW_WAIT_MS = 250
/** Where the duty is another process's, its cursor has to be saved and read first. */
const ELSEWHERE_WAIT_MS = 1_000
const ERASED_WAIT_MS = 10_000
const UNITS_WAIT_MS = 2_000

export interface FollowersDeps {
  config: Config
  stores: Stores
  shared: Shared
  register: FoldedRegister
  identities: Identities
  sessions: Sessions
  hubSigners: HubSigners
  kinds: Kinds
  received: Received
  attachments: AttachmentStore
  randomness: (size: number) => Buffer
  report: Report
  log: HubLog
}

export type Followers = Awaited<ReturnType<typeof openFollowers>>

/** Opens them in the order in which they need one another; closed in the reverse one, after the duties. */
export async function openFollowers(deps: FollowersDeps) {
  const { config, stores, shared, register, identities, sessions, hubSigners, kinds, received, attachments } = deps
  const { report, log, randomness } = deps
  const { clock, views, cursors } = stores
  const { journal, duties, wake } = shared
  const couriers = shared.couriers.open
  const { hub } = config.seed
  const onFault = (error: unknown): void => {
    // Its duty is another process's by now; here it is being closed.
    if (error instanceof LeaseLost) return
    report.fault('follower')
    log.error({ err: error }, 'a follower failed and will try again')
  }
  const evidenceFailed = (detail: string, error: unknown): void => log.error({ err: error }, `evidence: ${detail}`)

  // In every process: who may speak.
  let registerMoved = (): void => {}
  const registerFollower = await followRegister({
    register,
    journal,
    views: shared.own,
    onFault,
    onHubKey: async (index) => hubSigners.add(messageFileOf((await journal.content(index))!)),
    onChange: ({ index }) => {
      const ended = register.acts.takeEnded(index)
      if (ended !== undefined) sessions.endAll(ended)
      sessions.reviewSoon()
      registerMoved()
    },
  })
  const caughtUp = (size: number): Promise<boolean> => registerFollower.reached(size, VIEW_WAIT_MS)
  const own = { hub, journal, clock, randomness, registerAt: () => register.at }
  const house: House = { identities, kinds, journal, uploads: attachments, clock, caughtUp }

  // The feeds.
  const rendering: ItemsDeps = {
    journal,
    privacy: {
      kind: (name, version) => kinds.list.find((kind) => kind.name === name && kind.version === version),
      signer: { sign: (payload) => hubSigners.sign(payload, 'hub-view+jws') },
    },
  }
  const items = feedItems(rendering)
  const forgetting = followForgetting({ journal, items, onFault })
  const feed = new SharedFeed({ views, journal, ...(shared.redis && { wake }), onFault })
  await feed.start()
  const feedDuty = await duties.run('feed', async (fenced) => {
    const follower = feedFollower({
      journal,
      views: fenced,
      onFault,
      told: (rows, from, to) => feed.written(rows, from, to),
    })
    await follower.start()
    return follower
  })

  // The log.
  const evidence = await EvidenceReader.open({
    views,
    cursors,
    wake,
    stamped: config.tsa !== undefined,
    onFault: evidenceFailed,
  })
  await duties.run('evidence', (fenced) =>
    followEvidence({
      journal,
      views: fenced,
      cursors,
      signers: () => hubSigners.checkpointSigners(),
      clock,
      intervalMs: config.checkpointMs,
      ...(config.tsa && { timestamps: config.tsa }),
      published: (checkpoint) => evidence.published(checkpoint),
      onFault: evidenceFailed,
    }),
  )

  // What has its time, and what is counted or destroyed.
  const clockwork = await duties.run('clockwork', async (fenced) => {
    const common = { ...own, views: fenced, couriers, onFault, readElsewhere: shared.redis !== undefined }
    const parts = {
      erasure: await followErasures({
        ...common,
        destroy: (blobs) => attachments.erase(blobs),
        forget: (index) => items.forget(index),
      }),
      attachments: await followAttachments({ ...common, store: attachments }),
      expiry: await followExpiries(common),
      due: await followDue({ ...common, register }),
      signerRevoked: await followSignerRevoked({ ...common, register, caughtUp }),
      units: await followUnits(common),
    }
    return { ...parts, close: () => closeAll(Object.values(parts)) }
  })

  // Revocations that are known elsewhere.
  let desk = (): Responders | undefined => undefined
  const responders = await RespondersElsewhere.open({
    views,
    wake,
    here: () => desk(),
    elsewhere: shared.redis !== undefined,
    onFault,
  })
  identities.responders = responders
  const revocation = await duties.run('revocation', (fenced) =>
    followSources({
      ...own,
      couriers,
      register,
      identities,
      views: fenced,
      caughtUp,
      fetch: guardedFetch(config.fetchAllow),
      everyMs: config.revocationMs,
      report: (detail, error) => log.warn({ err: error }, `revocation: ${detail}`),
    }),
  )
  desk = () => revocation.here()?.responders
  registerMoved = () => revocation.here()?.lookSoon()

  // What regulators read and are told.
  const among = shared.redis && { process: shared.process }
  const home = config.country !== undefined && { home: config.country }
  const supervision = await keepReadings({ ...own, cursors, register, ...home, ...among, onFault })
  const { readings } = supervision
  await duties.run('supervision', (fenced) =>
    superviseJournal({
      ...own,
      views: fenced,
      register,
      feed,
      kinds: kinds.list,
      onFault,
      ...(shared.redis && { heirs: { log: supervision.log, alive: shared.alive } }),
    }),
  )
  const subscriptions = new Subscriptions({
    cursors,
    readings,
    nowMs: clock,
    epoch: journal.epoch,
    viewNames: new Set(['full', ...kinds.list.flatMap(({ views: named }) => Object.keys(named))]),
    ...(shared.redis && { shared: { process: shared.process, wake } }),
  })

  // Ledgers.
  const ledgers = await openLedgers({
    ...own,
    ...(config.ledgers && { config: config.ledgers }),
    views,
    cursors,
    couriers,
    register,
    accept: (message) => acceptProved(message, house),
    checkpoints: {
      anchoredSize: () => evidence.anchoredSize(),
      anchorable: () => evidence.anchorable(),
      read: readCheckpoint,
      keep: (checkpoint, anchor) => evidence.keepAnchor(checkpoint, anchor),
    },
    feeds: received,
    ownLog: { journal, evidence, hubKeys: hubSigners, ...rendering.privacy },
    report: ({ event, ...what }) => {
      if (event === 'refused' || event === 'frozen' || event === 'funds') log.warn(what, `relay: ${event}`)
    },
    // A node that is gone is the partner's outage: told, and not counted as a fault of the hub's followers.
    onFault: (error) => {
      report.fault('ledger')
      log.warn({ err: error }, 'work on a ledger failed and will be tried again')
    },
  })
  await duties.run('ledgers', (fenced) => ledgers.work(fenced))

  // Cases and the watch of customs.
  const customs = await duties.run('customs', async (fenced) => {
    const parts = {
      cases: await followCases({ journal, views: fenced, onFault }),
      watch: await followWatch({ ...own, views: fenced, register, onFault }),
    }
    return { ...parts, close: () => closeAll(Object.values(parts)) }
  })

  /** Where each follower that runs here stands. */
  const positions = (): Record<string, number> => {
    const { erasure, attachments: kept, expiry, due, signerRevoked, units } = clockwork.here() ?? {}
    const { cases, watch } = customs.here() ?? {}
    const here = { erasure, attachments: kept, expiry, due, signerRevoked, units, cases, watch, feed: feedDuty.here() }
    return {
      register: registerFollower.position(),
      ledgers: ledgers.position(),
      evidence: evidence.latest()?.size ?? 0,
      ...Object.fromEntries(Object.entries(here).flatMap(([name, one]) => (one ? [[name, one.position()]] : []))),
    }
  }
  type Awaited = 'due' | 'erasure' | 'units' | 'cases'
  const reached = (name: Awaited, view: string) => (size: number, hereMs: number) => {
    const here = name === 'cases' ? customs.here()?.cases : clockwork.here()?.[name]
    return reachedView({ here, views, view }, size, here ? hereMs : Math.max(hereMs, ELSEWHERE_WAIT_MS))
  }
  const [dueReached, erasureReached, unitsReached, casesReached] = [
    reached('due', DUE_VIEW),
    reached('erasure', ERASURE_VIEW),
    reached('units', UNITS_VIEW),
    reached('cases', CASES_VIEW),
  ]
  return {
    house,
    onFault,
    rendering,
    items,
    feed,
    evidence,
    readings,
    supervision,
    subscriptions,
    ledgers,
    positions,
    /** How many entries each is behind. */
    lag: (): Record<string, number> =>
      Object.fromEntries(
        Object.entries(positions()).map(([name, position]) => [name, Math.max(0, journal.size() - position)]),
      ),
    /** What is wanted of whom is known of all entries below `size`. */
    dueReached: (size: number) => dueReached(size, VIEW_WAIT_MS),
    /** Cases hold all entries below `size`. */
    casesReached: (size: number) => casesReached(size, VIEW_WAIT_MS),
    /** Erasures below `size` are carried out. */
    erased: (size: number) => erasureReached(size, ERASED_WAIT_MS),
    /** Units of entries below `size` are counted. */
    counted: (size: number) => unitsReached(size, UNITS_WAIT_MS),
    revocationState: () => revocation.here()?.state() ?? [],
    sweepAttachments: async () => clockwork.here()?.attachments.sweep(),
    async close() {
      await ledgers.close()
      subscriptions.close()
      await supervision.close()
      responders.close()
      await evidence.close()
      await feed.close()
      await forgetting.close()
      items.close()
      await registerFollower.close()
    },
  }
}

const closeAll = async (parts: readonly { close(): Promise<void> }[]): Promise<void> => {
  for (const part of parts.toReversed()) await part.close()
}
