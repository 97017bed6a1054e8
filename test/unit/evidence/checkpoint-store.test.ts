// Kept checkpoints: the newest one by one, older ones only with their timestamp, and the first timestamp from a size on.
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CheckpointStore } from '../../../src/hub/evidence/checkpoint-store.ts'
import { fakeCursors } from './fake-views.ts'

const checkpoint = (size: number) => ({ size, note: `note of ${size}`, atMs: size })

describe('CheckpointStore', () => {
  it('keeps the newest thousand and those with a timestamp, also when opened again', async () => {
    const cursors = fakeCursors()
    const store = await CheckpointStore.open(cursors)
    for (let size = 1; size <= 600; size++) await store.put(checkpoint(size))
    await store.stamp(checkpoint(7), Buffer.from('token'))
    const again = await CheckpointStore.open(cursors)
    expect(again.latest).toEqual(checkpoint(600))
    for (let size = 601; size <= 1_100; size++) await again.put(checkpoint(size))
    const kept = await Promise.all([6, 7, 100, 101, 1_100].map((size) => again.at(size)))
    expect(kept.map((one) => one?.size)).toEqual([undefined, 7, undefined, 101, 1_100])
    expect((await cursors.list('checkpoints', '')).length).toBe(1_002)
  })

  it('finds the first timestamp from any size on', async () => {
    const size = fc.oneof(fc.integer({ min: 1, max: 2_000 }), fc.integer({ min: 1, max: 10 ** 12 }))
    const sizes = fc.uniqueArray(size, { maxLength: 12 }).map((list) => list.toSorted((a, b) => a - b))
    await fc.assert(
      fc.asyncProperty(sizes, fc.array(fc.integer({ min: 1, max: 3_000 })), async (stamped, asked) => {
        const cursors = fakeCursors()
        const writer = await CheckpointStore.open(cursors)
        for (const size of stamped) await writer.stamp(checkpoint(size), Buffer.from(`token of ${size}`))
        const store = await CheckpointStore.open(cursors)
        for (const size of [...asked, ...stamped, ...stamped.map((one) => one + 1)]) {
          const first = stamped.filter((one) => one >= size).toSorted((a, b) => a - b)[0]
          const found = await store.stampedFrom(size)
          expect(found?.checkpoint.size).toBe(first)
          if (first !== undefined) expect(found!.token.toString()).toBe(`token of ${first}`)
        }
      }),
      { numRuns: 200 },
    )
  })

  it('keeps its list of timestamps in rows, and in order', async () => {
    const cursors = fakeCursors()
    const store = await CheckpointStore.open(cursors)
    for (let size = 10; size <= 25_000; size += 10) await store.stamp(checkpoint(size), Buffer.from('token'))
    await expect(store.stamp(checkpoint(25_000), Buffer.from('token'))).rejects.toThrow(RangeError)
    expect((await cursors.list('stamped-sizes', '')).map(({ value }) => (value as number[]).length)).toEqual([
      1_000, 1_000, 500,
    ])
    const again = await CheckpointStore.open(cursors)
    expect(again.stampedSize).toBe(25_000)
    expect((await again.stampedFrom(12_341))?.checkpoint.size).toBe(12_350)
    expect(await again.stampedFrom(25_001)).toBeUndefined()
  })
})
