// Ledgers and lanes as the sandbox's parties sign them: both register offices own an end, and with the operator they say whom to believe.
import type { LedgerTrust } from '../../schemas/types.d.ts'
import { signPossession } from '../../src/crosschain/kinds/validator.ts'
import { addressOfKey } from '../../src/crosschain/attestation.ts'
import { laneId, type LaneTerms } from '../../src/crosschain/lane.ts'
import { toBase64url } from '../../src/hub/values/encoding.ts'
import { type Answer, expectTaken, post } from './doors.ts'
import type { World } from './world.ts'

export const OPERATOR = 'hub-operator'
export const OWNERS = { source: 'cn-register-office', target: 'vn-register-office' } as const
export const LEDGERS = { source: 'urn:hub:cn:ledger:domestic', target: 'urn:hub:vn:ledger:partner' } as const

/** Terms between two made-up gateways, unless others are given. */
export const termsOf = (world: World, more: Partial<LaneTerms> = {}): LaneTerms => ({
  name: 'declarations-cn-vn',
  source: { ledger: LEDGERS.source, chainId: 7201, gateway: '11'.repeat(20), owner: world.urn(OWNERS.source) },
  target: { ledger: LEDGERS.target, chainId: 8401, gateway: '22'.repeat(20), owner: world.urn(OWNERS.target) },
  kinds: ['customs.declaration/1'],
  ordered: false,
  timeoutS: 3_600,
  assurance: 'proof',
  threshold: 2,
  operators: 2,
  ratePerHour: 3_600,
  feePayer: world.urn(OPERATOR),
  hash: 'keccak',
  ...more,
})

export const trustOf = (ledger: string, more: Partial<LedgerTrust> = {}): LedgerTrust => ({
  ledger,
  sequence: 1,
  consensus: 'qbft',
  chainId: ledger === LEDGERS.source ? 7201 : 8401,
  root: { height: 0, validators: ['33'.repeat(20)], trustingPeriodS: 1_209_600 },
  gateway: { address: (ledger === LEDGERS.source ? '11' : '22').repeat(20), codeHash: 'cc'.repeat(32) },
  ...more,
})

export const say = async (world: World, folder: string, kind: string, body: object): Promise<Answer> =>
  post(world, folder, await world.compose(folder, { kind, body }))

export const openBody = (terms: LaneTerms) => ({ lane: laneId(terms), act: 'open', terms })

/** The authority of the ledger's country and the operator sign it. */
export async function believe(world: World, trust: LedgerTrust): Promise<void> {
  const country = trust.ledger === LEDGERS.source ? OWNERS.source : OWNERS.target
  for (const folder of [country, OPERATOR]) expectTaken(await say(world, folder, 'ledger.trust', trust))
}

/** Both ends sign the terms; gives the lane. */
export async function openLaneOf(world: World, terms: LaneTerms): Promise<string> {
  for (const folder of Object.values(OWNERS)) expectTaken(await say(world, folder, 'ledger.lane', openBody(terms)))
  return laneId(terms)
}

/** What makes a key a party's relay validator. */
export const validatorBody = (party: string, key: Buffer) => ({
  address: addressOfKey(key),
  possession: toBase64url(signPossession(party, key)),
  state: 'active',
})
