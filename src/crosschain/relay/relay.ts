// The relay: carries packets between ledgers, and into the hub what the ledgers prove of them. The truth stays on the ledgers: a restart
// compares the counters of both sides and goes on, and two relays at once do no harm.
import type { Clock, Courier, PartyUrn } from '../../hub/index.ts'
import type { LedgerDoor } from '../door.ts'
import type { Word } from '../packet.ts'
import { ProofRefused } from '../proof-refused.ts'
import { rounds, type Rounds } from '../rounds.ts'
import type { HeaderStore } from './header-store.ts'
import { emptyBook, type LaneBook } from './lane-book.ts'
import { laneWork } from './lane-work.ts'
import { advance, ledgerLine, lookAtFunds, type LedgerLine } from './ledger-line.ts'
import { lookAtSource, lookAtTarget } from './look.ts'
import type { Attest, FaultPlace, LaneSource, RelayEvent, RelayLedgers } from './ports.ts'
import { laneStateOf, ledgerStateOf, type RelayState } from './relay-state.ts'
import { timelines, type PacketTimeline, type Timelines } from './timeline.ts'

export interface RelayOptions {
  lanes: LaneSource
  ledgers: RelayLedgers
  attest: Attest
  door: LedgerDoor
  /** Closed with the relay. */
  courier: Courier
  headers: HeaderStore
  /** Absent: in memory. */
  timelines?: Timelines
  clock: Clock
  /** How often each ledger is looked at, at least. */
  everyMs: number
  /** How often an account's balance is asked for. */
  fundsEveryMs?: number
  /** Seconds after a deadline, by the target's time, before expiry is tried. */
  marginS?: number
  report(event: RelayEvent): void
  onFault(error: unknown, where: FaultPlace): void
}

export interface Relay {
  state(): RelayState
  /** Looks at all ledgers at once, and resolves when it has. */
  wake(): Promise<void>
  /** A packet's way as it was seen, of the newest ten thousand. */
  timeline(lane: Word, sequence: number): PacketTimeline | undefined
  close(): Promise<void>
}

const FUNDS_EVERY_MS = 30_000
const MARGIN_S = 2

/** Looks at each ledger apart from the others: one that hangs holds up only what has to be done there. */
export function startRelay(options: RelayOptions): Relay {
  const { lanes, ledgers, courier, clock, everyMs, report, onFault } = options
  const lineDeps = { ...options, store: options.headers, fundsEveryMs: options.fundsEveryMs ?? FUNDS_EVERY_MS }
  const lines = new Map<PartyUrn, { line: LedgerLine; rounds: Rounds }>()
  const books = new Map<Word, LaneBook>()
  const ways = options.timelines ?? timelines()
  const work = laneWork({
    ...options,
    timelines: ways,
    marginS: options.marginS ?? MARGIN_S,
    line: (ledger) => lines.get(ledger)?.line,
    wake: (ledger) => void lines.get(ledger)?.rounds.now(),
  })
  const lookDeps = { lanes, clock, timelines: ways }

  const booksOf = (ledger: PartyUrn, side: 'source' | 'target'): LaneBook[] =>
    [...books.values()].filter(({ lane }) => lane.state !== 'proposed' && lane.terms[side].ledger === ledger)
  const turn = async (line: LedgerLine): Promise<void> => {
    const { ledger, transport } = line
    try {
      if (!(await advance(line, lineDeps))) return
      await lookAtFunds(line, lineDeps)
      await allOf([
        ...booksOf(ledger, 'source').map((book) => lookAtSource(book, transport, lookDeps)),
        ...booksOf(ledger, 'target').map((book) => lookAtTarget(book, transport)),
      ])
      delete line.fault
    } catch (error) {
      line.fault = error instanceof Error ? error.message : String(error)
      if (error instanceof ProofRefused) report({ event: 'refused', ledger, reason: error.reason })
      throw error
    } finally {
      for (const book of [...booksOf(ledger, 'source'), ...booksOf(ledger, 'target')]) work.replan(book)
    }
  }
  const open = (ledger: PartyUrn): void => {
    const given = ledgers.get(ledger)
    const before = lines.get(ledger)
    if (before?.line.given === given) return
    void before?.rounds.close()
    lines.delete(ledger)
    for (const book of [...booksOf(ledger, 'source'), ...booksOf(ledger, 'target')]) work.forget(book)
    if (!given) return
    const line = ledgerLine(ledger, given, lineDeps)
    const options = { turn: () => turn(line), everyMs, onFault: (error: unknown) => onFault(error, { ledger }) }
    lines.set(ledger, { line, rounds: rounds(options) })
  }
  const look = (): void => {
    const all = lanes.all()
    for (const id of books.keys()) if (!all.some((lane) => lane.id === id)) books.delete(id)
    for (const lane of all) {
      const book = books.get(lane.id) ?? emptyBook(lane)
      book.lane = lane
      // From then on the hub's word is the one that counts.
      if (lane.state === 'frozen') book.stopped = false
      books.set(lane.id, book)
    }
    for (const ledger of new Set([...ledgers.keys(), ...lines.keys()])) open(ledger)
    for (const book of books.values()) work.replan(book)
  }
  const stop = lanes.onChange(look)
  look()
  const isBroke = ({ lane: { terms } }: LaneBook): boolean =>
    [terms.source, terms.target].some(({ ledger }) => lines.get(ledger)?.line.broke)
  return {
    timeline: ways.get,
    state: () => ({
      lanes: [...books.values()].map((book) => laneStateOf(book, { broke: isBroke(book), queues: courier.queues() })),
      ledgers: [...lines.values()].map(({ line }) => ledgerStateOf(line)),
    }),
    async wake() {
      look()
      await Promise.all([...lines.values()].map((one) => one.rounds.now()))
    },
    async close() {
      stop()
      work.close()
      await Promise.all([...lines.values()].map((one) => one.rounds.close()))
      await courier.close()
    },
  }
}

/** Does them all to their end before it throws the first fault: a lane in trouble does not cut off another. */
async function allOf(looks: Promise<void>[]): Promise<void> {
  const failed = (await Promise.allSettled(looks)).find(({ status }) => status === 'rejected')
  if (failed) throw (failed as PromiseRejectedResult).reason
}
