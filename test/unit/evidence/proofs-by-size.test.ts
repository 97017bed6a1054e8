// Proofs kept by the size of a checkpoint: found by the first that covers an entry, and none is lost when writing breaks off.
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ProofsBySize, sizeKey } from '../../../src/hub/evidence/proofs-by-size.ts'
import { CheckpointStore } from '../../../src/hub/evidence/checkpoint-store.ts'
import { fakeCursors } from './fake-views.ts'

const open = (cursors = fakeCursors()) => ProofsBySize.open(cursors, 'proofs', 'sizes')
const checkpoint = (size: number) => ({ size, note: `note of ${size}`, atMs: size })
const anchorOf = (size: number) => ({ ledger: 'urn:hub:cn:ledger:example', evidence: Buffer.from(`proof of ${size}`) })

describe('ProofsBySize', () => {
  it('has nothing at first', async () => {
    const proofs = await open()
    expect(proofs.lastSize).toBe(0)
    expect(await proofs.at(1)).toBeUndefined()
    expect(await proofs.from(0)).toBeUndefined()
  })

  it('finds the first from any size on, also when opened again', async () => {
    const sizes = fc
      .uniqueArray(fc.integer({ min: 1, max: 10 ** 13 }), { maxLength: 15 })
      .map((list) => list.toSorted((a, b) => a - b))
    await fc.assert(
      fc.asyncProperty(sizes, fc.array(fc.nat(10 ** 13)), async (kept, asked) => {
        const cursors = fakeCursors()
        const writer = await open(cursors)
        for (const size of kept) await writer.put(size, `proof of ${size}`)
        for (const proofs of [writer, await open(cursors)]) {
          expect(proofs.lastSize).toBe(kept.at(-1) ?? 0)
          for (const size of [...asked, ...kept, ...kept.map((one) => one + 1)]) {
            const first = kept.find((one) => one >= size)
            expect(await proofs.from(size)).toEqual(first && { size: first, proof: `proof of ${first}` })
          }
        }
      }),
      { numRuns: 100 },
    )
  })

  it('takes sizes only upwards', async () => {
    const proofs = await open()
    await proofs.put(5, 'five')
    for (const size of [5, 4, 0, -1]) await expect(proofs.put(size, 'other')).rejects.toThrow(RangeError)
    expect(await proofs.at(5)).toBe('five')
  })

  it('keeps its sizes in rows of a thousand', async () => {
    const cursors = fakeCursors()
    const proofs = await open(cursors)
    for (let size = 1; size <= 2_001; size++) await proofs.put(size, size)
    expect((await cursors.list('sizes', '')).map(({ value }) => (value as number[]).length)).toEqual([1_000, 1_000, 1])
    expect((await open(cursors)).lastSize).toBe(2_001)
  })

  it('cut off between the proof and its size knows nothing of it, and takes it again', async () => {
    const cursors = fakeCursors()
    const cut = {
      ...cursors,
      swap: async () => {
        throw new Error('cut off')
      },
    }
    await (await open(cursors)).put(3, 'three')
    await expect((await open(cut)).put(7, 'seven')).rejects.toThrow('cut off')
    const again = await open(cursors)
    expect(again.lastSize).toBe(3)
    expect(await again.from(4)).toBeUndefined()
    await again.put(7, 'seven')
    expect(await again.from(4)).toEqual({ size: 7, proof: 'seven' })
  })

  it('says so when a proof it has the size of is gone', async () => {
    const cursors = fakeCursors()
    const proofs = await open(cursors)
    await proofs.put(3, 'three')
    await cursors.put('proofs', sizeKey(3), undefined)
    await expect(proofs.from(1)).rejects.toThrow('has been lost')
  })
})

describe('anchors of the checkpoint store', () => {
  it('are found with their checkpoint, and with its timestamp where it has one', async () => {
    const cursors = fakeCursors()
    const store = await CheckpointStore.open(cursors)
    await store.stamp(checkpoint(4), Buffer.from('token'))
    await store.anchor(checkpoint(4), anchorOf(4))
    await store.anchor(checkpoint(9), anchorOf(9))
    for (const one of [store, await CheckpointStore.open(cursors)]) {
      expect([one.anchoredSize, one.stampedSize]).toEqual([9, 4])
      expect(await one.anchoredFrom(1)).toEqual({
        checkpoint: checkpoint(4),
        anchor: anchorOf(4),
        token: Buffer.from('token'),
      })
      expect(await one.anchoredFrom(5)).toEqual({ checkpoint: checkpoint(9), anchor: anchorOf(9) })
      expect(await one.anchoredFrom(10)).toBeUndefined()
    }
  })

  it('keep their checkpoint for good, when a thousand newer ones have come', async () => {
    const cursors = fakeCursors()
    const store = await CheckpointStore.open(cursors)
    for (const size of [2, 3, 5]) await store.put(checkpoint(size))
    await store.anchor(checkpoint(3), anchorOf(3))
    await store.stamp(checkpoint(5), Buffer.from('token'))
    for (let size = 10; size < 1_020; size++) await store.put(checkpoint(size))
    const kept = await Promise.all([2, 3, 5, 10, 1_019].map((size) => store.at(size)))
    expect(kept.map((one) => one?.size)).toEqual([undefined, 3, 5, undefined, 1_019])
    expect((await store.anchoredFrom(1))?.checkpoint).toEqual(checkpoint(3))
  })

  it('of a store from before there were any are none', async () => {
    const cursors = fakeCursors()
    await cursors.put('timestamps', sizeKey(6), Buffer.from('token').toString('base64'))
    await cursors.put('stamped-sizes', sizeKey(0), [6])
    await cursors.put('checkpoints', sizeKey(6), checkpoint(6))
    const store = await CheckpointStore.open(cursors)
    expect(store.anchoredSize).toBe(0)
    expect(await store.anchoredFrom(1)).toBeUndefined()
    expect(await store.stampedFrom(1)).toEqual({ checkpoint: checkpoint(6), token: Buffer.from('token') })
  })
})
