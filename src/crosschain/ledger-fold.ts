// Follows the journal for what it says of lanes, ledgers, validators and packets. Rows are the values the heads got, so the journal has
// decided them already; here they can be found by name, listed and joined.
import { follow, type Follower, type Journal, type JournalEntry, type PartyUrn, type Views } from '../hub/index.ts'
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
}

type Small = LaneValue | LedgerValue | ValidatorValue
const SMALL: readonly string[] = ['lane', 'ledger', 'validator'] satisfies Small['type'][]
const PER_MESSAGE_MAX = 64

export async function followLedgers(deps: {
  journal: Journal
  views: Views
  onFault(error: unknown): void
}): Promise<LedgerFold> {
  const { journal, views, onFault } = deps
  const known = new Map<string, Row<Small>>()
  const listeners = new Set<() => void>()
  let saved = await views.cursor(VIEW)
  if (saved > journal.size()) {
    await views.empty(VIEW)
    saved = 0
  }
  for (const type of SMALL)
    for (const { key, value } of await views.range(VIEW, `${type}/`, `${type}0`, 100_000))
      known.set(key, JSON.parse(String(value)) as Row<Small>)

  const handle = async (entries: readonly JournalEntry[]): Promise<void> => {
    const next = entries.at(-1)!.index + 1
    const rows: { key: string; value: string }[] = []
    const changed: [string, Row<Small>][] = []
    const packets = new Map<string, KnownPacket>()
    for (const { kind, index, movements } of entries) {
      if (!kind.startsWith('ledger.')) continue
      for (const { value } of movements as unknown as { value: RoomValue }[]) {
        if (value.type === 'packet') await foldPacket(value, index, packets)
        else if (SMALL.includes(value.type)) changed.push([`${value.type}/${value.id}`, { ...(value as Small), index }])
      }
    }
    for (const [key, value] of changed) rows.push({ key, value: JSON.stringify(value) })
    for (const packet of packets.values()) rows.push(...rowsOf(packet))
    if (rows.length === 0 && next - saved < SAVE_EVERY) return
    await views.apply(VIEW, rows, next)
    saved = next
    for (const [key, value] of changed) known.set(key, value)
    if (changed.length > 0) for (const listener of listeners) listener()
  }
  /** The first entry that names it brought it, a later one its receipt. */
  const foldPacket = async (value: PacketValue, index: number, packets: Map<string, KnownPacket>): Promise<void> => {
    const before = packets.get(value.id) ?? (await read(views, value.id))
    const brought = before && before.entry !== index ? before.entry : index
    packets.set(value.id, { ...value, entry: brought, ...(brought !== index && { receipt: index }) })
  }

  const follower = follow({ journal, from: saved, handle, onFault })
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
