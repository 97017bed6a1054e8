// Packets, lanes and kinds as words: bytes that every party and every contract makes alike.
import { createHash } from 'node:crypto'
import { createRequire } from 'node:module'
import { keccak_256 } from '@noble/hashes/sha3.js'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ASSURANCES, atLeast, attestedBy, weaker } from '../../../../src/crosschain/assurance.ts'
import { digest, HASHES, type HashName } from '../../../../src/crosschain/hash.ts'
import { isAssurance, laneId, type LaneTerms } from '../../../../src/crosschain/lane.ts'
import {
  addressWord,
  kindWord,
  OUTCOMES,
  PACKET_BODY_MAX,
  packetBytes,
  packetCommitment,
  receiptWord,
  type Packet,
} from '../../../../src/crosschain/packet.ts'
import { packetName } from '../../../../src/crosschain/state.ts'
import { HubError } from '../../../../src/hub/index.ts'
import { termsOf, word } from './paper.ts'

const { sm3 } = createRequire(import.meta.url)('sm-crypto') as { sm3(bytes: number[]): string }

/** The same digests by other code. */
const BY_OTHERS: Record<HashName, (bytes: Uint8Array) => string> = {
  keccak: (bytes) => Buffer.from(keccak_256(bytes)).toString('hex'),
  sha256: (bytes) => createHash('sha256').update(bytes).digest('hex'),
  sm3: (bytes) => sm3([...bytes]),
}

const packet: Packet = {
  lane: '01'.repeat(32),
  sequence: 7,
  kind: '02'.repeat(32),
  message: '03'.repeat(32),
  sender: `${'00'.repeat(12)}${'04'.repeat(20)}`,
  receiver: `${'00'.repeat(12)}${'05'.repeat(20)}`,
  deadline: 1_772_500_000,
  body: Buffer.from('a body'),
}
const textWord = (text: string) => Buffer.from(text).toString('hex').padEnd(64, '0')
const numberWord = (value: number) => value.toString(16).padStart(64, '0')

const hexWord = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes).toString('hex'))
const packets: fc.Arbitrary<Packet> = fc.record({
  lane: hexWord,
  sequence: fc.maxSafeNat().filter((n) => n > 0),
  kind: hexWord,
  message: hexWord,
  sender: hexWord,
  receiver: hexWord,
  deadline: fc.maxSafeNat(),
  body: fc.uint8Array({ maxLength: PACKET_BODY_MAX }),
})
const names = fc.constantFrom(...HASHES)

describe('packet bytes', () => {
  it.each(HASHES)('are nine words, each made by hand here (%s)', (name) => {
    const byHand = [
      textWord(`beibu-hub/packet/v1/${name}`),
      packet.lane,
      numberWord(packet.sequence),
      packet.kind,
      packet.message,
      packet.sender,
      packet.receiver,
      numberWord(packet.deadline),
      BY_OTHERS[name](packet.body),
    ]
    expect(packetBytes(packet, name).toString('hex')).toBe(byHand.join(''))
    expect(packetCommitment(packet, name).toString('hex')).toBe(BY_OTHERS[name](Buffer.from(byHand.join(''), 'hex')))
  })

  // Made once, so that no later version of this code or of a library makes others.
  it.each([
    ['keccak', 'ffe010d21b92ea6846030be0787fda6a0fb31a076d9fd09115365160b992a60e'],
    ['sha256', 'dc33983b2a3d9a8cd9bdece9d56894b332ef701dd3e177ea6b69487fa1a07b0e'],
    ['sm3', 'fc915ddc06f7e0bddf77545c679e1069dee9a31eebd7015dcfb882431414cc4c'],
  ] as const)('have always had this commitment (%s)', (name, commitment) => {
    expect(packetCommitment(packet, name).toString('hex')).toBe(commitment)
  })

  it('say every member: another packet has other bytes, and another hash other bytes too', () => {
    fc.assert(
      fc.property(packets, packets, names, names, (one, other, first, second) => {
        const alike = first === second && JSON.stringify(members(one)) === JSON.stringify(members(other))
        expect(packetBytes(one, first).equals(packetBytes(other, second))).toBe(alike)
      }),
    )
    for (const name of Object.keys(packet) as (keyof Packet)[]) {
      const other = {
        ...packet,
        [name]: typeof packet[name] === 'number' ? 8 : name === 'body' ? Buffer.of(1) : word('9'),
      }
      expect(packetCommitment(other).equals(packetCommitment(packet))).toBe(false)
    }
  })

  it('are 288, whatever the body', () => {
    fc.assert(fc.property(packets, names, (one, name) => packetBytes(one, name).length === 288))
  })

  it.each<[string, Partial<Packet>]>([
    ['a lane of upper-case hex', { lane: 'AB'.repeat(32) }],
    ['a lane of 31 bytes', { lane: '01'.repeat(31) }],
    ['a message with 0x', { message: `0x${'01'.repeat(31)}` }],
    ['a kind with a line end', { kind: `${'01'.repeat(32)}\n` }],
    ['a sender that is an address', { sender: '04'.repeat(20) }],
    ['no receiver', { receiver: '' }],
    ['sequence 0', { sequence: 0 }],
    ['a sequence below 0', { sequence: -1 }],
    ['a sequence that is no whole number', { sequence: 1.5 }],
    ['a sequence too large to be exact', { sequence: 2 ** 53 }],
    ['a deadline below 0', { deadline: -1 }],
    ['a deadline that is no number', { deadline: Number.NaN }],
    ['a body too long', { body: Buffer.alloc(PACKET_BODY_MAX + 1) }],
  ])('are refused for %s', (_, wrong) => {
    expect(() => packetBytes({ ...packet, ...wrong })).toThrowError(
      expect.objectContaining({ code: 'PARAMETER_INVALID' }),
    )
  })

  it('take the ends of every range', () => {
    const ends = { sequence: Number.MAX_SAFE_INTEGER, deadline: 0, body: Buffer.alloc(PACKET_BODY_MAX) }
    expect(packetBytes({ ...packet, ...ends }).length).toBe(288)
  })
})

