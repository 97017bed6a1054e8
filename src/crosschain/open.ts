// Opens the ledger room. Every process shows what the journal says of lanes, and how far the work on ledgers has come; the work itself
// (with a configuration: to reach ledgers, relay, anchor, commit and listen there) is a duty of one process at a time.
import type {
  Accepted,
  Couriers,
  Cursors,
  HubLanesView,
  LedgersView,
  OwnEntryDeps,
  PartyUrn,
  ProvedMessage,
  Register,
  Views,
} from '../hub/index.ts'
import { followHubLanes, hubLanesView, type OwnLogSources } from './hub-lanes.ts'
import { followAnchoring, type AnchoringDeps } from './anchoring.ts'
import type { Connections } from './connections.ts'
import { followTrigger } from './events.ts'
import type { LedgerConfig } from './ledger-config.ts'
import { type LedgerFold, readLedgers, writeLedgers } from './ledger-fold.ts'
import { openRelaying, type Relaying } from './relaying.ts'
import { readTimeline } from './relay/kept-timelines.ts'
import type { RelayEvent } from './relay/ports.ts'
import type { Rounds } from './rounds.ts'
import { readShown, type ShownRelay, writeShown } from './shown-relay.ts'
import { viewOf } from './shown-view.ts'
import { followSupervision, type RangePosition } from './supervision-lane.ts'

export interface LedgerRoomDeps extends OwnEntryDeps {
  /** Absent: the hub is connected to no ledger. */
  config?: LedgerConfig
  views: Views
  cursors: Cursors
  register: Register
  /** Absent: couriers within this process. */
  couriers?: Couriers
  /** The walk of the hub, for what a ledger proves. */
  accept(message: ProvedMessage): Promise<Accepted>
  checkpoints: AnchoringDeps['checkpoints']
  /** Feeds of parties: newest item, and the root over the receipts of a range. */
  feeds: {
    head(party: PartyUrn): Promise<number>
    root(party: PartyUrn, from: number, to: number): Promise<string | undefined>
  }
  /** This hub's own log, for lanes that join it with other hubs. */
  ownLog?: OwnLogSources
  /** What has happened on ledgers that somebody may have to look at. */
  report(event: RelayEvent): void
  onFault(error: unknown): void
}

export interface LedgerRoom {
  view: LedgersView
  /** Does the work until it is closed; may be opened many times. The views refuse writes once it is another process's. */
  work(views: Views): Promise<{ close(): Promise<void> }>
  /** What partner hubs may ask; absent where this hub is no end of a lane. */
  hubLanes?: HubLanesView
  /** Next journal index it will read. */
  position(): number
  /** Readings for gauges, by ledger, state or lane; of what is done on ledgers only where it is done. */
  gauges(): Record<'height' | 'lag' | 'headers' | 'gas' | 'frozen' | 'packets' | 'backlogS', Record<string, number>>
  close(): Promise<void>
}

const VIEW_WAIT_MS = 250
/** Where the rows are another process's to write, it has to hear of the entry first. */
const ELSEWHERE_WAIT_MS = 1_000
const CLOSE_WITHIN_MS = 5_000

/** Opened when the hub is. */
export async function openLedgers(deps: LedgerRoomDeps): Promise<LedgerRoom> {
  const { journal, config, views } = deps
  const fold = await readLedgers(deps)
  /** Where the work is done here. */
  let relaying: Relaying | undefined
  let elsewhere: ShownRelay | undefined
  let isHere = false
  const caughtUp = async (): Promise<boolean> =>
    fold.reached(await journal.current(), isHere ? VIEW_WAIT_MS : ELSEWHERE_WAIT_MS)
  const hubLanes = hubLanesView(config, fold, deps, caughtUp)
  return {
    ...(hubLanes && { hubLanes }),
    view: viewOf({
      fold,
      async caughtUp() {
        if (config && !relaying) elsewhere = await readShown(deps)
        return caughtUp()
      },
      ...(config && { reached: Object.keys(config.ledgers) }),
      relay: () => (relaying ? shownNow(relaying) : elsewhere),
      timeline: async (lane, sequence) =>
        relaying?.timeline(lane, sequence) ?? (await readTimeline(views, lane, sequence)),
    }),
    async work(fenced) {
      const work = await openWork(fold, { ...deps, views: fenced })
      relaying = work.relaying
      isHere = true
      return {
        async close() {
          relaying = undefined
          isHere = false
          await work.close()
        },
      }
    },
    position: () => fold.position(),
    gauges: () => gaugesOf(fold, relaying),
    close: () => fold.close(),
  }
}

const shownNow = (relaying: Relaying): ShownRelay => ({ ledgers: relaying.ledgers(), lanes: relaying.lanes() })

