// Whatever is tried, by whomever, in whatever order: each packet takes effect at most once, and only what k of a good set signed does.
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type Outcome,
  OUTCOMES,
  type Packet,
  packetCommitment,
  receiptWord,
} from '../../../../src/crosschain/packet.ts'
import { endA, endB, hex, LANE, NOBODY, relayer, SET_DELAY_S, stranger, TIMEOUT_S, validators } from './cast.ts'
import { received } from './events.ts'
import type { Gate } from './gate.ts'
import { type Account, accounts, type Done, evmLedger } from './ledger.ts'
import { openPair, type Pair } from './pair.ts'
import { receivers } from './receiver-contracts.ts'

const deployReceiver = receivers()
/** Sets as they come one after the other, with their thresholds; strangers sign too. */
const SETS = [validators, accounts('second', 4), accounts('third', 2)]
const THRESHOLDS = [2, 3, 1]
const crowd = [...SETS.flat(), stranger].sort((a, b) => (a.address < b.address ? -1 : 1))

type Step =
  | { do: 'send'; receiver: boolean; timeoutS: number }
  | { do: 'deliver' | 'expire'; at: number; epoch: number; signers: number[]; change: boolean }
  | { do: 'acknowledge'; at: number; outcome: Outcome; epoch: number; signers: number[] }
  | { do: 'rotate'; side: 0 | 1; signers: number[] }
  | { do: 'pause' | 'resume'; side: 0 | 1; by: number }
  | { do: 'wait'; seconds: number }

const at = fc.nat({ max: 5 })
const side = fc.constantFrom<(0 | 1)[]>(0, 1)
const epoch = fc.integer({ min: 1, max: 3 })
// Mostly whole sets, so that much is accepted; else anybody in any order and number.
const signers = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...SETS.map((set) => set.map((one) => crowd.indexOf(one)))) },
  { weight: 1, arbitrary: fc.array(fc.nat({ max: crowd.length - 1 }), { maxLength: 4 }) },
)
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    do: fc.constant('send' as const),
    receiver: fc.boolean(),
    timeoutS: fc.integer({ min: 1, max: TIMEOUT_S }),
  }),
  fc.record({
    do: fc.constantFrom('deliver' as const, 'expire' as const),
    at,
    epoch,
    signers,
    change: fc.constantFrom(false, false, false, true),
  }),
  fc.record({ do: fc.constant('acknowledge' as const), at, outcome: fc.constantFrom(...OUTCOMES), epoch, signers }),
  fc.record({ do: fc.constant('rotate' as const), side, signers }),
  fc.record({ do: fc.constantFrom('pause' as const, 'resume' as const), side, by: fc.nat({ max: 2 }) }),
  fc.record({ do: fc.constant('wait' as const), seconds: fc.constantFrom(1, SET_DELAY_S, TIMEOUT_S) }),
)

/** What a test believes of one gateway: its sets, and until when each is good. */
interface Belief {
  epoch: number
  until: number[]
  paused: Set<Account>
}

describe.each([{ ordered: false }, { ordered: true }])('a lane (ordered: $ordered)', ({ ordered }) => {
  it('keeps its promises under any sequence of acts', async () => {
    let taken = 0
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
        const pair = await openPair(await evmLedger(7201), await evmLedger(8401), { ordered })
        taken += await play(pair, ordered, steps)
      }),
      { numRuns: 40 },
    )
    // Acts that are all refused would show nothing.
    expect(taken).toBeGreaterThan(20)
  })
})

