// Validator sets: who may sign, how many, in which form, and for how long after the next set has come.
import { beforeEach, describe, expect, it } from 'vitest'
import { secp256k1 } from '@noble/curves/secp256k1.js'
import type { Hex } from 'viem'
import { type Packet, packetCommitment } from '../../../../src/crosschain/packet.ts'
import { endA, hex, LANE, NOBODY, SET_DELAY_S, SIGNED, stranger, validators } from './cast.ts'
import { deployGate } from './gate.ts'
import { accounts, evmLedger } from './ledger.ts'
import { openPair, type Pair } from './pair.ts'

const next = accounts('next validator', 4)
const NEXT = { epoch: 2, signers: next.slice(1) }

let pair: Pair
let packet: Packet
beforeEach(async () => {
  pair = await openPair(await evmLedger(7201), await evmLedger(8401))
  packet = (await pair.source.send()).packet
})
const refusal = async (signatures: readonly Hex[], epoch = 1): Promise<string | undefined> =>
  (await pair.target.deliver(packet, { epoch, signers: [] }, { signatures })).refusal
const signatures = (signers = SIGNED.signers, epoch = 1): Hex[] =>
  pair.target.sign(packet, 'deliver', packetCommitment(packet), { epoch, signers })
const changed = (signature: Hex, change: (bytes: Buffer) => void): Hex => {
  const bytes = Buffer.from(signature.slice(2), 'hex')
  change(bytes)
  return hex(bytes)
}

describe('signatures', () => {
  it('of any k of the set do, and of more than k', async () => {
    const [a, b, c] = signatures(validators)
    const other = (await pair.source.send()).packet
    expect(await refusal([a!, c!])).toBeUndefined()
    expect((await pair.target.deliver(other, { epoch: 1, signers: validators })).refusal).toBeUndefined()
    expect(b).toBeDefined()
  })
  it('are refused when too few, doubled, out of order, or of a stranger', async () => {
    const [a, b] = signatures() as [Hex, Hex]
    const [foreign] = signatures([stranger]) as [Hex]
    expect(await refusal([])).toBe('TooFewSignatures')
    expect(await refusal([a])).toBe('TooFewSignatures')
    expect(await refusal([a, a])).toBe('NotAscending')
    expect(await refusal([b, a])).toBe('NotAscending')
    expect(await refusal([a, b, b])).toBe('NotAscending')
    const withStranger = [validators[0]!, stranger].sort((x, y) => (x.address < y.address ? -1 : 1))
    expect(await refusal(signatures(withStranger))).toBe('NotValidator')
    expect(await refusal([foreign, b])).toBe('NotValidator')
  })
  it('are refused when one of more than k is not good', async () => {
    const [a, b] = signatures() as [Hex, Hex]
    expect(await refusal([a, b, '0x'])).toBe('BadSignature')
  })
  it.each<[string, (bytes: Buffer) => Buffer | void]>([
    ['v is 0', (bytes) => void (bytes[64] = bytes[64]! - 27)],
    ['v is 29', (bytes) => void (bytes[64] = 29)],
    ['r is zero', (bytes) => void bytes.fill(0, 0, 32)],
    ['s is zero', (bytes) => void bytes.fill(0, 32, 64)],
    ['all is zero', (bytes) => void bytes.fill(0)],
    ['r is beyond the order', (bytes) => void bytes.fill(0xff, 0, 32)],
    ['s is high', (bytes) => highS(bytes)],
  ])('are refused when %s', async (_, change) => {
    const [a, b] = signatures() as [Hex, Hex]
    expect(await refusal([a, changed(b, change)])).toBe('BadSignature')
  })
  it('are refused when a byte short or a byte long', async () => {
    const [a, b] = signatures() as [Hex, Hex]
    expect(await refusal([a, b.slice(0, -2) as Hex])).toBe('BadSignature')
    expect(await refusal([a, `${b}00`])).toBe('BadSignature')
  })
  it('are good for one gateway, one ledger, one set, one lane, one sequence and one act', async () => {
    const value = packetCommitment(packet)
    const elsewhere = await deployGate(pair.target.ledger, endA)
    for (const foreign of [
      pair.source.sign(packet, 'deliver', value),
      elsewhere.sign(packet, 'deliver', value),
      pair.target.sign(packet, 'acknowledge', value),
      pair.target.sign({ ...packet, sequence: 2 }, 'deliver', value),
      pair.target.sign({ ...packet, lane: 'b2'.repeat(32) }, 'deliver', value),
      signatures(SIGNED.signers, 2),
    ])
      expect(await refusal(foreign)).toBe('NotValidator')
    expect(await refusal(signatures())).toBeUndefined()
  })
})

