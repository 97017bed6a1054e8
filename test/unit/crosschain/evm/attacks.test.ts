// The attack corpus on headers: each is refused, and for its own reason.
import { secp256k1 } from '@noble/curves/secp256k1.js'
import { RLP } from '@ethereumjs/rlp'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Consensus } from '../../../../src/crosschain/devnet/sealer.ts'
import { evmVerifier } from '../../../../src/crosschain/ledgers/evm/verifier.ts'
import { ProofRefused } from '../../../../src/crosschain/proof-refused.ts'
import type { TrustRoot } from '../../../../src/crosschain/verifier.ts'
import {
  address,
  addresses,
  changed,
  changedExtra,
  CONSENSUSES,
  reasonOf,
  sealed,
  START_S,
  trustAt,
  type Wanted,
  WORD,
} from './sample-chain.ts'

const NOW = { nowS: START_S + 1_000 }
const verify = (rlp: Uint8Array, trust: TrustRoot = trustAt(9), consensus = CONSENSUSES[0]!) =>
  evmVerifier(consensus).verifyHeader(trust, rlp, NOW)
const refusal = (rlp: Uint8Array, trust?: TrustRoot) => reasonOf(() => verify(rlp, trust))

/** The hash of what is verified, or that it is refused; anything else that is thrown fails the test. */
function verdictOn(rlp: Uint8Array, consensus: Consensus): string {
  try {
    return verify(rlp, undefined, consensus).hash
  } catch (error) {
    if (error instanceof ProofRefused) return 'refused'
    throw error
  }
}

