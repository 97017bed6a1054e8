// ledger.trust and ledger.validator: who begins belief in a ledger, and whose key a validator's is.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { addressOfKey } from '../../../../src/crosschain/attestation.ts'
import { freeze } from '../../../../src/crosschain/freeze.ts'
import { signPossession } from '../../../../src/crosschain/kinds/validator.ts'
import type { LedgerValue, ValidatorValue } from '../../../../src/crosschain/state.ts'
import { toBase64url } from '../../../../src/hub/index.ts'
import { SOURCE, TARGET, trust, trustOf, word } from './paper.ts'
import { HUB, OFFICE_CN, OFFICE_VN, openRoomWorld, type RoomWorld } from './world.ts'

let world: RoomWorld
beforeEach(async () => void (world = await openRoomWorld()))
afterEach(() => world.close())

const say = (from: string, body: object) => world.say('ledger.trust', from, body)
const ledger = () => world.head<LedgerValue>('ledger', SOURCE)
const other = trustOf(SOURCE, { chainId: 99 })

describe('ledger.trust', () => {
  it.each([
    ['country first', [OFFICE_CN, HUB]],
    ['operator first', [HUB, OFFICE_CN]],
  ])('is in force when country and operator have signed the same: %s', async (_, [first, second]) => {
    expect(await say(first!, trustOf(SOURCE))).toBe('appended')
    expect((await ledger())?.trust).toBeUndefined()
    expect(await say(second!, trustOf(SOURCE))).toBe('appended')
    expect(await ledger()).toEqual({ type: 'ledger', id: SOURCE, trust: trustOf(SOURCE) })
  })

  it('is the same whatever the order of its members', async () => {
    await say(OFFICE_CN, trustOf(SOURCE))
    const turned = Object.fromEntries(Object.entries(trustOf(SOURCE)).toReversed())
    expect(await say(HUB, turned)).toBe('appended')
    expect((await ledger())?.trust).toBeDefined()
  })

  it('is not another set in another order', async () => {
    const set = [word('1'), word('2')].map((one) => one.slice(0, 40))
    await say(OFFICE_CN, trustOf(SOURCE, { root: { height: 0, validators: set } }))
    await say(HUB, trustOf(SOURCE, { root: { height: 0, validators: set.toReversed() } }))
    expect((await ledger())?.trust).toBeUndefined()
  })

  it('is not signed by another country, nor by anybody else of this one', async () => {
    for (const from of [OFFICE_VN, 'urn:hub:cn:bank:example-bank', 'urn:hub:vn:operator:example-hub'])
      expect(await say(from, trustOf(SOURCE))).toBe('TRUST_SIGNER')
    expect(await world.say('ledger.trust', OFFICE_CN, trustOf(TARGET))).toBe('TRUST_SIGNER')
  })

  it('is not made by one side signing twice', async () => {
    for (const from of [OFFICE_CN, HUB]) {
      await say(from, other)
      await say(from, trustOf(SOURCE))
      expect(await say(from, trustOf(SOURCE))).toBe('TRUST_SIGNED_ALREADY')
    }
  })

  it('of one side is replaced by a different proposal of either', async () => {
    await say(OFFICE_CN, trustOf(SOURCE))
    expect(await say(HUB, other)).toBe('appended')
    expect((await ledger())?.proposed).toEqual({ by: 'operator', trust: other })
    expect(await say(OFFICE_CN, trustOf(SOURCE))).toBe('appended')
    expect((await ledger())?.trust).toBeUndefined()
    expect(await say(HUB, trustOf(SOURCE))).toBe('appended')
    expect((await ledger())?.trust).toEqual(trustOf(SOURCE))
  })

  it('has the next sequence, from 1', async () => {
    expect(await say(HUB, trustOf(SOURCE, { sequence: 2 }))).toBe('TRUST_SEQUENCE')
    await trust(world, trustOf(SOURCE))
    for (const sequence of [1, 3]) expect(await say(HUB, trustOf(SOURCE, { sequence }))).toBe('TRUST_SEQUENCE')
    const second = trustOf(SOURCE, { sequence: 2, chainId: 98 })
    await say(HUB, second)
    expect((await ledger())?.trust).toEqual(trustOf(SOURCE))
    await say(OFFICE_CN, second)
    expect((await ledger())?.trust).toEqual(second)
  })

  it('ends a freeze when it is in force, and a proposal does not', async () => {
    await trust(world, trustOf(SOURCE))
    const deps = { hub: HUB, journal: world.journal, clock: () => 1, randomness: Buffer.alloc, registerAt: () => 0 }
    const found = { why: 'equivocation' as const, one: Buffer.of(1), other: Buffer.of(2) }
    await freeze(SOURCE, found, { ...deps, fold: world.fold, register: world.register })
    expect(await ledger()).toMatchObject({ frozen: true, trust: trustOf(SOURCE) })
    const second = trustOf(SOURCE, { sequence: 2 })
    await say(OFFICE_CN, second)
    expect(await ledger()).toMatchObject({ frozen: true, trust: trustOf(SOURCE) })
    await say(HUB, second)
    expect(await ledger()).toEqual({ type: 'ledger', id: SOURCE, trust: second })
  })
})

describe('ledger.validator', () => {
  const key = Buffer.alloc(32, 5)
  const address = addressOfKey(key)
  const body = (party: string, state = 'active', by = key) => ({
    address,
    state,
    possession: toBase64url(signPossession(party, by)),
  })
  const say = (from: string, what: object) => world.say('ledger.validator', from, what)
  const known = () => world.head<ValidatorValue>('validator', address)

  it('is entered by the party its key has signed for', async () => {
    expect(await say(OFFICE_CN, body(OFFICE_CN))).toBe('appended')
    expect(await known()).toEqual({ type: 'validator', id: address, party: OFFICE_CN, state: 'active' })
  })

  it('is not entered with a signature for another party, by another key, or of no form', async () => {
    expect(await say(OFFICE_VN, body(OFFICE_CN))).toBe('VALIDATOR_POSSESSION')
    expect(await say(OFFICE_CN, body(OFFICE_CN, 'active', Buffer.alloc(32, 6)))).toBe('VALIDATOR_POSSESSION')
    for (const possession of ['A'.repeat(87), '_'.repeat(87), `${'A'.repeat(86)}w`])
      expect(await say(OFFICE_CN, { ...body(OFFICE_CN), possession })).toBe('VALIDATOR_POSSESSION')
    expect(await known()).toBeUndefined()
  })

  it('stays with its party, also when it has been withdrawn', async () => {
    await say(OFFICE_CN, body(OFFICE_CN))
    expect(await say(OFFICE_VN, body(OFFICE_VN))).toBe('VALIDATOR_TAKEN')
    expect(await say(OFFICE_CN, body(OFFICE_CN, 'withdrawn'))).toBe('appended')
    expect((await known())?.state).toBe('withdrawn')
    expect(await say(OFFICE_VN, body(OFFICE_VN))).toBe('VALIDATOR_TAKEN')
    expect(await say(OFFICE_CN, body(OFFICE_CN))).toBe('appended')
    expect((await known())?.state).toBe('active')
  })
})
