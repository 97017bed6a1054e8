// Opens the ledger room: what the journal says of lanes is followed in any case; with a configuration the hub also reaches ledgers, and
// relays, anchors, commits and listens there. Closed in the reverse order.
import type {
  Accepted,
  Cursors,
  LedgersView,
  OwnEntryDeps,
  PartyUrn,
  ProvedMessage,
  Register,
  Views,
} from '../hub/index.ts'
import { followAnchoring, type AnchoringDeps } from './anchoring.ts'
import type { Connections } from './connections.ts'
import { followTrigger } from './events.ts'
import type { LedgerConfig } from './ledger-config.ts'
import { followLedgers, type LedgerFold } from './ledger-fold.ts'
import { openRelaying, type Relaying } from './relaying.ts'
import type { RelayEvent } from './relay/ports.ts'
import type { Rounds } from './rounds.ts'
import { viewOf } from './shown-view.ts'
import { followSupervision, type RangePosition } from './supervision-lane.ts'

export interface LedgerRoomDeps extends OwnEntryDeps {
  /** Absent: the hub is connected to no ledger. */
  config?: LedgerConfig
  views: Views
  cursors: Cursors
  register: Register
  /** The walk of the hub, for what a ledger proves. */
  accept(message: ProvedMessage): Promise<Accepted>
  checkpoints: AnchoringDeps['checkpoints']
  /** Feeds of parties: newest item, and the root over the receipts of a range. */
  feeds: {
    head(party: PartyUrn): Promise<number>
    root(party: PartyUrn, from: number, to: number): Promise<string | undefined>
  }
  /** What has happened on ledgers that somebody may have to look at. */
  report(event: RelayEvent): void
  onFault(error: unknown): void
}

export interface LedgerRoom {
  view: LedgersView
  /** Next journal index it will read. */
  position(): number
  /** Readings for gauges, by ledger, state or lane. */
  gauges(): Record<'height' | 'lag' | 'headers' | 'gas' | 'frozen' | 'packets' | 'backlogS', Record<string, number>>
  close(): Promise<void>
}

const VIEW_WAIT_MS = 250
const CLOSE_WITHIN_MS = 5_000

/** Opened when the hub is; the work on ledgers begins at once. */
export async function openLedgers(deps: LedgerRoomDeps): Promise<LedgerRoom> {
  const { journal, config } = deps
  const fold = await followLedgers(deps)
  const relaying = config && (await openRelaying(config, fold, deps))
  const rounds = config && relaying ? workOn(config, relaying.connections, deps) : []
  return {
    view: viewOf({ fold, ...(relaying && { relaying }), caughtUp: () => fold.reached(journal.size(), VIEW_WAIT_MS) }),
    position: () => fold.position(),
    gauges: () => gaugesOf(fold, relaying),
    async close() {
      // What waits for a block may take long, and is found again at the next start.
      await within(CLOSE_WITHIN_MS, Promise.all([...rounds.map((one) => one.close()), relaying?.close()]))
      await fold.close()
    },
  }
}

/** Anchoring, supervision lanes and event triggers, as configured. */
function workOn(config: LedgerConfig, connections: Connections, deps: LedgerRoomDeps): Rounds[] {
  const { onFault, clock, checkpoints, journal, feeds, cursors, accept } = deps
  const { everyMs } = config
  const anchoring = config.anchoring && [
    followAnchoring({
      connection: () => connections.get(config.anchoring!.ledger),
      policy: config.anchoring,
      checkpoints,
      clock,
      everyMs,
      onFault,
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

/** A value of the cursors under one name. */
function kept<T extends RangePosition | number>(cursors: Cursors, space: string, name: string, first: T) {
  return {
    get: async () => ((await cursors.get(space, name)) as T | undefined) ?? first,
    set: (value: T) => cursors.put(space, name, value as Parameters<Cursors['put']>[2]),
  }
}

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