describe.each(CONSENSUSES)('headers of %s', (consensus) => {
  const seal = (wanted: Wanted = {}) => sealed(10, { consensus, ...wanted })
  const why = (rlp: Uint8Array, trust = trustAt(9)) => reasonOf(() => verify(rlp, trust, consensus))

  it('are verified when a quorum has sealed them, and say what was sealed', () => {
    const { rlp, hash } = seal()
    expect(verify(rlp, trustAt(9, { hash: WORD('a') }), consensus)).toEqual({
      height: 10,
      hash,
      parentHash: WORD('a'),
      timestampS: START_S + 10,
      stateRoot: WORD('b'),
      receiptsRoot: WORD('d'),
      validators: addresses(4),
      signers: [0, 1, 2].map(address),
      quorum: 3,
      assurance: 'proof',
    })
  })

  it.each([
    [1, 1],
    [2, 2],
    [3, 2],
    [4, 3],
    [5, 4],
    [6, 4],
    [7, 5],
  ])('of %i validators need %i seals, and not one less', async (count, quorum) => {
    const by = Array.from({ length: quorum }, (_, n) => n)
    const trust = trustAt(9, { validators: addresses(count) })
    expect(verify(seal({ count, by }).rlp, trust, consensus).quorum).toBe(quorum)
    expect(await why(seal({ count, by: by.slice(1) }).rlp, trust)).toBe('SEAL_QUORUM')
  })

  it.each([
    [4, 2],
    [5, 3],
  ])('of %i validators with floor(2n/3) = %i seals are too weak', async (count, floor) => {
    const by = Array.from({ length: floor }, (_, n) => n)
    expect(await why(seal({ count, by }).rlp, trustAt(9, { validators: addresses(count) }))).toBe('SEAL_QUORUM')
  })

  it('are refused when one signer has sealed twice to make up a quorum', async () => {
    expect(await why(seal({ by: [0, 1, 1] }).rlp)).toBe('SEAL_DUPLICATE')
  })

  it('are refused for a seal by somebody outside the set, even beside a quorum', async () => {
    expect(await why(seal({ by: [0, 1, 2, 9] }).rlp)).toBe('SEAL_FOREIGN')
  })

  it('are refused for a seal over something else', async () => {
    const other = sealed(10, { consensus, fields: { stateRoot: WORD('e') } })
    const [mine, theirs] = [seal().rlp, other.rlp].map((rlp) => RLP.decode(rlp) as Uint8Array[])
    theirs![3] = mine![3]!
    expect(await why(Buffer.from(RLP.encode(theirs!)))).toBe('SEAL_FOREIGN')
  })

  it('are refused when they vouch for validators of their own', async () => {
    const own = [5, 6, 7, 8]
    const { rlp } = seal({ validators: own.map(address), by: own })
    expect(await why(rlp)).toBe('SET_CHANGE')
    // Not even after a gap, where the set may be another one.
    expect(await why(rlp, trustAt(5))).toBe('SET_OVERLAP')
  })

  it('are refused when validators are listed twice, are zero or are none', async () => {
    const [first] = addresses(4)
    expect(await why(seal({ validators: [...addresses(4), first!] }).rlp)).toBe('VALIDATORS_MALFORMED')
    expect(await why(seal({ validators: [...addresses(3), '0'.repeat(40)] }).rlp)).toBe('VALIDATORS_MALFORMED')
    const none = consensus === 'qbft' ? 'VALIDATOR_CONTRACT' : 'VALIDATORS_MALFORMED'
    expect(await why(seal({ validators: [] }).rlp)).toBe(none)
  })

  it('are refused on another parent', async () => {
    expect(await why(seal().rlp, trustAt(9, { hash: WORD('f') }))).toBe('PARENT')
  })

  it('are refused for a vanity of another length', async () => {
    const longer = await why(seal({ vanity: Buffer.alloc(33) }).rlp)
    const shorter = await why(seal({ vanity: Buffer.alloc(31) }).rlp)
    // In ibft1 nothing marks where the vanity ends: one byte more or less spoils what follows it.
    const expected = consensus === 'ibft1' ? 'EXTRA_MALFORMED' : 'VANITY'
    expect([longer, shorter]).toEqual([expected, expected])
  })

  it.each([0, 1, 3, 200, 70_000])('are one block in round %i as in any other', (round) => {
    const { rlp, hash } = seal({ round })
    expect(verify(rlp, undefined, consensus).hash).toBe(hash)
    expect(hash).toBe(seal().hash)
  })

  it.each([
    [15, []],
    [16, [1n]],
    [17, [1n, Buffer.alloc(32, 1)]],
    [21, [0n, Buffer.alloc(32, 1), 0n, 300n, Buffer.alloc(32, 2), Buffer.alloc(32, 3)]],
  ])('with %i fields are hashed with all of them', async (count, extra) => {
    const { rlp, hash } = seal({ fields: { optional: extra.map((item) => RLP.encode(item)) } })
    expect((RLP.decode(rlp) as unknown[]).length).toBe(count)
    expect(verify(rlp, undefined, consensus).hash).toBe(hash)
    // An optional field that was not there when it was sealed.
    expect(await why(changed(rlp, (items) => items.push(Buffer.alloc(32, 4))))).toBe('SEAL_FOREIGN')
  })

  it('are refused with any byte after them', async () => {
    expect(await why(Buffer.concat([seal().rlp, Buffer.of(0)]))).toBe('HEADER_MALFORMED')
  })

  it('are refused for other constants than consensus has', async () => {
    const spoilt: [number, Uint8Array][] = [
      [1, Buffer.alloc(32, 1)],
      [7, Buffer.of(2)],
      [13, Buffer.alloc(32)],
      [14, Buffer.alloc(8, 1)],
    ]
    for (const [at, value] of spoilt)
      expect(await why(changed(seal().rlp, (items) => void (items[at] = value)))).toBe('HEADER_CONSTANT')
  })

  it('are refused or verified, whatever byte of them is spoilt, and never crash', () => {
    const { rlp, hash } = seal()
    fc.assert(
      fc.property(fc.nat(rlp.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const spoilt = Buffer.from(rlp)
        spoilt[at]! ^= flip
        // A recovery number of 0 or 27 says the same.
        expect(verdictOn(spoilt, consensus)).toBeOneOf(['refused', hash])
      }),
      { numRuns: 150 },
    )
  })

  it('are refused when cut off anywhere', async () => {
    const { rlp } = seal()
    await fc.assert(
      fc.asyncProperty(fc.nat(rlp.length - 1), async (end) => {
        expect(await why(rlp.subarray(0, end))).toBe('HEADER_MALFORMED')
      }),
      { numRuns: 60 },
    )
  })
})