describe('receipt words', () => {
  const [commitment, answer] = [Buffer.alloc(32, 6), Buffer.alloc(32, 7)]

  it.each(HASHES)('are over four words (%s)', (name) => {
    const byHand = [textWord('beibu-hub/packet-receipt/v1'), numberWord(3), '06'.repeat(32), '07'.repeat(32)]
    const expected = BY_OTHERS[name](Buffer.from(byHand.join(''), 'hex'))
    expect(receiptWord('expired', commitment, answer, name).toString('hex')).toBe(expected)
  })

  it('differ for every outcome, packet, answer and hash', () => {
    const words = HASHES.flatMap((name) =>
      OUTCOMES.flatMap((outcome) => [
        receiptWord(outcome, commitment, answer, name),
        receiptWord(outcome, answer, commitment, name),
        receiptWord(outcome, commitment, commitment, name),
      ]),
    )
    expect(new Set(words.map((one) => one.toString('hex'))).size).toBe(27)
  })

  it('take words of 32 bytes only', () => {
    for (const bytes of [Buffer.alloc(31), Buffer.alloc(33), Buffer.alloc(0)]) {
      expect(() => receiptWord('failed', bytes, answer)).toThrow(HubError)
      expect(() => receiptWord('failed', commitment, bytes)).toThrow(HubError)
    }
  })
})

describe('the hashes', () => {
  it('are those of other code', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), names, (bytes, name) => {
        expect(digest(name, bytes).toString('hex')).toBe(BY_OTHERS[name](bytes))
      }),
    )
  })

  it('have the known values of nothing', () => {
    expect(digest('keccak', Buffer.alloc(0)).toString('hex')).toMatch(/^c5d2460186f7233c/)
    expect(digest('sm3', Buffer.alloc(0)).toString('hex')).toMatch(/^1ab21d8355cfa17f/)
  })
})

describe('kinds and addresses as words', () => {
  it('tell name and version apart', () => {
    expect(kindWord('customs.declaration', 1)).toBe(
      createHash('sha256').update('beibu-hub/kind/v1\ncustoms.declaration/1').digest('hex'),
    )
    expect(kindWord('a.b', 11)).not.toBe(kindWord('a.b', 1))
  })

  it('pad an address on the left, and take nothing else', () => {
    expect(addressWord('ab'.repeat(20))).toBe(`${'0'.repeat(24)}${'ab'.repeat(20)}`)
    for (const wrong of ['AB'.repeat(20), 'ab'.repeat(19), `0x${'ab'.repeat(20)}`, ''])
      expect(() => addressWord(wrong)).toThrow(HubError)
  })

  it('sort packets by lane, then by sequence', () => {
    const sequence = fc.maxSafeNat()
    fc.assert(
      fc.property(sequence, sequence, (one, other) => {
        expect(packetName('l', one) < packetName('l', other)).toBe(one < other)
      }),
    )
  })
})

