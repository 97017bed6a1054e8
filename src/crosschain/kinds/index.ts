// The kinds of the ledger room.
import { nothingWanted, readSchemaFile, whenShaped, type Finding, type MessageKind } from '../../hub/index.ts'
import { deliveryKind } from './delivery.ts'
import { eventKind } from './event.ts'
import { laneKind } from './lane.ts'
import { packetKind, receiptKind } from './packet.ts'
import { proved } from './small.ts'
import { trustKind } from './trust.ts'
import { validatorKind } from './validator.ts'

/** Written by the hub alone (../freeze.ts); listed so that readers find its schema. */
const freezeKind: MessageKind = {
  ...proved,
  bodyMaxBytes: 256 * 1024,
  name: 'ledger.freeze',
  schema: readSchemaFile('ledger/freeze.v1.json'),
  check: () => [],
  judge: async () => nothingWanted(),
  audience: () => [],
}

// oxlint-disable-next-line typescript/no-explicit-any -- a list of kinds of different bodies
export const crosschainKinds: MessageKind<any>[] = [
  trustKind,
  laneKind,
  validatorKind,
  packetKind,
  receiptKind,
  deliveryKind,
  eventKind,
  freezeKind,
].map((kind) => ({ ...kind, check: whenShaped(kind.schema, kind.check as (body: unknown) => Finding[]) }))
