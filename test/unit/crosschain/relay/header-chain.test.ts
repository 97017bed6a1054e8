// Which headers are accepted, what freezes a ledger, and how somebody else comes to an accepted header.
import { describe, expect, it } from 'vitest'
import { headerChain, type HeaderChain } from '../../../../src/crosschain/relay/header-chain.ts'
import { followHeaders } from '../../../../src/crosschain/relay/follow-headers.ts'
import { headersInMemory } from '../../../../src/crosschain/relay/header-store.ts'
import { trustAfter, type TrustRoot } from '../../../../src/crosschain/verifier.ts'
import { FakeLedger } from '../../../support/fake-ledger.ts'
import { fakeVerifier, readFakeHeader, sealFakeHeader } from '../../../support/fake-verifier.ts'

const clock = { nowMs: Date.UTC(2026, 10, 1) }
const now = (): number => clock.nowMs

function setUp(blocks = 5, root: Partial<TrustRoot> = {}) {
  const ledger = new FakeLedger({ name: 'one', chainId: 1, clock: now })
  for (let n = 0; n < blocks; n++) ledger.mine()
  const store = headersInMemory()
  const open = (): HeaderChain =>
    headerChain({ chain: 'one', root: { ...ledger.trust(), ...root }, verifier: fakeVerifier, store, clock: now })
  const reader = { header: async (height: number) => ledger.blocks[height]! }
  return { ledger, store, open, chain: open(), reader }
}

const forged = (raw: Buffer): Buffer => {
  const header = JSON.parse(raw.toString())
  header.core.stateRoot = '1'.repeat(64)
  return Buffer.from(JSON.stringify(header))
}

describe('a chain of headers', () => {
  it('accepts a verified header once and knows it from then on, also after a restart', async () => {
    const { chain, open, ledger } = setUp()
    expect((await chain.accept(ledger.blocks[1]!)).result).toBe('verified')
    expect((await chain.accept(ledger.blocks[1]!)).result).toBe('known')
    expect((await open().accept(ledger.blocks[1]!)).result).toBe('known')
    expect(await open().last()).toMatchObject({ height: 1, quorum: 3 })
  })

  it('keeps what made it acceptable', async () => {
    const { chain, store, ledger } = setUp()
    await chain.accept(ledger.blocks[1]!)
    await chain.accept(ledger.blocks[2]!)
    expect(await store.get('one', 2)).toMatchObject({
      height: 2,
      verdict: 'verified',
      verifier: '1',
      from: 1,
      raw: ledger.blocks[2]!.toString('base64url'),
    })
  })

  it('is not frozen by what keys of long ago seal, nor stopped by the same block of then', async () => {
    const day = 86_400
    const { chain, ledger } = setUp(5, { trustingPeriodS: day })
    await chain.accept(ledger.blocks[1]!)
    const other = ledger.equivocate(1)
    const again = ledger.resealed(1)
    clock.nowMs += 2 * day * 1000
    try {
      await expect(chain.accept(other)).rejects.toMatchObject({ reason: 'TRUSTING_PERIOD' })
      expect((await chain.accept(again)).result).toBe('known')
    } finally {
      clock.nowMs -= 2 * day * 1000
    }
    expect((await chain.accept(other)).result).toBe('frozen')
  })

  it('takes the same block sealed in another round for the same', async () => {
    const { chain, ledger } = setUp()
    await chain.accept(ledger.blocks[1]!)
    expect((await chain.accept(ledger.resealed(1))).result).toBe('known')
  })

  it('freezes for good by two sealed headers of one height, and keeps both', async () => {
    const { chain, open, ledger, store } = setUp()
    await chain.accept(ledger.blocks[1]!)
    const other = ledger.equivocate(1)
    const frozen = { result: 'frozen', one: ledger.blocks[1], other }
    expect(await chain.accept(other)).toEqual(frozen)
    expect(await chain.accept(ledger.blocks[2]!)).toEqual(frozen)
    expect(await open().accept(ledger.blocks[1]!)).toEqual(frozen)
    expect(await store.conflict('one')).toMatchObject({ height: 1 })
  })

  it('freezes by a second header of a height far below the last', async () => {
    const { chain, ledger } = setUp(9)
    for (const height of [3, 4, 9]) await chain.accept(ledger.blocks[height]!)
    expect((await chain.accept(ledger.equivocate(4))).result).toBe('frozen')
  })

  it('is not frozen by whoever cannot seal', async () => {
    const { chain, ledger } = setUp()
    await chain.accept(ledger.blocks[1]!)
    await expect(chain.accept(forged(ledger.blocks[1]!))).rejects.toMatchObject({ reason: 'SEAL_QUORUM' })
    const { signers: _, ...header } = readFakeHeader(ledger.blocks[1]!)
    const strangers = sealFakeHeader({ ...header, validators: ['x', 'y', 'z'] }, ['x', 'y', 'z'])
    await expect(chain.accept(strangers)).rejects.toMatchObject({ reason: 'SEAL_QUORUM' })
    expect((await chain.accept(ledger.blocks[2]!)).result).toBe('verified')
  })

  it('refuses a header of another height than asked for', async () => {
    const { chain, ledger } = setUp()
    await expect(chain.accept(ledger.blocks[1]!, 2)).rejects.toMatchObject({ reason: 'HEIGHT' })
  })

  it('accepts one of a height that was jumped over', async () => {
    const { chain, ledger } = setUp(9)
    await chain.accept(ledger.blocks[9]!)
    expect((await chain.accept(ledger.blocks[5]!)).result).toBe('verified')
    expect(await chain.last()).toMatchObject({ height: 9 })
  })

  it('gives many who ask at once one answer each', async () => {
    const { chain, ledger } = setUp()
    const all = await Promise.all([1, 2, 1, 3, 2].map((height) => chain.accept(ledger.blocks[height]!)))
    expect(all.map(({ result }) => result)).toEqual(['verified', 'verified', 'known', 'verified', 'known'])
  })

  it('judges one that another process has stored meanwhile', async () => {
    const { chain, open, ledger, store } = setUp()
    const slow = headerChain({
      chain: 'one',
      root: ledger.trust(),
      verifier: fakeVerifier,
      clock: now,
      store: {
        ...store,
        async put(name, height, record) {
          await open().accept(ledger.blocks[1]!)
          return store.put(name, height, record)
        },
      },
    })
    expect((await slow.accept(ledger.equivocate(1))).result).toBe('frozen')
    expect((await chain.accept(ledger.blocks[2]!)).result).toBe('frozen')
  })

  it('takes a block right after a change of the set by the set before, and only if it follows on the one between', async () => {
    const { chain, ledger, reader } = setUp(4)
    await followHeaders(chain, reader, 4)
    ledger.validators = ['w1', 'v2', 'v3', 'v4']
    const { signers: _, ...next } = readFakeHeader(ledger.blocks[ledger.mine()]!)
    const astray = sealFakeHeader({ ...next, parentHash: '9'.repeat(64) }, ledger.validators)
    await expect(chain.accept(astray)).rejects.toMatchObject({ reason: 'PARENT' })
    expect((await chain.accept(ledger.blocks[5]!)).result).toBe('verified')
  })

  it('leads from the trust root to a header by the changes of the set between them', async () => {
    const { chain, ledger, reader } = setUp(3)
    for (const set of [
      ['v1', 'v2', 'v3', 'v4', 'v5'],
      ['v2', 'v3', 'v4', 'v5'],
      ['v2', 'v3', 'v4', 'v5', 'v6'],
      ['v3', 'v4', 'v5', 'v6'],
    ]) {
      ledger.validators = set
      for (let n = 0; n < 3; n++) ledger.mine()
    }
    await followHeaders(chain, reader, ledger.head())
    for (const height of [2, 5, 8, ledger.head()]) {
      const path = await chain.leadingTo(height)
      let trust = ledger.trust()
      for (const raw of path)
        trust = trustAfter(fakeVerifier.verifyHeader(trust, raw, { nowS: clock.nowMs / 1000 }), trust)
      expect(trust.height).toBe(height)
      expect(path.length).toBeLessThanOrEqual(5)
    }
    expect(await chain.leadingTo(2)).toEqual([ledger.blocks[2]])
  })
})

