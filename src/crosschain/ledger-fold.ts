// Follows the journal for what it says of lanes, ledgers, validators and packets. Rows are the values the heads got, so the journal has
// decided them already; here they can be found by name, listed and joined. One process writes them, every process reads.
import { follow, type Follower, type Journal, type JournalEntry, type PartyUrn, type Views } from '../hub/index.ts'
import { crosschainKinds } from './kinds/index.ts'
import type { LaneTerms, LaneState } from './lane.ts'
import type { Word } from './packet.ts'
import {
  laneState,
  packetName,
  type LaneValue,
  type LedgerValue,
  type PacketValue,
  type RoomValue,
  type ValidatorValue,
} from './state.ts'

const VIEW = 'ledgers'
const SAVE_EVERY = 1_000
const PAGE = 500

export interface KnownLane {
  id: Word
  terms: LaneTerms
  state: LaneState
  value: LaneValue
  /** Entry that moved it last. */
  index: number
}
/** A packet as the hub knows it: the entry that brought it, and the one that brought its receipt. */
export interface KnownPacket extends PacketValue {
  entry: number
  receipt?: number
}
type Row<T> = T & { index: number }

export interface LedgerFold extends Follower {
  lanes(): KnownLane[]
  lane(id: Word): KnownLane | undefined
  ledgers(): Row<LedgerValue>[]
  ledger(urn: PartyUrn): Row<LedgerValue> | undefined
  validators(): Row<ValidatorValue>[]
  packet(lane: Word, sequence: number): Promise<KnownPacket | undefined>
  /** Ascending by sequence, from `from` on. */
  packets(lane: Word, from: number, limit: number): Promise<KnownPacket[]>
  /** Sequences of a lane that have entered and have no receipt here, ascending. */
  unfinished(lane: Word, limit: number): Promise<number[]>
  /** All packets that stand for a message, by its commitment. */
  packetsOf(message: Word): Promise<KnownPacket[]>
  /** Called after lanes, ledgers or validators have changed. Returns the unsubscribe. */
  onChange(listener: () => void): () => void
  /** To be told when the rows are kept by this process: those of entries below `next` are there. */
  written(next: number): void
}

type Small = LaneValue | LedgerValue | ValidatorValue
const SMALL: readonly string[] = ['lane', 'ledger', 'validator'] satisfies Small['type'][]
const PER_MESSAGE_MAX = 64
/** What a hub writes of its own packets, where another chain would have a gateway. */
const OF_HUBS: ReadonlySet<string> = new Set(['hub.export', 'hub.import'])

export interface LedgerFoldDeps {
  journal: Journal
  views: Views
  onFault(error: unknown): void
}

/** Kinds whose entries move what is folded here. */
const KINDS = [...new Set(crosschainKinds.map(({ name }) => name)), ...OF_HUBS]
/** How often the store is asked how far the rows have come, while somebody waits for them. */
const ROWS_LOOK_MS = 25

/**
 * In every process: lanes, ledgers and validators in memory, packets from the rows that `writeLedgers` keeps in one of the processes. What is
 * reached is reached by both.
 */
