// ledger.packet and ledger.receipt: what a source ledger sent, and what its target made of it. Nobody sends them; they enter by proof.
import type { LedgerPacket, LedgerReceipt } from '../../../schemas/types.d.ts'
import {
  fromBase64url,
  nothingWanted,
  readSchemaFile,
  type AudienceRow,
  type Expectation,
  type Finding,
  type JudgeViews,
  type Judgement,
  type MessageKind,
} from '../../hub/index.ts'
import { finding } from '../codes.ts'
import type { LaneTerms } from '../lane.ts'
import { kindWord, packetCommitment, receiptWord, type Packet } from '../packet.ts'
import {
  asHead,
  headOf,
  laneState,
  packetName,
  type LaneSide,
  type LaneValue,
  type LedgerValue,
  type OrderValue,
  type PacketValue,
} from '../state.ts'
import { found, proved } from './small.ts'

export const packetOf = ({ packet }: Pick<LedgerPacket, 'packet'>): Packet => ({
  ...packet,
  body: fromBase64url(packet.body, 'the body of the packet'),
})

export const packetKind: MessageKind<LedgerPacket> = {
  ...proved,
  name: 'ledger.packet',
  schema: readSchemaFile('ledger/packet.v1.json'),
  check: () => [],
  async judge({ body }, views) {
    const { packet } = body
    const place = await placeOf(views, packet.lane, 'source', body)
    if ('findings' in place) return place
    const state = laneState(place.lane)
    if (state !== 'open') return found(finding('LANE_NOT_OPEN', '/packet/lane', { state }))
    const findings = [...findCommitment(body, place.lane.terms), ...findKind(packet.kind, place.lane.terms)]
    const order = await inOrder(views, place.lane, packet.sequence)
    findings.push(...order.findings)
    const { key, version } = await headOf<PacketValue>(views, 'packet', packetName(packet.lane, packet.sequence))
    const value: PacketValue = {
      type: 'packet',
      id: packetName(packet.lane, packet.sequence),
      kind: packet.kind,
      message: packet.message,
      commitment: body.commitment,
      deadline: packet.deadline,
      state: 'sent',
    }
    const moves = [{ key, version, value: asHead(value) }, ...order.moves]
    return { ...nothingWanted(), findings, moves, expects: place.expects }
  },
  audience: ownerOf,
  quiet: true,
}

export const receiptKind: MessageKind<LedgerReceipt> = {
  ...proved,
  name: 'ledger.receipt',
  schema: readSchemaFile('ledger/receipt.v1.json'),
  check: () => [],
  async judge({ body }, views) {
    const { lane, sequence, outcome, acknowledgement, commitment } = body
    const place = await placeOf(views, lane, 'target', body)
    if ('findings' in place) return place
    const { key, version, index, value } = await headOf<PacketValue>(views, 'packet', packetName(lane, sequence))
    if (value?.state !== 'sent') return found(finding('PACKET_UNKNOWN', '/sequence'))
    const { hash } = place.lane.terms
    const word = receiptWord(outcome, Buffer.from(commitment, 'hex'), Buffer.from(acknowledgement, 'hex'), hash)
    if (value.commitment !== commitment) return found(finding('PACKET_COMMITMENT', '/commitment'))
    if (word.toString('hex') !== body.receipt) return found(finding('PACKET_COMMITMENT', '/receipt'))
    const after: PacketValue = { ...value, state: outcome, acknowledgement }
    return {
      ...nothingWanted(),
      moves: [{ key, version, value: asHead(after) }],
      expects: place.expects,
      refers: [index!],
    }
  },
  audience: ownerOf,
  quiet: true,
}

/** The authority of the ledger's country is told; who may see the message it stands for learns of it there. */
function ownerOf(
  { body }: { body: { ledger: string } },
  register: Parameters<MessageKind['audience']>[1],
): AudienceRow[] {
  const authority = register.country(body.ledger.split(':')[2]!.toUpperCase())?.authority
  return authority ? [{ party: authority, view: 'full' }] : []
}

/** The lane and ledger that something stands on, and the heads that must not move before it is in. A receipt also comes in on a lane that is paused or closed. */
async function placeOf(
  views: JudgeViews,
  id: string,
  side: LaneSide,
  { ledger, gateway }: { ledger: string; gateway: string },
): Promise<{ lane: LaneValue; expects: Expectation[] } | Judgement> {
  const lane = await headOf<LaneValue>(views, 'lane', id)
  if (!lane.value) return found(finding('LANE_UNKNOWN', side === 'source' ? '/packet/lane' : '/lane'))
  const end = lane.value.terms[side]
  if (end.ledger !== ledger || end.gateway !== gateway) return found(finding('LEDGER_OTHER', '/ledger'))
  if (laneState(lane.value) === 'frozen') return found(finding('LANE_NOT_OPEN', '', { state: 'frozen' }))
  const { source, target } = lane.value.terms
  const both = await Promise.all([source, target].map((one) => headOf<LedgerValue>(views, 'ledger', one.ledger)))
  const [known, other] = (side === 'source' ? both : both.toReversed()) as [(typeof both)[0], (typeof both)[0]]
  if (!known.value?.trust) return found(finding('LEDGER_UNKNOWN', '/ledger', { ledger }))
  // Where one end cannot be believed any more, nothing of the lane can.
  const frozen = [known, other].find(({ value }) => value?.frozen)
  if (frozen) return found(finding('LEDGER_FROZEN', '/ledger', { ledger: frozen.value!.id, index: frozen.index! }))
  return { lane: lane.value, expects: [lane, ...both].map(({ key, version }) => ({ key, version })) }
}

async function inOrder(
  views: JudgeViews,
  { id, terms }: LaneValue,
  sequence: number,
): Promise<Pick<Judgement, 'findings' | 'moves'>> {
  if (!terms.ordered) return { findings: [], moves: [] }
  const { key, version, value } = await headOf<OrderValue>(views, 'order', id)
  const next = (value?.sequence ?? 0) + 1
  if (sequence !== next) return { findings: [finding('LANE_ORDER', '/packet/sequence', { next })], moves: [] }
  return { findings: [], moves: [{ key, version, value: asHead({ type: 'order', id, sequence }) }] }
}

function findCommitment(body: LedgerPacket, { hash }: LaneTerms): Finding[] {
  const commitment = packetCommitment(packetOf(body), hash).toString('hex')
  return commitment === body.commitment ? [] : [finding('PACKET_COMMITMENT', '/commitment')]
}

const findKind = (kind: string, { kinds }: LaneTerms): Finding[] =>
  kinds.some((name) => kindWord(...nameAndVersion(name)) === kind) ? [] : [finding('LANE_KIND', '/packet/kind')]

function nameAndVersion(kind: string): [string, number] {
  const [name, version] = kind.split('/')
  return [name!, Number(version)]
}
