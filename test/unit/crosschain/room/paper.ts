// What is said of ledgers in these tests: a lane between two of them, trust in each, packets over it. All of it is made up.
import type { LedgerTrust } from '../../../../schemas/types.d.ts'
import { addressOfKey } from '../../../../src/crosschain/attestation.ts'
import { laneId, type LaneTerms } from '../../../../src/crosschain/lane.ts'
import { kindWord, type Packet } from '../../../../src/crosschain/packet.ts'
import { HUB, NOW_MS, OFFICE_CN, OFFICE_VN, type RoomWorld } from './world.ts'

export const SOURCE = 'urn:hub:cn:ledger:example-source'
export const TARGET = 'urn:hub:vn:ledger:example-target'
export const GATEWAY_SOURCE = '11'.repeat(20)
export const GATEWAY_TARGET = '22'.repeat(20)
export const NOBODY = '0'.repeat(64)
export const word = (digit: string): string => digit.repeat(64)

export const termsOf = (more: Partial<LaneTerms> = {}): LaneTerms => ({
  name: 'declarations',
  source: { ledger: SOURCE, chainId: 7201, gateway: GATEWAY_SOURCE, owner: OFFICE_CN },
  target: { ledger: TARGET, chainId: 8401, gateway: GATEWAY_TARGET, owner: OFFICE_VN },
  kinds: ['customs.declaration/1'],
  ordered: false,
  timeoutS: 3_600,
  assurance: 'proof',
  threshold: 2,
  operators: 2,
  ratePerHour: 3_600,
  feePayer: HUB,
  hash: 'keccak',
  ...more,
})

export const trustOf = (ledger: string, more: Partial<LedgerTrust> = {}): LedgerTrust => ({
  ledger,
  sequence: 1,
  consensus: 'qbft',
  chainId: ledger === SOURCE ? 7201 : 8401,
  root: { height: 0, validators: [addressOfKey(Buffer.alloc(32, 1))] },
  gateway: { address: ledger === SOURCE ? GATEWAY_SOURCE : GATEWAY_TARGET, codeHash: word('c') },
  ...more,
})

export const packetOver = (terms: LaneTerms, sequence: number, more: Partial<Packet> = {}): Packet => ({
  lane: laneId(terms),
  sequence,
  kind: kindWord('customs.declaration', 1),
  message: word('e'),
  sender: `${'0'.repeat(24)}${'33'.repeat(20)}`,
  receiver: NOBODY,
  deadline: NOW_MS / 1000 + terms.timeoutS - 60,
  body: Buffer.alloc(0),
  ...more,
})

/** Both ends sign it. */
export async function openLane(world: RoomWorld, terms: LaneTerms): Promise<string> {
  const body = { lane: laneId(terms), act: 'open', terms }
  await must(world.say('ledger.lane', terms.source.owner, body))
  await must(world.say('ledger.lane', terms.target.owner, body))
  return body.lane
}

export async function trust(world: RoomWorld, body: LedgerTrust): Promise<void> {
  const authority = body.ledger === SOURCE ? OFFICE_CN : OFFICE_VN
  for (const from of [authority, HUB]) await must(world.say('ledger.trust', from, body))
}

/** Both ledgers trusted and the lane open. */
export async function openAll(world: RoomWorld, terms: LaneTerms): Promise<string> {
  await trust(world, trustOf(SOURCE))
  await trust(world, trustOf(TARGET))
  const lane = await openLane(world, terms)
  await world.settled()
  return lane
}

export async function must(said: Promise<string>): Promise<void> {
  const result = await said
  if (result !== 'appended') throw new Error(`it was not taken: ${result}`)
}
