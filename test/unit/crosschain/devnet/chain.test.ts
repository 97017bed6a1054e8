// Blocks of a devnet: the same whenever they are made from the same seed, in time that never goes back, by those whose turn it is.
import { RLP } from '@ethereumjs/rlp'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { afterVote, council, quorumOf, turnOf } from '../../../../src/crosschain/devnet/council.ts'
import { keyring } from '../../../../src/crosschain/devnet/keys.ts'
import { chainOptions, createDevnet } from '../../../../src/crosschain/devnet/index.ts'
import { blockAt, devnetOf, signed, START_MS } from './place.ts'

describe('the same seed', () => {
  it('makes the same chain, and another seed another one', async () => {
    const hashes = async (seed: string): Promise<string[]> => {
      const devnet = await devnetOf({ seed })
      await devnet.request('eth_sendRawTransaction', [await signed(devnet, 0, 0)])
      return [devnet.genesis().hash, devnet.header(1).toString('hex')]
    }
    const [one, other] = [await hashes('one'), await hashes('other')]
    expect(await hashes('one')).toEqual(one)
    expect(other.some((hash) => one.includes(hash))).toBe(false)
  })
  it('gives the chains of a sandbox different validators', async () => {
    const sets = await Promise.all(
      (['domestic', 'partner', 'supervision'] as const).map(async (name) => {
        const devnet = await createDevnet(chainOptions(name))
        await devnet.close()
        return [devnet.chainId, ...devnet.validators()]
      }),
    )
    expect(sets.map(([chainId]) => chainId)).toEqual([7201, 8401, 7299])
    expect(new Set(sets.flat()).size).toBe(15)
  })
})

describe('time', () => {
  it('is that of the clock, and never goes back', async () => {
    let now = START_MS
    const devnet = await devnetOf({ clock: () => now })
    const timeOf = async (height: number) => Number((await blockAt(devnet, height))['timestamp'])
    await devnet.mine()
    now += 5999
    await devnet.mine()
    now -= 60_000
    await devnet.mine()
    const start = START_MS / 1000
    expect([await timeOf(1), await timeOf(2), await timeOf(3)]).toEqual([start, start + 5, start + 5])
    await expect(devnet.mine({ timestampS: start })).rejects.toThrow(/older than the block before/)
    expect(devnet.head()).toBe(3)
  })
})

describe('a block as JSON', () => {
  it('has every field of its raw header, and the length of its encoding', async () => {
    const devnet = await devnetOf()
    await devnet.request('eth_sendRawTransaction', [await signed(devnet, 0, 0)])
    const json = await blockAt(devnet, 1, true)
    const items = RLP.decode(devnet.header(1)) as Uint8Array[]
    const byte = (text: string) =>
      text === '0x0' ? '' : text.slice(2).padStart(text.length + (text.length % 2) - 2, '0')
    const names =
      'parentHash sha3Uncles miner stateRoot transactionsRoot receiptsRoot logsBloom difficulty number gasLimit gasUsed timestamp extraData mixHash nonce baseFeePerGas'
    expect(names.split(' ').map((name) => byte(json[name]!))).toEqual(
      items.map((item) => Buffer.from(item).toString('hex')),
    )
    const raw = await signed(devnet, 0, 0)
    const size = RLP.encode([items, [Buffer.from(raw.slice(2), 'hex')], []]).length
    expect(Number(json['size'])).toBe(size)
  })
  it('is none where no block is', async () => {
    const devnet = await devnetOf()
    expect(await blockAt(devnet, 1)).toBeNull()
    await expect(devnet.request('eth_getBalance', [`0x${'11'.repeat(20)}`, '0x1'])).rejects.toThrow(/unknown block/)
    expect(() => devnet.header(1)).toThrow(/no block 1, its head is 0/)
    expect(() => devnet.equivocate(0)).toThrow(/nobody has sealed/)
  })
})

describe('the council', () => {
  const keys = keyring('law', 'validator', 12)
  const all = [...keys.keys()]

  it('always has a turn with a quorum of distinct members, proposer first, however few keys are here', () => {
    const cases = fc.record({ size: fc.integer({ min: 1, max: 12 }), absent: fc.nat(12), height: fc.nat(1000) })
    fc.assert(
      fc.property(cases, ({ size, absent, height }) => {
        const set = council(all.slice(0, size))
        const here = new Map([...keys].filter(([address]) => !set.validators.slice(0, absent).includes(address)))
        const enough = set.validators.filter((address) => here.has(address)).length >= quorumOf(size)
        if (!enough) return void expect(() => turnOf(set, here, height, 0)).toThrow(/too few keys/)
        const { proposer, sealers, round } = turnOf(set, here, height, 0)
        expect(sealers[0]).toBe(proposer)
        expect(new Set(sealers).size).toBe(quorumOf(size))
        expect(sealers.every((address) => here.has(address) && set.validators.includes(address))).toBe(true)
        expect(round).toBeLessThan(size)
      }),
    )
  })

  it('changes by a majority of distinct voters only, one member at a time, and stays sorted', () => {
    const ballots = fc.array(fc.record({ voter: fc.nat(6), about: fc.nat(11), add: fc.boolean() }), { maxLength: 60 })
    fc.assert(
      fc.property(ballots, (votes) => {
        let now = council(all.slice(0, 4))
        for (const { voter, about, add } of votes) {
          const proposer = now.validators[voter % now.validators.length]!
          const subject = `${all[about]}/${add}`
          const voted = new Set([...(now.votes.get(subject) ?? []), proposer])
          const vote = { validator: all[about]!, add }
          // The last one does not vote itself out.
          if (now.validators.length === 1 && !add) continue
          const next = afterVote(now, proposer, vote)
          const changed = next.validators.join() !== now.validators.join()
          const pointless = now.validators.includes(vote.validator) === add
          expect(changed).toBe(!pointless && voted.size > now.validators.length / 2)
          expect(next.validators).toEqual([...new Set(next.validators)].sort())
          now = next
        }
      }),
    )
  })
})
