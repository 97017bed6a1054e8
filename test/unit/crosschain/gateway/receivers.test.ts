// What receivers, good and bad, can do to a delivery: answer, fail, burn, bomb, come back in, or be starved by whoever pays.
import { beforeEach, describe, expect, it } from 'vitest'
import { encodeAbiParameters, encodeFunctionData, keccak256, parseAbiParameters, toFunctionSelector } from 'viem'
import { gatewayAbi } from '../../../../src/crosschain/ledgers/evm/gateway/gateway.ts'
import {
  addressWord,
  type Outcome,
  type Packet,
  packetCommitment,
  receiptWord,
  type Word,
} from '../../../../src/crosschain/packet.ts'
import { endA, endB, hex, hexWord, KIND, LANE, MESSAGE, NOBODY, TIMEOUT_S } from './cast.ts'
import { received } from './events.ts'
import { evmLedger, type TestLedger } from './ledger.ts'
import { configOf, openPair, type Pair } from './pair.ts'
import { armed, callsOf, receivers, type ReceiverName, reenteredWell } from './receiver-contracts.ts'

const deployReceiver = receivers()
const selector = (signature: string): Word => toFunctionSelector(signature).slice(2).padEnd(64, '0')

let pair: Pair
let ledger: TestLedger
beforeEach(async () => {
  pair = await openPair(await evmLedger(7201), await evmLedger(8401))
  ledger = pair.target.ledger
})
const to = async (receiver: Word, body: Uint8Array = Buffer.from('body')): Promise<Packet> =>
  (await pair.source.send({ receiver, body })).packet

/** Delivers to a new receiver and checks that the receipt is over what the event says. */
async function deliverTo(name: ReceiverName, args: unknown[] = []) {
  const address = await deployReceiver(ledger, name, args)
  const packet = await to(addressWord(address))
  const done = await pair.target.deliver(packet)
  const seen = received(done)
  const outcome: Outcome = seen.outcome === 1 ? 'delivered' : 'failed'
  const word = receiptWord(outcome, packetCommitment(packet), Buffer.from(seen.acknowledgement, 'hex'))
  expect(await pair.target.box('inbox', packet.sequence)).toBe(word.toString('hex'))
  return { address, packet, outcome, acknowledgement: seen.acknowledgement, gasUsed: done.gasUsed }
}

describe('a receiver', () => {
  it('gets the packet, and its answer is in the receipt', async () => {
    const { packet, outcome, acknowledgement, address } = await deliverTo('Echo')
    const given = encodeAbiParameters(parseAbiParameters('bytes32, uint256, bytes32, bytes32, bytes32, bytes'), [
      hexWord(packet.lane),
      BigInt(packet.sequence),
      hexWord(packet.kind),
      hexWord(packet.message),
      hexWord(packet.sender),
      hex(packet.body),
    ])
    expect({ outcome, acknowledgement }).toEqual({
      outcome: 'delivered',
      acknowledgement: keccak256(given).slice(2),
    })
    expect(await callsOf(ledger, address)).toBe(1)
  })
  it('that says nothing has been delivered to', async () => {
    const { outcome, acknowledgement, address } = await deliverTo('Silent')
    expect({ outcome, acknowledgement }).toEqual({ outcome: 'delivered', acknowledgement: NOBODY })
    expect(await callsOf(ledger, address)).toBe(1)
  })
  it('that reverts makes the packet failed, without effect, and its error is in the receipt', async () => {
    const { outcome, acknowledgement, address, packet } = await deliverTo('Reverting')
    expect(outcome).toBe('failed')
    expect(acknowledgement.slice(0, 8)).toBe(selector('NoThanks(uint256)').slice(0, 8))
    expect(await callsOf(ledger, address)).toBe(0)
    expect((await pair.target.deliver(packet)).refusal).toBe('AlreadyReceived')
  })
  it('that never ends costs its stipend and no more', async () => {
    const { outcome, acknowledgement, gasUsed } = await deliverTo('Burning')
    expect({ outcome, acknowledgement }).toEqual({ outcome: 'failed', acknowledgement: NOBODY })
    expect(gasUsed).toBeGreaterThan(200_000)
    expect(gasUsed).toBeLessThan(400_000)
  })
  it.each([
    { good: true, outcome: 'delivered', first: 7 },
    { good: false, outcome: 'failed', first: 8 },
  ])('that gives back 200,000 bytes ($outcome) has one word of them kept', async ({ good, outcome, first }) => {
    const done = await deliverTo('Bomb', [good])
    expect(done).toMatchObject({ outcome, acknowledgement: first.toString(16).padStart(64, '0') })
    // Copying them would cost the one who pays as much again as making them.
    expect(done.gasUsed).toBeLessThan(350_000)
  })
  it('that has no code cannot be called: failed', async () => {
    const packet = await to(addressWord(endA.address))
    expect(received(await pair.target.deliver(packet))).toMatchObject({ outcome: 2, acknowledgement: NOBODY })
  })
  it('is not guessed from a word longer than an address', async () => {
    const address = await deployReceiver(ledger, 'Echo')
    const packet = await to(`${'00'.repeat(11)}01${address}`)
    expect(received(await pair.target.deliver(packet))).toMatchObject({ outcome: 2, acknowledgement: NOBODY })
    expect(await callsOf(ledger, address)).toBe(0)
  })
  it('that is the gateway itself fails', async () => {
    const packet = await to(addressWord(pair.target.address))
    expect(received(await pair.target.deliver(packet)).outcome).toBe(2)
  })
})

