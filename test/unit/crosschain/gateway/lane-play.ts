// Plays acts on a lane beside a belief of its own about what each has to come to, and compares after every one of them.
import * as fc from 'fast-check'
import { expect } from 'vitest'
import {
  type Outcome,
  OUTCOMES,
  type Packet,
  packetCommitment,
  receiptWord,
  type Word,
} from '../../../../src/crosschain/packet.ts'
import { endA, endB, NOBODY, relayer, SET_DELAY_S, stranger, type Signed, TIMEOUT_S, validators } from './cast.ts'
import { received } from './events.ts'
import type { Gate } from './gate.ts'
import { type Account, accounts, type Done } from './ledger.ts'
import type { Pair } from './pair.ts'

/** Sets as they come one after the other, with their thresholds. Strangers sign too. */
const SETS = [validators, accounts('second', 4), accounts('third', 2)]
const THRESHOLDS = [2, 3, 1]
const CROWD = [...SETS.flat(), stranger].sort((a, b) => (a.address < b.address ? -1 : 1))

type Side = 0 | 1
/** Under which set, counted back from the current one, and who: the whole set or anybody. */
interface Signing {
  back: number
  signers: number[] | undefined
}
export type Step =
  | { act: 'send'; receiver: boolean; timeoutS: number }
  | { act: 'deliver' | 'expire'; at: number | undefined; signing: Signing; change: boolean }
  | { act: 'acknowledge'; at: number; outcome: Outcome; signing: Signing }
  | { act: 'rotate'; side: Side; signing: Signing }
  | { act: 'pause' | 'resume'; side: Side; by: number }
  | { act: 'wait'; seconds: number }

const side = fc.constantFrom<Side[]>(0, 1)
const at = fc.nat({ max: 9 })
const rarely = (most: number) => fc.nat({ max: most }).map((n) => n === most)
const signing: fc.Arbitrary<Signing> = fc.record({
  back: fc.constantFrom(0, 0, 0, 0, 1, 2, -1),
  signers: fc.option(fc.array(fc.nat({ max: CROWD.length - 1 }), { maxLength: 4 }), { nil: undefined, freq: 6 }).map(
    // Six of seven times the whole set.
    (chosen) => (chosen && chosen.length % 2 ? chosen : undefined),
  ),
})
const is = <const A extends string>(...acts: A[]) => fc.constantFrom(...acts)
export const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      act: is('send'),
      receiver: fc.boolean(),
      timeoutS: fc.constantFrom(1, SET_DELAY_S, TIMEOUT_S),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      act: is('deliver', 'expire'),
      at: fc.option(at, { nil: undefined, freq: 1 }),
      signing,
      change: rarely(9),
    }),
  },
  { weight: 3, arbitrary: fc.record({ act: is('acknowledge'), at, outcome: fc.constantFrom(...OUTCOMES), signing }) },
  { weight: 1, arbitrary: fc.record({ act: is('rotate'), side, signing }) },
  { weight: 1, arbitrary: fc.record({ act: is('pause'), side, by: fc.nat({ max: 2 }) }) },
  { weight: 4, arbitrary: fc.record({ act: is('resume'), side, by: fc.nat({ max: 2 }) }) },
  { weight: 2, arbitrary: fc.record({ act: is('wait'), seconds: fc.constantFrom(1, 1, SET_DELAY_S, TIMEOUT_S) }) },
)

