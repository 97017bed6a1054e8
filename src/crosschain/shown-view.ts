// What the room shows to those who ask, in every process: values of the journal, joined with how far the relay has come, here or elsewhere.
import type { LedgersView } from '../hub/index.ts'
import { attestedBy } from './assurance.ts'
import type { KnownLane, KnownPacket, LedgerFold } from './ledger-fold.ts'
import { verifierOf } from './ledgers/index.ts'
import type { PacketTimeline } from './relay/timeline.ts'
import { shownWay } from './relaying.ts'
import type { ShownRelay, ShownWork } from './shown-relay.ts'
import type { Word } from './packet.ts'
import type { ShownLane, ShownLedger, ShownPacket } from './shown.ts'

export interface ViewDeps {
  fold: LedgerFold
  /** Ledgers this hub has nodes of; absent: it relays nothing. */
  reached?: readonly string[]
  /** As last known, when `caughtUp` was asked. */
  relay(): ShownRelay | undefined
  timeline(lane: Word, sequence: number): Promise<PacketTimeline | undefined>
  caughtUp(): Promise<boolean>
}

export function viewOf(deps: ViewDeps): LedgersView {
  const { fold, relay, caughtUp } = deps
  const ledgers = (): ShownLedger[] => {
    const connections = relay()?.ledgers
    return fold.ledgers().map(({ id, trust, proposed, frozen }) => {
      const connection = connections?.[id]
      const { ledger: _, ...shown } = trust ?? { ledger: id }
      return {
        ledger: id,
        ...(trust && { trust: shown as NonNullable<ShownLedger['trust']> }),
        ...(proposed && { proposedBy: proposed.by }),
        frozen: frozen === true,
        ...(connection && { connection }),
      }
    })
  }
  const packets = (known: readonly KnownPacket[]): Promise<ShownPacket[]> =>
    Promise.all(known.map((packet) => shownPacket(packet, deps)))
  return {
    caughtUp,
    ledgers,
    lanes() {
      const works = relay()?.lanes
      return fold.lanes().map((lane) => ({
        id: lane.id,
        owners: [lane.terms.source.owner, lane.terms.target.owner],
        shown: shownLane(lane, deps, works?.[lane.id]),
      }))
    },
    packets: async (lane, from, limit) => packets(await fold.packets(lane, from, limit)),
    relayed: async (commitment) => packets(await fold.packetsOf(commitment.toString('hex'))),
  }
}

function shownLane(lane: KnownLane, deps: ViewDeps, work: ShownWork | undefined): ShownLane {
  const { id, state, terms, value } = lane
  const waits = state === 'open' ? (standstillOf(lane, deps) ?? work?.waits) : work?.waits
  return {
    lane: id,
    state,
    terms,
    signed: value.signed,
    paused: value.paused,
    ...(work && { packets: work.counts }),
    ...(work?.backlogS !== undefined && { backlogS: work.backlogS }),
    ...(waits !== undefined && { waits }),
  }
}

/** Why nothing moves on a lane that both ends have open: one of its ledgers is not believed, or not reached. */
function standstillOf({ terms }: KnownLane, { fold, reached }: ViewDeps): string | undefined {
  for (const { ledger } of [terms.source, terms.target]) {
    const known = fold.ledger(ledger)
    if (known?.frozen) return `${ledger} is frozen`
    if (!known?.trust) return `no trust in ${ledger} is in force`
    if (reached && !reached.includes(ledger)) return `this hub has no node of ${ledger}`
  }
  return undefined
}

async function shownPacket(packet: KnownPacket, { fold, timeline }: ViewDeps): Promise<ShownPacket> {
  const { type: _, id, ...known } = packet
  const [lane, sequence] = id.split('/') as [string, string]
  const line = await timeline(lane, Number(sequence))
  const way = line && shownWay(line)
  const source = fold.ledger(fold.lane(lane)?.terms.source.ledger ?? '')?.trust
  return {
    lane,
    sequence: Number(sequence),
    ...known,
    assurance: source ? verifierOf(source).assurance : 'claimed',
    ...(way?.operators !== undefined && { attested: attestedBy(way.operators) }),
    ...(way && { steps: way.steps }),
  }
}
