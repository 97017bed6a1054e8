// What the relay knows of one lane: which packets are finished, and notes on those it looks at. Nothing of it is kept; the ledgers and the
// hub say it again.
import type { LaneState, LaneTerms } from '../lane.ts'
import type { Outcome, Packet, Word } from '../packet.ts'
import type { LaneCounters, ReceivedPacket } from '../transport.ts'
import type { RelayAct } from './plan.ts'
import { sequences, type Sequences } from './sequences.ts'

/** A lane as the hub has it. */
export interface RelayLane {
  id: Word
  terms: LaneTerms
  state: LaneState
}

/** A packet as the hub has it: the entry that brought it, and the one that brought its receipt. */
export interface HubPacket {
  sequence: number
  entry: number
  receipt?: { entry: number; outcome: Outcome; acknowledgement: Word }
}

export interface PacketNote {
  sequence: number
  packet: Packet
  sentHeight: number
  sinceMs: number
  entry?: number
  asked?: boolean
  /** Its target has been woken for it. */
  hurried?: boolean
  /** Written at the target by us, or it said so; height, as far as known. */
  written?: number
  /** What the target's node says it wrote. */
  claimed?: ReceivedPacket
  receipt?: { entry: number; outcome: Outcome; acknowledgement: Word }
  acknowledged?: boolean
  /** Under way. */
  act?: RelayAct
  /** Counted against the rate. */
  paid?: boolean
  waitsFor?: string
  fault?: string
}

export interface LaneBook {
  lane: RelayLane
  source?: Pick<LaneCounters, 'sent' | 'acknowledged'>
  target?: Pick<LaneCounters, 'received'>
  finished: Sequences
  /** Acknowledged by us, or the source said so packet by packet; the rest of `finished` is taken from its counter. */
  confirmed: Sequences
  /** The counter was taken for the first ones of the lane, which need not be so. */
  presumed: boolean
  /** The hub's packets have been looked through. */
  caughtUp: boolean
  notes: Map<number, PacketNote>
  /** How many the hub has, by outcome. */
  totals: Record<'entered' | Outcome, number>
  /** Left alone for a while and then read anew: what was refused, and not for a reason that passes by itself. */
  aside: Map<number, Aside>
  /** Two things that cannot both be true have entered. */
  stopped: boolean
}

export interface Aside {
  untilMs: number
  sinceMs: number
  faults: number
  fault: string
}

/** So many of the newest packets, and so many of the oldest that are not finished, are looked at. */
export const LIVE_WINDOW = 64
export const BACKFILL_WINDOW = 128
const ASIDE_MAX = 10_000
const ASIDE_FIRST_MS = 1_000
const ASIDE_MAX_MS = 3_600_000

export const emptyBook = (lane: RelayLane): LaneBook => ({
  lane,
  finished: sequences(),
  confirmed: sequences(),
  presumed: false,
  caughtUp: false,
  notes: new Map(),
  totals: { entered: 0, delivered: 0, failed: 0, expired: 0 },
  aside: new Map(),
  stopped: false,
})

export const liveFrom = ({ source }: LaneBook): number => Math.max(1, (source?.sent ?? 0) - LIVE_WINDOW + 1)

/** Sequences to look at, ascending: of an unordered lane the oldest and the newest, of an ordered one those whose turn comes next. */
export function windowOf(book: LaneBook, nowMs: number): number[] {
  const { finished, lane, source, aside } = book
  const sent = source?.sent ?? 0
  const oldest = finished.missing(1, sent, BACKFILL_WINDOW + aside.size)
  const newest = lane.terms.ordered ? [] : finished.missing(liveFrom(book), sent, LIVE_WINDOW)
  const all = [...new Set([...oldest, ...newest])].filter((sequence) => (aside.get(sequence)?.untilMs ?? 0) <= nowMs)
  return all.toSorted((one, other) => one - other)
}

/** Notes that have slid out of the window are dropped, unless an act is under way. */
export function dropOutside({ notes }: LaneBook, window: readonly number[]): void {
  const inside = new Set(window)
  for (const [sequence, note] of notes) if (!inside.has(sequence) && !note.act) notes.delete(sequence)
}

/** Ascending numbers as stretches, so that a node is asked few questions. */
export function stretches(numbers: readonly number[]): { from: number; to: number }[] {
  const found: { from: number; to: number }[] = []
  for (const number of numbers) {
    const last = found.at(-1)
    if (last?.to === number - 1) last.to = number
    else found.push({ from: number, to: number })
  }
  return found
}

/** Its receipt is in the hub and its source has been told. */
export function finishIfDone(book: LaneBook, note: PacketNote): void {
  if (!note.receipt || !note.acknowledged) return
  book.finished.add(note.sequence)
  book.confirmed.add(note.sequence)
  book.notes.delete(note.sequence)
  book.aside.delete(note.sequence)
}

/** What is refused is listed and left alone, longer each time; then it is read anew, for its bytes may have been the lie. */
export function setAside({ aside, notes }: LaneBook, { sequence, sinceMs }: PacketNote, fault: string, nowMs: number) {
  const faults = aside.get(sequence)?.faults ?? 0
  const restMs = Math.min(ASIDE_MAX_MS, ASIDE_FIRST_MS * 2 ** Math.min(faults, 20))
  aside.set(sequence, { untilMs: nowMs + restMs, sinceMs, faults: faults + 1, fault })
  if (aside.size > ASIDE_MAX) aside.delete(aside.keys().next().value!)
  notes.delete(sequence)
}

/** All is done, and still the source counts fewer acknowledgements: what only its counter vouched for is looked at again. */
export function doubtCounter(book: LaneBook): void {
  const { source, notes, finished, presumed } = book
  if (!source || !presumed || notes.size > 0) return
  if (source.acknowledged >= source.sent || finished.count() < source.sent) return
  book.finished = book.confirmed
  book.presumed = false
}
