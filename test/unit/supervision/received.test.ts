// Roots, ranges and days of a feed; what is wrong with an acknowledgement.
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { commitRoot } from '../../../src/hub/evidence/receipt.ts'
import { leafHash, merkleRoot, rootFromPath } from '../../../src/hub/evidence/merkle.ts'
import { FEED_VIEW, nextSeqKey, rowKey, rowValue } from '../../../src/hub/feed/row.ts'
import { memoryViews } from '../../../src/hub/journal/memory-views.ts'
import type { Journal } from '../../../src/hub/journal/journal.ts'
import { dayStart, heldOn } from '../../../src/hub/supervision/day.ts'
import { GrowingRoot, rootOfRange } from '../../../src/hub/supervision/feed-receipts.ts'
import {
  deliveryProof,
  findAcknowledgement,
  RANGE_MAX,
  receivedOf,
  seqOf,
} from '../../../src/hub/supervision/received.ts'

const PARTY = 'urn:hub:vn:bank:lotus-lake'
const DAY_MS = 86_400_000
const START_MS = Date.parse('2026-03-02T00:00:00.000Z')
const payload = (index: number): Buffer => Buffer.from(`receipt ${index}`)

/** A feed whose item n is entry 3n, two of them a day beginning half a day in. */
async function feedOf(count: number) {
  const views = memoryViews()
  const rows = Array.from({ length: count }, (_, n) => ({
    key: rowKey(PARTY, n + 1),
    value: rowValue({ index: (n + 1) * 3, view: 'full', kind: 'trade.note' }),
  }))
  await views.apply(FEED_VIEW, [...rows, { key: nextSeqKey(PARTY), value: String(count + 1) }], count * 3 + 1)
  const journal = {
    epoch: 1,
    urn: 'urn:hub:cn:operator:test:journal',
    read: async (index: number) => [{ index, atMs: START_MS + (index / 3) * (DAY_MS / 2) }],
    receipt: async (index: number) => ({ payload: payload(index).toString('base64url') }),
  } as unknown as Journal
  return { views, journal }
}
const rootOver = (from: number, to: number): string =>
  commitRoot(Array.from({ length: to - from + 1 }, (_, n) => payload((from + n) * 3))).toString('hex')

describe('roots', () => {
  it('grow leaf by leaf to the root of RFC 6962', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 8 }), { maxLength: 70 }), (leaves) => {
        const growing = new GrowingRoot()
        for (const leaf of leaves) growing.add(leaf)
        expect(growing.root).toBe(merkleRoot(leaves.map(leafHash)).toString('hex'))
      }),
    )
  })
  it('of a range are over the receipts of its items, over more pages than one', async () => {
    const { count, root } = await rootOfRange(await feedOf(600), PARTY, 5, 580)
    expect([count, root]).toEqual([576, rootOver(5, 580)])
  })
  it('prove one item of a range without the others', async () => {
    const feed = await feedOf(40)
    const { position, size, path } = await deliveryProof(feed, PARTY, 17, { from: 3, to: 31 })
    const proof = {
      leafHash: leafHash(payload(51)),
      index: position,
      size,
      path: path.map((hex) => Buffer.from(hex, 'hex')),
    }
    expect(rootFromPath(proof)?.toString('hex')).toBe(rootOver(3, 31))
  })
})

describe('places', () => {
  it('of every entry are found, and of no other', async () => {
    const { views } = await feedOf(45)
    for (let index = 0; index <= 140; index++)
      expect(await seqOf(views, PARTY, index)).toBe(
        index % 3 === 0 && index > 0 && index <= 135 ? index / 3 : undefined,
      )
  })
  it('of a day are one range, the empty day none', async () => {
    const feed = await feedOf(10)
    expect(await heldOn(feed, PARTY, START_MS)).toEqual({ from: 1, to: 1, count: 1, root: rootOver(1, 1) })
    expect(await heldOn(feed, PARTY, START_MS + DAY_MS)).toEqual({ from: 2, to: 3, count: 2, root: rootOver(2, 3) })
    expect(await heldOn(feed, PARTY, START_MS - DAY_MS)).toMatchObject({ from: 1, to: 0, count: 0 })
    expect(await heldOn(feed, PARTY, START_MS + 30 * DAY_MS)).toMatchObject({ from: 11, to: 10, count: 0 })
  })
  it.each(['', '2026-02-30', '2026-3-2', '2026-03-02T00:00:00.000Z', '２026-03-02'])('%j is no day', (day) => {
    expect(dayStart(day)).toBeUndefined()
  })
})

describe('an acknowledgement', () => {
  const good = { feed: PARTY, epoch: 1, from: 5, to: 9, root: rootOver(5, 9) }
  const codes = async (more: object, last?: object) =>
    (
      await findAcknowledgement(
        { ...good, ...more },
        last as never,
        receivedOf({ ...(await feedOf(20)), fed: async () => true }),
      )
    ).map(({ code }) => code)
  it('with the root of its items is good, also after a gap', async () => {
    expect(await codes({})).toEqual([])
    expect(await codes({}, { epoch: 1, from: 1, to: 2 })).toEqual([])
  })
  it('is looked at again once the feed has got there, and is not judged while it has not', async () => {
    const feed = await feedOf(20)
    let head = 7
    const later = { ...receivedOf({ ...feed, fed: async () => true }), head: async () => head }
    const arrives = async (): Promise<boolean> => {
      head = 20
      return true
    }
    expect(await findAcknowledgement(good, undefined, { ...later, fed: arrives })).toEqual([])
    head = 7
    await expect(findAcknowledgement(good, undefined, { ...later, fed: async () => false })).rejects.toMatchObject({
      code: 'VIEW_BEHIND',
    })
  })
  it.each([
    ['another root', { root: rootOver(5, 8) }, undefined, 'ROOT_DIFFERS'],
    ['another epoch', { epoch: 2 }, undefined, 'OTHER_EPOCH'],
    ['items acknowledged before', {}, { epoch: 1, from: 1, to: 5 }, 'RANGE_OVERLAPS'],
    ['items below those acknowledged before', {}, { epoch: 1, from: 12, to: 15 }, 'RANGE_OVERLAPS'],
    ['items that are not there', { to: 21 }, undefined, 'RANGE_BEYOND_FEED'],
    ['more items than one may cover', { to: 5 + RANGE_MAX }, undefined, 'RANGE_TOO_LONG'],
  ])('of %s is not', async (_what, more, last, code) => {
    expect(await codes(more, last)).toEqual([code])
  })
})
