// The notary contract: anchors that only grow, ranges without a gap, one writer, nothing ever changed.
import * as fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { rangeWord } from '../../../../src/crosschain/ledgers/evm/gateway/gateway.ts'
import { mappingSlot } from '../../../../src/crosschain/ledgers/evm/state-proof.ts'
import { NOBODY, stranger } from './cast.ts'
import { evmLedger, type TestLedger } from './ledger.ts'
import { deployNotary, type Notary } from './notary.ts'

const ORIGIN = '0a'.repeat(32)
const FEED = 'fe'.repeat(32)
const ROOT = 'c0'.repeat(32)

let ledger: TestLedger
let notary: Notary
beforeEach(async () => {
  ledger = await evmLedger(7299)
  notary = await deployNotary(ledger)
})
const stored = (box: 'anchors' | 'ranges', key: string, number: number): Promise<string> =>
  ledger.storage(notary.address, mappingSlot({ box, key, number }))

describe('anchors', () => {
  it('stand where verifiers look, and their sizes only grow', async () => {
    expect((await notary.anchor(ORIGIN, 7, ROOT)).refusal).toBeUndefined()
    expect(await stored('anchors', ORIGIN, 7)).toBe(ROOT)
    expect((await notary.anchor(ORIGIN, 6, ROOT)).refusal).toBe('NotAscending')
    expect((await notary.anchor(ORIGIN, 8, ROOT)).refusal).toBeUndefined()
    expect(await notary.number('lastSize', ORIGIN)).toBe(8)
  })
  it('are never replaced; the same again is said to be there', async () => {
    await notary.anchor(ORIGIN, 7, ROOT)
    expect((await notary.anchor(ORIGIN, 7, 'c1'.repeat(32))).refusal).toBe('NotAscending')
    expect((await notary.anchor(ORIGIN, 7, ROOT)).refusal).toBe('AlreadyNoted')
    expect(await stored('anchors', ORIGIN, 7)).toBe(ROOT)
  })
  it('of one log say nothing about another', async () => {
    await notary.anchor(ORIGIN, 7, ROOT)
    expect((await notary.anchor('0b'.repeat(32), 1, ROOT)).refusal).toBeUndefined()
  })
  it.each([
    ['no origin', NOBODY, 1, ROOT, 'EmptyWord'],
    ['no hash', ORIGIN, 1, NOBODY, 'EmptyWord'],
    ['no size', ORIGIN, 0, ROOT, 'NotAscending'],
  ])('are refused with %s', async (_, origin, size, checkpoint, refusal) => {
    expect((await notary.anchor(origin, size, checkpoint)).refusal).toBe(refusal)
  })
})

describe('ranges', () => {
  it('stand where verifiers look, as the word of their feed, bounds and root', async () => {
    expect((await notary.range(FEED, 1, 5, ROOT)).refusal).toBeUndefined()
    expect(await stored('ranges', FEED, 5)).toBe(rangeWord(FEED, 1, 5, ROOT).toString('hex'))
    expect(await notary.number('lastOf', FEED)).toBe(5)
  })
  it.each([
    ['a gap', 7, 8, 'NotDense'],
    ['an overlap', 5, 8, 'NotDense'],
    ['an end before its begin', 6, 5, 'EmptyRange'],
  ])('are refused with %s', async (_, first, last, refusal) => {
    await notary.range(FEED, 1, 5, ROOT)
    expect((await notary.range(FEED, first, last, ROOT)).refusal).toBe(refusal)
    expect((await notary.range(FEED, 6, 8, ROOT)).refusal).toBeUndefined()
  })
  it('are said to be there when they come again, and refused with another root', async () => {
    await notary.range(FEED, 1, 5, ROOT)
    expect((await notary.range(FEED, 1, 5, ROOT)).refusal).toBe('AlreadyNoted')
    expect((await notary.range(FEED, 1, 5, ORIGIN)).refusal).toBe('NotDense')
  })
  it('cover every item of a feed exactly once, whatever is tried', async () => {
    const number = fc.integer({ min: 0, max: 30 })
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(number, number), { maxLength: 25 }), word32(), async (tries, feed) => {
        const taken: [number, number][] = []
        for (const [first, last] of tries)
          if ((await notary.range(feed, first, last, ROOT)).refusal === undefined) taken.push([first, last])
        const items = taken.flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, n) => first + n))
        expect(items).toEqual(items.map((_, at) => at + 1))
        expect(await notary.number('lastOf', feed)).toBe(items.length)
        for (const [first, last] of taken)
          expect(await stored('ranges', feed, last)).toBe(rangeWord(feed, first, last, ROOT).toString('hex'))
      }),
      { numRuns: 30 },
    )
  })
})

describe('the writer', () => {
  it('is the only one who writes', async () => {
    expect((await notary.anchor(ORIGIN, 1, ROOT, stranger)).refusal).toBe('NotWriter')
    expect((await notary.range(FEED, 1, 1, ROOT, stranger)).refusal).toBe('NotWriter')
  })
  it('is somebody', async () => {
    await expect(deployNotary(ledger, '00'.repeat(20))).rejects.toThrow('EmptyWord')
  })
})

const word32 = (): fc.Arbitrary<string> =>
  fc
    .uint8Array({ minLength: 32, maxLength: 32 })
    .map((bytes) => Buffer.from(bytes).toString('hex'))
    .filter((word) => word !== NOBODY)