describe('seals', () => {
  const { rlp } = sealed(10)
  const withSeals = (change: (seals: Uint8Array[]) => void) =>
    changedExtra(rlp, (items) => change(items[4] as unknown as Uint8Array[]))

  it('with s in the upper half are refused: each would be a second encoding of one seal', async () => {
    const { n } = secp256k1.Point.CURVE()
    const twisted = withSeals((seals) => {
      const seal = Buffer.from(seals[0]!)
      const s = n - BigInt(`0x${seal.subarray(32, 64).toString('hex')}`)
      Buffer.from(s.toString(16).padStart(64, '0'), 'hex').copy(seal, 32)
      seal[64]! ^= 1
      seals[0] = seal
    })
    expect(await refusal(twisted)).toBe('SEAL_MALFORMED')
  })

  it('are taken with 27 and 28 in place of 0 and 1', () => {
    const shifted = withSeals((seals) => seals.forEach((seal) => (seal[64]! += 27)))
    expect(verify(shifted).signers).toHaveLength(3)
  })

  it.each([
    ['of 64 bytes', (seal: Uint8Array) => seal.subarray(0, 64)],
    ['of 66 bytes', (seal: Uint8Array) => Buffer.concat([seal, Buffer.alloc(1)])],
    ['with another recovery number', (seal: Uint8Array) => Buffer.concat([seal.subarray(0, 64), Buffer.of(2)])],
    ['of zeros', () => Buffer.alloc(65)],
  ])('%s are refused', async (_what, spoil) => {
    expect(await refusal(withSeals((seals) => void (seals[1] = spoil(seals[1]!))))).toBe('SEAL_MALFORMED')
  })

  it('of another round than the header says are refused', async () => {
    const [first, other] = [sealed(10, { round: 1 }), sealed(10, { round: 2 })]
    const moved = changedExtra(first.rlp, (items) => void (items[3] = 2))
    expect(verify(other.rlp).hash).toBe(first.hash)
    expect(await refusal(moved)).toBe('SEAL_FOREIGN')
  })

  it('of the proposer are checked in ibft1', async () => {
    const verifier = evmVerifier('ibft1')
    const own = sealed(10, { consensus: 'ibft1', by: [9, 0, 1, 2] })
    // Number 9 proposes; its seal among the others is taken away.
    const foreign = changed(own.rlp, (items) => {
      const extra = items[12] as Uint8Array
      const [validators, proposer, seals] = RLP.decode(extra.subarray(32)) as [Uint8Array[], Uint8Array, Uint8Array[]]
      items[12] = Buffer.concat([extra.subarray(0, 32), RLP.encode([validators, proposer, seals.slice(1)])])
    })
    const attempt = () => verifier.verifyHeader(trustAt(9), foreign, NOW)
    expect(await reasonOf(attempt)).toBe('SEAL_FOREIGN')
    expect(attempt).toThrow(/proposer/)
  })
})

