// What the journal's heads hold of lanes, ledgers, validators and packets. A value carries its own name, so that a follower of the journal
// can keep it as it is.
import type { HeadKey, HeadValue, JudgeViews, PartyUrn } from '../hub/index.ts'
import type { LaneState, LaneTerms } from './lane.ts'
import type { Address, Outcome, Word } from './packet.ts'
import type { LedgerTrust } from '../../schemas/types.d.ts'

export type LaneSide = 'source' | 'target'
/** Who can stand in the way of a lane; the operator of this hub can do no more than that. */
export type PausingSide = LaneSide | 'operator'

export interface LaneValue {
  type: 'lane'
  id: Word
  terms: LaneTerms
  /** Ends that have signed the terms. */
  signed: LaneSide[]
  /** Ends that have paused it and not resumed. */
  paused: PausingSide[]
  /** Ends that have said that a frozen lane may go on. */
  released: LaneSide[]
  frozen?: true
  closed?: true
}

export interface LedgerValue {
  type: 'ledger'
  id: PartyUrn
  /** In force; absent until both have signed the first. */
  trust?: LedgerTrust
  /** Signed by one side only. */
  proposed?: { by: TrustSigner; trust: LedgerTrust }
  frozen?: true
}
export type TrustSigner = 'country' | 'operator'

export interface ValidatorValue {
  type: 'validator'
  id: Address
  party: PartyUrn
  state: 'active' | 'withdrawn'
}

export interface PacketValue {
  type: 'packet'
  /** `packetName`. */
  id: string
  kind: Word
  message: Word
  commitment: Word
  deadline: number
  state: 'sent' | Outcome
  acknowledgement?: Word
}

/** Of an ordered lane: the last sequence that entered. */
export interface OrderValue {
  type: 'order'
  id: Word
  sequence: number
}

export type RoomValue = LaneValue | LedgerValue | ValidatorValue | PacketValue | OrderValue

/** Sorts by lane, then by sequence. */
export const packetName = (lane: Word, sequence: number): string => `${lane}/${String(sequence).padStart(16, '0')}`

export const laneState = ({ signed, paused, frozen, closed }: LaneValue): LaneState => {
  if (closed) return 'closed'
  if (frozen) return 'frozen'
  if (signed.length < 2) return 'proposed'
  return paused.length > 0 ? 'paused' : 'open'
}

export const roomKey = (views: Pick<JudgeViews, 'key'>, { type, id }: Pick<RoomValue, 'type' | 'id'>): HeadKey =>
  views.key(`ledger-${type}`, id)

/** A room's value with the head that holds it; version 0 and no value if there is none. */
export async function headOf<T extends RoomValue>(
  views: Pick<JudgeViews, 'key' | 'head'>,
  type: T['type'],
  id: string,
): Promise<{ key: HeadKey; version: number; index?: number; value?: T }> {
  const key = roomKey(views, { type, id })
  const head = await views.head(key)
  return head
    ? { key, version: head.version, index: head.index, value: head.value as unknown as T }
    : { key, version: 0 }
}

export const asHead = (value: RoomValue): HeadValue => value as unknown as HeadValue
