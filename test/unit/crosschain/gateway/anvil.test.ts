// The contracts on a second, independent EVM: the same story, the same refusals, the same gas.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { keccak } from '../../../../src/crosschain/hash.ts'
import { gatewayCode, rangeWord } from '../../../../src/crosschain/ledgers/evm/gateway/gateway.ts'
import { mappingSlot } from '../../../../src/crosschain/ledgers/evm/state-proof.ts'
import { addressWord, type Packet, packetCommitment, receiptWord } from '../../../../src/crosschain/packet.ts'
import { anvilLedger, anvilPath } from './anvil-ledger.ts'
import { endA, endB, LANE, NOBODY, SET_DELAY_S, SIGNED, validators } from './cast.ts'
import { received } from './events.ts'
import { accounts, evmLedger, type TestLedger } from './ledger.ts'
import { deployNotary } from './notary.ts'
import { openPair, type Pair } from './pair.ts'
import { armed, callsOf, receivers } from './receiver-contracts.ts'

const path = anvilPath()
if (!path) console.warn('anvil is not installed for this machine: the contracts run on the EVM in process alone')

describe.skipIf(!path)('on anvil', () => {
  let ledger: TestLedger
  let pair: Pair
  const deployReceiver = receivers()
  beforeAll(async () => {
    ledger = await anvilLedger(path!, 8401)
    pair = await openPair(ledger, ledger, { ordered: true })
  })
  afterAll(() => ledger?.close())

  it('the deployed code is the one of the artefact', async () => {
    expect(keccak(await ledger.code(pair.source.address)).toString('hex')).toBe(gatewayCode.codeHash)
  })
  it('a lane is played from sending to acknowledgement, over a failed and an expired packet', async () => {
    const { source, target } = pair
    const echo = addressWord(await deployReceiver(ledger, 'Echo'))
    const first = (await source.send({ receiver: echo, body: Buffer.from('body') })).packet
    const failed = (await source.send({ receiver: addressWord(await deployReceiver(ledger, 'Reverting')) })).packet
    const expired = (await source.send({ timeoutS: 60 })).packet
    expect((await target.deliver(failed)).refusal).toBe('OutOfOrder')
    const { outcome, acknowledgement } = received(await target.deliver(first))
    expect(outcome).toBe(1)
    const receipt = receiptWord('delivered', packetCommitment(first), Buffer.from(acknowledgement, 'hex'))
    expect(await ledger.storage(target.address, mappingSlot({ box: 'inbox', key: LANE, number: 1 }))).toBe(
      receipt.toString('hex'),
    )
    expect((await target.deliver(first)).refusal).toBe('AlreadyReceived')
    expect(received(await target.deliver(failed)).outcome).toBe(2)
    expect((await target.expire(expired)).refusal).toBe('NotExpired')
    await ledger.setTime(expired.deadline + 1)
    expect((await target.deliver(expired)).refusal).toBe('Expired')
    expect(received(await target.expire(expired)).outcome).toBe(3)
    expect((await source.acknowledge(first, 'delivered', acknowledgement)).refusal).toBeUndefined()
    expect((await source.acknowledge(expired, 'expired', NOBODY)).refusal).toBeUndefined()
    expect(await source.counters()).toEqual([3, 0, 2])
    expect(await target.counters()).toEqual([0, 3, 0])
  })
  it('hostile receivers neither enter twice nor cost more than their stipend', async () => {
    const { source, target } = await openPair(ledger, ledger)
    const reentrant = await deployReceiver(ledger, 'Reentrant')
    const again = (await source.send({ receiver: addressWord(reentrant) })).packet
    await armed(ledger, reentrant, target.address, target.entryData('deliver', again))
    expect(received(await target.deliver(again)).outcome).toBe(1)
    expect(await callsOf(ledger, reentrant)).toBe(1)
    expect(await target.counters()).toEqual([0, 1, 0])
    const bomb = await deployReceiver(ledger, 'Bomb', [false])
    const bombed = await target.deliver((await source.send({ receiver: addressWord(bomb) })).packet)
    expect(received(bombed).outcome).toBe(2)
    expect(bombed.gasUsed).toBeLessThan(350_000)
  })
  it('whoever pays cannot starve a receiver', async () => {
    const { source, target } = await openPair(ledger, ledger)
    const meter = await deployReceiver(ledger, 'Meter')
    const send = async (): Promise<Packet> => (await source.send({ receiver: addressWord(meter) })).packet
    const plenty = received(await target.deliver(await send()))
    const packet = await send()
    for (let gas = 100_000; (await target.counters())[1] === 1; gas += 5_000) {
      expect(gas).toBeLessThan(1_000_000)
      const done = await target.deliver(packet, SIGNED, { gas })
      if (done.refusal === undefined) expect(received(done).acknowledgement).toBe(plenty.acknowledgement)
    }
    expect(await callsOf(ledger, meter)).toBe(2)
  })
  it('sets rotate, and the old one is good for its delay alone', async () => {
    const { source, target } = await openPair(ledger, ledger)
    const next = accounts('next validator', 4)
    const { packet } = await source.send()
    expect((await target.rotate(next, 3, { epoch: 1, signers: validators.slice(0, 1) })).refusal).toBe(
      'TooFewSignatures',
    )
    expect((await target.rotate(next, 3, SIGNED)).refusal).toBeUndefined()
    await ledger.setTime(ledger.nowS() + SET_DELAY_S + 1)
    expect((await target.deliver(packet, SIGNED)).refusal).toBe('OldSet')
    expect((await target.deliver(packet, { epoch: 2, signers: next })).refusal).toBeUndefined()
  })
  it('pausing, and the notary contract, refuse as in process', async () => {
    const { source } = await openPair(ledger, ledger)
    await source.pause(endB)
    expect((await source.send()).done.refusal).toBe('Paused')
    expect((await source.resume(endA)).refusal).toBe('NotPaused')
    const notary = await deployNotary(ledger)
    await notary.range(LANE, 1, 5, validators[0]!.address.padStart(64, '0'))
    expect(await ledger.storage(notary.address, mappingSlot({ box: 'ranges', key: LANE, number: 5 }))).toBe(
      rangeWord(LANE, 1, 5, validators[0]!.address.padStart(64, '0')).toString('hex'),
    )
    expect((await notary.range(LANE, 7, 8, LANE)).refusal).toBe('NotDense')
    expect((await notary.anchor(LANE, 7, LANE, endA)).refusal).toBe('NotWriter')
  })
  it('an act costs the gas that it costs in process', async () => {
    const costs = async (on: TestLedger): Promise<number[]> => {
      const { source, target } = await openPair(on, on)
      const { done, packet } = await source.send({ body: new Uint8Array(100).fill(1), timeoutS: 1000 })
      return [done.gasUsed, (await target.deliver({ ...packet, deadline: 2 ** 40 })).gasUsed]
    }
    const [here, there] = [await costs(await evmLedger(8401)), await costs(ledger)]
    // Addresses, digests and times differ in their zero bytes, which cost 4 gas and not 16.
    for (const at of [0, 1]) expect(Math.abs(here[at]! - there[at]!)).toBeLessThan(1000)
  })
})
