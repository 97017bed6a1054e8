// Which header follows on a trusted block: height, parent, time, changes of the set, gaps.
import { describe, expect, it } from 'vitest'
import { evmVerifier } from '../../../../src/crosschain/ledgers/evm/verifier.ts'
import { trustAfter, type TrustRoot } from '../../../../src/crosschain/verifier.ts'
import { address, addresses, chain, reasonOf, sealed, START_S, trustAt, WORD } from './sample-chain.ts'

const { verifyHeader } = evmVerifier('qbft')
const NOW_S = START_S + 1_000
const verify = (rlp: Uint8Array, trust: TrustRoot, nowS = NOW_S) => verifyHeader(trust, rlp, { nowS })
const refusal = (rlp: Uint8Array, trust: TrustRoot, nowS?: number) => reasonOf(() => verify(rlp, trust, nowS))

describe('a chain', () => {
  it('is followed header by header, each by its parent', () => {
    let trust = trustAt(9, { hash: WORD('a'), trustingPeriodS: 60 })
    for (const { rlp, hash } of chain(10, 5)) {
      trust = trustAfter(verify(rlp, trust), trust)
      expect(trust.hash).toBe(hash)
    }
    expect(trust).toEqual({ ...trustAt(14), hash: trust.hash, timestampS: START_S + 14, trustingPeriodS: 60 })
  })
  it('does not go backwards', async () => {
    expect(await refusal(sealed(8).rlp, trustAt(9))).toBe('HEIGHT')
    expect(await refusal(sealed(9).rlp, trustAt(9))).toBe('HEIGHT')
  })
  it('may repeat the trusted block itself, in any round, but no other one of its height', async () => {
    const { rlp, hash } = sealed(9)
    const trust = trustAt(9, { hash, timestampS: START_S + 9 })
    expect(verify(rlp, trust).hash).toBe(hash)
    expect(verify(sealed(9, { round: 3, by: [1, 2, 3] }).rlp, trust).hash).toBe(hash)
    expect(await refusal(sealed(9, { fields: { stateRoot: WORD('0') } }).rlp, trust)).toBe('HEIGHT')
    expect(await refusal(sealed(9, { by: [0, 1] }).rlp, trust)).toBe('SEAL_QUORUM')
  })
})

describe('time', () => {
  const at = (timestampS: number) => sealed(10, { fields: { timestampS } }).rlp
  it('may stand still from one block to the next, but not go back', async () => {
    const trust = trustAt(9, { timestampS: START_S })
    expect(verify(at(START_S), trust).timestampS).toBe(START_S)
    expect(await refusal(at(START_S - 1), trust)).toBe('TIME')
  })
  it('may be ahead of our clock by 15 seconds and no more', async () => {
    expect(verify(at(NOW_S + 15), trustAt(9)).timestampS).toBe(NOW_S + 15)
    expect(await refusal(at(NOW_S + 16), trustAt(9))).toBe('TIME')
  })
})

describe('a change of the set', () => {
  const of = (...numbers: number[]) => numbers.map(address)
  const trust = trustAt(9, { validators: of(0, 1, 2, 3) })

  it('by one who joins needs a quorum of the set before and of the set after', async () => {
    const validators = of(0, 1, 2, 3, 4)
    const header = verify(sealed(10, { validators, by: [0, 1, 2, 4] }).rlp, trust)
    expect(header).toMatchObject({ quorum: 4, validators: validators.toSorted() })
    expect(await refusal(sealed(10, { validators, by: [0, 1, 2] }).rlp, trust)).toBe('SEAL_QUORUM')
  })
  it('by one who leaves needs a quorum of both sets too', async () => {
    const validators = of(0, 1, 2)
    expect(verify(sealed(10, { validators, by: [0, 1, 2] }).rlp, trust).quorum).toBe(2)
    expect(await refusal(sealed(10, { validators, by: [0, 1] }).rlp, trust)).toBe('SEAL_QUORUM')
  })
  it('that too few of the set before have sealed is crossed with a later block', async () => {
    const validators = of(0, 1, 2)
    expect(await refusal(sealed(10, { validators, by: [0, 1] }).rlp, trust)).toBe('SEAL_QUORUM')
    expect(verify(sealed(11, { validators, by: [0, 1] }).rlp, trust).height).toBe(11)
  })
  it('does not let the one who left seal any more', async () => {
    const left = sealed(10, { validators: of(0, 1, 2), by: [0, 1, 2, 3] })
    expect(await refusal(left.rlp, trust)).toBe('SEAL_FOREIGN')
  })
  it('by two at once is refused, whoever has sealed', async () => {
    const swapped = sealed(10, { validators: of(0, 1, 2, 4), by: [0, 1, 2, 4] })
    const joined = sealed(10, { validators: of(0, 1, 2, 3, 4, 5), by: [0, 1, 2, 3, 4] })
    expect(await refusal(swapped.rlp, trust)).toBe('SET_CHANGE')
    expect(await refusal(joined.rlp, trust)).toBe('SET_CHANGE')
  })
  it('decides about the block after it, one change at a time', async () => {
    const first = sealed(10, { validators: of(0, 1, 2, 3, 4), by: [0, 1, 2, 3] })
    const after = trustAfter(verify(first.rlp, trust), trust)
    const second = sealed(11, {
      validators: of(1, 2, 3, 4),
      by: [1, 2, 3, 4],
      fields: { parentHash: first.hash },
    })
    expect(verify(second.rlp, after).validators).toEqual(of(1, 2, 3, 4).toSorted())
  })
  it('leaves a set behind that cannot go on', async () => {
    const after = trustAfter(verify(sealed(10, { validators: of(0, 1, 2, 3, 4), by: [0, 1, 2, 3] }).rlp, trust), trust)
    const stale = sealed(11, { validators: of(0, 1, 2), by: [0, 1, 2], fields: { parentHash: after.hash! } })
    expect(await refusal(stale.rlp, after)).toBe('SET_CHANGE')
  })
})

describe('a gap in heights', () => {
  const of = (...numbers: number[]) => numbers.map(address)
  const trust = trustAt(9)
  it('is crossed by a quorum of the set there with more than a third of the trusted one', () => {
    const validators = of(0, 1, 6, 7)
    expect(verify(sealed(30, { validators, by: [0, 1, 6] }).rlp, trust)).toMatchObject({ height: 30, quorum: 3 })
  })
  it('is not crossed by a third or less', async () => {
    const validators = of(0, 6, 7, 8)
    expect(await refusal(sealed(30, { validators, by: [0, 6, 7] }).rlp, trust)).toBe('SET_OVERLAP')
    const six = trustAt(9, { validators: addresses(6) })
    const third = sealed(30, { validators: of(0, 1, 6, 7), by: [0, 1, 6, 7] })
    expect(await refusal(third.rlp, six)).toBe('SET_OVERLAP')
  })
  it('is not crossed without a quorum of the set there', async () => {
    expect(await refusal(sealed(30, { by: [0, 1] }).rlp, trust)).toBe('SEAL_QUORUM')
  })
  it('is not crossed once the trusting period is over', async () => {
    const aged = trustAt(9, { timestampS: START_S, trustingPeriodS: 500 })
    const { rlp } = sealed(30)
    expect(verify(rlp, aged, START_S + 500).height).toBe(30)
    expect(await refusal(rlp, aged, START_S + 501)).toBe('TRUSTING_PERIOD')
    // The next block is no gap: its parent is the trusted one.
    expect(verify(sealed(10).rlp, aged, START_S + 501).height).toBe(10)
  })
})
