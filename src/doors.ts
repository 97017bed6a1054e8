// The doors: every route of the hub, what is taken on at a time, and what the operator sees.
import type { Config } from './config.ts'
import { casesView } from './customs/index.ts'
import { operatorState, sourceAges } from './hub/admin/state.ts'
import type { Health } from './hub/admin/health.ts'
import type { House } from './hub/accept.ts'
import { gatherAttachments } from './hub/attachments/entry-attachments.ts'
import type { AttachmentStore } from './hub/attachments/store.ts'
import { compileEnquiries } from './hub/enquiry/enquiry.ts'
import { Misses } from './hub/enquiry/misses.ts'
import { makeBundle } from './hub/evidence/bundle.ts'
import type { PartySocketCount } from './hub/feed/party-sockets.ts'
import { feedSocket } from './hub/feed/socket.ts'
import { adminRoutes } from './hub/http/admin.ts'
import { attachmentRoutes } from './hub/http/attachments.ts'
import { documentRoutes } from './hub/http/documents.ts'
import { caseRoutes } from './hub/http/cases.ts'
import { dueRoutes } from './hub/http/due.ts'
import { enquiryRoutes } from './hub/http/enquiry.ts'
import type { PartyQuotas } from './hub/http/quota.ts'
import type { Intake } from './hub/http/intake.ts'
import { exportRoutes } from './hub/http/exports.ts'
import { hubLaneRoutes } from './hub/http/hub-lanes.ts'
import { ledgerRoutes } from './hub/http/ledgers.ts'
import { metricsRoute } from './hub/http/metrics.ts'
import { proofRoutes } from './hub/http/proofs.ts'
import { readRoutes, sessionRoutes } from './hub/http/read.ts'
import { faultTeller, healthRoutes, type HubServer } from './hub/http/server.ts'
import { submitRoutes } from './hub/http/submit.ts'
import { subscriptionRoutes } from './hub/http/subscriptions.ts'
import { supervisionRoutes } from './hub/http/supervision.ts'
import type { HubSigners } from './hub/identity/hub-signers.ts'
import type { Sessions } from './hub/identity/session.ts'
import { sm2Waiting } from './hub/identity/suites/index.ts'
import type { JournalEntry, SealedContent } from './hub/journal/journal.ts'
import type { Report } from './hub/report.ts'
import type { Followers } from './followers.ts'
import type { Shared, Stores } from './kept.ts'
import { roomEnquiries } from './rooms.ts'

/** A feed that is further behind is read as it is: it says itself how far it has got. */
const FEED_WAIT_MS = 250

export interface DoorsDeps {
  config: Config
  stores: Stores
  shared: Shared
  house: House
  sessions: Sessions
  hubSigners: HubSigners
  attachments: AttachmentStore
  followers: Followers
  health: Health
  intake: Intake
  quotas: PartyQuotas
  partySockets: PartySocketCount
  report: Report
  isOpen(): boolean
}