/** The rows of what is known of lanes, and with a configuration the work on ledgers. Closed in the reverse order. */
async function openWork(
  fold: LedgerFold,
  deps: LedgerRoomDeps,
): Promise<{ relaying: Relaying | undefined; close(): Promise<void> }> {
  const { config } = deps
  const open: { close(): Promise<void> }[] = [await writeLedgers({ ...deps, written: fold.written })]
  // What waits for a block may take long, and is found again at the next start.
  const close = async (): Promise<void> => {
    const [rows, ...work] = open.splice(0)
    await within(CLOSE_WITHIN_MS, Promise.all(work.toReversed().map((one) => one.close())))
    await rows?.close()
  }
  try {
    const relaying = config && (await openRelaying(config, fold, deps))
    if (relaying)
      open.push(
        relaying,
        writeShown(() => shownNow(relaying), deps),
      )
    if (config && relaying) open.push(...workOn(config, relaying.connections, deps))
    const hubLanes = await followHubLanes(config, fold, deps)
    if (hubLanes) open.push(hubLanes)
    return { relaying, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** Anchoring, supervision lanes and event triggers, as configured. */
function workOn(config: LedgerConfig, connections: Connections, deps: LedgerRoomDeps): Rounds[] {
  const { onFault, clock, checkpoints, journal, feeds, cursors, accept, couriers } = deps
  const { everyMs } = config
  const anchoring = config.anchoring && [
    followAnchoring({
      connection: () => connections.get(config.anchoring!.ledger),
      policy: config.anchoring,
      checkpoints,
      clock,
      everyMs,
      onFault,
      ...(couriers && { couriers }),
    }),
  ]
  const supervision = config.supervision.map(({ ledger, regulator, everyMs: often }) =>
    followSupervision({
      connection: () => connections.get(ledger),
      regulator,
      journal,
      feed: { head: () => feeds.head(regulator), root: (from, to) => feeds.root(regulator, from, to) },
      position: kept<RangePosition>(cursors, 'supervision-lanes', `${ledger}/${journal.epoch}/${regulator}`, { to: 0 }),
      everyMs: often,
      onFault,
    }),
  )
  const triggers = config.events.map((trigger) =>
    followTrigger({
      connection: () => connections.get(trigger.ledger),
      trigger,
      accept,
      position: kept<number>(
        cursors,
        'ledger-events',
        [trigger.ledger, trigger.contract, trigger.topic, trigger.name].join('/'),
        config.ledgers[trigger.ledger]!.deployedAt,
      ),
      everyMs,
      onFault,
    }),
  )
  return [...(anchoring ?? []), ...supervision, ...triggers]
}

/** A value of the cursors under one name, moved on only from where it was last read: a process that has slept does not move it back. */
function kept<T extends RangePosition | number>(cursors: Cursors, space: string, name: string, first: T) {
  let read: Json | undefined
  return {
    async get(): Promise<T> {
      read = await cursors.get(space, name)
      return (read as T | undefined) ?? first
    },
    async set(value: T): Promise<void> {
      const next = value as Json
      if (!(await cursors.swap(space, name, read, next)))
        throw new Error(`${space} ${name} has been moved on by another process`)
      read = next
    },
  }
}

type Json = Exclude<Parameters<Cursors['put']>[2], undefined>

function gaugesOf(fold: LedgerFold, relaying: Relaying | undefined): ReturnType<LedgerRoom['gauges']> {
  const ledgers = relaying?.ledgers() ?? {}
  const of = (pick: (ledger: (typeof ledgers)[string]) => number | undefined): Record<string, number> =>
    Object.fromEntries(
      Object.entries(ledgers).flatMap(([urn, one]) => (pick(one) === undefined ? [] : [[nameOf(urn), pick(one)!]])),
    )
  const packets: Record<string, number> = {}
  const backlogS: Record<string, number> = {}
  for (const [lane, { counts, backlogS: age }] of Object.entries(relaying?.lanes() ?? {})) {
    for (const [state, count] of Object.entries(counts)) packets[state] = (packets[state] ?? 0) + count
    const name = fold.lane(lane)?.terms.name
    // Two lanes may have one name: the older packet counts.
    if (name !== undefined) backlogS[name] = Math.max(age ?? 0, backlogS[name] ?? 0)
  }
  return {
    height: of(({ height }) => height),
    lag: of(({ height, verified }) => (height === undefined ? undefined : Math.max(0, height - (verified ?? 0)))),
    headers: of(({ headers }) => headers),
    gas: of(({ gasUsed }) => Number(gasUsed)),
    frozen: Object.fromEntries(fold.ledgers().map(({ id, frozen }) => [nameOf(id), frozen ? 1 : 0])),
    packets,
    backlogS,
  }
}

/** `country/name`: ledgers of two countries may have one name. */
function nameOf(urn: PartyUrn): string {
  const [, , country, , name] = urn.split(':')
  return `${country}/${name}`
}

async function within(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<void>((wake) => (timer = setTimeout(wake, ms)))
  await Promise.race([work, late])
  clearTimeout(timer)
}