/** Plays the steps, checks each answer and, at the end, every slot. Returns how many packets took effect. */
async function play(pair: Pair, ordered: boolean, steps: readonly Step[]): Promise<number> {
  const gates: [Gate, Gate] = [pair.source, pair.target]
  const beliefs = gates.map((): Belief => ({ epoch: 1, until: [], paused: new Set() })) as [Belief, Belief]
  const receiver = (await deployReceiver(pair.target.ledger, 'Echo')).padStart(64, '0')
  const sent: Packet[] = []
  const receipts = new Map<number, string>()
  const order: number[] = []
  const acknowledged = new Map<number, string>()

  const good = (which: 0 | 1, number: number, names: readonly number[]): boolean => {
    const { epoch, until } = beliefs[which]
    const set = SETS[number - 1]!
    return (
      (number === epoch || (number < epoch && gates[which].ledger.nowS() <= until[number]!)) &&
      names.length >= THRESHOLDS[number - 1]! &&
      names.every((name, n) => set.includes(crowd[name]!) && (n === 0 || name > names[n - 1]!))
    )
  }
  const enter = (packet: Packet, done: Done): void => {
    const { outcome, commitment, acknowledgement } = received(done)
    expect(commitment).toBe(packetCommitment(packet).toString('hex'))
    expect(receipts.has(packet.sequence)).toBe(false)
    const word = receiptWord(
      OUTCOMES[outcome - 1]!,
      Buffer.from(commitment, 'hex'),
      Buffer.from(acknowledgement, 'hex'),
    )
    receipts.set(packet.sequence, word.toString('hex'))
    order.push(packet.sequence)
  }

  for (const one of steps) {
    if (one.do === 'send') {
      const { done, packet } = await pair.source.send({
        timeoutS: one.timeoutS,
        receiver: one.receiver ? receiver : NOBODY,
      })
      expect(done.refusal).toBe(beliefs[0].paused.size > 0 ? 'Paused' : undefined)
      if (packet) {
        expect(packet.sequence).toBe(sent.length + 1)
        sent.push(packet)
      }
    } else if (one.do === 'deliver' || one.do === 'expire') {
      const original = sent[one.at]
      if (!original) continue
      const packet = one.change ? { ...original, message: 'ee'.repeat(32) } : original
      const signed = { epoch: one.epoch, signers: one.signers.map((name) => crowd[name]!) }
      // Validators sign what was sent, whatever is made of it afterwards.
      const signatures = pair.target.sign(original, 'deliver', packetCommitment(original), signed)
      const late = pair.target.ledger.nowS() > original.deadline
      const may =
        !one.change &&
        good(1, one.epoch, one.signers) &&
        !receipts.has(packet.sequence) &&
        (!ordered || packet.sequence === receipts.size + 1) &&
        (one.do === 'deliver' ? !late && beliefs[1].paused.size === 0 : late)
      const done = await pair.target.act(relayer, pair.target.entryData(one.do, packet, signed, signatures))
      expect(done.refusal === undefined).toBe(may)
      if (may) enter(packet, done)
    } else if (one.do === 'acknowledge') {
      const packet = sent[one.at]
      if (!packet) continue
      const signed = { epoch: one.epoch, signers: one.signers.map((name) => crowd[name]!) }
      const may = good(0, one.epoch, one.signers) && !acknowledged.has(packet.sequence)
      const done = await pair.source.acknowledge(packet, one.outcome, NOBODY, signed)
      expect(done.refusal === undefined).toBe(may)
      const word = receiptWord(one.outcome, packetCommitment(packet), Buffer.alloc(32))
      if (may) acknowledged.set(packet.sequence, word.toString('hex'))
    } else if (one.do === 'rotate') {
      const belief = beliefs[one.side]
      if (belief.epoch === SETS.length) continue
      const may = good(one.side, belief.epoch, one.signers)
      const signed = { epoch: belief.epoch, signers: one.signers.map((name) => crowd[name]!) }
      const done = await gates[one.side].rotate(SETS[belief.epoch]!, THRESHOLDS[belief.epoch]!, signed)
      expect(done.refusal === undefined).toBe(may)
      if (may) belief.until[belief.epoch++] = gates[one.side].ledger.nowS() + SET_DELAY_S
    } else if (one.do === 'wait') {
      for (const { ledger } of gates) await ledger.setTime(ledger.nowS() + one.seconds)
    } else {
      const who = [endA, endB, stranger][one.by]!
      const { paused } = beliefs[one.side]
      const may = who !== stranger && paused.has(who) === (one.do === 'resume')
      const done = await gates[one.side][one.do](who)
      expect(done.refusal === undefined).toBe(may)
      if (may && one.do === 'pause') paused.add(who)
      if (may && one.do === 'resume') paused.delete(who)
    }
  }

  expect(await pair.source.counters()).toEqual([sent.length, 0, acknowledged.size])
  expect(await pair.target.counters()).toEqual([0, receipts.size, 0])
  if (ordered) expect(order).toEqual(order.map((_, n) => n + 1))
  for (let n = 1; n <= sent.length + 1; n++) {
    const packet = sent[n - 1]
    expect(await pair.source.box('outbox', n)).toBe(packet ? hex(packetCommitment(packet)).slice(2) : NOBODY)
    expect(await pair.target.box('inbox', n, LANE)).toBe(receipts.get(n) ?? NOBODY)
    expect(await pair.source.box('acknowledged', n)).toBe(acknowledged.get(n) ?? NOBODY)
  }
  return receipts.size
}
