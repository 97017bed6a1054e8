// Headers of a devnet verify as those of a real chain do, by the verifier the hub uses; forged ones are refused.
import { describe, expect, it } from 'vitest'
import { addressOfKey } from '../../../../src/crosschain/attestation.ts'
import type { Devnet } from '../../../../src/crosschain/devnet/index.ts'
import { evmVerifier } from '../../../../src/crosschain/ledgers/evm/verifier.ts'
import { ProofRefused } from '../../../../src/crosschain/proof-refused.ts'
import { trustAfter, type TrustRoot, type VerifiedHeader } from '../../../../src/crosschain/verifier.ts'
import { blockAt, devnetOf, signed, START_MS } from './place.ts'

const NOW = { nowS: START_MS / 1000 + 60 }
const FAMILIES = ['qbft', 'ibft2', 'ibft1'] as const

const rootOf = (devnet: Devnet): TrustRoot => {
  const { height, hash, validators } = devnet.genesis()
  return { height, hash, validators, timestampS: 0 }
}

/** Verifies every header after the first block, each against the one before. */
function followed(devnet: Devnet): VerifiedHeader[] {
  const verifier = evmVerifier(devnet.consensus)
  const headers: VerifiedHeader[] = []
  let trust = rootOf(devnet)
  for (let height = 1; height <= devnet.head(); height++) {
    const header = verifier.verifyHeader(trust, devnet.header(height), NOW)
    headers.push(header)
    trust = trustAfter(header, trust)
  }
  return headers
}

const reasonOf = (act: () => unknown): string => {
  try {
    act()
    return 'verified'
  } catch (error) {
    return error instanceof ProofRefused ? error.reason : `no refusal: ${error}`
  }
}

describe.each(FAMILIES)('a chain of %s', (consensus) => {
  const sevenBlocks = async (): Promise<Devnet> => {
    const devnet = await devnetOf({ consensus })
    for (let nonce = 0; nonce < 5; nonce++)
      await devnet.request('eth_sendRawTransaction', [await signed(devnet, 0, nonce)])
    await devnet.mine()
    await devnet.mine({ round: 2, timestampS: START_MS / 1000 + 7 })
    return devnet
  }

  it('verifies from its first block on, header by header, with the hashes that the node says', async () => {
    const devnet = await sevenBlocks()
    const headers = followed(devnet)
    expect(headers.map(({ height }) => height)).toEqual([1, 2, 3, 4, 5, 6, 7])
    for (const { height, hash, signers, quorum, stateRoot } of headers) {
      const json = await blockAt(devnet, height)
      expect([json['hash'], json['stateRoot']]).toEqual([`0x${hash}`, `0x${stateRoot}`])
      expect([signers.length, quorum]).toEqual([3, 3])
    }
    expect(headers.at(-1)!.timestampS).toBe(START_MS / 1000 + 7)
  })

  it('has forged headers on demand, which are refused, and other ones that only a second look can tell', async () => {
    const devnet = await sevenBlocks()
    const verifier = evmVerifier(consensus)
    const before = trustAfter(followed(devnet)[5]!, rootOf(devnet))
    const verdict = (rlp: Buffer) => reasonOf(() => verifier.verifyHeader(before, rlp, NOW))
    const told = async (): Promise<Buffer> =>
      Buffer.from(((await devnet.request('debug_getRawHeader', ['0x7'])) as string).slice(2), 'hex')
    expect(verdict(await told())).toBe('verified')
    devnet.setFault({ header: 'under-quorum' })
    expect(verdict(await told())).toBe('SEAL_QUORUM')
    devnet.setFault({ header: 'foreign-seals' })
    expect(verdict(await told())).toBe('SEAL_FOREIGN')
    devnet.setFault({ header: 'equivocation' })
    expect(await told()).toEqual(devnet.equivocate(7))
    devnet.setFault()
    const hashOf = (rlp: Buffer) => verifier.verifyHeader(before, rlp, NOW).hash
    expect(hashOf(devnet.equivocate(7))).not.toBe(hashOf(devnet.header(7)))
    expect(devnet.resealed(7, 5)).not.toEqual(devnet.header(7))
    expect(hashOf(devnet.resealed(7, 5))).toBe(hashOf(devnet.header(7)))
  })

  it('takes a validator in and lets one go when more than half of the set has voted for it', async () => {
    const devnet = await devnetOf({ consensus, seed: `votes/${consensus}`, validators: 5 })
    const [first, newcomer] = [devnet.validators()[0]!, addressOfKey(devnet.validatorKey(5))]
    for (const _ of [1, 2]) await devnet.mine({ vote: { validator: newcomer, add: true } })
    expect(devnet.validators()).not.toContain(newcomer)
    await devnet.mine({ vote: { validator: newcomer, add: true } })
    expect(devnet.validators()).toEqual([...devnet.genesis().validators, newcomer].sort())
    for (const _ of [1, 2, 3, 4]) await devnet.mine({ vote: { validator: first, add: false }, seals: 6 })
    expect(devnet.validators()).not.toContain(first)
    await devnet.mine({ seals: 6 })
    const headers = followed(devnet)
    expect(headers.map(({ validators }) => validators.length)).toEqual([5, 5, 5, 6, 6, 6, 6, 5])
    expect(headers.some(({ signers }) => signers.includes(newcomer))).toBe(true)
    expect(headers.at(-1)!.validators).toEqual(devnet.validators())
  })
})