describe('rotation', () => {
  it('lets the new set sign at once and the old one for the delay, not a second longer', async () => {
    const other = (await pair.source.send()).packet
    const late = (await pair.source.send()).packet
    const start = pair.target.ledger.nowS()
    expect((await pair.target.rotate(next, 3, SIGNED)).refusal).toBeUndefined()
    expect((await pair.target.deliver(packet, NEXT)).refusal).toBeUndefined()
    await pair.target.ledger.setTime(start + SET_DELAY_S)
    expect((await pair.target.deliver(other, SIGNED)).refusal).toBeUndefined()
    await pair.target.ledger.setTime(start + SET_DELAY_S + 1)
    expect((await pair.target.deliver(late, SIGNED)).refusal).toBe('OldSet')
    expect((await pair.target.deliver(late, NEXT)).refusal).toBeUndefined()
  })
  it('holds for expiries and acknowledgements too', async () => {
    await pair.source.rotate(next, 3, SIGNED)
    await pair.target.rotate(next, 3, SIGNED)
    await pair.source.ledger.setTime(packet.deadline + 1)
    await pair.target.ledger.setTime(packet.deadline + 1)
    expect((await pair.target.expire(packet, SIGNED)).refusal).toBe('OldSet')
    expect((await pair.target.expire(packet, NEXT)).refusal).toBeUndefined()
    expect((await pair.source.acknowledge(packet, 'expired', NOBODY, SIGNED)).refusal).toBe('OldSet')
    expect((await pair.source.acknowledge(packet, 'expired', NOBODY, NEXT)).refusal).toBeUndefined()
  })
  it('is refused without k of the current set', async () => {
    const rotate = async (signers: typeof validators, epoch = 1): Promise<string | undefined> =>
      (await pair.target.rotate(next, 3, { epoch, signers })).refusal
    expect(await rotate(validators.slice(0, 1))).toBe('TooFewSignatures')
    expect(await rotate([validators[0]!, validators[0]!])).toBe('NotAscending')
    expect(await rotate(next)).toBe('NotValidator')
    expect(await rotate(validators, 2)).toBe('NotValidator')
    expect((await pair.target.deliver(packet, NEXT)).refusal).toBe('UnknownSet')
    expect(await refusal(signatures(), 0)).toBe('UnknownSet')
  })
  it('cannot be played again, nor undone by the old set', async () => {
    await pair.target.rotate(next, 3, SIGNED)
    expect((await pair.target.rotate(next, 3, SIGNED)).refusal).toBe('TooFewSignatures')
    expect((await pair.target.rotate(validators, 2, { epoch: 2, signers: validators })).refusal).toBe('NotValidator')
    expect((await pair.target.rotate(validators, 2, NEXT)).refusal).toBeUndefined()
  })
  it.each([
    ['nobody', [], 0],
    ['a threshold of none', next, 0],
    ['a threshold beyond its size', next, 5],
    ['a member twice', [next[0]!, next[0]!], 1],
    ['members out of order', [next[1]!, next[0]!], 1],
    ['the account of all zeros', [{ ...next[0]!, address: '00'.repeat(20) }, next[1]!], 1],
    ['65 members', accounts('crowd', 65), 1],
  ])('to a set of %s is refused', async (_, set, threshold) => {
    expect((await pair.target.rotate(set, threshold, SIGNED)).refusal).toBe('BadSet')
    expect((await pair.target.deliver(packet, SIGNED)).refusal).toBeUndefined()
  })
  it('leaves the counters of lanes as they are', async () => {
    await pair.source.rotate(next, 3, SIGNED)
    expect(await pair.source.counters(LANE)).toEqual([1, 0, 0])
  })
})

describe('a gateway', () => {
  it.each([
    ['with an empty set', [], 0],
    ['with a threshold beyond its set', validators, 4],
  ])('is not made %s', async (_, set, threshold) => {
    await expect(deployGate(pair.target.ledger, endA, set, threshold)).rejects.toThrow('BadSet')
  })
  it('is not made for nobody', async () => {
    await expect(deployGate(pair.target.ledger, { ...endA, address: '00'.repeat(20) })).rejects.toThrow('BadTerms')
  })
})

/** The other signature of the same message: n - s, v turned. */
function highS(bytes: Buffer): void {
  const s = secp256k1.Point.Fn.ORDER - BigInt(hex(bytes.subarray(32, 64)))
  bytes.set(Buffer.from(s.toString(16).padStart(64, '0'), 'hex'), 32)
  bytes[64] = bytes[64] === 27 ? 28 : 27
}