export async function readLedgers(deps: LedgerFoldDeps): Promise<LedgerFold> {
  const { journal, views, onFault } = deps
  const known = new Map<string, Row<Small>>()
  const listeners = new Set<() => void>()
  // The cursor first: rows may be newer than it, and what is read again changes nothing.
  const written = await views.cursor(VIEW)
  const from = written > (await journal.current()) ? 0 : written
  if (from > 0)
    for (const type of SMALL)
      for (const { key, value } of await views.range(VIEW, `${type}/`, `${type}0`, 100_000))
        known.set(key, JSON.parse(String(value)) as Row<Small>)
  const rows = { reached: from, told: new Set<() => void>() }
  /** Behind the last entry that has rows. */
  let needed = from

  const handle = (entries: readonly JournalEntry[]): void => {
    const changed = entries.flatMap(smallOf).filter(([key, { index }]) => index >= (known.get(key)?.index ?? -1))
    for (const [key, value] of changed) known.set(key, value)
    needed = (entries.findLast(hasRows)?.index ?? needed - 1) + 1
    if (changed.length > 0) for (const listener of listeners) listener()
  }
  const follower = follow({ journal, from, kinds: KINDS, handle, onFault })
  const rowsReached = async (untilMs: number): Promise<boolean> => {
    while (rows.reached < needed) {
      rows.reached = Math.max(rows.reached, await views.cursor(VIEW))
      if (rows.reached >= needed) break
      if (performance.now() >= untilMs) return false
      await toldWithin(rows.told, ROWS_LOOK_MS)
    }
    return true
  }
  /** By id, so that a start does not change their order. */
  const all = <Type extends Small['type']>(type: Type): Row<Extract<Small, { type: Type }>>[] => {
    const ofType = [...known.values()].filter((value) => value.type === type)
    return ofType.toSorted((a, b) => (a.id < b.id ? -1 : 1)) as Row<Extract<Small, { type: Type }>>[]
  }
  const asLane = (value: Row<LaneValue>): KnownLane => {
    const { index, ...lane } = value
    return { id: lane.id, terms: lane.terms, state: laneState(lane), value: lane, index }
  }
  return {
    ...follower,
    async reached(size, timeoutMs) {
      const untilMs = performance.now() + timeoutMs
      return (await follower.reached(size, timeoutMs)) && rowsReached(untilMs)
    },
    written(next) {
      rows.reached = Math.max(rows.reached, next)
      for (const tell of rows.told) tell()
    },
    lanes: () => all('lane').map(asLane),
    lane(id) {
      const value = known.get(`lane/${id}`)
      return value?.type === 'lane' ? asLane(value) : undefined
    },
    ledgers: () => all('ledger'),
    ledger(urn) {
      const value = known.get(`ledger/${urn}`)
      return value?.type === 'ledger' ? value : undefined
    },
    validators: () => all('validator'),
    packet: (lane, sequence) => read(views, packetName(lane, sequence)),
    async packets(lane, from, limit) {
      const rows = await views.range(VIEW, `packet/${packetName(lane, from)}`, `packet/${lane}0`, limit)
      return rows.map(({ value }) => JSON.parse(String(value)) as KnownPacket)
    },
    unfinished: (lane, limit) => unfinished(views, lane, limit),
    async packetsOf(message) {
      const rows = await views.range(VIEW, `message/${message}/`, `message/${message}0`, PER_MESSAGE_MAX)
      const found = await Promise.all(rows.map(({ value }) => read(views, String(value))))
      return found.filter((packet) => packet !== undefined)
    },
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

/** In one process: writes the rows. `written` is told how far they have come. */
export async function writeLedgers(deps: LedgerFoldDeps & { written?(next: number): void }): Promise<Follower> {
  const { journal, views, onFault, written } = deps
  let saved = await views.cursor(VIEW)
  if (saved > (await journal.current())) {
    await views.empty(VIEW)
    saved = 0
  }
  const handle = async (entries: readonly JournalEntry[], next: number): Promise<void> => {
    const packets = new Map<string, KnownPacket>()
    for (const { index, movements } of entries)
      for (const { value } of movements as unknown as { value: RoomValue }[])
        if (value.type === 'packet') await foldPacket(value, index, packets, views)
    const small = entries.flatMap(smallOf).map(([key, value]) => ({ key, value: JSON.stringify(value) }))
    const rows = [...small, ...[...packets.values()].flatMap(rowsOf)]
    if (rows.length > 0 || next - saved >= SAVE_EVERY) {
      await views.apply(VIEW, rows, next)
      saved = next
    }
    written?.(next)
  }
  return follow({ journal, from: saved, kinds: KINDS, handle, onFault })
}

/** The first entry that names it brought it, a later one its receipt. */
async function foldPacket(
  value: PacketValue,
  index: number,
  packets: Map<string, KnownPacket>,
  views: Views,
): Promise<void> {
  const before = packets.get(value.id) ?? (await read(views, value.id))
  const brought = before && before.entry !== index ? before.entry : index
  packets.set(value.id, { ...value, entry: brought, ...(brought !== index && { receipt: index }) })
}

const hasRows = ({ movements }: JournalEntry): boolean =>
  (movements as unknown as { value: RoomValue }[]).some(
    ({ value: { type } }) => type === 'packet' || SMALL.includes(type),
  )

const smallOf = ({ index, movements }: JournalEntry): [string, Row<Small>][] =>
  (movements as unknown as { value: RoomValue }[]).flatMap(({ value }): [string, Row<Small>][] =>
    SMALL.includes(value.type) ? [[`${value.type}/${value.id}`, { ...(value as Small), index }]] : [],
  )

function toldWithin(told: Set<() => void>, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer)
      told.delete(done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    told.add(done)
  })
}

async function unfinished(views: Views, lane: Word, limit: number): Promise<number[]> {
  const found: number[] = []
  for (let from = `packet/${lane}/`; found.length < limit; ) {
    const rows = await views.range(VIEW, from, `packet/${lane}0`, PAGE)
    const open = rows
      .map(({ value }) => JSON.parse(String(value)) as KnownPacket)
      .filter(({ state }) => state === 'sent')
    found.push(...open.map(({ id }) => Number(id.split('/')[1])))
    if (rows.length < PAGE) break
    from = `${rows.at(-1)!.key}\0`
  }
  return found.slice(0, limit)
}

async function read(views: Views, id: string): Promise<KnownPacket | undefined> {
  const row = await views.get(VIEW, `packet/${id}`)
  return row === undefined ? undefined : (JSON.parse(String(row)) as KnownPacket)
}

const rowsOf = (packet: KnownPacket): { key: string; value: string }[] => [
  { key: `packet/${packet.id}`, value: JSON.stringify(packet) },
  { key: `message/${packet.message}/${packet.id}`, value: packet.id },
]
