// The plan of a lane: from what both ledgers and the hub say about its packets, what to do next. Pure, and made anew after every change.
import type { LaneState } from '../lane.ts'

export const RELAY_ACTS = ['enterPacket', 'deliver', 'expire', 'enterReceipt', 'acknowledge'] as const
export type RelayAct = (typeof RELAY_ACTS)[number]

/** What is known of one packet that has not come to its end. */
export interface PacketView {
  sequence: number
  /** Unix seconds. */
  deadline: number
  /** Height at which the source says it was sent. */
  sentHeight: number
  /** In the hub. */
  entered: boolean
  /** The target has been asked about it, by us, at least once. */
  asked: boolean
  /** At the target: nothing seen, written (by us, or it said so) but not read back yet, or read at this height. */
  receipt: 'none' | 'written' | { height: number }
  /** Its receipt is in the hub. */
  receiptEntered: boolean
  acknowledged: boolean
  /** An act on it is under way. */
  busy: boolean
  /** It has been counted against the rate before. */
  paid: boolean
}

/** One end as it is verified. */
export interface EndView {
  /** There is a node to ask, and a trust to judge it by. */
  reached: boolean
  /** Newest verified block; absent: none yet. */
  height?: number
  timestampS?: number
  frozen: boolean
  /** The account that pays there cannot. */
  broke: boolean
}

export interface LaneView {
  state: LaneState
  ordered: boolean
  /** Ascending by sequence; all that are not finished among those looked at. */
  packets: readonly PacketView[]
  /** Ordered lanes: the first sequence that is not finished. */
  first: number
  source: EndView
  target: EndView
  /** Deliveries the rate still allows. */
  rateLeft: number
  /** Sequences from here on are the newest. */
  liveFrom: number
  /** Seconds after the deadline before expiry is tried. */
  marginS: number
}

export type WaitReason =
  | 'lane-state'
  | 'frozen'
  | 'unreached'
  | 'under-way'
  | 'source-block'
  | 'target-block'
  | 'target-look'
  | 'read-back'
  | 'order'
  | 'rate'
  | 'funds'
  | 'deadline'
export type QueueName = 'live' | 'backfill'
export type Action =
  | { act: RelayAct; sequence: number; queue: QueueName }
  | { act: 'wait'; sequence: number; reason: WaitReason }
type Next = RelayAct | WaitReason

/** At most one for each packet, in the order of their sequences. */
export function plan(view: LaneView): Action[] {
  const planned: Action[] = []
  const turn: Turn = { view, rateLeft: view.rateLeft, enterNext: view.first, deliverNext: view.first }
  for (const packet of view.packets) {
    const next = isStopped(view) ?? (packet.busy ? 'under-way' : nextOf(packet, turn))
    count(packet, next, turn)
    planned.push(isAct(next) ? { act: next, ...placeOf(packet, view) } : waiting(packet, next))
  }
  return planned
}

/** Counted on from packet to packet: what is left of the rate and, on ordered lanes, whose turn it is. */
interface Turn {
  view: LaneView
  rateLeft: number
  enterNext: number
  deliverNext: number
}

function isStopped({ state, source, target }: LaneView): WaitReason | undefined {
  if (state === 'frozen' || source.frozen || target.frozen) return 'frozen'
  if (!source.reached || !target.reached) return 'unreached'
  return state === 'proposed' ? 'lane-state' : undefined
}

function nextOf(packet: PacketView, turn: Turn): Next {
  const { view } = turn
  if (!packet.entered) return nextToEnter(packet, turn)
  if (packet.receiptEntered) return view.source.broke ? 'funds' : 'acknowledge'
  if (packet.receipt === 'written') return 'read-back'
  if (packet.receipt !== 'none') return isBelow(packet.receipt.height, view.target) ? 'enterReceipt' : 'target-block'
  return nextAtTarget(packet, turn)
}

function nextToEnter({ sequence, sentHeight }: PacketView, { view, enterNext }: Turn): Next {
  if (view.state !== 'open') return 'lane-state'
  if (view.ordered && sequence !== enterNext) return 'order'
  return isBelow(sentHeight, view.source) ? 'enterPacket' : 'source-block'
}

/** Only the target's own block time decides between delivery and expiry. */
function nextAtTarget({ sequence, deadline, asked, paid }: PacketView, { view, rateLeft, deliverNext }: Turn): Next {
  // Before its first verified block it is left to the gateway alone.
  const { timestampS = 0, broke } = view.target
  if (!asked) return 'target-look'
  if (view.ordered && sequence !== deliverNext) return 'order'
  if (timestampS > deadline + view.marginS) return broke ? 'funds' : 'expire'
  if (view.state !== 'open') return 'lane-state'
  if (timestampS > deadline) return 'deadline'
  if (broke) return 'funds'
  return rateLeft < 1 && !paid ? 'rate' : 'deliver'
}

function count(packet: PacketView, next: Next, turn: Turn): void {
  if (next === 'deliver' && !packet.paid) turn.rateLeft--
  // The next one may go in while this one is on its way; one that only waits to be read back does not hold up the rest.
  if (packet.sequence === turn.enterNext && packet.entered) turn.enterNext++
  if (packet.sequence === turn.deliverNext && packet.receipt !== 'none') turn.deliverNext++
}

const isBelow = (height: number, end: EndView): boolean => end.height !== undefined && height <= end.height

const isAct = (next: Next): next is RelayAct => (RELAY_ACTS as readonly string[]).includes(next)

const placeOf = ({ sequence }: PacketView, { ordered, liveFrom }: LaneView) => ({
  sequence,
  // In order there is no overtaking.
  queue: ordered || sequence >= liveFrom ? ('live' as const) : ('backfill' as const),
})

const waiting = ({ sequence }: PacketView, reason: WaitReason): Action => ({ act: 'wait', sequence, reason })
