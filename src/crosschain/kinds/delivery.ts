// ledger.delivery: what another hub has handed over with a packet, told to those it was sent to. Nobody sends it; it enters by proof.
import type { LedgerDelivery } from '../../../schemas/types.d.ts'
import { nothingWanted, readSchemaFile, type MessageKind } from '../../hub/index.ts'
import { finding } from '../codes.ts'
import { headOf, laneState, packetName, type LaneValue, type PacketValue } from '../state.ts'
import { found, proved } from './small.ts'

const BODY_MAX_BYTES = 8 * 1024 * 1024

export const deliveryKind: MessageKind<LedgerDelivery> = {
  ...proved,
  bodyMaxBytes: BODY_MAX_BYTES,
  name: 'ledger.delivery',
  schema: readSchemaFile('ledger/delivery.v1.json'),
  check: () => [],
  async judge({ body }, views) {
    const { lane: id, sequence } = body.export.packet
    const lane = await headOf<LaneValue>(views, 'lane', id)
    if (!lane.value) return found(finding('LANE_UNKNOWN', '/export/packet/lane'))
    const { source } = lane.value.terms
    if (source.ledger !== body.ledger || source.gateway !== body.gateway)
      return found(finding('LEDGER_OTHER', '/ledger'))
    if (laneState(lane.value) === 'frozen') return found(finding('LANE_NOT_OPEN', '', { state: 'frozen' }))
    const packet = await headOf<PacketValue>(views, 'packet', packetName(id, sequence))
    if (packet.value?.state !== 'sent') return found(finding('PACKET_UNKNOWN', '/export/packet/sequence'))
    if (packet.value.commitment !== body.export.commitment)
      return found(finding('PACKET_COMMITMENT', '/export/commitment'))
    const expects = [lane, packet].map(({ key, version }) => ({ key, version }))
    return { ...nothingWanted(), expects, refers: [packet.index!] }
  },
  /** Those the message was sent to, as far as this hub knows them. */
  audience: ({ body }, register) =>
    body.export.to.parties.filter((party) => register.party(party)).map((party) => ({ party, view: 'full' })),
  quiet: true,
}
