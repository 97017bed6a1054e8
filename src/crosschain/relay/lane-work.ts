// Makes the plan of a lane anew after every change, hands its acts to the courier, and sorts their faults: what passes by itself is tried
// again, what was refused is listed and left alone, and without funds nothing is tried.
import { HubError, REFUSALS, type Clock, type Courier, type PartyUrn } from '../../hub/index.ts'
import type { Word } from '../packet.ts'
import { ProofRefused } from '../proof-refused.ts'
import { TransportFault } from '../transport.ts'
import { perform } from './acts.ts'
import type { ActDeps } from './case.ts'
import { finishIfDone, liveFrom, setAside, type LaneBook, type PacketNote } from './lane-book.ts'
import { endView, type LedgerLine } from './ledger-line.ts'
import { plan, type Action, type LaneView, type RelayAct } from './plan.ts'
import { packetView } from './packet-view.ts'
import type { FaultPlace } from './ports.ts'
import { rateLimit, type RateLimit } from './rate-limit.ts'

export interface LaneWorkDeps extends ActDeps {
  courier: Courier
  clock: Clock
  marginS: number
  line(ledger: PartyUrn): LedgerLine | undefined
  /** Something there has changed, by us. */
  wake(ledger: PartyUrn): void
  onFault(error: unknown, where: FaultPlace): void
}

export interface LaneWork {
  /** Soon, and once for all that asked meanwhile. */
  replan(book: LaneBook): void
  /** Whatever is not under way is read anew: its ledger is believed on other grounds now. */
  forget(book: LaneBook): void
  close(): void
}

/** Handed to the courier at once, for each queue. */
const UNDER_WAY_MAX = 128
const SIDES: Record<RelayAct, 'source' | 'target'> = {
  enterPacket: 'source',
  deliver: 'target',
  expire: 'target',
  enterReceipt: 'target',
  acknowledge: 'source',
}
/** What only enters the hub needs no validator: while too few sign, it does not stand in their queue. */
const PROOFS: ReadonlySet<RelayAct> = new Set(['enterPacket', 'enterReceipt'])
/** What says what has happened goes before what makes more happen. */
const PRIORITIES: Record<RelayAct, number> = { enterReceipt: 0, acknowledge: 1, expire: 2, deliver: 3, enterPacket: 4 }

