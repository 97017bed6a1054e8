// What the room shows to those who ask: values of the journal, joined with how far the relay has come.
import type { LedgersView } from '../hub/index.ts'
import { attestedBy } from './assurance.ts'
import type { KnownLane, KnownPacket, LedgerFold } from './ledger-fold.ts'
import { verifierOf } from './ledgers/index.ts'
import type { Relaying } from './relaying.ts'
import type { ShownLane, ShownLedger, ShownPacket } from './shown.ts'

export interface ViewDeps {
  fold: LedgerFold
  relaying?: Relaying
  caughtUp(): Promise<boolean>
}

export function viewOf({ fold, relaying, caughtUp }: ViewDeps): LedgersView {
  const ledgers = (): ShownLedger[] => {
    const connections = relaying?.ledgers()
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
  const packets = (known: readonly KnownPacket[]): ShownPacket[] =>
    known.map((packet) => shownPacket(packet, fold, relaying))
  return {
    caughtUp,
    ledgers,
    lanes() {
      const works = relaying?.lanes()
      return fold.lanes().map((lane) => ({
        id: lane.id,
        owners: [lane.terms.source.owner, lane.terms.target.owner],
        shown: shownLane(lane, fold, relaying, works?.[lane.id]),
      }))
    },
    packets: async (lane, from, limit) => packets(await fold.packets(lane, from, limit)),
    relayed: async (commitment) => packets(await fold.packetsOf(commitment.toString('hex'))),
  }
}

function shownLane(
  lane: KnownLane,
  fold: LedgerFold,
  relaying: Relaying | undefined,
  work: ReturnType<Relaying['lanes']>[string] | undefined,
): ShownLane {
  const { id, state, terms, value } = lane
  const waits = state === 'open' ? (standstillOf(lane, fold, relaying) ?? work?.waits) : work?.waits
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
function standstillOf({ terms }: KnownLane, fold: LedgerFold, relaying: Relaying | undefined): string | undefined {
  for (const { ledger } of [terms.source, terms.target]) {
    const known = fold.ledger(ledger)
    if (known?.frozen) return `${ledger} is frozen`
    if (!known?.trust) return `no trust in ${ledger} is in force`
    if (relaying && !relaying.connections.get(ledger)) return `this hub has no node of ${ledger}`
  }
  return undefined
}

function shownPacket(packet: KnownPacket, fold: LedgerFold, relaying: Relaying | undefined): ShownPacket {
  const { type: _, id, ...known } = packet
  const [lane, sequence] = id.split('/') as [string, string]
  const timeline = relaying?.timeline(lane, Number(sequence))
  const source = fold.ledger(fold.lane(lane)?.terms.source.ledger ?? '')?.trust
  return {
    lane,
    sequence: Number(sequence),
    ...known,
    assurance: source ? verifierOf(source).assurance : 'claimed',
    ...(timeline?.operators !== undefined && { attested: attestedBy(timeline.operators) }),
    ...(timeline && { steps: timeline.steps }),
  }
}