describe('following a ledger', () => {
  it('leaves out no header while close behind', async () => {
    const { chain, store, ledger, reader } = setUp(20)
    await followHeaders(chain, reader, 20)
    for (let height = 1; height <= 20; height++) expect(await store.get('one', height)).toBeDefined()
    expect(await followHeaders(chain, reader, ledger.mine())).toMatchObject({ newlyVerified: 1 })
  })

  it('jumps when far behind, and by halves where the set has changed in between', async () => {
    const { chain, ledger, reader } = setUp(50)
    for (const set of [
      ['v2', 'v3', 'v4'],
      ['v2', 'v3', 'v4', 'w1'],
      ['v3', 'v4', 'w1'],
      ['v3', 'v4', 'w1', 'w2'],
      ['v4', 'w1', 'w2'],
    ]) {
      ledger.validators = set
      for (let n = 0; n < 30; n++) ledger.mine()
    }
    let asked = 0
    const counting = { header: (height: number) => (asked++, reader.header(height)) }
    const followed = await followHeaders(chain, counting, ledger.head())
    expect(followed).toMatchObject({ verified: { height: ledger.head() } })
    expect(asked).toBeLessThan(60)
  })

  it('goes as far as one turn allows, and on in the next', async () => {
    const { chain, reader } = setUp(40)
    const options = { nearMax: 100, stepsMax: 16 }
    expect(await followHeaders(chain, reader, 40, options)).toMatchObject({ verified: { height: 16 } })
    expect(await followHeaders(chain, reader, 40, options)).toMatchObject({ verified: { height: 32 } })
    expect(await followHeaders(chain, reader, 40, options)).toMatchObject({ verified: { height: 40 } })
  })

  it('goes header by header where the trusting period is over', async () => {
    const { chain, ledger, reader } = setUp(40, { trustingPeriodS: 60 })
    clock.nowMs += 3_600_000
    await followHeaders(chain, reader, 40)
    expect(await chain.last()).toMatchObject({ height: 40 })
    await expect(chain.accept(forged(ledger.blocks[40]!))).rejects.toMatchObject({ reason: 'SEAL_QUORUM' })
  })

  it('finds a second sealed block in the place of the last one', async () => {
    const { chain, ledger, reader } = setUp(5)
    await followHeaders(chain, reader, 5)
    const other = ledger.equivocate(5)
    expect(await followHeaders(chain, { header: async () => other }, 5)).toMatchObject({ result: 'frozen', other })
  })

  it('believes a node that is behind nothing less than before', async () => {
    const { chain, reader } = setUp(5)
    await followHeaders(chain, reader, 5)
    expect(await followHeaders(chain, reader, 3)).toMatchObject({ verified: { height: 5 }, newlyVerified: 0 })
  })

  it('refuses a node that answers with another block', async () => {
    const { chain, ledger } = setUp(5)
    const lying = { header: async (height: number) => ledger.blocks[height - 1]! }
    await expect(followHeaders(chain, lying, 5)).rejects.toMatchObject({ reason: 'HEIGHT' })
    expect(await chain.last()).toBeUndefined()
  })
})