describe('headers in another encoding', () => {
  const { rlp } = sealed(10)
  it('with a long prefix for a short item are refused', async () => {
    // The gas used (82 5208) as b8 02 5208, and the prefix of the header with one byte more.
    const at = rlp.indexOf(Buffer.of(0x82, 0x52, 0x08))
    const body = Buffer.concat([rlp.subarray(3, at), Buffer.of(0xb8), Buffer.of(2), rlp.subarray(at + 1)])
    const long = Buffer.concat([Buffer.of(0xf9, body.length >> 8, body.length & 255), body])
    expect(rlp[0]).toBe(0xf9)
    expect(await refusal(long)).toBe('HEADER_MALFORMED')
  })
  it('with zeros before a number are refused', async () => {
    expect(await refusal(changed(rlp, (items) => void (items[10] = Buffer.of(0, 0x52, 0x08))))).toBe('HEADER_MALFORMED')
    expect(await refusal(changedExtra(rlp, (items) => void (items[3] = Buffer.alloc(4))))).toBe('EXTRA_MALFORMED')
  })
  it('with trailing bytes in the extra data are refused', async () => {
    const longer = changed(rlp, (items) => void (items[12] = Buffer.concat([items[12] as Uint8Array, Buffer.of(0x80)])))
    expect(await refusal(longer)).toBe('EXTRA_MALFORMED')
  })
  it('with a member too many or too few in the extra data are refused', async () => {
    expect(await refusal(changedExtra(rlp, (items) => void items.push(0)))).toBe('EXTRA_MALFORMED')
    expect(await refusal(changedExtra(rlp, (items) => void items.pop()))).toBe('EXTRA_MALFORMED')
  })
  it('with fewer fields than fifteen, or lists in place of fields, are refused', async () => {
    expect(await refusal(changed(rlp, (items) => void items.splice(14)))).toBe('HEADER_MALFORMED')
    expect(await refusal(changed(rlp, (items) => void (items[3] = [])))).toBe('HEADER_MALFORMED')
    expect(await refusal(changed(rlp, (items) => void items.push([])))).toBe('HEADER_MALFORMED')
  })
  it('with a further field longer than a word, or with more fields than any fork has, are refused', async () => {
    const optional = (...items: Uint8Array[]) =>
      sealed(10, { fields: { optional: items.map((item) => RLP.encode(item)) } })
    expect(await refusal(optional(Buffer.alloc(32, 1)).rlp)).toBeUndefined()
    expect(await refusal(optional(Buffer.alloc(33, 1)).rlp)).toBe('HEADER_MALFORMED')
    expect(await refusal(optional(...Array.from({ length: 18 }, () => Buffer.of(1))).rlp)).toBe('HEADER_MALFORMED')
  })
  it('of any bytes at all are refused', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 700 }), async (bytes) => {
        expect(await refusal(bytes)).toBe('HEADER_MALFORMED')
      }),
    )
  })
  it('of another consensus are refused', async () => {
    for (const consensus of CONSENSUSES)
      for (const other of CONSENSUSES)
        if (consensus !== other)
          expect(() => verify(sealed(10, { consensus, by: [0, 1, 2] }).rlp, undefined, other)).toThrow(ProofRefused)
  })
})

describe('votes', () => {
  it.each([
    ['qbft', true],
    ['qbft', false],
    ['ibft2', true],
    ['ibft2', false],
    ['ibft1', true],
    ['ibft1', false],
  ] as const)('of %s (add: %s) are under the hash and the seals', (consensus, add) => {
    const voting = sealed(10, { consensus, vote: { validator: address(8), add }, fields: { coinbase: address(8) } })
    const silent = sealed(10, { consensus })
    expect(verify(voting.rlp, undefined, consensus).hash).toBe(voting.hash)
    expect(voting.hash).not.toBe(silent.hash)
  })
  it.each([
    ['qbft', Buffer.of(0)],
    ['qbft', Buffer.of(1)],
    ['ibft2', Buffer.alloc(0)],
    ['ibft2', Buffer.of(0xfe)],
  ] as const)('of %s with another word are refused', async (consensus, word) => {
    const { rlp } = sealed(10, { consensus, vote: { validator: address(8), add: true } })
    const spoilt = changedExtra(rlp, (items) => void (items[2] = [Buffer.from(address(8), 'hex'), word]))
    expect(await reasonOf(() => verify(spoilt, undefined, consensus))).toBe('EXTRA_MALFORMED')
  })
})

it('a trusted set that lists somebody thrice counts that one once', async () => {
  const [first, ...rest] = [0, 1, 2, 3].map(address)
  const validators = [0, 6, 7, 8].map(address)
  const { rlp } = sealed(20, { validators, by: [0, 6, 7] })
  expect(await refusal(rlp, trustAt(9, { validators: [first!, first!, first!, ...rest] }))).toBe('SET_OVERLAP')
  expect(await refusal(rlp, trustAt(9, { validators: [] }))).toBe('VALIDATORS_MALFORMED')
})