export function laneWork(deps: LaneWorkDeps): LaneWork {
  const { courier, clock, marginS, line, wake, report, onFault } = deps
  const rates = new Map<Word, RateLimit>()
  const soon = new Set<LaneBook>()
  const underWay = new Map<string, number>()
  let closed = false

  const ends = ({ lane: { terms } }: LaneBook) => ({
    source: line(terms.source.ledger),
    target: line(terms.target.ledger),
  })
  const rateOf = ({ lane: { id, terms } }: LaneBook): RateLimit => {
    const rate = rates.get(id) ?? rateLimit(terms.ratePerHour, clock)
    rates.set(id, rate)
    return rate
  }
  const viewOf = (book: LaneBook, waking?: PacketNote): LaneView => {
    const { source, target } = ends(book)
    const notes = [...book.notes.values()].toSorted((one, other) => one.sequence - other.sequence)
    return {
      state: book.stopped ? 'frozen' : book.lane.state,
      ordered: book.lane.terms.ordered,
      packets: notes.map((note) => packetView(note, target, note !== waking)),
      first: book.finished.below() + 1,
      source: endView(source),
      target: endView(target),
      rateLeft: rateOf(book).left(),
      liveFrom: liveFrom(book),
      marginS,
    }
  }
  const replanNow = (book: LaneBook): void => {
    for (const action of plan(viewOf(book))) {
      const note = book.notes.get(action.sequence)!
      if (action.act !== 'wait') offer(book, note, action)
      else if (!note.act) note.waitsFor = action.reason
    }
    // A packet seen for the first time is asked about at its target before anything is done there. Once, for a node may be failing.
    const fresh = [...book.notes.values()].filter(({ asked, hurried }) => !asked && !hurried)
    for (const note of fresh) note.hurried = true
    if (fresh.length > 0) wake(book.lane.terms.target.ledger)
  }
  const replan = (book: LaneBook): void => {
    if (closed || soon.has(book)) return
    soon.add(book)
    setImmediate(() => {
      soon.delete(book)
      if (!closed) replanNow(book)
    })
  }
  const offer = (book: LaneBook, note: PacketNote, { act, queue }: Exclude<Action, { act: 'wait' }>): void => {
    const { id } = book.lane
    const name = `${id}/${queue}/${SIDES[act]}${PROOFS.has(act) ? '/proofs' : ''}`
    const before = underWay.get(name) ?? 0
    note.waitsFor = 'courier'
    if (before >= UNDER_WAY_MAX) return
    const job = { id: `${id}/${note.sequence}/${act}`, queue: name, priority: PRIORITIES[act] }
    const release = (): void => {
      delete note.act
      underWay.set(name, underWay.get(name)! - 1)
      replan(book)
    }
    if (!courier.offer({ ...job, run: () => run(book, note, act, release), givenUp: release })) return
    note.act = act
    underWay.set(name, before + 1)
    if (act === 'deliver' && !note.paid) note.paid = rateOf(book).take()
  }
  const run = async (book: LaneBook, note: PacketNote, act: RelayAct, release: () => void): Promise<void> => {
    const { source, target } = ends(book)
    if (closed || !source || !target || !isStillPlanned(book, note, act)) return release()
    try {
      await perform[act]({ book, note, source, target }, deps)
    } catch (error) {
      if (!isSettled(error, book, note, act)) throw error
      return release()
    }
    delete note.fault
    book.aside.delete(note.sequence)
    finishIfDone(book, note)
    release()
    if (act !== 'enterPacket') wake(SIDES[act] === 'source' ? source.ledger : target.ledger)
  }
  /** Much may have happened since it was handed over. */
  const isStillPlanned = (book: LaneBook, note: PacketNote, act: RelayAct): boolean =>
    book.notes.get(note.sequence) === note &&
    plan(viewOf(book, note)).some((action) => action.sequence === note.sequence && action.act === act)
  /** False: it may go better next time. */
  const isSettled = (error: unknown, book: LaneBook, note: PacketNote, act: RelayAct): boolean => {
    const { lane } = book
    const { ledger } = lane.terms[SIDES[act]]
    const { sequence } = note
    onFault(error, { ledger, lane: lane.id, sequence, act })
    note.fault = faultText(error)
    if (error instanceof TransportFault && error.kind === 'funds') stopPaying(ledger)
    else if (isLasting(error)) {
      const reason = error instanceof ProofRefused ? error.reason : (error as HubError).code
      report({ event: 'refused', ledger, reason, lane: lane.id, sequence })
      setAside(book, note, note.fault, clock())
    } else return false
    return true
  }
  const stopPaying = (ledger: PartyUrn): void => {
    const broke = line(ledger)
    if (!broke || broke.broke) return
    broke.broke = true
    broke.fundsAtMs = clock()
    report({ event: 'funds', ledger, enough: false })
  }
  return {
    replan,
    forget({ notes }) {
      for (const [sequence, { act }] of notes) if (!act) notes.delete(sequence)
    },
    close() {
      closed = true
    },
  }
}

/** Refused for what it is, not for the moment: asking again at once changes nothing. */
const isLasting = (error: unknown): boolean =>
  error instanceof ProofRefused || (error instanceof HubError && REFUSALS[error.code].retry === 'no')

/** Findings by their codes: that there are some helps nobody. */
function faultText(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const codes = error instanceof HubError ? error.findings.map(({ code }) => code) : []
  return codes.length === 0 ? error.message : `${codes.join(', ')}: ${error.message}`
}
