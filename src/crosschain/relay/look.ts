// Looks at a lane's two gateways and at the hub, and notes what they say. Nothing of it is believed; it only says what to prove next.
import type { Clock } from '../../hub/index.ts'
import { OUTCOMES, type Packet } from '../packet.ts'
import { TransportFault, type ReceivedPacket, type Transport } from '../transport.ts'
import {
  doubtCounter,
  dropOutside,
  finishIfDone,
  stretches,
  windowOf,
  type HubPacket,
  type LaneBook,
  type PacketNote,
} from './lane-book.ts'
import type { LaneSource } from './ports.ts'
import type { Timelines } from './timeline.ts'

export interface LookDeps {
  lanes: LaneSource
  clock: Clock
  timelines: Timelines
}

const PAGE = 1_000

/** Counters and packets at the source, and what the hub has of them. Throws TransportFault. */
export async function lookAtSource(book: LaneBook, transport: Transport, deps: LookDeps): Promise<void> {
  const { sent, acknowledged } = await transport.counters(book.lane.id)
  if (!isCount(sent) || !isCount(acknowledged) || acknowledged > sent)
    throw new TransportFault('answer', `counters of ${sent} sent and ${acknowledged} acknowledged cannot be`)
  book.source = { sent, acknowledged }
  if (!book.caughtUp) await catchUp(book, deps)
  doubtCounter(book)
  const window = windowOf(book, deps.clock())
  dropOutside(book, window)
  for (const stretch of stretches(window.filter((sequence) => !book.notes.has(sequence))))
    await noteStretch(book, stretch, transport, deps)
  if (acknowledged < sent) return
  for (const note of book.notes.values()) if (note.receipt && !note.act) finishAcknowledged(book, note)
}

/** All that were sent are acknowledged: so is this one. */
function finishAcknowledged(book: LaneBook, note: PacketNote): void {
  note.acknowledged = true
  finishIfDone(book, note)
}

/** Looks through the hub's packets once: which are finished, and how many there are of each outcome. */
async function catchUp(book: LaneBook, { lanes }: LookDeps): Promise<void> {
  const { sent, acknowledged } = book.source!
  const totals = { entered: 0, delivered: 0, failed: 0, expired: 0 }
  for (let from = 1; ; ) {
    const page = await lanes.packets(book.lane.id, from, PAGE)
    for (const { sequence, receipt } of page) {
      totals.entered++
      if (receipt) totals[receipt.outcome]++
      if (!receipt || (sequence > acknowledged && acknowledged < sent)) continue
      book.finished.add(sequence)
      if (acknowledged < sent) book.presumed = true
      else book.confirmed.add(sequence)
    }
    if (page.length < PAGE) break
    from = page.at(-1)!.sequence + 1
  }
  book.totals = totals
  book.caughtUp = true
}

async function noteStretch(
  book: LaneBook,
  { from, to }: { from: number; to: number },
  transport: Transport,
  { lanes, clock, timelines }: LookDeps,
): Promise<void> {
  const { lane } = book
  const known = new Map((await lanes.packets(lane.id, from, to - from + 1)).map((row) => [row.sequence, row]))
  for (const { packet, height } of await transport.sent(lane.id, from, to)) {
    const { sequence } = packet
    if (packet.lane !== lane.id || sequence < from || sequence > to || book.notes.has(sequence)) continue
    const sinceMs = book.aside.get(sequence)?.sinceMs ?? clock()
    const row = known.get(sequence)
    book.notes.set(sequence, noteOf(packet, height, sinceMs, row))
    timelines.note(lane.id, sequence, { step: 'sent', ledger: lane.terms.source.ledger, height })
    if (row) timelines.note(lane.id, sequence, { step: 'entered', entry: row.entry })
    if (row?.receipt) timelines.note(lane.id, sequence, { step: 'receipt-entered', ...row.receipt })
  }
}

const noteOf = (packet: Packet, sentHeight: number, sinceMs: number, row: HubPacket | undefined): PacketNote => ({
  sequence: packet.sequence,
  packet,
  sentHeight,
  sinceMs,
  ...(row && { entry: row.entry }),
  ...(row?.receipt && { receipt: row.receipt }),
})

/** What the target has written about the packets that are looked at. Throws TransportFault. */
export async function lookAtTarget(book: LaneBook, transport: Transport): Promise<void> {
  const { received } = await transport.counters(book.lane.id)
  if (!isCount(received)) throw new TransportFault('answer', `a counter of ${received} received cannot be`)
  const open = [...book.notes.values()].filter(({ claimed, receipt }) => !claimed && !receipt)
  const moved = book.target?.received !== received
  const unclear = open.filter(({ asked, written }) => moved || !asked || written !== undefined)
  const numbers = unclear.map(({ sequence }) => sequence).toSorted((one, other) => one - other)
  for (const { from, to } of stretches(numbers))
    for (const one of await transport.received(book.lane.id, from, to)) claim(book, one)
  for (const note of unclear) note.asked = true
  book.target = { received }
}

function claim({ notes }: LaneBook, received: ReceivedPacket): void {
  const note = notes.get(received.sequence)
  if (note && !note.claimed && OUTCOMES.includes(received.outcome)) note.claimed = received
}

const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 0