describe('a receiver that comes back in', () => {
  it.each(['deliver', 'expire'] as const)('cannot %s the same packet or the next one', async (act) => {
    const address = await deployReceiver(ledger, 'Reentrant')
    const first = await to(addressWord(address))
    const second = await to(NOBODY)
    const third = await to(addressWord(address))
    await armed(ledger, address, pair.target.address, pair.target.entryData(act, first))
    expect(received(await pair.target.deliver(first))).toMatchObject({
      outcome: 1,
      acknowledgement: expect.stringMatching(new RegExp(`^${selector('Busy(bytes32)').slice(0, 8)}`)),
    })
    await armed(ledger, address, pair.target.address, pair.target.entryData(act, second))
    expect(received(await pair.target.deliver(third)).acknowledgement.slice(0, 8)).toBe(
      selector('Busy(bytes32)').slice(0, 8),
    )
    expect(await reenteredWell(ledger, address)).toBe(false)
    expect(await callsOf(ledger, address)).toBe(2)
    expect(await pair.target.counters()).toEqual([0, 2, 0])
    expect(received(await pair.target.deliver(second)).outcome).toBe(1)
  })
  it('may send an answer on a lane of its own', async () => {
    const back = 'bb'.repeat(32)
    const ends = { endA: endB.address, endB: endA.address }
    await pair.target.openLane(back, configOf(pair.source, true, ends), [endB, endA])
    const address = await deployReceiver(ledger, 'Reentrant')
    const answer = encodeFunctionData({
      abi: gatewayAbi,
      functionName: 'send',
      args: [hexWord(back), hexWord(KIND), hexWord(MESSAGE), hexWord(NOBODY), '0x', BigInt(TIMEOUT_S)],
    })
    await armed(ledger, address, pair.target.address, answer)
    await pair.target.deliver(await to(addressWord(address)))
    expect(await reenteredWell(ledger, address)).toBe(true)
    expect(await pair.target.counters(back)).toEqual([1, 0, 0])
    expect(await pair.target.counters(LANE)).toEqual([0, 1, 0])
  })
})

describe('whoever pays', () => {
  it('cannot starve a receiver: it gets the gas it would get with plenty, or nothing happens', async () => {
    const address = await deployReceiver(ledger, 'Meter')
    const plenty = received(await pair.target.deliver(await to(addressWord(address))))
    expect(Number(BigInt(hexWord(plenty.acknowledgement)))).toBeGreaterThan(199_000)
    const packet = await to(addressWord(address))
    const refusals = new Set<string | undefined>()
    let gas = 60_000
    for (; !refusals.has(undefined); gas += gas < 240_000 ? 30_000 : 1_000) {
      expect(gas).toBeLessThan(1_000_000)
      const done = await pair.target.deliver(packet, undefined, { gas })
      refusals.add(done.refusal)
      if (done.refusal === undefined) expect(received(done).acknowledgement).toBe(plenty.acknowledgement)
      else expect(await pair.target.box('inbox', packet.sequence)).toBe(NOBODY)
    }
    expect(refusals).toContain('TooLittleGas')
    expect(await callsOf(ledger, address)).toBe(2)
  })
})