/** Opens every door of the server; nobody is answered before it listens. */
export async function openDoors(app: HubServer, deps: DoorsDeps): Promise<void> {
  const { config, stores, shared, house, sessions, hubSigners, attachments, followers, health, intake, report } = deps
  const { clock, views, cursors } = stores
  const { journal } = shared
  const { identities, kinds } = house
  const { register } = identities
  const { hub } = config.seed
  const { evidence, feed, items, rendering, readings, subscriptions } = followers
  const faultAtDoor = faultTeller(report)
  const callers = { sessions, identities, clock }
  const sign = (payload: Buffer, typ: string): Promise<string> => hubSigners.sign(payload, typ)
  const bundle = async (index: number, withAttachments = false): Promise<string> => {
    const gather = (entry: JournalEntry, content: SealedContent) => gatherAttachments(entry, content, attachments)
    const sources = { journal, evidence, hubKeys: hubSigners, ...(withAttachments && { gather }) }
    return JSON.stringify(await makeBundle(index, sources))
  }

  // Coming in.
  sessionRoutes(app, { sessions })
  submitRoutes(app, {
    ...callers,
    quotas: deps.quotas,
    report,
    house,
    onFault: faultAtDoor,
    settled: async ({ entry }) => {
      if (entry.kind === 'hub.erasure') await followers.erased(entry.index + 1)
    },
  })
  const types = new Set(kinds.list.flatMap((kind) => kind.attachments?.types ?? []))
  attachmentRoutes(app, { ...callers, store: attachments, journal, readings, quotas: deps.quotas, types })

  // Being told.
  readRoutes(app, {
    ...callers,
    journal,
    kinds,
    items: rendering,
    readings,
    pull: { journal, views, items, subscriptions, readings },
    fed: async () => feed.reached(await journal.current(), FEED_WAIT_MS),
    bundle,
  })
  subscriptionRoutes(app, { ...callers, subscriptions, views })
  const sockets = await feedSocket(app, {
    hub,
    journal,
    views,
    follower: feed,
    items,
    subscriptions,
    sessions,
    onFault: followers.onFault,
    partySockets: deps.partySockets,
    clock: { nowMs: clock, after: later },
  })
  dueRoutes(app, { ...callers, views, caughtUp: async () => followers.dueReached(await journal.current()) })
  caseRoutes(app, {
    ...callers,
    journal,
    views,
    readings,
    cases: casesView({ journal, views }),
    async caughtUp() {
      const size = await journal.current()
      return (await followers.casesReached(size)) && followers.dueReached(size)
    },
  })
  proofRoutes(app, { ...callers, evidence })
  documentRoutes(app)
  ledgerRoutes(app, { ...callers, journal, readings, view: followers.ledgers.view })
  const { hubLanes } = followers.ledgers
  const logSources = { journal, evidence, hubKeys: hubSigners }
  hubLaneRoutes(app, { ...callers, sources: logSources, ...(hubLanes && { view: hubLanes }) })
  exportRoutes(app, { ...callers, journal, readings })
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

  // Looking after it.
  supervisionRoutes(app, {
    ...callers,
    hub,
    journal,
    views,
    register,
    feed,
    items: rendering,
    supervision: followers.supervision,
    bundle,
    sign,
    onFault: faultAtDoor,
  })
  const checkpointAgeMs = (): number => clock() - (evidence.latest()?.atMs ?? clock())
  const reasons = (): string[] => [...health.reasons(), ...shared.reasons()]
  healthRoutes(app, () => ({
    ready: deps.isOpen() && reasons().length === 0,
    reasons: [...(deps.isOpen() ? [] : ['the hub is starting or closing']), ...reasons()],
    hub,
    entries: journal.size(),
    lag: followers.lag(),
    ...(shared.redis && { process: shared.name, duties: shared.duties.names() }),
  }))
  adminRoutes(app, {
    ...callers,
    hub,
    register,
    views,
    counted: async () => followers.counted(await journal.current()),
    state: () =>
      operatorState({
        hub,
        entries: () => journal.size(),
        lag: followers.lag,
        health,
        register,
        checkpoint: () => {
          const latest = evidence.latest()
          return latest && { size: latest.size, ageMs: checkpointAgeMs() }
        },
        inFlight: () => ({ requests: intake.requests(), bodyBytes: intake.reservedBytes() }),
        sockets: sockets.count,
        sessions: () => sessions.count,
        open: deps.isOpen,
      }),
  })
  metricsRoute(app, { report, ...(config.metricsToken !== undefined && { token: config.metricsToken }) })
  const { gauges } = followers.ledgers
  report.watch({
    hub_journal_entries: () => journal.size(),
    hub_follower_lag_entries: followers.lag,
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
    hub_revocation_age_seconds: () => sourceAges(followers.revocationState()),
    hub_staged_bytes: () => attachments.staging.bytes,
    hub_ledger_height: () => gauges().height,
    hub_ledger_lag_blocks: () => gauges().lag,
    hub_ledger_headers: () => gauges().headers,
    hub_ledger_gas_used: () => gauges().gas,
    hub_ledger_frozen: () => gauges().frozen,
    hub_packets: () => gauges().packets,
    hub_packet_backlog_seconds: () => gauges().backlogS,
    hub_courier_jobs: () => shared.couriers.jobs(),
    hub_ready: () => (deps.isOpen() && reasons().length === 0 ? 1 : 0),
  })
}

const later = (delayMs: number, run: () => void): (() => void) => {
  const timer = setTimeout(run, delayMs).unref()
  return () => clearTimeout(timer)
}