describe('laneId', () => {
  const party = fc.constantFrom('urn:hub:cn:authority:one', 'urn:hub:vn:authority:two')
  const end = fc.record({ ledger: party, chainId: fc.nat(3), gateway: fc.constantFrom('11', '22'), owner: party })
  const terms: fc.Arbitrary<LaneTerms> = fc.record({
    name: fc.constantFrom('one', 'two'),
    source: end,
    target: end,
    kinds: fc.subarray(['a.b/1', 'a.b/11', 'c.d/1'], { minLength: 1 }),
    ordered: fc.boolean(),
    timeoutS: fc.nat(2),
    assurance: fc.constantFrom(...ASSURANCES),
    threshold: fc.nat(2),
    operators: fc.nat(2),
    ratePerHour: fc.nat(2),
    feePayer: party,
    hash: names,
  })
  const turned = <T extends object>(value: T): T => Object.fromEntries(Object.entries(value).toReversed()) as T

  it('is one for one set of terms, however their members are ordered, and with anything else beside them', () => {
    fc.assert(
      fc.property(terms, (one) => {
        const again = turned({ ...one, source: turned(one.source), target: turned(one.target), remark: 'none' })
        expect(laneId(again)).toBe(laneId(one))
        expect(laneId(one)).toMatch(/^[0-9a-f]{64}$/)
      }),
    )
  })

  it('is another for any other terms', () => {
    fc.assert(
      fc.property(terms, terms, (one, other) => {
        const alike = JSON.stringify(sorted(one)) === JSON.stringify(sorted(other))
        expect(laneId(one) === laneId(other)).toBe(alike)
      }),
    )
  })

  it('depends on every single term', () => {
    const base = termsOf()
    const changes: Partial<LaneTerms>[] = [
      { name: 'other' },
      ...(['source', 'target'] as const).flatMap((side) =>
        Object.entries({ ledger: 'x', chainId: 1, gateway: 'x', owner: 'x' }).map(([name, value]) => ({
          [side]: { ...base[side], [name]: value },
        })),
      ),
      { kinds: ['customs.declaration/1', 'customs.declaration/2'] },
      { ordered: true },
      { timeoutS: 1 },
      { assurance: 'claimed' },
      { threshold: 3 },
      { operators: 1 },
      { ratePerHour: 1 },
      { feePayer: 'x' },
      { hash: 'sm3' },
    ]
    const ids = new Set([base, ...changes.map((change) => ({ ...base, ...change }))].map(laneId))
    expect(ids.size).toBe(changes.length + 1)
    expect(new Set(changes.flatMap(Object.keys))).toEqual(new Set(Object.keys(base)))
    expect(laneId({ ...base, source: base.target, target: base.source })).not.toBe(laneId(base))
  })
})

describe('assurance', () => {
  const some = fc.constantFrom(...ASSURANCES)

  it('is never raised: of two the weaker, and a chain is as good as its worst', () => {
    fc.assert(
      fc.property(some, some, (one, other) => {
        const both = weaker(one, other)
        expect([one, other]).toContain(both)
        expect(atLeast(one, both) && atLeast(other, both)).toBe(true)
        expect(weaker(other, one)).toBe(both)
        expect(atLeast(one, other) || atLeast(other, one)).toBe(true)
      }),
    )
    expect(atLeast('proof', 'claimed')).toBe(true)
    expect(atLeast('attested', 'seal-only')).toBe(false)
  })

  it('is said for people with how many operators are behind it', () => {
    expect([1, 2].map(attestedBy)).toEqual(['attested (1 operator)', 'attested (2 operators)'])
    expect(['proof', 'proved', '', 'toString'].map(isAssurance)).toEqual([true, false, false, false])
  })
})

const members = ({ body, ...rest }: Packet) => [...Object.entries(rest).toSorted(), Buffer.from(body).toString('hex')]
const sorted = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.entries(value)
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, member]) => [name, sorted(member)])
    : value