export class LanePlay {
  readonly #gates: readonly [Gate, Gate]
  readonly #ordered: boolean
  readonly #receiver: Word
  readonly #sets: Record<Side, { epoch: number; until: number[] }> = {
    0: { epoch: 1, until: [] },
    1: { epoch: 1, until: [] },
  }
  readonly #paused = [new Set<Account>(), new Set<Account>()] as const
  readonly #sent: Packet[] = []
  readonly #receipts = new Map<number, Word>()
  readonly #acknowledged = new Map<number, Word>()
  /** How many acts of each name were accepted. */
  readonly accepted: Partial<Record<Step['act'], number>> = {}

  constructor({ source, target }: Pair, ordered: boolean, receiver: Word) {
    this.#gates = [source, target]
    this.#ordered = ordered
    this.#receiver = receiver
  }

  async play(step: Step): Promise<void> {
    if (await this.#act(step)) this.accepted[step.act] = (this.accepted[step.act] ?? 0) + 1
  }

  #act(step: Step): Promise<boolean> {
    if (step.act === 'send') return this.#send(step)
    if (step.act === 'acknowledge') return this.#acknowledge(step)
    if (step.act === 'rotate') return this.#rotate(step)
    if (step.act === 'wait') return this.#wait(step.seconds)
    return 'by' in step ? this.#pauseOrResume(step) : this.#enter(step)
  }

  async #send({ receiver, timeoutS }: Step & { act: 'send' }): Promise<boolean> {
    const { done, packet } = await this.#gates[0].send({ timeoutS, receiver: receiver ? this.#receiver : NOBODY })
    const may = this.#paused[0].size === 0
    if (!agreed(done, may)) return false
    expect(packet.sequence).toBe(this.#sent.length + 1)
    this.#sent.push(packet)
    return true
  }

  async #enter({ act, at, signing, change }: Step & { act: 'deliver' | 'expire' }): Promise<boolean> {
    const target = this.#gates[1]
    const sent = this.#packet(at)
    if (!sent) return false
    const packet = change ? { ...sent, message: 'ee'.repeat(32) } : sent
    const signed = this.#signed(1, signing)
    // Validators sign what was sent, whatever somebody makes of it afterwards.
    const signatures = target.sign(sent, 'deliver', packetCommitment(sent), signed)
    const late = target.ledger.nowS() > sent.deadline
    const may =
      !change &&
      this.#isGood(1, signed) &&
      !this.#receipts.has(sent.sequence) &&
      (!this.#ordered || sent.sequence === this.#receipts.size + 1) &&
      (act === 'expire' ? late : !late && this.#paused[1].size === 0)
    const done = await target.act(relayer, target.entryData(act, packet, signed, signatures))
    if (!agreed(done, may)) return false
    const { outcome, acknowledgement, commitment } = received(done)
    expect(commitment).toBe(packetCommitment(packet).toString('hex'))
    expect(outcome).toBe(act === 'expire' ? 3 : 1)
    this.#receipts.set(packet.sequence, wordOf(packet, OUTCOMES[outcome - 1]!, acknowledgement))
    return true
  }

  async #acknowledge({ at, outcome, signing }: Step & { act: 'acknowledge' }): Promise<boolean> {
    const packet = this.#packet(at)
    if (!packet) return false
    const signed = this.#signed(0, signing)
    const may = this.#isGood(0, signed) && !this.#acknowledged.has(packet.sequence)
    if (!agreed(await this.#gates[0].acknowledge(packet, outcome, NOBODY, signed), may)) return false
    this.#acknowledged.set(packet.sequence, wordOf(packet, outcome, NOBODY))
    return true
  }

  async #rotate({ side, signing }: Step & { act: 'rotate' }): Promise<boolean> {
    const sets = this.#sets[side]
    const next = SETS[sets.epoch]
    if (!next) return false
    const signed = { ...this.#signed(side, { ...signing, back: 0 }), epoch: sets.epoch }
    const done = await this.#gates[side].rotate(next, THRESHOLDS[sets.epoch]!, signed)
    if (!agreed(done, this.#isGood(side, signed))) return false
    sets.until[sets.epoch++] = this.#gates[side].ledger.nowS() + SET_DELAY_S
    return true
  }

  async #pauseOrResume({ act, side, by }: Step & { act: 'pause' | 'resume' }): Promise<boolean> {
    const who = [endA, endB, stranger][by]!
    const paused = this.#paused[side]
    const may = who !== stranger && paused.has(who) === (act === 'resume')
    if (!agreed(await this.#gates[side][act](who), may)) return false
    if (act === 'pause') paused.add(who)
    else paused.delete(who)
    return true
  }

  async #wait(seconds: number): Promise<boolean> {
    for (const { ledger } of this.#gates) await ledger.setTime(ledger.nowS() + seconds)
    return true
  }

  /** Compares all that stands on both gateways with what was believed. */
  async compare(): Promise<void> {
    const [source, target] = this.#gates
    expect(await source.counters()).toEqual([this.#sent.length, 0, this.#acknowledged.size])
    expect(await target.counters()).toEqual([0, this.#receipts.size, 0])
    for (let n = 1; n <= this.#sent.length + 1; n++) {
      const packet = this.#sent[n - 1]
      expect(await source.box('outbox', n)).toBe(packet ? packetCommitment(packet).toString('hex') : NOBODY)
      expect(await target.box('inbox', n)).toBe(this.#receipts.get(n) ?? NOBODY)
      expect(await source.box('acknowledged', n)).toBe(this.#acknowledged.get(n) ?? NOBODY)
      if (this.#ordered) expect(this.#receipts.has(n)).toBe(n <= this.#receipts.size)
    }
  }

  /** The packet at a place, or the first that has no receipt. */
  #packet(at: number | undefined): Packet | undefined {
    if (at !== undefined) return this.#sent[at % this.#sent.length]
    return this.#sent.find(({ sequence }) => !this.#receipts.has(sequence))
  }

  #signed(side: Side, { back, signers }: Signing): Signed {
    const epoch = Math.min(SETS.length, Math.max(1, this.#sets[side].epoch - back))
    return { epoch, signers: signers?.map((name) => CROWD[name]!) ?? SETS[epoch - 1]! }
  }

  #isGood(side: Side, { epoch, signers }: Signed): boolean {
    const { epoch: current, until } = this.#sets[side]
    const inTime = epoch === current || (epoch < current && this.#gates[side].ledger.nowS() <= until[epoch]!)
    const distinct = signers.every(({ address }, at) => at === 0 || address > signers[at - 1]!.address)
    const members = signers.every((one) => SETS[epoch - 1]!.includes(one))
    return inTime && distinct && members && signers.length >= THRESHOLDS[epoch - 1]!
  }
}

/** Whether the act was accepted, which has to be what was believed. */
function agreed({ refusal }: Done, may: boolean): boolean {
  expect(refusal === undefined, `refusal: ${refusal}`).toBe(may)
  return may
}

const wordOf = (packet: Packet, outcome: Outcome, acknowledgement: Word): Word =>
  receiptWord(outcome, packetCommitment(packet), Buffer.from(acknowledgement, 'hex')).toString('hex')
