// Attacks on the chain of headers the hub has accepted, with headers that a devnet has really sealed, in each consensus.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Devnet, createDevnet } from '../../../../src/crosschain/devnet/index.ts'
import { evmVerifier } from '../../../../src/crosschain/ledgers/evm/verifier.ts'
import { headerChain, type HeaderChain } from '../../../../src/crosschain/relay/header-chain.ts'
import { headersInMemory } from '../../../../src/crosschain/relay/header-store.ts'
import { trustAfter, type TrustRoot } from '../../../../src/crosschain/verifier.ts'
import { CONSENSUSES, reasonOf } from '../evm/sample-chain.ts'
import { START_MS } from '../devnet/place.ts'
import { highS, withSeals } from './spoilt-headers.ts'

describe.each(CONSENSUSES)('a chain of accepted headers of %s', (consensus) => {
  const clock = { nowMs: START_MS }
  const verifier = evmVerifier(consensus)
  let net: Devnet
  let chain: HeaderChain
  beforeEach(async () => {
    clock.nowMs = START_MS
    net = await createDevnet({ name: 'test', chainId: 7201, seed: 'attacks', consensus, clock: () => clock.nowMs })
    chain = open()
  })
  afterEach(() => net.close())
  const open = (more: Partial<TrustRoot> = {}): HeaderChain => {
    const { hash, validators } = net.genesis()
    const root = { height: 0, hash, validators, timestampS: START_MS / 1000, ...more }
    return headerChain({ chain: 'test', root, verifier, store: headersInMemory(), clock: () => clock.nowMs })
  }
  const mine = async (count: number): Promise<void> => {
    for (let n = 0; n < count; n++) await net.mine()
  }
  const why = (raw: Uint8Array, height?: number) => reasonOf(() => chain.accept(raw, height))

  it('freezes for good by two sealed headers of one height, with both kept', async () => {
    await mine(3)
    for (const height of [1, 2, 3]) expect((await chain.accept(net.header(height))).result).toBe('verified')
    const other = net.equivocate(2)
    const frozen = { result: 'frozen', one: net.header(2), other }
    expect(await chain.accept(other)).toEqual(frozen)
    expect(await chain.accept(net.header(3))).toEqual(frozen)
  })

  it('does not freeze by one block sealed in two rounds', async () => {
    await mine(2)
    await chain.accept(net.header(1))
    const again = net.resealed(1, 4)
    expect(again.equals(net.header(1))).toBe(false)
    expect((await chain.accept(again)).result).toBe('known')
    expect((await chain.accept(net.header(2))).result).toBe('verified')
  })

  it('does not freeze by a header that anybody could have made', async () => {
    await mine(2)
    await chain.accept(net.header(1))
    const short = withSeals(net.equivocate(1), consensus, (seals) => void seals.pop())
    expect(await why(short)).toBe('SEAL_QUORUM')
    const twice = withSeals(net.equivocate(1), consensus, (seals) => void (seals[1] = seals[0]!))
    expect(await why(twice)).toBe('SEAL_DUPLICATE')
    const turned = withSeals(net.equivocate(1), consensus, (seals) => void (seals[0] = highS(seals[0]!)))
    expect(await why(turned)).toBe('SEAL_MALFORMED')
    expect((await chain.accept(net.header(2))).result).toBe('verified')
  })

  it('takes no header for one of another height, nor on a parent of its own', async () => {
    await mine(2)
    expect(await why(net.header(1), 2)).toBe('HEIGHT')
    await chain.accept(net.equivocate(1))
    expect(await why(net.header(2))).toBe('PARENT')
  })

  it('crosses no gap on a set older than the trusting period, and goes on header by header', async () => {
    chain = open({ trustingPeriodS: 600 })
    await mine(1)
    clock.nowMs += 601_000
    await mine(2)
    expect(await why(net.header(3))).toBe('TRUSTING_PERIOD')
    for (const height of [1, 2, 3]) expect((await chain.accept(net.header(height))).result).toBe('verified')
  })

  it('takes no other block beneath one it has accepted', async () => {
    await mine(3)
    await chain.accept(net.header(3))
    expect(await why(net.equivocate(2))).toBe('PARENT')
    expect((await chain.accept(net.header(2))).result).toBe('verified')
  })

  it('leads from the root to a header long after the trusting period, in steps', async () => {
    const root = { ...net.genesis(), timestampS: START_MS / 1000, trustingPeriodS: 600 }
    chain = open({ trustingPeriodS: 600 })
    for (let n = 1; n <= 30; n++) {
      clock.nowMs += 60_000
      await mine(1)
      await chain.accept(net.header(n))
    }
    const path = await chain.leadingTo(30)
    expect(path.length).toBeLessThan(10)
    let trust: TrustRoot = root
    for (const raw of path) trust = trustAfter(verifier.verifyHeader(trust, raw, {}), trust)
    expect(trust.height).toBe(30)
  })
})
